package compose

import (
	"bytes"
	"encoding/json"
	pixels "image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/internal/steptest"
)

// grey makes a JPEG of one shade.
func grey(t *testing.T, shade byte) []byte {
	t.Helper()
	picture := pixels.NewGray(pixels.Rect(0, 0, 413, 585))
	for i := range picture.Pix {
		picture.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPageIsProvenOnlyWhereItsOwnPictureLies(t *testing.T) {
	t.Parallel()
	for _, lie := range []pipeline.Page{{}, {Rotation: 90}, {Rotation: 180, Skew: 2.5}, {Rotation: 270, Skew: -0.8}} {
		dir := t.TempDir()
		sound := steptest.SoundJPEG(t, dir, grey(t, 200))
		in := pipeline.ComposeRequest{File: sound.File, Source: sound.Source, Pages: sound.Pages, Words: []string{"words.json"}, Made: "2026-05-01T10:00:00Z"}
		lie.Number, lie.Width, lie.Height = 1, sound.Pages[0].Width, sound.Pages[0].Height
		pages := []pipeline.Page{lie}
		data, err := json.Marshal(pages)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "words.json"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(t.Context(), dir, in); err != nil {
			t.Fatal(err)
		}
		if !proof(dir, in, pages)[1] {
			t.Errorf("turned by %d, tilted by %v: not proven", lie.Rotation, lie.Skew)
		}
		for name, change := range map[string]func(*pipeline.Page){
			"another turn":       func(p *pipeline.Page) { p.Rotation = (p.Rotation + 180) % 360 },
			"another tilt":       func(p *pipeline.Page) { p.Skew += 1.2 },
			"a tilt that is not": func(p *pipeline.Page) { p.Skew = -p.Skew - 1.5 },
		} {
			other := lie
			change(&other)
			if proof(dir, in, []pipeline.Page{other})[1] {
				t.Errorf("turned by %d, tilted by %v: proven as %s", lie.Rotation, lie.Skew, name)
			}
		}
		shifted := in
		shifted.Pages = []pipeline.SoundPage{in.Pages[0]}
		shifted.Pages[0].Width *= 1.1
		if proof(dir, shifted, pages)[1] {
			t.Error("proven on a page of another width")
		}
		steptest.SoundJPEG(t, dir, grey(t, 201))
		if proof(dir, in, pages)[1] {
			t.Error("proven with another picture")
		}
	}
}
