package container

import (
	"context"

	"errors"
)

// Write writes a flat ZIP to the path and returns its digest and those of its entries.
func Write(ctx context.Context, file string, entries Entries) (Written, error) {
	return Written{}, errors.New("not built")
}

// WriteTree is Write for formats with folders (BagIt, E-ARK).
func WriteTree(ctx context.Context, file string, entries Entries) (Written, error) {
	return Written{}, errors.New("not built")
}

// WriteFolder writes the same entries as a folder of files.
func WriteFolder(ctx context.Context, dir string, entries Entries) (Written, error) {
	return Written{}, errors.New("not built")
}
