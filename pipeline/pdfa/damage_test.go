package pdfa

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// damage is a way to break rules of a document that conforms, and which ones break. None: it still conforms.
type damage struct {
	name   string
	broken string
	do     func(d *document)
}

func TestEveryRuleCanBeBroken(t *testing.T) {
	t.Parallel()
	cases := slices.Concat(structureDamage(), colourDamage(), graphicsDamage(), fontDamage(), annotationDamage(), metadataDamage(), partsDamage(t))
	seen := map[string]bool{}
	for _, c := range cases {
		for clause := range strings.FieldsSeq(c.broken) {
			seen[clause] = true
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDocument(t)
			c.do(d)
			if got := clauses(Validate(d.bytes(), Level2U)); got != c.broken {
				t.Errorf("broken: %q, want %q", got, c.broken)
			}
		})
	}
	for clause := range rules() {
		if _, why := untested()[clause]; !why && !seen[clause] {
			t.Errorf("no case breaks %s", clause)
		}
	}
}

// untested are the rules without a case here, and why.
func untested() map[string]string {
	return map[string]string{
		"6.1.13-7": "would need eight million objects",
		"read-2":   "see TestHostileFilesCostLittle",
	}
}

func structureDamage() []damage {
	return []damage{
		{"version 2.0", "6.1.2-1", func(d *document) { d.header = strings.Replace(d.header, "1.7", "2.0", 1) }},
		{"a space after the version", "6.1.2-1", func(d *document) { d.header = strings.Replace(d.header, "1.7", "1.7 ", 1) }},
		{"no binary comment", "6.1.2-2", func(d *document) { d.header = "%PDF-1.7\n%text\n" }},
		{"header ends with a carriage return", "", func(d *document) { d.header = strings.ReplaceAll(d.header, "\n", "\r") }},
		{"no identifier", "6.1.3-1", func(d *document) { d.trailer = "/Root 1 0 R" }},
		{"an empty identifier", "6.1.3-1", func(d *document) { d.trailer = "/Root 1 0 R/ID[()()]" }},
		{"encrypted", "6.1.3-2", func(d *document) { d.trailer += "/Encrypt<</Filter/Standard>>" }},
		{"data after the end", "6.1.3-3", func(d *document) { d.after = "x" }},
		{"two line ends after the end", "6.1.3-3", func(d *document) { d.after = "\n" }},
		{"an entry leads nowhere", "6.1.4-1", func(d *document) {
			d.objects[free1] = "<<>>"
			d.patch = replacing(fmt.Sprintf("%d 0 obj\n<<>>", free1), "99 0 obj\n<<>>")
		}},
		{"a space after xref", "6.1.4-2", func(d *document) { d.xref = "xref \n" }},
		{"an odd hexadecimal string", "6.1.6-1", func(d *document) { d.objects[free1] = "<abc>" }},
		{"an odd hexadecimal string in a content stream", "6.1.6-1", func(d *document) {
			d.content("BT /F0 12 Tf <41424> Tj ET")
		}},
		{"an odd hexadecimal string in the trailer", "6.1.6-1", func(d *document) {
			d.trailer = strings.Replace(d.trailer, "cdef>", "cde>", 1)
		}},
		{"a hexadecimal string with white space", "", func(d *document) { d.objects[free1] = "<ab\n cd>" }},
		{"a hexadecimal string with other digits", "6.1.6-2", func(d *document) { d.objects[free1] = "<abxd>" }},
		{"a stream too long", "6.1.7.1-1", func(d *document) { d.change(profileNum, "/Length 132", "/Length 130") }},
		{"a stream without a line end before endstream", "6.1.7.1-2", func(d *document) {
			d.objects[free1] = "<</Length 3>>\nstream\nabcendstream"
		}},
		{"a carriage return after stream", "6.1.7.1-2", func(d *document) { d.objects[free1] = "<</Length 3>>\nstream\rabc\nendstream" }},
		{"line ends of two bytes around a stream", "", func(d *document) {
			d.objects[free1] = "<</Length 3>>\nstream\r\nabc\r\nendstream"
		}},
		{"a stream outside the file", "6.1.7.1-3", func(d *document) { d.stream(free1, "/F(elsewhere)", "") }},
		{"LZW", "6.1.7.2-1", func(d *document) { d.stream(free1, "/Filter/LZWDecode", "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01") }},
		{"an unknown filter in a list", "6.1.7.2-1", func(d *document) { d.stream(free1, "/Filter[/FlateDecode/Foo]", "") }},
		{"Crypt with a name", "6.1.7.2-1", func(d *document) { d.stream(free1, "/Filter/Crypt/DecodeParms<</Name/Mine>>", "") }},
		{"Crypt that does nothing", "", func(d *document) { d.stream(free1, "/Filter/Crypt/DecodeParms<</Name/Identity>>", "") }},
		{"a structure type that is not UTF-8", "6.1.8-1", func(d *document) {
			d.enter(catalogNum, "/StructTreeRoot<</K[<</S/Document/K<</S/Caf#e9/K 0>>>>]>>")
		}},
		{"a font name that is not UTF-8", "6.1.8-1", func(d *document) { d.change(fontNum, "/BaseFont/GoRegular", "/BaseFont/Caf#e9") }},
		{"an unused colourant that is not UTF-8", "6.1.8-1", func(d *document) {
			d.resources("/ColorSpace<</C[/DeviceN[/Caf#e9]/DeviceRGB<<>>]>>")
		}},
		{"no line end after obj", "6.1.9-1", func(d *document) { d.patch = replacing("6 0 obj\n", "6 0 obj ") }},
		{"no line end before endobj", "6.1.9-1", func(d *document) { d.patch = replacing("]>>\nendobj", "]>> endobj") }},
		{"two spaces in the head of an object", "6.1.9-1", func(d *document) {
			d.objects[free1] = "   <<>>"
			d.patch = replacing(fmt.Sprintf("%d 0 obj\n   <<>>", free1), fmt.Sprintf("%d  0  obj\n <<>>", free1))
		}},
		{"an inline image with LZW", "6.1.10-1", func(d *document) { d.content("BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID xx EI") }},
		{"an inline image with an unknown filter among others", "6.1.10-1", func(d *document) {
			d.content("BI /W 1 /H 1 /BPC 8 /CS /G /F [/A85 /Crypt] ID xx EI")
		}},
		{"other permissions", "6.1.12-1", func(d *document) { d.enter(catalogNum, "/Perms<</UR<<>>>>") }},
		{"a digest beside DocMDP", "6.1.12-2", func(d *document) {
			d.enter(catalogNum, fmt.Sprintf("/Perms<</DocMDP %d 0 R>>", free1))
			d.objects[free1] = "<</Type/Sig/Reference[<</TransformMethod/DocMDP/DigestMethod/MD5>>]>>"
		}},
		{"an integer too great", "6.1.13-1", func(d *document) { d.objects[free1] = "[2147483648]" }},
		{"the smallest integer", "", func(d *document) { d.objects[free1] = "[-2147483648]" }},
		{"an integer too great in a content stream", "6.1.13-1", func(d *document) { d.content("2147483648 0 m n") }},
		{"a real too great", "6.1.13-2", func(d *document) { d.objects[free1] = "[" + strings.Repeat("9", 39) + ".0]" }},
		{"a string too long", "6.1.13-3", func(d *document) { d.objects[free1] = "(" + strings.Repeat("x", maxString+1) + ")" }},
		{"a string just short enough", "", func(d *document) { d.objects[free1] = "(" + strings.Repeat("\\170", maxString) + ")" }},
		{"a name too long", "6.1.13-4", func(d *document) { d.objects[free1] = "<</" + strings.Repeat("n", maxName+1) + " 1>>" }},
		{"a real too near to zero", "6.1.13-5", func(d *document) { d.objects[free1] = "[0." + strings.Repeat("0", 38) + "1]" }},
		{"a real much too near to zero", "6.1.13-5", func(d *document) { d.objects[free1] = "[0." + strings.Repeat("0", 400) + "1]" }},
		{"zero, at length", "", func(d *document) { d.objects[free1] = "[0." + strings.Repeat("0", 60) + "]" }},
		{"q nested too deep", "6.1.13-8", func(d *document) { d.content(strings.Repeat("q ", 29) + strings.Repeat("Q ", 29)) }},
		{"q nested as deep as allowed", "", func(d *document) { d.content(strings.Repeat("q ", 28) + strings.Repeat("Q ", 28)) }},
		{"a page too small", "6.1.13-11", func(d *document) { d.enter(pageNum, "/TrimBox[0 0 2 200]") }},
		{"a page too great, by inheritance", "6.1.13-11", func(d *document) { d.enter(pagesNum, "/CropBox[0 0 14401 200]") }},
		{"a page of negative height", "", func(d *document) { d.enter(pageNum, "/TrimBox[0 200 200 0]") }},
		{"no cross-reference", "read-1", func(d *document) { d.patch = replacing("startxref", "startnone") }},
		{"no PDF", "read-1 6.1.2-1 6.1.2-2 6.1.3-3", func(d *document) { d.patch = func([]byte) []byte { return []byte("Hello") } }},
	}
}

