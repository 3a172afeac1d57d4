package compose_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/tool"
)

// mixed makes a sound PDF of a letter with its own text and a scanned page, and what was read of both.
func mixed(t *testing.T, dir string) (pipeline.RecogniseRequest, []pipeline.Page) {
	t.Helper()
	sound, pages := drawn(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "letter.pdf"), corpus.Letter(7), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("qpdf", "--empty", "--pages", "letter.pdf", sound.File, "--", "mixed.pdf")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	letter := pipeline.SoundPage{Number: 1, Width: 595, Height: 842, Kind: pipeline.PageDigital}
	scan := sound.Pages[0]
	scan.Number = 2
	pages[0].Number = 2
	own := pipeline.Page{Number: 1, Width: 595, Height: 842, Digital: true, Words: []pipeline.Word{{Text: "Sehr", Box: [4]float64{0.1, 0.1, 0.2, 0.12}}}}
	return pipeline.RecogniseRequest{File: "mixed.pdf", Source: pipeline.SourcePDF, First: 1, Last: 2, Pages: []pipeline.SoundPage{letter, scan}},
		[]pipeline.Page{own, pages[0]}
}

// texts takes the text of each page out of a PDF.
func texts(t *testing.T, dir, file string) []string {
	t.Helper()
	out, err := tool.Text(t.Context(), dir, file, tool.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestScannedPagesAmongDigitalOnesGetATextLayer(t *testing.T) {
	t.Parallel()
	for _, turn := range []int{0, 90, 180, 270} {
		dir := t.TempDir()
		sound, pages := mixed(t, dir)
		if pages[1].Rotation = turn; turn%180 != 0 {
			pages[1].Width, pages[1].Height = pages[1].Height, pages[1].Width
		}
		out, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages))
		if err != nil {
			t.Fatal(err)
		}
		before, after := texts(t, dir, sound.File), texts(t, dir, out.File)
		if len(after) != 2 || after[0] != before[0] {
			t.Errorf("turned by %d: the page with its own text says %q, want %q", turn, after, before[0])
		}
		for _, word := range []string{"Geburtsurkunde", "Ćirić-Özgür", "народження", "ميلاد"} {
			if len(after) == 2 && !strings.Contains(after[1], word) {
				t.Errorf("turned by %d: %q is missing from the scanned page: %q", turn, word, after[1])
			}
		}
		whole, err := os.ReadFile(filepath.Join(dir, out.File))
		if err != nil {
			t.Fatal(err)
		}
		if source, err := os.ReadFile(filepath.Join(dir, sound.File)); err != nil || len(whole) > len(source)+40<<10 {
			t.Errorf("turned by %d: the rendition has %d bytes, its source %d, and a font is not as much: %v", turn, len(whole), len(source), err)
		}
		if out.Format != "PDF/A-2u" || out.Route != pipeline.RouteRewritten {
			t.Errorf("turned by %d: got %q, %s; want PDF/A-2u, rewritten", turn, out.Format, out.Route)
		}
		if got, want := pictureOf(t, dir, out.File), pictureOf(t, dir, sound.File); !bytes.Equal(got, want) {
			t.Errorf("turned by %d: the scan's bytes have changed", turn)
		}
	}
}

// pictureOf returns the bytes of the second page's JPEG.
func pictureOf(t *testing.T, dir, file string) []byte {
	t.Helper()
	stem := filepath.Join(t.TempDir(), "picture")
	if out, err := exec.Command("pdfimages", "-j", "-f", "2", filepath.Join(dir, file), stem).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(stem + "-000.jpg")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestALayerOfOthersIsNotDoubled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sound, pages := mixed(t, dir)
	if _, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages)); err != nil {
		t.Fatal(err)
	}
	once, err := os.ReadFile(filepath.Join(dir, "archival.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mixed.pdf"), once, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages)); err != nil {
		t.Fatal(err)
	}
	again, err := os.ReadFile(filepath.Join(dir, "archival.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(once, again) {
		t.Error("a page that has a text layer got another one")
	}
}
