package pdfa

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
)

// Namespaces of XMP packets.
const (
	nsXML       = "http://www.w3.org/XML/1998/namespace"
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsPDFAID    = "http://www.aiim.org/pdfa/ns/id/"
	nsExtension = "http://www.aiim.org/pdfa/ns/extension/"
	nsSchema    = "http://www.aiim.org/pdfa/ns/schema#"
	nsProperty  = "http://www.aiim.org/pdfa/ns/property#"
	nsType      = "http://www.aiim.org/pdfa/ns/type#"
	nsField     = "http://www.aiim.org/pdfa/ns/field#"
)

var errXMP = errors.New("the packet is no XMP")

// Bounds of the work on one packet.
const (
	maxPacket   = 16 << 20
	maxElements = 200_000
	maxNested   = 64
	maxEntries  = 2000 // of one element or structure
)

// xmlElement is an element of XML with its namespaces resolved.
type xmlElement struct {
	space, prefix, local string
	attributes           []xmlAttribute
	children             []*xmlElement
	text                 []byte // all its character data
	mixed                bool   // it has text that is not white space
}

type xmlAttribute struct{ space, prefix, local, value string }

// xmlScope are the prefixes declared by an element and those around it.
type xmlScope struct {
	outer  *xmlScope
	spaces map[string]string
}

func (s *xmlScope) find(prefix string) (string, bool) {
	for ; s != nil; s = s.outer {
		if space, known := s.spaces[prefix]; known {
			return space, true
		}
	}
	return nsXML, prefix == "xml"
}

// readXML reads a well-formed document. encoding/xml's own namespaces lose the prefixes, which PDF/A prescribes.
func readXML(data []byte) (*xmlElement, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // the packet is UTF-8, or a rule is broken
	root := &xmlElement{}
	open := []*xmlElement{root}
	var scope *xmlScope
	for count := 0; ; {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > maxElements || len(open) > maxNested {
				return nil, errTooMuch
			}
			var e *xmlElement
			if e, scope, err = startElement(t, scope); err != nil {
				return nil, err
			}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 1 || top.prefix != t.Name.Space || top.local != t.Name.Local {
				return nil, errXMP
			}
			open, scope = open[:len(open)-1], scope.outer
		case xml.ProcInst:
			if t.Target == "xml" && d.InputOffset() > int64(len(t.Inst)+len("<?xml ?>")) {
				return nil, errXMP // a declaration stands at the beginning or nowhere
			}
		case xml.CharData:
			top.text = append(top.text, t...)
			top.mixed = top.mixed || len(bytes.TrimSpace(t)) > 0
		}
	}
	if len(open) != 1 || len(root.children) != 1 || root.mixed {
		return nil, errXMP
	}
	return root.children[0], nil
}

// startElement resolves the names of an element and its attributes.
func startElement(t xml.StartElement, outer *xmlScope) (*xmlElement, *xmlScope, error) {
	if len(t.Attr) > maxEntries {
		return nil, nil, errTooMuch
	}
	scope := &xmlScope{outer: outer, spaces: map[string]string{}}
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns":
			scope.spaces[a.Name.Local] = a.Value
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			scope.spaces[""] = a.Value
		}
	}
	space, known := scope.find(t.Name.Space)
	if !known && t.Name.Space != "" {
		return nil, nil, errXMP
	}
	e := &xmlElement{space: space, prefix: t.Name.Space, local: t.Name.Local}
	if !known {
		e.space = ""
	}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		space := ""
		if a.Name.Space != "" {
			if space, known = scope.find(a.Name.Space); !known {
				return nil, nil, errXMP
			}
		}
		same := func(b xmlAttribute) bool { return b.space == space && b.local == a.Name.Local }
		if slices.ContainsFunc(e.attributes, same) {
			return nil, nil, errXMP
		}
		e.attributes = append(e.attributes, xmlAttribute{space, a.Name.Space, a.Name.Local, a.Value})
	}
	return e, scope, nil
}

// find returns the first element with a name, at or below e.
func (e *xmlElement) find(space, local string) *xmlElement {
	if e.space == space && e.local == local {
		return e
	}
	for _, child := range e.children {
		if found := child.find(space, local); found != nil {
			return found
		}
	}
	return nil
}

// kind of a property's value.
type kind int

const (
	simple kind = iota
	structure
	bag
	seq
	alt
)

// property is a node of XMP's data model: a property, a field of a structure or an item of an array.
type property struct {
	space, prefix, name string
	kind                kind
	value               string
	language            bool // it has xml:lang
	items               []*property
}

func (p *property) array() bool { return p.kind >= bag }

// languages reports whether an array of alternatives tells languages apart.
func (p *property) languages() bool {
	return p.kind == alt && (len(p.items) == 0 || slices.ContainsFunc(p.items, func(i *property) bool { return i.language }))
}

// child returns the field with a name.
func (p *property) child(space, local string) *property {
	for _, c := range p.items {
		if c.space == space && c.name == local {
			return c
		}
	}
	return nil
}

