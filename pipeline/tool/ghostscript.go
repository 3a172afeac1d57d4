package tool

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const ghostscriptName = "gs"

// Redistil has Ghostscript draw in anew as out: the last hope for a damaged PDF. Ghostscript answers password-protected,
// truncated and empty input with exit code 0 and a blank page, so its result means nothing before it has been compared
// with the source. -dPDFSTOPONERROR makes it stop at most errors; -dSAFER confines it to its input.
func Redistil(ctx context.Context, dir, in, out string, limits Limits) error {
	return distil(ctx, dir, in, out, limits, "-dCompatibilityLevel=1.7")
}

// Distil is Redistil for an archival rendition: fonts embedded, colours in RGB, without what PDF/A-2 forbids. Of 608 files
// that it converted without a word, 51 did not conform (Ghostscript 10.0), so its result means nothing before it has been
// validated, too. Policy 2 makes it stop where it would leave something out that shows, as an annotation without looks.
func Distil(ctx context.Context, dir, in, out string, limits Limits) error {
	return distil(ctx, dir, in, out, limits, "-dPDFA=2", "-dPDFACompatibilityPolicy=2", "-sColorConversionStrategy=RGB")
}

func distil(ctx context.Context, dir, in, out string, limits Limits, settings ...string) error {
	args := append([]string{"-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-sDEVICE=pdfwrite"}, settings...)
	_, err := Run(ctx, dir, ghostscriptName, append(args,
		"-dAutoRotatePages=/None", "-dDownsampleColorImages=false", "-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false",
		"-dPassThroughJPEGImages=true", "-sOutputFile="+out, "-f", in), limits)
	if err != nil {
		_ = os.Remove(filepath.Join(dir, out)) // it may not be there
	}
	return err
}

// DistilTime is how long Distil may take.
const DistilTime = 60 * time.Second

// standardFonts is where Debian keeps the fonts that Ghostscript depends on and that poppler, too, shows in the place of
// the standard ones of PDF. Their licence allows to embed them in documents.
const standardFonts = "/usr/share/fonts/opentype/urw-base35"

// StandardFont is a font to be embedded where a document counts on its reader having it.
type StandardFont struct {
	Name    string // PostScript name
	Program []byte // in the Compact Font Format
	Symbols bool   // has an encoding of its own
}

// FindStandardFont returns the font of the same shapes and widths as a standard font of PDF, or as one of those that were
// made to the same widths (Arial, Times New Roman, Courier New), by the name that a PDF gives it; false if there is none.
func FindStandardFont(name string) (StandardFont, bool) {
	file := standardFile(name)
	if file == "" {
		return StandardFont{}, false
	}
	data, err := os.ReadFile(filepath.Join(standardFonts, file+".otf"))
	if err != nil {
		return StandardFont{}, false
	}
	program, ok := compactTable(data)
	return StandardFont{Name: file, Program: program, Symbols: file == "StandardSymbolsPS" || file == "D050000L"}, ok
}

// standardFile returns the name of the file that has a standard font; empty if there is none.
func standardFile(name string) string {
	if _, rest, tagged := strings.Cut(name, "+"); tagged {
		name = rest
	}
	name = strings.NewReplacer(" ", "", ",", "", "-", "", "_", "").Replace(name)
	for _, family := range []struct{ name, file string }{
		{"ArialNarrow", ""}, {"ArialBlack", ""}, {"ArialUnicode", ""},
		{"Helvetica", "NimbusSans"}, {"Arial", "NimbusSans"},
		{"TimesNewRoman", "NimbusRoman"}, {"Times", "NimbusRoman"},
		{"CourierNew", "NimbusMonoPS"}, {"Courier", "NimbusMonoPS"},
		{"Symbol", "StandardSymbolsPS"}, {"ZapfDingbats", "D050000L"},
	} {
		style, ours := strings.CutPrefix(name, family.name)
		switch {
		case !ours:
			continue
		case family.file == "", !strings.HasPrefix(family.file, "Nimbus"):
			return family.file
		}
		suffix, known := styles[strings.NewReplacer("PS", "", "MT", "").Replace(style)]
		if !known {
			return ""
		}
		return family.file + suffix
	}
	return ""
}

// styles are the files' endings by how fonts are called.
var styles = map[string]string{
	"": "-Regular", "Roman": "-Regular", "Regular": "-Regular", "Bold": "-Bold", "Italic": "-Italic", "Oblique": "-Italic",
	"BoldItalic": "-BoldItalic", "BoldOblique": "-BoldItalic",
}

// compactTable returns the outlines of an OpenType font.
func compactTable(data []byte) ([]byte, bool) {
	if len(data) < 12 || !bytes.HasPrefix(data, []byte("OTTO")) {
		return nil, false
	}
	for i := range int(binary.BigEndian.Uint16(data[4:])) {
		at := 12 + 16*i
		if at+16 > len(data) {
			return nil, false
		}
		if string(data[at:at+4]) != "CFF " {
			continue
		}
		from, length := uint64(binary.BigEndian.Uint32(data[at+8:])), uint64(binary.BigEndian.Uint32(data[at+12:]))
		if from+length > uint64(len(data)) {
			return nil, false
		}
		return data[from : from+length], true
	}
	return nil, false
}