func annotationDamage() []damage {
	annotation := func(entries string) func(d *document) {
		return func(d *document) {
			d.enter(pageNum, fmt.Sprintf("/Annots[%d 0 R]", free1))
			d.objects[free1] = "<</Type/Annot/Rect[0 0 9 9]" + entries + ">>"
			d.stream(free2, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "0 0 9 9 re f")
		}
	}
	shown := fmt.Sprintf("/AP<</N %d 0 R>>", free2)
	action := func(body string) func(d *document) {
		return func(d *document) { d.enter(catalogNum, "/OpenAction<<"+body+">>") }
	}
	form := func(entries, field string) func(d *document) {
		return func(d *document) {
			d.enter(catalogNum, fmt.Sprintf("/AcroForm<<%s/Fields[%d 0 R]>>", entries, free3))
			d.objects[free3] = "<<" + field + ">>"
		}
	}
	return []damage{
		{"a square that is shown", "", annotation("/Subtype/Square/F 4" + shown)},
		{"a link without an appearance", "", annotation("/Subtype/Link/F 4")},
		{"a pop-up without flags", "", annotation("/Subtype/Popup")},
		{"a film", "6.3.1-1", annotation("/Subtype/Movie/F 4" + shown)},
		{"no flags", "6.3.2-1", annotation("/Subtype/Square" + shown)},
		{"hidden", "6.3.2-2", annotation("/Subtype/Square/F 6" + shown)},
		{"not printed", "6.3.2-2", annotation("/Subtype/Square/F 0" + shown)},
		{"hidden and shown by turns", "6.3.2-2", annotation("/Subtype/Square/F 260" + shown)},
		{"no appearance", "6.3.3-1", annotation("/Subtype/Square/F 4")},
		{"no appearance and no size", "", func(d *document) {
			annotation("/Subtype/Square/F 4")(d)
			d.change(free1, "[0 0 9 9]", "[9 9 9 9]")
		}},
		{"an appearance for the mouse", "6.3.3-2", annotation(fmt.Sprintf("/Subtype/Square/F 4/AP<</N %d 0 R/D %d 0 R>>", free2, free2))},
		{"a button with one appearance", "6.3.3-3", annotation("/Subtype/Widget/FT/Btn/F 4" + shown)},
		{"a button with states", "", annotation(fmt.Sprintf("/Subtype/Widget/FT/Btn/F 4/AP<</N<</On %d 0 R>>>>", free2))},
		{"a square with states", "6.3.3-4", annotation(fmt.Sprintf("/Subtype/Square/F 4/AP<</N<</On %d 0 R>>>>", free2))},
		{"a widget that does something", "6.4.1-1", annotation("/Subtype/Widget/FT/Tx/F 4/A<</S/GoTo>>" + shown)},
		{"a field that does something", "6.4.1-2", form("", "/T(a)/FT/Tx/AA<</K<</S/GoTo>>>>")},
		{"appearances left to the reader", "6.4.1-3", form("/NeedAppearances true", "/T(a)/FT/Tx")},
		{"appearances not left to the reader", "", form("/NeedAppearances false", "/T(a)/FT/Tx")},
		{"XFA", "6.4.2-1", form("/XFA[]", "/T(a)/FT/Tx")},
		{"to be rendered", "6.4.2-2", func(d *document) { d.enter(catalogNum, "/NeedsRendering true") }},
		{"a signature over a part of the file", "6.4.3-1", signed(signedData(1, 1), func(gap int) int { return gap - 1 })},
		{"a signature over the file", "", signed(signedData(1, 1), nil)},
		{"a signature without certificate", "6.4.3-2", signed(signedData(0, 1), nil)},
		{"a signature that is none", "6.4.3-2", signed("hello", nil)},
		{"a signature of two", "6.4.3-3", signed(signedData(2, 2), nil)},
		{"turning pages", "", action("/S/Named/N/NextPage")},
		{"a script", "6.5.1-1", action("/S/JavaScript/JS(1)")},
		{"a script by name", "6.5.1-1", func(d *document) {
			d.enter(catalogNum, "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>")
		}},
		{"a program after a jump", "6.5.1-1", action("/S/GoTo/Next[<</S/GoTo>><</S/Launch>>]")},
		{"an outline that hides something", "6.5.1-1", func(d *document) {
			d.enter(catalogNum, fmt.Sprintf("/Outlines<</First %d 0 R>>", free1))
			d.objects[free1] = fmt.Sprintf("<</Title(a)/Next %d 0 R>>", free2)
			d.objects[free2] = fmt.Sprintf("<</Title(b)/Next %d 0 R/A<</S/Hide>>>>", free1)
		}},
		{"printing by name", "6.5.1-2", action("/S/Named/N/Print")},
		{"additional actions of the document", "6.5.2-1", func(d *document) { d.enter(catalogNum, "/AA<</WC<</S/GoTo>>>>") }},
		{"additional actions of a page", "6.5.2-2", func(d *document) { d.enter(pageNum, "/AA<</O<</S/GoTo>>>>") }},
	}
}

