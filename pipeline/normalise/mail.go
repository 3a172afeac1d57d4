package normalise

import (
	"context"
	"github.com/eakte/eakte/pipeline"
)

func normaliseMail(ctx context.Context, dir, in string, limits pipeline.Limits) (pipeline.Normalised, error) {
	return pipeline.Normalised{}, nil
}
