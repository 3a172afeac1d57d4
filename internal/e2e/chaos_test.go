package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers"
)

// storm is how bad it gets.
type storm struct {
	files  int
	kills  int           // at least
	every  time.Duration // between kills
	settle time.Duration // for everything to end afterwards
}

// TestChaos uploads real files while site, worker and reader processes are killed at random, and the database once.
// Afterwards every receipt has exactly one document with the right bytes in a lasting state, the event log is whole, and
// objects and rows agree. EAKTE_CHAOS=full makes it long.
func TestChaos(t *testing.T) {
	s := storm{files: 60, kills: 25, every: 2 * time.Second, settle: 4 * time.Minute}
	if os.Getenv("EAKTE_CHAOS") == "full" {
		s = storm{files: 600, kills: 250, every: 3 * time.Second, settle: 20 * time.Minute}
	}
	p := Start(t, Size{Sites: 2, Workers: 2, Cores: 1})
	sender, err := p.NewSender(t.Context(), "chaos")
	if err != nil {
		t.Fatal(err)
	}
	files := chaosFiles(t, s.files)
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(s.kills)*s.every+s.settle)
	defer cancel()

	var weather sync.WaitGroup
	over := make(chan struct{})
	weather.Go(func() { defer close(over); p.storm(t, s) })
	receipts := uploadDuring(ctx, t, sender, files, over)
	weather.Wait()
	p.assertKept(ctx, t, files, receipts, s.settle)
}

// storm kills one process after the other, the database in the middle.
func (p *Plant) storm(t *testing.T, s storm) {
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // which process dies need not be secret
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for n := range s.kills {
		<-tick.C
		if n == s.kills/2 {
			if err := p.KillPostgres(); err != nil {
				t.Errorf("kill the database: %v", err)
				return
			}
		}
		switch dice.IntN(4) {
		case 0:
			p.Kill("eakte-web", dice.IntN(2))
		case 1:
			p.Kill("eakte-worker", dice.IntN(2))
		default:
			if readers := p.Readers(); len(readers) > 0 {
				_ = syscall.Kill(readers[dice.IntN(len(readers))], syscall.SIGKILL) // it may have gone by itself
			} else {
				p.Kill("eakte-worker", dice.IntN(2))
			}
		}
	}
}

// uploadDuring spreads the uploads over the storm and returns the receipts in the order of the files.
func uploadDuring(ctx context.Context, t *testing.T, sender *Sender, files []Material, over <-chan struct{}) []client.Receipt {
	var (
		senders  sync.WaitGroup
		receipts = make([]client.Receipt, len(files))
		next     = make(chan int)
	)
	for range 4 {
		senders.Go(func() {
			for i := range next {
				var err error
				if receipts[i], err = sender.Upload(ctx, files[i], i%2 == 0); err != nil {
					t.Errorf("upload %s: %v", files[i].Name, err)
				}
			}
		})
	}
	pace := time.NewTicker(600 * time.Millisecond)
	defer pace.Stop()
	for i := range files {
		select {
		case <-pace.C:
		case <-over:
		}
		next <- i
	}
	close(next)
	senders.Wait()
	return receipts
}

