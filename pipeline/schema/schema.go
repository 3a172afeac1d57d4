// Package schema says whether an XML message is valid against its XML schema: those we write to archives before they leave,
// and those that come back before they are believed. It runs in the reader, because what comes back is a stranger's.
//
// The schemas themselves belong to their publishers and come from the operator; see docs/operation.md. Start reading at
// Run.
package schema

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// most is how many mistakes are told; the first ones say what is wrong.
const most = 100

// Run validates a file. A file that is no XML at all is not valid. A missing or broken schema is an error, and so is a
// validator that is not installed.
func Run(ctx context.Context, dir string, in pipeline.SchemaRequest) (pipeline.SchemaVerdict, error) {
	for _, name := range []string{in.File, in.Schema} {
		if !filepath.IsLocal(name) {
			return pipeline.SchemaVerdict{}, errors.New("validate: the request names a file elsewhere")
		}
	}
	mistakes, err := tool.Validate(ctx, dir, in.File, in.Schema, tool.Limits{})
	if err != nil {
		return pipeline.SchemaVerdict{}, fmt.Errorf("validate against %s: %w", in.Schema, err)
	}
	verdict := pipeline.SchemaVerdict{Valid: len(mistakes) == 0, Count: len(mistakes)}
	for _, m := range mistakes[:min(len(mistakes), most)] {
		verdict.Errors = append(verdict.Errors, pipeline.SchemaMistake{Line: m.Line, Text: m.Text})
	}
	return verdict, nil
}
