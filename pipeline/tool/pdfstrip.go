package tool

import (
	"fmt"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// maxNesting is how deep strip follows direct objects. Deeper ones hold no actions that a viewer would run.
const maxNesting = 200

// strip takes everything out of doc that acts, calls, embeds or points outside. It walks the table of objects, not the
// references between them, so that loops do not matter and nothing hides in an object that only a viewer would find.
func strip(doc *model.Context, lean bool, facts *PDFFacts) error {
	catalog, err := doc.Catalog()
	if err != nil {
		return fmt.Errorf("find catalog: %w", err)
	}
	s := stripper{doc: doc, facts: facts}
	facts.Form = s.form(catalog["AcroForm"])
	if names, err := doc.DereferenceDict(catalog["Names"]); err == nil && names != nil {
		facts.Active = names.HasEntry("JavaScript") || facts.Active
		facts.Attachments = names.HasEntry("EmbeddedFiles") || facts.Attachments
		names.Delete("JavaScript")
		names.Delete("EmbeddedFiles")
		names.Delete("XFAResources")
	}
	for _, key := range []string{"AcroForm", "NeedsRendering", "Perms", "Legal", "Collection", "AF", "DSS", "Requirements", "Threads", "PieceInfo", "URI"} {
		catalog.Delete(key)
	}
	if lean {
		for _, key := range []string{"Names", "Dests", "Outlines", "PageLabels", "StructTreeRoot", "MarkInfo", "Metadata", "ViewerPreferences", "OpenAction", "PageMode"} {
			catalog.Delete(key)
		}
	}
	for _, entry := range doc.Table {
		if entry != nil && !entry.Free {
			entry.Object = s.clean(entry.Object, 0)
		}
	}
	return nil
}

// form reports whether there are fields beside those for signatures, or XFA.
func (s *stripper) form(object types.Object) bool {
	if object == nil {
		return false
	}
	form, err := s.doc.DereferenceDict(object)
	if err != nil || form == nil {
		return false
	}
	fields, _ := s.doc.DereferenceArray(form["Fields"]) // an unreadable list holds nothing to report
	for _, field := range fields {
		if d, err := s.doc.DereferenceDict(field); err == nil && d != nil && s.name(d["FT"]) != "Sig" {
			return true
		}
	}
	return form.HasEntry("XFA")
}

// stripper cleans objects one by one.
type stripper struct {
	doc   *model.Context
	facts *PDFFacts
}

// clean returns object without what must go. Dictionaries and arrays are changed in place.
func (s *stripper) clean(object types.Object, depth int) types.Object {
	if depth > maxNesting {
		return object
	}
	switch o := object.(type) {
	case types.Dict:
		s.dict(o, depth)
	case types.Array:
		for i := range o {
			o[i] = s.clean(o[i], depth+1)
		}
	case types.StreamDict:
		s.dict(o.Dict, depth)
		if o.HasEntry("F") { // contents in another file or at an address: never fetched
			s.facts.External, s.facts.Active = true, true
			o.Delete("F")
			o.Delete("FFilter")
			o.Delete("FDecodeParms")
		}
		return o
	}
	return object
}

// dict cleans one dictionary.
func (s *stripper) dict(d types.Dict, depth int) {
	for _, key := range []string{"AA", "JS", "XFA", "EF", "RF", "AF", "RichMediaContent", "RichMediaSettings", "URI"} {
		if !d.HasEntry(key) {
			continue
		}
		switch key {
		case "EF", "RF", "AF":
			s.facts.Attachments = true
		case "URI": // an ordinary link is not worth a remark
		default:
			s.facts.Active = true
		}
		d.Delete(key)
	}
	for _, key := range []string{"A", "Next", "OpenAction", "PA"} {
		if s.acts(d[key], key) || key == "OpenAction" {
			d.Delete(key)
		}
	}
	if kind := s.name(d["FT"]); kind == "Sig" {
		d.Delete("V") // the rendition is another file: the signature would be wrong
	}
	s.annotations(d)
	for key, value := range d {
		switch value.(type) {
		case types.Dict, types.Array, types.StreamDict:
			d[key] = s.clean(value, depth+1)
		}
	}
}

// acts reports whether object is an action that must go: all but jumps within the document.
func (s *stripper) acts(object types.Object, key string) bool {
	if object == nil {
		return false
	}
	dereferenced, err := s.doc.Dereference(object)
	if err != nil {
		return key != "Next"
	}
	action, ok := dereferenced.(types.Dict)
	if !ok {
		// Outline items have a /Next that is another item, structure elements an /A that is an array or stream.
		return key == "PA"
	}
	kind := s.name(action["S"])
	switch kind {
	case "GoTo", "Named", "Thread":
		return false
	case "URI":
		return true
	case "Launch", "JavaScript", "SubmitForm", "ResetForm", "ImportData", "GoToR", "GoToE", "GoTo3DView", "Hide", "Movie",
		"Rendition", "Sound", "Trans", "SetOCGState", "RichMediaExecute":
		s.facts.Active = true
		return true
	}
	return key == "PA"
}

// annotations takes annotations out of a page that only carry files, media or scripts.
func (s *stripper) annotations(page types.Dict) {
	if s.name(page["Type"]) != "Page" || page["Annots"] == nil {
		return
	}
	list, err := s.doc.DereferenceArray(page["Annots"])
	if err != nil {
		page.Delete("Annots")
		return
	}
	kept := make(types.Array, 0, len(list))
	for _, item := range list {
		annotation, err := s.doc.DereferenceDict(item)
		if err != nil || annotation == nil {
			continue
		}
		switch s.name(annotation["Subtype"]) {
		case "FileAttachment":
			s.facts.Attachments = true
			continue
		case "Movie", "Sound", "Screen", "3D", "RichMedia", "TrapNet":
			s.facts.Active = true
			continue
		}
		kept = append(kept, item)
	}
	if len(kept) == 0 {
		page.Delete("Annots")
		return
	}
	page.Update("Annots", kept)
}

// name dereferences a name; empty when it is none.
func (s *stripper) name(object types.Object) string {
	if object == nil {
		return ""
	}
	dereferenced, err := s.doc.Dereference(object)
	if err != nil {
		return ""
	}
	name, _ := dereferenced.(types.Name)
	return string(name)
}
