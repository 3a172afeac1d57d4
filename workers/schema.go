package workers

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// schemaFile is the schema of the messages of a disposal, in the folder of its version.
const schemaFile = "xdomea-Nachrichten-AussonderungDurchfuehren.xsd"

// CheckSchema has a reader hold a message against the schema of a version. The schemas are the publisher's: dir has a folder
// for each version, called as the version, and beside them the folder xoev that those of 3.x refer to. Without them nothing
// is known, which is an error. The mistakes quote the message: they are for the eyes of people, not for logs.
func CheckSchema(ctx context.Context, readers *reader.Pool, dir string, v xdomea.Version, message io.Reader) (pipeline.SchemaVerdict, error) {
	var verdict pipeline.SchemaVerdict
	if _, err := os.Stat(filepath.Join(dir, string(v), schemaFile)); err != nil {
		return verdict, fmt.Errorf("schemas of xdomea %s: %w", v, err)
	}
	const name = "message.xml"
	err := readers.Do(ctx, pipeline.StepSchema, func(job string) (any, error) {
		for _, folder := range []string{string(v), "xoev"} {
			from := filepath.Join(dir, folder)
			if _, err := os.Stat(from); os.IsNotExist(err) {
				continue // those of 4.0.0 are complete in themselves
			}
			if err := os.CopyFS(filepath.Join(job, folder), os.DirFS(from)); err != nil {
				return nil, fmt.Errorf("copy schemas: %w", err)
			}
		}
		return pipeline.SchemaRequest{File: name, Schema: path.Join(string(v), schemaFile)}, write(filepath.Join(job, name), message)
	}, &verdict, nil)
	if err != nil {
		return verdict, fmt.Errorf("hold message against schema: %w", err)
	}
	return verdict, nil
}

func write(file string, r io.Reader) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // in a directory of ours
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.Copy(f, r); err != nil {
		return err
	}
	return f.Close()
}
