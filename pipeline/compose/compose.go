// Package compose writes the archival rendition of a document and checks what it wrote. Start reading at Run.
package compose

import (
	"context"
	"errors"

	"github.com/eakte/eakte/pipeline"
)

// Run composes the archival rendition from the sound PDF and the recognised pages.
func Run(ctx context.Context, dir string, in pipeline.ComposeRequest) (pipeline.Composed, error) {
	return pipeline.Composed{}, errors.ErrUnsupported
}
