package tool

import (
	"context"
	"strconv"
)

// TiffPage copies directory number (from 0) of a TIFF to out with tiffcp, uncompressed, in strips: libtiff decodes kinds
// of TIFF that Go does not. The caller has checked that the directories do not loop and how large the picture is.
func TiffPage(ctx context.Context, dir, in string, number int, out string, limits Limits) error {
	_, err := Run(ctx, dir, "tiffcp", []string{"-c", "none", "-s", in + "," + strconv.Itoa(number), out}, limits)
	return err
}
