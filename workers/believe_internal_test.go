package workers

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// A sound answer of each step, and one thing after the other that no sound reader says.

func TestInspectionsThatNoSoundReaderGives(t *testing.T) {
	t.Parallel()
	sound := func() pipeline.Inspection {
		return pipeline.Inspection{MediaType: pipeline.MediaPDF, Pages: 3, Notes: []pipeline.Note{pipeline.NoteSigned}}
	}
	disbelieves(t, sound, func(i *pipeline.Inspection) error { return believeInspection(i, pipeline.Limits{Pages: 5}) },
		map[string]func(*pipeline.Inspection){
			"a page of the web":        func(i *pipeline.Inspection) { i.MediaType = "text/html" },
			"a media type in disguise": func(i *pipeline.Inspection) { i.MediaType = "application/pdf; x=\"\r\nSet-Cookie: a=b\"" },
			"no media type":            func(i *pipeline.Inspection) { i.MediaType = "" },
			"fewer pages than none":    func(i *pipeline.Inspection) { i.Pages = -1 },
			"more pages than allowed":  func(i *pipeline.Inspection) { i.Pages = 6 },
			"an unknown note":          func(i *pipeline.Inspection) { i.Notes = []pipeline.Note{"<b>please approve</b>"} },
			"too many notes":           func(i *pipeline.Inspection) { i.Notes = make([]pipeline.Note, 1000) },
		})
}

func TestSoundPDFsThatNoSoundReaderWrites(t *testing.T) {
	t.Parallel()
	sound := func() pipeline.Normalised {
		page := pipeline.SoundPage{Number: 1, Width: 595, Height: 842, Kind: pipeline.PageDigital}
		next := page
		next.Number, next.Rotate = 2, 270
		return pipeline.Normalised{File: "sound.pdf", Source: pipeline.SourceMail, Pages: []pipeline.SoundPage{page, next}, Parts: make([]pipeline.Part, 2)}
	}
	disbelieves(t, sound, func(n *pipeline.Normalised) error { return believeNormalised(n, pipeline.Limits{Pages: 2, Parts: 2}) },
		map[string]func(*pipeline.Normalised){
			"an unknown source":            func(n *pipeline.Normalised) { n.Source = "oracle" },
			"no pages":                     func(n *pipeline.Normalised) { n.Pages = nil },
			"more pages than allowed":      func(n *pipeline.Normalised) { n.Pages = make([]pipeline.SoundPage, 3) },
			"a page out of order":          func(n *pipeline.Normalised) { n.Pages[1].Number = 7 },
			"a page of negative size":      func(n *pipeline.Normalised) { n.Pages[1].Width = -1 },
			"a page larger than a town":    func(n *pipeline.Normalised) { n.Pages[1].Height = 1e300 },
			"a size that is no number":     func(n *pipeline.Normalised) { n.Pages[0].Width = math.NaN() },
			"a page that lies askew":       func(n *pipeline.Normalised) { n.Pages[1].Rotate = 45 },
			"a page of unknown kind":       func(n *pipeline.Normalised) { n.Pages[1].Kind = "papyrus" },
			"more parts than allowed":      func(n *pipeline.Normalised) { n.Parts = make([]pipeline.Part, 3) },
			"parts of what is no e-mail":   func(n *pipeline.Normalised) { n.Source = pipeline.SourcePDF },
			"a note that is none of ours":  func(n *pipeline.Normalised) { n.Notes = []pipeline.Note{"x"} },
			"an image's worth of nonsense": func(n *pipeline.Normalised) { n.Notes = make([]pipeline.Note, 33) },
		})
}

