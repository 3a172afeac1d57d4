// Package wordings turns the lists that people keep, labels.yaml and sentences.yaml of pipeline/extract, into the JSON that
// the reader carries: to parse the YAML would take as long as a short document, in every reader that starts.
package wordings

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lists are the files, from the module's root.
var lists = []string{"pipeline/extract/labels.yaml", "pipeline/extract/sentences.yaml"}

// Train writes the JSON of each list beside it.
func Train(_ context.Context, log *slog.Logger) error {
	for _, list := range lists {
		source, err := os.ReadFile(list)
		if err != nil {
			return err
		}
		out, err := compiled(source)
		if err != nil {
			return fmt.Errorf("%s: %w", list, err)
		}
		if err := os.WriteFile(carried(list), out, 0o644); err != nil { //nolint:gosec // it is committed
			return err
		}
		log.Info("written", "file", carried(list), "bytes", len(out))
	}
	return nil
}

// carried is the name of the file that the reader carries.
func carried(list string) string { return strings.TrimSuffix(list, ".yaml") + ".json" }

// compiled is a list of YAML as JSON, one entry a line: what people change shows as such.
func compiled(source []byte) ([]byte, error) {
	var entries []map[string]any
	if err := yaml.Unmarshal(source, &entries); err != nil {
		return nil, err
	}
	out := bytes.NewBufferString("[\n")
	for i, e := range entries {
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		out.Write(bytes.TrimSpace(line.Bytes()))
		if i+1 < len(entries) {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]\n")
	return out.Bytes(), nil
}
