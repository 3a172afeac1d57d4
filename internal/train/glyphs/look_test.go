package glyphs

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
	"time"
)

func TestLook(t *testing.T) {
	a, err := draw(fonts...)
	if err != nil {
		t.Fatal(err)
	}
	s := scene{[][]cell{a}}
	img := image.NewGray(image.Rect(0, 0, 400*3, 24*3*24))
	for i := range 24 * 3 {
		x := s.sample(random(9, uint64(i)))
		for y := range 24 {
			for c := range min(400, x.strip.W) {
				v := 255 - x.strip.Pix[y*x.strip.W+c]*255
				img.SetGray(c+(i%3)*400, (i/3)*26+y, color.Gray{uint8(min(255, max(0, v)))})
			}
		}
	}
	f, _ := os.Create("/tmp/h/mz/look.png")
	png.Encode(f, img)
	f.Close()
	n := time.Now()
	for i := range 200 {
		s.sample(random(9, uint64(i)))
	}
	t.Log(time.Since(n) / 200)
}
