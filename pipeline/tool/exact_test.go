package tool_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline/tool"
)

// sheetPDF is a document of two pages, in the parts that tests change: a picture of one pixel on the first, print on the
// second, whose font and box come from the node above.
func sheetPDF(change ...string) []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]/MediaBox[0 0 200 100]/Resources<</Font<</F 7 0 R>>/XObject<</P 8 0 R>>>>>>",
		"<</Type/Page/Parent 2 0 R/Contents 5 0 R/Rotate 90>>",
		"<</Type/Page/Parent 2 0 R/Contents[6 0 R]>>",
		stream("", "q 200 0 0 100 0 0 cm /P Do Q"),
		stream("", "BT /F 12 Tf 10 50 Td (Bescheid) Tj ET"),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		stream("/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", "\x40"),
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	var table strings.Builder
	for i, o := range objects {
		o = strings.NewReplacer(change...).Replace(o)
		fmt.Fprintf(&table, "%010d 00000 n \n", out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(&out, "xref\n0 9\n0000000000 65535 f \n%strailer\n<</Size 9/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table.String(), out.Len())
	return out.Bytes()
}

func stream(entries, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

func exact(t testing.TB, data []byte) (*tool.Exact, error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.pdf")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := tool.OpenExact(name)
	if err == nil {
		t.Cleanup(func() { _ = x.Close() })
	}
	return x, err
}

func mustExact(t testing.TB, data []byte) *tool.Exact {
	t.Helper()
	x, err := exact(t, data)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return x
}

func TestOnlyAFileToTheLetterOpens(t *testing.T) {
	t.Parallel()
	good := string(sheetPDF())
	if x := mustExact(t, []byte(good)); x.Pages() != 2 || x.Form() {
		t.Errorf("got %d pages, form %v; want 2 and none", x.Pages(), x.Form())
	}
	for name, bad := range map[string]string{
		"something before the header":    " " + good,
		"something behind the end":       good + "more",
		"no end":                         strings.TrimSuffix(good, "%%EOF\n"),
		"cut short":                      good[:len(good)/2],
		"nothing":                        "",
		"an object where none is said":   strings.Replace(good, "1 0 obj", "1  0 obj", 1),
		"an object of another number":    strings.Replace(good, "3 0 obj", "9 0 obj", 1),
		"a page with another parent":     strings.Replace(good, "/Parent 2 0 R/Contents 5", "/Parent 1 0 R/Contents 5", 1),
		"a wrong count":                  strings.Replace(good, "/Count 2", "/Count 3", 1),
		"a key twice":                    strings.Replace(good, "/Type/Page/Parent 2 0 R/Contents 5", "/Type/Page/Type   2 0 R/Contents 5", 1),
		"more objects than the size":     strings.Replace(good, "/Size 9", "/Size 8", 1),
		"the same page twice":            strings.Replace(good, "/Kids[3 0 R 4 0 R]", "/Kids[3 0 R 3 0 R]", 1),
		"a loop":                         strings.Replace(good, "/Kids[3 0 R 4 0 R]", "/Kids[3 0 R 2 0 R]", 1),
		"encrypted":                      strings.Replace(good, "/Size 9/Root", "/Size 9/Encrypt 7 0 R/Root", 1),
		"a table for other readers, too": strings.Replace(good, "/Size 9/Root", "/Size 9/XRefStm 9/Root", 1),
		"a loop of tables":               strings.Replace(good, "/Size 9/Root", "/Size 9/Prev "+good[strings.Index(good, "startxref\n")+10:strings.Index(good, "\n%%EOF")]+"/Root", 1),
	} {
		if _, err := exact(t, []byte(bad)); !errors.Is(err, tool.ErrInexact) {
			t.Errorf("%s: got %v, want ErrInexact", name, err)
		}
	}
}

func TestWhatShowsOtherwiseIsNotTheSame(t *testing.T) {
	t.Parallel()
	same := func(change ...string) bool {
		same, _ := tool.SameShown(mustExact(t, sheetPDF()), mustExact(t, sheetPDF(change...)))
		return same
	}
	for name, change := range map[string][]string{
		"metadata":              {"/Subtype/Image", "/Metadata 7 0 R/Subtype/Image"},
		"an empty entry":        {"/Rotate 90", "/Rotate 90/UserUnit null"},
		"another notation":      {"[0 0 200 100]", "[0 0.0 200.000000000000 +100]"},
		"an entry of structure": {"/Rotate 90", "/Rotate 90/StructParents 3"},
		"no links":              {"/Rotate 90", "/Rotate 90/Annots[]"},
	} {
		if !same(change...) {
			t.Errorf("%s: not the same", name)
		}
	}
	for name, change := range map[string][]string{
		"content":              {"q 200 0", "q 201 0"},
		"more content":         {"(Bescheid) Tj ET", "(Bescheid) Tj ET 1 g"},
		"a picture's pixel":    {"\x40", "\x41"},
		"a picture's colours":  {"/DeviceGray", "/Indexed"},
		"a picture's mask":     {"/BitsPerComponent 8", "/BitsPerComponent 8/Decode[1 0]"},
		"a font":               {"/Helvetica", "/Courier"},
		"another name":         {"<</F 7 0 R>>", "<</G 7 0 R>>"},
		"an inherited box":     {"[0 0 200 100]", "[0 0 200 101]"},
		"a crop box":           {"/Rotate 90", "/Rotate 90/CropBox[0 0 100 100]"},
		"the way it is turned": {"/Rotate 90", "/Rotate 270"},
		"units":                {"/Rotate 90", "/Rotate 90/UserUnit 2"},
		"a group":              {"/Rotate 90", "/Rotate 90/Group<</S/Transparency>>"},
		"a note":               {"/Rotate 90", "/Rotate 90/Annots[<</Subtype/Text/Rect[0 0 9 9]>>]"},
		"a link":               {"/Rotate 90", "/Rotate 90/Annots[<</Subtype/Link/Rect[0 0 9 9]>>]"},
		"layers":               {"/Pages 2 0 R>>", "/Pages 2 0 R/OCProperties<</OCGs[]>>>>"},
	} {
		if same(change...) {
			t.Errorf("%s: the same", name)
		}
	}
}

func TestSlowDrawingIsNotTame(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][]string{
		"":                {},
		"a huge picture":  {"/Width 1/", "/Width 400000000/"},
		"a slow format":   {"/Width 1/", "/Filter/JPXDecode/Width 1/"},
		"a pattern":       {"/XObject<<", "/Pattern<</Q<</PatternType 1>>>>/XObject<<"},
		"a soft mask":     {"/XObject<<", "/ExtGState<</Q<</SMask<</S/Luminosity>>>>>>/XObject<<"},
		"a drawn font":    {"/Subtype/Type1", "/CharProcs<</a 99 0 R>>/Subtype/Type3"},
		"an unknown size": {"/Height 1/", "/Height 7 0 R/"},
	} {
		data := sheetPDF(change...)
		if same, tame := tool.SameShown(mustExact(t, data), mustExact(t, data)); !same || tame != (name == "") {
			t.Errorf("%q: same %v, tame %v", name, same, tame)
		}
	}
}

// What a part of a document shows is what its pages show there, and pdfcpu finds the same on them.
func TestPartsShowWhatTheWholeShows(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"c0000-02.pdf", "c0012-03b.pdf", "c0037-02.pdf"} {
		data, err := os.ReadFile(corpus.Own(t, "synthetic/files/"+file))
		if err != nil {
			t.Fatal(err)
		}
		whole := mustExact(t, data)
		for first := 1; first <= whole.Pages(); first++ {
			data, err := whole.Part(first, whole.Pages())
			if err != nil {
				t.Fatal(err)
			}
			part := mustExact(t, data)
			if part.Pages() != whole.Pages()-first+1 {
				t.Fatalf("%s: %d pages from %d", file, part.Pages(), first)
			}
			if same, _ := tool.SameShown(whole, part); first == 1 && !same {
				t.Errorf("%s: the part of all pages is not the same", file)
			}
		}
	}
}

func FuzzExact(f *testing.F) {
	f.Add(sheetPDF())
	f.Add(sheetPDF("/Rotate 90", "/Rotate 90/Annots[<</Subtype/Link/Rect[0 0 9 9]/Border[0 0 1]>>]"))
	f.Add([]byte("%PDF-1.5\n1 0 obj\n<</Type/XRef/W[1 1 1]/Size 1/Length 3>>\nstream\nabc\nendstream\nendobj\nstartxref\n9\n%%EOF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := exact(t, data)
		if err != nil {
			if !errors.Is(err, tool.ErrInexact) {
				t.Fatalf("got %v, want ErrInexact", err)
			}
			return
		}
		again := mustExact(t, data)
		whole, _ := tool.SameShown(x, again)
		part, err := x.Part(1, x.Pages())
		if err != nil {
			return
		}
		copied, err := exact(t, part)
		if err != nil {
			t.Fatalf("a part is not exact: %v", err)
		}
		if same, _ := tool.SameShown(x, copied); whole && !same && !bytes.Contains(data, []byte("Link")) && !bytes.Contains(data, []byte("OutputIntents")) {
			t.Error("a part of all pages does not show the same")
		}
	})
}
