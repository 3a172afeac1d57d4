package workers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// What a reader answers is not believed as it is: a document may have taken it over. The functions of this file compare an
// answer with what was asked and with what there is at all. An answer that no sound reader gives is nonsense: the reader is
// replaced, as after a crash. What a sound reader may well have taken from a document, such as a character the database
// does not take, is cleaned. Errors name places and numbers, never contents.

// Bounds of one answer, far above what real documents need.
const (
	maxNotes    = 32
	maxText     = 8 << 20 // bytes, of one page
	maxWords    = 200_000 // of one page
	maxWord     = 16 << 10
	maxValue    = 4 << 10 // bytes, of one field
	maxZones    = 16      // of one page
	maxCodes    = 64      // of one page
	maxSide     = 1e7     // points
	maxImage    = 32 << 20
	maxAnswered = 1000 // candidates, segments' types and the like
)

// nonsense is an answer that no sound reader gives.
func nonsense(format string, args ...any) error {
	return fmt.Errorf("%w: %s", reader.ErrMessage, fmt.Sprintf(format, args...))
}

// believeInspection checks the answer of the step inspect.
func believeInspection(i *pipeline.Inspection, limits pipeline.Limits) error {
	if !slices.Contains(pipeline.MediaTypes(), i.MediaType) {
		return nonsense("a media type that is not accepted")
	}
	if i.Pages < 0 || i.Pages > limits.Or().Pages {
		return nonsense("%d pages", i.Pages)
	}
	if i.Quality != nil && !believableQuality(*i.Quality) {
		return nonsense("a picture's quality")
	}
	return believeNotes(i.Notes)
}

// believeNormalised checks the answer of the step normalise; the files it names are checked when they are taken.
func believeNormalised(n *pipeline.Normalised, limits pipeline.Limits) error {
	limits = limits.Or()
	switch n.Source {
	case pipeline.SourcePDF, pipeline.SourceImage, pipeline.SourceOffice, pipeline.SourceMail:
	default:
		return nonsense("an unknown source")
	}
	if len(n.Pages) == 0 || len(n.Pages) > limits.Pages {
		return nonsense("%d pages", len(n.Pages))
	}
	for i, p := range n.Pages {
		kind := p.Kind == pipeline.PageDigital || p.Kind == pipeline.PageDirect || p.Kind == pipeline.PageRaster
		if p.Number != i+1 || !kind || !side(p.Width) || !side(p.Height) || !rightAngle(p.Rotate) {
			return nonsense("page %d of the sound PDF", i+1)
		}
	}
	if len(n.Parts) > limits.Parts || len(n.Parts) > 0 && n.Source != pipeline.SourceMail {
		return nonsense("%d parts", len(n.Parts))
	}
	return believeNotes(n.Notes)
}

// believeRecognised checks the answer of the step recognise against what was asked, and cleans its texts.
func believeRecognised(r *pipeline.Recognised, request pipeline.RecogniseRequest) error {
	if len(r.Pages) != request.Last-request.First+1 {
		return nonsense("%d pages, asked were %d to %d", len(r.Pages), request.First, request.Last)
	}
	for i := range r.Pages {
		if r.Pages[i].Number != request.First+i || !believablePage(&r.Pages[i]) {
			return nonsense("page %d", request.First+i)
		}
	}
	return believeNotes(r.Notes)
}

// believablePage cleans the page's texts and reports whether the rest can be true.
func believablePage(p *pipeline.Page) bool {
	if !side(p.Width) || !side(p.Height) || !rightAngle(p.Rotation) || p.Skew < -360 || p.Skew > 360 ||
		p.DPI < 0 || p.DPI > 100_000 || !share(p.Confidence) || !languageTag(p.Language) || !knownCode(p.Code) {
		return false
	}
	if !believableQuality(p.Quality) {
		return false
	}
	if len(p.Text) > maxText || len(p.Words) > maxWords || len(p.Zones) > maxZones || slices.ContainsFunc(p.Zones, unbelievableZone) {
		return false
	}
	if len(p.Codes) > maxCodes || !fingerprint(p.Print.Image) || !fingerprint(p.Print.Text) {
		return false
	}
	for i := range p.Codes {
		if len(p.Codes[i].Text) > maxWord || len(p.Codes[i].Format) > 32 {
			return false
		}
		p.Codes[i].Text = clean(p.Codes[i].Text)
	}
	p.Text = clean(p.Text)
	for i := range p.Words {
		w := &p.Words[i]
		if len(w.Text) > maxWord || !share(w.Confidence) || w.Line < 0 || w.Line > maxWords {
			return false
		}
		w.Text = clean(w.Text)
	}
	return true
}

// believableQuality reports whether these figures and this verdict can be.
func believableQuality(q pipeline.Quality) bool {
	known := q.Verdict == "" || slices.Contains(pipeline.Verdicts(), q.Verdict)
	return known && q.DPI >= 0 && q.DPI <= 100_000 && share(q.Contrast) && share(q.Glare) && q.Blur >= 0
}

// fingerprint reports whether s is a fingerprint or none.
func fingerprint(s string) bool {
	return s == "" || len(s) == 16 && strings.Trim(s, "0123456789abcdef") == ""
}

