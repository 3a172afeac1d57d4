package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

const sender = "sender: {name: ABH Musterstadt, short: ABH, prefix: 'ags:', key: '09999000'}\n"

func TestTheRetentionTableIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if out := w.must(t, "retention", "-office", "OFFICE"); !strings.Contains(out, "no retention table") {
		t.Errorf("got %q", out)
	}
	first := file(t, "a.yaml", "- {unit: '33.20', title: Aufenthalt, procedures: [settlement_permit], years: 10, end_of_year: true, basis: Aktenordnung, proposal: B}\n"+
		"- {unit: '33.90', title: Bank, document_types: [bank_statement], months: 6, basis: Datensparsamkeit, proposal: V}\n")
	w.must(t, "retention", "-office", "OFFICE", first)
	out := w.must(t, "retention", "-office", "OFFICE")
	for _, want := range []string{"33.20", "settlement_permit", "10 years from the end of the year", "documents: bank_statement", "6 months", "Datensparsamkeit"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	wrong := file(t, "b.yaml", "- {unit: '1', title: x, procedures: [no_such], years: 1, basis: y}\n- {unit: '2', title: x, years: 1}\n")
	if _, err := w.run(t, "retention", "-office", "OFFICE", wrong); err == nil || !strings.Contains(err.Error(), "no_such") ||
		!strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v, want both mistakes named", err)
	}
	if again := w.must(t, "retention", "-office", "OFFICE"); again != out {
		t.Errorf("a refused table changed something:\n%s", again)
	}
}

func TestAnArchiveIsAddedAndChangedByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const base = "name: Landesarchiv\nshort: LA\n" + sender
	dav := base + "transport: {url: 'https://archive.example/in', user: office}\n"
	if _, err := w.run(t, "archive", "-office", "OFFICE", file(t, "a.yaml", dav)); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("a user without a password: got %v", err)
	}
	password := file(t, "password", "sehr geheim\n")
	w.must(t, "archive", "-office", "OFFICE", file(t, "a.yaml", dav), "-password-file", password)
	a := w.onlyArchive(t)
	if bytes.Contains(a.Transport.Secret, []byte("geheim")) {
		t.Error("the password lies open in the database")
	}
	key, err := w.config.TransportKey()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := transport.Unseal(key, a.Transport.Secret); err != nil || string(got) != "sehr geheim" {
		t.Errorf("got %q, %v", got, err)
	}
	// Changed without a password, the same user at the same address keeps it.
	if out := w.must(t, "archive", "-office", "OFFICE", file(t, "a.yaml", dav+"originals: true\nsize_limit_mb: 100\n")); !strings.Contains(out, "changed") {
		t.Errorf("got %q", out)
	}
	if b := w.onlyArchive(t); b.ID != a.ID || !bytes.Equal(a.Transport.Secret, b.Transport.Secret) || b.SizeLimit != 100e6 {
		t.Errorf("got %+v", b)
	}
	elsewhere := strings.Replace(dav, "archive.example", "thief.example", 1)
	if _, err := w.run(t, "archive", "-office", "OFFICE", file(t, "a.yaml", elsewhere)); err == nil {
		t.Error("the password goes along to another address")
	}
	out := w.must(t, "archive", "-office", "OFFICE")
	if !strings.Contains(out, "https://archive.example/in as office") || !strings.Contains(out, "up to 100.0 MB") || strings.Contains(out, "geheim") {
		t.Errorf("got\n%s", out)
	}
}

func (w *world) onlyArchive(t *testing.T) (a efile.ReceivingArchive) {
	t.Helper()
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		all, err := tx.Archives(ctx)
		if err == nil && len(all) != 1 {
			t.Fatalf("got %d archives, want 1", len(all))
		}
		a = all[0]
		return err
	})
	return a
}

func TestADirectoryIsBelowTheOperatorsFolderOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	named := func(dir string) string {
		return file(t, "a.yaml", "name: A\nshort: A\n"+sender+"transport: {directory: '"+dir+"'}\n")
	}
	for _, dir := range []string{"../etc", "/etc", ".", "a/../.."} {
		if _, err := w.run(t, "archive", "-office", "OFFICE", named(dir)); err == nil {
			t.Errorf("%s is taken", dir)
		}
	}
	w.must(t, "archive", "-office", "OFFICE", named("land"))
	w.config.Transfers = ""
	if _, err := w.run(t, "archive", "-office", "OFFICE", named("land")); err == nil || !strings.Contains(err.Error(), "EAKTE_TRANSFERS") {
		t.Errorf("without the operator's folder: got %v", err)
	}
}
