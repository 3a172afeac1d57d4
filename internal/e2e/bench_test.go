package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/internal/corpus"
)

// These benchmarks measure the whole, with real programs. They report ratios against a floor or a peer of the same run
// where a figure alone would say little. Each runs its measurement once per b.N.

// letters is how many letters the chain is measured with.
const letters = 21

// BenchmarkChain is the overhead of the queue: a born-digital page, from the accepted upload to the event in the feed.
func BenchmarkChain(b *testing.B) {
	p := Start(b, Size{Sites: 1, Workers: 1, Cores: 2})
	sender, err := p.NewSender(b.Context(), "chain")
	if err != nil {
		b.Fatal(err)
	}
	number := 0
	for b.Loop() {
		var took []time.Duration
		for i := range letters {
			number++
			d, err := p.toFeed(b.Context(), sender, Material{Name: "Vertrag.pdf", Data: corpus.Letter(number)})
			if err != nil {
				b.Fatal(err)
			}
			if i > 0 { // the first warms the reader
				took = append(took, d)
			}
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2].Seconds(), "s/median")
		b.ReportMetric(took[len(took)-1].Seconds(), "s/max")
	}
}

// toFeed uploads and waits until the feed tells the document's end.
func (p *Plant) toFeed(ctx context.Context, sender *Sender, m Material) (time.Duration, error) {
	c := sender.next()
	cursor, err := endOfFeed(ctx, c)
	if err != nil {
		return 0, err
	}
	receipt, err := sender.Upload(ctx, m, false)
	if err != nil {
		return 0, err
	}
	accepted := time.Now()
	for {
		page, err := c.Events(ctx, cursor, 10*time.Second)
		if err != nil {
			return 0, err
		}
		for _, e := range page.Events {
			if bytes.Contains(e, []byte(receipt.Document)) && (bytes.Contains(e, []byte("document.attached")) || bytes.Contains(e, []byte("document.classified")) && bytes.Contains(e, []byte(`"needsReview":true`))) {
				return time.Since(accepted), nil
			}
		}
		cursor = page.Next
	}
}

func endOfFeed(ctx context.Context, c *client.Client) (string, error) {
	cursor := ""
	for {
		page, err := c.Events(ctx, cursor, 0)
		if err != nil || page.CaughtUp {
			return page.Next, err
		}
		cursor = page.Next
	}
}

// longScan is how many pages the long document has.
const longScan = 300

// BenchmarkFairness is how long a one-page photo takes while a long scan is in work, over what it takes alone.
func BenchmarkFairness(b *testing.B) {
	p := Start(b, Size{Sites: 1, Workers: 1, Cores: 2})
	sender, err := p.NewSender(b.Context(), "fairness")
	if err != nil {
		b.Fatal(err)
	}
	photo, err := os.ReadFile(filepath.Join(corpus.Root(b), "testdata", "demo", "Reisepass-Foto.jpg"))
	if err != nil {
		b.Fatal(err)
	}
	scan, err := scanPDF(pictureIn(b, "Mietvertrag-Scan.pdf"), longScan)
	if err != nil {
		b.Fatal(err)
	}
	round := 0
	for b.Loop() {
		round++
		send := func(remark string) time.Duration {
			began := time.Now()
			receipt, err := sender.Upload(b.Context(), Material{Name: "foto.jpg", Data: remarked(photo, fmt.Sprint(remark, round))}, false)
			if err == nil {
				err = p.untilSettled(b.Context(), sender, receipt.Document)
			}
			if err != nil {
				b.Fatal(err)
			}
			return time.Since(began)
		}
		send("warm")
		alone := min(send("alone-1"), send("alone-2"))
		long, err := sender.Upload(b.Context(), Material{Name: "akte.pdf", Data: append(slices.Clone(scan), fmt.Sprintf("%% %d\n", round)...)}, true)
		if err != nil {
			b.Fatal(err)
		}
		if err := p.untilAt(b.Context(), sender, long.Document, "recognise"); err != nil {
			b.Fatal(err)
		}
		beside := (send("beside-1") + send("beside-2") + send("beside-3")) / 3
		if at, err := p.stateOf(b.Context(), sender, long.Document); err != nil || at.Status != "processing" {
			b.Fatalf("the long scan was not in work any more: %s %v", at.Status, err)
		}
		b.ReportMetric(alone.Seconds(), "s/alone")
		b.ReportMetric(beside.Seconds()/alone.Seconds(), "×/beside-a-long-scan")
	}
}

// BenchmarkWorkers is the throughput of two workers over one, in scanned pages.
func BenchmarkWorkers(b *testing.B) {
	const pages = 24
	picture := pictureIn(b, "Mietvertrag-Scan.pdf")
	run := func(workers int) float64 {
		p := Start(b, Size{Sites: 1, Workers: workers, Cores: 1})
		sender, err := p.NewSender(b.Context(), "workers")
		if err != nil {
			b.Fatal(err)
		}
		batch := func(first, n int) time.Duration {
			began := time.Now()
			var documents []string
			for i := range n {
				page, err := scanPDF(remarked(picture, fmt.Sprint(first+i)), 1)
				if err != nil {
					b.Fatal(err)
				}
				receipt, err := sender.Upload(b.Context(), Material{Name: "seite.pdf", Data: page}, false)
				if err != nil {
					b.Fatal(err)
				}
				documents = append(documents, receipt.Document)
			}
			for _, d := range documents {
				if err := p.untilSettled(b.Context(), sender, d); err != nil {
					b.Fatal(err)
				}
			}
			return time.Since(began)
		}
		batch(0, 2*workers) // warms every reader
		return pages / batch(100, pages).Seconds()
	}
	for b.Loop() {
		one, two := run(1), run(2)
		b.ReportMetric(one, "pages/s-one-worker")
		b.ReportMetric(two, "pages/s-two-workers")
		b.ReportMetric(two/one, "×/two-over-one")
	}
}

