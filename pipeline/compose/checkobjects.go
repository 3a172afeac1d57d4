package compose

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// forbiddenActions are those that PDF/A-2 forbids.
var forbiddenActions = []string{
	"Launch", "Sound", "Movie", "ResetForm", "ImportData", "Hide", "SetOCGState", "Rendition", "Trans", "GoTo3DView", "JavaScript", "SetState", "NOP", "NoOp",
}

// catalog checks metadata and output intents.
func (c *checker) catalog() {
	root, err := c.ctx.Catalog()
	if err != nil {
		c.breaks("read", "there is no catalogue")
		return
	}
	if _, found := root.Find("OpenAction"); found {
		c.action(root["OpenAction"])
	}
	if _, found := root.Find("AA"); found {
		c.breaks("6.5.2-1", "the catalogue has additional actions")
	}
	c.metadata(root)
	c.intents(root)
}

func (c *checker) action(o types.Object) {
	d, err := c.ctx.DereferenceDict(o)
	if err != nil || d == nil {
		return
	}
	s, n := d.NameEntry("S"), d.NameEntry("N")
	named := []string{"NextPage", "PrevPage", "FirstPage", "LastPage"}
	if s != nil && (slices.Contains(forbiddenActions, *s) || *s == "Named" && (n == nil || !slices.Contains(named, *n))) {
		c.breaks("6.5.1-1", "there is a forbidden action")
	}
}

func (c *checker) metadata(root types.Dict) {
	o, found := root.Find("Metadata")
	stream, _, err := c.ctx.DereferenceStreamDict(o)
	if !found || err != nil || stream == nil {
		c.breaks("6.6.2.1-1", "the catalogue has no metadata")
		return
	}
	if _, filtered := stream.Find("Filter"); filtered {
		c.breaks("6.6.2.1-2", "the metadata are compressed")
	}
	if err := stream.Decode(); err != nil {
		c.breaks("6.6.2.1-1", "the metadata cannot be decoded")
		return
	}
	id, err := identification(stream.Content)
	switch {
	case err != nil:
		c.breaks("6.6.2.1-3", "the metadata are no XML")
	case !bytes.Contains(stream.Content, []byte("xmlns:pdfaid=")):
		c.breaks("6.6.4-1", "the metadata do not write the claim with the prefix pdfaid")
	case len(id["part"]) != 1 || id["part"][0] != "2":
		c.breaks("6.6.4-1", "the metadata do not say PDF/A part 2")
	case len(id["conformance"]) != 1 || !slices.Contains([]string{"A", "B", "U"}, id["conformance"][0]):
		c.breaks("6.6.4-2", "the metadata name no conformance level")
	}
}

// pdfaid is the name space of a file's claim to be PDF/A.
const pdfaid = "http://www.aiim.org/pdfa/ns/id/"

// identification returns the properties of pdfaid, written as attributes or elements.
func identification(packet []byte) (map[string][]string, error) {
	d := xml.NewDecoder(bytes.NewReader(packet))
	out := map[string][]string{}
	property := ""
	for {
		token, err := d.Token()
		if token == nil || err != nil {
			if errors.Is(err, io.EOF) {
				return out, nil
			}
			return out, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			property = ""
			if t.Name.Space == pdfaid {
				property = t.Name.Local
			}
			for _, a := range t.Attr {
				if a.Name.Space == pdfaid {
					out[a.Name.Local] = append(out[a.Name.Local], a.Value)
				}
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(t)); property != "" && text != "" {
				out[property] = append(out[property], text)
			}
		case xml.EndElement:
			property = ""
		}
	}
}

