package normalise

import (
	"context"
	"github.com/eakte/eakte/pipeline"
)

func normalisePicture(ctx context.Context, dir, in, mediaType string, limits pipeline.Limits) (pipeline.Normalised, error) {
	return pipeline.Normalised{}, nil
}
