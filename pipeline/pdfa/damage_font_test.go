package pdfa

import (
	"fmt"
	"strings"
)

// composite makes the font a composite one with the same program.
func composite(d *document) {
	d.objects[fontNum] = fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/GoRegular/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", free1, free2)
	d.objects[free1] = "<</Type/Font/Subtype/CIDFontType2/BaseFont/GoRegular/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>" +
		"/FontDescriptor 9 0 R/CIDToGIDMap/Identity/DW 0/W[36[667]]>>"
	d.stream(free2, "", "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <00ff> <0041> endbfrange")
	d.content("BT /F0 12 Tf <0024> Tj ET")
}

// cmapProgram embeds a CMap of two bytes that maps all codes to CIDs from first on.
func cmapProgram(d *document, entries, more string, first int) {
	d.change(fontNum, "/Encoding/Identity-H", fmt.Sprintf("/Encoding %d 0 R", free3))
	d.stream(free3, "/Type/CMap/CMapName/Mine/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+entries,
		fmt.Sprintf("/WMode 0 def %s 1 begincodespacerange <0000> <ffff> endcodespacerange 1 begincidrange <0000> <00ff> %d endcidrange", more, first))
}

func fontDamage() []damage {
	font := func(old, with string) func(d *document) { return func(d *document) { d.change(fontNum, old, with) } }
	flags := func(d *document, encoding string) {
		d.change(descriptorNum, "/Flags 32", "/Flags 4")
		d.change(fontNum, "/Encoding/WinAnsiEncoding", encoding)
		d.stream(free1, "", "1 beginbfrange <00> <ff> <0001> endbfrange")
		d.enter(fontNum, fmt.Sprintf("/ToUnicode %d 0 R", free1))
	}
	type3 := func(procedure string) func(d *document) {
		return func(d *document) {
			d.objects[fontNum] = fmt.Sprintf("<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 72/LastChar 72/Widths[9]"+
				"/Encoding<</Differences[72/H]>>/CharProcs<</H %d 0 R>>/Resources<<>>>>", free1)
			d.stream(free1, "", procedure)
			d.content("BT /F0 12 Tf (H) Tj ET")
		}
	}
	subset := func(d *document) {
		composite(d)
		d.change(free1, "/BaseFont/", "/BaseFont/ABCDEF+")
		d.enter(descriptorNum, fmt.Sprintf("/CIDSet %d 0 R", free3))
	}
	return []damage{
		{"a composite font", "", composite},
		{"a font of no type", "6.2.11.2-1", font("/Type/Font/", "/Type/Fond/")},
		{"a font of an unknown kind", "6.2.11.2-2 6.2.11.4.1-1", font("/Subtype/TrueType", "/Subtype/Type9")},
		{"a font without name", "6.2.11.2-3", font("/BaseFont/GoRegular", "")},
		{"a font without first character", "6.2.11.2-4 6.2.11.2-6 6.2.11.5-1", font("/FirstChar 32", "")},
		{"a font without last character", "6.2.11.2-5 6.2.11.2-6 6.2.11.5-1", font("/LastChar 126", "")},
		{"a font with a width too few", "6.2.11.2-6", font("/LastChar 126", "/LastChar 127")},
		{"a font program of an unknown kind", "6.2.11.2-7", func(d *document) { d.enter(fontFileNum, "/Subtype/Mine") }},
		{"collections that do not fit", "6.2.11.3.1-1", func(d *document) {
			composite(d)
			d.change(fontNum, "/Identity-H", "/UniJIS-UCS2-H")
		}},
		{"collections that fit", "", func(d *document) {
			composite(d)
			d.change(fontNum, "/Identity-H", "/UniJIS-UCS2-H")
			d.change(free1, "(Identity)/Supplement 0", "(Japan1)/Supplement 4")
		}},
		{"an embedded CMap", "", func(d *document) { composite(d); cmapProgram(d, "", "", 0) }},
		{"an embedded CMap of another collection", "6.2.11.3.1-1", func(d *document) {
			composite(d)
			cmapProgram(d, "", "", 0)
			d.change(free1, "(Identity)/Supplement 0", "(Identity)/Supplement 1")
		}},
		{"no map of glyphs", "6.2.11.3.2-1", func(d *document) { composite(d); d.change(free1, "/CIDToGIDMap/Identity", "") }},
		{"a CMap that is not there", "6.2.11.3.1-1 6.2.11.3.3-1", func(d *document) { composite(d); d.change(fontNum, "/Identity-H", "/Mine") }},
		{"a CMap of another writing mode", "6.2.11.3.3-2", func(d *document) { composite(d); cmapProgram(d, "/WMode 1", "", 0) }},
		{"a CMap that uses another", "6.2.11.3.3-3", func(d *document) { composite(d); cmapProgram(d, "/UseCMap/Yours", "/Yours usecmap", 0) }},
		{"a CMap that uses a predefined one", "", func(d *document) { composite(d); cmapProgram(d, "/UseCMap/H", "/H usecmap", 0) }},
		{"a CMap with too great a CID", "6.1.13-10", func(d *document) {
			composite(d)
			cmapProgram(d, "", "1 begincidchar <ffff> 65536 endcidchar", 0)
		}},
		{"a font that is not embedded", "6.2.11.4.1-1", func(d *document) { d.change(descriptorNum, "/FontFile2 10 0 R", "") }},
		{"a font that is not embedded nor seen", "", func(d *document) {
			d.change(descriptorNum, "/FontFile2 10 0 R", "")
			d.content("BT 3 Tr /F0 12 Tf (Hello) Tj ET")
		}},
		{"a font whose program is cut short", "6.2.11.4.1-1", func(d *document) { d.stream(fontFileNum, "", "\x00\x01\x00\x00\x00\x20") }},
		{"a glyph that is not there", "6.2.11.4.1-2 6.2.11.5-1", func(d *document) {
			d.change(fontNum, "/Encoding/WinAnsiEncoding", "/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[72/aleph]>>")
		}},
		{"glyphs not in the list", "6.2.11.4.2-1", func(d *document) {
			withType1(d)
			d.change(fontNum, "/BaseFont/", "/BaseFont/ABCDEF+")
			d.enter(descriptorNum, "/CharSet(/A)")
		}},
		{"glyphs in the list", "", func(d *document) {
			withType1(d)
			d.change(fontNum, "/BaseFont/", "/BaseFont/ABCDEF+")
			d.enter(descriptorNum, "/CharSet(/A/B)")
		}},
		{"CIDs not in the list", "6.2.11.4.2-2", func(d *document) { subset(d); d.stream(free3, "", "\xff") }},
		{"a width that is not the program's", "6.2.11.5-1", func(d *document) { composite(d); d.change(free1, "[667]", "[700]") }},
		{"a width that is not the program's, nor seen", "", func(d *document) {
			composite(d)
			d.change(free1, "[667]", "[700]")
			d.content("BT 3 Tr /F0 12 Tf <0024> Tj ET")
		}},
		{"a Type 1 font", "", withType1},
		{"a Type 1 font with another width", "6.2.11.5-1", func(d *document) { withType1(d); d.change(fontNum, "[600 500]", "[600 502]") }},
		{"a Type 1 font without a glyph", "6.2.11.7.2-1 6.2.11.8-1", func(d *document) { withType1(d); d.content("BT /F0 12 Tf (C) Tj ET") }},
		{"a Type 1 font in the compact format", "", func(d *document) { withCFF(d, false, "[600 500]") }},
		{"a Type 1 font in the compact format with another width", "6.2.11.5-1", func(d *document) { withCFF(d, false, "[602 500]") }},
		{"a composite font in the compact format", "", func(d *document) { withCFF(d, true, "[600 500]") }},
		{"a composite font in the compact format with another width", "6.2.11.5-1", func(d *document) { withCFF(d, true, "[600 498]") }},
		{"a composite font in the compact format without a glyph", "6.2.11.4.1-2 6.2.11.8-1", func(d *document) {
			withCFF(d, true, "[600 500]")
			d.content("BT /F0 12 Tf <0026> Tj ET")
		}},
		{"a font with an encoding of its own", "6.2.11.6-2", func(d *document) {
			d.change(fontNum, "/Encoding/WinAnsiEncoding", "/Encoding/MacExpertEncoding")
			d.content("BT /F0 12 Tf ( ) Tj ET")
		}},
		{"a font with a name of its own", "6.2.11.4.1-2 6.2.11.5-1 6.2.11.6-2 6.2.11.7.2-1", func(d *document) {
			d.change(fontNum, "/Encoding/WinAnsiEncoding", "/Encoding<</BaseEncoding/WinAnsiEncoding/Differences[72/mine]>>")
		}},
		{"a symbolic font with an encoding", "6.2.11.6-3 6.2.11.6-4", func(d *document) { flags(d, "/Encoding/WinAnsiEncoding") }},
		{"a symbolic font", "6.2.11.6-4", func(d *document) { flags(d, "") }},
		{"a font without any cmap", "6.2.11.6-1", func(d *document) {
			d.change(fontFileNum, "cmap", "xxxx")
		}},
		{"a code without meaning", "6.2.11.7.2-1", func(d *document) {
			composite(d)
			d.change(fontNum, fmt.Sprintf("/ToUnicode %d 0 R", free2), "")
		}},
		{"a code that means nothing", "6.2.11.7.2-2", func(d *document) {
			composite(d)
			d.stream(free2, "", "1 beginbfchar <0024> <0000> endbfchar")
		}},
		{"a code that means a byte order mark", "6.2.11.7.2-2", func(d *document) {
			composite(d)
			d.stream(free2, "", "1 beginbfrange <0020> <0030> [<0041> <0041> <0041> <0041> <0041FEFF>] endbfrange")
		}},
		{"a glyph for what has none", "6.2.11.8-1", func(d *document) {
			composite(d)
			d.content("BT 3 Tr /F0 12 Tf <0000> Tj ET")
		}},
		{"a font of procedures", "", type3("9 0 0 0 9 9 d1 0 0 9 9 re f")},
		{"a font of procedures of another width", "6.2.11.5-1", type3("5 0 d0 0 0 9 9 re f")},
		{"a font of procedures in CMYK", "6.2.4.3-3", type3("9 0 d0 0 0 0 1 k 0 0 9 9 re f")},
		{"a font of procedures in CMYK that does not count", "", type3("9 0 0 0 9 9 d1 0 0 0 1 k 0 0 9 9 re f")},
	}
}

