package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// destroyed takes a case file all the way: nothing of it is kept, two archivists agree, and objects and rows go.
func destroyed(t *testing.T, w *world, reference string, forget string) efile.Destruction {
	t.Helper()
	c := w.caseFile(t, reference, "x", "a.png", "b.png")
	w.must(t, "close", "-office", "OFFICE", "-date", "2020-01-31", reference)
	process := uuids.FindString(w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", reference))
	w.must(t, "export", "appraise", "-office", "OFFICE", "-proposals", process)
	w.must(t, "export", "deliver", "-office", "OFFICE", process)
	id, err := efile.ParseID(process)
	if err != nil {
		t.Fatal(err)
	}
	x := efile.Destruction{CaseID: c.ID, Disposal: id, Basis: "Bewertung"}
	for i := range 2 {
		u := efile.User{ID: efile.NewID(), Login: fmt.Sprintf("%s-%d", reference, i), Roles: []efile.Role{efile.Archivist}, Created: time.Now()}
		w.in(t, func(ctx context.Context, tx *records.Tx) error { return tx.AddUser(ctx, u) })
		actor := efile.Actor{Kind: efile.Staff, ID: u.ID, Office: w.office.ID, Roles: u.Roles}
		err := w.store.In(t.Context(), actor, func(tx *records.Tx) (err error) {
			if i == 0 {
				return tx.ProposeDestruction(t.Context(), &x)
			}
			_, err = tx.ConfirmDestruction(t.Context(), x.ID, 0)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		if _, err := tx.BeginDestruction(ctx, x.ID); err != nil {
			return err
		}
		objects, err := tx.CaseObjects(ctx, c.ID)
		for _, o := range objects {
			if forget == "" || !strings.HasPrefix(o.Key, forget) {
				err = errors.Join(err, w.bucket.Delete(ctx, o.Key))
			}
		}
		return errors.Join(err, tx.Destroy(ctx, x.ID))
	})
	return x
}

func TestVerifyDeletedFindsWhatIsLeft(t *testing.T) {
	t.Parallel()
	w := ready(t, "xdomea: none\n")
	if out := w.must(t, "verify", "-deleted", "-office", "OFFICE"); !strings.Contains(out, "remains of 0 destructions") {
		t.Errorf("got %q", out)
	}
	w.caseFile(t, "B-1", "stays", "a.png")
	gone := destroyed(t, w, "A-1", "")
	out := w.must(t, "verify", "--deleted", "-office", "OFFICE")
	if want := "A-1 case " + gone.CaseID.String() + ", 2 documents, destroyed "; !strings.Contains(out, want) || !strings.Contains(out, "nothing left") {
		t.Errorf("got\n%s", out)
	}

	destroyed(t, w, "A-2", "originals/")
	out, err := w.run(t, "verify", "-deleted", "-office", "OFFICE")
	if !errors.Is(err, errBroken) || strings.Count(out, "    object originals/") != 2 || strings.Count(out, "NOT GONE") != 1 {
		t.Errorf("two originals that were forgotten: got %v\n%s", err, out)
	}

	key := storage.TransferKey(w.office.ID, gone.Disposal, strings.Repeat("a", 64))
	if _, err := w.bucket.Put(t.Context(), key, strings.NewReader("x"), 1); err == nil {
		t.Fatal("the bucket takes other bytes than the key says")
	}
	left := storage.Folder("quarantine/", w.office.ID, gone.Documents[0]) + "original"
	if _, err := w.bucket.Put(t.Context(), left, strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	out, err = w.run(t, "verify", "-deleted")
	if !errors.Is(err, errBroken) || !strings.Contains(out, "object "+left) || strings.Count(out, "NOT GONE") != 2 {
		t.Errorf("an object in quarantine: got %v\n%s", err, out)
	}

	earlier := efile.NewID() // that the file was recalled from
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		_, err := tx.Pgx().Exec(ctx, `insert into disposals (office_id, id, archive_id, state, created, changed)
			select office_id, $1, archive_id, 'cancelled', now(), now() from disposals where id = $2`, earlier, gone.Disposal)
		if err != nil {
			return err
		}
		_, err = tx.Pgx().Exec(ctx, `insert into disposal_records (office_id, disposal_id, id, level, case_id, reference, live)
			select office_id, $1, id, level, case_id, reference, false from disposal_records where disposal_id = $2`, earlier, gone.Disposal)
		return err
	})
	sum := sha256.Sum256([]byte("x"))
	copied := storage.TransferKey(w.office.ID, earlier, hex.EncodeToString(sum[:]))
	if _, err := w.bucket.Put(t.Context(), copied, strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	if out, err := w.run(t, "verify", "-deleted"); !errors.Is(err, errBroken) || !strings.Contains(out, "object "+copied) {
		t.Errorf("a container of an earlier disposal: got %v\n%s", err, out)
	}
}
