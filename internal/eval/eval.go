// Package eval measures how well documents are read: errors per character, pages turned the right way, types, fields,
// machine-readable zones, and how sure the pipeline was when it was wrong. It compares what `eakte process` prints with
// the ground truth of the synthetic corpus and knows nothing of how the pipeline works.
//
// TestEval runs a few documents as part of all tests, so that the measuring itself cannot rot; `make eval` runs the whole
// corpus and prints the table. Start reading at Tally.
package eval

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
)

// Truth is the ground truth of one file, as it stands in the corpus.
type Truth struct {
	ID       string `json:"id"`
	File     string `json:"file"`
	Type     string `json:"type"` // empty for a combined scan
	Profile  string `json:"profile"`
	Readable bool   `json:"readable"`
	Combined bool   `json:"combined"`

	Languages []string `json:"languages"`
	Segments  []struct {
		FirstPage int              `json:"first_page"`
		Fields    map[string]Value `json:"fields"`
		MRZ       *struct {
			Lines []string `json:"lines"`
		} `json:"mrz"`
	} `json:"segments"`
	Pages []struct {
		Text     string `json:"text"`
		TextFlow string `json:"text_flow"` // the same words in reading order of columns, where that differs
		Rotation int    `json:"rotation"`
		Blank    bool   `json:"blank"`
	} `json:"pages"`
}

// Value is a field's value. The truth writes amounts and counts as numbers, the pipeline writes everything as text.
type Value struct {
	Value any `json:"value"`
}

// Outcome is the part of a line of `eakte process` that is measured.
type Outcome struct {
	File       string  `json:"file"`
	Status     string  `json:"status"`
	Code       string  `json:"code"`
	Type       string  `json:"type"`
	Confidence float64 `json:"type_confidence"`
	Readable   bool    `json:"readable"`
	Pages      []struct {
		Text     string `json:"text"`
		Rotation int    `json:"rotation"`
		Blank    bool   `json:"blank"`
	} `json:"pages"`
	Segments []struct {
		First int `json:"first"`
	} `json:"segments"`
	MRZ *struct {
		Lines []string `json:"lines"`
		Valid bool     `json:"valid"`
	} `json:"mrz"`
	Fields  map[string]Value   `json:"fields"`
	Seconds map[string]float64 `json:"seconds"`
}

// Tally counts over files of one kind.
type Tally struct {
	Files, Finished               int       // Finished: neither failed nor without an outcome
	Types, TypeRight, TypeWrong   int       // files with one type; right, wrong; the rest abstained
	WrongAndSure                  int       // wrong with a confidence of 0.9 and more
	CER                           []float64 // of each readable page that is not blank
	Turns, TurnRight              int       // the same pages; turned as they should be
	Fields, FieldRight, FieldMore int       // in the truth; read rightly; read with another value or not there at all
	MRZ, MRZRight                 int
	Splits, SplitRight            int // combined scans; all first pages found, none too many
	Seconds                       float64
}

// Add counts one file.
func (t *Tally) Add(want Truth, got Outcome) {
	t.Files++
	t.Seconds += got.Seconds["total"]
	if got.Status == "" || got.Status == "failed" {
		return
	}
	t.Finished++
	t.addType(want, got)
	if !want.Readable {
		return
	}
	for i, page := range want.Pages {
		if page.Blank {
			continue
		}
		var read string
		turned := false
		if i < len(got.Pages) {
			read, turned = got.Pages[i].Text, got.Pages[i].Rotation == page.Rotation
		}
		rate := CER(page.Text, read)
		if page.TextFlow != "" {
			rate = min(rate, CER(page.TextFlow, read))
		}
		t.CER = append(t.CER, rate)
		t.Turns++
		t.TurnRight += count(turned)
	}
	t.addFields(want, got)
}

func (t *Tally) addType(want Truth, got Outcome) {
	if want.Combined {
		var first, found []int
		for _, s := range want.Segments {
			first = append(first, s.FirstPage)
		}
		for _, s := range got.Segments {
			found = append(found, s.First)
		}
		t.Splits++
		t.SplitRight += count(slices.Equal(first, found))
		return
	}
	if !want.Readable {
		return
	}
	t.Types++
	t.TypeRight += count(got.Type == want.Type)
	if got.Type != "" && got.Type != want.Type {
		t.TypeWrong++
		t.WrongAndSure += count(got.Confidence >= 0.9)
	}
}

func (t *Tally) addFields(want Truth, got Outcome) {
	if want.Combined || len(want.Segments) != 1 {
		return
	}
	segment := want.Segments[0]
	for name, value := range segment.Fields {
		t.Fields++
		t.FieldRight += count(same(value, got.Fields[name]))
	}
	for name, value := range got.Fields {
		t.FieldMore += count(!same(segment.Fields[name], value))
	}
	if segment.MRZ != nil {
		t.MRZ++
		t.MRZRight += count(got.MRZ != nil && slices.Equal(got.MRZ.Lines, segment.MRZ.Lines))
	}
}

// Quantile returns the value below which the share q of the pages' error rates lies; 0 without pages.
func (t *Tally) Quantile(q float64) float64 {
	if len(t.CER) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t.CER))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// Print writes one line per kind of file, in the order of their names, and one over all.
func Print(w io.Writer, tallies map[string]*Tally) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "files\tn\tfinished\tCER median\tCER p90\tturned\ttype right\twrong\twrong+sure\tfields right\tmore\tMRZ\tsplit\ts/file")
	names := make([]string, 0, len(tallies))
	for name := range tallies {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(count(a == All), count(b == All)), strings.Compare(a, b))
	})
	for _, name := range names {
		t := tallies[name]
		fmt.Fprintf(table, "%s\t%d\t%d\t%.2f %%\t%.2f %%\t%s\t%s\t%d\t%d\t%s\t%d\t%s\t%s\t%.1f\n", name, t.Files, t.Finished,
			100*t.Quantile(0.5), 100*t.Quantile(0.9), share(t.TurnRight, t.Turns), share(t.TypeRight, t.Types), t.TypeWrong, t.WrongAndSure,
			share(t.FieldRight, t.Fields), t.FieldMore, share(t.MRZRight, t.MRZ), share(t.SplitRight, t.Splits), t.Seconds/float64(max(t.Files, 1)))
	}
	return table.Flush()
}

// All is the name of the line over all files.
const All = "all"

func share(part, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", part, of)
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// CER is the share of characters that must be put in, taken out or changed to make got the text wanted. White space
// counts as one blank, letter case and marks count. It is at most 1, and 1 where nothing was wanted but something is there.
func CER(want, got string) float64 {
	a, b := []rune(blank(want)), []rune(blank(got))
	if len(a) == 0 {
		return float64(count(len(b) > 0))
	}
	return min(1, float64(distance(a, b))/float64(len(a)))
}

func blank(s string) string { return strings.Join(strings.Fields(s), " ") }

// same reports whether a field was read as the truth has it: a number by its size, text as it is written.
func same(want, got Value) bool {
	text, _ := got.Value.(string)
	if number, ok := want.Value.(float64); ok {
		read, err := strconv.ParseFloat(text, 64)
		return err == nil && read == number
	}
	wanted, ok := want.Value.(string)
	return ok && text != "" && fold(text) == fold(wanted)
}

// fold makes values comparable where only writing differs.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// distance is Levenshtein's.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		before := row[0]
		row[0] = i + 1
		for j, s := range b {
			above := row[j+1]
			row[j+1] = min(above+1, row[j]+1, before+count(r != s))
			before = above
		}
	}
	return row[len(b)]
}
