package normalise

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// officeTime is what LibreOffice may take for one document.
const officeTime = 100 * time.Second

// officeEndings name the file for LibreOffice, which goes by them.
var officeEndings = map[string]string{
	pipeline.MediaDOCX: ".docx", pipeline.MediaODT: ".odt", pipeline.MediaRTF: ".rtf", pipeline.MediaDOC: ".doc",
}

// normaliseOffice converts an office document and then treats the result like any other PDF.
func normaliseOffice(ctx context.Context, dir, in, mediaType string, limits pipeline.Limits) (pipeline.Normalised, error) {
	named := "office" + officeEndings[mediaType]
	if err := link(dir, in, named); err != nil {
		return pipeline.Normalised{}, err
	}
	// The pool takes no hard links out of a reader. One that stays makes the result be refused, so there is nothing to do.
	defer func() { _ = os.Remove(filepath.Join(dir, named)) }()
	return convert(ctx, dir, named, pipeline.SourceOffice, limits)
}

// convert has LibreOffice make a PDF of a file and normalises that.
func convert(ctx context.Context, dir, in string, from pipeline.Source, limits pipeline.Limits) (pipeline.Normalised, error) {
	const made = "office.pdf"
	err := tool.Office(ctx, dir, in, made, tool.Limits{Time: officeTime, File: limits.FileBytes, Memory: 4 << 30})
	switch {
	case tool.Missing(err):
		return pipeline.Normalised{}, fault.New(fault.Review, fault.ConverterMissing, err)
	case tool.Exhausted(err):
		return pipeline.Normalised{}, fault.New(fault.Review, fault.TooComplex, err)
	case errors.Is(err, tool.ErrNoResult):
		return pipeline.Normalised{}, fault.New(fault.Review, fault.Unreadable, err)
	case err != nil:
		if _, ok := errors.AsType[*tool.Failure](err); ok {
			return pipeline.Normalised{}, fault.New(fault.Review, fault.Unreadable, err)
		}
		return pipeline.Normalised{}, err
	}
	out, err := normalisePDF(ctx, dir, made, from, limits)
	if err != nil {
		return out, err
	}
	out.Route = "libreoffice+" + out.Route
	return out, nil
}

// link gives a file a second name, by copying where the file system has no links.
func link(dir, from, to string) error {
	source, target := filepath.Join(dir, from), filepath.Join(dir, to)
	if os.Link(source, target) == nil {
		return nil
	}
	data, err := os.ReadFile(source)
	if err != nil {
		return fmt.Errorf("copy for conversion: %w", err)
	}
	if err := os.WriteFile(target, data, 0o600); err != nil {
		return fmt.Errorf("copy for conversion: %w", err)
	}
	return nil
}
