package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers"
	"github.com/eakte/eakte/workers/job"
)

// hostileTitles are what people and machines write into titles and file names.
var hostileTitles = []string{
	"Muster, Anna", "ends ]]> here", "a\x0cform\x00feed", strings.Repeat("lang ", 60), "مراد \u202eevil", "Müller", "Mu\u0308ller", "müller",
	"with/a/slash", "<tag> & \"quotes\"", "👩‍👧 family", "\xff\xfe broken",
}

// TestADeliveryOutlivesKilledWorkers delivers an office's 200 case files while the worker that builds the container is killed
// again and again. The archive never sees anything but the whole container, once.
func TestADeliveryOutlivesKilledWorkers(t *testing.T) {
	transfers := t.TempDir()
	watched := filepath.Join(transfers, "archive")
	if err := os.Mkdir(watched, 0o700); err != nil {
		t.Fatal(err)
	}
	env := []string{"EAKTE_TRANSFERS=" + transfers}
	if data := os.Getenv("EAKTE_TEST_DATA"); data != "" {
		env = append(env, "EAKTE_XDOMEA_SCHEMAS="+filepath.Join(data, "standards", "xdomea"))
	}
	p := Start(t, Size{Sites: 1, Workers: 1, Cores: 1, Env: env})
	d := p.delivery(t, 200)
	building := filepath.Join(p.dir, "worker0", "archives", d.ID.String(), string(efile.MessageDelivery))
	p.insert(t, job.Send{Office: p.Office.ID, Disposal: d.ID, Type: efile.MessageDelivery})
	for range 3 {
		// Something is being written: that is when a kill hurts.
		err := p.eventually(time.Minute, func() (bool, error) {
			parts, _ := os.ReadDir(building) // not there yet
			return len(parts) > 0, p.onlyWhole(watched)
		})
		if err != nil {
			t.Fatalf("nothing is built: %v", err)
		}
		p.Kill("eakte-worker", 0)
	}
	var sent efile.Message
	err := p.eventually(3*time.Minute, func() (bool, error) {
		if err := p.onlyWhole(watched); err != nil {
			return false, err
		}
		return !sent.Sent.IsZero(), p.Records.View(t.Context(), efile.SystemIn(p.Office.ID), func(tx *records.Tx) error {
			all, err := tx.Messages(t.Context(), d.ID)
			if err == nil && len(all) == 1 {
				sent = all[0]
			}
			return err
		})
	})
	if err != nil {
		t.Fatalf("the delivery was not sent: %v", err)
	}
	p.assertDelivered(t, filepath.Join(watched, sent.File), sent)
}

// onlyWhole looks at what the archive sees.
func (p *Plant) onlyWhole(watched string) error {
	seen, err := os.ReadDir(watched)
	if err != nil || len(seen) == 0 {
		return err
	}
	if len(seen) > 1 {
		return fmt.Errorf("the archive sees %d files", len(seen))
	}
	r, err := container.Open(filepath.Join(watched, seen[0].Name()), container.Ours(10_000, 1<<32))
	if err != nil {
		return fmt.Errorf("the archive sees a fragment: %w", err)
	}
	return r.Close()
}

func (p *Plant) assertDelivered(t *testing.T, path string, sent efile.Message) {
	t.Helper()
	data, err := os.ReadFile(path) //nolint:gosec // a folder of this test
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != sent.SHA256 || len(sent.Entries) != 801 {
		t.Errorf("the container has digest %s and %d entries, on record are %s; want 801 entries", got, len(sent.Entries), sent.SHA256)
	}
	if len(sent.Findings) > 0 {
		t.Errorf("our own check found %v", sent.Findings[0])
	}
}

