package tool

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
)

// TiffPage copies directory number (from 0) of a TIFF to out with tiffcp, uncompressed, in strips, pixel by pixel and
// highest bit first: libtiff decodes kinds of TIFF that Go does not. The caller has checked that the directories do not
// loop and how large the picture is.
func TiffPage(ctx context.Context, dir, in string, number int, out string, limits Limits) error {
	in += "," + strconv.Itoa(number)
	_, err := Run(ctx, dir, "tiffcp", []string{"-c", "none", "-s", "-f", "msb2lsb", "-p", "contig", in, out}, limits)
	if err == nil || Missing(err) || ctx.Err() != nil {
		return err
	}
	// Compressed planes cannot be woven while they are decompressed.
	planes := out + ".planes"
	defer os.Remove(filepath.Join(dir, planes)) // it may not be there
	if _, err := Run(ctx, dir, "tiffcp", []string{"-c", "none", "-s", "-f", "msb2lsb", in, planes}, limits); err != nil {
		return err
	}
	_, err = Run(ctx, dir, "tiffcp", []string{"-c", "none", "-s", "-p", "contig", planes, out}, limits)
	return err
}
