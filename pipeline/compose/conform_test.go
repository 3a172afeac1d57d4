package compose_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/filter"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/pdfa"
)

// digital puts a PDF of one page with its own text into dir and asks for its rendition.
func digital(t *testing.T, dir string, pdf []byte) pipeline.ComposeRequest {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "sound.pdf"), pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	sound := pipeline.RecogniseRequest{File: "sound.pdf", Source: pipeline.SourcePDF, Pages: []pipeline.SoundPage{
		{Number: 1, Width: 595, Height: 842, Kind: pipeline.PageDigital},
	}}
	word := pipeline.Word{Text: "Bescheid", Box: [4]float64{0.1, 0.1, 0.3, 0.12}, Confidence: 1}
	return request(t, dir, sound, []pipeline.Page{{Number: 1, Width: 595, Height: 842, Digital: true, Words: []pipeline.Word{word}}})
}

// page makes a PDF of one page from its further entries, its content and further objects, numbered from 5 on. /F1 is
// Helvetica.
func page(entries, content string, more ...string) []byte {
	return corpus.PDF(append([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R" + entries + ">>", corpus.Stream("", []byte(content)),
	}, more...)...)
}

const (
	text      = "BT /F1 12 Tf 72 700 Td (Bescheid vom 3. Mai) Tj ET\n"
	helvetica = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>"
)

// wellMade checks a rendition with our validator and two programs of others.
func wellMade(t *testing.T, dir string, out pipeline.Composed) []byte {
	t.Helper()
	path := filepath.Join(dir, out.File)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := pdfa.Format(data); got != out.Format || got == "" {
		t.Errorf("it is said to be %q and is %q: %v", out.Format, got, pdfa.Validate(data, pdfa.Level2B).Broken)
	}
	report, err := exec.CommandContext(t.Context(), "qpdf", "--check", path).CombinedOutput()
	if failed, is := errors.AsType[*exec.ExitError](err); err != nil && !(is && failed.ExitCode() == 3 && out.Route == pipeline.RouteUnchanged) {
		t.Errorf("qpdf: %v\n%s", err, report) // it warns of some that others have made
	}
	api.DisableConfigDir()
	if err := api.ValidateFile(path, nil); err != nil {
		t.Errorf("pdfcpu: %v", err)
	}
	return data
}

