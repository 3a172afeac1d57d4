package normalise

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

func TestMain(m *testing.M) {
	if tool.Child(os.Args[1:]) {
		return
	}
	os.Exit(m.Run())
}

// corner is a picture of 200 × 100 pixels, dark in one corner after it is turned as orientation says: top left.
func corner(orientation int) *image.Gray {
	upright := func(x, y int) (int, int) { // of a stored pixel, in the upright picture, in shares of 100 and 100
		switch orientation {
		case 2:
			return 199 - x, y
		case 3:
			return 199 - x, 99 - y
		case 4:
			return x, 99 - y
		case 5:
			return y, x
		case 6:
			return 99 - y, x
		case 7:
			return 99 - y, 199 - x
		case 8:
			return y, 199 - x
		}
		return x, y
	}
	p := image.NewGray(image.Rect(0, 0, 200, 100))
	for y := range 100 {
		for x := range 200 {
			p.Pix[y*p.Stride+x] = 255
			if ux, uy := upright(x, y); ux < 30 && uy < 30 {
				p.Pix[y*p.Stride+x] = 0
			}
		}
	}
	return p
}

// withOrientation puts EXIF data into a JPEG.
func withOrientation(data []byte, orientation int) []byte {
	exif := append([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), byte(orientation), 0, 0, 0, 0, 0, 0, 0)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), data[2:]...)
}

func TestPhotosAreTurnedUpright(t *testing.T) {
	t.Parallel()
	for orientation := 1; orientation <= 8; orientation++ {
		t.Run(fmt.Sprintf("orientation %d", orientation), func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := jpeg.Encode(&b, corner(orientation), nil); err != nil {
				t.Fatal(err)
			}
			dir, out := normaliseBytes(t, withOrientation(b.Bytes(), orientation), pipeline.MediaJPEG)
			seen := render(t, dir, out.Pages[0])
			if got := seen.GrayAt(10, 10).Y; got > 60 {
				t.Errorf("top left is %d, want dark", got)
			}
			for _, at := range []image.Point{{seen.Rect.Dx() - 10, 10}, {10, seen.Rect.Dy() - 10}, {seen.Rect.Dx() - 10, seen.Rect.Dy() - 10}} {
				if got := seen.GrayAt(at.X, at.Y).Y; got < 200 {
					t.Errorf("%v is %d, want light", at, got)
				}
			}
			if page := out.Pages[0]; (page.Width > page.Height) != (orientation < 5) {
				t.Errorf("page is %.0f × %.0f points", page.Width, page.Height)
			}
		})
	}
}

// normaliseBytes runs the step on data.
func normaliseBytes(t *testing.T, data []byte, mediaType string) (string, pipeline.Normalised) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "original"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := Run(t.Context(), dir, pipeline.NormaliseRequest{File: "original", MediaType: mediaType})
	if err != nil {
		t.Fatal(err)
	}
	return dir, out
}

// render shows a page of the sound PDF, 200 pixels at its long edge.
func render(t *testing.T, dir string, page pipeline.SoundPage) *image.Gray {
	t.Helper()
	var seen *image.Gray
	o := tool.GrayOptions{First: page.Number, Last: page.Number, LongEdge: 200}
	err := tool.Gray(t.Context(), dir, soundFile, o, tool.Limits{}, func(_ int, p *image.Gray) error {
		seen = p
		return nil
	})
	if err != nil || seen == nil {
		t.Fatalf("render the sound PDF: %v", err)
	}
	return seen
}

func TestJPEGBytesStayTheSame(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, corner(1), nil); err != nil {
		t.Fatal(err)
	}
	dir, out := normaliseBytes(t, b.Bytes(), pipeline.MediaJPEG)
	sound, err := os.ReadFile(filepath.Join(dir, out.File))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(sound, b.Bytes()) || out.Pages[0].Kind != pipeline.PageDirect {
		t.Errorf("the picture's bytes are not in the PDF as they were, kind %s", out.Pages[0].Kind)
	}
}

