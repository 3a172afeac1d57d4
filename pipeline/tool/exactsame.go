package tool

import (
	"bytes"
	"io"
	"maps"
	"math"
	"slices"
)

// SameShown reports whether two PDFs show the same for certain, without rendering either. What decides what a page shows is
// followed in both files at once: content streams byte by byte, resources with all that they refer to, the boxes, how the
// page is turned and how large its units are, groups, the looks of links, and the document's layers and colours. Where
// both files have the same there, a renderer draws the same, because both are PDFs to the letter (see Exact): there is no
// object that one reader finds and another does not.
//
// Left aside is what is never drawn: metadata, structure, thumbnails, actions. Pages with other annotations than links,
// which have looks of their own and forms behind them, count as different.
//
// tame tells whether what the pages use is also quick to draw, as far as that can be told: no patterns, shadings, soft
// masks, fonts made of large drawings, or pictures of more than RenderPixels or in a format that is slow to decode. How much a
// page draws with it is counted elsewhere: see PDFPage.Quick.
func SameShown(a, b *Exact) (same, tame bool) {
	if a.Pages() != b.Pages() {
		return false, false
	}
	t := NewComparison(a, b)
	for number := 1; number <= a.Pages(); number++ {
		if !t.Same(number) {
			return false, false
		}
	}
	return true, t.tame
}

// NewComparison compares single pages of two PDFs as SameShown compares all.
func NewComparison(a, b *Exact) *Comparison {
	t := &Comparison{a: a, b: b, seen: map[[2]pdfRef]bool{}, tame: true, alike: true}
	for _, key := range []pdfName{"OCProperties", "OutputIntents"} {
		t.alike = t.alike && t.same(a.catalog()[key], b.catalog()[key], 0)
	}
	return t
}

// Same reports whether a page shows the same in both files.
func (t *Comparison) Same(number int) bool { return t.sure(t.alike && t.page(number, number)) }

// sure forgets, when a page differs, what was taken for the same on the way.
func (t *Comparison) sure(same bool) bool {
	if !same {
		clear(t.seen)
	}
	return same
}

// SameBelow reports whether a page of the second file, turned further by so many degrees, shows what that of the first
// shows: the same content within q and Q, and above it nothing but invisible text.
func (t *Comparison) SameBelow(number, turn int) bool {
	return t.sure(t.alike && t.below(number, turn))
}

func (t *Comparison) below(number, turn int) bool {
	p, err := t.a.page(number)
	q, also := t.b.page(number)
	if err != nil || also != nil || !t.links(p["Annots"], q["Annots"]) || !t.turned(p["Rotate"], q["Rotate"], turn) ||
		!t.wrapped(p, q) || !t.extended(t.a.dict(p["Resources"]), t.b.dict(q["Resources"])) {
		return false
	}
	for _, key := range []pdfName{"Annots", "Rotate", "Contents", "Resources"} {
		delete(p, key)
		delete(q, key)
	}
	return t.dicts(p, q, 0)
}

// turned reports whether b is a turned further.
func (t *Comparison) turned(a, b pdfObject, turn int) bool {
	if a == nil {
		a = pdfNumber("0")
	}
	before, ok := wholeOf(a)
	after, also := wholeOf(b)
	return ok && also && quarter(before+turn) == quarter(after)
}

// wrapped reports whether q's content is p's between q and Q, followed by invisible text.
func (t *Comparison) wrapped(p, q pdfDict) bool {
	inner, err := t.a.contents(p)
	outer, also := t.b.contents(q)
	if err != nil || also != nil || len(outer) != len(inner)+2 {
		return false
	}
	for i := range inner {
		if !t.same(inner[i], outer[i+1], 0) {
			return false
		}
	}
	before, ok := t.b.content(outer[0])
	layer, fine := t.b.content(outer[len(outer)-1])
	return ok && fine && string(before) == "q" && invisible(layer)
}

