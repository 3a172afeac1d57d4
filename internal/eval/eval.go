// Package eval measures how well documents are read: errors per character, pages turned the right way, types, fields,
// machine-readable zones, and how sure the pipeline was when it was wrong. It compares what `eakte process` prints with
// the ground truth of a synthetic corpus and knows nothing of how the pipeline works.
//
// `make eval` runs the corpora and writes the tables into docs/quality.md. To score what was already read, without
// running anything (dir holds truth/*.json, the lines are those of `eakte process`, whole or in part):
//
//	go run ./internal/eval/score -jsonl FILE.jsonl dev=testdata/corpus/synthetic
//	EAKTE_EVAL_DIR=DIR EAKTE_EVAL_JSONL=FILE.jsonl go test -count=1 -v -run TestEval ./internal/eval
//
// Package again reads the fields alone once more, from words that were kept, within seconds.
//
// With -out DIR (as given to `eakte process --out`) the text layer of the archival renditions is scored too. The
// tables hold sums only, never a text, so that a held-out corpus stays unseen. TestEval runs a few documents as part of
// all tests, so that the measuring itself cannot rot. What each figure means stands beside its field in Score. Start
// reading at Score.Add.
package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Truth is the ground truth of one file, as it stands in the corpus.
type Truth struct {
	ID       string `json:"id"`
	File     string `json:"file"` // relative to the corpus, with slashes
	Type     string `json:"type"` // empty for a combined scan
	Profile  string `json:"profile"`
	Readable bool   `json:"readable"`
	Combined bool   `json:"combined"`

	Languages []string      `json:"languages"`
	Segments  []TruePart    `json:"segments"`
	Pages     []TrueSurface `json:"pages"`
}

// TruePart is one document of a file.
type TruePart struct {
	FirstPage int              `json:"first_page"` // from 1
	Type      string           `json:"type"`
	Languages []string         `json:"languages"`
	Fields    map[string]Value `json:"fields"` // only those that can be seen on the pages
	MRZ       *TrueZone        `json:"mrz"`
}

// TrueZone is a machine-readable zone: its lines, and its values as they stand in it (dates YYMMDD).
type TrueZone struct {
	Format      string   `json:"format"` // TD1, TD2, TD3, MRV-A, MRV-B
	Lines       []string `json:"lines"`
	Page        int      `json:"page"`
	Surname     string   `json:"surname"`
	GivenNames  string   `json:"given_names"`
	Number      string   `json:"document_number"`
	BirthDate   string   `json:"birth_date"`
	ExpiryDate  string   `json:"expiry_date"`
	Nationality string   `json:"nationality"`
	State       string   `json:"issuing_state"`
	Sex         string   `json:"sex"`
}

// TrueSurface is one page as it should be read.
type TrueSurface struct {
	Text     string `json:"text"`
	TextFlow string `json:"text_flow"` // the same words in reading order of columns, where that differs
	Rotation int    `json:"rotation"`
	Blank    bool   `json:"blank"`
}

// Value is a field's value. The truth writes amounts and counts as numbers, the pipeline writes everything as text.
type Value struct {
	Value any    `json:"value"`
	Text  string `json:"text"` // as printed; only in the truth
}

// Outcome is the part of a line of `eakte process` that is measured.
type Outcome struct {
	File       string  `json:"file"`
	Status     string  `json:"status"`
	Code       string  `json:"code"`
	Type       string  `json:"type"` // empty: abstained
	Confidence float64 `json:"type_confidence"`
	Readable   bool    `json:"readable"`
	Candidates []struct {
		Type       string  `json:"type"`
		Confidence float64 `json:"confidence"`
	} `json:"candidates"`
	Pages []struct {
		Text     string `json:"text"`
		Rotation int    `json:"rotation"`
		Blank    bool   `json:"blank"`
	} `json:"pages"`
	Segments []struct {
		First int    `json:"first"`
		Type  string `json:"type"`
	} `json:"segments"`
	MRZ *struct {
		Lines  []string          `json:"lines"`
		Fields map[string]string `json:"fields"`
		Valid  bool              `json:"valid"`
	} `json:"mrz"`
	Fields  map[string]Value   `json:"fields"`
	Seconds map[string]float64 `json:"seconds"`
}

// ReadTruths returns the ground truth of the corpus in dir, in the order of the files' names.
func ReadTruths(dir string) ([]Truth, error) {
	names, err := filepath.Glob(filepath.Join(dir, "truth", "*.json"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no ground truth below %s", dir)
	}
	truths := make([]Truth, len(names))
	for i, name := range names {
		content, err := os.ReadFile(name) //nolint:gosec // a corpus the caller names
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(content, &truths[i]); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	return truths, nil
}

// ReadOutcomes returns the lines of `eakte process` by the name of the file without its folder. A line that is cut off
// at the end of in is left out: scoring a run that is still going on is fine.
func ReadOutcomes(in io.Reader) (map[string]Outcome, error) {
	outcomes := map[string]Outcome{}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return outcomes, nil
		}
		if err != nil {
			return nil, err
		}
		var o Outcome
		if err := json.Unmarshal(line, &o); err != nil {
			return nil, fmt.Errorf("read outcome %d: %w", len(outcomes)+1, err)
		}
		outcomes[filepath.Base(o.File)] = o
	}
}

// Name is the name under which the outcome of this file is found.
func (t Truth) Name() string { return t.File[strings.LastIndexByte(t.File, '/')+1:] }

// part returns the document that a page (from 0) belongs to.
func (t Truth) part(page int) TruePart {
	part := TruePart{}
	for _, p := range t.Segments {
		if p.FirstPage <= page+1 {
			part = p
		}
	}
	return part
}

// language returns the main language of a page; empty if the corpus does not say.
func (t Truth) language(page int) string {
	languages := t.part(page).Languages
	if len(languages) == 0 {
		languages = t.Languages
	}
	if len(languages) == 0 {
		return ""
	}
	return languages[0]
}
