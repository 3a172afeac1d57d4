// Command train makes the models that the reader carries, from what this repository holds and Debian's fonts alone. It is
// deterministic: the same sources give the same bytes. `make train` runs it; what comes out is committed.
//
//	go run ./internal/train [MODEL…]     all of them if none is named; run at the module's root
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"github.com/eakte/eakte/internal/train/glyphs"
	"github.com/eakte/eakte/internal/train/types"
	"github.com/eakte/eakte/internal/train/wordings"
)

// model is something to be trained.
type model struct {
	name  string
	train func(ctx context.Context, log *slog.Logger) error // writes its files below the current directory
}

// models are trained in this order.
var models = []model{
	{"glyphs", glyphs.Train},
	{"types", types.Train},
	{"wordings", wordings.Train},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], slog.New(slog.NewTextHandler(os.Stderr, nil))); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// run trains the named models, all if there are no names.
func run(ctx context.Context, names []string, log *slog.Logger) error {
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n] = true
	}
	for _, m := range models {
		if len(names) > 0 && !wanted[m.name] {
			continue
		}
		delete(wanted, m.name)
		began := time.Now()
		if err := m.train(ctx, log.With("model", m.name)); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		log.Info("trained", "model", m.name, "seconds", int(time.Since(began).Seconds()))
	}
	for n := range wanted {
		return fmt.Errorf("there is no model %q", n)
	}
	return nil
}
