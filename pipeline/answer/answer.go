// Package answer reads a message from an archive, in the reader: it is a stranger's file, a ZIP with XML in it, and may be
// anything. What it means for a disposal is decided elsewhere (archive.Accept).
//
// Start reading at Run.
package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/schema"
)

// violated is the code of a message that its schema refuses, as in archive.FoundSchema.
const violated = "schema_violated"

// unpacked is the message once it is out of its container.
const unpacked = "answer.xml"

// Run reads a message. One that cannot be read has a Code and whatever was read before. An error means that nothing is
// known, such as a disk that is full or a validator that is missing.
func Run(ctx context.Context, dir string, in pipeline.AnswerRequest) (pipeline.ArchiveAnswer, error) {
	if !filepath.IsLocal(in.File) || in.Schemas != "" && !filepath.IsLocal(in.Schemas) {
		return pipeline.ArchiveAnswer{}, errors.New("read answer: the request names a file elsewhere")
	}
	err := unpack(filepath.Join(dir, in.File), filepath.Join(dir, unpacked))
	if flaw, is := errors.AsType[container.Flaw](err); is {
		return pipeline.ArchiveAnswer{Code: flaw.Code}, nil
	}
	if err != nil {
		return pipeline.ArchiveAnswer{}, fmt.Errorf("unpack answer: %w", err)
	}
	out, err := read(filepath.Join(dir, unpacked))
	if err != nil || out.Code != "" || in.Schemas == "" {
		return out, err
	}
	rules := filepath.Join(in.Schemas, out.Version, xdomea.SchemaFile)
	if _, err := os.Stat(filepath.Join(dir, rules)); errors.Is(err, fs.ErrNotExist) {
		out.Code = string(xdomea.CodeVersion) // one that this installation cannot judge
		return out, nil
	}
	verdict, err := schema.Run(ctx, dir, pipeline.SchemaRequest{File: unpacked, Schema: rules})
	if err != nil {
		return pipeline.ArchiveAnswer{}, err
	}
	if !verdict.Valid {
		out.Code = violated
	}
	return out, nil
}

// unpack copies the message out of its container.
func unpack(from, to string) error {
	r, err := container.Open(from, container.Limits{})
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	in, err := r.Open(r.XML())
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// read says what a message says.
func read(path string) (pipeline.ArchiveAnswer, error) {
	f, err := os.Open(path)
	if err != nil {
		return pipeline.ArchiveAnswer{}, err
	}
	defer func() { _ = f.Close() }()
	m, err := xdomea.Read(f, xdomea.AnswerLimits(), nil)
	out := pipeline.ArchiveAnswer{
		Version: string(m.Version), Type: string(m.Type), Process: m.Process.String(), Message: m.ID.String(),
		AsksReceipt: m.AsksReceipt, Failed: m.Failed,
	}
	if refused, is := errors.AsType[*xdomea.Error](err); is {
		out.Code = string(refused.Code)
		return out, nil
	}
	if err != nil {
		return pipeline.ArchiveAnswer{}, fmt.Errorf("read answer: %w", err)
	}
	for _, d := range m.Decisions {
		decision := d.Decision
		if d.Word != "" {
			decision = efile.Undecided
		}
		out.Decisions = append(out.Decisions, pipeline.AnswerDecision{Record: d.Record.String(), Decision: string(decision)})
	}
	for _, r := range m.Results {
		out.Results = append(out.Results, pipeline.AnswerResult{Record: r.Record.String(), Success: r.Success, Reference: r.Reference})
	}
	return out, nil
}
