package inspect

import (
	"errors"
	"fmt"
	"strings"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
)

// inspectPhotos inspects each photo of a container. One that may not pass keeps all from passing: they are one document.
func inspectPhotos(container file, limits pipeline.Limits) (pipeline.Inspection, error) {
	photos, err := picture.Photos(container, container.size, limits.Pages)
	switch {
	case errors.Is(err, picture.ErrPages):
		return pipeline.Inspection{}, fault.New(fault.Reject, fault.TooComplex, err)
	case err != nil:
		return pipeline.Inspection{}, fault.New(fault.Reject, fault.TypeNotAccepted, err)
	}
	out := pipeline.Inspection{MediaType: pipeline.MediaPhotos}
	for i, photo := range photos {
		one := file{ReaderAt: photo, size: photo.Size()}
		kind, err := sniff(one)
		if err != nil {
			return pipeline.Inspection{}, err
		}
		if !strings.HasPrefix(kind, "image/") {
			return pipeline.Inspection{}, fault.New(fault.Reject, fault.TypeNotAccepted, fmt.Errorf("photo %d is %s", i+1, kind))
		}
		found, err := inspectPicture(kind, one, limits)
		if err != nil {
			return pipeline.Inspection{}, fmt.Errorf("inspect photo %d: %w", i+1, err)
		}
		if out.Pages += found.Pages; out.Pages > limits.Pages {
			return pipeline.Inspection{}, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("more than %d pages", limits.Pages))
		}
		out.Notes = pipeline.AddNotes(out.Notes, found.Notes...)
	}
	return out, nil
}