// lzw encodes as PDF does.
func lzw(t *testing.T, data string) []byte {
	t.Helper()
	f, err := filter.NewFilter(filter.LZW, nil)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := f.Encode(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWhatPDFAForbidsIsTakenOutWithoutDrawingAnew(t *testing.T) {
	t.Parallel()
	resources := "/Resources<<" + helvetica + ">>"
	for _, c := range []struct {
		name string
		pdf  []byte
	}{
		{"a font that is not embedded", page(resources, text)},
		{"Arial, as TrueType, with widths", page("/Resources<</Font<</F1<</Type/Font/Subtype/TrueType/BaseFont/Arial,Bold/Encoding/WinAnsiEncoding/FirstChar 65/LastChar 66/Widths[722 722]>>>>>>",
			"BT /F1 12 Tf 72 700 Td (ABBA) Tj ET")},
		{"Symbol", page("/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Symbol>>>>>>", "BT /F1 12 Tf 72 700 Td (abc) Tj ET")},
		{"names of glyphs by Differences", page("/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding<</Differences[65/Adieresis/ccaron/afii10017]>>>>>>>>",
			"BT /F1 12 Tf 72 700 Td (ABC) Tj ET")},
		{"colours of a device", page(resources, "1 0 0 rg 100 100 200 200 re f 0.5 g 300 300 9 9 re f "+text)},
		{"a content encoded with LZW", page("/Resources<<"+helvetica+"/XObject<</X 5 0 R>>>>", text+"q /X Do Q",
			corpus.Stream("/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Filter/LZWDecode", lzw(t, "1 0 0 rg 9 9 20 20 re f 9 9 30 30 re S")))},
		{"a transfer function", page("/Resources<<"+helvetica+"/ExtGState<</G<</Type/ExtGState/TR/Identity/HTP[0 0]>>>>>>", "/G gs "+text)},
		{"an interpolated picture", page("/Resources<<"+helvetica+"/XObject<</X 5 0 R>>>>", text+"q 9 0 0 9 99 99 cm /X Do Q",
			corpus.Stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Interpolate true", []byte("x")))},
		{"a form without resources of its own", page("/Resources<<"+helvetica+"/XObject<</X 5 0 R>>>>", "q /X Do Q",
			corpus.Stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]", []byte(text)))},
		{"a hidden note", page(resources+"/Annots[<</Type/Annot/Subtype/Text/Rect[9 9 29 29]/F 2/Contents(x)>>]", text)},
		{"the looks of a field", page(resources+"/Annots[<</Type/Annot/Subtype/Widget/FT/Btn/Rect[9 9 29 29]/AS/On/AP<</N<</On 5 0 R/Off 6 0 R>>/D<</On 6 0 R>>>>>>]", text,
			corpus.Stream("/Type/XObject/Subtype/Form/BBox[0 0 20 20]", []byte("0 g 0 0 20 20 re f")), corpus.Stream("/Type/XObject/Subtype/Form/BBox[0 0 20 20]", nil))},
		{"a profile that is none", page("/Resources<<"+helvetica+"/ColorSpace<</C[/ICCBased 5 0 R]>>>>", "/C cs 0 0 0 sc "+text, corpus.Stream("/N 3", []byte("no profile")))},
		{"metadata that are none", page(resources+"/Metadata 5 0 R", text, corpus.Stream("/Type/Metadata/Subtype/XML", []byte("no XML")))},
		{"actions", page(resources+"/AA<</O<</S/JavaScript/JS(x)>>>>/Annots[<</Type/Annot/Subtype/Link/Rect[9 9 29 29]/A<</S/Named/N/Print>>>>]", text)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in := digital(t, dir, c.pdf)
			out, err := compose.Run(t.Context(), dir, in)
			if err != nil {
				t.Fatal(err)
			}
			if out.Format != "PDF/A-2u" || out.Route != pipeline.RouteRewritten || len(out.Notes) > 0 {
				t.Errorf("got %+v, want PDF/A-2u, rewritten, without a note", out)
			}
			once := wellMade(t, dir, out)
			if got, want := texts(t, dir, out.File), texts(t, dir, in.File); !slices.Equal(got, want) {
				t.Errorf("it says %q, want %q", got, want)
			}
			if _, err := compose.Run(t.Context(), dir, in); err != nil {
				t.Fatal(err)
			}
			if again, err := os.ReadFile(filepath.Join(dir, out.File)); err != nil || !bytes.Equal(once, again) {
				t.Errorf("composed again it is another file: %v", err)
			}
		})
	}
}

func TestPDFAAsItWasHandedInStaysByteForByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := digital(t, dir, page("/Resources<<"+helvetica+">>", text))
	if _, err := compose.Run(t.Context(), dir, in); err != nil {
		t.Fatal(err)
	}
	conforming, err := os.ReadFile(filepath.Join(dir, "archival.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Replace(page("/Resources<<"+helvetica+">>", text), []byte("3. Mai"), []byte("5. Mai"), 1)
	for _, c := range []struct {
		name            string
		sound, original []byte
		same            bool
	}{
		{"one that conforms", conforming, conforming, true},
		{"one that only claims to", page("/Resources<<"+helvetica+">>", text), bytes.Replace(conforming, []byte("/OutputIntents"), []byte("/OutputIntentx"), 1), false},
		{"one that shows something else than what was read", other, conforming, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in := digital(t, dir, c.sound)
			in.Original = "original"
			if err := os.WriteFile(filepath.Join(dir, "original"), c.original, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := compose.Run(t.Context(), dir, in)
			if err != nil {
				t.Fatal(err)
			}
			data := wellMade(t, dir, out)
			if same := bytes.Equal(data, c.original); same != c.same || (out.Route == pipeline.RouteUnchanged) != c.same || out.Format != "PDF/A-2u" {
				t.Errorf("got %+v, unchanged %v; want unchanged %v", out, same, c.same)
			}
		})
	}
}

// A note that readers draw as they like has no looks that could be kept: the rendition shows it as it is drawn here.
func TestWhatCannotBeMadePDFABecomesPageImagesAndSaysSo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := digital(t, dir, page("/Resources<<"+helvetica+">>/Annots[<</Type/Annot/Subtype/Text/Rect[300 300 330 330]/Contents(Hinweis)/C[1 0 0]>>]", text))
	out, err := compose.Run(t.Context(), dir, in)
	if err != nil {
		t.Fatal(err)
	}
	if out.Route != pipeline.RouteImages || out.Format != "PDF/A-2u" || !slices.Contains(out.Notes, pipeline.NotePageImages) {
		t.Errorf("got %+v, want page images with a note", out)
	}
	wellMade(t, dir, out)
	if got := strings.Join(texts(t, dir, out.File), " "); !strings.Contains(got, "Bescheid") {
		t.Errorf("it says %q: what was read is missing", got)
	}
}

// Ghostscript 10.0 gives up on a title in UTF-16, which is how LibreOffice writes one.
func TestATitleInUTF16DoesNotKeepGhostscriptFromDrawing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unknown := "/Font<</F1<</Type/Font/Subtype/TrueType/BaseFont/NotoSans/Encoding/WinAnsiEncoding>>>>"
	pdf := page("/Resources<<"+unknown+">>", text, "<</Title<FEFF004D00FC006C006C00650072>>>")
	out, err := compose.Run(t.Context(), dir, digital(t, dir, bytes.Replace(pdf, []byte("/Root 1 0 R"), []byte("/Root 1 0 R/Info 5 0 R"), 1)))
	if err != nil {
		t.Fatal(err)
	}
	if out.Route != pipeline.RouteGhostscript || out.Format != "PDF/A-2u" {
		t.Errorf("got %+v, want it drawn by Ghostscript", out)
	}
	wellMade(t, dir, out)
}

// Drawn small, thin lines are darker than their picture is.
func TestAPageOfThinLinesIsLikeItsPicture(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var lines strings.Builder
	for at := 60; at < 540; at += 12 {
		fmt.Fprintf(&lines, "0 w %d 60 m %d 780 l S 60 %d m 540 %d l S\n", at, at, at, at)
	}
	note := "/Annots[<</Type/Annot/Subtype/Text/Rect[300 300 330 330]/Contents(Hinweis)/C[1 0 0]>>]"
	out, err := compose.Run(t.Context(), dir, digital(t, dir, page("/Resources<<"+helvetica+">>"+note, text+lines.String())))
	if err != nil {
		t.Fatal(err)
	}
	if out.Route != pipeline.RouteImages {
		t.Errorf("got %+v, want page images", out)
	}
}

func TestASecondValidatorMayRefuse(t *testing.T) {
	t.Parallel()
	report := func(body string) string {
		return "#!/bin/sh\ntest \"$1 $2 $3\" = '--format mrr --flavour' || exit 2\ncat <<'END'\n<?xml version=\"1.0\"?><report>" + body + "</report>\nEND\n"
	}
	valid := `<jobs><job><validationReport profileName="PDF/A-2U" isCompliant="true"/></job></jobs>`
	for _, c := range []struct {
		name, script string
		code         fault.Code
		fails        bool
	}{
		{"it agrees", report(valid), "", false},
		{"it refuses", report(strings.Replace(valid, "true", "false", 1)) + "exit 1\n", fault.NotConformant, true},
		{"it reports on nothing", report("<jobs/>"), "", true},
		{"it fails", "#!/bin/sh\nexit 7\n", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in := digital(t, dir, page("/Resources<<"+helvetica+">>", text))
			in.VeraPDF = filepath.Join(dir, "second")
			if err := os.WriteFile(in.VeraPDF, []byte(c.script), 0o700); err != nil { //nolint:gosec // it is to be run
				t.Fatal(err)
			}
			out, err := compose.Run(t.Context(), dir, in)
			if (err != nil) != c.fails || c.code != "" && fault.Of(err).Code != c.code {
				t.Errorf("got %+v, %v; want code %q, failure %v", out, err, c.code, c.fails)
			}
			if c.fails && c.code == "" && fault.Of(err).Treatment != fault.Retry {
				t.Errorf("got %v, want it tried again", err)
			}
			if !c.fails && out.Route != pipeline.RouteRewritten {
				t.Errorf("got %+v, want it rewritten", out)
			}
		})
	}
}
