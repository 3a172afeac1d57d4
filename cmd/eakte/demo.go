package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/internal/client"
)

// demoLimit bounds the whole way of all demo files on a slow machine.
const demoLimit = 10 * time.Minute

var errUnsettled = errors.New("not every document ended filed, in review or rejected")

// demo starts everything, uploads real files through the public API as clients would, shows their way, and where they
// ended up. Without -exit it keeps running, so that one can look around.
func demo(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("demo")
	exit := flags.Bool("exit", false, "end after the table")
	folder := flags.String("files", filepath.Join("testdata", "demo"), "folder with the files and their manifest.tsv")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	files, err := demoFiles(*folder)
	if err != nil {
		return err
	}
	began := time.Now()
	log, err := logTo(&config, filepath.Join(config.Data, "demo.log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	config.WebhookNetworks = append(config.WebhookNetworks, netip.MustParsePrefix("127.0.0.0/8"))
	in, err := startLogging(ctx, config, log, func(what string) { fmt.Fprintln(out, what+" …") })
	if err != nil {
		return err
	}
	defer in.close(ctx)
	if err := untilReady(ctx, in.config.PublicURL); err != nil {
		return err
	}
	site, err := prepareSite(ctx, in.config)
	if err != nil {
		return err
	}
	defer site.close(ctx)
	fmt.Fprintf(out, "ready after %.1f s: %s\n\n", time.Since(began).Seconds(), in.config.PublicURL)

	limited, cancel := context.WithTimeout(ctx, demoLimit)
	defer cancel()
	screen := newScreen(out, files)
	failed := uploadAll(limited, site, files, screen)
	screen.end()
	table(out, files)
	site.received(limited, out)
	fmt.Fprintf(out, "\n%d documents in %.1f s. Log: %s\n", len(files), time.Since(began).Seconds(), log.Name())
	site.describe(out)
	if failed != nil || *exit {
		return failed
	}
	fmt.Fprintln(out, "\nCtrl-C stops.")
	return in.wait(ctx)
}

// demoFile is one file and what became of it.
type demoFile struct {
	name, path, shows string
	caseNumber        string // of the two demo cases
	began             time.Time

	mu         sync.Mutex
	doc        client.Document
	seconds    float64
	confidence float64
	problem    string
}

// state returns a consistent copy of what is known.
func (f *demoFile) state() (doc client.Document, seconds, confidence float64, problem string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.doc, f.seconds, f.confidence, f.problem
}

func (f *demoFile) set(doc client.Document) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.doc = doc
	if !passing(doc.Status) && f.seconds == 0 {
		f.seconds = time.Since(f.began).Seconds()
	}
}

func passing(status string) bool {
	return status == "" || status == "received" || status == "processing"
}

// demoFiles reads the manifest: file, case, expectation, type, what it shows.
func demoFiles(folder string) ([]*demoFile, error) {
	manifest, err := os.Open(filepath.Join(folder, "manifest.tsv")) //nolint:gosec // the operator names the folder
	if err != nil {
		return nil, fmt.Errorf("find the demo files (run from the checkout, or name them with -files): %w", err)
	}
	defer func() { _ = manifest.Close() }() // only read
	lines := csv.NewReader(manifest)
	lines.Comma, lines.LazyQuotes = '\t', true
	rows, err := lines.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the demo's manifest: %w", err)
	}
	var files []*demoFile
	for _, row := range rows[1:] {
		path, err := filepath.Abs(filepath.Join(folder, row[0]))
		if err != nil {
			return nil, err
		}
		files = append(files, &demoFile{name: row[0], path: path, caseNumber: row[1], shows: row[4]})
	}
	return files, nil
}

// uploadAll uploads the files of each case and follows them until the last has settled.
func uploadAll(ctx context.Context, site *demoSite, files []*demoFile, screen *screen) error {
	var (
		team   sync.WaitGroup
		errs   = make([]error, 2)
		byCase = map[string][]*demoFile{}
	)
	for _, f := range files {
		byCase[f.caseNumber] = append(byCase[f.caseNumber], f)
	}
	stop := make(chan struct{})
	team.Go(func() { screen.follow(stop) })
	var senders sync.WaitGroup
	for i, number := range []string{"1", "2"} {
		senders.Go(func() { errs[i] = site.send(ctx, i, byCase[number]) })
	}
	senders.Wait()
	close(stop)
	team.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for _, f := range files {
		if doc, _, _, _ := f.state(); doc.Status != "filed" && doc.Status != "review" && doc.Status != "rejected" {
			return fmt.Errorf("%w: %s", errUnsettled, f.name)
		}
		if doc, _, _, _ := f.state(); doc.Status != "filed" && doc.Code == "" {
			return fmt.Errorf("%w: %s has no reason", errUnsettled, f.name)
		}
	}
	return nil
}

// logTo sends the logs of this program to a file, so that they don't run through the picture.
func logTo(config *setup.Config, path string) (*os.File, error) {
	if err := os.MkdirAll(config.Data, 0o711); err != nil { //nolint:gosec // the database runs as another user below it
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // below the data directory
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	config.Log = setup.LogTo(log)
	return log, nil
}

// shorten cuts a text to a number of letters.
func shorten(s string, n int) string {
	letters := []rune(s)
	if len(letters) <= n {
		return s + strings.Repeat(" ", n-len(letters))
	}
	return string(letters[:n-1]) + "…"
}
