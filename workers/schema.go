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
		for _, folder := range []string{string(v), "xoev"} {
			err := os.CopyFS(filepath.Join(job, folder), os.DirFS(filepath.Join(dir, folder)))
			if err != nil && !(os.IsNotExist(err) && folder == "xoev") { // 4.0.0 has no need of it
				return nil, fmt.Errorf("copy schemas: %w", err)
			}
		}
		return pipeline.SchemaRequest{File: "message.xml", Schema: schema}, spill(message, filepath.Join(job, "message.xml"))
	}, &verdict, nil)
	return verdict, err
}
