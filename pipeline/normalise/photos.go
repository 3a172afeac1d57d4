package normalise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
)

// photoFile is where each photo of a container lies while it is read.
const photoFile = "photo"

// normalisePhotos puts the photos of a container on pages, in their order.
func normalisePhotos(ctx context.Context, dir, in string, limits pipeline.Limits) (pipeline.Normalised, error) {
	container, err := os.Open(filepath.Join(dir, in))
	if err != nil {
		return pipeline.Normalised{}, fmt.Errorf("open photos: %w", err)
	}
	defer container.Close()
	info, err := container.Stat()
	if err != nil {
		return pipeline.Normalised{}, fmt.Errorf("open photos: %w", err)
	}
	photos, err := picture.Photos(container, info.Size(), limits.Pages)
	if err != nil {
		return pipeline.Normalised{}, fault.New(fault.Review, fault.Unreadable, err)
	}
	var all photoSet
	for i, photo := range photos {
		one, err := onePhoto(ctx, dir, photo, limits)
		if err != nil {
			return pipeline.Normalised{}, fmt.Errorf("photo %d: %w", i+1, err)
		}
		all.rasters = append(all.rasters, one.rasters...)
		all.notes = pipeline.AddNotes(all.notes, one.notes...)
	}
	return finishPictures(ctx, dir, all)
}

func onePhoto(ctx context.Context, dir string, photo io.Reader, limits pipeline.Limits) (photoSet, error) {
	data, err := io.ReadAll(photo)
	if err != nil {
		return photoSet{}, fmt.Errorf("read photo: %w", err)
	}
	defer os.Remove(filepath.Join(dir, photoFile))
	if err := os.WriteFile(filepath.Join(dir, photoFile), data, 0o600); err != nil {
		return photoSet{}, fmt.Errorf("write photo: %w", err)
	}
	set, err := pictures(ctx, dir, photoFile, data, mediaTypes[picture.Format(data)], limits)
	if err == nil && len(set.rasters) == 0 {
		err = fault.New(fault.Review, fault.Unreadable, errors.New("a photo without a picture"))
	}
	return set, err
}

// mediaTypes are those of the formats of pictures.
var mediaTypes = map[string]string{
	"jpeg": pipeline.MediaJPEG, "png": pipeline.MediaPNG, "webp": pipeline.MediaWebP, "tiff": pipeline.MediaTIFF,
	"heif": pipeline.MediaHEIC, "avif": pipeline.MediaAVIF,
}