func TestPNGKeepsEveryPixel(t *testing.T) {
	t.Parallel()
	colours := image.NewRGBA(image.Rect(0, 0, 200, 100))
	for i := range colours.Pix {
		colours.Pix[i] = 255
	}
	for x := range 100 {
		colours.Set(x, 50, color.RGBA{R: uint8(2 * x), A: 255})
	}
	for name, p := range map[string]image.Image{"bilevel": corner(1), "colour": colours} {
		var b bytes.Buffer
		if err := png.Encode(&b, p); err != nil {
			t.Fatal(err)
		}
		dir, out := normaliseBytes(t, b.Bytes(), pipeline.MediaPNG)
		if _, err := tool.Run(t.Context(), dir, "pdfimages", []string{"-png", out.File, "back"}, tool.Limits{}); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(filepath.Join(dir, "back-000.png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		back, err := png.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		for y := range 100 {
			for x := range 200 {
				r, g, b, _ := p.At(x, y).RGBA()
				if br, bg, bb, _ := back.At(x, y).RGBA(); br != r || bg != g || bb != b {
					t.Fatalf("%s: pixel %d, %d differs", name, x, y)
				}
			}
		}
	}
}

// grayTIFF is an uncompressed TIFF of the same picture on each page.
func grayTIFF(p *image.Gray, pages int) []byte {
	le := binary.LittleEndian
	out := append([]byte("II*\x00"), 0, 0, 0, 0)
	link := 4
	for range pages {
		start := uint32(len(out))
		out = append(out, p.Pix...)
		le.PutUint32(out[link:], uint32(len(out)))
		tags := [][3]uint32{{256, 3, 200}, {257, 3, 100}, {258, 3, 8}, {259, 3, 1}, {262, 3, 1}, {273, 4, start}, {277, 3, 1}, {278, 3, 100}, {279, 4, uint32(len(p.Pix))}}
		out = le.AppendUint16(out, uint16(len(tags)))
		for _, tag := range tags {
			out = le.AppendUint16(le.AppendUint16(out, uint16(tag[0])), uint16(tag[1]))
			out = le.AppendUint32(le.AppendUint32(out, 1), tag[2])
		}
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return out
}

func TestTIFFPagesAndFax(t *testing.T) {
	t.Parallel()
	dir, out := normaliseBytes(t, grayTIFF(corner(1), 3), pipeline.MediaTIFF)
	if len(out.Pages) != 3 || render(t, dir, out.Pages[2]).GrayAt(10, 10).Y > 60 {
		t.Errorf("%d pages, want 3, each dark at the top left", len(out.Pages))
	}
	// libtiff makes a bilevel Group 4 file of the same picture.
	for _, args := range [][]string{{"-t", "128", "original", "bits.tif"}, {"-c", "g4", "-r", "100", "bits.tif", "fax.tif"}} {
		name := "tiffcp"
		if args[0] == "-t" {
			name = "tiffdither"
		}
		if _, err := tool.Run(t.Context(), dir, name, args, tool.Limits{}); err != nil {
			t.Skipf("left out: no Group 4 file without libtiff's %s: %v", name, err)
		}
	}
	fax, err := os.ReadFile(filepath.Join(dir, "fax.tif"))
	if err != nil {
		t.Fatal(err)
	}
	faxDir, out := normaliseBytes(t, fax, pipeline.MediaTIFF)
	sound, err := os.ReadFile(filepath.Join(faxDir, out.File))
	if err != nil || !bytes.Contains(sound, []byte("/CCITTFaxDecode")) {
		t.Errorf("the fax was decoded (%v)", err)
	}
	if seen := render(t, faxDir, out.Pages[0]); seen.GrayAt(10, 10).Y > 60 || seen.GrayAt(190, 90).Y < 200 {
		t.Error("the fax is inverted or lost")
	}
}

func TestMendPNG(t *testing.T) {
	t.Parallel()
	noisy := image.NewGray(image.Rect(0, 0, 200, 100))
	for i := range noisy.Pix {
		noisy.Pix[i] = uint8(i * i >> 3)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, noisy); err != nil {
		t.Fatal(err)
	}
	mended, partial, err := mendPNG(b.Bytes()[:b.Len()/2])
	if err != nil || !partial {
		t.Fatalf("partial %t, %v, want a partly decoded picture", partial, err)
	}
	back, err := png.Decode(bytes.NewReader(mended))
	if err != nil || back.At(7, 3) != noisy.At(7, 3) {
		t.Errorf("the first rows are not as they were: %v", err)
	}
	if _, partial, err := mendPNG(b.Bytes()[:b.Len()-12]); err != nil || partial {
		t.Errorf("only the end is missing: partial %t, %v, want a whole picture", partial, err)
	}
}

func TestTrusted(t *testing.T) {
	t.Parallel()
	german := strings.Repeat("Der Antrag auf Erteilung der Aufenthaltserlaubnis ist mit dem Pass und den Anlagen vorzulegen. ", 5)
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"German", german, true},
		{"Russian", strings.Repeat("Заявление на выдачу вида на жительство и копия паспорта. ", 8), true},
		{"Arabic", strings.Repeat("طلب الحصول على تصريح الإقامة في ألمانيا من أجل العمل ", 8), true},
		{"a short name", "Mustermann", true},
		{"nothing", "  \n", false},
		{"shapes without characters", "\ue001\ue002\ue003 \ue004", false},
		{"replacement characters", strings.Repeat("a\ufffd", 20), false},
		{"punctuation soup", "\"7+%-) §$ ((//&&", false},
		{"letters mixed up", strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return 'a' + (r-'a'+11)%26
			}
			return r
		}, strings.ToLower(german)), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := trusted(test.text); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestPageKind(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		page tool.PDFPage
		text string
		want pipeline.PageKind
	}{
		{"text of its own", tool.PDFPage{Text: 500}, "Antrag auf Aufenthalt", pipeline.PageDigital},
		{"a scan", tool.PDFPage{Direct: true, Images: 1, Cover: 1}, "", pipeline.PageDirect},
		{"a scan with an earlier OCR's text", tool.PDFPage{Hidden: 900, Images: 1, Cover: 1}, "Antrag auf Aufenthalt", pipeline.PageRaster},
		{"a scan with a stamp", tool.PDFPage{Text: 20, Images: 1, Cover: 1}, "Eingang 1. Mai", pipeline.PageRaster},
		{"hidden text beside some that is shown", tool.PDFPage{Text: 23, Hidden: 61}, "Reisepass", pipeline.PageRaster},
		{"text that nobody can read", tool.PDFPage{Text: 500}, "\ue001\ue002", pipeline.PageRaster},
		{"nothing", tool.PDFPage{}, "", pipeline.PageRaster},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := pageKind(test.page, test.text); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestLostTextAndPicturesAreNoticed(t *testing.T) {
	t.Parallel()
	source := &view{texts: []string{"a"}, words: map[string]int{"Antrag": 1, "Pass": 2}, count: 3, pages: 1, pictures: map[int]*image.Gray{1: corner(1)}}
	for _, test := range []struct {
		name  string
		other *view
		want  bool
	}{
		{"the same", source, true},
		{"a word is missing", &view{texts: []string{"a"}, words: map[string]int{"Pass": 2}, count: 2, pages: 1, pictures: source.pictures}, false},
		{"the picture is another", &view{texts: source.texts, words: source.words, count: 3, pages: 1, pictures: map[int]*image.Gray{1: corner(3)}}, false},
		{"a page is missing", &view{words: source.words, count: 3, pictures: source.pictures}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := source.sameAs(test.other); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestRunRefusesWhatInspectWouldNotPass(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "original"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Run(t.Context(), dir, pipeline.NormaliseRequest{File: "original", MediaType: "text/html"})
	if !fault.Is(err, fault.TypeNotAccepted) {
		t.Errorf("got %v, want %s", err, fault.TypeNotAccepted)
	}
}

func FuzzMendPNG(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, corner(1)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		if picture.Format(data) != "png" || checkPicture(data, pipeline.Limits{Pixels: 1 << 20}.Or()) != nil {
			return
		}
		readPNG(data)
		if mended, _, err := mendPNG(data); err == nil && picture.Format(mended) != "png" {
			t.Error("what was mended is no PNG")
		}
	})
}
