package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// outcome is one line of `eakte process --jsonl`; docs/process.md explains it for those who read it.
type outcome struct {
	File       string                  `json:"file"`   // as given
	Status     string                  `json:"status"` // done, review, rejected, failed
	Code       string                  `json:"code"`   // of package fault; empty if done
	Type       string                  `json:"type"`   // most probable; empty for a combined scan and where nothing speaks for any
	Confidence float64                 `json:"type_confidence"`
	Candidates []pipeline.Candidate    `json:"candidates"`
	Pages      []outcomePage           `json:"pages"`
	MRZ        *outcomeMRZ             `json:"mrz"`
	Fields     map[string]outcomeField `json:"fields"`
	Segments   []outcomeSegment        `json:"segments"`
	Parts      []string                `json:"parts,omitempty"` // names of an e-mail's attachments, documents of their own
	Notes      []pipeline.Note         `json:"notes,omitempty"`
	Archival   *outcomeArchival        `json:"archival,omitempty"` // only with --out
	Readable   bool                    `json:"readable"`           // at least one page can be read
	Seconds    map[string]float64      `json:"seconds"`            // wall time by step; total: of the file
}

// outcomeArchival is what the archival rendition is, and how it was made.
type outcomeArchival struct {
	Format string         `json:"format"`
	Route  pipeline.Route `json:"route"`
}

type outcomePage struct {
	Rotation   int              `json:"rotation"` // clockwise degrees that make the page upright
	Blank      bool             `json:"blank"`
	Quality    pipeline.Verdict `json:"quality"`
	Language   string           `json:"language"`
	Confidence float64          `json:"confidence"`
	Text       string           `json:"text"`
	Codes      []pipeline.Code  `json:"codes,omitempty"`
}

type outcomeMRZ struct {
	Format string            `json:"format"`
	Lines  []string          `json:"lines"`
	Fields map[string]string `json:"fields"`
	Valid  bool              `json:"valid"`
	Page   int               `json:"page"`
	Wrong  []string          `json:"wrong,omitempty"`
}

type outcomeField struct {
	Value      string     `json:"value"`
	Raw        string     `json:"raw"`
	Page       int        `json:"page"`
	Box        [4]float64 `json:"box"`
	Confidence float64    `json:"confidence"`
}

type outcomeSegment struct {
	Type  string `json:"type"`
	First int    `json:"first"`
	Last  int    `json:"last"`
}

// lazyCollector lets the heap grow while a short file is processed: this program holds little but is started for each.
const lazyCollector = 400

// process runs the pipeline on files, without server and database: the same readers, the same steps. Results come in the
// order of the files; one bad file never stops the rest. It fails only if it could not write its results.
func process(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("process")
	lines := flags.Bool("jsonl", false, "print one JSON object a line instead of a table")
	keep := flags.String("out", "", "directory for renditions, text and words")
	languages := flags.String("languages", "de", "what the documents are probably written in, most likely first: de,uk")
	if err := parseMixed(flags, args); err != nil {
		return err
	}
	names := keepNames(flags.Args())
	if *keep != "" {
		if err := os.MkdirAll(*keep, 0o700); err != nil {
			return fmt.Errorf("make %s: %w", *keep, err)
		}
	}
	debug.SetGCPercent(lazyCollector)
	overrides, err := setup.OpenOverrides(config)
	if err != nil {
		return err
	}
	pool, work, stop, err := alone(ctx, config)
	if err != nil {
		return err
	}
	defer stop()
	emit := printLine(out)
	if *lines {
		emit = jsonLines[outcome](out)
	}
	return inOrder(flags.Args(), config.Cores, func(i int, file string) outcome {
		p := processing{readers: pool, work: work, cores: config.Cores, languages: strings.Split(*languages, ","), catalogue: overrides, veraPDF: config.VeraPDF}
		if *keep != "" {
			p.keep = filepath.Join(*keep, names[i])
		}
		return p.file(ctx, file)
	}, emit)
}

// alone starts readers for a command that needs no server, in a working directory that is gone after stop.
func alone(ctx context.Context, config setup.Config) (pool *reader.Pool, work string, stop func(), err error) {
	if work, err = os.MkdirTemp("", "eakte-"); err != nil {
		return nil, "", nil, fmt.Errorf("make a working directory: %w", err)
	}
	config.Data = work
	if pool, err = config.Readers(ctx, config.Cores); err != nil {
		return nil, "", nil, errors.Join(err, os.RemoveAll(work))
	}
	return pool, work, func() {
		_ = pool.Close()       // nothing is kept there
		_ = os.RemoveAll(work) // below the system's temporary directory
	}, nil
}

// jsonLines returns what writes values as JSON, one a line.
func jsonLines[V any](out io.Writer) func(V) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return func(v V) error { return encoder.Encode(v) }
}

// printLine returns what prints an outcome for people.
func printLine(out io.Writer) func(outcome) error {
	return func(o outcome) error {
		kind := o.Type
		if kind == "" && len(o.Segments) > 1 {
			kind = fmt.Sprintf("%d documents", len(o.Segments))
		}
		_, err := fmt.Fprintf(out, "%-40s %-8s %-18s %-26s %3.0f %%  %3d pages  %5.1f s\n",
			shorten(o.File, 40), o.Status, o.Code, kind, 100*o.Confidence, len(o.Pages), o.Seconds["total"])
		return err
	}
}

// parseMixed reads a command line on which flags may also stand behind and between the files. What follows "--" are files.
func parseMixed(flags *flag.FlagSet, args []string) error {
	return parseMixedSome(flags, args, 1, 1<<20)
}

// parseMixedSome is parseMixed for between least and most files.
func parseMixedSome(flags *flag.FlagSet, args []string, least, most int) error {
	var files []string
	for len(args) > 0 {
		if err := parse(flags, args, 0, len(args)); err != nil {
			return err
		}
		rest := flags.Args()
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			files = append(files, rest...)
			break
		}
		if len(rest) == 0 {
			break
		}
		files, args = append(files, rest[0]), rest[1:]
	}
	return parse(flags, append([]string{"--"}, files...), least, most)
}

// inOrder runs work on all files, some side by side, and hands the results on in the order of the files.
func inOrder[T any](files []string, width int, work func(int, string) T, emit func(T) error) error {
	slots := make([]chan T, len(files))
	for i := range slots {
		slots[i] = make(chan T, 1)
	}
	var (
		team sync.WaitGroup
		next = make(chan int)
		stop = make(chan struct{})
		full error
	)
	for range width {
		team.Go(func() {
			for i := range next {
				slots[i] <- work(i, files[i])
			}
		})
	}
	team.Go(func() {
		defer close(next)
		for i := range files {
			select {
			case next <- i:
			case <-stop:
				return
			}
		}
	})
	for _, s := range slots {
		if full = emit(<-s); full != nil {
			break
		}
	}
	close(stop)
	team.Wait()
	return full
}
