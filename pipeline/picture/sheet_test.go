package picture

import (
	"math"
	"testing"
)

const sceneWidth, sceneHeight = 340, 448

// shade is a colour at a place of the desk (pixels) or of the sheet (shares).
type shade func(x, y float64) [3]float64

func plain(r, g, b float64) shade {
	return func(_, _ float64) [3]float64 { return [3]float64{r, g, b} }
}

// wood is a desk with a grain across it.
func wood(x, y float64) [3]float64 {
	grain := 9*math.Sin(y/5+2*math.Sin(x/60)) + 5*math.Sin(y/2.3)
	return [3]float64{150 + grain, 112 + grain, 78 + grain}
}

func chequered(x, y float64) [3]float64 {
	if (int(x)/14+int(y)/14)%2 == 0 {
		return [3]float64{150, 168, 140}
	}
	return [3]float64{192, 205, 180}
}

// letter is a page with lines of print and a box around some of it.
func letter(u, v float64) [3]float64 {
	line := math.Mod(v*60, 1) < 0.45 && u > 0.1 && u < 0.88 && v > 0.1 && v < 0.8
	if line && math.Mod(u*130, 1) < 0.6 {
		return [3]float64{40, 40, 45}
	}
	onBox := func(x, least, most float64) bool { return math.Abs(x-least) < 0.002 || math.Abs(x-most) < 0.002 }
	if v > 0.3 && v < 0.7 && onBox(u, 0.08, 0.9) || u > 0.08 && u < 0.9 && onBox(v, 0.3, 0.7) {
		return [3]float64{40, 40, 45}
	}
	return [3]float64{228, 227, 220}
}

// banded is a page with a dark band along its top.
func banded(u, v float64) [3]float64 {
	if v < 0.06 {
		return [3]float64{110, 8, 25}
	}
	return letter(u, v)
}

// shadowed is a page with a shadow over its lower half.
func shadowed(u, v float64) [3]float64 {
	c := letter(u, v)
	if v > 0.5+0.2*u {
		for i := range c {
			c[i] *= 0.55
		}
	}
	return c
}

// scene lays a sheet on a desk; corners in shares of the picture.
func scene(desk, paper shade, corners [4][2]float64) Colours {
	c := Colours{Pix: make([]byte, 3*sceneWidth*sceneHeight), Width: sceneWidth, Height: sceneHeight}
	set := func(x, y int, colour [3]float64) {
		if x < 0 || y < 0 || x >= c.Width || y >= c.Height {
			return
		}
		for i, v := range colour {
			noise := float64((x*7919+y*104729+i*31)%9) - 4
			c.Pix[3*(y*c.Width+x)+i] = byte(min(255, max(0, v+noise)))
		}
	}
	for y := range c.Height {
		for x := range c.Width {
			set(x, y, desk(float64(x), float64(y)))
		}
	}
	const steps = 1000
	onto := Onto(corners)
	for i := range steps {
		for j := range steps {
			u, v := (float64(i)+0.5)/steps, (float64(j)+0.5)/steps
			x, y := onto.Point(u, v)
			set(int(math.Floor(x*float64(c.Width))), int(math.Floor(y*float64(c.Height))), paper(u, v))
		}
	}
	return c
}

func TestFindSheet(t *testing.T) {
	t.Parallel()
	straight := [4][2]float64{{0.1, 0.1}, {0.9, 0.1}, {0.9, 0.9}, {0.1, 0.9}}
	seenFromBelow := [4][2]float64{{0.18, 0.12}, {0.84, 0.1}, {0.95, 0.92}, {0.06, 0.9}}
	tilted := [4][2]float64{{0.2, 0.08}, {0.92, 0.2}, {0.82, 0.93}, {0.1, 0.8}}
	card := [4][2]float64{{0.2, 0.4}, {0.75, 0.38}, {0.76, 0.66}, {0.21, 0.67}}
	corner := [4][2]float64{{0.14, -0.05}, {1.08, 0.1}, {0.86, 0.99}, {0.03, 0.88}}
	small := [4][2]float64{{0.2, 0.15}, {0.8, 0.18}, {0.78, 0.72}, {0.18, 0.7}}
	over := [4][2]float64{{0.1, -0.08}, {0.9, -0.06}, {0.93, 0.92}, {0.07, 0.9}}
	for _, c := range []struct {
		name        string
		desk, paper shade
		corners     [4][2]float64
		cut         bool
		within      float64 // shares of the picture
	}{
		{"a letter on wood", wood, letter, straight, false, 0.012},
		{"seen from below", wood, letter, seenFromBelow, false, 0.012},
		{"tilted", plain(70, 72, 76), letter, tilted, false, 0.012},
		{"a desk nearly as light as paper", plain(205, 203, 198), letter, tilted, false, 0.012},
		{"a desk as light as paper, of another colour", plain(235, 232, 190), letter, seenFromBelow, false, 0.012},
		{"a desk lighter than the sheet", plain(240, 240, 240), plain(150, 170, 180), card, false, 0.012},
		{"a card", wood, plain(190, 205, 215), card, false, 0.012},
		{"a shadow over half of it", plain(60, 58, 52), shadowed, seenFromBelow, false, 0.012},
		{"a band as dark as the desk", plain(48, 60, 64), banded, straight, false, 0.012},
		{"the top is cut off", wood, letter, over, true, 0.025},
		{"tilted, with two corners off the picture", plain(40, 48, 44), letter, corner, true, 0.012},
		{"on a chequered cloth", chequered, letter, small, false, 0.025},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := FindSheet(scene(c.desk, c.paper, c.corners))
			if !ok {
				t.Fatal("got none")
			}
			if got.Cut != c.cut {
				t.Errorf("cut off: got %v, want %v", got.Cut, c.cut)
			}
			for i, want := range c.corners {
				if c.name == "the top is cut off" {
					want[1] = max(0, want[1]) // as far as it shows
				}
				if off := math.Hypot(got.Corners[i][0]-want[0], got.Corners[i][1]-want[1]); off > c.within {
					t.Errorf("corner %d: got %.3f, want %.3f", i, got.Corners[i], want)
				}
			}
		})
	}
}

