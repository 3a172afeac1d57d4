package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/cmd/internal/setup"
)

// place is what `eakte up` leaves for the other commands: where its private servers listen. It holds no secret.
type place struct {
	DatabaseURL      string `json:"databaseUrl"`
	DatabaseAdminURL string `json:"databaseAdminUrl"`
	S3Socket         string `json:"s3Socket"`
	PublicURL        string `json:"publicUrl"`
}

func placeFile(data string) string { return filepath.Join(data, "place.json") }

// leave writes the place for the other commands.
func (in *installation) leave() error {
	data, err := json.MarshalIndent(place{
		DatabaseURL: in.config.DatabaseURL, DatabaseAdminURL: in.config.DatabaseAdminURL,
		S3Socket: in.config.Store.Socket, PublicURL: in.config.PublicURL,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("describe installation: %w", err)
	}
	if err := os.WriteFile(placeFile(in.config.Data), append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("describe installation: %w", err)
	}
	return nil
}

// running completes a configuration that names no database with the installation that runs below config.Data.
func running(config setup.Config) (setup.Config, error) {
	if config.DatabaseURL != "" {
		return config, nil
	}
	data, err := os.ReadFile(placeFile(config.Data))
	if errors.Is(err, os.ErrNotExist) {
		return config, fmt.Errorf("no installation: set EAKTE_DATABASE_URL, or start one with `eakte up` on %s", config.Data)
	}
	var p place
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	if err != nil {
		return config, fmt.Errorf("find the running installation: %w", err)
	}
	in := &installation{config: config}
	if err := in.secrets(); err != nil {
		return config, err
	}
	config = in.config
	config.DatabaseURL, config.DatabaseAdminURL, config.PublicURL = p.DatabaseURL, p.DatabaseAdminURL, p.PublicURL
	config.Store.Socket = p.S3Socket
	return config, nil
}