func (c *checker) intents(root types.Dict) {
	list, err := c.ctx.DereferenceArray(root["OutputIntents"])
	if err != nil || len(list) == 0 {
		c.breaks("own", "there is no output intent, on which our colours depend")
		return
	}
	profiles := map[string]bool{}
	for _, o := range list {
		intent, err := c.ctx.DereferenceDict(o)
		if err != nil || intent == nil {
			c.breaks("6.2.3-1", "an output intent is no dictionary")
			continue
		}
		if _, found := intent.Find("DestOutputProfileRef"); found {
			c.breaks("6.2.3-3", "an output intent's profile lies outside the file")
		}
		if s := intent.NameEntry("S"); s == nil || *s != "GTS_PDFA1" {
			continue
		}
		profiles[fmt.Sprint(intent["DestOutputProfile"])] = true
		stream, _, err := c.ctx.DereferenceStreamDict(intent["DestOutputProfile"])
		if err != nil || stream == nil || stream.Decode() != nil {
			c.breaks("6.2.3-1", "an output intent has no profile")
			continue
		}
		if p := stream.Content; len(p) < 132 || string(p[36:40]) != "acsp" || p[8] != 2 && p[8] != 4 ||
			string(p[12:16]) != "prtr" && string(p[12:16]) != "mntr" || !slices.Contains([]string{"RGB ", "CMYK", "GRAY"}, string(p[16:20])) {
			c.breaks("6.2.3-1", "an output intent's profile is none that PDF/A allows")
		}
	}
	if len(profiles) > 1 {
		c.breaks("6.2.3-2", "the output intents have different profiles")
	}
}

// objects walks through everything in the file.
func (c *checker) objects() {
	for n, entry := range c.ctx.Table {
		if n != 0 && entry != nil && !entry.Free && entry.Object != nil {
			c.walk(entry.Object, 0)
		}
	}
	if len(c.ctx.Table) > 8_388_607 {
		c.breaks("6.1.13-7", "there are too many objects")
	}
}

func (c *checker) walk(o types.Object, depth int) {
	if depth > 100 {
		return
	}
	switch o := o.(type) {
	case types.Dict:
		c.dict(o)
		for key, value := range o {
			c.name(key)
			c.walk(value, depth+1)
		}
	case types.StreamDict:
		c.stream(o)
		c.walk(o.Dict, depth+1)
	case *types.StreamDict:
		c.stream(*o)
		c.walk(o.Dict, depth+1)
	case types.Array:
		for _, value := range o {
			c.walk(value, depth+1)
		}
	case types.Name:
		c.name(string(o))
	case types.StringLiteral:
		if len(o) > 32767 {
			c.breaks("6.1.13-3", "a string is too long")
		}
	case types.HexLiteral:
		if len(o) > 2*32767 {
			c.breaks("6.1.13-3", "a string is too long")
		}
	case types.Integer:
		if int64(o) > 1<<31-1 || int64(o) < -(1<<31) {
			c.breaks("6.1.13-1", "a number is too great")
		}
	}
}

func (c *checker) name(s string) {
	if len(s) > 127 {
		c.breaks("6.1.13-4", "a name is too long")
	}
}

func (c *checker) dict(d types.Dict) {
	c.action(d)
	for _, key := range []string{"A", "OpenAction"} {
		if o, found := d.Find(key); found {
			c.action(o)
		}
	}
	if t := d.Type(); t != nil && *t == "Page" {
		if _, found := d.Find("AA"); found {
			c.breaks("6.5.2-2", "a page has additional actions")
		}
	}
	if t := d.Type(); t != nil && *t == "Font" {
		c.font(d)
	}
}

func (c *checker) stream(s types.StreamDict) {
	for _, key := range []string{"F", "FFilter", "FDecodeParms"} {
		if _, found := s.Find(key); found {
			c.breaks("6.1.7.1-3", "a stream lies outside the file")
		}
	}
	for _, f := range s.FilterPipeline {
		if f.Name == "LZWDecode" || f.Name == "Crypt" {
			c.breaks("6.1.7.2-1", "a stream has a forbidden filter")
		}
	}
	if sub := s.Subtype(); sub == nil || *sub != "Image" {
		return
	}
	if b := s.BooleanEntry("Interpolate"); b != nil && *b {
		c.breaks("6.2.8.1-3", "a picture is interpolated")
	}
	for i, key := range []string{"Alternates", "OPI"} {
		if _, found := s.Find(key); found {
			c.breaks(fmt.Sprintf("6.2.8.1-%d", i+1), "a picture has a substitute")
		}
	}
}