func TestFindSheetFindsNoneWhereNothingIsAround(t *testing.T) {
	t.Parallel()
	whole := [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}
	for _, c := range []struct {
		name  string
		paper shade
	}{
		{"a page with a printed box", letter},
		{"a page with a shadow over half of it", shadowed},
		{"a page with a dark band", banded},
		{"blank paper", plain(240, 240, 235)},
		{"nothing but a desk", wood},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := FindSheet(scene(plain(0, 0, 0), c.paper, whole)); ok {
				t.Errorf("got %+v, want none", got)
			}
		})
	}
	if got, ok := FindSheet(Colours{Pix: make([]byte, 3*10*10), Width: 10, Height: 10}); ok {
		t.Errorf("a tiny picture: got %+v, want none", got)
	}
}

func TestLightIsThatOfThePaperUnderThePrint(t *testing.T) {
	t.Parallel()
	c := scene(plain(0, 0, 0), shadowed, [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}})
	light := Light(c)
	for _, p := range []struct {
		x, y float64
		want int
	}{{0.5, 0.2, 227}, {0.3, 0.4, 227}, {0.3, 0.75, 125}, {0.8, 0.9, 125}} {
		got := int(light[int(p.y*sceneHeight)*sceneWidth+int(p.x*sceneWidth)])
		if got < p.want-8 || got > p.want+8 {
			t.Errorf("at %v, %v: got %d, want about %d", p.x, p.y, got, p.want)
		}
	}
}

func TestOntoTakesTheCornersOfTheSquareToThoseOfTheSheet(t *testing.T) {
	t.Parallel()
	corners := [4][2]float64{{0.18, 0.12}, {0.84, 0.1}, {0.95, 0.92}, {0.06, 0.9}}
	onto := Onto(corners)
	for i, at := range [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		x, y := onto.Point(at[0], at[1])
		if math.Hypot(x-corners[i][0], y-corners[i][1]) > 1e-12 {
			t.Errorf("corner %d: got %v, %v, want %v", i, x, y, corners[i])
		}
		x, y = onto.Scaled(2000, 3000, 300, 400).Point(2000*at[0], 3000*at[1])
		if math.Hypot(x-300*corners[i][0], y-400*corners[i][1]) > 1e-9 {
			t.Errorf("corner %d in pixels: got %v, %v, want %v in shares", i, x, y, corners[i])
		}
	}
	if x, y := onto.Inverse().Point(onto.Point(0.3, 0.8)); math.Hypot(x-0.3, y-0.8) > 1e-9 {
		t.Errorf("there and back: got %v, %v, want 0.3, 0.8", x, y)
	}
	// Where the diagonals of a square cross, those of its picture do.
	x, y := onto.Point(0.5, 0.5)
	ax, ay, bx, by := 0.95-0.18, 0.92-0.12, 0.06-0.84, 0.9-0.1
	if a, b := (x-0.18)*ay-(y-0.12)*ax, (x-0.84)*by-(y-0.1)*bx; math.Abs(a) > 1e-12 || math.Abs(b) > 1e-12 {
		t.Errorf("the middle: got %v, %v, not on both diagonals", x, y)
	}
}

func TestBesideIsAroundBothCards(t *testing.T) {
	t.Parallel()
	first := [4][2]float64{{0.1, 0.1}, {0.7, 0.12}, {0.69, 0.42}, {0.09, 0.4}}
	for _, c := range []struct {
		name   string
		second [4][2]float64
		want   [4][2]float64
	}{
		{"one below the other", [4][2]float64{{0.28, 0.55}, {0.86, 0.56}, {0.85, 0.85}, {0.27, 0.84}}, [4][2]float64{{0.1, 0.1}, {0.87, 0.126}, {0.85, 0.86}, {0.08, 0.84}}},
		{"a scrap of paper beside it", [4][2]float64{{0.8, 0.7}, {0.95, 0.7}, {0.95, 0.8}, {0.8, 0.8}}, first},
	} {
		picture := scene(wood, plain(205, 215, 222), first)
		second := scene(wood, plain(200, 205, 190), c.second)
		for i := range picture.Pix { // both on one table
			if i/3/sceneWidth > sceneHeight*48/100 {
				picture.Pix[i] = second.Pix[i]
			}
		}
		found, ok := FindSheet(picture)
		if !ok {
			t.Fatalf("%s: found none", c.name)
		}
		got := found.Beside(picture)
		for i, want := range c.want {
			if math.Hypot(got.Corners[i][0]-want[0], got.Corners[i][1]-want[1]) > 0.03 {
				t.Errorf("%s, corner %d: got %.3f, want %.3f", c.name, i, got.Corners[i], want)
			}
		}
	}
}

func BenchmarkFindSheet(b *testing.B) {
	c := scene(wood, letter, [4][2]float64{{0.18, 0.12}, {0.84, 0.1}, {0.95, 0.92}, {0.06, 0.9}})
	for b.Loop() {
		if _, ok := FindSheet(c); !ok {
			b.Fatal("got none")
		}
	}
}
