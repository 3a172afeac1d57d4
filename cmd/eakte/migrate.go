package main

import (
	"context"
	"fmt"
	"io"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/migrations"
)

// migrate brings the database of EAKTE_DATABASE_ADMIN_URL to this version. It may run while the former release serves.
func migrate(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	if err := parse(newFlags("migrate"), args, 0, 0); err != nil {
		return err
	}
	if config.DatabaseAdminURL == "" {
		return fmt.Errorf("%w: EAKTE_DATABASE_ADMIN_URL is not set", errUsage)
	}
	if err := migrations.Up(ctx, config.DatabaseAdminURL); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "the database is up to date")
	return err
}
