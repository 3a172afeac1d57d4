// Package normalise turns any accepted file into a sound PDF.
package normalise

import (
	"context"

	"github.com/eakte/eakte/pipeline"
)

// Run makes sound.pdf in dir.
func Run(ctx context.Context, dir string, request pipeline.NormaliseRequest) (pipeline.Normalised, error) {
	return pipeline.Normalised{}, nil
}
