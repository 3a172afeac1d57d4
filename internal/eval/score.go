package eval

import (
	"cmp"
	"slices"
	"strings"
)

// Share is a part of a whole.
type Share struct{ Part, Of int }

// Add counts one more, right or not.
func (s *Share) Add(right bool) { s.Part += count(right); s.Of++ }

// Rate is the share, 0 of nothing.
func (s Share) Rate() float64 { return ratio(s.Part, s.Of) }

// Found counts what was looked for: right finds, finds that are none, and what was missed.
type Found struct{ Right, Wrong, Missed int }

// Add counts one case.
func (f *Found) Add(want, got bool) {
	f.Right += count(want && got)
	f.Wrong += count(got && !want)
	f.Missed += count(want && !got)
}

// Precision is the share of the finds that are right.
func (f Found) Precision() float64 { return ratio(f.Right, f.Right+f.Wrong) }

// Recall is the share found of what is there.
func (f Found) Recall() float64 { return ratio(f.Right, f.Right+f.Missed) }

// F1 is the harmonic mean of both.
func (f Found) F1() float64 { return ratio(2*f.Right, 2*f.Right+f.Wrong+f.Missed) }

// entry returns the entry of a key, made if it is not there.
func entry[T any](m map[string]*T, key string) *T {
	if m[key] == nil {
		m[key] = new(T)
	}
	return m[key]
}

func ratio(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(part) / float64(of)
}

// Guess is a file whose type is known and what it was taken for.
type Guess struct {
	Want, Got  string  // Got: the type, or the best candidate where the pipeline names none
	Abstained  bool    // not filed but sent to a person, for whatever doubt
	Confidence float64 // of Got
	Profile    string
}

// Sheet is a page whose text is known.
type Sheet struct {
	Profile, Language string
	Rate              float64 // CER
	Edits, Length     int     // in characters
	Copied            float64 // CER of the text taken out of the archival rendition, its best order; negative: not measured
}

// Score counts over the files of a corpus. Its figures:
type Score struct {
	Files    int
	Finished int // with an outcome that is not "failed"
	Time     Time
	Times    map[string]*Time // by profile

	Guesses []Guess // readable files with one document
	Sheets  []Sheet // readable pages that are not blank

	Turned Share // of the same pages: rotation exactly as in the truth
	Blank  Found // empty pages among all pages of readable files
	Unread Found // files called unreadable among all

	// Splits are boundaries between documents within a file: the first pages of all documents but the first. Every file
	// counts, so that a boundary inside a single document is a wrong find.
	Splits Found
	Parts  Share // documents of combined scans found with exact first page and right type

	// Fields, by key, of readable files with one document. Right: the value of the truth; wrong: another value under a key
	// that the truth has; missed: everything in the truth that is not right. More: keys that the truth does not have. The
	// truth only holds what the template records, so some of these can be read off the page too.
	Fields map[string]*Found
	More   int

	// Zones, by kind of picture (scans, photos) and again by format, of readable files: exact if all lines agree. ZoneValues
	// are the single values in them, missed zones included.
	Zones       map[string]*Share
	ZonesFound  Share
	ZoneValues  Share
	ZoneAccepts Share // zones said to be valid that differ from the truth, of all said to be valid
	ZoneChecked int   // of these: differ in a line that has check digits, not only in the names
}

// Time is what finished files took: wall time within the pipeline, and their pages in the truth.
type Time struct {
	Seconds float64
	Pages   int
}

// PerPage is the seconds of a page, 0 without pages.
func (t Time) PerPage() float64 { return t.Seconds / float64(max(t.Pages, 1)) }

func (t *Time) add(seconds float64, pages int) { t.Seconds += seconds; t.Pages += pages }

// NewScore returns an empty score.
func NewScore() *Score {
	return &Score{Fields: map[string]*Found{}, Zones: map[string]*Share{}, Times: map[string]*Time{}}
}

// Add counts one file. A missing outcome is the zero one. Copied are the texts of the pages of its archival rendition in
// several orders, of which the best counts; nil where there is none.
func (s *Score) Add(want Truth, got Outcome, copied [][]string) {
	s.Files++
	if got.Status == "" || got.Status == "failed" {
		return
	}
	s.Finished++
	s.Time.add(got.Seconds["total"], len(want.Pages))
	entry(s.Times, want.Profile).add(got.Seconds["total"], len(want.Pages))
	s.Unread.Add(!want.Readable, !got.Readable)
	s.addAccept(want, got)
	if !want.Readable {
		return
	}
	s.addPages(want, got, copied)
	s.addSplits(want, got)
	s.addZone(want, got)
	if !want.Combined && len(want.Segments) == 1 {
		s.addType(want, got)
		s.addFields(want.Segments[0].Fields, got.Fields)
	}
}