// content decodes a content stream of ours.
func (x *Exact) content(o pdfObject) ([]byte, bool) {
	resolved, err := x.resolve(o)
	stream, ok := resolved.(pdfStream)
	if err != nil || !ok {
		return nil, false
	}
	data, err := x.decoded(stream)
	return data, err == nil
}

// invisible reports whether a content stream ends what was begun before it with one Q and then writes invisible text only.
func invisible(content []byte) bool {
	operations, depth, hidden, fine := 0, 1, false, true
	scanContent(content, func(operator string, operands []operand) bool {
		operations++
		switch operator {
		case "Q":
			depth, hidden = depth-1, false
		case "q":
			depth++
		case "Tr":
			hidden = len(operands) == 1 && operands[0].number == 3
		case "Tj":
			fine = fine && hidden
		case "cm", "BT", "ET", "Tf", "Tz", "Tm", "BDC", "EMC":
		default:
			fine = false
		}
		fine = fine && (operations > 1 || operator == "Q") && depth >= 0
		return fine
	})
	return fine && depth == 0
}

// extended reports whether resources are the same but for one more font.
func (t *Comparison) extended(a, b pdfDict) bool {
	fonts, more := t.a.dict(a["Font"]), t.b.dict(b["Font"])
	if len(more) != len(fonts)+1 {
		return false
	}
	for key := range fonts {
		if more[key] == nil || !t.same(fonts[key], more[key], 0) {
			return false
		}
	}
	rest, other := maps.Clone(a), maps.Clone(b)
	delete(rest, "Font")
	delete(other, "Font")
	return t.dicts(rest, other, 0)
}

// Comparison walks two files at once.
type Comparison struct {
	a, b  *Exact
	seen  map[[2]pdfRef]bool // pairs of objects that are compared or being compared
	tame  bool
	alike bool // layers and colours of the documents are the same
}

// exactChain is how many references may follow each other.
const exactChain = 1000

// unseen are the entries, of whatever dictionary, that no renderer draws by.
var unseen = []pdfName{"Length", "Metadata", "PieceInfo", "LastModified", "StructParent", "StructParents", "AF"}

// page compares page n of one file with page m of the other.
func (t *Comparison) page(n, m int) bool {
	p, err := t.a.page(n)
	q, also := t.b.page(m)
	if err != nil || also != nil || !t.links(p["Annots"], q["Annots"]) {
		return false
	}
	delete(p, "Annots")
	delete(q, "Annots")
	return t.dicts(p, q, 0)
}

// links compares the annotations of a page: links only, of which no more than a frame is drawn.
func (t *Comparison) links(a, b pdfObject) bool {
	list, err := t.a.resolve(a)
	other, also := t.b.resolve(b)
	ours, _ := list.([]pdfObject)
	theirs, _ := other.([]pdfObject)
	if err != nil || also != nil || len(ours) != len(theirs) || ours == nil && list != nil {
		return false
	}
	for i := range ours {
		p, q := t.a.dict(ours[i]), t.b.dict(theirs[i])
		if p.name("Subtype") != "Link" || q.name("Subtype") != "Link" || p["AP"] != nil || q["AP"] != nil {
			return false
		}
		for _, key := range []pdfName{"Rect", "Border", "BS", "C", "F", "OC"} {
			if !t.same(p[key], q[key], 0) {
				return false
			}
		}
	}
	return true
}

