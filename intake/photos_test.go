package intake_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// TestPhotosTogetherAreOneDocument sends the same photos twice: one document whose original holds them as they came.
func TestPhotosTogetherAreOneDocument(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sub := d.open(t)
	sent := [][]byte{noise(1, 300_000), noise(2, 10), noise(3, 70_000)}
	var receipts []*efile.Receipt
	for range 2 {
		photos := d.Photos(t.Context(), d.actor, sub.ID, "contract")
		for _, p := range sent {
			if err := photos.Add(bytes.NewReader(p)); err != nil {
				t.Fatal(err)
			}
		}
		receipt, err := photos.Close()
		if err != nil {
			t.Fatal(err)
		}
		receipts = append(receipts, receipt)
	}
	if receipts[0].Duplicate || !receipts[1].Duplicate || receipts[1].DocumentID != receipts[0].DocumentID {
		t.Errorf("got %+v, then %+v; want the same document again", receipts[0], receipts[1])
	}
	var doc efile.Document
	var original efile.Rendition
	err := d.records.View(t.Context(), efile.SystemIn(d.office.ID), func(tx *records.Tx) (err error) {
		if doc, err = tx.Document(t.Context(), receipts[0].DocumentID); err != nil {
			return err
		}
		original, err = tx.Rendition(t.Context(), doc.ID, efile.Original, 0)
		return err
	})
	if err != nil || doc.MediaType != pipeline.MediaPhotos {
		t.Fatalf("got %+v, %v", doc, err)
	}
	body, err := d.store.Get(t.Context(), storage.Object{Key: original.Key, Size: original.Size, SHA256: original.SHA256})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	stored, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := picture.Photos(bytes.NewReader(stored), int64(len(stored)), 10)
	if err != nil || len(kept) != len(sent) {
		t.Fatalf("got %d photos, %v; want %d", len(kept), err, len(sent))
	}
	for i := range kept {
		if got, err := io.ReadAll(kept[i]); err != nil || !bytes.Equal(got, sent[i]) {
			t.Errorf("photo %d is not as it was sent (%v)", i+1, err)
		}
	}
}

func TestPhotosThatDoNotEndLeaveNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sub := d.open(t)
	cut := errors.New("connection lost")
	photos := d.Photos(t.Context(), d.actor, sub.ID, "contract")
	if err := photos.Add(io.MultiReader(bytes.NewReader(noise(1, 100_000)), failingReader{cut})); !errors.Is(err, cut) {
		t.Errorf("got %v, want %v", err, cut)
	}
	photos.Abort(cut)
	if n := d.count(t, "select count(*) from documents"); n != 0 || len(d.objects(t)) != 0 {
		t.Errorf("got %d documents and objects %v, want none", n, d.objects(t))
	}
}

// TestPhotosThatAreTooLargeAreRefusedAsAWhole sends on after the limit: the sender hears why at the end.
func TestPhotosThatAreTooLargeAreRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Limits = efile.Limits{FileBytes: 100_000, SubmissionFiles: 10, SubmissionBytes: 1 << 20, CaseFilesPerDay: 100}
	sub := d.open(t)
	photos := d.Photos(t.Context(), d.actor, sub.ID, "contract")
	for i := range uint64(4) {
		if err := photos.Add(strings.NewReader(string(noise(i, 60_000)))); err != nil {
			t.Errorf("photo %d: %v", i, err)
		}
	}
	if _, err := photos.Close(); !fault.Is(err, fault.TooLarge) {
		t.Errorf("got %v, want %s", err, fault.TooLarge)
	}
	if n := d.count(t, "select count(*) from documents"); n != 0 {
		t.Errorf("got %d documents, want none", n)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }
