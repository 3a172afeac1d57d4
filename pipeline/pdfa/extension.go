package pdfa

import "strings"

// extensionsOf reads the extension schemas of a packet, by namespace. Those of the document's own metadata are known to
// the metadata of its parts too.
func extensionsOf(container *property, main map[string]*schema) map[string]*schema {
	out := map[string]*schema{}
	if container == nil || !container.array() {
		return out
	}
	for _, definition := range container.items {
		space := definition.child(nsSchema, "namespaceURI")
		properties := definition.child(nsSchema, "property")
		if space == nil || properties == nil || !properties.array() {
			continue
		}
		s := &schema{properties: map[string]string{}, types: predefinedTypes()}
		if known := main[space.value]; known != nil {
			for typ, t := range known.types {
				s.types[typ] = t
			}
		}
		s.defineTypes(definition.child(nsSchema, "valueType"))
		for _, p := range properties.items {
			title, typ := p.child(nsProperty, "name"), p.child(nsProperty, "valueType")
			if title == nil || typ == nil || !s.knows(typ.value) {
				continue
			}
			if _, known := s.properties[title.value]; !known {
				s.properties[title.value] = typ.value
			}
		}
		out[space.value] = s
	}
	return out
}

// defineTypes adds the value types that an extension schema defines.
func (s *schema) defineTypes(list *property) {
	if list == nil || !list.array() {
		return
	}
	for _, definition := range list.items {
		title, space := definition.child(nsType, "type"), definition.child(nsType, "namespaceURI")
		if title == nil {
			continue
		}
		t := valueType{fields: map[string]string{}}
		if fields := definition.child(nsType, "field"); fields != nil && fields.array() {
			for _, field := range fields.items {
				name, typ := field.child(nsField, "name"), field.child(nsField, "valueType")
				if name != nil && typ != nil {
					t.fields[name.value] = typ.value
				}
			}
		}
		if len(t.fields) > 0 && space == nil {
			continue
		}
		if space != nil {
			t.space = space.value
		}
		s.types[strings.TrimSpace(plainType(title.value))] = t
	}
}

// part is an entry that the definition of an extension schema has.
type part struct {
	name     string
	clause   string
	list     bool // a Seq, and may be missing; else text that must be there
	allowed  func(value string) bool
	validate func(p *property)
}

// extensionRules checks 6.6.2.3.2 and 6.6.2.3.3 for the extension schemas of a packet.
func (v *validator) extensionRules(container *property, known map[string]*schema, num int) {
	if container == nil {
		return
	}
	if container.kind != bag || container.prefix != "pdfaExtension" {
		v.breaks("6.6.2.3.3-1", num)
	}
	if !container.array() {
		return
	}
	for _, definition := range container.items {
		s := &schema{}
		if space := definition.child(nsSchema, "namespaceURI"); space != nil && known[space.value] != nil {
			s = known[space.value]
		}
		v.schemaRules(definition, s, num)
	}
}

func (v *validator) schemaRules(definition *property, s *schema, num int) {
	properties := func(p *property) { v.propertyRules(p, s, num) }
	types := func(p *property) { v.typeRules(p, s, num) }
	v.parts(definition, nsSchema, "pdfaSchema", num, []part{
		{name: "schema", clause: "6.6.2.3.3-2"},
		{name: "namespaceURI", clause: "6.6.2.3.3-3"},
		{name: "prefix", clause: "6.6.2.3.3-4"},
		{name: "property", clause: "6.6.2.3.3-5", list: true, validate: properties},
		{name: "valueType", clause: "6.6.2.3.3-6", list: true, validate: types},
	})
}

func (v *validator) propertyRules(definition *property, s *schema, num int) {
	v.parts(definition, nsProperty, "pdfaProperty", num, []part{
		{name: "name", clause: "6.6.2.3.3-7"},
		{name: "valueType", clause: "6.6.2.3.3-8", allowed: s.knows},
		{name: "category", clause: "6.6.2.3.3-9", allowed: func(value string) bool { return value == "external" || value == "internal" }},
		{name: "description", clause: "6.6.2.3.3-10"},
	})
}

func (v *validator) typeRules(definition *property, s *schema, num int) {
	fields := func(p *property) {
		v.parts(p, nsField, "pdfaField", num, []part{
			{name: "name", clause: "6.6.2.3.3-16"},
			{name: "valueType", clause: "6.6.2.3.3-17", allowed: s.knows},
			{name: "description", clause: "6.6.2.3.3-18"},
		})
	}
	v.parts(definition, nsType, "pdfaType", num, []part{
		{name: "type", clause: "6.6.2.3.3-11"},
		{name: "namespaceURI", clause: "6.6.2.3.3-12"},
		{name: "prefix", clause: "6.6.2.3.3-13"},
		{name: "description", clause: "6.6.2.3.3-14"},
		{name: "field", clause: "6.6.2.3.3-15", list: true, validate: fields},
	})
}

// parts checks the entries of one definition.
func (v *validator) parts(definition *property, space, prefix string, num int, list []part) {
	defined := map[string]bool{}
	for _, p := range list {
		defined[p.name] = true
		entry := definition.child(space, p.name)
		switch {
		case entry == nil:
			if !p.list {
				v.breaks(p.clause, num)
			}
			continue
		case entry.prefix != prefix, p.list && entry.kind != seq, !p.list && entry.kind != simple,
			p.allowed != nil && !p.allowed(entry.value):
			v.breaks(p.clause, num)
		}
		if p.validate != nil && entry.array() {
			for _, item := range entry.items {
				p.validate(item)
			}
		}
	}
	for _, entry := range definition.items {
		if entry.space != space || !defined[entry.name] {
			v.breaks("6.6.2.3.2-1", num)
		}
	}
}
