package workers_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers"
	"github.com/eakte/eakte/workers/job"
)

// objectsOf are the keys of everything in the store about a document, former versions and marks of deletion too.
func (b *bench) objectsOf(doc efile.ID) (all []string) {
	b.t.Helper()
	for _, area := range storage.Areas() {
		for found, err := range b.store.Versions(b.t.Context(), storage.Folder(area, b.office.ID, doc)) {
			if err != nil {
				b.t.Fatal(err)
			}
			all = append(all, found.Key)
		}
	}
	return all
}

// facts is all that the tables know of a document.
type facts struct {
	Document   efile.Document
	Renditions []efile.Rendition
	Pages      []efile.Page
	Objects    []string
}

func (b *bench) factsOf(doc efile.ID) facts {
	b.t.Helper()
	ctx := b.t.Context()
	f := facts{Document: b.document(doc), Objects: b.objectsOf(doc)}
	f.Renditions = view(b, func(tx *records.Tx) ([]efile.Rendition, error) { return tx.Renditions(ctx, doc) })
	for i := range f.Renditions {
		f.Renditions[i].Checked = time.Time{} // fixity reads them back meanwhile
	}
	f.Pages = view(b, func(tx *records.Tx) ([]efile.Page, error) { return tx.Pages(ctx, doc) })
	return f
}

