package compose

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/filter"

	"github.com/eakte/eakte/pipeline/tool"
)

// deepest is how deep trees and forms within forms are followed.
const deepest = 50

// page makes a page's resources its own (6.2.2), drops what acts (6.5.2, 6.10) and looks after its annotations.
func (r *rewriter) page(page tool.PDFDict) {
	if page == nil {
		return
	}
	delete(page, "AA")
	delete(page, "PresSteps")
	for node, depth := r.draft.Dict(page["Parent"]), 0; page["Resources"] == nil && node != nil && depth < deepest; depth++ {
		if node["Resources"] != nil {
			page["Resources"] = node["Resources"]
		}
		node = r.draft.Dict(node["Parent"])
	}
	r.forms(page["Resources"], 0)
	if page["Annots"] == nil {
		return
	}
	var kept []tool.PDFObject
	for _, o := range r.draft.Array(page["Annots"]) {
		if d := r.draft.Dict(o); d != nil && r.annotation(d, page) {
			kept = append(kept, o)
		}
	}
	delete(page, "Annots")
	if len(kept) > 0 {
		page["Annots"] = kept
	}
}

// forms gives forms that have no resources, and so draw with those of the page, a reference to them.
func (r *rewriter) forms(resources tool.PDFObject, depth int) {
	if depth > deepest {
		return
	}
	for _, o := range r.draft.Dict(r.draft.Dict(resources)["XObject"]) {
		s := r.draft.Stream(o)
		if s == nil || r.seen[s] || r.draft.Name(s.Dict["Subtype"]) != "Form" {
			continue
		}
		r.seen[s] = true
		if s.Dict["Resources"] == nil {
			s.Dict["Resources"] = resources
		}
		r.forms(s.Dict["Resources"], depth+1)
	}
}

// Flags of annotations (ISO 32000-1, Table 165).
const (
	flagInvisible    = 1
	flagHidden       = 2
	flagPrint        = 4
	flagNoView       = 32
	flagToggleNoView = 256
)

// annotation makes an annotation what 6.3 asks for; false if it is to go, because it does not show. What would show but
// has no looks of its own stays as it is: it is not for us to draw it, and the validator will say so.
func (r *rewriter) annotation(d, page tool.PDFDict) bool {
	flags, _ := r.draft.Whole(d["F"])
	kind := r.draft.Name(d["Subtype"])
	if flags&(flagHidden|flagNoView) != 0 || kind == "Popup" {
		return false
	}
	d["F"] = tool.PDFNumber(fmt.Sprint(flags&^(flagInvisible|flagToggleNoView) | flagPrint))
	delete(d, "AA")
	action := r.draft.Dict(d["A"])
	if turning := []tool.PDFName{"NextPage", "PrevPage", "FirstPage", "LastPage"}; kind == "Widget" ||
		r.draft.Name(action["S"]) == "Named" && !slices.Contains(turning, r.draft.Name(action["N"])) {
		delete(d, "A")
	}
	if kind == "Widget" { // there is no form any more: what the field looks like is all that is left of it
		for _, key := range []tool.PDFName{"FT", "Parent", "MK"} {
			delete(d, key)
		}
	}
	return r.looks(d, kind, page)
}

// looks leaves an annotation the appearance that is shown; false if none is, of one that then shows nothing.
func (r *rewriter) looks(d tool.PDFDict, kind tool.PDFName, page tool.PDFDict) bool {
	appearance := r.draft.Dict(d["AP"])
	if appearance == nil {
		return kind != "Widget"
	}
	normal := appearance["N"]
	if states, several := r.draft.Resolve(normal).(tool.PDFDict); several {
		normal = states[r.draft.Name(d["AS"])]
	}
	s := r.draft.Stream(normal)
	delete(d, "AS")
	if s == nil {
		delete(d, "AP")
		return kind == "Link"
	}
	if s.Dict["Resources"] == nil && page["Resources"] != nil {
		s.Dict["Resources"] = page["Resources"]
	}
	r.forms(s.Dict["Resources"], 0)
	d["AP"] = tool.PDFDict{"N": normal}
	return true
}

// unpacked decodes a stream whose filters are all of the general kind.
func (r *rewriter) unpacked(s *tool.PDFStream) ([]byte, error) {
	data, err := r.draft.Raw(s)
	if err != nil {
		return nil, err
	}
	filters := r.draft.Array(s.Dict["Filter"])
	if filters == nil {
		filters = []tool.PDFObject{s.Dict["Filter"]}
	}
	all := r.draft.Array(s.Dict["DecodeParms"])
	for i, o := range filters {
		parameters := r.draft.Dict(s.Dict["DecodeParms"])
		if i < len(all) {
			parameters = r.draft.Dict(all[i])
		}
		values := map[string]int{}
		for key := range parameters {
			if n, ok := r.draft.Whole(parameters[key]); ok {
				values[string(key)] = n
			}
		}
		if data, err = decode(string(r.draft.Name(o)), values, data); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// unpackedMost bounds a stream that is encoded anew.
const unpackedMost = 64 << 20

func decode(name string, parameters map[string]int, data []byte) ([]byte, error) {
	f, err := filter.NewFilter(name, parameters, unpackedMost)
	if err != nil {
		return nil, fmt.Errorf("decode stream: %w", err)
	}
	out, err := f.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decode stream: %w", err)
	}
	return io.ReadAll(io.LimitReader(out, unpackedMost))
}
