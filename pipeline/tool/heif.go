package tool

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Heif decodes the first picture of a HEIC, HEIF or AVIF file to out, a JPEG or a PNG by its extension, turned upright as
// the file says. A PNG costs four times as much processor time and keeps transparency. Newer libheif calls its program
// heif-dec, older ones heif-convert.
func Heif(ctx context.Context, dir, in, out string, limits Limits) error {
	name := "heif-dec"
	if !Installed(name) {
		name = "heif-convert"
	}
	if _, err := Run(ctx, dir, name, []string{"-q", heifQuality, in, out}, limits); err != nil {
		return err
	}
	ext := filepath.Ext(out)
	several, err := filepath.Glob(filepath.Join(dir, strings.TrimSuffix(out, ext)+"-*"+ext))
	if err != nil {
		return fmt.Errorf("look for the pictures of %s: %w", name, err)
	}
	for _, picture := range several { // a file of several pictures: the first is what viewers show
		if strings.HasSuffix(picture, "-1"+ext) {
			err = os.Rename(picture, filepath.Join(dir, out))
		} else {
			err = os.Remove(picture)
		}
		if err != nil {
			return fmt.Errorf("keep one picture of %s: %w", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, out)); err != nil {
		return fmt.Errorf("%s wrote no picture: %w", name, err)
	}
	return nil
}

// heifQuality is that of JPEGs: what is lost beside the source is below what an eye or OCR notices.
const heifQuality = "92"
