package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/inspect"
	"github.com/eakte/eakte/pipeline/normalise"
	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/recognise"
)

// step runs one step on a request and says how many pages it worked on.
type step func(ctx context.Context, dir string, request json.RawMessage) (result any, pages int, err error)

// steps is the table of everything a reader can do.
func steps() (map[pipeline.Step]step, error) {
	types, err := newTypeReader()
	if err != nil {
		return nil, err
	}
	engine := recognise.New(recognise.Options{Tessdata: os.Getenv("TESSDATA_PREFIX")})
	table := map[pipeline.Step]step{
		pipeline.StepInspect:   of(inspect.Run, func(pipeline.InspectRequest) int { return 1 }),
		pipeline.StepNormalise: of(normalise.Run, func(pipeline.NormaliseRequest) int { return 1 }),
		pipeline.StepRecognise: of(engine.Run, func(r pipeline.RecogniseRequest) int { return len(r.Pages) }),
		pipeline.StepCompose:   of(compose.Run, func(r pipeline.ComposeRequest) int { return len(r.Pages) }),
		pipeline.StepLearn:     of(types.learn, func(r pipeline.LearnRequest) int { return len(r.Examples) }),
		pipeline.StepRead:      of(types.run, func(pipeline.ReadRequest) int { return 1 }),
		pipeline.StepConform:   of(pdfa.Run, func(pipeline.ConformRequest) int { return 1 }),
	}
	maps.Copy(table, faultySteps())
	return table, nil
}

// of makes a table entry of a step with its own types.
func of[Request, Result any](run func(context.Context, string, Request) (Result, error), pages func(Request) int) step {
	return func(ctx context.Context, dir string, body json.RawMessage) (any, int, error) {
		var request Request
		if err := json.Unmarshal(body, &request); err != nil {
			return nil, 0, fmt.Errorf("the request does not fit the step")
		}
		result, err := run(ctx, dir, request)
		return result, pages(request), err
	}
}
