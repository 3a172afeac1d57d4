package pdfa

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// document is a PDF/A-2u file made here, to be damaged one rule at a time.
type document struct {
	header  string
	objects map[int]string // what stands between obj and endobj
	trailer string         // entries
	xref    string         // the keyword with its line end
	after   string         // behind the end-of-file marker
	patch   func([]byte) []byte
}

// Objects of the document.
const (
	catalogNum = iota + 1
	pagesNum
	metadataNum
	intentNum
	profileNum
	pageNum
	contentNum
	fontNum
	descriptorNum
	fontFileNum
	free1 // numbers for what a case adds
	free2
	free3
	free4
)

const firstCode, lastCode = 32, 126

// newDocument makes a file of one page with a line of text, a blue square and nothing else.
func newDocument(t testing.TB) *document {
	d := &document{
		header: "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", objects: map[int]string{}, xref: "xref\n",
		trailer: "/Root 1 0 R /ID [<0123456789abcdef> <0123456789abcdef>]",
	}
	d.objects[catalogNum] = "<</Type/Catalog/Pages 2 0 R/Metadata 3 0 R/OutputIntents[4 0 R]>>"
	d.objects[pagesNum] = "<</Type/Pages/Count 1/Kids[6 0 R]>>"
	d.metadata("")
	d.objects[intentNum] = "<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile 5 0 R>>"
	d.stream(profileNum, "/N 3", iccHeader("mntr", "RGB ", 2))
	d.objects[pageNum] = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 7 0 R/Resources<</Font<</F0 8 0 R>>>>>>"
	d.content("BT /F0 12 Tf 50 50 Td (Hello) Tj ET\n0 0 1 rg 0 0 10 10 re f\n")
	d.objects[fontNum] = fmt.Sprintf("<</Type/Font/Subtype/TrueType/BaseFont/GoRegular/FirstChar %d/LastChar %d/Widths[%s]"+
		"/Encoding/WinAnsiEncoding/FontDescriptor 9 0 R>>", firstCode, lastCode, goWidths(t))
	d.objects[descriptorNum] = "<</Type/FontDescriptor/FontName/GoRegular/Flags 32/FontBBox[-200 -300 1200 1000]/ItalicAngle 0" +
		"/Ascent 900/Descent -200/CapHeight 700/StemV 80/FontFile2 10 0 R>>"
	d.stream(fontFileNum, "", string(goregular.TTF))
	return d
}

// goWidths returns the widths of the font's characters in thousandths, by another reader than ours.
func goWidths(t testing.TB) string {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for code := rune(firstCode); code <= lastCode; code++ {
		gid, err := f.GlyphIndex(nil, code)
		if err != nil {
			t.Fatal(err)
		}
		width, err := f.GlyphAdvance(nil, gid, fixed.I(1000), xfont.HintingNone)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(width.Round()))
	}
	return strings.Join(out, " ")
}

// iccHeader makes the header of a colour profile.
func iccHeader(class, space string, version byte) string {
	p := make([]byte, 132)
	p[8] = version
	copy(p[12:], class)
	copy(p[16:], space)
	copy(p[36:], "acsp")
	return string(p)
}

const xmpHead = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
	`<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="U"/>`

// metadata sets the packet, with descriptions besides the claim.
func (d *document) metadata(descriptions string) {
	d.packet(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>` + xmpHead + descriptions + `</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`)
}

func (d *document) packet(text string) { d.stream(metadataNum, "/Type/Metadata/Subtype/XML", text) }

func (d *document) content(operators string) { d.stream(contentNum, "", operators) }

func (d *document) stream(num int, entries, data string) {
	d.objects[num] = fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// enter adds entries to the dictionary of an object.
func (d *document) enter(num int, entries string) {
	d.objects[num] = strings.Replace(d.objects[num], "<<", "<<"+entries, 1)
}

// change replaces text in an object, and panics where there is none: the case would test nothing.
func (d *document) change(num int, old, with string) {
	if !strings.Contains(d.objects[num], old) {
		panic(fmt.Sprintf("object %d has no %q", num, old))
	}
	d.objects[num] = strings.Replace(d.objects[num], old, with, 1)
}

// resources adds resources of the page.
func (d *document) resources(entries string) {
	d.change(pageNum, "/Resources<<", "/Resources<<"+entries)
}

// bytes writes the file.
func (d *document) bytes() []byte {
	var out bytes.Buffer
	out.WriteString(d.header)
	size := slices.Max(slices.Collect(maps.Keys(d.objects))) + 1
	offsets := make([]int, size)
	for num := 1; num < size; num++ {
		if body, is := d.objects[num]; is {
			offsets[num] = out.Len()
			fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", num, body)
		}
	}
	table := out.Len()
	fmt.Fprintf(&out, "%s0 %d\n0000000000 65535 f \n", d.xref, size)
	for _, at := range offsets[1:] {
		if at == 0 {
			out.WriteString("0000000000 00000 f \n")
		} else {
			fmt.Fprintf(&out, "%010d 00000 n \n", at)
		}
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n%s", size, d.trailer, table, d.after)
	if d.patch != nil {
		return d.patch(out.Bytes())
	}
	return out.Bytes()
}

// replacing returns a patch that keeps all offsets.
func replacing(old, with string) func([]byte) []byte {
	if len(old) != len(with) {
		panic("a patch must keep the length")
	}
	return func(data []byte) []byte {
		if !bytes.Contains(data, []byte(old)) {
			panic(fmt.Sprintf("the file has no %q", old))
		}
		return bytes.Replace(data, []byte(old), []byte(with), 1)
	}
}

// FuzzParts feeds the parsers that only sound files reach: font programs, CMaps, metadata, JPEG 2000.
func FuzzParts(f *testing.F) {
	d := newDocument(f)
	withType1(d)
	f.Add([]byte(d.objects[fontFileNum]))
	f.Add([]byte("1 begincodespacerange <00> <ffff> endcodespacerange 1 beginbfrange <00> <ff> [<0041> /A]"))
	f.Add([]byte(xmpHead + "</rdf:RDF></x:xmpmeta>"))
	f.Add(goregular.TTF[:2000])
	f.Add([]byte("\x01\x00\x04\x01\x00\x01\x01\x01\x05Mine\x00\x01\x01\x01\x05\x1d\x00\x00\x00\x20\x11\x00\x00\x00\x00\x00\x01\x01\x01\x02\x0e"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if t, err := readTrueType(data); err == nil {
			_, _ = t.symbol(65), t.named("A")
			_ = t.width(1)
		}
		if c, err := readCFF(data); err == nil {
			for gid := range min(len(c.charStrings), 300) {
				c.width(gid)
			}
		}
		if t, err := readType1(data); err == nil {
			t.width("A")
		}
		c := readCMap(data)
		code, _ := c.read(string(data))
		c.cid(code)
		c.unicode(code)
		if root, err := readXML(data); err == nil {
			_, _ = readRDF(root) // only that it comes back
		}
		_ = readJPX(data)
		_, _, _ = pkcs7(data)
	})
}
