package compose

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/tool"
)

// font makes a font dictionary what 6.2.11 asks for, as far as that does not change what is drawn.
func (r *rewriter) font(d tool.PDFDict) {
	kind := r.draft.Name(d["Subtype"])
	if kind == "" {
		return
	}
	d["Type"] = tool.PDFName("Font")
	r.readableName(d, "BaseFont")
	if kind != "Type0" {
		r.descriptor(d)
		if kind == "Type1" || kind == "TrueType" || kind == "MMType1" {
			r.embed(d, kind)
		}
		return
	}
	for _, o := range r.draft.Array(d["DescendantFonts"]) {
		below := r.draft.Dict(o)
		if below == nil {
			continue
		}
		r.readableName(below, "BaseFont")
		descriptor := r.descriptor(below)
		if r.draft.Name(below["Subtype"]) == "CIDFontType2" && below["CIDToGIDMap"] == nil && descriptor["FontFile2"] != nil {
			below["CIDToGIDMap"] = tool.PDFName("Identity") // what it means not to have one
		}
	}
}

// descriptor drops the lists of a subset's glyphs, which need not be there but must be right (6.2.11.4.2).
func (r *rewriter) descriptor(font tool.PDFDict) tool.PDFDict {
	d := r.draft.Dict(font["FontDescriptor"])
	if d != nil {
		delete(d, "CharSet")
		delete(d, "CIDSet")
		r.readableName(d, "FontName")
	}
	return d
}

// readableName makes a name UTF-8 (6.1.8): bytes of some other encoding become the letters of Latin 1.
func (r *rewriter) readableName(d tool.PDFDict, key tool.PDFName) {
	n := string(r.draft.Name(d[key]))
	if n == "" || utf8.ValidString(n) {
		return
	}
	var letters []rune
	for _, b := range []byte(n) {
		letters = append(letters, rune(b))
	}
	d[key] = tool.PDFName(string(letters))
}

// embed embeds a font of the same shapes and widths for a standard font that the document counts on its reader having.
func (r *rewriter) embed(d tool.PDFDict, kind tool.PDFName) {
	descriptor := r.draft.Dict(d["FontDescriptor"])
	for _, key := range []tool.PDFName{"FontFile", "FontFile2", "FontFile3"} {
		if r.draft.Stream(descriptor[key]) != nil {
			return
		}
	}
	font, found := tool.FindStandardFont(string(r.draft.Name(d["BaseFont"])))
	if !found {
		return
	}
	glyphs, err := pdfa.ReadGlyphs(font.Program)
	if err != nil {
		return
	}
	if font.Symbols {
		glyphs.Encoding = symbolCodes(font)
		if kind == "TrueType" {
			delete(d, "Encoding") // of a TrueType font it means something else
		}
	}
	names := r.names(d, glyphs)
	if font.Symbols {
		d["Encoding"] = differences(names)
	}
	title, file := r.program(font, glyphs, names)
	d["BaseFont"], d["FontDescriptor"] = tool.PDFName(title), file
	d["Subtype"] = tool.PDFName("Type1")
	if r.draft.Array(d["Widths"]) != nil {
		return
	}
	widths := make([]tool.PDFObject, 0, len(names))
	for _, n := range names {
		widths = append(widths, tool.PDFNumber(fmt.Sprintf("%g", glyphs.Width[n])))
	}
	d["FirstChar"], d["LastChar"], d["Widths"] = tool.PDFNumber("0"), tool.PDFNumber("255"), widths
}

// symbolCodes returns the encoding that a standard font of symbols has in PDF (ISO 32000-1, annex D): the program that stands
// in for it need not have the same.
func symbolCodes(font tool.StandardFont) [256]string {
	name := "SymbolEncoding"
	if font.Name == "D050000L" {
		name = "ZapfDingbatsEncoding"
	}
	codes, _ := pdfa.EncodingOf(name) // both are there
	return codes
}

// differences writes an encoding out.
func differences(names [256]string) tool.PDFDict {
	list := []tool.PDFObject{tool.PDFNumber("0")}
	for _, n := range names {
		list = append(list, tool.PDFName(n))
	}
	return tool.PDFDict{"Type": tool.PDFName("Encoding"), "Differences": list}
}

// names returns the names of the glyphs of all codes (ISO 32000-1, 9.6.6).
func (r *rewriter) names(d tool.PDFDict, glyphs *pdfa.Glyphs) [256]string {
	names := glyphs.Encoding
	base := r.draft.Name(d["Encoding"])
	own := r.draft.Dict(d["Encoding"])
	if own != nil {
		base = r.draft.Name(own["BaseEncoding"])
	}
	if list, known := pdfa.EncodingOf(string(base)); known {
		names = list
	}
	code := 0
	for _, o := range r.draft.Array(own["Differences"]) {
		if n, is := r.draft.Whole(o); is {
			code = n
			continue
		}
		if code >= 0 && code < len(names) {
			names[code] = string(r.draft.Name(o))
		}
		code++
	}
	return names
}

// program embeds those glyphs of a font that the codes name, once for all fonts that name the same, and returns its name
// and its descriptor.
func (r *rewriter) program(font tool.StandardFont, glyphs *pdfa.Glyphs, names [256]string) (string, tool.PDFRef) {
	keep := map[string]bool{}
	for _, n := range names {
		keep[n] = true
	}
	program := glyphs.Subset(keep)
	title := subsetTag(program) + "+" + font.Name
	if file, known := r.embedded[title]; known {
		return title, file
	}
	packed, err := deflate(program)
	if err != nil { // memory, then: what is not packed is as good
		packed = program
	}
	dict := tool.PDFDict{"Subtype": tool.PDFName("Type1C")}
	if err == nil {
		dict["Filter"] = tool.PDFName("FlateDecode")
	}
	flags := "32"
	if font.Symbols {
		flags = "4"
	}
	slant := "0"
	if strings.Contains(font.Name, "Italic") {
		slant = "-12"
	}
	number := func(n string) tool.PDFObject { return tool.PDFNumber(n) }
	file := r.draft.Add(tool.PDFDict{
		"Type": tool.PDFName("FontDescriptor"), "FontName": tool.PDFName(title), "Flags": number(flags),
		"FontBBox":    []tool.PDFObject{number("-210"), number("-299"), number("1032"), number("1075")},
		"ItalicAngle": number(slant), "Ascent": number("900"), "Descent": number("-250"), "CapHeight": number("729"), "StemV": number("80"),
		"FontFile3": r.draft.Add(tool.NewPDFStream(dict, packed)),
	})
	r.embedded[title] = file
	return title, file
}

// subsetTag returns six letters that stand for what a subset holds.
func subsetTag(program []byte) string {
	sum := sha256.Sum256(program)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}
