package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"sync"

	"github.com/eakte/eakte/pipeline"
	archiveanswer "github.com/eakte/eakte/pipeline/answer"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/inspect"
	"github.com/eakte/eakte/pipeline/normalise"
	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/recognise"
	"github.com/eakte/eakte/pipeline/schema"
)

// step runs one step on a request and says how many pages it worked on.
type step func(ctx context.Context, dir string, request json.RawMessage) (result any, pages int, err error)

// steps is the table of everything a reader can do.
func steps() map[pipeline.Step]step {
	types := sync.OnceValues(newTypeReader) // a reader that only reads pages needs no catalogue
	engine := recognise.New(recognise.Options{Tessdata: os.Getenv("TESSDATA_PREFIX")})
	table := map[pipeline.Step]step{
		pipeline.StepInspect:   of(inspect.Run, func(pipeline.InspectRequest) int { return 1 }),
		pipeline.StepNormalise: of(normalise.Run, func(pipeline.NormaliseRequest) int { return 1 }),
		pipeline.StepRecognise: of(engine.Run, func(r pipeline.RecogniseRequest) int { return len(r.Pages) }),
		pipeline.StepCompose:   of(compose.Run, func(r pipeline.ComposeRequest) int { return len(r.Pages) }),
		pipeline.StepLearn:     of(learn(types), func(r pipeline.LearnRequest) int { return len(r.Examples) }),
		pipeline.StepRead:      of(read(types), func(pipeline.ReadRequest) int { return 1 }),
		pipeline.StepConform:   of(pdfa.Run, func(pipeline.ConformRequest) int { return 1 }),
		pipeline.StepAnswer:    of(archiveanswer.Run, func(pipeline.AnswerRequest) int { return 1 }),
		pipeline.StepSchema:    of(schema.Run, func(pipeline.SchemaRequest) int { return 1 }),
	}
	maps.Copy(table, faultySteps())
	return table
}

// read is the step of that name.
func read(types func() (*typeReader, error)) func(context.Context, string, pipeline.ReadRequest) (pipeline.Reading, error) {
	return func(ctx context.Context, dir string, request pipeline.ReadRequest) (pipeline.Reading, error) {
		reader, err := types()
		if err != nil {
			return pipeline.Reading{}, err
		}
		return reader.run(ctx, dir, request)
	}
}

// learn is the step of that name.
func learn(types func() (*typeReader, error)) func(context.Context, string, pipeline.LearnRequest) (pipeline.Learned, error) {
	return func(ctx context.Context, dir string, request pipeline.LearnRequest) (pipeline.Learned, error) {
		reader, err := types()
		if err != nil {
			return pipeline.Learned{}, err
		}
		return reader.learn(ctx, dir, request)
	}
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
