package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/eakte/eakte/cmd/internal/setup"
)

func version(_ context.Context, _ setup.Config, _ []string, out io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		_, err := fmt.Fprintln(out, "eakte, built without version information")
		return err
	}
	revision, modified := "unknown", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				modified = " with changes"
			}
		}
	}
	_, err := fmt.Fprintf(out, "eakte %s, revision %s%s, %s\n", info.Main.Version, revision, modified, info.GoVersion)
	return err
}
