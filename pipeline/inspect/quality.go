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
	hopelessDPI  = 45   // print of ten points is three pixels high
	poorDPI      = 80   // it is six: some of it can be guessed
	hopelessBlur = 0.08 // sharpness below which no letter is left
	poorBlur     = 0.15
	poorContrast = 0.12
	muchGlare    = 0.25 // of the sheet burnt out
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
	a, err := appearance(photo.Picture, sheet)
	if err != nil {
		return nil
	}
	part := sheet.Part(small)
	q := pipeline.Quality{
		DPI: sheet.DPI(photo.width, photo.height), Blur: rounded(a.Blur), Contrast: rounded(a.Contrast),
		Glare: rounded(picture.Glare(part, picture.Light(part))), Cut: found && sheet.Cut,
	}
	q.Verdict = verdict(q, a, found)
	return &q
}

func rounded(x float64) float64 { return math.Round(x*1000) / 1000 }

// verdict says what is certain. What is no photograph of a sheet can be part of a page, so that its resolution is not known.
func verdict(q pipeline.Quality, a picture.Appearance, found bool) pipeline.Verdict {
	switch {
	case a.Blank():
		return ""
	case a.Dark() || q.DPI < hopelessDPI || q.Blur < hopelessBlur:
		return pipeline.Unreadable
	case found && q.DPI < poorDPI || q.Blur < poorBlur || q.Contrast < poorContrast || q.Glare > muchGlare:
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

// appearance looks at the sheet, straightened.
func appearance(photo *tool.Picture, sheet picture.Sheet) (picture.Appearance, error) {
	grey, err := photo.Grey()
	if err != nil {
		return picture.Appearance{}, err
	}
	defer grey.Close()
	gw, gh := grey.Size()
	w, h := sheet.Size(gw, gh)
	if shrink := judgedEdge / float64(max(w, h)); shrink < 1 {
		w, h = max(1, int(float64(w)*shrink)), max(1, int(float64(h)*shrink))
	}
	flat, err := grey.Project(picture.Onto(sheet.Corners).Scaled(float64(w), float64(h), float64(gw), float64(gh)), w, h, tool.Light{})
	if err != nil {
		return picture.Appearance{}, err
	}
	defer flat.Close()
	pixels, err := flat.Bytes()
	if err != nil {
		return picture.Appearance{}, err
	}
	return picture.Look(pixels, w, h), nil
}
