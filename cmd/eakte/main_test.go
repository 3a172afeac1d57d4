package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// world is an installation with one office.
type world struct {
	config setup.Config
	store  *records.Store
	bucket *storage.Store
	office efile.Office
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store, at := testenv.Database(t), testenv.StoreConfig(t)
	bucket, err := storage.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return &world{
		config: setup.Config{
			Data: t.TempDir(), DatabaseURL: testenv.DatabaseURL(t), Store: at, MasterKey: bytes.Repeat([]byte{5}, 32),
			PublicURL: "http://127.0.0.1:1", Installation: "test", Cores: 1, Transfers: t.TempDir(), Log: testenv.Log(t),
		},
		store: store, bucket: bucket, office: testenv.Office(t, store),
	}
}

// run runs a command as the operator would; the words OFFICE stand for the office's key.
func (w *world) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "OFFICE", w.office.Key)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			var out strings.Builder
			err := c.run(t.Context(), w.config, args[1:], &out)
			return out.String(), err
		}
	}
	t.Fatalf("no command %s", args[0])
	return "", nil
}

// must is run for what has to succeed.
func (w *world) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := w.run(t, args...)
	if err != nil {
		t.Fatalf("eakte %q: %v\n%s", args, err, out)
	}
	return out
}

func (w *world) in(t *testing.T, fn func(ctx context.Context, tx *records.Tx) error) {
	t.Helper()
	if err := w.store.In(t.Context(), efile.SystemIn(w.office.ID), func(tx *records.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// caseFile makes a case file of one matter with a document for each name, each stored as handed in and as PDF/A.
func (w *world) caseFile(t *testing.T, reference, title string, names ...string) efile.Case {
	t.Helper()
	c := efile.Case{ID: efile.NewID(), Reference: reference, Title: title, Language: "de", Status: efile.CaseProcessing,
		Opened: time.Date(2010, 1, 31, 23, 30, 0, 0, time.UTC)}
	m := efile.Matter{ID: efile.NewID(), CaseID: c.ID, Procedure: "settlement_permit", Opened: c.Opened}
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		if err := tx.AddCase(ctx, &c); err != nil {
			return err
		}
		return tx.AddMatter(ctx, m)
	})
	for i, name := range names {
		d := efile.Document{ID: efile.NewID(), CaseID: c.ID, MatterID: m.ID, Status: efile.Filed, Station: efile.File, FileName: name,
			MediaType: "image/png", Type: "passport", TypeBy: "rule", Channel: efile.ChannelPortal, Pages: 1, Size: 1}
		original := w.stored(t, d.ID, fmt.Sprintf("original %s %d", reference, i))
		d.SHA256, d.Size = original.SHA256, original.Size
		archival := w.stored(t, d.ID, fmt.Sprintf("%%PDF-1.7 %s %d", reference, i))
		original.Kind, original.MediaType = efile.Original, "image/png"
		archival.Kind, archival.MediaType, archival.Format = efile.Archival, "application/pdf", "PDF/A-2u"
		w.in(t, func(ctx context.Context, tx *records.Tx) error {
			if err := tx.AddDocument(ctx, d); err != nil {
				return err
			}
			if err := tx.AddRendition(ctx, original); err != nil {
				return err
			}
			return tx.AddRendition(ctx, archival)
		})
	}
	return c
}

func (w *world) stored(t *testing.T, doc efile.ID, content string) efile.Rendition {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	digest := hex.EncodeToString(sum[:])
	key := storage.RenditionKey(w.office.ID, doc, digest)
	if strings.HasPrefix(content, "original") {
		key = storage.OriginalKey(false, w.office.ID, doc, digest)
	}
	object, err := w.bucket.Put(t.Context(), key, io.LimitReader(strings.NewReader(content), 1<<20), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	return efile.Rendition{ID: efile.NewID(), DocumentID: doc, Key: object.Key, Size: object.Size, SHA256: object.SHA256}
}

// file writes a file for a command.
func file(t *testing.T, name, content string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}
