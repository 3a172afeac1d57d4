package pdfa

import (
	"bytes"
	"maps"
	"slices"
	"unicode/utf8"
)

// header checks 6.1.2.
func (v *validator) header() {
	line, rest := cutLine(v.data)
	if len(line) != len("%PDF-1.n") || !bytes.HasPrefix(line, []byte("%PDF-1.")) || line[7] < '0' || line[7] > '7' {
		v.breaks("6.1.2-1", 0)
	}
	comment, _ := cutLine(rest)
	if len(comment) < 5 || comment[0] != '%' || slices.ContainsFunc(comment[1:5], func(b byte) bool { return b <= 127 }) {
		v.breaks("6.1.2-2", 0)
	}
}

// cutLine splits at the first line end, of either kind.
func cutLine(data []byte) (line, rest []byte) {
	head := data[:min(len(data), 1024)]
	at := bytes.IndexAny(head, "\r\n")
	if at < 0 {
		return head, nil
	}
	if bytes.HasPrefix(data[at:], []byte("\r\n")) {
		return data[:at], data[at+2:]
	}
	return data[:at], data[at+1:]
}

// ending checks 6.1.3 as far as bytes tell.
func (v *validator) ending() {
	at := bytes.LastIndex(v.data, []byte("%%EOF"))
	if at < 0 {
		v.breaks("6.1.3-3", 0)
		return
	}
	switch string(v.data[at+len("%%EOF"):]) {
	case "", "\n", "\r", "\r\n":
	default:
		v.breaks("6.1.3-3", 0)
	}
}

// structure checks 6.1 over all objects of the file.
func (v *validator) structure(root dict) {
	f := v.file
	if f.rebuilt {
		v.breaks("read-1", 0)
	}
	v.trailers()
	for _, at := range f.tables {
		line, rest := cutLine(f.data[at:])
		if string(line) != "xref" || len(rest) == 0 || !isDigit(rest[0]) {
			v.breaks("6.1.4-2", 0)
		}
	}
	if len(f.xref) > maxIndirects {
		v.breaks("6.1.13-7", 0)
		return
	}
	for _, num := range slices.Sorted(maps.Keys(f.xref)) {
		e := f.xref[num]
		if num == 0 || e.free || f.spent.exhausted() {
			continue
		}
		o := f.object(num)
		if o == nil && e.inside == 0 && !f.stands(num, e.offset) {
			v.breaks("6.1.4-1", num)
		}
		v.walk(o, num, 0)
	}
	v.structureTypes(root)
}

// stands reports whether an object with this number begins at an offset.
func (f *file) stands(num, offset int) bool {
	quiet := &lexer{data: f.data, at: offset}
	return offset >= 0 && offset < len(f.data) && f.head(quiet, num)
}

// trailers checks the file identifier, which a linearised file has in its first section too, and that nothing is
// encrypted.
func (v *validator) trailers() {
	id := v.file.array(v.file.trailer["ID"])
	whole := len(id) == 2
	for _, o := range id {
		s, is := v.file.text(o)
		whole = whole && is && s != ""
	}
	if !whole {
		v.breaks("6.1.3-1", 0)
	}
	for _, t := range append(v.file.chain, v.file.trailer) {
		if v.file.has(t, "Encrypt") {
			v.breaks("6.1.3-2", 0)
			return
		}
	}
}

// walk looks at an object and everything directly in it.
func (v *validator) walk(o object, num, depth int) {
	if depth > maxDepth {
		return
	}
	switch o := o.(type) {
	case *stream:
		v.streamRules(o)
		v.anyDict(o.dict, num)
		v.walk(o.dict, num, depth+1)
	case dict:
		if depth == 0 || v.file.name(o["Type"]) != "" || o["EF"] != nil || o["Metadata"] != nil {
			v.anyDict(o, num)
		}
		for _, value := range o.values() {
			v.walk(value, num, depth+1)
		}
	case array:
		for _, value := range o {
			v.walk(value, num, depth+1)
		}
	}
}

// anyDict checks what concerns dictionaries wherever they are.
func (v *validator) anyDict(d dict, num int) {
	if v.file.has(d, "Metadata") {
		v.otherMetadata(v.file.stream(d["Metadata"]))
	}
	v.fileSpecification(d, num)
}

// structureTypes checks 6.1.8 for the elements of the structure tree.
func (v *validator) structureTypes(root dict) {
	f := v.file
	seen := map[int]bool{}
	open := []object{f.dict(root["StructTreeRoot"])["K"]}
	for len(open) > 0 {
		o := open[len(open)-1]
		open = open[:len(open)-1]
		num := numberOf(o)
		if num != 0 && seen[num] {
			continue
		}
		seen[num] = true
		if list := f.array(o); list != nil {
			open = append(open, list...)
			continue
		}
		if element := f.dict(o); element != nil {
			v.utf8(f.name(element["S"]), num)
			open = append(open, element["K"])
		}
	}
}

// utf8 checks 6.1.8.
func (v *validator) utf8(n name, num int) {
	if !utf8.ValidString(string(n)) {
		v.breaks("6.1.8-1", num)
	}
}

// allowedFilters are those of ISO 32000-1 without LZWDecode; Crypt is a matter of its own.
func allowedFilters() []name {
	return []name{
		"ASCIIHexDecode", "ASCII85Decode", "FlateDecode", "RunLengthDecode", "CCITTFaxDecode", "JBIG2Decode", "DCTDecode", "JPXDecode",
	}
}

// streamRules checks 6.1.7.1 and 6.1.7.2.
func (v *validator) streamRules(s *stream) {
	for _, key := range []name{"F", "FFilter", "FDecodeParms"} {
		if v.file.has(s.dict, key) {
			v.breaks("6.1.7.1-3", s.num)
			break
		}
	}
	names, parms := v.file.filters(s.dict)
	for i, filter := range names {
		if filter == "Crypt" && v.file.name(parms[i]["Name"]) == "Identity" || slices.Contains(allowedFilters(), filter) {
			continue
		}
		v.breaks("6.1.7.2-1", s.num)
	}
}

// catalogEntries checks what the catalogue must not have: 6.1.12, 6.4.2, 6.10 and 6.11.
func (v *validator) catalogEntries(root dict) {
	f := v.file
	num := numberOf(f.trailer["Root"])
	v.permissions(root)
	if f.has(root, "NeedsRendering") && f.resolve(root["NeedsRendering"]) != false {
		v.breaks("6.4.2-2", num)
	}
	if f.has(f.dict(root["Names"]), "AlternatePresentations") {
		v.breaks("6.10-1", num)
	}
	if f.has(root, "Requirements") {
		v.breaks("6.11-1", num)
	}
}

// permissions checks 6.1.12.
func (v *validator) permissions(root dict) {
	f := v.file
	perms := f.dict(root["Perms"])
	for key := range perms {
		if key != "UR3" && key != "DocMDP" {
			v.breaks("6.1.12-1", numberOf(root["Perms"]))
		}
	}
	if !f.has(perms, "DocMDP") {
		return
	}
	signatures := []object{perms["DocMDP"], perms["UR3"]}
	for _, field := range v.fields(root) {
		if v.fieldType(field.dict) == "Sig" {
			signatures = append(signatures, field.dict["V"])
		}
	}
	for _, signature := range signatures {
		for _, o := range f.array(f.dict(signature)["Reference"]) {
			reference := f.dict(o)
			if f.has(reference, "DigestLocation") || f.has(reference, "DigestMethod") || f.has(reference, "DigestValue") {
				v.breaks("6.1.12-2", numberOf(signature))
			}
		}
	}
}
