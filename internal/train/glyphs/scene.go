package glyphs

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// sheet is fine grey art: ink 1 on paper 0.
type sheet struct {
	pix  []float32
	w, h int
}

// sample is a strip as the reader would cut it, and what is right for each of its places: a class, or ignore.
type sample struct {
	strip glyph.Strip
	right []int
}

const (
	ignore = -1
	hit    = 0.17 // cells from the middle of a glyph within which it is to be seen
	miss   = 0.30 // and beyond which it is not
)

// scene makes samples from the cells of several cuts of the font.
type scene struct{ cuts [][]cell }

// newScene draws the fonts.
func newScene() (scene, error) {
	round, err := draw(fonts...)
	if err != nil {
		return scene{}, err
	}
	sharp, err := draw(fonts[1], fonts[0])
	return scene{[][]cell{round, sharp}}, err
}

// sample draws some glyphs as they may come before a camera or scanner, and cuts them out as the reader might.
func (s scene) sample(r *rand.Rand) sample {
	text := words(r)
	art := weigh(r, s.line(r, text))
	bend(r, art)

	// Larger print is made smaller on the way into the strip, so it teaches nothing that print of this size does not.
	pitch := 5.5 * math.Exp(math.Pow(r.Float64(), 1.3)*math.Log(26/5.5))
	truth := place(r, pitch, len(text))
	picture := shoot(r, art, truth, len(text))

	from, to := -0.5-2.5*r.Float64(), float64(len(text))-0.5+2.5*r.Float64()
	if r.IntN(2) == 0 { // somewhere inside a line
		from, to = 1.5+r.Float64(), float64(len(text))-2.5-r.Float64()
	}
	guess := mistake(r, truth, from, to)
	out := sample{strip: glyph.Cut(picture, guess, from, to)}
	places := (out.strip.W-2)/2 - 2
	places = places/2 - 4
	for p := range places {
		out.right = append(out.right, label(text, truth, guess, out.strip.Cell(p)))
	}
	if r.IntN(12) == 0 {
		out.overturn()
	}
	return out
}

// overturn turns the sample upside down: then no glyph is to be seen, but for those that look alike.
func (s sample) overturn() {
	slices.Reverse(s.strip.Pix)
	slices.Reverse(s.right)
	for i, right := range s.right {
		if right >= 0 && right != glyph.None {
			s.right[i] = glyph.None
			if strings.IndexByte("0OHINSXZ869MW", glyph.Alphabet[right]) >= 0 {
				s.right[i] = ignore
			}
		}
	}
}

// label says what is right at cell t of the guessed line: the glyph whose middle is there.
func label(text []int, truth, guess glyph.Line, t float64) int {
	t = inverse(truth, guess, t)
	k := math.Round(t)
	if k < 0 || int(k) >= len(text) {
		return glyph.None
	}
	switch d := math.Abs(t - k); {
	case text[int(k)] == glyph.None || d > miss:
		return glyph.None
	case d > hit:
		return ignore
	}
	return text[int(k)]
}

// inverse returns the cell of truth that lies where cell t of guess is.
func inverse(truth, guess glyph.Line, t float64) float64 {
	x, y := guess.At(t)
	for range 4 {
		px, py := truth.At(t)
		dx, dy := truth.Along(t)
		t += ((x-px)*dx + (y-py)*dy) / (dx*dx + dy*dy)
	}
	return t
}

// words makes up some cells of a zone: classes, None for a blank one.
func words(r *rand.Rand) []int {
	text := make([]int, 8+r.IntN(8))
	kind := r.IntN(4) // letters, digits, all, names
	for i := range text {
		switch {
		case i > 0 && text[i-1] == 0 && r.Float64() < 0.55 || r.Float64() < 0.07:
			text[i] = 0
		case kind == 0 || kind == 3:
			text[i] = 11 + r.IntN(26)
		case kind == 1:
			text[i] = 1 + r.IntN(10)
		default:
			text[i] = 1 + r.IntN(36)
		}
	}
	if r.IntN(10) == 0 { // a glyph that glare or a stamp has taken
		text[r.IntN(len(text))] = glyph.None
	}
	return text
}