// readRDF reads the properties of all descriptions.
func readRDF(root *xmlElement) ([]*property, error) {
	rdf := root.find(nsRDF, "RDF")
	if rdf == nil {
		return nil, nil
	}
	top := &property{kind: structure}
	about := ""
	for _, e := range rdf.children {
		if e.space != nsRDF || e.local != "Description" {
			return nil, errXMP
		}
		for _, a := range e.attributes {
			if a.local != "about" || a.space != nsRDF && a.space != "" || a.value == "" {
				continue
			}
			if about != "" && about != a.value {
				return nil, errXMP
			}
			about = a.value
		}
		if err := top.description(e); err != nil {
			return nil, err
		}
	}
	return top.items, nil
}

// syntax reports whether an attribute is RDF's own.
func (a xmlAttribute) syntax() bool {
	switch a.local {
	case "about", "ID", "nodeID":
		return a.space == nsRDF || a.space == ""
	}
	return false
}

// description adds the properties of an rdf:Description, or of a typed node.
func (p *property) description(e *xmlElement) error {
	exclusive := 0
	for _, a := range e.attributes {
		if a.syntax() {
			if exclusive++; exclusive > 1 {
				return errXMP
			}
			continue
		}
		if a.space == nsXML || a.space == nsRDF && a.local == "type" {
			continue
		}
		if a.space == "" || a.space == nsRDF && a.local != "value" {
			return errXMP
		}
		if err := p.add(&property{space: a.space, prefix: a.prefix, name: a.local, value: a.value}); err != nil {
			return err
		}
	}
	if e.mixed {
		return errXMP
	}
	for _, child := range e.children {
		if err := p.element(child); err != nil {
			return err
		}
	}
	return nil
}

// add appends a property. The same one twice is an error; items of arrays are all alike.
func (p *property) add(c *property) error {
	item := c.space == nsRDF && c.name == "li"
	if item != p.array() {
		return errXMP
	}
	if !item && (len(p.items) > maxEntries || p.child(c.space, c.name) != nil) {
		return errXMP
	}
	p.items = append(p.items, c)
	return nil
}

// element adds the property that an element is, in one of the forms that RDF has for it.
func (p *property) element(e *xmlElement) error {
	if e.space == "" || e.space == nsRDF && !slices.Contains([]string{"li", "value", "type"}, e.local) && !strings.HasPrefix(e.local, "_") {
		return errXMP
	}
	if e.space == nsRDF && e.local == "type" {
		return nil // says what kind of node it is, not what it holds
	}
	c := &property{space: e.space, prefix: e.prefix, name: e.local}
	if err := p.add(c); err != nil {
		return err
	}
	var others []xmlAttribute
	parseType := ""
	for _, a := range e.attributes {
		switch {
		case a.space == nsXML:
			c.language = c.language || a.local == "lang"
		case a.space == nsRDF && a.local == "parseType":
			parseType = a.value
		case a.space == nsRDF && (a.local == "ID" || a.local == "datatype"):
		default:
			others = append(others, a)
		}
	}
	switch {
	case parseType == "Resource":
		c.kind = structure
		if len(others) > 0 || e.mixed {
			return errXMP
		}
		for _, child := range e.children {
			if err := c.element(child); err != nil {
				return err
			}
		}
		return c.unwrap()
	case parseType != "":
		return errXMP
	case len(others) > 0:
		return c.attributes(e, others)
	case len(e.children) > 0:
		return c.resource(e)
	}
	c.value = string(e.text)
	return nil
}

// attributes is the form in which the value, or the fields of a structure, are attributes.
func (p *property) attributes(e *xmlElement, list []xmlAttribute) error {
	if len(e.children) > 0 || e.mixed {
		return errXMP
	}
	for _, a := range list {
		switch {
		case a.space == nsRDF && (a.local == "resource" || a.local == "value"):
			p.value = a.value
			return nil // the others say something about the value
		case a.syntax():
		case a.space == "" || a.space == nsRDF:
			return errXMP
		default:
			p.kind = structure
			if err := p.add(&property{space: a.space, prefix: a.prefix, name: a.local, value: a.value}); err != nil {
				return err
			}
		}
	}
	return nil
}

// resource is the form in which the value is an element: an array, or a node with properties.
func (p *property) resource(e *xmlElement) error {
	if len(e.children) != 1 || e.mixed {
		return errXMP
	}
	node := e.children[0]
	if node.space != nsRDF {
		if node.space == "" {
			return errXMP
		}
		p.kind = structure // a typed node
		return p.description(node)
	}
	switch node.local {
	case "Bag":
		p.kind = bag
	case "Seq":
		p.kind = seq
	case "Alt":
		p.kind = alt
	case "Description":
		p.kind = structure
	default:
		return errXMP
	}
	if err := p.description(node); err != nil {
		return err
	}
	return p.unwrap()
}

// unwrap makes a structure with rdf:value what that value is; the other fields only say something about it.
func (p *property) unwrap() error {
	value := p.child(nsRDF, "value")
	if p.kind != structure || value == nil {
		return nil
	}
	p.kind, p.value, p.items = value.kind, value.value, value.items
	p.language = p.language || value.language
	return nil
}
