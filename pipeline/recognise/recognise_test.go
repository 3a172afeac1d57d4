package recognise_test

import (
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise"
)

// read reads a file of the synthetic corpus with the given hints.
func read(t *testing.T, engine *recognise.Engine, file string, hints ...string) (string, pipeline.Recognised) {
	t.Helper()
	dir := t.TempDir()
	in := steptest.Sound(t, dir, file)
	in.Languages = hints
	got, err := engine.Run(t.Context(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	return dir, got
}

// One engine reads all of these, as a reader process does. Bounds are those of the current models with some room.
func TestPagesAreReadAsTheTruthSays(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	for _, c := range []struct {
		name, id string
		hints    []string
		worst    float64 // error rate of the best page that has text
		language string
	}{
		{"a colour scan upside down", "c0000-01", nil, 0.02, "de"},
		{"a digital page", "c0000-02", []string{"ar"}, 0.001, "de"},
		{"a Group 4 scan", "c0003-01", nil, 0.03, "de"},
		{"a grey scan", "c0003-04", nil, 0.02, "de"},
		{"a scan with a /Rotate flag", "c0004-01", nil, 0.02, "de"},
	} {
		known := steptest.TruthOf(t, c.id)
		_, got := read(t, engine, known.File, c.hints...)
		for i, p := range got.Pages {
			want := known.Pages[i]
			if p.Rotation != want.Rotation || p.Blank != want.Blank || p.Code != "" {
				t.Errorf("%s: got turn %d blank %v code %q, want %d %v", c.name, p.Rotation, p.Blank, p.Code, want.Rotation, want.Blank)
			}
			if rate := steptest.ErrorRate(p.Text, want.Text); rate > c.worst {
				t.Errorf("%s: %.2f %% of the characters are wrong, want at most %.2f %%", c.name, 100*rate, 100*c.worst)
			}
			if p.Language != c.language {
				t.Errorf("%s: got language %q, want %q", c.name, p.Language, c.language)
			}
		}
	}
}

func TestABlankAndAnArabicPageAmongGermanOnesAreNoticed(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	known := steptest.TruthOf(t, "c0003-06")
	dir := t.TempDir()
	in := steptest.Sound(t, dir, known.File)
	in.Languages, in.Last = []string{"uk"}, 2 // a wrong hint: the script must be found
	got, err := engine.Run(t.Context(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Pages) != 2 {
		t.Fatalf("got %d pages, want 2", len(got.Pages))
	}
	arabic, blank := got.Pages[0], got.Pages[1]
	if rate := steptest.ErrorRate(arabic.Text, known.Pages[0].Text); arabic.Language != "ar" || rate > 0.12 {
		t.Errorf("Arabic page: got language %q, %.1f %% wrong; want ar, at most 12 %%", arabic.Language, 100*rate)
	}
	rtl := 0
	for _, w := range arabic.Words {
		if w.RTL {
			rtl++
		}
	}
	if rtl*2 < len(arabic.Words) {
		t.Errorf("%d of %d Arabic words run from right to left", rtl, len(arabic.Words))
	}
	if !blank.Blank || blank.Text != "" {
		t.Errorf("blank page: got blank %v and text of %d bytes", blank.Blank, len(blank.Text))
	}
}

func TestWordsLieOnThePageAndTheScreenPictureIsUpright(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	dir, got := read(t, engine, "files/c0000-01.pdf") // upside down
	page := got.Pages[0]
	last := -1
	for _, w := range page.Words {
		b := w.Box
		if b[0] < 0 || b[1] < 0 || b[2] > 1 || b[3] > 1 || b[0] >= b[2] || b[1] >= b[3] || w.Confidence < 0 || w.Confidence > 1 || w.Line < last {
			t.Errorf("word on line %d after %d has box %v and confidence %v", w.Line, last, b, w.Confidence)
		}
		last = w.Line
		if w.Text == "Kundencenter" && (b[0] < 0.7 || b[1] > 0.1) {
			t.Errorf("the word in the upper right corner lies at %v", b)
		}
	}
	f, err := os.Open(filepath.Join(dir, page.Image))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if b := picture.Bounds(); b.Dy() != 1600 || b.Dx() > b.Dy() {
		t.Errorf("picture of %v, want upright with a long edge of 1600", b)
	}
}

func TestAPageOverItsBudgetIsMarkedAndTheOthersAreRead(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{PageTime: time.Millisecond})
	defer engine.Close()
	dir, got := read(t, engine, "files/c0003-06.pdf")
	if got.Pages[0].Code != string(fault.PageTimeout) || got.Pages[0].Text != "" {
		t.Errorf("got code %q and text %q, want %s", got.Pages[0].Code, got.Pages[0].Text, fault.PageTimeout)
	}
	if _, err := os.Stat(filepath.Join(dir, got.Pages[0].Image)); err != nil || got.Pages[0].Image == "" {
		t.Errorf("the page over its budget has no picture: %v", err)
	}
	if !got.Pages[1].Blank || got.Pages[1].Code != "" {
		t.Errorf("the blank page needs no time to be read: got %+v", got.Pages[1])
	}
	if len(got.Notes) != 1 || got.Notes[0] != pipeline.NotePageUnread {
		t.Errorf("got notes %v, want %v", got.Notes, pipeline.NotePageUnread)
	}
}

func TestAZoneOfAScannedPassportIsRead(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	known := steptest.TruthOf(t, "c0010-03")
	_, got := read(t, engine, known.File, "uk")
	zone := pipeline.BestZone(got.Pages)
	if zone == nil {
		t.Fatal("no zone found")
	}
	want := strings.Join(known.Segments[0].MRZ.Lines, "\n")
	if got := strings.Join(zone.Lines, "\n"); got != want || !zone.Valid || zone.Page != 1 || zone.Fields["birth_date"] != "1999-10-28" {
		t.Errorf("got %s valid %v page %d %v, want %s", got, zone.Valid, zone.Page, zone.Fields, want)
	}
}

func TestAnInstallationWithoutModelsIsAnErrorNotAnUnreadPage(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{Tessdata: t.TempDir()})
	dir := t.TempDir()
	if _, err := engine.Run(t.Context(), dir, steptest.Sound(t, dir, "files/c0003-01.pdf")); err == nil || fault.Of(err).Treatment != fault.Retry {
		t.Errorf("got %v, want an error to be retried", err)
	}
}
