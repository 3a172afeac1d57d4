// Score measures how well documents are read and prints the tables of package eval.
//
//	go run ./internal/eval/score [-program bin/eakte] [-jsonl FILE] [-out DIR] [-every N] [-write FILE] NAME=CORPUS…
//
// It runs the program on each corpus, or scores what -jsonl holds already (one corpus then, and only the files that have
// a line). -write replaces the tables between the markers in a file.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/internal/eval"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

type options struct {
	program, jsonl, out string
	every               int
}

func run(ctx context.Context, args []string) error {
	var o options
	flags := flag.NewFlagSet("score", flag.ContinueOnError)
	flags.StringVar(&o.program, "program", "bin/eakte", "the operator's program")
	flags.StringVar(&o.jsonl, "jsonl", "", "score these lines of eakte process instead of running it")
	flags.StringVar(&o.out, "out", "", "directory with the renditions, made if the program runs; empty: the text layer is not scored")
	flags.IntVar(&o.every, "every", 1, "take only every n-th file of a corpus")
	write := flags.String("write", "", "put the tables between the markers of this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 || o.jsonl != "" && flags.NArg() > 1 || o.every < 1 {
		return errors.New("name at least one corpus as NAME=DIR, and exactly one with -jsonl")
	}
	var scores []eval.Named
	for _, arg := range flags.Args() {
		name, dir, found := strings.Cut(arg, "=")
		if !found {
			return fmt.Errorf("%s: not of the form NAME=DIR", arg)
		}
		score, err := o.score(ctx, name, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		scores = append(scores, eval.Named{Name: name, Score: score})
	}
	var tables bytes.Buffer
	if err := eval.Report(&tables, scores); err != nil {
		return err
	}
	if *write != "" {
		if err := eval.Replace(*write, tables.Bytes()); err != nil {
			return err
		}
	}
	_, err := os.Stdout.Write(tables.Bytes())
	return err
}

func (o options) score(ctx context.Context, name, dir string) (*eval.Score, error) {
	all, err := eval.ReadTruths(dir)
	if err != nil {
		return nil, err
	}
	var truths []eval.Truth
	for i := 0; i < len(all); i += o.every {
		truths = append(truths, all[i])
	}
	if o.jsonl != "" {
		lines, err := os.Open(o.jsonl)
		if err != nil {
			return nil, err
		}
		defer func() { _ = lines.Close() }() // only read
		outcomes, err := eval.ReadOutcomes(lines)
		if err != nil {
			return nil, err
		}
		return eval.Scored(ctx, truths, outcomes, o.out, false)
	}
	keep := o.out
	if keep != "" {
		keep = filepath.Join(keep, name)
	}
	outcomes, err := eval.Process(ctx, o.program, keep, dir, truths)
	if err != nil {
		return nil, err
	}
	return eval.Scored(ctx, truths, outcomes, keep, true)
}
