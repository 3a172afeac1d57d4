package archive_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
)

// BenchmarkExport writes 1000 files of 2 MB into a container and checks it, next to what a person would do by hand with the
// same bytes: cp, sha256sum, zip -0. Reported are the ratio of the times and the most memory that was in use.
func BenchmarkExport(b *testing.B) {
	const files, size = 1000, 2 << 20
	dir := b.TempDir()
	process := efile.NewID()
	stem := process.String() + "_Aussonderung.Aussonderung.0503"
	want := archive.Expected{File: stem + ".zip", Version: "3.1.0", Process: process, Type: efile.MessageDelivery}
	source := filepath.Join(dir, "source")
	if err := os.Mkdir(source, 0o755); err != nil {
		b.Fatal(err)
	}
	content, noise := make([]byte, size), rand.NewChaCha8([32]byte{})
	for i := range files {
		_, _ = noise.Read(content)
		sum := sha256.Sum256(content)
		e := efile.MessageEntry{Name: fmt.Sprintf("%06d.pdf", i), Size: size, SHA256: hex.EncodeToString(sum[:])}
		if err := os.WriteFile(filepath.Join(source, e.Name), content, 0o600); err != nil {
			b.Fatal(err)
		}
		want.Entries = append(want.Entries, e)
	}
	var ours, theirs time.Duration
	var most uint64
	for b.Loop() {
		stop := watchMemory(&most)
		began := time.Now()
		export(b, dir, source, stem, want)
		ours += time.Since(began)
		stop()
		began = time.Now()
		byHand(b, dir, source)
		theirs += time.Since(began)
	}
	b.SetBytes(files * size)
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio/by-hand")
	b.ReportMetric(float64(files*size)/(1<<20)*float64(b.N)/ours.Seconds(), "MB/s-export")
	b.ReportMetric(float64(most)/(1<<20), "MB-most-memory")
}

func export(b *testing.B, dir, source, stem string, want archive.Expected) {
	b.Helper()
	file := filepath.Join(dir, stem+".zip")
	entries := func(yield func(container.Entry, error) bool) {
		xml := container.Entry{Name: stem + ".xml", Size: container.Unknown, Write: func(w io.Writer) error {
			_, err := io.WriteString(w, "<m/>")
			return err
		}}
		if !yield(xml, nil) {
			return
		}
		for _, e := range want.Entries {
			open := func(context.Context) (io.ReadCloser, error) { return os.Open(filepath.Join(source, e.Name)) }
			if !yield(container.Entry{Name: e.Name, Size: e.Size, SHA256: e.SHA256, Open: open}, nil) {
				return
			}
		}
	}
	written, err := container.Write(b.Context(), file, entries)
	if err != nil {
		b.Fatal(err)
	}
	want.SHA256 = written.SHA256
	names := func(context.Context, io.Reader) (archive.Contents, []archive.Finding, error) {
		contents := archive.Contents{Process: want.Process}
		for _, e := range want.Entries {
			contents.Files = append(contents.Files, archive.NamedFile{Name: e.Name})
		}
		return contents, nil, nil
	}
	found, err := archive.Check(b.Context(), file, want, names, nil)
	if err != nil || len(found) > 0 {
		b.Fatalf("got %v, %v", found, err)
	}
	_ = os.Remove(file)
}

func byHand(b *testing.B, dir, source string) {
	b.Helper()
	const script = `set -e; cp -r "$1" "$2"; cd "$2"; sha256sum * > ../sums; zip -0 -q ../hand.zip *; sync ../hand.zip; cd ..; rm -r "$2" hand.zip sums`
	if out, err := exec.CommandContext(b.Context(), "sh", "-c", script, "sh", source, filepath.Join(dir, "copy")).CombinedOutput(); err != nil {
		b.Skipf("by hand: %v\n%s", err, out)
	}
}

// watchMemory keeps the most memory that the program had from the system.
func watchMemory(most *uint64) (stop func()) {
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*most = max(*most, m.Sys-m.HeapReleased)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() { close(done); watching.Wait() }
}
