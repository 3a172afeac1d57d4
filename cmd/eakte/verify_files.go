package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// errNotConform makes the command end with an error after it has said what is wrong.
var errNotConform = errors.New("not every file conforms to PDF/A-2")

// conformity is one line of `eakte verify --pdfa --json`; docs/process.md explains it for those who read it.
type conformity struct {
	File string `json:"file"` // as given
	Code string `json:"code"` // of package fault; empty if the file was looked at
	pipeline.Conformity
}

// verifyFiles says of each file whether it conforms to PDF/A-2. It opens none itself: readers behind their fence do.
func verifyFiles(ctx context.Context, config setup.Config, files []string, level string, lines bool, out io.Writer) error {
	pool, _, stop, err := alone(ctx, config)
	if err != nil {
		return err
	}
	defer stop()
	emit := func(c conformity) error { return printConformity(out, c) }
	if lines {
		emit = jsonLines[conformity](out)
	}
	all := true
	err = inOrder(files, config.Cores, func(_ int, file string) conformity { return conform(ctx, pool, file, level) },
		func(c conformity) error {
			all = all && c.Conforms
			return emit(c)
		})
	if err != nil {
		return err
	}
	if !all {
		return errNotConform
	}
	return nil
}

// conform has a reader look at one file.
func conform(ctx context.Context, pool *reader.Pool, file, level string) conformity {
	c := conformity{File: file}
	const name = "original"
	err := pool.Do(ctx, pipeline.StepConform, func(job string) (any, error) {
		return pipeline.ConformRequest{File: name, Level: level}, copyFile(file, filepath.Join(job, name))
	}, &c.Conformity, nil)
	if err != nil {
		_, c.Code = ofFault(err)
	}
	return c
}

// printConformity says for people whether a file conforms, and the broken rules below.
func printConformity(out io.Writer, c conformity) error {
	var text strings.Builder
	claim := "claims nothing"
	if c.Claim != "" {
		claim = "claims PDF/A-" + c.Claim
	}
	switch {
	case c.Code != "":
		fmt.Fprintf(&text, "%s: not looked at: %s\n", c.File, c.Code)
	case c.Conforms:
		fmt.Fprintf(&text, "%s: conforms to PDF/A-%s, %s\n", c.File, c.Level, claim)
	default:
		fmt.Fprintf(&text, "%s: does NOT conform to PDF/A-%s, %s\n", c.File, c.Level, claim)
	}
	for _, b := range c.Broken {
		fmt.Fprintf(&text, "    %-14s %s%s\n", b.Clause, b.What, where(b))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// where names the places of a broken rule, and how many more there are.
func where(b pipeline.BrokenRule) string {
	var places []string
	for _, p := range b.Places {
		var words []string
		if p.Page > 0 {
			words = append(words, fmt.Sprintf("page %d", p.Page))
		}
		if p.Object > 0 {
			words = append(words, fmt.Sprintf("object %d", p.Object))
		}
		places = append(places, strings.Join(words, " "))
	}
	if b.Count > max(1, len(places)) {
		places = append(places, fmt.Sprintf("%d times in all", b.Count))
	}
	if len(places) == 0 {
		return ""
	}
	return " (" + strings.Join(places, ", ") + ")"
}