func partsDamage(t *testing.T) []damage {
	embed := func(data []byte, entries string) func(d *document) {
		return func(d *document) {
			d.enter(catalogNum, fmt.Sprintf("/Names<</EmbeddedFiles<</Names[(a) %d 0 R]>>>>", free1))
			d.objects[free1] = fmt.Sprintf("<</Type/Filespec%s/EF<</F %d 0 R>>>>", entries, free2)
			d.stream(free2, "/Type/EmbeddedFile", string(data))
		}
	}
	whole := newDocument(t).bytes()
	script := newDocument(t)
	script.enter(catalogNum, "/OpenAction<</S/JavaScript/JS(1)>>")
	part1, part3 := newDocument(t), newDocument(t)
	part1.change(metadataNum, `part="2" pdfaid:conformance="U"`, `part="1" pdfaid:conformance="B"`)
	part3.change(metadataNum, `part="2"`, `part="3"`)
	clear := newDocument(t)
	clear.change(metadataNum, `part="2" pdfaid:conformance="U"`, `part="1" pdfaid:conformance="B"`)
	clear.enter(catalogNum, "/OCProperties<</OCGs[]/D<</Name(a)>>>>")
	layers := func(config string) func(d *document) {
		return func(d *document) {
			d.enter(catalogNum, fmt.Sprintf("/OCProperties<</OCGs[%d 0 R %d 0 R]%s>>", free1, free2, config))
			d.objects[free1] = "<</Type/OCG/Name(a)>>"
			d.objects[free2] = "<</Type/OCG/Name(b)>>"
		}
	}
	both := fmt.Sprintf("/Order[%d 0 R[(x)[%d 0 R]]]", free1, free2)
	return []damage{
		{"PDF/A-2 within", "", embed(whole, "/F(a)/UF(a)")},
		{"PDF/A-1 within", "", embed(part1.bytes(), "/F(a)/UF(a)")},
		{"PDF/A-1 with layers within", "6.8-5", embed(clear.bytes(), "/F(a)/UF(a)")},
		{"PDF/A-3 within", "6.8-5", embed(part3.bytes(), "/F(a)/UF(a)")},
		{"PDF/A-2 with a script within", "6.8-5", embed(script.bytes(), "/F(a)/UF(a)")},
		{"text within", "6.8-5", embed([]byte("Hello"), "/F(a)/UF(a)")},
		{"PDF/A-2 within, without a name in Unicode", "6.8-2", embed(whole, "/F(a)")},
		{"layers", "", layers("/D<</Name(a)" + both + ">>/Configs[<</Name(b)>>]")},
		{"layers without a name", "6.9-1", layers("/D<<" + both + ">>")},
		{"layers with the same name", "6.9-2", layers("/D<</Name(a)>>/Configs[<</Name(a)>>]")},
		{"layers not in order", "6.9-3", layers(fmt.Sprintf("/D<</Name(a)/Order[%d 0 R]>>", free1))},
		{"layers that change by themselves", "6.9-4", layers("/D<</Name(a)/AS[<</Event/View>>]>>")},
		{"alternate presentations", "6.10-1", func(d *document) { d.enter(catalogNum, "/Names<</AlternatePresentations<<>>>>") }},
		{"presentation steps", "6.10-2", func(d *document) { d.enter(pageNum, "/PresSteps<<>>") }},
		{"requirements", "6.11-1", func(d *document) { d.enter(catalogNum, "/Requirements[<</S/EnableJavaScripts>>]") }},
	}
}

