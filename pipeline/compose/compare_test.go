package compose

import (
	"testing"

	"github.com/eakte/eakte/pipeline"
)

// A page with a bar in its upper half, seen in all quarter turns and tilted.
func TestUnlikeFollowsTurnAndTiltAndSeesOtherContents(t *testing.T) {
	t.Parallel()
	const w, h = 300, 400
	at := func(u, v float64) byte {
		if u > 0.2 && u < 0.9 && v > 0.1 && v < 0.4 {
			return 20
		}
		return 250
	}
	for _, c := range []struct {
		name string
		page pipeline.Page
	}{
		{"upright", pipeline.Page{}}, {"tilted clockwise", pipeline.Page{Skew: 3}}, {"tilted the other way", pipeline.Page{Skew: -4}},
		{"a quarter turn", pipeline.Page{Rotation: 90}}, {"upside down", pipeline.Page{Rotation: 180}}, {"three quarters, tilted", pipeline.Page{Rotation: 270, Skew: 2}},
	} {
		g := newGeometry(pipeline.SoundPage{Width: w, Height: h}, c.page)
		source := thumbnail{width: w, height: h, pixels: make([]byte, w*h)}
		for i := range source.pixels {
			source.pixels[i] = at((float64(i%w)+0.5)/w, (float64(i/w)+0.5)/h)
		}
		result := thumbnail{width: int(g.Width), height: int(g.Height)}
		for i := range result.width * result.height {
			u, v := g.source(float64(i%result.width)+0.5, float64(i/result.width)+0.5)
			result.pixels = append(result.pixels, at(u, v))
		}
		if off := unlike(result, source, g); off > strange {
			t.Errorf("%s: %.3f of the same page differs, want at most %v", c.name, off, strange)
		}
		for i := range result.pixels {
			if i%result.width < result.width/5 {
				result.pixels[i] = 0
			}
		}
		if off := unlike(result, source, g); off <= strange {
			t.Errorf("%s: %.3f of a page with a black edge differs, want more than %v", c.name, off, strange)
		}
	}
}

func TestAPictureLiesWhereTheGeometrySays(t *testing.T) {
	t.Parallel()
	g := newGeometry(pipeline.SoundPage{Width: 200, Height: 100}, pipeline.Page{Rotation: 90})
	// The page is shown lying and turned by 90: the picture's bottom left corner comes to the top left.
	if got, want := g.matrix([4]float64{0, 0, 1, 1}, 0), "0.00000 -200.00000 100.00000 0.00000 0.00000 200.00000 cm"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if g.Width != 100 || g.Height != 200 {
		t.Errorf("got %v × %v, want 100 × 200", g.Width, g.Height)
	}
}

// A bright sheet on a dark table whose border is drawn a pixel beside counts as the same, one that lies five pixels beside
// does not.
func TestABorderMayBeAPixelBeside(t *testing.T) {
	t.Parallel()
	const w, h = 300, 400
	sheetAt := func(x, y int) thumbnail {
		out := thumbnail{width: w, height: h, pixels: make([]byte, w*h)}
		for i := range out.pixels {
			if px, py := i%w-x, i/w-y; px > 40 && px < 260 && py > 50 && py < 350 {
				out.pixels[i] = 255
			}
		}
		return out
	}
	g := newGeometry(pipeline.SoundPage{Width: w, Height: h}, pipeline.Page{})
	if off := unlike(sheetAt(1, -1), sheetAt(0, 0), g); off > strange {
		t.Errorf("a pixel beside: %.3f differs, want at most %v", off, strange)
	}
	if off := unlike(sheetAt(5, 5), sheetAt(0, 0), g); off <= strange {
		t.Errorf("five pixels beside: %.3f differs, want more than %v", off, strange)
	}
}
