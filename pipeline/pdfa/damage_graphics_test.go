package pdfa

import (
	"fmt"
	"strings"
)

func colourDamage() []damage {
	noIntent := func(d *document) { d.change(catalogNum, "/OutputIntents[4 0 R]", "") }
	uses := func(space, operators string) func(d *document) {
		return func(d *document) {
			d.resources("/ColorSpace<</C " + space + ">>")
			d.content(operators)
		}
	}
	tint := "<</FunctionType 2/Domain[0 1]/N 1/C0[0 0 0]/C1[1 1 1]>>"
	spot := "[/Separation/Spot/DeviceRGB" + tint + "]"
	devices := func(names, attributes string) string {
		return "[/DeviceN[" + names + "]/DeviceRGB<</FunctionType 4/Domain[0 1]/Range[0 1]>>" + attributes + "]"
	}
	cmyk := func(d *document) {
		d.resources(fmt.Sprintf("/ColorSpace<</C[/ICCBased %d 0 R]>>/ExtGState<</G<</op true/OPM 1>>>>", free1))
		d.stream(free1, "/N 4", iccHeader("prtr", "CMYK", 4))
	}
	return []damage{
		{"an intent for scanners", "6.2.3-1", func(d *document) { d.stream(profileNum, "/N 3", iccHeader("scnr", "RGB ", 2)) }},
		{"an intent of version 5", "6.2.3-1", func(d *document) { d.stream(profileNum, "/N 3", iccHeader("mntr", "RGB ", 5)) }},
		{"an intent in Lab", "6.2.3-1 6.2.4.3-2", func(d *document) { d.stream(profileNum, "/N 3", iccHeader("mntr", "Lab ", 2)) }},
		{"two intents with different profiles", "6.2.3-2", func(d *document) {
			d.change(catalogNum, "[4 0 R]", fmt.Sprintf("[4 0 R %d 0 R]", free1))
			d.objects[free1] = fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFX/DestOutputProfile %d 0 R>>", free2)
			d.stream(free2, "/N 3", iccHeader("mntr", "RGB ", 2))
		}},
		{"two intents with one profile", "", func(d *document) {
			d.change(catalogNum, "[4 0 R]", fmt.Sprintf("[4 0 R %d 0 R]", free1))
			d.objects[free1] = "<</Type/OutputIntent/S/GTS_PDFX/DestOutputProfile 5 0 R>>"
		}},
		{"an intent outside the file", "6.2.3-3", func(d *document) {
			d.change(catalogNum, "[4 0 R]", fmt.Sprintf("[4 0 R %d 0 R]", free1))
			d.objects[free1] = "<</Type/OutputIntent/S/GTS_PDFX/DestOutputProfileRef<<>>>>"
		}},
		{"a colour space without a sound profile", "6.2.4.2-1", func(d *document) {
			uses(fmt.Sprintf("[/ICCBased %d 0 R]", free1), "/C cs 1 1 1 sc 0 0 9 9 re f")(d)
			d.stream(free1, "/N 3", iccHeader("link", "RGB ", 2))
		}},
		{"overprint of CMYK by profile", "6.2.4.2-2", func(d *document) { cmyk(d); d.content("/G gs /C cs 0 0 0 1 sc 0 0 9 9 re f") }},
		{"stroke without overprint of CMYK by profile", "", func(d *document) { cmyk(d); d.content("/G gs /C CS 0 0 0 1 SC 0 0 9 9 re S") }},
		{"RGB without intent", "6.2.4.3-2 6.2.4.3-4", noIntent},
		{"RGB by a default space, without intent", "", func(d *document) {
			noIntent(d)
			d.resources("/ColorSpace<</DefaultRGB[/ICCBased 5 0 R]/DefaultGray[/CalGray<</WhitePoint[1 1 1]>>]>>")
		}},
		{"CMYK with an RGB intent", "6.2.4.3-3", func(d *document) { d.content("0 0 0 1 k 0 0 9 9 re f") }},
		{"CMYK set and not painted with", "6.2.4.3-3", func(d *document) { d.content("0 0 0 1 K") }},
		{"a spot colour over CMYK", "6.2.4.3-3", uses("[/Separation/Spot/DeviceCMYK"+tint+"]", "/C cs 1 scn 0 0 9 9 re f")},
		{"an indexed CMYK image", "6.2.4.3-3", func(d *document) {
			d.resources(fmt.Sprintf("/XObject<</X %d 0 R>>", free1))
			d.stream(free1, "/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace[/Indexed/DeviceCMYK 0 <00000000>]", "x")
			d.content("/X Do")
		}},
		{"a CMYK shading", "6.2.4.3-3", func(d *document) {
			d.resources("/Shading<</S<</ShadingType 2/ColorSpace/DeviceCMYK>>>>")
			d.content("/S sh")
		}},
		{"grey text in an invisible mode", "", func(d *document) {
			d.change(intentNum, "/S/GTS_PDFA1", "/S/GTS_PDFX")
			d.content("BT 3 Tr /F0 12 Tf (Hello) Tj ET")
		}},
		{"a spot colour", "", uses(spot, "/C cs 1 scn 0 0 9 9 re f")},
		{"DeviceN without colourants", "6.2.4.4-1", uses(devices("/Spot/Black", ""), "/C cs 1 1 scn 0 0 9 9 re f")},
		{"DeviceN with colourants", "", uses(devices("/Spot/Black", "<</Colorants<</Spot"+spot+">>>>"), "/C cs 1 1 scn 0 0 9 9 re f")},
		{"DeviceN of too many colourants", "6.1.13-9", uses(devices(strings.Repeat("/None", 33), ""), "/C cs")},
		{"spot colours that differ", "6.2.4.4-2", func(d *document) {
			other := strings.Replace(spot, "/C1[1 1 1]", "/C1[1 1 0]", 1)
			d.resources("/ColorSpace<</C " + spot + "/D " + other + ">>")
			d.content("/C cs 1 scn 0 0 9 9 re f /D cs 1 scn 0 0 9 9 re f")
		}},
		{"spot colours that are the same at other places", "", func(d *document) {
			d.objects[free1] = tint
			other := fmt.Sprintf("[/Separation/Spot/DeviceRGB %d 0 R]", free1)
			d.resources("/ColorSpace<</C " + spot + "/D " + other + ">>")
			d.content("/C cs 1 scn 0 0 9 9 re f /D cs 1 scn 0 0 9 9 re f")
		}},
		{"a spot colour that is not UTF-8", "6.1.8-1", uses(strings.Replace(spot, "/Spot", "/Caf#e9", 1), "/C cs")},
	}
}

