package tool

import (
	"context"
	"os"
	"path/filepath"
)

// Redistil has Ghostscript draw in anew as out: the last hope for a damaged PDF. Ghostscript answers password-protected,
// truncated and empty input with exit code 0 and a blank page, so its result means nothing before it has been compared
// with the source. -dPDFSTOPONERROR makes it stop at most errors; -dSAFER confines it to its input.
func Redistil(ctx context.Context, dir, in, out string, limits Limits) error {
	_, err := Run(ctx, dir, "gs", []string{
		"-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.7",
		"-dAutoRotatePages=/None", "-dDownsampleColorImages=false", "-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false",
		"-dPassThroughJPEGImages=true", "-sOutputFile=" + out, "-f", in,
	}, limits)
	if err != nil {
		_ = os.Remove(filepath.Join(dir, out)) // it may not be there
	}
	return err
}
