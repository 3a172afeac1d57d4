package normalise

import (
	"bytes"
	"encoding/binary"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// kind is a way to write samples in a TIFF.
type kind struct {
	name          string
	bits, samples int
	photometric   int // 0 white is zero, 1 black is zero, 2 RGB, 3 palette
}

// plainTIFF writes a black and white picture uncompressed, in one strip.
func plainTIFF(p *image.Gray, k kind) []byte {
	le := binary.LittleEndian
	width, height := p.Rect.Dx(), p.Rect.Dy()
	var data []byte
	for y := range height {
		row := make([]byte, (width*k.bits*k.samples+7)/8)
		for x := range width {
			light := p.GrayAt(x, y).Y > 127
			if k.photometric == 0 || k.photometric == 3 { // the palette below begins with white
				light = !light
			}
			for bit := 0; light && bit < k.bits*k.samples; bit++ {
				if k.photometric == 3 && bit < k.bits-1 { // index 1, not the greatest
					continue
				}
				at := x*k.bits*k.samples + bit
				row[at/8] |= 0x80 >> (at % 8)
			}
		}
		data = append(data, row...)
	}
	out := append([]byte("II*\x00\x00\x00\x00\x00"), data...)
	if len(out)%2 == 1 {
		out = append(out, 0)
	}
	bitsAt, coloursAt := uint32(len(out)), uint32(len(out)+6)
	out = le.AppendUint16(le.AppendUint16(le.AppendUint16(out, uint16(k.bits)), uint16(k.bits)), uint16(k.bits))
	tags := [][4]uint32{
		{256, 3, 1, uint32(width)}, {257, 3, 1, uint32(height)}, {258, 3, 1, uint32(k.bits)}, {259, 3, 1, 1}, {262, 3, 1, uint32(k.photometric)},
		{273, 4, 1, 8}, {277, 3, 1, uint32(k.samples)}, {278, 3, 1, uint32(height)}, {279, 4, 1, uint32(len(data))},
	}
	if k.samples == 3 {
		tags[2] = [4]uint32{258, 3, 3, bitsAt}
	}
	if k.photometric == 3 {
		tags = append(tags, [4]uint32{320, 3, 3 << k.bits, coloursAt})
		for i := range 3 << k.bits {
			colour := uint16(0)
			if i%(1<<k.bits) == 0 {
				colour = 0xffff
			}
			out = le.AppendUint16(out, colour)
		}
	}
	le.PutUint32(out[4:], uint32(len(out)))
	out = le.AppendUint16(out, uint16(len(tags)))
	for _, tag := range tags {
		out = le.AppendUint16(le.AppendUint16(out, uint16(tag[0])), uint16(tag[1]))
		out = le.AppendUint32(le.AppendUint32(out, tag[2]), tag[3])
	}
	return append(out, 0, 0, 0, 0)
}

// TestTIFFsLookAsLibtiffWroteThem has libtiff write one picture in every way that scanners do and more: whichever of our
// decoders takes it, black must stay black.
func TestTIFFsLookAsLibtiffWroteThem(t *testing.T) {
	t.Parallel()
	kinds := []kind{
		{"bilevel, white is zero", 1, 1, 0}, {"bilevel, black is zero", 1, 1, 1}, {"grey of 4 bits, white is zero", 4, 1, 0},
		{"grey of 8 bits, white is zero", 8, 1, 0}, {"grey of 8 bits, black is zero", 8, 1, 1}, {"grey of 16 bits, black is zero", 16, 1, 1},
		{"colour", 8, 3, 2}, {"palette of 4 bits", 4, 1, 3}, {"palette of 8 bits", 8, 1, 3},
	}
	shapes := map[string]string{
		"one strip": "-s -r 100", "many strips": "-s -r 32", "tiles": "-t -w 32 -l 32", "lowest bit first": "-s -r 32 -f lsb2msb",
		"one strip, lowest bit first": "-s -r 100 -f lsb2msb", "planes": "-s -r 32 -p separate", "high byte first": "-B -s -r 32",
	}
	for _, k := range kinds {
		compressions := []string{"none", "lzw", "zip", "packbits"}
		if k.bits == 1 {
			compressions = []string{"none", "lzw", "packbits", "g3:1d", "g3:2d", "g3:2d:fill", "g4"}
		}
		if k.bits == 8 && k.samples == 1 && k.photometric == 1 {
			compressions = append(compressions, "jpeg")
		}
		for shape, options := range shapes {
			if shape == "planes" && k.samples == 1 {
				continue
			}
			t.Run(k.name+", "+shape, func(t *testing.T) {
				t.Parallel()
				checkTIFF(t, k, compressions, strings.Fields(options))
			})
		}
	}
}

// checkTIFF has libtiff write the picture once with each compression and compares what becomes of it.
func checkTIFF(t *testing.T, k kind, compressions, options []string) {
	t.Helper()
	dir, want := t.TempDir(), corner(1)
	if err := os.WriteFile(filepath.Join(dir, "plain.tif"), plainTIFF(want, k), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, compression := range compressions {
		args := append([]string{"-c", compression}, options...)
		if i > 0 {
			args = append(args, "-a")
		}
		if _, err := tool.Run(t.Context(), dir, "tiffcp", append(args, "plain.tif", "made.tif"), tool.Limits{}); tool.Missing(err) {
			t.Skip("libtiff's tiffcp is not installed: TIFFs of all kinds are left out")
		} else if err != nil {
			t.Fatalf("%s: %v", compression, err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "made.tif"))
	if err != nil {
		t.Fatal(err)
	}
	made, out := normaliseBytes(t, data, pipeline.MediaTIFF)
	if len(out.Pages) != len(compressions) {
		t.Fatalf("got %d pages, want one for each of %v", len(out.Pages), compressions)
	}
	o := tool.GrayOptions{First: 1, Last: len(compressions), LongEdge: 200}
	err = tool.Gray(t.Context(), made, soundFile, o, tool.Limits{}, func(number int, seen *image.Gray) error {
		if wrong := different(want, seen); wrong > 0.01 {
			t.Errorf("%s: %.1f %% of the pixels are wrong", compressions[number-1], 100*wrong)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// different is the share of pixels that are light in one and dark in the other.
func different(a, b *image.Gray) float64 {
	wrong, all := 0, 0
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			bx, by := x*b.Rect.Dx()/a.Rect.Dx(), y*b.Rect.Dy()/a.Rect.Dy()
			all++
			if (a.GrayAt(x, y).Y > 127) != (b.GrayAt(bx, by).Y > 127) {
				wrong++
			}
		}
	}
	return float64(wrong) / float64(all)
}

// TestTIFFsOfTheCorpus compares the TIFFs of others with what libtiff makes of them.
func TestTIFFsOfTheCorpus(t *testing.T) {
	t.Parallel()
	var files []string
	for _, folder := range []string{corpus.Extern(t, "corpus/synthetic/files"), corpus.Extern(t, "corpus/real/image")} {
		found, err := filepath.Glob(filepath.Join(folder, "*.tif*"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatal("no TIFF in the corpus")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir, out := normaliseBytes(t, data, pipeline.MediaTIFF)
			theirs, err := tool.Run(t.Context(), dir, "tiff2pdf", []string{"-j", "-n", "original"}, tool.Limits{})
			if err != nil || !bytes.HasPrefix(theirs, []byte("%PDF")) {
				t.Skipf("tiff2pdf makes nothing of it: %v", err)
			}
			own := make([]*image.Gray, len(out.Pages))
			for i, page := range out.Pages {
				own[i] = render(t, dir, page)
			}
			if err := os.WriteFile(filepath.Join(dir, soundFile), theirs, 0o600); err != nil {
				t.Fatal(err)
			}
			for i, page := range out.Pages {
				if wrong := different(render(t, dir, page), own[i]); wrong > 0.05 {
					t.Errorf("page %d: %.1f %% of the pixels are not as libtiff shows them", page.Number, 100*wrong)
				}
			}
		})
	}
}
