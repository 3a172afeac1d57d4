package tool

import (
	"strings"
	"testing"
)

func TestPageScanner(t *testing.T) {
	t.Parallel()
	form := &xobject{matrix: transform{1, 0, 0, 1, 0, 0}, content: []byte("BT (in a form) Tj ET"), within: func(string) *xobject { return nil }}
	loop := &xobject{matrix: transform{1, 0, 0, 1, 0, 0}, content: []byte("/Loop Do /Loop Do")}
	loop.within = func(string) *xobject { return loop }
	find := func(name string) *xobject {
		return map[string]*xobject{"Scan": {image: true, direct: true}, "Other": {image: true}, "Form": form, "Loop": loop}[name]
	}
	for _, test := range []struct {
		name, content string
		want          PDFPage
	}{
		{"nothing", "", PDFPage{}},
		{"visible text counts without blanks", "BT /F1 12 Tf (a b\\)c) Tj [(de) -20 <4142>] TJ ET", PDFPage{Text: 8}},
		{"invisible text is another matter", "BT 3 Tr (hidden) Tj 0 Tr (x) Tj ET", PDFPage{Hidden: 6, Text: 1}},
		{"the mode belongs to the graphics state", "q 3 Tr Q BT (x) Tj ET", PDFPage{Text: 1}},
		{"a scan over the whole page goes to OCR as it is", "q 100 0 0 200 0 0 cm /Scan Do Q", PDFPage{Images: 1, Cover: 1, Direct: true}},
		{"matrices multiply", "q 10 0 0 20 0 0 cm 10 0 0 10 0 0 cm /Scan Do Q", PDFPage{Images: 1, Cover: 1, Direct: true}},
		{"a turned scan must be rendered", "q 0 200 -100 0 100 0 cm /Scan Do Q", PDFPage{Images: 1, Cover: 1}},
		{"a mirrored scan must be rendered", "q -100 0 0 200 100 0 cm /Scan Do Q", PDFPage{Images: 1, Cover: 1}},
		{"a small picture is no page", "q 10 0 0 20 0 0 cm /Scan Do Q", PDFPage{Images: 1, Cover: 0.01}},
		{"two pictures must be rendered", "100 0 0 200 0 0 cm /Scan Do /Other Do", PDFPage{Images: 2, Cover: 1}},
		{"something painted on top must be rendered", "q 100 0 0 200 0 0 cm /Scan Do Q 0 0 10 10 re f", PDFPage{Images: 1, Cover: 1, Paint: 1}},
		{"text in a form counts", "/Form Do", PDFPage{Text: 7}},
		{"endless forms end, and the page is rendered", "/Loop Do", PDFPage{}},
		{"an inline picture is skipped", "BI /W 1 /H 1 ID (Tj) EI BT (x) Tj ET", PDFPage{Images: 1, Cover: 0.00005, Text: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var facts PDFPage
			s := pageScanner{facts: &facts, box: [4]float64{0, 0, 100, 200}}
			s.scan([]byte(test.content), transform{1, 0, 0, 1, 0, 0}, find, 0)
			s.finish()
			if facts.Quick == s.over {
				t.Errorf("quick: %v, although a limit was reached: %v", facts.Quick, s.over)
			}
			if facts.Quick = false; facts != test.want {
				t.Errorf("got %+v, want %+v", facts, test.want)
			}
		})
	}
}

func TestPagesThatDrawMuchAreNotQuick(t *testing.T) {
	t.Parallel()
	find := func(string) *xobject { return &xobject{image: true} }
	for name, content := range map[string]string{
		"": strings.Repeat("BT (text) Tj ET ", 1000), "operations": strings.Repeat("q Q ", quickOperations), "pictures": strings.Repeat("/P Do ", quickImages+1),
		"text": "BT (" + strings.Repeat("x", quickText+1) + ") Tj ET",
	} {
		var facts PDFPage
		s := pageScanner{facts: &facts, box: [4]float64{0, 0, 100, 200}}
		s.scan([]byte(content), transform{1, 0, 0, 1, 0, 0}, find, 0)
		if s.finish(); facts.Quick != (name == "") {
			t.Errorf("many %s: quick %v", name, facts.Quick)
		}
	}
}

func FuzzScanContent(f *testing.F) {
	for _, seed := range []string{"BT (a) Tj ET", "[(a", "<41", "<<", "BI ID EI", "q Q cm", "1 2 3 4 5 6 cm /X Do", "%\n", "((\\", "ID EI "} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		var facts PDFPage
		s := pageScanner{facts: &facts, box: [4]float64{0, 0, 100, 200}}
		s.scan(content, transform{1, 0, 0, 1, 0, 0}, func(string) *xobject { return &xobject{image: true, direct: true} }, 0)
		s.finish()
		if facts.Text < 0 || facts.Hidden < 0 || facts.Text+facts.Hidden > len(content) || !(facts.Cover >= 0 && facts.Cover <= 1.0001) {
			t.Errorf("impossible facts %+v of %d bytes", facts, len(content))
		}
	})
}