// withType1 makes the font one of Type 1 with the glyphs A and B, 600 and 500 wide.
func withType1(d *document) {
	d.objects[fontNum] = "<</Type/Font/Subtype/Type1/BaseFont/Mine/FirstChar 65/LastChar 66/Widths[600 500]/FontDescriptor 9 0 R>>"
	d.change(descriptorNum, "/FontFile2", "/FontFile")
	glyph := func(width string) string { return encrypt("\x00\x00\x00\x00"+width+"\x0d\x0e", keyCharString) } // hsbw endchar
	entry := func(name, code string) string { return fmt.Sprintf("/%s %d RD %s ND\n", name, len(code), code) }
	private := "dup /Private 8 dict dup begin /lenIV 4 def /CharStrings 3 dict dup begin\n" +
		entry(".notdef", glyph("\x8b\x8b")) + entry("A", glyph("\x8b\xf8\xec")) + entry("B", glyph("\x8b\xf8\x88")) + "end end"
	clear := "%!PS-AdobeFont-1.0: Mine\n/FontMatrix [0.001 0 0 0.001 0 0] readonly def\n/Encoding 256 array\n" +
		"dup 65 /A put\ndup 66 /B put\nreadonly def\ncurrentfile eexec\n"
	d.stream(fontFileNum, "", clear+encrypt("\xff\xff\xff\xff"+private, keyEexec)+strings.Repeat("0", 512))
	d.content("BT /F0 12 Tf (AB) Tj ET")
}

// encrypt does what decrypt undoes.
func encrypt(plain string, key uint16) string {
	out := make([]byte, len(plain))
	for i := range len(plain) {
		out[i] = plain[i] ^ byte(key>>8)
		key = (uint16(out[i])+key)*52845 + 22719
	}
	return string(out)
}

// withCFF makes the font one with a program in the Compact Font Format, of Type 1 or composite.
func withCFF(d *document, cid bool, widths string) {
	subtype := "/Subtype/Type1C"
	if cid {
		composite(d)
		d.change(free1, "/Subtype/CIDFontType2", "/Subtype/CIDFontType0")
		d.change(free1, "/CIDToGIDMap/Identity", "")
		d.change(free1, "[667]", widths)
		d.content("BT /F0 12 Tf <00240025> Tj ET")
		subtype = "/Subtype/CIDFontType0C"
	} else {
		withType1(d)
		d.change(fontNum, "[600 500]", widths)
		d.change(fontNum, "/FontDescriptor", "/Encoding/WinAnsiEncoding/FontDescriptor")
	}
	d.objects[descriptorNum] = "<</Type/FontDescriptor/FontName/Mine/Flags 32/FontFile3 10 0 R>>"
	d.stream(fontFileNum, subtype, cffFont(cid))
}
