package tool

/*
#include <stdlib.h>
#include <leptonica/allheaders.h>
#include <tesseract/capi.h>
#include "layout.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"unsafe"
)

// TextLine is a place on a picture that holds a line of text, or a part of one far from the rest.
type TextLine struct {
	Box      [4]int // left, top, right, bottom; high enough for every letter
	Baseline [4]int // x0, y0, x1, y1
	Line     int    // counts lines from 0
	Turn     int    // clockwise degrees that make it upright
}

// around is how many pixels of what surrounds a line the models want to see.
const around = 4

// Lines finds the lines of text on a picture, grey and upright, of dpi dots per inch, in reading order, without reading them.
func (t *Tesseract) Lines(ctx context.Context, p *Picture, s Segmentation, dpi int) ([]TextLine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var found *C.eakte_line
	n := C.eakte_layout(unsafe.Pointer(t.api), p.pix, C.int(s), C.int(dpi), &found)
	defer C.TessBaseAPIClear(t.api)
	defer C.free(unsafe.Pointer(found))
	if n < 0 {
		return nil, errors.New("tesseract could not find the lines of the picture")
	}
	w, h := p.Size()
	out := make([]TextLine, 0, n)
	for _, l := range unsafe.Slice(found, n) {
		line := TextLine{Box: ints(l.box), Baseline: ints(l.base), Line: int(l.line), Turn: (360 - 90*int(l.turn)) % 360}
		if line.Turn == 0 {
			line.stretch((int(l.own[1])+int(l.own[3]))/2, float64(l.height+l.descent), float64(-l.descent))
		}
		line.Box = [4]int{max(0, line.Box[0]-around), max(0, line.Box[1]-around), min(w, line.Box[2]+around), min(h, line.Box[3]+around)}
		out = append(out, line)
	}
	return out, nil
}

// What of a row's height above its baseline a part of it may take, in heights of its own: as much as small letters without a
// capital leave room for. A row whose other parts are in larger print would let in the line above.
const (
	letterAbove = 1.6
	letterBelow = 0.7
	longPart    = 3 // heights; what is shorter may be a dash
)

// stretch makes the box as high as letters of its row may be above and below the baseline.
func (l *TextLine) stretch(base int, above, below float64) {
	if own := base - l.Box[1]; own > 0 && l.Box[2]-l.Box[0] > longPart*own {
		above, below = min(above, letterAbove*float64(own)), min(below, letterBelow*float64(own))
	}
	l.Box[1] = min(l.Box[1], base-int(above+0.5))
	l.Box[3] = max(l.Box[3], base+int(below+0.5))
}

// Strip returns a part of a grey picture turned upright and scaled to a height, as packed pixels, and its width. A part
// that would be narrower than a stroke has no pixels.
func (p *Picture) Strip(box [4]int, turn, height int) (pixels []byte, width int, err error) {
	wide, high := box[2]-box[0], box[3]-box[1]
	if turn%180 != 0 {
		wide, high = high, wide
	}
	if wide < 1 || high < 1 || wide*height < 3*high {
		return nil, 0, nil
	}
	part, err := p.Crop(box[0], box[1], box[2]-box[0], box[3]-box[1])
	if err != nil {
		return nil, 0, err
	}
	defer part.Close()
	upright, err := part.Turn(turn)
	if err != nil {
		return nil, 0, err
	}
	defer upright.Close()
	factor := float64(height) / float64(high)
	strip, err := picture(C.pixScale(upright.pix, C.l_float32(factor), C.l_float32(factor)))
	if err != nil {
		return nil, 0, err
	}
	defer strip.Close()
	width, scaled := strip.Size()
	if scaled != height {
		return nil, 0, fmt.Errorf("a strip of %d × %d became %d high: %w", wide, high, scaled, errPicture)
	}
	pixels, err = strip.Bytes()
	return pixels, width, err
}