// line sets the text in one of the cuts; now and then a glyph sits a little off its place, as a printer has it.
func (s scene) line(r *rand.Rand, text []int) sheet {
	cut := s.cuts[r.IntN(len(s.cuts))]
	art := sheet{make([]float32, len(text)*fine*fineTall), len(text) * fine, fineTall}
	loose := r.Float64()
	for k, class := range text {
		if class == glyph.None {
			continue
		}
		dx, dy := int(math.Round(r.NormFloat64()*loose)), int(math.Round(r.NormFloat64()*loose/2))
		for y := range fineTall {
			for x := range fine {
				px, py := k*fine+x+dx, y+dy
				if v := cut[class][y*fine+x]; v > 0 && px >= 0 && px < art.w && py >= 0 && py < art.h {
					art.pix[py*art.w+px] = max(art.pix[py*art.w+px], v)
				}
			}
		}
	}
	return art
}

// weigh makes strokes bolder or lighter and rounds their corners: blurred, then cut at another level.
func weigh(r *rand.Rand, art sheet) sheet {
	blur(art, 0.5+r.Float64()*1.4)
	level := float32(0.5 + r.NormFloat64()*0.13)
	level = min(0.72, max(0.22, level))
	edge := 1 + r.Float32()*4
	for i, v := range art.pix {
		art.pix[i] = min(1, max(0, (v-level)*edge+0.5))
	}
	return art
}

// bend moves the outlines smoothly about, as other foundries cut the font.
func bend(r *rand.Rand, art sheet) {
	type wave struct{ fx, fy, phase, ax, ay float64 }
	var waves [3]wave
	for i := range waves {
		waves[i] = wave{(0.3 + r.Float64()) * 2 * math.Pi / fine, (0.3 + r.Float64()) * 2 * math.Pi / fineTall,
			r.Float64() * 2 * math.Pi, r.NormFloat64() * 0.45, r.NormFloat64() * 0.45}
	}
	wide := 1 + r.NormFloat64()*0.05 // glyphs wider or narrower than their cells want
	var move [fineTall][fine][2]int
	for y := range fineTall {
		for x := range fine {
			in := float64(x) - fine/2
			px, py := in*(1/wide-1), 0.0
			for _, w := range waves {
				s := math.Sin(in*w.fx + float64(y)*w.fy + w.phase)
				px, py = px+w.ax*s, py+w.ay*s
			}
			move[y][x] = [2]int{int(math.Round(px)), int(math.Round(py))}
		}
	}
	from := append([]float32(nil), art.pix...)
	for y := range art.h {
		for x := range art.w {
			ix, iy := x+move[y][x%fine][0], y+move[y][x%fine][1]
			if ix < 0 || iy < 0 || ix >= art.w || iy >= art.h {
				art.pix[y*art.w+x] = 0
			} else {
				art.pix[y*art.w+x] = from[iy*art.w+ix]
			}
		}
	}
}

// place lays a line of n cells onto a picture: a little tilted, curved, taller or wider.
func place(r *rand.Rand, pitch float64, n int) glyph.Line {
	slope := r.NormFloat64() * 0.015
	stretch := pitch * r.NormFloat64() * 0.0015
	return glyph.Line{
		X:    [3]float64{pitch * (3.5 + r.Float64()), pitch, stretch},
		Y:    [3]float64{pitch*(1.1+0.01*float64(n)) + r.Float64(), pitch * slope, pitch * r.NormFloat64() * 0.0008},
		Tall: 1 + r.NormFloat64()*0.05,
	}
}

