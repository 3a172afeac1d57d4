package picture

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrMembers says that a container of photos (pipeline.MediaPhotos) holds something else, or is damaged.
var ErrMembers = errors.New("not a container of photos")

// Photos opens a container of photos and returns them in the order of the pages. Only what intake writes is taken: members
// side by side without compression, so that no photo is larger than the container. ErrPages if there are more than most.
func Photos(r io.ReaderAt, size int64, most int) ([]*io.SectionReader, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMembers, err)
	}
	var photos []*io.SectionReader
	var total int64 // members that overlap would show more than there is
	for i, member := range archive.File {
		start, err := member.DataOffset()
		length := int64(member.UncompressedSize64) //nolint:gosec // a negative one is refused below
		plain := member.Method == zip.Store && member.CompressedSize64 == member.UncompressedSize64
		if err != nil || !plain || length <= 0 || start > size-length || strings.Contains(member.Name, "/") {
			return nil, ErrMembers
		}
		if i == 0 && member.Name == "mimetype" {
			continue
		}
		if total += length; i == 0 || total > size {
			return nil, ErrMembers
		}
		if len(photos) == most {
			return nil, ErrPages
		}
		photos = append(photos, io.NewSectionReader(r, start, length))
	}
	if len(photos) == 0 {
		return nil, ErrMembers
	}
	return photos, nil
}
