package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
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

// typeReader is the step "read": classify, then extract. It runs one request at a time.
type typeReader struct {
	builtIn *classify.Classifier
	own     *classify.Classifier // of the installation's catalogue, kept as long as its files stay the same
	ownSum  [sha256.Size]byte
	now     func() time.Time
}

// newTypeReader loads the built-in catalogue's types.
func newTypeReader() (*typeReader, error) {
	classifier, err := classify.New(catalogue.BuiltInTypes())
	return &typeReader{builtIn: classifier, now: time.Now}, err
}

// run says what the document is and what it says. Fields are those of the first segment that has the document's type; a
// combined scan of several types has no fields of its own: each part is read again once it is a document. Separator sheets
// end a segment and are not read.
func (t *typeReader) run(ctx context.Context, dir string, request pipeline.ReadRequest) (pipeline.Reading, error) {
	all, err := loadPages(ctx, dir, request.Words)
	if err != nil {
		return pipeline.Reading{}, err
	}
	classifier, err := t.classifier(dir, request.Catalogue)
	if err != nil {
		return pipeline.Reading{}, err
	}
	if classifier, err = taught(classifier, dir, request.Lessons); err != nil {
		return pipeline.Reading{}, err
	}
	pages := pipeline.WithoutSeparators(all)
	reading := classifier.Classify(pages, request.Types)
	reading.Segments = pipeline.Separate(reading.Segments, all)
	if reading.Type != "" {
		reading.Fields = extract.Fields(reading.Type, pages)
	}
	if until, ok := reading.Fields["expiry_date"]; ok && until.Value < t.now().UTC().Format(time.DateOnly) {
		reading.Notes = append(reading.Notes, pipeline.NoteExpired)
	}
	return reading, nil
}

// classifier returns the one for the types of a catalogue: a directory in dir with what it changes in the built-in one, or
// empty for the built-in one itself.
func (t *typeReader) classifier(dir, folder string) (*classify.Classifier, error) {
	if folder == "" {
		return t.builtIn, nil
	}
	if !filepath.IsLocal(folder) {
		return nil, fmt.Errorf("the catalogue lies outside the job")
	}
	files := os.DirFS(filepath.Join(dir, folder))
	overrides, err := catalogue.Overrides(files)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(overrides)) {
		fmt.Fprintf(sum, "%s %d\n%s", name, len(overrides[name]), overrides[name])
	}
	if now := [sha256.Size]byte(sum.Sum(nil)); t.own == nil || now != t.ownSum {
		own, err := catalogue.Load(files)
		if err != nil {
			return nil, err
		}
		if t.own, err = classify.New(own.Types()); err != nil {
			return nil, err
		}
		t.ownSum = now
	}
	return t.own, nil
}

// taught returns the classifier minding a file of lessons in dir; empty: none.
func taught(classifier *classify.Classifier, dir, file string) (*classify.Classifier, error) {
	lessons, err := loadLessons(dir, file)
	if err != nil || len(lessons) == 0 {
		return classifier, err
	}
	return classifier.Taught(lessons)
}

// lessonsFile is what the step learn writes.
const lessonsFile = "learnt.json" // not the name of those in use, which stay as they are

// learn is the step "learn".
func (t *typeReader) learn(ctx context.Context, dir string, request pipeline.LearnRequest) (pipeline.Learned, error) {
	inUse, err := loadLessons(dir, request.Lessons)
	if err != nil {
		return pipeline.Learned{}, err
	}
	var known []classify.Known
	for _, example := range request.Examples {
		pages, err := loadPages(ctx, dir, example.Words)
		if err != nil {
			return pipeline.Learned{}, err
		}
		known = append(known, classify.Known{Pages: pages, Type: example.Type})
	}
	file, learned, err := t.builtIn.Learn(known, inUse)
	if err != nil {
		return pipeline.Learned{}, err
	}
	learned.File = lessonsFile
	return learned, os.WriteFile(filepath.Join(dir, lessonsFile), file, 0o600)
}

// maxLessons bounds a file of lessons, in bytes.
const maxLessons = 64 << 20

// loadLessons reads a file of lessons in dir; none for an empty name.
func loadLessons(dir, name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("the lessons lie outside the job")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxLessons))
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
