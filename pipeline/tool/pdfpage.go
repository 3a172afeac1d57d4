package tool

import (
	"bytes"
	"image/color"
	"image/jpeg"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// maxContent is how much decoded content of one page is scanned, in bytes.
const maxContent = 64 << 20

// pageReader finds what a page's content refers to.
type pageReader struct {
	doc   *model.Context
	bytes int64 // of content still allowed
}

// scanPage fills in what the content of page says. A page whose content cannot be read has no facts: it will be rendered.
func scanPage(doc *model.Context, page, resources types.Dict, box *types.Rectangle, facts *PDFPage) {
	reader := &pageReader{doc: doc, bytes: maxContent}
	s := pageScanner{facts: facts, box: [4]float64{box.LL.X, box.LL.Y, box.UR.X, box.UR.Y}}
	s.scan(reader.content(page["Contents"]), transform{1, 0, 0, 1, 0, 0}, reader.finder(resources), 0)
	if page["Annots"] != nil { // drawn above the picture: the picture alone is not the page
		facts.Paint++
	}
	s.over = s.over || reader.bytes <= 0
	s.finish()
}

// content decodes a stream or an array of them, with a line end between parts so that tokens do not merge.
func (r *pageReader) content(object types.Object) []byte {
	if object == nil {
		return nil
	}
	dereferenced, err := r.doc.Dereference(object)
	if err != nil {
		return nil
	}
	parts, ok := dereferenced.(types.Array)
	if !ok {
		parts = types.Array{object}
	}
	var content bytes.Buffer
	for _, part := range parts {
		stream, _, err := r.doc.DereferenceStreamDict(part)
		if err != nil || stream == nil || r.bytes <= 0 {
			continue
		}
		if err := stream.DecodeWithLimit(r.bytes); err != nil {
			r.bytes = 0 // unreadable or too large: let the page be rendered
			continue
		}
		r.bytes -= int64(len(stream.Content))
		content.Write(stream.Content)
		content.WriteByte('\n')
	}
	return content.Bytes()
}

// finder looks names up in resources.
func (r *pageReader) finder(resources types.Dict) func(string) *xobject {
	known := map[string]*xobject{}
	var objects types.Dict
	if resources != nil {
		objects, _ = r.doc.DereferenceDict(resources["XObject"]) // none: nothing is found
	}
	return func(name string) *xobject {
		if x, ok := known[name]; ok {
			return x
		}
		var x *xobject
		if object := objects[name]; object != nil {
			x = r.xobject(object, resources)
		}
		known[name] = x
		return x
	}
}

// xobject reads a form or picture.
func (r *pageReader) xobject(object types.Object, resources types.Dict) *xobject {
	stream, _, err := r.doc.DereferenceStreamDict(object)
	if err != nil || stream == nil {
		return nil
	}
	switch r.name(stream.Dict["Subtype"]) {
	case "Image":
		return &xobject{image: true, direct: r.direct(stream)}
	case "Form":
		own, err := r.doc.DereferenceDict(stream.Dict["Resources"])
		if err != nil || own == nil {
			own = resources
		}
		return &xobject{content: r.content(object), matrix: r.matrix(stream.Dict["Matrix"]), within: r.finder(own)}
	}
	return nil
}

// direct reports whether a picture's bytes are a JPEG or Group 4 fax that looks the same outside the PDF.
func (r *pageReader) direct(stream *types.StreamDict) bool {
	for _, key := range []string{"Mask", "SMask", "Decode", "ImageMask"} {
		if stream.HasEntry(key) {
			return false
		}
	}
	switch {
	case stream.HasSoleFilterNamed("DCTDecode"):
		config, err := jpeg.DecodeConfig(bytes.NewReader(stream.Raw))
		return err == nil && config.ColorModel != color.CMYKModel
	case stream.HasSoleFilterNamed("CCITTFaxDecode"):
		parameters := stream.FilterPipeline[0].DecodeParms
		k, inverted := parameters.IntEntry("K"), parameters.BooleanEntry("BlackIs1")
		return k != nil && *k < 0 && (inverted == nil || !*inverted)
	}
	return false
}

// matrix reads a form's matrix; anything odd is the identity, as viewers do.
func (r *pageReader) matrix(object types.Object) transform {
	m := transform{1, 0, 0, 1, 0, 0}
	list, err := r.doc.DereferenceArray(object)
	if object == nil || err != nil || len(list) != 6 {
		return m
	}
	for i := range list {
		number, err := r.doc.DereferenceNumber(list[i])
		if err != nil {
			return transform{1, 0, 0, 1, 0, 0}
		}
		m[i] = number
	}
	return m
}

// name dereferences a name; empty when it is none.
func (r *pageReader) name(object types.Object) string {
	return (&stripper{doc: r.doc}).name(object)
}
