// Command eakte-web serves the pages and the API for applicants, caseworkers, archivists and case systems. It opens no
// document: it streams bytes. Any number of them may run side by side.
//
// It is configured by the environment; see README.md. `eakte-web -healthcheck` asks the running one whether it is ready.
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
		fmt.Fprintln(os.Stderr, "eakte-web:", err)
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
		return setup.AskReady(ctx, config.Listen)
	}
	end, err := setup.Trace(ctx, "eakte-web")
	if err != nil {
		return err
	}
	defer end()
	rooms, err := setup.Open(ctx, config)
	if err != nil {
		return err
	}
	defer rooms.Close()
	site, err := rooms.Web()
	if err != nil {
		return err
	}
	defer site.Close()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return setup.Serve(ctx, site.HTTP(), config.Listen, config.Log) })
	group.Go(func() error {
		return setup.ServeMetrics(ctx, config.MetricsListen, rooms.Metrics, rooms.Records.Ping, config.Log)
	})
	if err := group.Wait(); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
