package compose_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise"
	"github.com/eakte/eakte/pipeline/tool"
)

// request puts pages as words.json into dir and asks for the rendition of sound.
func request(t testing.TB, dir string, sound pipeline.RecogniseRequest, pages []pipeline.Page) pipeline.ComposeRequest {
	t.Helper()
	data, err := json.Marshal(pages)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "words.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return pipeline.ComposeRequest{
		File: sound.File, Source: sound.Source, Pages: sound.Pages, Words: []string{"words.json"},
		Title: "0197a3f2", Lang: "de", Made: "2026-05-01T10:00:00Z",
	}
}

// composed reads a file of the synthetic corpus and composes it in dir.
func composed(t testing.TB, dir, file string) (pipeline.Recognised, pipeline.ComposeRequest) {
	t.Helper()
	sound := steptest.Sound(t, dir, file)
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	read, err := engine.Run(t.Context(), dir, sound)
	if err != nil {
		t.Fatal(err)
	}
	in := request(t, dir, sound, read.Pages)
	out, err := compose.Run(t.Context(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	if want := (pipeline.Composed{File: "archival.pdf", Format: "PDF/A-2u", Pages: len(sound.Pages)}); out.File != want.File || out.Format != want.Format || out.Pages != want.Pages {
		t.Fatalf("got %+v, want %+v", out, want)
	}
	return read, in
}

// drawn makes a sound PDF of one JPEG with some bars, and a page of words in several scripts.
func drawn(t testing.TB, dir string) (pipeline.RecogniseRequest, []pipeline.Page) {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 827, 1169))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	for y := 200; y < 700; y++ {
		for x := 100; x < 300+y/4; x++ {
			picture.Set(x, y, color.RGBA{R: 20, G: uint8(y / 4), B: 120, A: 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	sound := steptest.SoundJPEG(t, dir, b.Bytes())
	page := pipeline.Page{Number: 1, Width: sound.Pages[0].Width, Height: sound.Pages[0].Height}
	lines := [][]string{
		{"Geburtsurkunde", "für", "Frau", "Ćirić-Özgür"},
		{"Свідоцтво", "про", "народження", "їжачок"},
		{"شهادة", "ميلاد", "رقم", "123/45"},
		{"Nr.", "𝔄𝔨𝔱𝔢", "№", "§", "5", "\"(a<b)\\"},
	}
	for l, words := range lines {
		arabic := l == 2
		for i, w := range words {
			left := 0.05 + 0.15*float64(i)
			if arabic {
				left = 0.7 - 0.15*float64(i)
			}
			top := 0.1 + 0.1*float64(l)
			page.Words = append(page.Words, pipeline.Word{
				Text: w, Box: [4]float64{left, top, left + 0.13, top + 0.02}, Line: l, Confidence: 0.9, RTL: arabic && i < 3,
				Baseline: [4]float64{0.1, top + 0.016, 0.9, top + 0.016},
			})
		}
	}
	return sound, []pipeline.Page{page}
}

// ours is an archival rendition.
func ours(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir()
	sound, pages := drawn(t, dir)
	if _, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "archival.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// words returns the words of a page as pdftotext reads them, without the direction marks it adds.
func words(t testing.TB, dir string, page string, options ...string) []string {
	t.Helper()
	args := append(options, "-f", page, "-l", page, filepath.Join(dir, "archival.pdf"), "-")
	out, err := exec.CommandContext(t.Context(), "pdftotext", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(strings.NewReplacer("\u202a", "", "\u202b", "", "\u202c", "").Replace(string(out)))
}

func wordsOf(p pipeline.Page) []string { return strings.Fields(p.Text) }

func TestTheTextOfAnyScriptIsReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sound, pages := drawn(t, dir)
	if _, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages)); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, w := range pages[0].Words {
		want = append(want, w.Text)
	}
	if got := words(t, dir, "1", "-raw"); !slices.Equal(got, want) {
		t.Errorf("in the order of the file:\n got %q\nwant %q", got, want)
	}
	got := words(t, dir, "1")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("in reading order, sorted:\n got %q\nwant %q", got, want)
	}
}

func TestComposingTwiceGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	if a, b := ours(t), ours(t); !bytes.Equal(a, b) {
		t.Errorf("two files of %d and %d bytes differ", len(a), len(b))
	}
}

func TestAScansPictureIsKeptByteForByte(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"files/c0000-01.pdf", "files/c0003-01.pdf"} { // JPEG, upside down; Group 4
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			read, in := composed(t, dir, file)
			source, err := tool.OpenPDF(filepath.Join(dir, in.File))
			if err != nil {
				t.Fatal(err)
			}
			direct, ok := source.Direct(1)
			if !ok {
				t.Fatal("the scan is not direct")
			}
			data, err := os.ReadFile(filepath.Join(dir, "archival.pdf"))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(data, direct.Data) {
				t.Error("the picture's bytes are not in the archival rendition")
			}
			if got, want := words(t, dir, "1", "-raw"), wordsOf(read.Pages[0]); steptest.ErrorRate(strings.Join(got, " "), strings.Join(want, " ")) > 0.01 {
				t.Errorf("text read back:\n got %q\nwant %q", got, want)
			}
			for _, check := range [][]string{{"qpdf", "--check"}, {"pdfinfo"}} {
				if out, err := exec.CommandContext(t.Context(), check[0], append(check[1:], filepath.Join(dir, "archival.pdf"))...).CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", check[0], err, out)
				}
			}
		})
	}
}

