// Package steptest helps to test the steps on files of the synthetic corpus: what is known about a file, a sound PDF made
// of it, and how well a text was read.
package steptest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// Truth is what the synthetic corpus knows about a file.
type Truth struct {
	File     string `json:"file"`
	Profile  string `json:"profile"`
	Segments []struct {
		MRZ *struct {
			Lines []string `json:"lines"`
		} `json:"mrz"`
	} `json:"segments"`
	Pages []struct {
		Blank    bool   `json:"blank"`
		Rotation int    `json:"rotation"`
		Text     string `json:"text"`
		Flow     string `json:"text_flow"`
	} `json:"pages"`
}

// File returns the path of a file of the synthetic corpus: the project's own part of it, or else the whole.
func File(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(corpus.Own(t, "synthetic"), filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		return corpus.Extern(t, "corpus/synthetic/"+name)
	}
	return path
}

// TruthOf returns what is known about a file.
func TruthOf(t testing.TB, id string) Truth {
	t.Helper()
	data, err := os.ReadFile(File(t, "truth/"+id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var out Truth
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Sound puts a file of the synthetic corpus as sound.pdf into dir: a PDF rewritten, a JPEG as the one picture of a page.
// The JPEG's EXIF orientation is not looked at.
func Sound(t testing.TB, dir, file string) pipeline.RecogniseRequest {
	t.Helper()
	data, err := os.ReadFile(File(t, file))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(file, ".jpg") {
		return SoundJPEG(t, dir, data)
	}
	return soundPDF(t, dir, data, pipeline.SourcePDF)
}

// SoundJPEG puts a page with a JPEG as sound.pdf into dir.
func SoundJPEG(t testing.TB, dir string, jpg []byte) pipeline.RecogniseRequest {
	t.Helper()
	return soundPDF(t, dir, onePicturePDF(t, jpg), pipeline.SourceImage)
}

func soundPDF(t testing.TB, dir string, data []byte, source pipeline.Source) pipeline.RecogniseRequest {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "in.pdf"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	facts, err := tool.Sound(t.Context(), dir, "in.pdf", "sound.pdf", 100, false, tool.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out := pipeline.RecogniseRequest{File: "sound.pdf", Source: source, First: 1, Last: len(facts.Pages)}
	for i, p := range facts.Pages {
		kind := pipeline.PageRaster
		switch {
		case p.Direct:
			kind = pipeline.PageDirect
		case p.Text > 0:
			kind = pipeline.PageDigital
		}
		out.Pages = append(out.Pages, pipeline.SoundPage{Number: i + 1, Width: p.Width, Height: p.Height, Rotate: p.Rotate, Kind: kind})
	}
	return out
}

// onePicturePDF wraps a JPEG into a page of the size of A4's long edge.
func onePicturePDF(t testing.TB, jpg []byte) []byte {
	t.Helper()
	c, err := jpeg.DecodeConfig(bytes.NewReader(jpg))
	if err != nil {
		t.Fatal(err)
	}
	space := "DeviceRGB"
	if c.ColorModel == color.GrayModel {
		space = "DeviceGray"
	}
	scale := 841.89 / float64(max(c.Width, c.Height))
	w, h := float64(c.Width)*scale, float64(c.Height)*scale
	content := fmt.Sprintf("q %.2f 0 0 %.2f 0 0 cm /I Do Q", w, h)
	return corpus.PDF(
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>", w, h),
		corpus.Stream("", []byte(content)),
		corpus.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s/BitsPerComponent 8/Filter/DCTDecode",
			c.Width, c.Height, space), jpg),
	)
}

// ErrorRate is the share of characters that differ: the edit distance over blanks-collapsed text by the length of want.
func ErrorRate(got, want string) float64 {
	a, b := []rune(strings.Join(strings.Fields(got), " ")), []rune(strings.Join(strings.Fields(want), " "))
	if len(b) == 0 {
		return float64(len(a))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost = min(diagonal, row[j], row[j+1]) + 1
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return float64(row[len(b)]) / float64(len(b))
}

// Main is TestMain for packages whose tests read pages. It starts the tests again with OMP_THREAD_LIMIT=1, which
// tesseract's threads read when the process starts and without which a page costs up to four times the time.
func Main(m *testing.M) {
	if tool.Child(os.Args[1:]) {
		return
	}
	if os.Getenv("OMP_THREAD_LIMIT") == "" {
		if err := syscall.Exec("/proc/self/exe", os.Args, append(os.Environ(), "OMP_THREAD_LIMIT=1")); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