// assertKept holds what was promised against what is there.
func (p *Plant) assertKept(ctx context.Context, t *testing.T, files []Material, receipts []client.Receipt, settle time.Duration) {
	t.Helper()
	system := efile.SystemIn(p.Office.ID)
	var documents map[efile.ID]efile.Document
	err := p.eventually(settle, func() (bool, error) {
		var err error
		documents, err = p.documents(ctx)
		if err != nil {
			return false, nil //nolint:nilerr // asked again
		}
		for _, d := range documents {
			if d.Status.Passing() {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		for _, d := range documents {
			if d.Status.Passing() {
				t.Errorf("document %s is still at %s", d.ID, d.Station)
			}
		}
	}
	byDigest, outcomes := map[string]int{}, map[string]int{}
	for _, d := range documents {
		if d.ParentID.IsZero() {
			byDigest[d.SHA256]++
		}
		outcomes[string(d.Status)+" "+d.Code]++
	}
	for i, receipt := range receipts {
		id, err := efile.ParsePublic(efile.PrefixDocument, receipt.Document)
		if err != nil {
			t.Errorf("%s: no receipt", files[i].Name)
			continue
		}
		doc, there := documents[id]
		switch {
		case !there:
			t.Errorf("%s: receipt for %s, which does not exist", files[i].Name, receipt.Document)
		case doc.SHA256 != files[i].SHA256():
			t.Errorf("%s: document has other bytes", files[i].Name)
		case byDigest[doc.SHA256] != 1:
			t.Errorf("%s: %d documents with its bytes, want 1", files[i].Name, byDigest[doc.SHA256])
		}
	}
	err = p.Records.View(ctx, system, func(tx *records.Tx) error {
		entries, broken, err := tx.VerifyEvents(ctx)
		if broken != nil {
			t.Errorf("event log broken at %d: %s", broken.Sequence, broken.Why)
		}
		t.Logf("%d events, %d documents: %v", entries, len(documents), outcomes)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	p.assertEvents(ctx, t, documents)
	fixity := workers.Fixity{Records: p.Records, Store: p.Objects, Log: testLog(t)}
	read, err := fixity.Everything(ctx, p.Office.ID, func(bad records.Checked) error {
		t.Errorf("%s of document %s: %s", bad.Rendition.Kind, bad.Rendition.DocumentID, bad.Problem)
		return nil
	})
	if err != nil || read < len(documents) {
		t.Errorf("read back %d objects: %v", read, err)
	}
}

// assertEvents wants one beginning and one end in the log for each document.
func (p *Plant) assertEvents(ctx context.Context, t *testing.T, documents map[efile.ID]efile.Document) {
	t.Helper()
	first, last := map[string]int{}, map[string]int{}
	after := int64(0)
	for {
		var page []efile.Event
		err := p.Records.View(ctx, efile.SystemIn(p.Office.ID), func(tx *records.Tx) error {
			var err error
			page, err = tx.Events(ctx, records.EventFilter{After: after, Limit: 500})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			name := e.Subject[strings.LastIndex(e.Subject, "/")+1:]
			switch e.Type {
			case efile.DocumentReceived:
				first[name]++
			case efile.DocumentAttached, efile.DocumentRejected:
				last[name]++
			}
			after = e.Sequence
		}
	}
	for id, d := range documents {
		name, ends := id.Public(efile.PrefixDocument), 1
		if d.Status == efile.Review {
			ends = 0
		}
		if first[name] != 1 || last[name] != ends {
			t.Errorf("document %s (%s): received %d times, ended %d times; want 1 and %d", id, d.Status, first[name], last[name], ends)
		}
	}
}

func (p *Plant) documents(ctx context.Context) (map[efile.ID]efile.Document, error) {
	all := map[efile.ID]efile.Document{}
	err := p.Records.View(ctx, efile.SystemIn(p.Office.ID), func(tx *records.Tx) error {
		cases, err := tx.Cases(ctx, records.CaseFilter{Limit: 500})
		if err != nil {
			return err
		}
		for _, c := range cases {
			documents, err := tx.Documents(ctx, c.ID)
			if err != nil {
				return err
			}
			for _, d := range documents {
				all[d.ID] = d
			}
		}
		return nil
	})
	return all, err
}

// chaosFiles are n files with different bytes: hostile ones, scans and photos, and letters for the rest.
func chaosFiles(t *testing.T, n int) []Material {
	t.Helper()
	files := append(some(t, corpus.Own(t, "hostile/pdf"), n/3), some(t, corpus.Own(t, "synthetic/files"), n/3)...)
	for i := len(files); i < n; i++ {
		files = append(files, Material{Name: fmt.Sprintf("Brief-%d.pdf", i), Data: corpus.Letter(i)})
	}
	dice := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // an order, no secret
	dice.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	return files[:n]
}

// some returns up to n files of a folder, evenly spread and none larger than a megabyte.
func some(t *testing.T, folder string, n int) []Material {
	t.Helper()
	var all []Material
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err != nil || info.Size() > 1<<20 || info.Size() == 0 {
			return err
		}
		data, err := os.ReadFile(path) //nolint:gosec // our corpus
		all = append(all, Material{Name: filepath.Base(path), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var chosen []Material
	for i := 0; i < len(all) && len(chosen) < n; i += max(1, len(all)/n) {
		chosen = append(chosen, all[i])
	}
	return chosen
}
