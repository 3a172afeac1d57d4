package storage

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that prints as "[redacted]" whatever the verb or encoding. string(s) is the way to its value.
type Secret string

const redacted = "[redacted]"

// Format keeps every verb of fmt from showing the value.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) } // fmt has nowhere to report an error

// LogValue keeps the value out of logs.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the value out of JSON and other encodings.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