// same compares two objects.
func (t *Comparison) same(a, b pdfObject, depth int) bool {
	if depth > exactChain {
		return false
	}
	r, indirect := a.(pdfRef)
	s, also := b.(pdfRef)
	if indirect && also {
		pair := [2]pdfRef{r, s}
		if t.seen[pair] { // if it is compared at this moment, the answer does not depend on itself
			return true
		}
		t.seen[pair] = true
	}
	a, err := t.a.resolve(a)
	if err != nil {
		return false
	}
	if b, err = t.b.resolve(b); err != nil {
		return false
	}
	switch a := a.(type) {
	case pdfNumber:
		other, ok := b.(pdfNumber)
		return ok && sameNumber(a, other)
	case pdfDict:
		other, ok := b.(pdfDict)
		return ok && t.dicts(a, other, depth)
	case pdfStream:
		other, ok := b.(pdfStream)
		return ok && t.dicts(a.dict, other.dict, depth) && t.streams(a, other)
	case []pdfObject:
		other, ok := b.([]pdfObject)
		if !ok || len(a) != len(other) {
			return false
		}
		for i := range a {
			if !t.same(a[i], other[i], depth+1) {
				return false
			}
		}
		return true
	}
	switch b.(type) {
	case pdfDict, pdfStream, []pdfObject:
		return false
	}
	return a == b // names, strings, true and false, nothing
}

// sameNumber allows for pdfcpu, which writes twelve decimals.
func sameNumber(a, b pdfNumber) bool {
	f, ok := a.float()
	g, also := b.float()
	return ok && also && math.Abs(f-g) < 1e-11
}

func (t *Comparison) dicts(a, b pdfDict, depth int) bool {
	t.judge(a)
	for key := range a {
		if !slices.Contains(unseen, key) && !t.same(a[key], b[key], depth+1) {
			return false
		}
	}
	for key, value := range b {
		if _, compared := a[key]; !compared && value != nil && !slices.Contains(unseen, key) {
			if !t.same(nil, value, depth+1) {
				return false
			}
		}
	}
	return true
}

// judge looks for what is slow to draw.
func (t *Comparison) judge(d pdfDict) {
	if d["PatternType"] != nil || d["ShadingType"] != nil || d["TR"] != nil || d["TR2"] != nil {
		t.tame = false
	}
	if d.name("Subtype") == "Type3" && !t.a.fewStrokes(d["CharProcs"]) {
		t.tame = false
	}
	if d.name("Subtype") != "Image" {
		if mask := d["SMask"]; mask != nil && mask != pdfName("None") { // drawn beside the content
			t.tame = false
		}
		return
	}
	width, ok := d.whole("Width")
	height, also := d.whole("Height")
	if !ok || !also || width < 1 || height < 1 || width > RenderPixels/height {
		t.tame = false
	}
	filters, _ := d["Filter"].([]pdfObject)
	for _, filter := range append(filters, d["Filter"]) {
		switch filter {
		case nil, pdfName("DCTDecode"), pdfName("CCITTFaxDecode"), pdfName("FlateDecode"):
		default:
			if _, list := filter.([]pdfObject); !list {
				t.tame = false
			}
		}
	}
}

// fewStrokes reports whether the glyphs of a font made of drawings are quick to draw: outlines, which renderers draw once
// (d1) and keep, without pictures. The largest of a font that a browser prints have ten kilobytes.
func (x *Exact) fewStrokes(glyphs pdfObject) bool {
	const most = 16 << 10
	for _, glyph := range x.dict(glyphs) {
		content, ok := x.content(glyph)
		if !ok || len(content) > most || !bytes.Contains(content, []byte(" d1")) || bytes.Contains(content, []byte("Do")) {
			return false
		}
	}
	return true
}

// streams compares the data of two streams, as they lie in the files.
func (t *Comparison) streams(a, b pdfStream) bool {
	if a.length != b.length {
		return false
	}
	const piece = 1 << 18
	p, q := make([]byte, min(a.length, piece)), make([]byte, min(a.length, piece))
	for at := int64(0); at < a.length; at += piece {
		n := min(piece, a.length-at)
		if _, err := t.a.file.ReadAt(p[:n], a.at+at); err != nil && err != io.EOF {
			return false
		}
		if _, err := t.b.file.ReadAt(q[:n], b.at+at); err != nil && err != io.EOF {
			return false
		}
		if !bytes.Equal(p[:n], q[:n]) {
			return false
		}
	}
	return true
}
