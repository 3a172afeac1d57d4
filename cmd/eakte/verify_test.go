package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive/chain"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// deposit is an office with a case, a document and one stored object.
type deposit struct {
	rooms  *setup.Rooms
	office efile.Office
	file   efile.Case
	object efile.Rendition
	path   string // where the store keeps it
}

func newDeposit(t *testing.T) deposit {
	t.Helper()
	store := testenv.StoreConfig(t)
	rooms, err := setup.Open(t.Context(), setup.Config{
		DatabaseURL: testenv.DatabaseURL(t), Store: store, MasterKey: make([]byte, setup.KeyBytes), Log: testenv.Log(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(rooms.Close)
	p := deposit{rooms: rooms, office: testenv.Office(t, rooms.Records)}
	p.file = testenv.Case(t, rooms.Records, p.office)
	doc := efile.Document{ID: efile.NewID(), CaseID: p.file.ID, Status: efile.Filed, Generation: 1, FileName: "a.pdf",
		SHA256: strings.Repeat("0", 64), Channel: efile.ChannelScan, Received: time.Now()}
	local := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(local, []byte("sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	stored, err := rooms.Objects.PutFile(t.Context(), p.office.ID, doc.ID, local)
	if err != nil {
		t.Fatal(err)
	}
	p.object = efile.Rendition{ID: efile.NewID(), DocumentID: doc.ID, Kind: efile.Archival, Key: stored.Key, Size: stored.Size, SHA256: stored.SHA256}
	p.path = testenv.ObjectFile(t, store.Bucket, stored.Key)
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		if err := tx.AddDocument(ctx, doc); err != nil {
			return err
		}
		tx.Append(efile.Event{Type: efile.CaseOpened, CaseID: p.file.ID, Subject: "cases/1"})
		tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: p.file.ID, Subject: "cases/1/documents/1"})
		return tx.AddRendition(ctx, p.object)
	})
	return p
}

func (p deposit) in(t *testing.T, do func(context.Context, *records.Tx) error) {
	t.Helper()
	err := p.rooms.Records.In(t.Context(), efile.SystemIn(p.office.ID), func(tx *records.Tx) error { return do(t.Context(), tx) })
	if err != nil {
		t.Fatal(err)
	}
}

// ask runs the parts that the arguments name over the office.
func (p deposit) ask(t *testing.T, args ...string) (broken int, out string) {
	t.Helper()
	v, err := parseVerify(args)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	broken, err = v.one(t.Context(), p.rooms, p.office, &b)
	if err != nil {
		t.Fatal(err)
	}
	return broken, b.String()
}

func TestVerifyFindsReportsAndReleases(t *testing.T) {
	t.Parallel()
	p := newDeposit(t)
	if broken, out := p.ask(t); broken != 0 || !strings.Contains(out, "event log whole, 2 entries") || !strings.Contains(out, "1 objects read back, 0 broken") {
		t.Errorf("sound: got %d, %s", broken, out)
	}
	if err := os.WriteFile(p.path, []byte("sOund"), 0o600); err != nil {
		t.Fatal(err)
	}
	if broken, out := p.ask(t, "-objects"); broken != 1 || !strings.Contains(out, "BROKEN: differs, key "+p.object.Key) {
		t.Errorf("damaged: got %d, %s", broken, out)
	}
	broken, out := p.ask(t, "--report")
	for _, want := range []string{"1 objects, 5 bytes", "1 in quarantine, 1 findings open", "no round yet", "digest_mismatch, differs, " + p.object.Key} {
		if broken != 1 || !strings.Contains(out, want) {
			t.Errorf("report: got %d, %s; want %q", broken, out, want)
		}
	}
	if broken, out := p.ask(t, "-recheck"); broken != 1 || !strings.Contains(out, "1 objects in quarantine read again, 0 right") {
		t.Errorf("rechecked while damaged: got %d, %s", broken, out)
	}
	if err := os.WriteFile(p.path, []byte("sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	if broken, out := p.ask(t, "-recheck", "-report"); broken != 0 || !strings.Contains(out, "1 right and released") || !strings.Contains(out, "0 findings open") {
		t.Errorf("restored: got %d, %s", broken, out)
	}
}

// TestTheLogOfACaseIsProvenOffline writes what the database wrote, and proves it with what verify -events printed.
func TestTheLogOfACaseIsProvenOffline(t *testing.T) {
	t.Parallel()
	p := newDeposit(t)
	file := filepath.Join(t.TempDir(), chain.Name)
	var text strings.Builder
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		events, err := tx.CaseEvents(ctx, p.file.ID, 0)
		if err != nil {
			return err
		}
		return chain.Write(&text, events)
	})
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, printed := p.ask(t, "-events")
	_, last, _ := strings.Cut(strings.TrimSpace(printed), "last ")
	anchor := strings.Replace(last, " ", ":", 1)
	prove := func(args ...string) (string, error) {
		var b strings.Builder
		err := verify(t.Context(), setup.Config{}, append([]string{"--chain", file}, args...), &b)
		return b.String(), err
	}
	write(text.String())
	if out, err := prove("--anchor", anchor); err != nil || !strings.Contains(out, "whole, 2 entries of case "+p.file.ID.String()) {
		t.Errorf("got %s, %v", out, err)
	}
	write(strings.Replace(text.String(), "cases/1", "cases/2", 1))
	if out, err := prove(); !errors.Is(err, errBroken) || !strings.Contains(out, "BROKEN at line 1: changed") {
		t.Errorf("changed: got %s, %v", out, err)
	}
	for _, args := range [][]string{{"--anchor", "1:abc"}, {"extra"}} {
		if _, err := prove(args...); !errors.Is(err, errUsage) {
			t.Errorf("%v: got %v, want wrong arguments", args, err)
		}
	}
	if _, err := parseVerify([]string{"--anchor", anchor}); !errors.Is(err, errUsage) {
		t.Errorf("an anchor without a file: got %v", err)
	}
}