func TestACombinedScanWithTurnedBlankAndArabicPagesIsComposed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	read, _ := composed(t, dir, "files/c0003-06.pdf")
	for i, p := range read.Pages {
		got, want := words(t, dir, string(rune('1'+i)), "-raw"), wordsOf(p)
		if rate := steptest.ErrorRate(strings.Join(got, " "), strings.Join(want, " ")); rate > 0.02 {
			t.Errorf("page %d: %.1f %% of the characters read back differ", i+1, 100*rate)
		}
	}
}

func TestPagesThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sound, pages := drawn(t, dir)
	for name, pages := range map[string][]pipeline.Page{
		"too few":      {},
		"too many":     {pages[0], pages[0]},
		"other number": {{Number: 2}},
		"odd turn":     {{Number: 1, Rotation: 45}},
	} {
		if _, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages)); err == nil || fault.Of(err).Treatment != fault.Retry {
			t.Errorf("%s: got %v, want a plain error", name, err)
		}
	}
}

// Scanners' programs and forms use a picture on several pages: it is written once, however the pages lie.
func TestAPictureThatPagesShareIsWrittenOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	picture := image.NewGray(image.Rect(0, 0, 827, 1169))
	for i := range picture.Pix {
		picture.Pix[i] = byte(200 + i*i%56)
	}
	var scan bytes.Buffer
	if err := jpeg.Encode(&scan, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	page := "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</XObject<</Im 6 0 R>>>>>>"
	source := corpus.PDF("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>", page, page,
		corpus.Stream("", []byte("q 595 0 0 842 0 0 cm /Im Do Q")),
		corpus.Stream("/Type/XObject/Subtype/Image/Width 827/Height 1169/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode", scan.Bytes()))
	if err := os.WriteFile(filepath.Join(dir, "sound.pdf"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	sound := pipeline.RecogniseRequest{File: "sound.pdf", Source: pipeline.SourcePDF}
	var pages []pipeline.Page
	for n := range 2 {
		sound.Pages = append(sound.Pages, pipeline.SoundPage{Number: n + 1, Width: 595, Height: 842, Kind: pipeline.PageDirect})
		pages = append(pages, pipeline.Page{Number: n + 1, Width: 595, Height: 842, Rotation: 180 * n})
	}
	out, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages))
	if err != nil {
		t.Fatal(err)
	}
	if got := wellMade(t, dir, out); len(got) > len(source)+2*12<<10 || out.Pages != 2 {
		t.Errorf("%d pages of %d bytes became %d", out.Pages, len(source), len(got))
	}
}
