package glyphs

import (
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/eakte/eakte/pipeline/recognise/mrz/glyph"
)

// fonts are Debian's two upright OCR-B, with round and with sharp corners. Each lacks none of the alphabet but for
// glyphs whose outlines golang.org/x/image cannot read: those are taken from the other.
var fonts = []string{"OCRB.otf", "OCRBS.otf"}

const (
	folder   = "/usr/share/fonts/opentype/ocr-b" // of package fonts-ocr-b
	advance  = 0.723                             // of an em, in these fonts
	middle   = 0.37                              // of an em above the baseline: half way up the glyphs
	fine     = 32                                // columns of a drawn cell
	fineTall = 48                                // its rows
)

// cell is a glyph drawn finely in the middle of its cell: fineTall rows of fine columns, ink 1.
type cell []float32

// draw returns the cells of the alphabet by class, as the first of the fonts has them, else as the other.
func draw(order ...string) ([]cell, error) {
	out := make([]cell, len(glyph.Alphabet))
	for _, name := range order {
		data, err := os.ReadFile(filepath.Join(folder, name)) // a font of this machine
		if err != nil {
			return nil, fmt.Errorf("%w (package fonts-ocr-b)", err)
		}
		outlines, err := opentype.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", name, err)
		}
		for i, r := range glyph.Alphabet {
			if out[i] == nil {
				out[i] = drawGlyph(outlines, r)
			}
		}
	}
	for i, c := range out {
		if c == nil {
			return nil, fmt.Errorf("no font has a readable %q", glyph.Alphabet[i])
		}
	}
	return out, nil
}

// drawGlyph returns nil if the font's outline cannot be read.
func drawGlyph(outlines *sfnt.Font, r rune) cell {
	const em = fine / advance
	face, err := opentype.NewFace(outlines, &opentype.FaceOptions{Size: em, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil
	}
	dot := fixed.Point26_6{X: 0, Y: fixed.Int26_6(math.Round((fineTall/2 + middle*em) * 64))}
	at, mask, from, _, ok := face.Glyph(dot, r)
	if !ok || at.Empty() {
		return nil
	}
	alpha, ok := mask.(*image.Alpha)
	if !ok {
		return nil
	}
	out := make(cell, fine*fineTall)
	for y := max(0, at.Min.Y); y < min(fineTall, at.Max.Y); y++ {
		for x := max(0, at.Min.X); x < min(fine, at.Max.X); x++ {
			out[y*fine+x] = float32(alpha.AlphaAt(from.X+x-at.Min.X, from.Y+y-at.Min.Y).A) / 255
		}
	}
	return out
}
