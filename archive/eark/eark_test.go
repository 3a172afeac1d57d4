package eark_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/eark"
	"github.com/eakte/eakte/efile"
)

func id(n int) efile.ID {
	parsed, err := efile.ParseID(fmt.Sprintf("018f3c5a-0000-7000-8000-%012d", n))
	if err != nil {
		panic(err)
	}
	return parsed
}

var created = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func format(n int, archival bool) archive.Format {
	content := fmt.Sprintf("%%PDF-1.7 %d", n)
	sum := sha256.Sum256([]byte(content))
	f := archive.Format{ID: id(n), Archival: archival, MediaType: "application/pdf", Original: `Pass "Müller" & Söhne.pdf`, Made: created,
		Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]), Key: content}
	if archival {
		f.Standard = "PDF/A-2u"
	}
	return f
}

func record(n int, entries ...archive.Entry) archive.Record {
	return archive.Record{ID: id(n), Number: 1, Subject: "Betreff", History: entries}
}

// sample is a delivery of one case file with a matter, two documents and an attachment.
func sample() eark.Package {
	event := archive.Entry{Actor: "staff 018f3c5a-0000-7000-8000-000000000099", Time: created, What: "eakte.document.received.v1"}
	attachment := archive.Document{Record: record(5), Formats: []archive.Format{format(13, false), format(14, true)}}
	matter := archive.Matter{Record: record(2, event), Documents: []archive.Document{
		{Record: record(3, event, archive.Entry{Actor: "system", Time: created, What: "eakte.document.processed.v1"}),
			Formats: []archive.Format{format(11, false), format(12, true)}, Attachments: []archive.Document{attachment}},
	}}
	file := archive.File{Record: record(1, event), Matters: []archive.Matter{matter}, Documents: []archive.Document{
		{Record: record(4), Formats: []archive.Format{format(15, true)}}}}
	return eark.Package{
		Message: archive.Message{ID: id(90), Process: id(91), Type: efile.MessageDelivery, Created: created, Product: "eakte", Release: "1.2",
			Sender:   efile.Agency{Name: "Ausländerbehörde <Musterstadt>", Prefix: "DE", Key: "0815"},
			Receiver: efile.Agency{Name: "Landesarchiv", Key: "4711"},
			Files:    func(yield func(archive.File, error) bool) { yield(file, nil) }},
		Name: func(f archive.Format) string { return f.ID.String() + ".pdf" },
		Open: func(_ context.Context, f archive.Format) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(f.Key)), nil
		},
		Descriptive: container.Entry{Name: id(91).String() + "_Aussonderung.Aussonderung.0503.xml", Size: container.Unknown,
			Write: func(w io.Writer) error { _, err := io.WriteString(w, "<xdomea/>"); return err }},
	}
}

func written(t *testing.T, p eark.Package) (dir string, all container.Written) {
	t.Helper()
	dir = t.TempDir()
	if keep := os.Getenv("EAKTE_KEEP_EARK"); keep != "" { // for validators that are not part of this project
		dir = keep
	}
	all, err := container.WriteFolder(t.Context(), filepath.Join(dir, "ip"), eark.Entries(p))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "ip", p.Message.Process.String()), all
}

func TestTheSamePackageHasTheSameBytes(t *testing.T) {
	t.Parallel()
	var sums []string
	for range 2 {
		got, err := container.WriteTree(t.Context(), filepath.Join(t.TempDir(), "x.zip"), eark.Entries(sample()))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, got.SHA256)
	}
	if sums[0] != sums[1] {
		t.Error("the second package has other bytes")
	}
}

func TestARepresentationWithoutFilesIsLeftOut(t *testing.T) {
	t.Parallel()
	p := sample()
	one := archive.File{Record: record(1), Documents: []archive.Document{{Record: record(4), Formats: []archive.Format{format(15, true)}}}}
	p.Message.Files = func(yield func(archive.File, error) bool) { yield(one, nil) }
	_, all := written(t, p)
	for _, e := range all.Entries {
		if strings.Contains(e.Name, "/original/") {
			t.Errorf("got %s", e.Name)
		}
	}
}

func TestWhatFailsLeavesNoPackage(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	fails := iter.Seq2[archive.File, error](func(yield func(archive.File, error) bool) { yield(archive.File{}, broken) })
	p := sample()
	p.Message.Files = fails
	dir := t.TempDir()
	if _, err := container.WriteFolder(t.Context(), filepath.Join(dir, "ip"), eark.Entries(p)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	p = sample()
	p.Open = func(context.Context, archive.Format) (io.ReadCloser, error) { return nil, broken }
	if _, err := container.WriteFolder(t.Context(), filepath.Join(dir, "ip"), eark.Entries(p)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
