package tool

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Heif decodes the first picture of a HEIC, HEIF or AVIF file to out, a PNG, turned upright as the file says. Newer
// libheif calls its program heif-dec, older ones heif-convert.
func Heif(ctx context.Context, dir, in, out string, limits Limits) error {
	name := "heif-dec"
	if !Installed(name) {
		name = "heif-convert"
	}
	if _, err := Run(ctx, dir, name, []string{in, out}, limits); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, out)); err != nil {
		return fmt.Errorf("%s wrote no picture: %w", name, err)
	}
	return nil
}
