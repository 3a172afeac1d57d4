package recognise

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline/tool"
)

// Where our own engine cannot run a model, tesseract reads the same lines.
func TestWhatOurEngineCannotRunTesseractReads(t *testing.T) {
	t.Parallel()
	engine := New(Options{})
	defer engine.Close()
	pdf, err := tool.OpenPDF(corpus.Own(t, "synthetic/files/c0003-01.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	direct, ok := pdf.Direct(1)
	if !ok {
		t.Fatal("the page is no scan")
	}
	page, err := tool.DecodePicture(direct.File(), 1e8)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	grey, err := page.Grey()
	if err != nil {
		t.Fatal(err)
	}
	defer grey.Close()
	finder, err := engine.layout()
	if err != nil {
		t.Fatal(err)
	}
	places, err := finder.Lines(t.Context(), grey, tool.SegmentPage, 300)
	if err != nil {
		t.Fatal(err)
	}
	own, err := engine.reader([]string{latin})
	if err != nil {
		t.Fatal(err)
	}
	german, err := tool.OpenTesseract(engine.opts.Tessdata, "deu")
	if err != nil {
		t.Fatal(err)
	}
	other := &reader{languages: "deu", tesseract: german}
	defer other.close()
	words := map[string]bool{}
	for _, r := range []*reader{own, other} {
		read, err := r.read(t.Context(), grey, places, 300, false, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if len(read) != len(places) {
			t.Fatalf("got %d lines, want %d", len(read), len(places))
		}
		if r == own {
			for _, w := range together(read) {
				words[w.Text] = true
			}
			continue
		}
		same, all := 0, 0
		for i, line := range read {
			for _, w := range line {
				if w.Confidence < settled {
					continue
				}
				if all++; words[w.Text] {
					same++
				}
				if w.Line != places[i].Line || w.Box[1] < places[i].Box[1]-1 || w.Box[3] > places[i].Box[3]+1 {
					t.Errorf("%q lies at %v, not in its place %v", w.Text, w.Box, places[i].Box)
				}
			}
		}
		if all < 30 || 10*same < 9*all {
			t.Errorf("%d of %d sure words are the same", same, all)
		}
	}
	if _, err := own.read(t.Context(), grey, places, 300, true, 0); !errors.Is(err, tool.ErrDeadline) {
		t.Errorf("got %v without time, want %v", err, tool.ErrDeadline)
	}
	if text := strings.Join(texts(together([][]tool.ReadWord{{said("b", 0.9, 50, 60)}, {said("a", 0.9, 0, 10), said("x", 0, 20, 30)}})), " "); text != "a b" {
		t.Errorf("got %q, want the parts of a line in order, without what is no word", text)
	}
}
