package eark

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// premis writes what is known of the objects: every record as an intellectual entity, every file with fixity and format,
// every entry of the event log, and who acted. PREMIS wants them in this order, so the records are gone through three times.
func (b *builder) premis(o *out) {
	o.raw(`<premis xmlns="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">` + "\n")
	b.each(o, b.objects)
	b.each(o, b.events)
	b.packing(o)
	b.agents(o)
	o.raw("</premis>\n")
}

func (b *builder) each(o *out, write func(*out, record)) {
	for r, err := range b.records() {
		if err != nil {
			o.fail(err)
			return
		}
		write(o, r)
	}
}

// identifier writes an identifier of PREMIS, whose parts carry the name of the whole.
func identifier(o *out, name, kind, value string) {
	o.f(`<`+name+`><`+name+`Type>%s</`+name+`Type><`+name+`Value>%s</`+name+`Value></`+name+`>`, kind, value)
}

// related says how the object around it belongs to another one.
func related(o *out, kind, sub string, to efile.ID) {
	o.f(`<relationship><relationshipType>%s</relationshipType><relationshipSubType>%s</relationshipSubType>`, kind, sub)
	identifier(o, "relatedObjectIdentifier", "UUID", to.String())
	o.raw(`</relationship>`)
}

func (b *builder) objects(o *out, r record) {
	o.raw(`<object xsi:type="intellectualEntity">`)
	identifier(o, "objectIdentifier", "UUID", r.ID.String())
	if !r.parent.IsZero() {
		related(o, "structural", "is part of", r.parent)
	}
	o.raw("</object>\n")
	for _, f := range r.formats {
		b.file(o, r, f)
	}
}

func (b *builder) file(o *out, r record, f archive.Format) {
	o.raw(`<object xsi:type="file">`)
	identifier(o, "objectIdentifier", "UUID", f.ID.String())
	o.f(`<objectCharacteristics><fixity><messageDigestAlgorithm>SHA-256</messageDigestAlgorithm><messageDigest>%s</messageDigest></fixity>`+
		`<size>%s</size><format><formatDesignation><formatName>%s</formatName>`, f.SHA256, f.Size, cmp.Or(f.MediaType, "application/octet-stream"))
	if f.Standard != "" {
		o.f(`<formatVersion>%s</formatVersion>`, f.Standard)
	}
	o.raw(`</formatDesignation></format></objectCharacteristics>`)
	// PREMIS means the name in the package by its owner; ours is that of the person who handed it in.
	o.f(`<originalName>%s</originalName>`, cmp.Or(f.Original, b.p.Name(f)))
	related(o, "structural", "is part of", r.ID)
	if f.Archival {
		for _, source := range r.formats {
			if !source.Archival {
				related(o, "derivation", "has source", source.ID)
			}
		}
	}
	o.raw("</object>\n")
}

func (b *builder) events(o *out, r record) {
	for i, e := range r.History {
		event(o, r.ID, i, e)
	}
}

// event writes an entry of the log; its place makes an identifier that stays the same when the package is made again.
func event(o *out, id efile.ID, place int, e archive.Entry) {
	o.raw(`<event>`)
	o.f(`<eventIdentifier><eventIdentifierType>local</eventIdentifierType><eventIdentifierValue>%s/%s</eventIdentifierValue></eventIdentifier>`,
		id, place+1)
	o.f(`<eventType>%s</eventType><eventDateTime>%s</eventDateTime>`, cmp.Or(e.What, "unknown"), stamp(e.Time))
	if e.Actor != "" {
		identifier(o, "linkingAgentIdentifier", "local", e.Actor)
	}
	identifier(o, "linkingObjectIdentifier", "UUID", id.String())
	o.raw("</event>\n")
}

// packing tells of the making of this package.
func (b *builder) packing(o *out) {
	m := b.p.Message
	o.raw(`<event>`)
	identifier(o, "eventIdentifier", "UUID", m.ID.String())
	o.f(`<eventType>information package creation</eventType><eventDateTime>%s</eventDateTime>`, stamp(m.Created))
	identifier(o, "linkingAgentIdentifier", "local", b.software())
	o.raw("</event>\n")
}

func (b *builder) software() string { return cmp.Or(b.p.Message.Product, "eakte") }

// agents names everybody who acted, once, in the order of their identifiers.
func (b *builder) agents(o *out) {
	var actors []string
	seen := map[string]bool{"": true, b.software(): true}
	b.each(o, func(_ *out, r record) {
		for _, e := range r.History {
			if !seen[e.Actor] {
				seen[e.Actor] = true
				actors = append(actors, e.Actor)
			}
		}
	})
	slices.Sort(actors)
	for _, actor := range actors {
		kind := "person"
		if strings.HasPrefix(actor, "system") || strings.HasPrefix(actor, "service") {
			kind = "software"
		}
		o.raw(`<agent>`)
		identifier(o, "agentIdentifier", "local", actor)
		o.f("<agentType>%s</agentType></agent>\n", kind)
	}
	o.raw(`<agent>`)
	identifier(o, "agentIdentifier", "local", b.software())
	o.f("<agentName>%s</agentName><agentType>software</agentType><agentVersion>%s</agentVersion></agent>\n",
		b.software(), cmp.Or(b.p.Message.Release, "unknown"))
}
