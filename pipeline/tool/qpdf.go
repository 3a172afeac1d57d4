package tool

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

const qpdfName = "qpdf"

// Locked says what a password is needed for.
type Locked int

// What Qpdf's password test says.
const (
	NotLocked Locked = iota // not encrypted, or too damaged to tell
	OpenLock                // encrypted, opens without a password
	FullLock                // needs a password
)

// RequiresPassword asks qpdf, the only one of our tools that tells a password from damage.
func RequiresPassword(ctx context.Context, dir, in string, limits Limits) (Locked, error) {
	_, err := Run(ctx, dir, qpdfName, []string{"--requires-password", in}, limits)
	switch Exit(err) {
	case 0:
		return FullLock, nil
	case 2:
		return NotLocked, nil
	case 3:
		return OpenLock, nil
	}
	return NotLocked, err
}

// Rebuild writes in anew as out with qpdf: decrypted, with a new table of objects, streams untouched. flatten also draws
// forms and annotations into the pages. qpdf is the best repairer; its exit code 3 means that it repaired something.
func Rebuild(ctx context.Context, dir, in, out string, flatten bool, limits Limits) error {
	args := []string{"--no-warn", "--decrypt", "--decode-level=none", "--object-streams=generate"}
	if flatten {
		args = append(args, "--generate-appearances", "--flatten-annotations=screen")
	}
	_, err := Run(ctx, dir, qpdfName, append(args, in, out), limits)
	if f, ok := errors.AsType[*Failure](err); ok && f.Exit == 3 {
		return nil
	}
	if err != nil {
		_ = os.Remove(filepath.Join(dir, out)) // it may not be there
	}
	return err
}

// Overlay writes in as out with each page of over laid above the page of the same number, which turns, clockwise degrees
// by page number, turn first. Nothing else changes; streams stay as they are. The same input gives the same bytes.
func Overlay(ctx context.Context, dir, in, over, out string, turns map[int]int, limits Limits) error {
	args := []string{"--no-warn", "--deterministic-id", "--decode-level=none", "--stream-data=preserve", "--object-streams=generate", in, out}
	for _, page := range slices.Sorted(maps.Keys(turns)) {
		args = append(args, fmt.Sprintf("--rotate=+%d:%d", turns[page], page))
	}
	_, err := Run(ctx, dir, qpdfName, append(args, "--overlay", over, "--"), limits)
	if f, ok := errors.AsType[*Failure](err); ok && f.Exit == 3 { // a warning; what came out is compared
		return nil
	}
	if err != nil {
		_ = os.Remove(filepath.Join(dir, out)) // it may not be there
	}
	return err
}