// delivery is an appraised disposal of n case files of two documents in two forms each, everything in it kept.
func (p *Plant) delivery(t *testing.T, n int) efile.Disposal {
	t.Helper()
	ctx := t.Context()
	to := efile.ReceivingArchive{
		Name: "Testarchiv", Short: "TESA", Version: "3.1.0", TwoStep: true, Originals: true, Transport: efile.Transport{Directory: "archive"},
		Sender: efile.Agency{Name: "ABH", Short: "ABH", Prefix: "ags:", Key: "2"},
	}
	rules := []efile.RetentionRule{{Unit: "33.20", Title: "Aufenthalt", Procedures: []string{"residence_employment"}, Basis: "Tabelle"}}
	p.in(t, func(tx *records.Tx) error {
		if err := tx.SaveArchive(ctx, &to); err != nil {
			return err
		}
		return tx.SaveRetentionRules(ctx, rules)
	})
	var cases []efile.ID
	for i := range n {
		cases = append(cases, p.plantCase(t, hostileTitles[i%len(hostileTitles)]))
	}
	if err := workers.Retain(ctx, p.Records, p.Office.ID); err != nil {
		t.Fatal(err)
	}
	d := efile.Disposal{Archive: to.ID}
	p.in(t, func(tx *records.Tx) error {
		if err := tx.AddDisposal(ctx, &d, cases); err != nil {
			return err
		}
		held, err := tx.LockDisposal(ctx, d.ID)
		if err != nil {
			return err
		}
		all, err := tx.DisposalRecords(ctx, d.ID)
		if err != nil {
			return err
		}
		for i := range all {
			all[i].Decision = efile.Keep
		}
		if err := tx.SaveDecisions(ctx, d.ID, all); err != nil {
			return err
		}
		return workers.Appraised(ctx, tx, held)
	})
	return d
}

func (p *Plant) in(t *testing.T, write func(*records.Tx) error) {
	t.Helper()
	if err := p.Records.In(t.Context(), efile.SystemIn(p.Office.ID), write); err != nil {
		t.Fatal(err)
	}
}

// insert puts a job into the queue, as a site would.
func (p *Plant) insert(t *testing.T, args job.Send) {
	t.Helper()
	queue, err := workers.NewInserter(p.Records.Pool())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := queue.Insert(t.Context(), args, nil); err != nil {
		t.Fatal(err)
	}
}

// plantCase files a closed case file with a matter and two documents.
func (p *Plant) plantCase(t *testing.T, title string) efile.ID {
	t.Helper()
	ctx, long := t.Context(), time.Now().AddDate(-5, 0, 0)
	c := efile.Case{Title: strings.ToValidUTF8(strings.ReplaceAll(title, "\x00", ""), "?"), Opened: long}
	m := efile.Matter{ID: efile.NewID(), Procedure: "residence_employment", Opened: long}
	p.in(t, func(tx *records.Tx) error {
		if err := tx.AddCase(ctx, &c); err != nil {
			return err
		}
		m.CaseID = c.ID
		if err := tx.AddMatter(ctx, m); err != nil {
			return err
		}
		for range 2 {
			if err := p.plantDocument(ctx, tx, m, title); err != nil {
				return err
			}
		}
		_, _, err := tx.CloseCase(ctx, c.ID, long.AddDate(1, 0, 0))
		return err
	})
	return c.ID
}

func (p *Plant) plantDocument(ctx context.Context, tx *records.Tx, m efile.Matter, name string) error {
	doc := efile.Document{
		ID: efile.NewID(), CaseID: m.CaseID, MatterID: m.ID, Status: efile.Filed, Station: efile.File, Generation: 1, Version: 1,
		FileName: efile.CleanName(name + ".jpg"), MediaType: "image/jpeg", Type: "passport", TypeBy: "rule", TypeConfidence: 1,
		Channel: efile.ChannelScan, Received: time.Now().AddDate(-4, 0, 0),
	}
	store := func(kind efile.RenditionKind, mediaType, text string, key func(string) string) (efile.Rendition, error) {
		sum := sha256.Sum256([]byte(text))
		digest := hex.EncodeToString(sum[:])
		r := efile.Rendition{
			ID: efile.NewID(), DocumentID: doc.ID, CaseID: m.CaseID, Kind: kind, MediaType: mediaType, Size: int64(len(text)), SHA256: digest,
			Generation: 1, Key: key(digest),
		}
		_, err := p.Objects.Put(ctx, r.Key, strings.NewReader(text), r.Size)
		return r, err
	}
	body := strings.Repeat(doc.ID.String(), 1000)
	original, err := store(efile.Original, "image/jpeg", "jpeg "+body, func(d string) string { return storage.OriginalKey(false, p.Office.ID, doc.ID, d) })
	if err != nil {
		return err
	}
	archival, err := store(efile.Archival, "application/pdf", "%PDF "+body, func(d string) string { return storage.RenditionKey(p.Office.ID, doc.ID, d) })
	if err != nil {
		return err
	}
	archival.Format = "PDF/A-2u"
	doc.Size, doc.SHA256 = original.Size, original.SHA256
	if err := tx.AddDocument(ctx, doc); err != nil {
		return err
	}
	if err := tx.AddRendition(ctx, original); err != nil {
		return err
	}
	return tx.AddRendition(ctx, archival)
}
