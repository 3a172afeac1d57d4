// Package recognise reads pages: text, words with boxes, rotation, quality, the machine-readable zone and a picture of
// each page for the screen. Start reading at Engine.Run.
package recognise

import (
	"context"
	"errors"
	"time"

	"github.com/eakte/eakte/pipeline"
)

// Options set up an Engine. The zero value is right for production.
type Options struct {
	Tessdata string        // folder of the .traineddata files; empty: TESSDATA_PREFIX or the system's
	PageTime time.Duration // budget of one page; default 60 s
}

// Engine holds OCR engines that stay warm between calls. It is not safe for concurrent use: one per reader process.
type Engine struct{ opts Options }

// New returns an Engine. It loads nothing: models are opened when a page first needs them.
func New(o Options) *Engine { return &Engine{opts: o} }

// Run reads the pages of the request.
func (e *Engine) Run(ctx context.Context, dir string, in pipeline.RecogniseRequest) (pipeline.Recognised, error) {
	return pipeline.Recognised{}, errors.ErrUnsupported
}

// Close frees the engines. The Engine can be used again afterwards.
func (e *Engine) Close() {}
