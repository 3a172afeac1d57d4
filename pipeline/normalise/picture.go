package normalise

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/image/webp"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

// pictureTime is what an outside decoder may take for one picture.
const pictureTime = 30 * time.Second

// photoSet is what a picture file became.
type photoSet struct {
	rasters []raster
	notes   []pipeline.Note
}

// normalisePicture puts each picture of a file on a page of its own. The limits are checked here once more: a picture can
// come straight from an e-mail.
func normalisePicture(ctx context.Context, dir, in, mediaType string, limits pipeline.Limits) (pipeline.Normalised, error) {
	data, err := os.ReadFile(filepath.Join(dir, in))
	if err != nil {
		return pipeline.Normalised{}, fmt.Errorf("read picture: %w", err)
	}
	set, err := pictures(ctx, dir, in, data, mediaType, limits)
	if err != nil {
		return pipeline.Normalised{}, err
	}
	if len(set.rasters) == 0 {
		return pipeline.Normalised{}, fault.New(fault.Review, fault.NoPages, nil)
	}
	return finishPictures(ctx, dir, set)
}

// pictures decodes the pictures of one file, whose bytes are data.
func pictures(ctx context.Context, dir, in string, data []byte, mediaType string, limits pipeline.Limits) (photoSet, error) {
	if err := checkPicture(data, limits); err != nil {
		return photoSet{}, err
	}
	switch mediaType {
	case pipeline.MediaJPEG:
		return fromJPEG(data)
	case pipeline.MediaPNG:
		return fromPNG(data)
	case pipeline.MediaWebP:
		return fromWebP(data)
	case pipeline.MediaTIFF:
		return fromTIFF(ctx, dir, in, data, limits)
	case pipeline.MediaHEIC, pipeline.MediaAVIF:
		return fromHEIF(ctx, dir, in, data, limits)
	}
	return photoSet{}, fault.New(fault.Reject, fault.TypeNotAccepted, fmt.Errorf("media type %q", mediaType))
}

// checkPicture refuses by the header what must not be decoded.
func checkPicture(data []byte, limits pipeline.Limits) error {
	header, err := picture.Read(bytes.NewReader(data), int64(len(data)), limits.Pages)
	switch {
	case errors.Is(err, picture.ErrPages):
		return fault.New(fault.Reject, fault.TooComplex, err)
	case err != nil:
		return fault.New(fault.Review, fault.Unreadable, err)
	case header.Pixels() > limits.Pixels || header.Samples > 8*limits.Pixels:
		return fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("picture of %d × %d pixels", header.Width, header.Height))
	}
	return nil
}

// finishPictures writes the PDF and looks at it once: a decoder that shows nothing of a damaged picture must not pass.
func finishPictures(ctx context.Context, dir string, set photoSet) (pipeline.Normalised, error) {
	out := pipeline.Normalised{File: soundFile, Source: pipeline.SourceImage, Route: "own", Notes: set.notes}
	if err := writePictures(filepath.Join(dir, soundFile), set.rasters); err != nil {
		return out, err
	}
	for i, r := range set.rasters {
		width, height := r.points()
		rotate, mirrored := r.turned()
		if rotate%180 != 0 {
			width, height = height, width
		}
		page := pipeline.SoundPage{Number: i + 1, Width: width, Height: height, Rotate: rotate, Kind: pipeline.PageRaster}
		if r.direct && !mirrored {
			page.Kind = pipeline.PageDirect
		}
		out.Pages = append(out.Pages, page)
	}
	seen, err := glance(ctx, dir, soundFile, len(out.Pages))
	switch {
	case tool.Exhausted(err):
		return out, fault.New(fault.Review, fault.TooComplex, err)
	case err != nil:
		if _, ok := errors.AsType[*tool.Failure](err); ok && !tool.Missing(err) {
			return out, fault.New(fault.Review, fault.Unreadable, err)
		}
		return out, err
	case len(seen.pictures) == 0:
		return out, fault.New(fault.Review, fault.Unreadable, errors.New("nothing to be seen of the picture"))
	}
	if seen.complete && seen.blank() {
		if slices.Contains(set.notes, pipeline.NotePartial) {
			return out, fault.New(fault.Review, fault.Unreadable, errors.New("nothing to be seen of the damaged picture"))
		}
		out.Notes = append(out.Notes, pipeline.NoteBlank)
	}
	return *tidy(&out), nil
}

// writePictures writes a PDF with a page for each raster.
func writePictures(path string, rasters []raster) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	w := newPDFWriter(f)
	for _, r := range rasters {
		w.picture(r)
	}
	if err := errors.Join(w.close(), f.Close()); err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	return nil
}

