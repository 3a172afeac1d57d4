// Command eakte-worker takes jobs from the queue: it fetches a document, hands it to a reader process and settles what
// was found. It holds secrets and opens no document itself. Any number of them may run side by side.
//
// It is configured by the environment; see README.md. `eakte-worker -healthcheck` asks the running one whether it is
// ready; that needs EAKTE_METRICS_LISTEN.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"

	"github.com/eakte/eakte/cmd/internal/setup"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "eakte-worker:", err)
		os.Exit(1)
	}
}

func run() error {
	config, err := setup.Read(os.Getenv)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	ctx, stop := setup.UntilStopped()
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == "-healthcheck" {
		return setup.AskReady(ctx, config.MetricsListen)
	}
	end, err := setup.Trace(ctx, "eakte-worker")
	if err != nil {
		return err
	}
	defer end()
	rooms, err := setup.Open(ctx, config)
	if err != nil {
		return err
	}
	defer rooms.Close()
	readers, err := config.Readers(ctx, config.Cores+1)
	if err != nil {
		return err
	}
	defer func() { _ = readers.Close() }() // the processes end with ours in any case
	team, err := rooms.Worker(readers)
	if err != nil {
		return err
	}
	if err := team.Start(ctx); err != nil {
		return err
	}
	config.Log.Info("working", "cores", config.Cores)
	group, waiting := errgroup.WithContext(ctx)
	group.Go(func() error {
		return setup.ServeMetrics(waiting, config.MetricsListen, rooms.Metrics, rooms.Records.Ping, config.Log)
	})
	failed := group.Wait()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), setup.StopTime)
	defer cancel()
	return errors.Join(failed, team.Stop(stopping))
}