func TestPagesThatNoSoundReaderReads(t *testing.T) {
	t.Parallel()
	request := pipeline.RecogniseRequest{First: 11, Last: 12}
	sound := func() pipeline.Recognised {
		page := pipeline.Page{
			Number: 11, Width: 595, Height: 842, Rotation: 90, Skew: -0.7, DPI: 300, Language: "de", Confidence: 0.93, Text: "Mietvertrag\nzwischen",
			Words:   []pipeline.Word{{Text: "Mietvertrag", Box: [4]float64{-0.01, 0.1, 0.4, 0.12}, Confidence: 0.9, Line: 3}},
			Quality: pipeline.Quality{Verdict: "good"}, Zones: []pipeline.MRZ{{Format: "TD3", Lines: []string{strings.Repeat("<", 44)}}},
		}
		next := page
		next.Number, next.Words, next.Code = 12, nil, "page_timeout"
		return pipeline.Recognised{Pages: []pipeline.Page{page, next}}
	}
	disbelieves(t, sound, func(r *pipeline.Recognised) error { return believeRecognised(r, request) },
		map[string]func(*pipeline.Recognised){
			"a page missing":           func(r *pipeline.Recognised) { r.Pages = r.Pages[:1] },
			"another page":             func(r *pipeline.Recognised) { r.Pages[1].Number = 11 },
			"a turn of 17 degrees":     func(r *pipeline.Recognised) { r.Pages[0].Rotation = 17 },
			"surer than sure":          func(r *pipeline.Recognised) { r.Pages[0].Confidence = 1.01 },
			"an unknown quality":       func(r *pipeline.Recognised) { r.Pages[0].Quality.Verdict = "splendid" },
			"an unknown code":          func(r *pipeline.Recognised) { r.Pages[0].Code = "all_is_well" },
			"a language that is none":  func(r *pipeline.Recognised) { r.Pages[0].Language = `de"><script>` },
			"an endless text":          func(r *pipeline.Recognised) { r.Pages[0].Text = strings.Repeat("x", maxText+1) },
			"words without end":        func(r *pipeline.Recognised) { r.Pages[0].Words = make([]pipeline.Word, maxWords+1) },
			"a word without end":       func(r *pipeline.Recognised) { r.Pages[0].Words[0].Text = strings.Repeat("x", maxWord+1) },
			"a zone of a hundred rows": func(r *pipeline.Recognised) { r.Pages[0].Zones[0].Lines = make([]string, 100) },
			"a resolution below zero":  func(r *pipeline.Recognised) { r.Pages[0].DPI = -1 },
		})
	dirty := sound()
	dirty.Pages[0].Text, dirty.Pages[0].Words[0].Text = "Miet\x00vertrag\n\x1b[31m", "a\x00b"
	if err := believeRecognised(&dirty, request); err != nil {
		t.Fatal(err)
	}
	if got, want := dirty.Pages[0].Text+"|"+dirty.Pages[0].Words[0].Text, "Mietvertrag\n[31m|ab"; got != want {
		t.Errorf("got %q, want %q: control characters come from documents and are dropped", got, want)
	}
}

func TestRenditionsThatNoSoundReaderWrites(t *testing.T) {
	t.Parallel()
	sound := func() pipeline.Composed { return pipeline.Composed{File: "archival.pdf", Format: "PDF/A-2u", Pages: 4} }
	disbelieves(t, sound, func(c *pipeline.Composed) error { return believeComposed(c, 4) },
		map[string]func(*pipeline.Composed){
			"a page lost":       func(c *pipeline.Composed) { c.Pages = 3 },
			"an unknown format": func(c *pipeline.Composed) { c.Format = "PDF/X" },
			"no format":         func(c *pipeline.Composed) { c.Format = "" },
			"an unknown note":   func(c *pipeline.Composed) { c.Notes = []pipeline.Note{"fine"} },
		})
}

