// Package normalise turns any accepted file into a sound PDF: one that every later step can read, that shows what the
// original shows, and in which nothing acts, calls or hides. Pages are upright by /Rotate alone, pictures keep their bytes
// where they can.
//
// PDFs go through a chain of tools, each result proven to show what the source shows or looked at (pdf.go); pictures become pages of our own
// writing (picture.go, writer.go); office files and the text of e-mails are set by LibreOffice (office.go, mail.go).
// What a file is has been decided by inspect; reading text off pictures is for recognise, archival form for compose.
//
// Start reading at Run.
package normalise

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

// soundFile is the result's name in the step's directory.
const soundFile = "sound.pdf"

// Run makes sound.pdf from request.File in dir, which it leaves as it is. For e-mails it also writes the attachments.
// Faults are as listed at pipeline.Normalised; other files it leaves in dir are of no interest.
func Run(ctx context.Context, dir string, request pipeline.NormaliseRequest) (pipeline.Normalised, error) {
	limits := request.Limits.Or()
	if request.File == soundFile {
		return pipeline.Normalised{}, fmt.Errorf("the file to normalise must not be called %s", soundFile)
	}
	if _, err := os.Stat(filepath.Join(dir, request.File)); err != nil {
		return pipeline.Normalised{}, fmt.Errorf("open file to normalise: %w", err)
	}
	switch request.MediaType {
	case pipeline.MediaPDF:
		return normalisePDF(ctx, dir, request.File, pipeline.SourcePDF, limits)
	case pipeline.MediaDOCX, pipeline.MediaODT, pipeline.MediaRTF, pipeline.MediaDOC:
		return normaliseOffice(ctx, dir, request.File, request.MediaType, limits)
	case pipeline.MediaMail:
		return normaliseMail(ctx, dir, request.File, limits)
	case pipeline.MediaPhotos:
		return normalisePhotos(ctx, dir, request.File, limits)
	}
	if strings.HasPrefix(request.MediaType, "image/") {
		return normalisePicture(ctx, dir, request.File, request.MediaType, limits)
	}
	return pipeline.Normalised{}, fault.New(fault.Reject, fault.TypeNotAccepted, fmt.Errorf("media type %q", request.MediaType))
}