// TestADocumentGoesBeforeItsCaseFile destroys one of two letters that came through all stations. Nothing of it is left; the
// other is as it was, to the last byte.
func TestADocumentGoesBeforeItsCaseFile(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	b := newArchiveBench(t, "none")
	b.start()
	b.in(func(tx *records.Tx) error {
		m := efile.Matter{ID: efile.NewID(), CaseID: b.file.ID, Procedure: "residence_employment", Opened: time.Now()}
		return errors.Join(tx.AddMatter(ctx, m), tx.SaveRetentionRules(ctx, []efile.RetentionRule{
			{Unit: "33.20", Procedures: []string{"residence_employment"}, Years: 10, Basis: "Tabelle", Proposal: efile.Keep},
			{DocumentTypes: []string{"employment_contract"}, Basis: "Art. 5 Abs. 1 lit. e DSGVO"},
		}))
	})
	goes, stays := b.settled(b.upload("Vertrag.pdf", corpus.Letter(1))), b.settled(b.upload("Anderer Vertrag.pdf", corpus.Letter(2)))
	b.in(func(tx *records.Tx) error { // the other is of a type without a rule of its own
		d, err := tx.LockDocument(ctx, stays.ID)
		d.Type = "passport"
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	b.in(func(tx *records.Tx) error { _, _, err := tx.CloseCase(ctx, b.file.ID, time.Time{}); return err })
	if err := workers.Retain(ctx, b.records, b.office.ID); err != nil {
		t.Fatal(err)
	}
	files := view(b.bench, func(tx *records.Tx) ([]records.AloneFile, error) { return tx.DueAlone(ctx, records.AloneFilter{}) })
	if len(files) != 1 || len(files[0].Documents) != 1 || files[0].Documents[0].ID != goes.ID {
		t.Fatalf("due alone: got %+v, want the contract", files)
	}
	if len(b.objectsOf(goes.ID)) < 5 {
		t.Fatalf("objects: got %v, want original, sound PDF, archival rendition, words and page", b.objectsOf(goes.ID))
	}
	before, caseBefore := b.factsOf(stays.ID), view(b.bench, func(tx *records.Tx) (efile.Case, error) { return tx.Case(ctx, b.file.ID) })

	x := efile.Destruction{CaseID: b.file.ID, Documents: []efile.ID{goes.ID}}
	b.inAs(b.people[0], func(tx *records.Tx) error { return tx.ProposeDestruction(ctx, &x) })
	b.inAs(b.people[1], func(tx *records.Tx) error { _, err := tx.ConfirmDestruction(ctx, x.ID, 0); return err })
	b.eventually("the document destroyed", func() bool {
		b.insert(job.Destroy{}, nil)
		done := view(b.bench, func(tx *records.Tx) ([]efile.Destruction, error) {
			return tx.Destructions(ctx, records.DestructionFilter{Done: true, Alone: true})
		})
		return len(done) == 1 && done[0].ID == x.ID
	})

	if left := view(b.bench, func(tx *records.Tx) ([]records.Remain, error) { return tx.Remains(ctx, goes.ID) }); len(left) > 0 {
		t.Errorf("rows are left: %v", left)
	}
	if left := b.objectsOf(goes.ID); len(left) > 0 {
		t.Errorf("objects are left: %v", left)
	}
	after, caseAfter := b.factsOf(stays.ID), view(b.bench, func(tx *records.Tx) (efile.Case, error) { return tx.Case(ctx, b.file.ID) })
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the other document changed:\n%s", diff)
	}
	for _, r := range after.Renditions {
		if err := b.store.Fetch(ctx, storage.Object{Key: r.Key, Size: r.Size, SHA256: r.SHA256}, filepath.Join(t.TempDir(), "x")); err != nil {
			t.Errorf("%s of the other document: %v", r.Kind, err)
		}
	}
	if caseAfter.Closed.IsZero() || !caseAfter.Closed.Equal(caseBefore.Closed) || caseAfter.Documents != caseBefore.Documents-1 {
		t.Errorf("the case file: got %+v, want it closed as before, with one document less than %d", caseAfter, caseBefore.Documents)
	}
}

// TestWhatMayNotGoAnyMoreIsTakenBack changes something between the confirmation and the day on which the objects go, and lets
// nobody compute the periods anew.
func TestWhatMayNotGoAnyMoreIsTakenBack(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	table := func(years int) []efile.RetentionRule {
		return []efile.RetentionRule{
			{Unit: "33.20", Procedures: []string{"residence_employment"}, Years: 50, Basis: "Tabelle"},
			{DocumentTypes: []string{"passport"}, Years: years, Basis: "Art. 5 Abs. 1 lit. e DSGVO"},
		}
	}
	b := newArchiveBench(t, "none")
	b.start()
	b.in(func(tx *records.Tx) error { return tx.SaveRetentionRules(ctx, table(0)) })
	confirmed := func() efile.ID {
		t.Helper()
		c, _ := b.plant("Muster, Anna")
		docs := view(b.bench, func(tx *records.Tx) ([]efile.Document, error) { return tx.Documents(ctx, c.ID) })
		x := efile.Destruction{CaseID: c.ID, Documents: []efile.ID{docs[0].ID}}
		b.inAs(b.people[0], func(tx *records.Tx) error { return tx.ProposeDestruction(ctx, &x) })
		b.inAs(b.people[1], func(tx *records.Tx) error { _, err := tx.ConfirmDestruction(ctx, x.ID, 0); return err })
		return x.ID
	}
	takenBack := func(what string, ids ...efile.ID) {
		t.Helper()
		b.eventually(what, func() bool {
			b.insert(job.Destroy{}, nil)
			left := len(ids)
			for _, x := range view(b.bench, func(tx *records.Tx) ([]efile.Destruction, error) {
				return tx.Destructions(ctx, records.DestructionFilter{})
			}) {
				if slices.Contains(ids, x.ID) && !x.Withdrawn.IsZero() && x.Begun.IsZero() {
					left--
				}
			}
			return left == 0
		})
	}
	first, second := confirmed(), confirmed()
	b.in(func(tx *records.Tx) error { return tx.SaveRetentionRules(ctx, table(30)) })
	takenBack("what the new table keeps is taken back", first, second)

	b.in(func(tx *records.Tx) error { return tx.SaveRetentionRules(ctx, table(0)) })
	third := confirmed()
	b.in(func(tx *records.Tx) error {
		u, err := tx.User(ctx, b.people[1].ID)
		u.Disabled = true
		return errors.Join(err, tx.SaveUser(ctx, u))
	})
	takenBack("what a person confirmed who has left is taken back", third)
}