// fromJPEG keeps the compressed picture and drops everything its maker wrote beside it. CMYK is converted, because viewers
// and OCR disagree about which way round such files are.
func fromJPEG(data []byte) (photoSet, error) {
	parts, err := picture.SplitJPEG(data)
	if err != nil {
		return photoSet{}, fault.New(fault.Review, fault.Unreadable, err)
	}
	header, err := picture.Read(bytes.NewReader(parts.Clean), int64(len(parts.Clean)), 1)
	if err != nil {
		return photoSet{}, fault.New(fault.Review, fault.Unreadable, err)
	}
	var set photoSet
	if !parts.Whole {
		set.notes = append(set.notes, pipeline.NotePartial)
	}
	if parts.Exif.GPS {
		set.notes = append(set.notes, pipeline.NoteLocation)
	}
	r := raster{width: header.Width, height: header.Height, filter: "DCTDecode", space: "DeviceRGB", bits: 8, data: parts.Clean, direct: true}
	switch header.Components {
	case 1:
		r.space = "DeviceGray"
	case 3:
	case 4:
		decoded, err := jpeg.Decode(bytes.NewReader(parts.Clean))
		if err != nil {
			return photoSet{}, fault.New(fault.Review, fault.Unreadable, fmt.Errorf("decode CMYK: %w", err))
		}
		if r, err = photo(decoded); err != nil {
			return photoSet{}, err
		}
	default:
		return photoSet{}, fault.New(fault.Review, fault.Unreadable, fmt.Errorf("JPEG of %d components", header.Components))
	}
	r.orientation, r.dpi = parts.Exif.Orientation, parts.DPI
	set.rasters = []raster{r}
	return set, nil
}

// fromPNG decodes and keeps every pixel. Of a damaged file the rows that are there are kept.
func fromPNG(data []byte) (photoSet, error) {
	var set photoSet
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		mended, partial, mendErr := mendPNG(data)
		if mendErr != nil {
			return set, fault.New(fault.Review, fault.Unreadable, err)
		}
		if decoded, err = png.Decode(bytes.NewReader(mended)); err != nil {
			return set, fault.New(fault.Review, fault.Unreadable, err)
		}
		if partial {
			set.notes = append(set.notes, pipeline.NotePartial)
		}
	}
	r, err := lossless(decoded)
	if err != nil {
		return set, err
	}
	extra := readPNG(data)
	r.dpi, r.orientation = extra.DPI, extra.Orientation
	if extra.GPS {
		set.notes = append(set.notes, pipeline.NoteLocation)
	}
	set.rasters = []raster{r}
	return set, nil
}

// fromWebP decodes. Lossy ones are photographs, lossless ones are not.
func fromWebP(data []byte) (photoSet, error) {
	decoded, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return photoSet{}, fault.New(fault.Review, fault.Unreadable, err)
	}
	encode := lossless
	if bytes.Contains(data[:min(len(data), 1<<16)], []byte("VP8 ")) {
		encode = photo
	}
	r, err := encode(decoded)
	if err != nil {
		return photoSet{}, err
	}
	set := photoSet{}
	if exif, ok := webpExif(data); ok {
		r.orientation, r.dpi = exif.Orientation, exif.DPI
		if exif.GPS {
			set.notes = append(set.notes, pipeline.NoteLocation)
		}
	}
	set.rasters = []raster{r}
	return set, nil
}

// webpExif finds the EXIF chunk.
func webpExif(data []byte) (picture.Exif, bool) {
	for at := 12; at+8 <= len(data); {
		length := int64(binary.LittleEndian.Uint32(data[at+4:]))
		if length > int64(len(data)-at-8) {
			break
		}
		if string(data[at:at+4]) == "EXIF" {
			return picture.ReadExif(bytes.TrimPrefix(data[at+8:at+8+int(length)], []byte("Exif\x00\x00"))), true
		}
		at += 8 + int(length+length%2)
	}
	return picture.Exif{}, false
}

// fromHEIF has libheif decode the first picture; it turns it upright. A photograph stays one, as a JPEG; what is
// transparent somewhere is no photograph.
func fromHEIF(ctx context.Context, dir, in string, data []byte, limits pipeline.Limits) (photoSet, error) {
	decodedFile, read := "decoded.jpg", fromJPEG
	if transparent(data) {
		decodedFile, read = "decoded.png", fromPNG
	}
	defer os.Remove(filepath.Join(dir, decodedFile))
	err := tool.Heif(ctx, dir, in, decodedFile, tool.Limits{Time: pictureTime, File: limits.FileBytes})
	switch {
	case tool.Missing(err):
		return photoSet{}, fault.New(fault.Review, fault.ConverterMissing, err)
	case tool.Exhausted(err):
		return photoSet{}, fault.New(fault.Review, fault.TooComplex, err)
	case ctx.Err() != nil:
		return photoSet{}, ctx.Err()
	case err != nil:
		return photoSet{}, fault.New(fault.Review, fault.Unreadable, err)
	}
	out, err := os.ReadFile(filepath.Join(dir, decodedFile))
	if err != nil {
		return photoSet{}, fmt.Errorf("read decoded picture: %w", err)
	}
	if err := checkPicture(out, limits); err != nil {
		return photoSet{}, err
	}
	set, err := read(out)
	if err != nil {
		return photoSet{}, err
	}
	set.rasters[0].orientation = 1 // whatever the EXIF data say that libheif copied
	set.notes = nil
	if at := bytes.Index(data, []byte("Exif\x00\x00")); at >= 0 && picture.ReadExif(data[at+6:]).GPS {
		set.notes = append(set.notes, pipeline.NoteLocation)
	}
	return set, nil
}

// transparent reports whether a HEIF or AVIF file has an auxiliary picture of its transparency (ISO/IEC 23008-12, 6.5.8;
// the names are those of AVC, HEVC and of ISO/IEC 23001-8).
func transparent(data []byte) bool {
	for _, name := range []string{"urn:mpeg:avc:2015:auxid:1\x00", "urn:mpeg:hevc:2015:auxid:1\x00", "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\x00"} {
		if bytes.Contains(data, []byte(name)) {
			return true
		}
	}
	return false
}
