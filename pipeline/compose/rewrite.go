package compose

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/tool"
)

// rewriter makes a PDF of a document with pages of its own text conform to PDF/A-2, as far as that takes nothing away that
// shows: what is missing is added (metadata, output intent, identifier, fonts), what is forbidden and does not show is left
// out. Whatever it does is judged afterwards, by the validator and by comparison, so it may try where it cannot know.
type rewriter struct {
	draft    *tool.Draft
	request  pipeline.ComposeRequest
	level    pdfa.Level
	embedded map[string]tool.PDFRef // font descriptors by what their programs hold
	seen     map[*tool.PDFStream]bool
}

// rewrite writes a file anew as PDF/A-2 of a level. tool.ErrInexact: it cannot be read to the letter.
func rewrite(dir, from, to string, in pipeline.ComposeRequest, level pdfa.Level) error {
	draft, err := tool.OpenDraft(filepath.Join(dir, from))
	if err != nil {
		return err
	}
	defer func() { _ = draft.Close() }() // only read
	r := rewriter{draft: draft, request: in, level: level, embedded: map[string]tool.PDFRef{}, seen: map[*tool.PDFStream]bool{}}
	if err := r.run(); err != nil {
		return err
	}
	out, err := os.OpenFile(filepath.Join(dir, to), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(draft.Write(out), out.Close())
}

// run changes the draft: pages first, because what they take over from above is then their own.
func (r *rewriter) run() error {
	for _, page := range r.draft.Pages() {
		r.page(page)
	}
	for _, o := range r.draft.Objects() { // those added on the way are as they should be
		if err := r.visit(o); err != nil {
			return err
		}
	}
	return r.catalog()
}

// visit goes through an object and those within it.
func (r *rewriter) visit(o tool.PDFObject) error {
	switch o := o.(type) {
	case tool.PDFDict:
		r.dict(o)
		for _, value := range o {
			if err := r.visit(value); err != nil {
				return err
			}
		}
	case *tool.PDFStream:
		if err := r.stream(o); err != nil {
			return err
		}
		return r.visit(o.Dict)
	case []tool.PDFObject:
		for i := range o {
			if err := r.visit(o[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// dict changes what may be wrong in any dictionary.
func (r *rewriter) dict(d tool.PDFDict) {
	if s := r.draft.Stream(d["Metadata"]); s != nil && r.draft.Name(s.Dict["Type"]) == "Metadata" {
		delete(d, "Metadata") // of parts: nothing that the document's own would not say, and often broken
	}
	for _, state := range r.draft.Dict(d["ExtGState"]) {
		r.graphicsState(r.draft.Dict(state))
	}
	for _, font := range r.draft.Dict(d["Font"]) {
		r.font(r.draft.Dict(font))
	}
	for _, space := range r.draft.Dict(d["ColorSpace"]) {
		r.colours(space)
	}
	r.colours(d["ColorSpace"])
}

// graphicsState drops what only printing presses follow (ISO 19005-2, 6.2.5).
func (r *rewriter) graphicsState(d tool.PDFDict) {
	for _, key := range []tool.PDFName{"TR", "HTP", "HT"} {
		delete(d, key)
	}
	if d["TR2"] != nil && r.draft.Name(d["TR2"]) != "Default" {
		delete(d, "TR2")
	}
}

// stream changes pictures, forms, and how data are encoded (6.1.7.2, 6.2.8, 6.2.9).
func (r *rewriter) stream(s *tool.PDFStream) error {
	switch r.draft.Name(s.Dict["Subtype"]) {
	case "Image":
		for _, key := range []tool.PDFName{"Interpolate", "Alternates", "OPI"} {
			delete(s.Dict, key)
		}
	case "Form":
		for _, key := range []tool.PDFName{"OPI", "PS", "Subtype2"} {
			delete(s.Dict, key)
		}
	}
	if !r.filtered(s, "LZWDecode") {
		return nil
	}
	data, err := r.unpacked(s)
	if err != nil {
		return err
	}
	packed, err := deflate(data)
	if err != nil {
		return err
	}
	s.Replace(packed)
	s.Dict["Filter"] = tool.PDFName("FlateDecode")
	delete(s.Dict, "DecodeParms")
	return nil
}

// filtered reports whether a stream is encoded with a filter, among others.
func (r *rewriter) filtered(s *tool.PDFStream, filter tool.PDFName) bool {
	return r.draft.Name(s.Dict["Filter"]) == filter || slices.ContainsFunc(r.draft.Array(s.Dict["Filter"]), func(o tool.PDFObject) bool {
		return r.draft.Name(o) == filter
	})
}

// colours replaces a profile that PDF 1.7 does not allow (6.2.4.2) by the device's colours, which the output intent
// explains.
func (r *rewriter) colours(o tool.PDFObject) {
	list := r.draft.Array(o)
	if len(list) == 0 {
		return
	}
	if r.draft.Name(list[0]) != "ICCBased" || len(list) < 2 {
		for _, within := range list[1:] { // Indexed, Pattern, Separation, DeviceN: a space below
			r.colours(within)
		}
		return
	}
	s := r.draft.Stream(list[1])
	if s == nil {
		return
	}
	n, _ := r.draft.Whole(s.Dict["N"])
	profile, err := r.draft.Inflated(s)
	if err == nil && fits(profile, n) || n != 1 && n != 3 {
		return
	}
	list[0], list[1] = tool.PDFName("CalRGB"), calibrated(n)
	if n == 1 {
		list[0] = tool.PDFName("CalGray")
	}
}

// calibrated describes the colours of sRGB in the words of PDF itself, by and large: with them the array may stay one, which
// others may share.
func calibrated(n int) tool.PDFDict {
	numbers := func(list ...string) []tool.PDFObject {
		var out []tool.PDFObject
		for _, n := range list {
			out = append(out, tool.PDFNumber(n))
		}
		return out
	}
	if n == 1 {
		return tool.PDFDict{"WhitePoint": numbers("0.9505", "1", "1.089"), "Gamma": tool.PDFNumber("2.2")}
	}
	return tool.PDFDict{
		"WhitePoint": numbers("0.9505", "1", "1.089"), "Gamma": numbers("2.2", "2.2", "2.2"),
		"Matrix": numbers("0.4124", "0.2126", "0.0193", "0.3576", "0.7152", "0.1192", "0.1805", "0.0722", "0.9505"),
	}
}

// catalog puts in what makes the file PDF/A, and takes out what it may not have (6.2.3, 6.5.2, 6.6, 6.8 to 6.11).
func (r *rewriter) catalog() error {
	catalog := r.draft.Catalog()
	for _, key := range []tool.PDFName{"AA", "OpenAction", "Requirements", "NeedsRendering", "Perms", "Collection", "AF", "Legal", "AcroForm"} {
		delete(catalog, key)
	}
	if names := r.draft.Dict(catalog["Names"]); names != nil {
		for _, key := range []tool.PDFName{"JavaScript", "EmbeddedFiles", "AlternatePresentations", "Renditions"} {
			delete(names, key)
		}
	}
	r.layers(r.draft.Dict(catalog["OCProperties"]))
	intent, err := r.intent(catalog)
	if err != nil {
		return err
	}
	catalog["OutputIntents"] = []tool.PDFObject{intent}
	catalog["Metadata"] = r.draft.Add(tool.NewPDFStream(tool.PDFDict{"Type": tool.PDFName("Metadata"), "Subtype": tool.PDFName("XML")},
		metadata(r.request.Title, r.request.Made, r.level)))
	if r.draft.Resolve(catalog["Lang"]) == nil {
		catalog["Lang"] = tool.PDFString(language(r.request.Lang))
	}
	return nil
}

// intent returns the output intent: that of the document if it is for CMYK, in which its colours may be given, else sRGB.
func (r *rewriter) intent(catalog tool.PDFDict) (tool.PDFObject, error) {
	for _, o := range r.draft.Array(catalog["OutputIntents"]) {
		d := r.draft.Dict(o)
		profile := r.draft.Stream(d["DestOutputProfile"])
		if profile == nil || d["DestOutputProfileRef"] != nil {
			continue
		}
		if n, _ := r.draft.Whole(profile.Dict["N"]); n == 4 {
			d["S"] = tool.PDFName("GTS_PDFA1")
			return o, nil
		}
	}
	packed, err := deflate(sRGBProfile())
	if err != nil {
		return nil, fmt.Errorf("pack profile: %w", err)
	}
	profile := tool.NewPDFStream(tool.PDFDict{"N": tool.PDFNumber("3"), "Filter": tool.PDFName("FlateDecode")}, packed)
	return r.draft.Add(tool.PDFDict{
		"Type": tool.PDFName("OutputIntent"), "S": tool.PDFName("GTS_PDFA1"), "OutputConditionIdentifier": tool.PDFString("sRGB"),
		"Info": tool.PDFString("sRGB IEC61966-2.1"), "DestOutputProfile": r.draft.Add(profile),
	}), nil
}

// layers gives configurations of layers what 6.9 asks for: a name, an order of all groups or none, no changes by itself.
func (r *rewriter) layers(properties tool.PDFDict) {
	configurations := append([]tool.PDFObject{properties["D"]}, r.draft.Array(properties["Configs"])...)
	for i, o := range configurations {
		d := r.draft.Dict(o)
		if d == nil {
			continue
		}
		d["Name"] = tool.PDFString(fmt.Sprintf("Configuration %d", i+1))
		delete(d, "AS")
		delete(d, "Order") // how a reader's list of layers looks
	}
}