func metadataDamage() []damage {
	describe := func(text string) func(d *document) {
		return func(d *document) { d.metadata(`<rdf:Description rdf:about="" ` + text + `</rdf:Description>`) }
	}
	const (
		dc     = `xmlns:dc="http://purl.org/dc/elements/1.1/">`
		exif   = `xmlns:exif="http://ns.adobe.com/exif/1.0/">`
		mine   = `xmlns:my="http://example.org/my/">`
		spaces = `xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" ` +
			`xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" xmlns:pdfaType="http://www.aiim.org/pdfa/ns/type#" ` +
			`xmlns:pdfaField="http://www.aiim.org/pdfa/ns/field#" ` + mine
		resource  = ` rdf:parseType="Resource">`
		extension = spaces + `<my:point` + resource + `<my:x>1</my:x></my:point><my:count>2</my:count>` +
			`<pdfaExtension:schemas><rdf:Bag><rdf:li` + resource +
			`<pdfaSchema:schema>Mine</pdfaSchema:schema><pdfaSchema:namespaceURI>http://example.org/my/</pdfaSchema:namespaceURI>` +
			`<pdfaSchema:prefix>my</pdfaSchema:prefix>` +
			`<pdfaSchema:property><rdf:Seq>` +
			`<rdf:li` + resource + `<pdfaProperty:name>point</pdfaProperty:name><pdfaProperty:valueType>Point</pdfaProperty:valueType>` +
			`<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>where</pdfaProperty:description></rdf:li>` +
			`<rdf:li` + resource + `<pdfaProperty:name>count</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>` +
			`<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>how many</pdfaProperty:description></rdf:li>` +
			`</rdf:Seq></pdfaSchema:property>` +
			`<pdfaSchema:valueType><rdf:Seq><rdf:li` + resource + `<pdfaType:type>Point</pdfaType:type>` +
			`<pdfaType:namespaceURI>http://example.org/my/</pdfaType:namespaceURI><pdfaType:prefix>my</pdfaType:prefix>` +
			`<pdfaType:description>a point</pdfaType:description><pdfaType:field><rdf:Seq><rdf:li` + resource +
			`<pdfaField:name>x</pdfaField:name><pdfaField:valueType>Real</pdfaField:valueType><pdfaField:description>x</pdfaField:description>` +
			`</rdf:li></rdf:Seq></pdfaType:field></rdf:li></rdf:Seq></pdfaSchema:valueType>` +
			`</rdf:li></rdf:Bag></pdfaExtension:schemas>`
	)
	change := func(old, with string) func(d *document) {
		if !strings.Contains(extension, old) {
			panic(old)
		}
		return describe(strings.Replace(extension, old, with, 1))
	}
	without := func(element string) func(d *document) {
		from := strings.Index(extension, "<"+element+">")
		end := "</" + element + ">"
		to := strings.Index(extension[from:], end) + from + len(end)
		return describe(extension[:from] + extension[to:])
	}
	claim := func(old, with string) func(d *document) {
		return func(d *document) {
			packet := `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>` + xmpHead + `</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
			if !strings.Contains(packet, old) {
				panic(old)
			}
			d.packet(strings.ReplaceAll(packet, old, with))
		}
	}
	return []damage{
		{"no metadata", "6.6.2.1-1", func(d *document) { d.change(catalogNum, "/Metadata 3 0 R", "") }},
		{"metadata of no type", "6.6.2.1-1", func(d *document) { d.change(metadataNum, "/Type/Metadata", "") }},
		{"the attribute bytes", "6.6.2.1-2", claim(`begin=""`, `begin="" bytes="99"`)},
		{"the attribute encoding", "6.6.2.1-3", claim(`begin=""`, `begin="" encoding="UTF-8"`)},
		{"XML that does not end", "6.6.2.1-4 6.6.4-1", claim(`</x:xmpmeta>`, ``)},
		{"text around the metadata", "6.6.2.1-4 6.6.4-1", claim(`<x:xmpmeta `, `and <x:xmpmeta `)},
		{"a declaration in the middle", "6.6.2.1-4 6.6.4-1", claim(`<x:xmpmeta `, `<?xml version="1.0"?><x:xmpmeta `)},
		{"a declaration at the beginning", "", claim(`<?xpacket begin`, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<?xpacket begin`)},
		{"a prefix that is not declared", "6.6.2.1-4 6.6.4-1", claim(`rdf:about=""`, `rdf:about="" my:x="1"`)},
		{"descriptions of different things", "6.6.2.1-4 6.6.4-1", func(d *document) {
			d.metadata(`<rdf:Description rdf:about="a"/><rdf:Description rdf:about="b"/>`)
		}},
		{"metadata in Latin-1", "6.6.2.1-4 6.6.2.1-5 6.6.4-1", describe(dc + "<dc:source>caf\xe9</dc:source>")},
		{"metadata in UTF-16", "6.6.2.1-5", func(d *document) {
			var wide strings.Builder
			wide.WriteString("\xfe\xff")
			for _, r := range xmpHead + `</rdf:RDF></x:xmpmeta>` {
				wide.WriteString("\x00" + string(r))
			}
			d.packet(wide.String())
		}},
		{"a title", "", describe(dc + `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A</rdf:li></rdf:Alt></dc:title>`)},
		{"a title that is no alternative", "6.6.2.3.1-2", describe(dc + `<dc:title>A</dc:title>`)},
		{"authors in a bag", "6.6.2.3.1-2", describe(dc + `<dc:creator><rdf:Bag><rdf:li>A</rdf:li></rdf:Bag></dc:creator>`)},
		{"a day that is none", "6.6.2.3.1-2", describe(dc + `<dc:date><rdf:Seq><rdf:li>yesterday</rdf:li></rdf:Seq></dc:date>`)},
		{"a flash", "", describe(exif + `<exif:Flash` + resource + `<exif:Fired>True</exif:Fired></exif:Flash>`)},
		{"a flash that is yes", "6.6.2.3.1-2", describe(exif + `<exif:Flash` + resource + `<exif:Fired>yes</exif:Fired></exif:Flash>`)},
		{"a property of no schema", "6.6.2.3.1-1", describe(mine + `<my:count>1</my:count>`)},
		{"an unknown property of a schema", "6.6.2.3.1-1", describe(dc + `<dc:colour>red</dc:colour>`)},
		{"a property of no schema in another packet", "6.6.2.3.1-1", func(d *document) {
			d.enter(pageNum, fmt.Sprintf("/Metadata %d 0 R", free1))
			d.stream(free1, "/Type/Metadata/Subtype/XML", strings.Replace(xmpHead, `pdfaid:part="2"`, `pdfaid:colour="2"`, 1)+`</rdf:RDF></x:xmpmeta>`)
		}},
		{"an extension", "", describe(extension)},
		{"an extension, its value no number", "6.6.2.3.1-2", change("<my:count>2<", "<my:count>two<")},
		{"an extension, a structure of another", "6.6.2.3.1-2", change("<my:x>1</my:x>", "<my:y>1</my:y>")},
		{"an extension with more fields", "6.6.2.3.2-1", change("<pdfaSchema:prefix>", "<pdfaSchema:colour>red</pdfaSchema:colour><pdfaSchema:prefix>")},
		{"extensions in order", "6.6.2.3.3-1", describe(strings.Replace(strings.Replace(extension, "<rdf:Bag>", "<rdf:Seq>", 1), "</rdf:Bag>", "</rdf:Seq>", 1))},
		{"an extension without description", "6.6.2.3.3-2", without("pdfaSchema:schema")},
		{"an extension without namespace", "6.6.2.3.1-1 6.6.2.3.3-3 6.6.2.3.3-8", without("pdfaSchema:namespaceURI")},
		{"an extension without prefix", "6.6.2.3.3-4", without("pdfaSchema:prefix")},
		{"an extension, its properties no list", "6.6.2.3.1-1 6.6.2.3.3-5", func(d *document) {
			from, end := strings.Index(extension, "<pdfaSchema:property>"), "</pdfaSchema:property>"
			to := strings.Index(extension, end) + len(end)
			text := extension[:from] + "<pdfaSchema:property>none</pdfaSchema:property>" + extension[to:]
			describe(strings.Replace(text, "<pdfaField:valueType>Real<", "<pdfaField:valueType>Text<", 1))(d)
			d.change(metadataNum, "", "")
		}},
		{"an extension, its types no list", "6.6.2.3.1-1 6.6.2.3.3-6 6.6.2.3.3-8", func(d *document) {
			from, end := strings.Index(extension, "<pdfaSchema:valueType>"), "</pdfaSchema:valueType>"
			to := strings.Index(extension, end) + len(end)
			describe(extension[:from] + "<pdfaSchema:valueType>none</pdfaSchema:valueType>" + extension[to:])(d)
		}},
		{"a property without name", "6.6.2.3.1-1 6.6.2.3.3-7", without("pdfaProperty:name")},
		{"a property of an unknown type", "6.6.2.3.1-1 6.6.2.3.3-8", change("<pdfaProperty:valueType>Integer<", "<pdfaProperty:valueType>Number<")},
		{"a property of a category that is none", "6.6.2.3.3-9", change("<pdfaProperty:category>internal<", "<pdfaProperty:category>secret<")},
		{"a property without description", "6.6.2.3.3-10", without("pdfaProperty:description")},
		{"a type without name", "6.6.2.3.1-1 6.6.2.3.3-8 6.6.2.3.3-11", without("pdfaType:type")},
		{"a type without namespace", "6.6.2.3.1-1 6.6.2.3.3-8 6.6.2.3.3-12", without("pdfaType:namespaceURI")},
		{"a type without prefix", "6.6.2.3.3-13", without("pdfaType:prefix")},
		{"a type without description", "6.6.2.3.3-14", without("pdfaType:description")},
		{"a type with fields in a bag", "6.6.2.3.3-15", func(d *document) {
			at := strings.Index(extension, "<pdfaType:field>")
			text := strings.Replace(strings.Replace(extension[at:], "<rdf:Seq>", "<rdf:Bag>", 1), "</rdf:Seq>", "</rdf:Bag>", 1)
			describe(extension[:at] + text)(d)
		}},
		{"a field without name", "6.6.2.3.1-2 6.6.2.3.3-16", without("pdfaField:name")},
		{"a field of an unknown type", "6.6.2.3.1-2 6.6.2.3.3-17", change("<pdfaField:valueType>Real<", "<pdfaField:valueType>Number<")},
		{"a field without description", "6.6.2.3.3-18", without("pdfaField:description")},
		{"no claim", "6.6.4-1", claim(` pdfaid:part="2" pdfaid:conformance="U"`, "")},
		{"part 3", "6.6.4-2", claim(`part="2"`, `part="3"`)},
		{"level B where U is asked", "6.6.4-3", claim(`conformance="U"`, `conformance="B"`)},
		{"another prefix for the claim", "6.6.4-4 6.6.4-5", claim("pdfaid", "id")},
		{"another prefix for amendment and corrigendum", "6.6.4-6 6.6.4-7", describe(`xmlns:id="http://www.aiim.org/pdfa/ns/id/"><id:amd>1</id:amd><id:corr>1</id:corr>`)},
	}
}