func (s *Score) addPages(want Truth, got Outcome, copied [][]string) {
	for i, page := range want.Pages {
		var text string
		var blank, turned bool
		if i < len(got.Pages) {
			text, blank, turned = got.Pages[i].Text, got.Pages[i].Blank, got.Pages[i].Rotation == page.Rotation
		}
		s.Blank.Add(page.Blank, blank)
		if page.Blank || plain(page.Text) == "" {
			continue
		}
		s.Turned.Add(turned)
		sheet := Sheet{Profile: want.Profile, Language: want.language(i), Copied: -1}
		sheet.Edits, sheet.Length = page.mistakes(text)
		sheet.Rate = ratio(sheet.Edits, sheet.Length)
		for _, order := range copied {
			if i >= len(order) {
				continue
			}
			if rate := ratio(page.mistakes(order[i])); sheet.Copied < 0 || rate < sheet.Copied {
				sheet.Copied = rate
			}
		}
		s.Sheets = append(s.Sheets, sheet)
	}
}

// mistakes compares with the text by lines and by columns and takes the better.
func (p TrueSurface) mistakes(got string) (edits, length int) {
	edits, length = mistakes(p.Text, got)
	if p.TextFlow == "" || edits == 0 {
		return edits, length
	}
	if e, n := mistakes(p.TextFlow, got); ratio(e, n) < ratio(edits, length) {
		return e, n
	}
	return edits, length
}

func (s *Score) addType(want Truth, got Outcome) {
	guess := Guess{Want: want.Type, Got: got.Type, Abstained: got.Type == "" || got.Status != "done", Confidence: got.Confidence, Profile: want.Profile}
	if got.Type == "" && len(got.Candidates) > 0 {
		guess.Got, guess.Confidence = got.Candidates[0].Type, got.Candidates[0].Confidence
	}
	s.Guesses = append(s.Guesses, guess)
}

func (s *Score) addSplits(want Truth, got Outcome) {
	first, found := map[int]string{}, map[int]string{}
	for _, p := range want.Segments {
		first[p.FirstPage] = p.Type
	}
	for _, p := range got.Segments {
		found[p.First] = p.Type
	}
	for page := 2; page <= max(len(want.Pages), len(got.Pages)); page++ {
		_, is := first[page]
		_, said := found[page]
		s.Splits.Add(is, said)
	}
	if want.Combined {
		for page, kind := range first {
			s.Parts.Add(found[page] == kind)
		}
	}
}

func (s *Score) addFields(want, got map[string]Value) {
	known := map[string]bool{}
	for name, value := range want {
		for _, key := range append([]string{name}, aliases[name]...) {
			known[key] = true
		}
		read, there := field(got, name)
		right := there && same(value, read)
		entry(s.Fields, name).Add(true, right)
		entry(s.Fields, name).Add(false, there && !right)
	}
	for name := range got {
		s.More += count(!known[name])
	}
}

// AllFields sums the fields up.
func (s *Score) AllFields() Found {
	var all Found
	for _, f := range s.Fields {
		all.Right, all.Wrong, all.Missed = all.Right+f.Right, all.Wrong+f.Wrong, all.Missed+f.Missed
	}
	return all
}

func (s *Score) addZone(want Truth, got Outcome) {
	zones := want.zones()
	if len(zones) == 0 {
		return
	}
	kind := "scans"
	if strings.HasPrefix(want.Profile, "phone") && want.Profile != "phone_scan_app" {
		kind = "photos"
	}
	s.ZonesFound.Add(got.MRZ != nil)
	exact := got.MRZ != nil && slices.ContainsFunc(zones, func(z TrueZone) bool { return slices.Equal(z.Lines, got.MRZ.Lines) })
	entry(s.Zones, kind).Add(exact)
	entry(s.Zones, zones[0].Format).Add(exact)
	if got.MRZ == nil {
		values := zoneValues(zones[0], nil)
		s.ZoneValues.Of += values.Of
		return
	}
	best := Share{}
	for _, z := range zones { // of a combined scan one zone is reported: the nearest counts
		if v := zoneValues(z, got.MRZ.Fields); best.Of == 0 || v.Rate() > best.Rate() {
			best = v
		}
	}
	s.ZoneValues.Part, s.ZoneValues.Of = s.ZoneValues.Part+best.Part, s.ZoneValues.Of+best.Of
}

