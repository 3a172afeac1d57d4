package eval

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Process runs program, `eakte process`, on the files of a corpus and returns their outcomes as ReadOutcomes does. With
// a directory keep, renditions, words and texts are kept there. What the program says on stderr is part of the error.
func Process(ctx context.Context, program, keep, corpus string, truths []Truth) (map[string]Outcome, error) {
	args := []string{"process", "--jsonl"}
	if keep != "" {
		args = append(args, "--out", keep)
	}
	for _, t := range truths {
		args = append(args, filepath.Join(corpus, filepath.FromSlash(t.File)))
	}
	run := exec.CommandContext(ctx, program, args...) //nolint:gosec // the project's own program
	run.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	var out, stderr bytes.Buffer
	run.Stdout, run.Stderr = &out, &stderr
	if err := run.Run(); err != nil {
		return nil, fmt.Errorf("eakte process: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return ReadOutcomes(&out)
}

// CopiedOut returns the texts of the pages as pdftotext takes them out of a file's archival rendition in dir, in each of
// its orders: by its own idea of columns, by lines, and as the layer has them; nil where there is no rendition.
func CopiedOut(ctx context.Context, dir, name string) ([][]string, error) {
	file := filepath.Join(dir, name+".archival.pdf")
	if _, err := os.Stat(file); dir == "" || os.IsNotExist(err) {
		return nil, nil
	}
	var orders [][]string
	for _, order := range [][]string{nil, {"-layout"}, {"-raw"}} {
		args := slices.Concat(order, []string{"-enc", "UTF-8", file, "-"})
		out, err := exec.CommandContext(ctx, "pdftotext", args...).Output() //nolint:gosec // a rendition of ours
		if err != nil {
			return nil, fmt.Errorf("pdftotext %s: %w", file, err)
		}
		orders = append(orders, strings.Split(strings.TrimSuffix(string(out), "\f"), "\f"))
	}
	return orders, nil
}

// Scored adds the files of a corpus that have an outcome, or all of them with strict, up to a score.
func Scored(ctx context.Context, truths []Truth, outcomes map[string]Outcome, renditions string, strict bool) (*Score, error) {
	score := NewScore()
	for _, want := range truths {
		got, there := outcomes[want.Name()]
		if !there && !strict {
			continue
		}
		copied, err := CopiedOut(ctx, renditions, want.Name())
		if err != nil {
			return nil, err
		}
		score.Add(want, got, copied)
	}
	return score, nil
}
