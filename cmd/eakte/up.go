package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
)

// up runs everything on this machine until Ctrl-C.
func up(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	if err := parse(newFlags("up"), args, 0, 0); err != nil {
		return err
	}
	in, err := start(ctx, config, func(what string) { fmt.Fprintln(out, what+" …") })
	if err != nil {
		return err
	}
	defer in.close(ctx)
	if err := untilReady(ctx, in.config.PublicURL); err != nil {
		return err
	}
	fmt.Fprintf(out, "ready: %s   (Ctrl-C stops)\n", in.config.PublicURL)
	return in.wait(ctx)
}

// untilReady waits until the site answers.
func untilReady(ctx context.Context, site string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, site+"/readyz", nil)
		if err != nil {
			return fmt.Errorf("ask the site: %w", err)
		}
		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the site did not become ready: %w", context.Cause(ctx))
		}
	}
}