// der makes an element of ASN.1.
func der(tag byte, content ...string) string {
	body := strings.Join(content, "")
	return string([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}) + body
}

// signedData makes the frame of a PKCS #7 object with so many certificates and signers, all empty.
func signedData(certificates, signers int) string {
	list := ""
	if certificates > 0 {
		list = der(tagContent, strings.Repeat(der(tagSequence), certificates))
	}
	data := der(tagSequence, der(tagInteger, "\x01"), der(tagSet), der(tagSequence), list, der(tagSet, strings.Repeat(der(tagSequence), signers)))
	return der(tagSequence, der(tagOID, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"), der(tagContent, data))
}

// signed adds a signature field whose byte range leaves out the signature, or begins elsewhere as end says.
func signed(object string, end func(gap int) int) func(d *document) {
	return func(d *document) {
		d.enter(catalogNum, fmt.Sprintf("/AcroForm<</Fields[%d 0 R]>>", free1))
		d.objects[free1] = fmt.Sprintf("<</T(a)/FT/Sig/V %d 0 R>>", free2)
		const room = "[0000000000 0000000000 0000000000 0000000000]"
		contents := fmt.Sprintf("<%x0000>", object) // with filling
		d.objects[free2] = "<</Type/Sig/ByteRange" + room + "/Contents" + contents + ">>"
		d.patch = func(data []byte) []byte {
			gap := bytes.Index(data, []byte(contents))
			from := gap + len(contents)
			if end != nil {
				gap = end(gap)
			}
			r := fmt.Sprintf("[%010d %010d %010d %010d]", 0, gap, from, len(data)-from)
			return bytes.Replace(data, []byte(room), []byte(r), 1)
		}
	}
}

func TestRulesAreSentences(t *testing.T) {
	t.Parallel()
	for _, clause := range slices.Sorted(maps.Keys(rules())) {
		if what := rules()[clause]; what == "" || strings.HasSuffix(what, ".") || strings.ToLower(what[:1]) != what[:1] && !strings.HasPrefix(what, "JPEG") && !strings.HasPrefix(what, "Device") && !strings.HasPrefix(what, "Separation") {
			t.Errorf("%s: %q", clause, what)
		}
	}
}