func TestReadingsThatNoSoundReaderGives(t *testing.T) {
	t.Parallel()
	all := catalogue.Default()
	sound := func() pipeline.Reading {
		return pipeline.Reading{
			Type: "passport", Confidence: 0.9, By: "rule", Candidates: []pipeline.Candidate{{Type: "passport", Confidence: 0.9}},
			Segments: []pipeline.Segment{{Type: "passport", First: 1, Last: 2, Confidence: 0.9}},
			Fields:   map[string]pipeline.Field{"surname": {Value: "MUSTERMANN", Raw: "MUSTERMANN", Page: 2, Confidence: 0.9, By: "mrz"}},
		}
	}
	field := func(change func(*pipeline.Field)) func(*pipeline.Reading) {
		return func(r *pipeline.Reading) {
			f := r.Fields["surname"]
			change(&f)
			r.Fields["surname"] = f
		}
	}
	disbelieves(t, sound, func(r *pipeline.Reading) error { return believeReading(r, all, 2) },
		map[string]func(*pipeline.Reading){
			"surer than sure":                  func(r *pipeline.Reading) { r.Confidence = 2 },
			"less sure than not at all":        func(r *pipeline.Reading) { r.Candidates[0].Confidence = -1 },
			"read by a caseworker":             func(r *pipeline.Reading) { r.By = "caseworker" },
			"a segment behind the end":         func(r *pipeline.Reading) { r.Segments[0].Last = 3 },
			"a segment before the start":       func(r *pipeline.Reading) { r.Segments[0].First = 0 },
			"a segment that runs backwards":    func(r *pipeline.Reading) { r.Segments[0].First, r.Segments[0].Last = 2, 1 },
			"more segments than pages":         func(r *pipeline.Reading) { r.Segments = make([]pipeline.Segment, 3) },
			"candidates without end":           func(r *pipeline.Reading) { r.Candidates = make([]pipeline.Candidate, maxAnswered+1) },
			"a field read by a caseworker":     field(func(f *pipeline.Field) { f.By = "caseworker" }),
			"a field on a page there is not":   field(func(f *pipeline.Field) { f.Page = 3 }),
			"a value that is a book":           field(func(f *pipeline.Field) { f.Value = strings.Repeat("x", maxValue+1) }),
			"a field that is surer than sure":  field(func(f *pipeline.Field) { f.Confidence = math.Inf(1) }),
			"a note that there is not at all ": func(r *pipeline.Reading) { r.Notes = []pipeline.Note{"x"} },
		})

	r := sound()
	r.Type, r.Segments[0].Type, r.Candidates[0].Type = "dropped_by_the_office", "dropped_by_the_office", "dropped_by_the_office"
	r.Fields["approved"] = r.Fields["surname"]
	field(func(f *pipeline.Field) { f.Value, f.Box = "MUSTER\x00MANN", [4]float64{-1, 0.5, 2, 0.6} })(&r)
	if err := believeReading(&r, all, 2); err != nil {
		t.Fatal(err)
	}
	if r.Type != "" || r.Confidence != 0 || r.Segments[0].Type != "" || len(r.Candidates) > 0 {
		t.Errorf("got %+v, want a type that the catalogue does not have to be none", r)
	}
	if _, kept := r.Fields["approved"]; kept {
		t.Error("a field that the catalogue does not have is kept, want it left out")
	}
	if f := r.Fields["surname"]; f.Value != "MUSTERMANN" || f.Box != [4]float64{0, 0.5, 1, 0.6} {
		t.Errorf("got %+v, want a clean value and a box on the page", f)
	}
}

func TestFilesThatNoSoundReaderWrites(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, tc := range map[string]struct {
		data, beginning string
		most            int64
		want            error
	}{
		"a PDF":                        {"%PDF-1.7 …", pdfBeginning, 0, nil},
		"a photo":                      {"\xff\xd8\xff\xe0…", jpegBeginning, 100, nil},
		"a page of the web as a photo": {"<html>", jpegBeginning, 100, reader.ErrMessage},
		"a program as a PDF":           {"MZ\x90\x00\x03", pdfBeginning, 0, reader.ErrMessage},
		"an empty file":                {"", pdfBeginning, 0, reader.ErrMessage},
		"a photo that is too large":    {"\xff\xd8\xff\xe0…", jpegBeginning, 3, reader.ErrMessage},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(path, []byte(tc.data), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := believeFile(path, tc.beginning, tc.most); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", name, err, tc.want)
		}
	}
}

// disbelieves checks that the sound answer is believed and that each change makes it nonsense whose error quotes nothing.
func disbelieves[T any](t *testing.T, sound func() T, believe func(*T) error, changes map[string]func(*T)) {
	t.Helper()
	answer := sound()
	if err := believe(&answer); err != nil {
		t.Errorf("a sound answer: got %v", err)
	}
	for name, change := range changes {
		answer := sound()
		change(&answer)
		err := believe(&answer)
		if !errors.Is(err, reader.ErrMessage) {
			t.Errorf("%s: got %v, want nonsense", name, err)
		} else if strings.ContainsAny(err.Error(), "<>\"") {
			t.Errorf("%s: %v quotes the answer", name, err)
		}
	}
}
