package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/classify"
	"github.com/eakte/eakte/pipeline/extract"
)

// maxWords bounds a file of recognised pages, in bytes.
const maxWords = 256 << 20

// typeReader is the step "read": classify, then extract.
type typeReader struct {
	classifier *classify.Classifier
	now        func() time.Time
}

// newTypeReader loads the catalogue's types.
func newTypeReader() (typeReader, error) {
	classifier, err := classify.New(catalogue.Default().Types())
	return typeReader{classifier: classifier, now: time.Now}, err
}

// run says what the document is and what it says. Fields are those of the first segment that has the document's type; a
// combined scan of several types has no fields of its own: each part is read again once it is a document.
func (t typeReader) run(ctx context.Context, dir string, request pipeline.ReadRequest) (pipeline.Reading, error) {
	pages, err := loadPages(ctx, dir, request.Words)
	if err != nil {
		return pipeline.Reading{}, err
	}
	reading := t.classifier.Classify(pages, request.Types)
	if reading.Type != "" {
		reading.Fields = extract.Fields(reading.Type, pages)
	}
	if until, ok := reading.Fields["expiry_date"]; ok && until.Value < t.now().UTC().Format(time.DateOnly) {
		reading.Notes = append(reading.Notes, pipeline.NoteExpired)
	}
	return reading, nil
}

// loadPages reads files of recognised pages, in page order.
func loadPages(ctx context.Context, dir string, files []string) ([]pipeline.Page, error) {
	var all []pipeline.Page
	for i, name := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !filepath.IsLocal(name) {
			return nil, fmt.Errorf("words file %d lies outside the job", i+1)
		}
		pages, err := loadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("words file %d: %w", i+1, err)
		}
		all = append(all, pages...)
	}
	slices.SortStableFunc(all, func(a, b pipeline.Page) int { return a.Number - b.Number })
	return all, nil
}

// loadFile reads one file of recognised pages.
func loadFile(path string) ([]pipeline.Page, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var pages []pipeline.Page
	if err := json.NewDecoder(io.LimitReader(f, maxWords)).Decode(&pages); err != nil {
		return nil, fmt.Errorf("no list of pages")
	}
	return pages, nil
}