// font checks that a font is embedded and that composite fonts of ours say what their codes mean.
func (c *checker) font(d types.Dict) {
	sub := d.Subtype()
	if sub == nil {
		return
	}
	if *sub != "Type0" && *sub != "Type3" {
		descriptor, err := c.ctx.DereferenceDict(d["FontDescriptor"])
		embedded := false
		for _, key := range []string{"FontFile", "FontFile2", "FontFile3"} {
			if o, found := descriptor.Find(key); found && o != nil {
				embedded = true
			}
		}
		if err != nil || !embedded {
			c.breaks("6.2.11.4.1-1", "a font is not embedded")
		}
	}
	if *sub == "CIDFontType2" {
		if _, found := d.Find("CIDToGIDMap"); !found {
			c.breaks("6.2.11.3.2-1", "a font has no map from codes to glyphs")
		}
	}
	stream, _, err := c.ctx.DereferenceStreamDict(d["ToUnicode"])
	if encoding := d.NameEntry("Encoding"); (err != nil || stream == nil) && *sub == "Type0" && encoding != nil && strings.HasPrefix(*encoding, "Identity") {
		c.breaks("6.2.11.7.2-1", "a font does not say what its codes mean")
	}
	if err == nil && stream != nil && stream.Decode() == nil && forbiddenMeaning(stream.Content) {
		c.breaks("6.2.11.7.2-2", "a code means no character")
	}
}

var (
	mapSection = regexp.MustCompile(`(?s)beginbf(char|range)(.*?)endbf`)
	charLine   = regexp.MustCompile(`<[0-9A-Fa-f\s]*>\s*<([0-9A-Fa-f\s]*)>`)
	rangeLine  = regexp.MustCompile(`<[0-9A-Fa-f\s]*>\s*<[0-9A-Fa-f\s]*>\s*(<[0-9A-Fa-f\s]*>|\[[^\]]*\])`)
	hexString  = regexp.MustCompile(`<([0-9A-Fa-f\s]*)>`)
)

// forbiddenMeaning reports whether a ToUnicode map gives 0, U+FEFF or U+FFFE as a meaning.
func forbiddenMeaning(cmap []byte) bool {
	forbidden := func(hex string) bool {
		hex = strings.ToUpper(strings.Join(strings.Fields(hex), ""))
		return hex != "" && strings.Trim(hex, "0") == "" || strings.TrimLeft(hex, "0") == "FEFF" || strings.TrimLeft(hex, "0") == "FFFE"
	}
	for _, section := range mapSection.FindAllSubmatch(cmap, -1) {
		if string(section[1]) == "char" {
			for _, m := range charLine.FindAllSubmatch(section[2], -1) {
				if forbidden(string(m[1])) {
					return true
				}
			}
			continue
		}
		for _, m := range rangeLine.FindAllSubmatch(section[2], -1) {
			for _, value := range hexString.FindAllSubmatch(m[1], -1) {
				if forbidden(string(value[1])) {
					return true
				}
			}
		}
	}
	return false
}

// ours lists, by type, the entries that we write.
var ours = map[string][]string{
	"Catalog":        {"Type", "Pages", "Metadata", "OutputIntents", "Lang"},
	"Pages":          {"Type", "Count", "Kids"},
	"Page":           {"Type", "Parent", "MediaBox", "Contents", "Resources"},
	"OutputIntent":   {"Type", "S", "OutputConditionIdentifier", "Info", "DestOutputProfile"},
	"XObject":        {"Type", "Subtype", "Width", "Height", "ColorSpace", "BitsPerComponent", "Filter", "DecodeParms", "Length"},
	"Font":           {"Type", "Subtype", "BaseFont", "Encoding", "DescendantFonts", "ToUnicode", "CIDSystemInfo", "FontDescriptor", "DW", "CIDToGIDMap"},
	"FontDescriptor": {"Type", "FontName", "Flags", "FontBBox", "ItalicAngle", "Ascent", "Descent", "CapHeight", "StemV", "FontFile2"},
	"Metadata":       {"Type", "Subtype", "Length"},
	"":               {"N", "Length", "Length1", "Filter"},
}

// extraKeys names an entry of an object that is not ours to write, empty if there is none.
func extraKeys(ctx *model.Context) string {
	for n, entry := range ctx.Table {
		if n == 0 || entry == nil || entry.Free {
			continue
		}
		var d types.Dict
		switch o := entry.Object.(type) {
		case types.Dict:
			d = o
		case types.StreamDict:
			d = o.Dict
		default:
			continue
		}
		kind := ""
		if t := d.Type(); t != nil {
			kind = *t
		}
		for key := range d {
			if !slices.Contains(ours[kind], key) {
				return kind + " " + key
			}
		}
	}
	return ""
}