// unbelievableZone reports whether a zone has not the size of one.
func unbelievableZone(z pipeline.MRZ) bool {
	long := func(s string) bool { return len(s) > 128 }
	if long(z.Format) || len(z.Lines) > 3 || slices.ContainsFunc(z.Lines, long) || len(z.Fields) > 32 || len(z.Wrong) > 8 {
		return true
	}
	for key, value := range z.Fields {
		if long(key) || long(value) {
			return true
		}
	}
	return slices.ContainsFunc(z.Wrong, long)
}

// believeComposed checks the answer of the step compose: every page is still there.
func believeComposed(c *pipeline.Composed, pages int) error {
	if !slices.Contains(pipeline.ArchivalFormats(), c.Format) {
		return nonsense("an unknown format of the rendition")
	}
	if c.Pages != pages {
		return nonsense("%d pages in the rendition, want %d", c.Pages, pages)
	}
	return believeNotes(c.Notes)
}

// believeReading checks the answer of the step read for a document with so many pages. Types that this installation's
// catalogue does not have, because an office dropped them, count as not recognised.
func believeReading(r *pipeline.Reading, all *catalogue.Catalogue, pages int) error {
	if !share(r.Confidence) || len(r.Candidates) > maxAnswered || len(r.Segments) > pages || len(r.Fields) > maxAnswered {
		return nonsense("reading of %d candidates, %d segments, %d fields", len(r.Candidates), len(r.Segments), len(r.Fields))
	}
	if !slices.Contains([]string{"", "rule", "model"}, r.By) {
		return nonsense("an unknown way of reading")
	}
	unknown := func(key string) bool { _, ok := all.Type(key); return !ok }
	if unknown(r.Type) {
		r.Type, r.Confidence = "", 0
	}
	for _, c := range r.Candidates {
		if !share(c.Confidence) {
			return nonsense("a candidate's confidence")
		}
	}
	r.Candidates = slices.DeleteFunc(r.Candidates, func(c pipeline.Candidate) bool { return unknown(c.Type) })
	for i := range r.Segments {
		s := &r.Segments[i]
		if s.First < 1 || s.Last < s.First || s.Last > pages || !share(s.Confidence) {
			return nonsense("segment %d", i+1)
		}
		if unknown(s.Type) {
			s.Type, s.Confidence = "", 0
		}
	}
	if err := believeFields(r.Fields, all, pages); err != nil {
		return err
	}
	return believeNotes(r.Notes)
}

// believeFields checks and cleans the fields of a reading. Those that this installation's catalogue does not have are left
// out.
func believeFields(fields map[string]pipeline.Field, all *catalogue.Catalogue, pages int) error {
	for name, f := range fields {
		if _, known := all.Field(name); !known {
			delete(fields, name)
			continue
		}
		by := f.By == "mrz" || f.By == "rule" || f.By == "model"
		if !by || !share(f.Confidence) || f.Page < 0 || f.Page > pages || len(f.Value) > maxValue || len(f.Raw) > maxValue {
			return nonsense("field %s", name)
		}
		f.Value, f.Raw = clean(f.Value), clean(f.Raw)
		for i, edge := range f.Box {
			f.Box[i] = min(max(edge, 0), 1) // words may stand a little over the edge
		}
		fields[name] = f
	}
	return nil
}

// believeNotes takes only notes that there are.
func believeNotes(notes []pipeline.Note) error {
	if len(notes) > maxNotes {
		return nonsense("%d notes", len(notes))
	}
	for _, n := range notes {
		if !slices.Contains(pipeline.Notes(), n) {
			return nonsense("an unknown note")
		}
	}
	return nil
}

// believeFile checks that a file begins as files of its kind do and is not larger than most bytes; 0: any size. The path
// is one that inside has returned.
func believeFile(path, beginning string, most int64) error {
	f, err := os.Open(path) //nolint:gosec // in the job's own directory, and no link
	if err != nil {
		return fmt.Errorf("look at what the reader wrote: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at what the reader wrote: %w", err)
	}
	if most > 0 && info.Size() > most {
		return nonsense("a file of %d bytes", info.Size())
	}
	head := make([]byte, len(beginning))
	if _, err := io.ReadFull(f, head); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("look at what the reader wrote: %w", err)
	}
	if !bytes.Equal(head, []byte(beginning)) {
		return nonsense("a file that does not begin as its kind does")
	}
	return nil
}

// Beginnings of the files that steps write.
const (
	pdfBeginning  = "%PDF-"
	jpegBeginning = "\xff\xd8\xff"
)

// clean makes a text fit for the database and for JSON: without NUL and other control characters but line ends and tabs.
// What was no UTF-8 became replacement characters when the answer was decoded.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

func share(x float64) bool      { return x >= 0 && x <= 1 }
func side(x float64) bool       { return x >= 0 && x <= maxSide }
func rightAngle(turns int) bool { return turns == 0 || turns == 90 || turns == 180 || turns == 270 }

// languageTag reports whether s has the form of a language's tag or is empty.
func languageTag(s string) bool {
	return len(s) <= 35 && strings.IndexFunc(s, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) < 0
}

// knownCode reports whether a page's code is one of ours or empty.
func knownCode(code string) bool {
	return code == "" || slices.Contains(fault.Codes(), fault.Code(code))
}
