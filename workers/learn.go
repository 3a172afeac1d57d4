package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// When there is something to learn.
const (
	fewestLessons = 20  // documents whose type a person has settled, before anything is learnt at all
	newLessons    = 10  // settled since the last attempt, before the next
	mostLessons   = 500 // the newest; what was settled years ago is no example any more
	maxLessons    = 4 << 20
	lessonsFile   = "lessons.json"
)

// learnWorker has every office's corrections teach its classifier, each office by itself: what one office settled serves
// nobody else. New lessons are used only if they are better on corrections they were not made from; every attempt is
// recorded.
type learnWorker struct {
	river.WorkerDefaults[job.Learn]
	w *Workers
}

// Timeout bounds one round; what is left is done in the next.
func (*learnWorker) Timeout(*river.Job[job.Learn]) time.Duration { return time.Hour }

// Work makes one round over all offices; what fails in one keeps nothing from the others.
func (l *learnWorker) Work(ctx context.Context, _ *river.Job[job.Learn]) error {
	offices, err := l.w.Records.Offices(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, office := range offices {
		if err := l.office(ctx, office.ID); err != nil {
			failed = append(failed, fmt.Errorf("learn in office %s: %w", office.Key, err))
		}
	}
	return errors.Join(failed...)
}

// office learns once, if there is enough to learn from and people want it.
func (l *learnWorker) office(ctx context.Context, office efile.ID) error {
	var taught []taught
	err := l.w.Records.View(ctx, system(office), func(tx *records.Tx) error {
		var err error
		taught, err = toLearn(ctx, tx)
		return err
	})
	if err != nil || len(taught) == 0 {
		return err
	}
	var learned pipeline.Learned
	var file []byte
	err = l.w.Readers.Do(ctx, pipeline.StepLearn, func(dir string) (any, error) {
		return l.request(ctx, dir, office, taught)
	}, &learned, func(dir string) error {
		if err := believeLearned(&learned, len(taught)); err != nil || !learned.Better {
			return err
		}
		file, err = takeLessons(dir, learned.File)
		return err
	})
	if err != nil {
		return err
	}
	lessons := efile.Lessons{
		Kind: efile.LessonsLearnt, Examples: learned.Examples, HeldBack: learned.HeldBack, Before: learned.Before,
		After: learned.After, Better: learned.Better, File: file,
	}
	err = l.w.Records.In(ctx, system(office), func(tx *records.Tx) error { return tx.AddLessons(ctx, &lessons) })
	if err != nil {
		return err
	}
	l.w.Log.LogAttrs(ctx, slog.LevelInfo, "learnt from corrections", slog.String("office", office.String()),
		slog.Int("version", lessons.Number), slog.Int("examples", lessons.Examples), slog.Bool("better", lessons.Better))
	return nil
}

// taught is a document whose type a person has settled, with its words.
type taught struct {
	documentType string
	words        []efile.Rendition
}

// toLearn lists what there is to learn from; nothing if learning is switched off or hardly anything is new.
func toLearn(ctx context.Context, tx *records.Tx) ([]taught, error) {
	inUse, err := tx.LessonsInUse(ctx)
	if err != nil || inUse.Kind == efile.LessonsOff {
		return nil, err
	}
	last, err := tx.Lessons(ctx, 1)
	if err != nil {
		return nil, err
	}
	documents, err := tx.Taught(ctx, mostLessons)
	if err != nil || len(documents) < fewestLessons {
		return nil, err
	}
	if len(last) > 0 && !documents[len(documents)-newLessons].Changed.After(last[0].Made) {
		return nil, nil
	}
	all := make([]taught, 0, len(documents))
	for _, d := range documents {
		renditions, err := tx.Renditions(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		t := taught{documentType: d.Type}
		for _, r := range renditions {
			if r.Kind == efile.Words && records.Sound(r) == nil { // what is in quarantine teaches nothing
				t.words = append(t.words, r)
			}
		}
		if len(t.words) > 0 { // else it was settled before it was read
			all = append(all, t)
		}
	}
	return all, nil
}

// request puts the words of all examples and the lessons in use into dir.
func (l *learnWorker) request(ctx context.Context, dir string, office efile.ID, all []taught) (pipeline.LearnRequest, error) {
	var request pipeline.LearnRequest
	for i, t := range all {
		example := pipeline.Example{Type: t.documentType}
		for _, r := range t.words {
			name := fmt.Sprintf("words-%04d-%04d.json", i, r.Page)
			if err := l.w.Store.Fetch(ctx, object(r), filepath.Join(dir, name)); err != nil {
				return request, err
			}
			example.Words = append(example.Words, name)
		}
		request.Examples = append(request.Examples, example)
	}
	var err error
	request.Lessons, err = l.w.fetchLessons(ctx, dir, office)
	return request, err
}

// fetchLessons puts the lessons that the office works with into dir and returns the file's name; empty if there are none.
func (w *Workers) fetchLessons(ctx context.Context, dir string, office efile.ID) (string, error) {
	var inUse efile.Lessons
	err := w.Records.View(ctx, system(office), func(tx *records.Tx) error {
		var err error
		inUse, err = tx.LessonsInUse(ctx)
		return err
	})
	if err != nil || len(inUse.File) == 0 {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, lessonsFile), inUse.File, 0o600); err != nil {
		return "", fmt.Errorf("hand on the lessons: %w", err)
	}
	return lessonsFile, nil
}

// believeLearned checks the answer of the step learn for so many examples.
func believeLearned(l *pipeline.Learned, examples int) error {
	if l.Examples < 0 || l.HeldBack < 0 || l.Examples > examples || l.HeldBack > examples || !share(l.Before) || !share(l.After) {
		return nonsense("lessons from %d examples, %d held back, of %d", l.Examples, l.HeldBack, examples)
	}
	if l.Better && l.After <= l.Before {
		return nonsense("better lessons that are not better")
	}
	return nil
}

// takeLessons reads the file that the step learn wrote.
func takeLessons(dir, name string) ([]byte, error) {
	path, err := inside(dir, name)
	if err != nil {
		return nil, err
	}
	if err := believeFile(path, "{", maxLessons); err != nil {
		return nil, err
	}
	file, err := os.ReadFile(path) //nolint:gosec // in the job's own directory, and no link
	if err != nil {
		return nil, fmt.Errorf("take the lessons: %w", err)
	}
	return file, nil
}
