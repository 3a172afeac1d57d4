// Again reads the fields of a corpus once more from words that were kept, without recognising anything: a change of
// pipeline/extract is measured within seconds.
//
//	bin/eakte process --jsonl --out KEPT CORPUS/files/* > OUT.jsonl
//	go run ./internal/eval/again [-show] [-type TYPE] CORPUS KEPT
//
// The type of a document is that of the truth, so that the figures are those of reading fields alone. -show lists what
// was wrong or missed: for corpora that rules may be written after, never for a held-out one.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/internal/eval"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/extract"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "again:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("again", flag.ContinueOnError)
	show := flags.Bool("show", false, "list what was wrong or missed, with the values")
	only := flags.String("type", "", "only documents of this type")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 2 {
		return errors.New("name a corpus and the directory with its words")
	}
	truths, err := eval.ReadTruths(flags.Arg(0))
	if err != nil {
		return err
	}
	total, byType := eval.NewScore(), map[string]*eval.Score{}
	for _, want := range truths {
		if !want.Readable || want.Combined || len(want.Segments) != 1 || *only != "" && want.Type != *only {
			continue
		}
		got, err := read(want, flags.Arg(1))
		if errors.Is(err, os.ErrNotExist) { // not processed
			continue
		}
		if err != nil {
			return err
		}
		total.Add(want, got, nil)
		if byType[want.Type] == nil {
			byType[want.Type] = eval.NewScore()
		}
		byType[want.Type].Add(want, got, nil)
		if *show {
			list(out, want, got)
		}
	}
	report(out, total, byType)
	return nil
}

// read extracts the fields of a file from its kept words.
func read(want eval.Truth, kept string) (eval.Outcome, error) {
	got := eval.Outcome{Status: "done", Type: want.Type, Readable: true, Fields: map[string]eval.Value{}}
	body, err := os.ReadFile(filepath.Join(kept, want.Name()+".words.json"))
	if err != nil {
		return got, err
	}
	var pages []pipeline.Page
	if err := json.Unmarshal(body, &pages); err != nil {
		return got, fmt.Errorf("words of %s: %w", want.ID, err)
	}
	known := catalogue.Default()
	for key, f := range extract.Fields(want.Type, pages) {
		got.Fields[key] = eval.Value{Value: f.Value, Text: f.Raw}
		if field, ok := known.Field(key); ok && field.Also != "" {
			got.Fields[field.Also] = got.Fields[key]
		}
	}
	return got, nil
}

// list prints the fields of a document that are not as they should be.
func list(out io.Writer, want eval.Truth, got eval.Outcome) {
	for _, key := range slices.Sorted(maps.Keys(want.Segments[0].Fields)) {
		one := eval.NewScore()
		single := want
		single.Segments = []eval.TruePart{{Fields: map[string]eval.Value{key: want.Segments[0].Fields[key]}}}
		one.Add(single, got, nil)
		if one.AllFields().Missed > 0 {
			v := want.Segments[0].Fields[key]
			fmt.Fprintf(out, "%s %s %s: want %v (%s), got %v\n", want.ID, want.Type, key, v.Value, v.Text, got.Fields[key].Value)
		}
	}
}

// report prints the sums, the fields with most mistakes first.
func report(out io.Writer, total *eval.Score, byType map[string]*eval.Score) {
	types := map[string]*eval.Found{}
	for typ, s := range byType {
		all := s.AllFields()
		types[typ] = &all
	}
	for _, table := range []map[string]*eval.Found{types, total.Fields} {
		faults := func(key string) int { return table[key].Wrong + table[key].Missed }
		keys := slices.SortedFunc(maps.Keys(table), func(a, b string) int { return cmp.Or(cmp.Compare(faults(b), faults(a)), cmp.Compare(a, b)) })
		for _, key := range keys {
			line(out, key, *table[key])
		}
		fmt.Fprintln(out)
	}
	line(out, "all", total.AllFields())
}

func line(out io.Writer, name string, f eval.Found) {
	fmt.Fprintf(out, "%-30s there %4d  wrong %3d  missed %3d  P %.3f R %.3f F1 %.3f\n",
		name, f.Right+f.Missed, f.Wrong, f.Missed, f.Precision(), f.Recall(), f.F1())
}
