package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// TestDocumentsDueBeforeTheirCaseFile lists them, and proves with verify that one of them is gone and its case file is not.
func TestDocumentsDueBeforeTheirCaseFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(t, "retention", "-office", "OFFICE", file(t, "r.yaml",
		"- {unit: '33.20', title: Aufenthalt, procedures: [settlement_permit], years: 90, basis: Aktenordnung, proposal: V}\n"+
			"- {unit: '33.20', title: Kontoauszug, document_types: [bank_statement], months: 6, basis: Datensparsamkeit, proposal: V}\n"))
	list := func() string { t.Helper(); return w.must(t, "export", "alone", "-office", "OFFICE") }
	if out := list(); !strings.Contains(out, "no document is due before its case file") {
		t.Errorf("got %q", out)
	}
	c := w.caseFile(t, "A-1", "x", "a.png", "b.png")
	var docs []efile.Document
	w.in(t, func(ctx context.Context, tx *records.Tx) (err error) {
		if docs, err = tx.Documents(ctx, c.ID); err != nil {
			return err
		}
		d, err := tx.LockDocument(ctx, docs[0].ID)
		d.Type = "bank_statement"
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	w.must(t, "close", "-office", "OFFICE", "-date", "2020-01-31", "A-1")
	named := docs[0].ID.Public(efile.PrefixDocument)
	out := list()
	for _, want := range []string{"A-1", named, "bank_statement", "2020-08-01", "not proposed", "Datensparsamkeit"} {
		if !strings.Contains(out, want) || strings.Contains(out, docs[1].ID.Public(efile.PrefixDocument)) {
			t.Errorf("%q is missing, or the other document is not, in\n%s", want, out)
		}
	}
	w.must(t, "hold", "-office", "OFFICE", "-reason", "Klage", "A-1")
	if out := list(); !strings.Contains(out, "held") {
		t.Errorf("held: got\n%s", out)
	}
	w.must(t, "hold", "-office", "OFFICE", "-lift", "A-1")

	x := efile.Destruction{CaseID: c.ID, Documents: []efile.ID{docs[0].ID}}
	for i, state := range []string{"waits for a second person", "destroyed after "} {
		u := efile.User{ID: efile.NewID(), Login: fmt.Sprintf("archivist-%d", i), Roles: []efile.Role{efile.Archivist}, Created: time.Now()}
		w.in(t, func(ctx context.Context, tx *records.Tx) error { return tx.AddUser(ctx, u) })
		actor := efile.Actor{Kind: efile.Staff, ID: u.ID, Office: w.office.ID, Roles: u.Roles}
		err := w.store.In(t.Context(), actor, func(tx *records.Tx) (err error) {
			if i == 0 {
				return tx.ProposeDestruction(t.Context(), &x)
			}
			_, err = tx.ConfirmDestruction(t.Context(), x.ID, 0)
			return err
		})
		if out := list(); err != nil || !strings.Contains(out, state) {
			t.Fatalf("%v; want %q in\n%s", err, state, out)
		}
	}
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		if _, err := tx.BeginDestruction(ctx, x.ID); err != nil {
			return err
		}
		objects, err := tx.CaseObjects(ctx, c.ID, x.Documents...)
		for _, o := range objects {
			err = errors.Join(err, w.bucket.Delete(ctx, o.Key))
		}
		return errors.Join(err, tx.Destroy(ctx, x.ID))
	})
	out = w.must(t, "verify", "--deleted", "-office", "OFFICE")
	if want := "A-1 documents of case " + c.ID.String() + ", 1 documents, destroyed "; !strings.Contains(out, want) || !strings.Contains(out, "nothing left") {
		t.Errorf("got\n%s", out)
	}
	w.must(t, "verify", "-events", "-objects", "-office", "OFFICE") // the other document is whole
}
