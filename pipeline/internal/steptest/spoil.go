package steptest

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"testing"
)

// Photo decodes a JPEG of the synthetic corpus in half its size, in grey. Its EXIF orientation is not looked at.
func Photo(t testing.TB, file string) *image.Gray {
	t.Helper()
	data, err := os.ReadFile(File(t, file))
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	grey := image.NewGray(decoded.Bounds())
	draw.Draw(grey, grey.Rect, decoded, decoded.Bounds().Min, draw.Src)
	return Smaller(grey, 2)
}

// JPEG encodes a picture as a phone does.
func JPEG(t testing.TB, picture *image.Gray) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Smaller makes one pixel of by × by.
func Smaller(p *image.Gray, by int) *image.Gray {
	return each(p.Rect.Dx()/by, p.Rect.Dy()/by, func(x, y int) int {
		sum := 0
		for j := range by {
			for i := range by {
				sum += int(p.Pix[(y*by+j)*p.Stride+x*by+i])
			}
		}
		return sum / (by * by)
	})
}

// OutOfFocus smears every pixel over radius pixels around it, by and large as a lens does.
func OutOfFocus(p *image.Gray, radius int) *image.Gray {
	for range 2 {
		p = along(along(p, radius, 1, 0), radius, 0, 1)
	}
	return p
}

// Shaken smears every pixel over radius pixels on either side, along a diagonal, as a hand that moves does.
func Shaken(p *image.Gray, radius int) *image.Gray { return along(p, radius, 1, 1) }

// along takes means along a direction.
func along(p *image.Gray, radius, dx, dy int) *image.Gray {
	w, h := p.Rect.Dx(), p.Rect.Dy()
	return each(w, h, func(x, y int) int {
		sum := 0
		for i := -radius; i <= radius; i++ {
			sum += int(p.Pix[min(h-1, max(0, y+i*dy))*p.Stride+min(w-1, max(0, x+i*dx))])
		}
		return sum / (2*radius + 1)
	})
}

// InTheDark leaves that share of the light, and adds what a sensor makes of too little.
func InTheDark(p *image.Gray, share, noise float64) *image.Gray {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same noise in every run
	return each(p.Rect.Dx(), p.Rect.Dy(), func(x, y int) int {
		return int(share*float64(p.Pix[y*p.Stride+x]) + noise*random.NormFloat64() + 2)
	})
}

func each(w, h int, value func(x, y int) int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			out.SetGray(x, y, color.Gray{Y: uint8(min(255, max(0, value(x, y))))})
		}
	}
	return out
}

// Spoilt is a photograph made worse, and what a good one has become by that.
type Spoilt struct {
	Name    string
	Picture func(*image.Gray) *image.Gray
	Legible bool // all of it; otherwise nothing is
}

// Grades lists ways to spoil a photograph of a letter, as Photo returns it, from harmless to hopeless.
func Grades() []Spoilt {
	blur := func(radius int) func(*image.Gray) *image.Gray {
		return func(p *image.Gray) *image.Gray { return OutOfFocus(p, radius) }
	}
	shake := func(radius int) func(*image.Gray) *image.Gray {
		return func(p *image.Gray) *image.Gray { return Shaken(p, radius) }
	}
	dark := func(share, noise float64) func(*image.Gray) *image.Gray {
		return func(p *image.Gray) *image.Gray { return InTheDark(p, share, noise) }
	}
	small := func(by int) func(*image.Gray) *image.Gray {
		return func(p *image.Gray) *image.Gray { return Smaller(p, by) }
	}
	return []Spoilt{
		{"as taken", func(p *image.Gray) *image.Gray { return p }, true},
		{"hardly out of focus", blur(1), true},
		{"out of focus", blur(5), false},
		{"far out of focus", blur(12), false},
		{"shaken", shake(12), false},
		{"in a dim room", dark(0.5, 2), true},
		{"with a sensor's noise", dark(1, 12), true},
		{"drowned in noise", dark(0.9, 120), false},
		{"in the dark", dark(0.04, 5), false},
		{"from too far away", small(4), false},
		{"the size of a stamp", small(12), false},
	}
}
