package workers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// CheckSchema has a reader hold a message against the schema of a version. The schemas are the publisher's: dir has a folder
// for each version, called as the version, and beside them the folder xoev that those of 3.x refer to. Without the schema
// nothing is known, which is an error. The mistakes may quote the message: they are for people, not for logs.
func CheckSchema(ctx context.Context, readers *reader.Pool, dir string, v xdomea.Version, message io.Reader) (pipeline.SchemaVerdict, error) {
	var verdict pipeline.SchemaVerdict
	schema := path.Join(string(v), xdomea.SchemaFile)
	if _, err := os.Stat(filepath.Join(dir, schema)); err != nil {
		return verdict, fmt.Errorf("schema of xdomea %s: %w", v, err)
	}
	err := readers.Do(ctx, pipeline.StepSchema, func(job string) (any, error) {
		if err := copySchemas(dir, job, v); err != nil {
			return nil, err
		}
		request := pipeline.SchemaRequest{File: "message.xml", Schema: path.Join(schemasDir, schema)}
		return request, spill(message, filepath.Join(job, request.File))
	}, &verdict, nil)
	return verdict, err
}

// schemasDir is where a reader finds the schemas of messages.
const schemasDir = "schemas"

// copySchemas lays the schemas of versions, and what they refer to, into the folder of a reader's job. A version that dir has
// not is left out, which the reader tells; dir itself must be there.
func copySchemas(dir, job string, versions ...xdomea.Version) error {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("copy schemas: %w", err)
	}
	folders := []string{"xoev"} // 4.0.0 has no need of it
	for _, v := range versions {
		folders = append(folders, string(v))
	}
	for _, folder := range folders {
		err := os.CopyFS(filepath.Join(job, schemasDir, folder), os.DirFS(filepath.Join(dir, folder)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("copy schemas: %w", err)
		}
	}
	return nil
}