func (s *Score) addAccept(want Truth, got Outcome) {
	if got.MRZ == nil || !got.MRZ.Valid {
		return
	}
	s.ZoneAccepts.Add(!slices.ContainsFunc(want.zones(), func(z TrueZone) bool { return slices.Equal(z.Lines, got.MRZ.Lines) }))
	checked := withoutNames(got.MRZ.Lines)
	s.ZoneChecked += count(!slices.ContainsFunc(want.zones(), func(z TrueZone) bool { return slices.Equal(withoutNames(z.Lines), checked) }))
}

// withoutNames leaves the line of the names out: the third of three, the first of two (ICAO Doc 9303 parts 4 to 7).
func withoutNames(lines []string) []string {
	switch len(lines) {
	case 3:
		return lines[:2]
	case 2:
		return lines[1:]
	}
	return lines
}

func (t Truth) zones() []TrueZone {
	var zones []TrueZone
	for _, p := range t.Segments {
		if p.MRZ != nil {
			zones = append(zones, *p.MRZ)
		}
	}
	return zones
}

// Types returns how each type did, by its key; abstentions count as their best candidate.
func (s *Score) Types() map[string]*Found {
	types := map[string]*Found{}
	for _, g := range s.Guesses {
		if g.Got == g.Want {
			entry(types, g.Want).Right++
			continue
		}
		entry(types, g.Want).Missed++
		if g.Got != "" {
			entry(types, g.Got).Wrong++
		}
	}
	return types
}

// MacroF1 is the mean of the types' F1, over the types that are in the corpus.
func (s *Score) MacroF1() float64 {
	sum, n := 0.0, 0
	for _, f := range s.Types() {
		if f.Right+f.Missed > 0 {
			sum += f.F1()
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// Answered returns the share of files that were filed without asking a person, and of these the share filed under the
// right type.
func (s *Score) Answered() (answered, right Share) {
	for _, g := range s.Guesses {
		answered.Add(!g.Abstained)
		if !g.Abstained {
			right.Add(g.Got == g.Want)
		}
	}
	return answered, right
}

// At returns how many are right among the surest share of the files, by confidence, whether the pipeline abstained or not.
func (s *Score) At(coverage float64) Share {
	sorted := slices.Clone(s.Guesses)
	slices.SortStableFunc(sorted, func(a, b Guess) int { return cmp.Compare(b.Confidence, a.Confidence) })
	var share Share
	for _, g := range sorted[:int(coverage*float64(len(sorted))+0.5)] {
		share.Add(g.Got == g.Want)
	}
	return share
}

// Confusion is how often one type was taken for another.
type Confusion struct {
	Want, Got string
	Times     int
	Sure      int // of these, filed and not sent to a person
}

// Confusions returns the wrong guesses, the most frequent first.
func (s *Score) Confusions() []Confusion {
	var list []Confusion
	for _, g := range s.Guesses {
		if g.Got == g.Want {
			continue
		}
		i := slices.IndexFunc(list, func(c Confusion) bool { return c.Want == g.Want && c.Got == g.Got })
		if i < 0 {
			i, list = len(list), append(list, Confusion{Want: g.Want, Got: g.Got})
		}
		list[i].Times++
		list[i].Sure += count(!g.Abstained)
	}
	slices.SortStableFunc(list, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	return list
}

// Errors are the character error rates of some pages.
type Errors struct {
	Pages             int
	Mean, Median, P90 float64 // over the pages
	Total             float64 // all edits over all characters
	Copied            float64 // mean of the text taken out of the renditions; negative: not measured
}

// Text returns the error rates of the pages that the function names.
func (s *Score) Text(include func(Sheet) bool) Errors {
	var rates []float64
	e := Errors{Copied: -1}
	edits, length, sum, copies, copied := 0, 0, 0.0, 0, 0.0
	for _, sheet := range s.Sheets {
		if !include(sheet) {
			continue
		}
		rates = append(rates, sheet.Rate)
		edits, length, sum = edits+sheet.Edits, length+sheet.Length, sum+sheet.Rate
		if sheet.Copied >= 0 {
			copies, copied = copies+1, copied+sheet.Copied
		}
	}
	if len(rates) == 0 {
		return e
	}
	slices.Sort(rates)
	e.Pages, e.Mean, e.Total = len(rates), sum/float64(len(rates)), ratio(edits, length)
	e.Median, e.P90 = quantile(rates, 0.5), quantile(rates, 0.9)
	if copies > 0 {
		e.Copied = copied / float64(copies)
	}
	return e
}

// quantile returns the value at or below which the share q of the sorted values lies.
func quantile(sorted []float64, q float64) float64 {
	return sorted[max(0, min(int(q*float64(len(sorted))+0.9999)-1, len(sorted)-1))]
}