func graphicsDamage() []damage {
	state := func(entries string) func(d *document) {
		return func(d *document) {
			d.resources("/ExtGState<</G<<" + entries + ">>>>")
			d.content("/G gs 0 0 9 9 re f")
		}
	}
	image := func(entries, data string) func(d *document) {
		return func(d *document) {
			d.resources(fmt.Sprintf("/XObject<</X %d 0 R>>", free1))
			d.stream(free1, "/Type/XObject/Subtype/Image/Width 1/Height 1"+entries, data)
			d.content("/X Do")
		}
	}
	form := func(entries, data string) func(d *document) {
		return func(d *document) {
			d.resources(fmt.Sprintf("/XObject<</X %d 0 R>>", free1))
			d.stream(free1, "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"+entries, data)
			d.content("/X Do")
		}
	}
	grey := "/BitsPerComponent 8/ColorSpace/DeviceGray"
	noIntent := func(do func(d *document)) func(d *document) {
		return func(d *document) {
			do(d)
			d.change(catalogNum, "/OutputIntents[4 0 R]", "")
			d.resources("/ColorSpace<</DefaultGray[/CalGray<</WhitePoint[1 1 1]>>]>>")
		}
	}
	jpx := func(channels, depth byte, boxes string) string {
		head := "\x00\x00\x00\x16ihdr\x00\x00\x00\x01\x00\x00\x00\x01\x00" + string([]byte{channels, depth}) + "\x07\x00\x00"
		return "\x00\x00\x00\x0cjP  \r\n\x87\n" + box("jp2h", head+boxes)
	}
	const rgb = "\x01\x00\x01\x00\x00\x00\x10"
	return []damage{
		{"an unknown operator", "6.2.2-1", func(d *document) { d.content("frob") }},
		{"an unknown operator in a form", "6.2.2-1", form("/Resources<<>>", "BX frob EX")},
		{"an unknown operator in a pattern", "6.2.2-1", func(d *document) {
			d.resources(fmt.Sprintf("/Pattern<</P %d 0 R>>", free1))
			d.stream(free1, "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1/Resources<<>>", "frob")
			d.content("/Pattern cs /P scn 0 0 9 9 re f")
		}},
		{"a page that inherits its resources", "6.2.2-2", func(d *document) {
			d.change(pageNum, "/Resources<</Font<</F0 8 0 R>>>>", "")
			d.enter(pagesNum, "/Resources<</Font<</F0 8 0 R>>>>")
		}},
		{"a form that uses the page's resources", "6.2.2-2", form("", "BT /F0 12 Tf (a) Tj ET")},
		{"a form that needs no resources", "", form("", "0 0 9 9 re f")},
		{"a form that contains itself", "", form(fmt.Sprintf("/Resources<</XObject<</X %d 0 R>>>>", free1), "/X Do")},
		{"a transfer function", "6.2.5-1", state("/TR/Identity")},
		{"another transfer function", "6.2.5-2", state("/TR2/Identity")},
		{"the default transfer function", "", state("/TR2/Default")},
		{"a halftone origin", "6.2.5-3", state("/HTP[0 0]")},
		{"a halftone of type 6", "6.2.5-4", state("/HT<</HalftoneType 6>>")},
		{"a halftone with a name", "6.2.5-5", state("/HT<</HalftoneType 1/HalftoneName(a)>>")},
		{"a halftone with a transfer function", "6.2.5-6", state("/HT<</HalftoneType 1/TransferFunction/Identity>>")},
		{"a halftone of a spot colour without one", "6.2.5-6", state("/HT<</HalftoneType 5/Spot<</HalftoneType 1>>>>")},
		{"a rendering intent that is none", "6.2.6-1", func(d *document) { d.content("/Nice ri") }},
		{"a rendering intent that is none, of an image", "6.2.6-1", image(grey+"/Intent/Nice", "x")},
		{"a rendering intent that is none, of a state", "6.2.6-1", state("/RI/Nice")},
		{"alternates", "6.2.8-1", image(grey+"/Alternates[]", "x")},
		{"an image with OPI", "6.2.8-2", image(grey+"/OPI<<>>", "x")},
		{"an interpolated image", "6.2.8-3", image(grey+"/Interpolate true", "x")},
		{"an interpolated mask of an image", "6.2.8-3", func(d *document) {
			image(grey+fmt.Sprintf("/SMask %d 0 R", free2), "x")(d)
			d.stream(free2, "/Subtype/Image/Width 1/Height 1/Interpolate true"+grey, "x")
		}},
		{"an interpolated inline image", "6.2.8-3", func(d *document) { d.content("BI /W 1 /H 1 /BPC 8 /CS /G /I true ID x EI") }},
		{"an image of three bits", "6.2.8-4", image("/BitsPerComponent 3/ColorSpace/DeviceGray", "x")},
		{"a mask of eight bits", "6.2.8-5", image("/BitsPerComponent 8/ImageMask true", "x")},
		{"an inline image with EI in it", "", func(d *document) { d.content("BI /W 4 /H 1 /BPC 8 /CS /G ID \nEI\xff EI 0 0 9 9 re f") }},
		{"JPEG 2000 of three colours", "", image("/Filter/JPXDecode", jpx(3, 7, box("colr", rgb)))},
		{"JPEG 2000 of two colours", "6.2.8.3-1", image("/Filter/JPXDecode", jpx(2, 7, box("colr", rgb)))},
		{"JPEG 2000 of grey and opacity", "", image("/Filter/JPXDecode", jpx(2, 7, box("colr", rgb)+
			box("cdef", "\x00\x02\x00\x00\x00\x00\x00\x01\x00\x01\x00\x01\x00\x00")))},
		{"JPEG 2000 with two specifications", "6.2.8.3-2", image("/Filter/JPXDecode", jpx(3, 7, box("colr", rgb)+box("colr", rgb)))},
		{"JPEG 2000 with two specifications beside a colour space", "", image("/Filter/JPXDecode/ColorSpace/DeviceRGB", jpx(3, 7, box("colr", rgb)+box("colr", rgb)))},
		{"JPEG 2000 of method 4", "6.2.8.3-3", image("/Filter/JPXDecode", jpx(3, 7, box("colr", "\x04\x00\x01")))},
		{"JPEG 2000 in CIEJab", "6.2.8.3-4", image("/Filter/JPXDecode", jpx(3, 7, box("colr", "\x01\x00\x01\x00\x00\x00\x13")))},
		{"JPEG 2000 in CMYK", "6.2.4.3-3", image("/Filter/JPXDecode", jpx(4, 7, box("colr", "\x01\x00\x01\x00\x00\x00\x0c")))},
		{"JPEG 2000 of different depths", "6.2.8.3-5", image("/Filter/JPXDecode", jpx(3, 255, box("colr", rgb)))},
		{"a form with OPI", "6.2.9-1", form("/OPI<<>>", "")},
		{"a form with PostScript", "6.2.9-1", form("/Subtype2/PS", "")},
		{"a reference", "6.2.9-2", form("/Ref<<>>", "")},
		{"PostScript", "6.2.9-3", func(d *document) {
			form("", "")(d)
			d.change(free1, "/Subtype/Form", "/Subtype/PS")
		}},
		{"a blend mode that is none", "6.2.10-1", state("/BM/Nice")},
		{"transparency without intent", "6.2.10-2", noIntent(state("/ca 0.5"))},
		{"opacity without intent", "", noIntent(state("/ca 1/BM/Normal/SMask/None"))},
		{"a transparency group without intent", "6.2.10-2", noIntent(form("/Resources<<>>/Group<</S/Transparency>>", ""))},
		{"transparency without intent, with a colour space to blend in", "", noIntent(func(d *document) {
			state("/ca 0.5")(d)
			d.enter(pageNum, "/Group<</S/Transparency/CS[/ICCBased 5 0 R]>>")
		})},
		{"blending in CMYK", "6.2.4.3-3", func(d *document) { d.enter(pageNum, "/Group<</S/Transparency/CS/DeviceCMYK>>") }},
	}
}

// box makes a box of a JPEG 2000 file.
func box(kind, body string) string {
	n := len(body) + 8
	return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + kind + body
}