// mistake is the line as the reader may believe it lies, between two cells.
func mistake(r *rand.Rand, truth glyph.Line, from, to float64) glyph.Line {
	out := truth
	mid := (from + to) / 2
	x, y := truth.At(mid)
	dx, dy := truth.Along(mid)
	pitch := math.Hypot(dx, dy)
	scale, tilt := 1+r.NormFloat64()*0.03, r.NormFloat64()*0.008
	dx, dy = scale*(dx-tilt*dy), scale*(dy+tilt*dx)
	y += pitch * r.NormFloat64() * 0.06
	out.X = [3]float64{x - mid*dx, dx, 0}
	out.Y = [3]float64{y - mid*dy, dy, 0}
	out.Tall = truth.Tall * (1 + r.NormFloat64()*0.05)
	return out
}

// shoot takes the picture of the art: print on a background, in a light, through a lens, onto a sensor, into a file.
func shoot(r *rand.Rand, art sheet, l glyph.Line, n int) glyph.Gray {
	pitch := l.X[1]
	w, h := int(pitch*float64(n+8)), int(pitch*(2.3+0.03*float64(n)))
	out := sheet{make([]float32, w*h), w, h}
	paper, ink := 150+r.Float32()*105, r.Float32()*110
	if r.IntN(4) == 0 { // faint or dark
		paper = 40 + r.Float32()*200
		ink = paper * (0.25 + 0.5*r.Float32())
	}
	ink = min(ink, paper*0.8)
	background := backdrop(r, pitch, paper-ink)
	for y := range h {
		for x := range w {
			base := paper + background(float64(x), float64(y))
			out.pix[y*w+x] = base + (ink-base)*cover(art, l, x, y)
		}
	}
	scribble(r, out, pitch, ink)
	lens(r, out, pitch)
	return sensor(r, out)
}

// cover is the share of a pixel of the picture that the ink of the art covers.
func cover(art sheet, l glyph.Line, x, y int) float32 {
	px, py := float64(x)+0.5, float64(y)+0.5
	t := (px - l.X[0]) / l.X[1]
	t = (px - l.X[0] - l.X[2]*t*t) / l.X[1]
	dx, dy := l.Along(t)
	_, at := l.At(t)
	square := dx*dx + dy*dy
	down := (py - at) * dx / square / l.Tall
	if math.Abs(down) > 0.85 {
		return 0
	}
	t += (py - at) * dy / square
	// In pixels of the art: where the middle of this one lies, and the steps to the right and down.
	ax, ay := (t+0.5)*fine, down*fine+fineTall/2
	rx, ry := dx/square*fine, -dy/square*fine/l.Tall
	sub := max(1, int(math.Ceil(rx/1.5)))
	var sum float32
	for i := range sub {
		for j := range sub {
			u, v := (float64(i)+0.5)/float64(sub)-0.5, (float64(j)+0.5)/float64(sub)-0.5
			ix, iy := int(ax+u*rx-v*ry), int(ay+u*ry+v*rx)
			if ix >= 0 && iy >= 0 && ix < art.w && iy < art.h {
				sum += art.pix[iy*art.w+ix]
			}
		}
	}
	return sum / float32(sub*sub)
}

// backdrop is what is printed below the line, and the light on it: grey levels to add at a point.
func backdrop(r *rand.Rand, pitch float64, contrast float32) func(x, y float64) float32 {
	type wave struct {
		fx, fy, phase float64
		a             float32
	}
	var waves []wave
	if r.IntN(2) == 0 { // guilloche
		for range 1 + r.IntN(4) {
			f := math.Exp(r.Float64()*2.5) * 0.5 / pitch * math.Pi
			angle := r.Float64() * math.Pi
			waves = append(waves, wave{f * math.Cos(angle), f * math.Sin(angle), r.Float64() * 6, contrast * r.Float32() * 0.14})
		}
	}
	gx, gy := r.NormFloat64()*float64(contrast)*0.02/pitch, r.NormFloat64()*float64(contrast)*0.05/pitch
	edge, dark, side := -1.0, float32(0), 1.0
	if r.IntN(5) == 0 { // the card ends, on a table
		edge, dark = pitch*(1.7+r.Float64()*0.3), -contrast*(0.3+0.7*r.Float32())
		if r.IntN(2) == 0 {
			side = -1
		}
	}
	return func(x, y float64) float32 {
		v := float32(gx*x + gy*y)
		for _, w := range waves {
			v += w.a * float32(math.Sin(x*w.fx+y*w.fy+w.phase))
		}
		if edge > 0 && (side < 0 && y > 1.15*edge || side > 0 && y < 0.15*edge) {
			v += dark
		}
		return v
	}
}

