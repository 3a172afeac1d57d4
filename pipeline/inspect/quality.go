package inspect

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	lookEdge   = 1500             // pixels that the long edge keeps at least while a picture is decoded
	judgedEdge = 1754             // pixels of the sheet's long edge at which it is judged: A4 at 150 dpi
	thumbEdge  = 448              // at which its sheet is looked for
	lookTime   = 10 * time.Second // for an outside decoder
)

// What is certain before anything is read. Between these and good lies what only reading can tell.
const (
	hopelessDPI   = 45 // small letters of ten points are three pixels high, if the picture shows a page
	hopelessSheet = 62 // they are four, and it does show one
	poorDPI       = 80 // they are six: some can be guessed
	poorContrast  = 0.12
	muchGlare     = 0.25 // of the sheet burnt out
)

// quality judges a picture before it is read, quickly and cautiously: a verdict means that another picture is certainly
// needed, none that nothing speaks against this one. Nil for what cannot be decoded here: normalise says what is wrong
// with it.
func quality(ctx context.Context, dir, name, kind string, limits pipeline.Limits) *pipeline.Quality {
	photo, err := decode(ctx, dir, name, kind, limits)
	if err != nil {
		return nil
	}
	defer photo.Close()
	rgb, w, h := photo.Thumb(thumbEdge)
	small := picture.Colours{Pix: rgb, Width: w, Height: h}
	sheet, found := picture.FindSheet(small)
	if !found {
		sheet = picture.Sheet{Corners: [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}
	}
	shade := picture.Light(small)
	a, scales, err := appearance(photo.Picture, sheet, tool.Light{Pix: shade, Width: w, Height: h})
	if err != nil {
		return nil
	}
	part := sheet.Part(small)
	q := pipeline.Quality{
		DPI: sheet.DPI(photo.width, photo.height), Blur: rounded(a.Blur), Contrast: rounded(a.Contrast),
		Glare: rounded(picture.Glare(part, picture.Light(part))), Cut: found && sheet.Cut,
	}
	q.Verdict = verdict(q, a, scales, found)
	return &q
}

func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

// verdict says what is certain. What is no photograph of a sheet can be part of a page, so that its resolution is not known,
// or show no print at all, as a portrait does.
func verdict(q pipeline.Quality, a picture.Appearance, s picture.Scales, found bool) pipeline.Verdict {
	switch {
	case a.Dark() || q.DPI < hopelessDPI || s.Drowned() || found && (q.DPI < hopelessSheet || s.Blurred()):
		return pipeline.Unreadable
	case a.Blank() || found && !s.Printed():
		return ""
	case found && (q.DPI < poorDPI || s.Soft()) || q.Contrast < poorContrast || q.Glare > muchGlare:
		return pipeline.Retake
	}
	return ""
}

// decoded is a picture, shrunk while it was decoded, and its true size.
type decoded struct {
	*tool.Picture
	width, height int
}

// decode decodes a picture no larger than it takes to judge it.
func decode(ctx context.Context, dir, name, kind string, limits pipeline.Limits) (decoded, error) {
	if kind == pipeline.MediaHEIC || kind == pipeline.MediaAVIF {
		const plain = "look.jpg"
		defer func() { _ = os.Remove(filepath.Join(dir, plain)) }() // not there if decoding failed
		if err := tool.Heif(ctx, dir, name, plain, tool.Limits{Time: lookTime, File: limits.FileBytes}); err != nil {
			return decoded{}, err
		}
		name = plain
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return decoded{}, err
	}
	photo, w, h, err := tool.DecodeSmaller(data, limits.Pixels, lookEdge)
	return decoded{photo, w, h}, err
}

// appearance looks at the sheet, straightened: as it is, and how its print varies where it is evenly lit.
func appearance(photo *tool.Picture, sheet picture.Sheet, light tool.Light) (picture.Appearance, picture.Scales, error) {
	grey, err := photo.Grey()
	if err != nil {
		return picture.Appearance{}, picture.Scales{}, err
	}
	defer grey.Close()
	pixels, w, h, err := straightened(grey, sheet, tool.Light{})
	if err != nil {
		return picture.Appearance{}, picture.Scales{}, err
	}
	even, ew, eh, err := straightened(grey, sheet, light)
	if err != nil {
		return picture.Appearance{}, picture.Scales{}, err
	}
	return picture.Look(pixels, w, h), picture.Vary(even, ew, eh), nil
}

// straightened returns the pixels of the sheet as it is judged.
func straightened(grey *tool.Picture, sheet picture.Sheet, light tool.Light) (pixels []byte, w, h int, err error) {
	gw, gh := grey.Size()
	w, h = sheet.Size(gw, gh)
	if shrink := judgedEdge / float64(max(w, h)); shrink < 1 {
		w, h = max(1, int(float64(w)*shrink)), max(1, int(float64(h)*shrink))
	}
	flat, err := grey.Project(picture.Onto(sheet.Corners).Scaled(float64(w), float64(h), float64(gw), float64(gh)), w, h, light)
	if err != nil {
		return nil, 0, 0, err
	}
	defer flat.Close()
	pixels, err = flat.Bytes()
	return pixels, w, h, err
}