// BenchmarkUploads is the throughput of uploads over that of cp and sha256sum on the same bytes, and the memory it takes.
func BenchmarkUploads(b *testing.B) {
	for _, tc := range []struct {
		name   string
		count  int
		size   int64
		across int
	}{{"64×10MB", 64, 10 << 20, 64}, {"1×2GiB", 1, 2 << 30, 1}} {
		b.Run(tc.name, func(b *testing.B) {
			p := Start(b, Size{Sites: 1, Env: []string{
				"EAKTE_LIMIT_FILE=3G", "EAKTE_LIMIT_SUBMISSION_BYTES=100G", "EAKTE_LIMIT_SUBMISSION_FILES=10000", "EAKTE_LIMIT_CASE_FILES_PER_DAY=10000",
			}})
			sender, err := p.NewSender(b.Context(), "uploads")
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				files := randomFiles(b, tc.count, tc.size)
				floor := copyAndSum(b, files)
				took := uploadFiles(b, sender, files, tc.across)
				total := float64(tc.count) * float64(tc.size) / (1 << 20)
				b.ReportMetric(total/took.Seconds(), "MB/s")
				b.ReportMetric(took.Seconds()/floor.Seconds(), "×/cp+sha256sum")
				b.ReportMetric(float64(peakMemory(p.programs[0].pid())>>20), "MB-RSS")
			}
		})
	}
}

func randomFiles(b *testing.B, count int, size int64) []string {
	b.Helper()
	dir := b.TempDir()
	files := make([]string, count)
	for i := range files {
		files[i] = filepath.Join(dir, fmt.Sprint(i, ".bin"))
		f, err := os.Create(files[i])
		if err != nil {
			b.Fatal(err)
		}
		_, err = io.CopyN(f, rand.Reader, size)
		if err := errors.Join(err, f.Close()); err != nil {
			b.Fatal(err)
		}
	}
	return files
}

// copyAndSum is the floor: the bytes written once more and digested.
func copyAndSum(b *testing.B, files []string) time.Duration {
	b.Helper()
	dir := b.TempDir()
	began := time.Now()
	for _, args := range [][]string{append(append([]string{"cp"}, files...), dir), append([]string{"sha256sum"}, files...)} {
		if out, err := exec.CommandContext(b.Context(), args[0], args[1:]...).CombinedOutput(); err != nil { //nolint:gosec // our own files
			b.Fatalf("%s: %v: %s", args[0], err, out)
		}
	}
	took := time.Since(began)
	if err := os.RemoveAll(dir); err != nil {
		b.Fatal(err)
	}
	return took
}

func uploadFiles(b *testing.B, sender *Sender, files []string, across int) time.Duration {
	b.Helper()
	began := time.Now()
	var (
		team sync.WaitGroup
		next = make(chan string)
	)
	for range across {
		team.Go(func() {
			for path := range next {
				if err := uploadFile(b.Context(), sender, path); err != nil {
					b.Errorf("upload: %v", err)
				}
			}
		})
	}
	for _, path := range files {
		next <- path
	}
	close(next)
	team.Wait()
	return time.Since(began)
}

func uploadFile(ctx context.Context, sender *Sender, path string) error {
	f, err := os.Open(path) //nolint:gosec // our own file
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = sender.next().Resumable(ctx, sender.Submission, filepath.Base(path), f, info.Size())
	return err
}

// pictureIn is the first JPEG inside one of the demo's scans.
func pictureIn(b *testing.B, name string) []byte {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(corpus.Root(b), "testdata", "demo", name)) //nolint:gosec // our own file
	if err != nil {
		b.Fatal(err)
	}
	start := bytes.Index(data, []byte{0xff, 0xd8, 0xff})
	if start < 0 {
		b.Fatalf("%s holds no JPEG", name)
	}
	return data[start : start+bytes.Index(data[start:], []byte("endstream"))]
}

func (p *Plant) stateOf(ctx context.Context, sender *Sender, document string) (client.Document, error) {
	submission, err := sender.next().Submission(ctx, sender.Submission)
	for _, d := range submission.Documents {
		if d.ID == document {
			return d, err
		}
	}
	return client.Document{}, err
}

func (p *Plant) untilSettled(ctx context.Context, sender *Sender, document string) error {
	return p.until(ctx, sender, document, func(d client.Document) bool {
		return d.Status == "filed" || d.Status == "review" || d.Status == "rejected"
	})
}

func (p *Plant) untilAt(ctx context.Context, sender *Sender, document, station string) error {
	return p.until(ctx, sender, document, func(d client.Document) bool { return d.Station == station })
}

func (p *Plant) until(ctx context.Context, sender *Sender, document string, so func(client.Document) bool) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if d, err := p.stateOf(ctx, sender, document); err == nil && so(d) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errTime
		}
	}
}