// scribble draws strokes over the print now and then: borders, signatures, folds.
func scribble(r *rand.Rand, s sheet, pitch float64, ink float32) {
	for range max(0, r.IntN(5)-2) {
		x, y := r.Float64()*float64(s.w), r.Float64()*float64(s.h)
		angle := r.NormFloat64() * 0.3
		if r.IntN(3) == 0 {
			angle = r.Float64() * math.Pi
		}
		thick := max(0.6, pitch*(0.02+0.05*r.Float64()))
		shade := ink + (230-ink)*r.Float32()
		for range int(pitch * 12) {
			for d := -thick; d <= thick; d++ {
				px, py := int(x-math.Sin(angle)*d), int(y+math.Cos(angle)*d)
				if px >= 0 && py >= 0 && px < s.w && py < s.h {
					s.pix[py*s.w+px] = min(s.pix[py*s.w+px], shade)
				}
			}
			x, y, angle = x+math.Cos(angle), y+math.Sin(angle), angle+r.NormFloat64()*0.01
		}
	}
}

// lens blurs: out of focus, moved, with glare.
func lens(r *rand.Rand, s sheet, pitch float64) {
	if r.IntN(4) > 0 {
		blur(s, 0.3+math.Abs(r.NormFloat64())*0.075*pitch)
	}
	if r.IntN(6) == 0 {
		move(s, 1+r.IntN(max(1, int(pitch*0.22))), r.IntN(2) == 0)
	}
	if r.IntN(10) == 0 {
		cx, cy := r.Float64()*float64(s.w), r.Float64()*float64(s.h)
		size, strength := pitch*(1+3*r.Float64()), 150*r.Float64()
		for y := range s.h {
			for x := range s.w {
				dx, dy := (float64(x)-cx)/size, (float64(y)-cy)/size
				if d := dx*dx + dy*dy; d < 9 {
					s.pix[y*s.w+x] += float32(strength * math.Exp(-d))
				}
			}
		}
	}
}

// sensor turns light into bytes: noise, sharpening, and what a file format leaves of them.
func sensor(r *rand.Rand, s sheet) glyph.Gray {
	if r.IntN(4) == 0 {
		sharpen(s, 0.3+r.Float32()*1.2)
	}
	noise := math.Abs(r.NormFloat64()) * 5
	for i := range s.pix {
		s.pix[i] += float32(r.NormFloat64() * noise)
	}
	switch r.IntN(7) {
	case 0:
		threshold(r, s)
	case 1, 2, 3:
		jpeg(s, 3+math.Abs(r.NormFloat64())*14)
	}
	out := glyph.Gray{Pix: make([]byte, len(s.pix)), W: s.w, H: s.h}
	for i, v := range s.pix {
		out.Pix[i] = byte(min(255, max(0, v+0.5)))
	}
	return out
}

// threshold makes the picture black and white, as fax-like scans are.
func threshold(r *rand.Rand, s sheet) {
	low, high := s.pix[0], s.pix[0]
	for _, v := range s.pix {
		low, high = min(low, v), max(high, v)
	}
	level := low + (high-low)*float32(0.5+r.NormFloat64()*0.09)
	for i, v := range s.pix {
		s.pix[i] = 0
		if v > level {
			s.pix[i] = 255
		}
	}
}
