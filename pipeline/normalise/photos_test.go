package normalise

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/inspect"
)

// photosOf is a container as intake makes it.
func photosOf(t *testing.T, photos ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	container := zip.NewWriter(&b)
	for i, content := range append([][]byte{[]byte(pipeline.MediaPhotos)}, photos...) {
		name := "mimetype"
		if i > 0 {
			name = fmt.Sprintf("%04d", i)
		}
		member, err := container.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = member.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := container.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPhotosBecomeThePagesOfOneDocument puts a wide, a tall and a square photo together.
func TestPhotosBecomeThePagesOfOneDocument(t *testing.T) {
	t.Parallel()
	var wide, tall, square bytes.Buffer
	ink := func(w, h int) image.Image { return corner(1).SubImage(image.Rect(0, 0, w, h)) }
	bounds := corner(1).Bounds()
	short := min(bounds.Dx(), bounds.Dy())
	for _, err := range []error{
		jpeg.Encode(&wide, ink(short, short/2), nil), png.Encode(&tall, ink(short/2, short)), jpeg.Encode(&square, ink(short, short), nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	container := photosOf(t, wide.Bytes(), tall.Bytes(), square.Bytes())
	dir, out := normaliseBytes(t, container, pipeline.MediaPhotos)
	inspected, err := inspect.Run(t.Context(), dir, pipeline.InspectRequest{File: "original"})
	if err != nil || inspected.MediaType != pipeline.MediaPhotos || inspected.Pages != 3 {
		t.Errorf("inspect: got %+v, %v; want photos of 3 pages", inspected, err)
	}
	if len(out.Pages) != 3 || out.Pages[0].Width <= out.Pages[0].Height || out.Pages[1].Width >= out.Pages[1].Height || out.Pages[2].Width != out.Pages[2].Height {
		t.Errorf("got pages %+v, want a wide, a tall and a square one", out.Pages)
	}
	sound, err := os.ReadFile(filepath.Join(dir, out.File))
	if err != nil || !bytes.Contains(sound, wide.Bytes()) || !bytes.Contains(sound, square.Bytes()) {
		t.Errorf("the photos' bytes are not in the PDF as they were (%v)", err)
	}
}
