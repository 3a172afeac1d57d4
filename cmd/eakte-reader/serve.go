package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

// serve says hello and answers calls, one after the other, until in ends.
func serve(in io.Reader, out io.Writer, dir string, table map[pipeline.Step]step, hello reader.Hello) error {
	body, err := json.Marshal(hello)
	if err != nil {
		return fmt.Errorf("say hello: %w", err)
	}
	if err := reader.WriteMessage(out, pipeline.Answer{Result: body}); err != nil {
		return fmt.Errorf("say hello: %w", err)
	}
	for {
		var call pipeline.Call
		err := reader.ReadMessage(in, &call)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read call: %w", err)
		}
		if err := reader.WriteMessage(out, answer(dir, table, call)); err != nil {
			return fmt.Errorf("answer call: %w", err)
		}
	}
}

// answer runs one call within its time.
func answer(dir string, table map[pipeline.Step]step, call pipeline.Call) pipeline.Answer {
	began := time.Now()
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if call.Seconds > 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Duration(call.Seconds*float64(time.Second)))
	}
	defer cancel()
	a := pipeline.Answer{ID: call.ID}
	result, pages, err := guarded(ctx, dir, table, call)
	a.Pages = pages
	if err == nil {
		a.Result, err = json.Marshal(result)
	}
	if err == nil && len(a.Result) > reader.MaxMessage-1<<16 {
		a.Result, err = nil, errors.New("the result is too large for one message")
	}
	if err != nil {
		f := fault.Of(err)
		a.Fault = &pipeline.Fault{Code: string(f.Code), Treatment: string(f.Treatment), Detail: err.Error()}
	}
	a.Seconds = time.Since(began).Seconds()
	return a
}

// guarded runs the step and turns a panic into an error. What the panic says may quote the document; where it happened
// does not.
func guarded(ctx context.Context, dir string, table map[pipeline.Step]step, call pipeline.Call) (result any, pages int, err error) {
	defer func() {
		if recover() != nil {
			result, err = nil, fmt.Errorf("step %s panicked at %s", call.Step, culprit(debug.Stack()))
		}
	}()
	run, ok := table[call.Step]
	if !ok {
		return nil, 0, fmt.Errorf("step %q is not known", call.Step)
	}
	if inside, err := filepath.Rel(dir, call.Dir); err != nil || !filepath.IsLocal(inside) || inside == "." {
		return nil, 0, fmt.Errorf("step %s: the directory is not inside the fence", call.Step)
	}
	return run(ctx, call.Dir, call.Request)
}

// culprit finds the place below runtime's panic in a stack: file and line of the innermost frame.
func culprit(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "panic(") {
			continue
		}
		for _, place := range lines[min(i+2, len(lines)):] {
			if strings.HasPrefix(place, "\t") && !strings.Contains(place, "/runtime/") {
				place, _, _ = strings.Cut(strings.TrimSpace(place), " ")
				return filepath.Base(filepath.Dir(place)) + "/" + filepath.Base(place)
			}
		}
	}
	return "an unknown place"
}
