package workers

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
)

// settleTypes records documents whose type a person has settled, with words.
func settleTypes(t *testing.T, store *records.Store, office efile.Office, file efile.Case, types ...string) {
	t.Helper()
	err := store.In(t.Context(), efile.SystemIn(office.ID), func(tx *records.Tx) error {
		for _, typ := range types {
			d := efile.Document{ID: efile.NewID(), CaseID: file.ID, Status: efile.Filed, Station: efile.File, FileName: "a.pdf",
				MediaType: "application/pdf", Type: typ, TypeBy: "caseworker", Channel: efile.ChannelScan, Received: time.Now()}
			d.SHA256 = strings.Repeat(strings.ReplaceAll(d.ID.String(), "-", ""), 2)
			r := efile.Rendition{DocumentID: d.ID, CaseID: file.ID, Kind: efile.Words, Page: 1, MediaType: "application/json",
				Key: "renditions/" + d.ID.String(), SHA256: d.SHA256}
			if err := errors.Join(tx.AddDocument(t.Context(), d), tx.AddRendition(t.Context(), r)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func times(n int, typ string) []string {
	return strings.Fields(strings.Repeat(typ+" ", n))
}

func TestWhenThereIsSomethingToLearn(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	office, neighbour := testenv.Office(t, store), testenv.Office(t, store)
	file, theirs := testenv.Case(t, store, office), testenv.Case(t, store, neighbour)
	settleTypes(t, store, neighbour, theirs, times(40, "payslip")...)
	expect := func(when string, want int) {
		t.Helper()
		var got []taught
		err := store.View(t.Context(), efile.SystemIn(office.ID), func(tx *records.Tx) error {
			var err error
			got, err = toLearn(t.Context(), tx)
			return err
		})
		if err != nil || len(got) != want {
			t.Errorf("%s: got %d examples, %v; want %d", when, len(got), err, want)
		}
		for _, g := range got {
			if g.documentType != "passport" || len(g.words) != 1 {
				t.Errorf("%s: example %+v, want a passport of this office with its words", when, g)
			}
		}
	}
	record := func(l efile.Lessons) {
		t.Helper()
		if err := store.In(t.Context(), efile.SystemIn(office.ID), func(tx *records.Tx) error { return tx.AddLessons(t.Context(), &l) }); err != nil {
			t.Fatal(err)
		}
	}
	expect("nothing settled, but much at the neighbour's", 0)
	settleTypes(t, store, office, file, times(fewestLessons-1, "passport")...)
	expect("too few", 0)
	settleTypes(t, store, office, file, "passport")
	expect("enough", fewestLessons)
	record(efile.Lessons{Kind: efile.LessonsLearnt})
	expect("tried in vain just now", 0)
	settleTypes(t, store, office, file, times(newLessons-1, "passport")...)
	expect("hardly anything new since", 0)
	settleTypes(t, store, office, file, "passport")
	expect("enough new", fewestLessons+newLessons)
	record(efile.Lessons{Kind: efile.LessonsOff, Made: time.Now().Add(-time.Hour)})
	expect("switched off", 0)
}

func TestReadersGetTheLessonsOfTheirOfficeOnly(t *testing.T) {
	t.Parallel()
	w := &Workers{Deps: Deps{Records: testenv.Database(t)}}
	office, neighbour := testenv.Office(t, w.Records), testenv.Office(t, w.Records)
	l := efile.Lessons{Kind: efile.LessonsLearnt, Better: true, File: []byte(`{"version":1}`)}
	if err := w.Records.In(t.Context(), efile.SystemIn(office.ID), func(tx *records.Tx) error { return tx.AddLessons(t.Context(), &l) }); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name, err := w.fetchLessons(t.Context(), dir, office.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != string(l.File) {
		t.Errorf("lessons of the office: got %q, %v; want %q", got, err, l.File)
	}
	if name, err := w.fetchLessons(t.Context(), dir, neighbour.ID); name != "" || err != nil {
		t.Errorf("lessons of the neighbour: got %q, %v; want none", name, err)
	}
}

func TestLessonsThatNoSoundReaderGives(t *testing.T) {
	t.Parallel()
	sound := pipeline.Learned{File: "lessons.json", Examples: 32, HeldBack: 8, Before: 0.5, After: 0.75, Better: true}
	if err := believeLearned(&sound, 40); err != nil {
		t.Errorf("sound lessons: %v", err)
	}
	for what, change := range map[string]func(*pipeline.Learned){
		"more examples than there are":    func(l *pipeline.Learned) { l.Examples = 41 },
		"a negative number held back":     func(l *pipeline.Learned) { l.HeldBack = -1 },
		"a share above one":               func(l *pipeline.Learned) { l.After = 1.5 },
		"better lessons that are not":     func(l *pipeline.Learned) { l.After = 0.5 },
		"no examples, but all held back ": func(l *pipeline.Learned) { l.HeldBack = 99 },
	} {
		l := sound
		change(&l)
		if err := believeLearned(&l, 40); !errors.Is(err, reader.ErrMessage) {
			t.Errorf("%s: got %v, want nonsense", what, err)
		}
	}
	dir := t.TempDir()
	for name, content := range map[string]string{"lessons.json": `{"w":[]}`, "binary": "\x7fELF"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if file, err := takeLessons(dir, "lessons.json"); err != nil || string(file) != `{"w":[]}` {
		t.Errorf("lessons: got %q, %v", file, err)
	}
	for _, name := range []string{"binary", "../lessons.json", "missing.json"} {
		if _, err := takeLessons(dir, name); !errors.Is(err, reader.ErrMessage) {
			t.Errorf("%s: got %v, want nonsense", name, err)
		}
	}
}
