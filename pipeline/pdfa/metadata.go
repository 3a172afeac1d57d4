package pdfa

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// packet is an XMP packet.
type packet struct {
	header     string // of the xpacket processing instruction
	utf8       bool
	properties []*property
	extensions *property // the container of extension schemas
	valid      bool      // it could be read
}

var (
	packetHeader      = regexp.MustCompile(`(?s)<\?xpacket\s.*?\?>`)
	bytesAttribute    = regexp.MustCompile(`\sbytes\s*=\s*(?:'[^']*'|"[^"]*")`)
	encodingAttribute = regexp.MustCompile(`\sencoding\s*=\s*(?:'[^']*'|"[^"]*")`)
)

// packetOf reads the packet of a metadata stream. Only one too large to be read is an error.
func (v *validator) packetOf(s *stream) (*packet, error) {
	p := &packet{}
	if s == nil {
		return p, nil
	}
	data, err := v.file.decode(s)
	if err != nil || len(data) > maxPacket {
		return p, errTooMuch
	}
	data, p.utf8 = toUTF8(data)
	p.header = string(packetHeader.Find(data[:min(len(data), 4096)]))
	list, err := readPacket(data)
	p.valid = err == nil
	for _, property := range list {
		if property.space == nsExtension && property.name == "schemas" {
			p.extensions = property
		} else {
			p.properties = append(p.properties, property)
		}
	}
	return p, nil
}

func readPacket(data []byte) ([]*property, error) {
	root, err := readXML(trimPacket(data))
	if err != nil {
		return nil, err
	}
	return readRDF(root)
}

// toUTF8 reports whether a packet is UTF-8, and makes it so.
func toUTF8(data []byte) ([]byte, bool) {
	order := 0
	switch {
	case len(data) < 4:
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}), data[0] == 0 && data[1] != 0:
		order = 1
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), data[0] != 0 && data[1] == 0:
		order = 2
	}
	if order == 0 {
		return bytes.TrimPrefix(data, []byte("\ufeff")), utf8.Valid(data)
	}
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		high, low := data[0], data[1]
		if order == 2 {
			high, low = low, high
		}
		units = append(units, uint16(high)<<8|uint16(low))
	}
	return []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")), false
}

// trimPacket drops the padding around the packet, which XML does not allow everywhere.
func trimPacket(data []byte) []byte {
	return bytes.TrimRight(bytes.TrimLeft(data, " \t\r\n"), " \t\r\n\x00")
}

func (p *packet) property(space, local string) *property {
	for _, c := range p.properties {
		if c.space == space && c.name == local {
			return c
		}
	}
	return nil
}

// claim returns part and level, such as "2b".
func (p *packet) claim() string {
	part, level := p.property(nsPDFAID, "part"), p.property(nsPDFAID, "conformance")
	if part == nil {
		return ""
	}
	claim := part.value
	if level != nil {
		claim += strings.ToLower(level.value)
	}
	if len(claim) > 3 { // whatever it is, it is none
		return ""
	}
	return claim
}

// catalogMetadata checks 6.6 for the document's own metadata.
func (v *validator) catalogMetadata(root dict) {
	f := v.file
	s := f.stream(root["Metadata"])
	if s == nil || f.name(s.dict["Type"]) != "Metadata" || f.name(s.dict["Subtype"]) != "XML" {
		v.breaks("6.6.2.1-1", numberOf(root["Metadata"]))
		return
	}
	p, err := v.packetOf(s)
	if err != nil {
		v.exhausted = true
		return
	}
	v.extensions = extensionsOf(p.extensions, nil)
	v.packetRules(p, v.extensions, s.num)
	v.checked[checkedKey{"metadata", s.num}] = true
	v.claim = p.claim()
	v.identification(p, s.num)
	v.partsMetadata()
}

// identification checks 6.6.4.
func (v *validator) identification(p *packet, num int) {
	claimed := false
	for _, c := range p.properties {
		claimed = claimed || c.space == nsPDFAID
	}
	if !claimed {
		v.breaks("6.6.4-1", num)
		return
	}
	part, level := p.property(nsPDFAID, "part"), p.property(nsPDFAID, "conformance")
	if part == nil || part.value != "2" {
		v.breaks("6.6.4-2", num)
	}
	allowed := "ABU"
	if v.level == Level2U {
		allowed = "AU"
	}
	if level == nil || len(level.value) != 1 || !strings.Contains(allowed, level.value) {
		v.breaks("6.6.4-3", num)
	}
	for local, clause := range map[string]string{"part": "6.6.4-4", "conformance": "6.6.4-5", "amd": "6.6.4-6", "corr": "6.6.4-7"} {
		if c := p.property(nsPDFAID, local); c != nil && c.prefix != "pdfaid" {
			v.breaks(clause, num)
		}
	}
}

// otherMetadata checks the metadata of a part of the document.
func (v *validator) otherMetadata(s *stream) {
	if s == nil || s.num == 0 {
		return
	}
	v.later = append(v.later, s)
}

// partsMetadata checks the metadata that structure came across, now that the document's own are known.
func (v *validator) partsMetadata() {
	for _, s := range v.later {
		if !v.once("metadata", s.num) {
			continue
		}
		p, err := v.packetOf(s)
		if err != nil {
			v.exhausted = true
			return
		}
		v.packetRules(p, extensionsOf(p.extensions, v.extensions), s.num)
	}
}

// packetRules checks 6.6.2 for a packet.
func (v *validator) packetRules(p *packet, own map[string]*schema, num int) {
	if bytesAttribute.MatchString(p.header) {
		v.breaks("6.6.2.1-2", num)
	}
	if encodingAttribute.MatchString(p.header) {
		v.breaks("6.6.2.1-3", num)
	}
	if !p.utf8 {
		v.breaks("6.6.2.1-5", num)
	}
	if !p.valid {
		v.breaks("6.6.2.1-4", num)
		return
	}
	v.extensionRules(p.extensions, own, num)
	for _, c := range p.properties {
		v.propertyType(c, own, num)
	}
}

// propertyType checks 6.6.2.3.1 for a property.
func (v *validator) propertyType(c *property, own map[string]*schema, num int) {
	for _, schemas := range []map[string]*schema{own, v.extensions, predefined()} {
		s := schemas[c.space]
		if s == nil {
			continue
		}
		typ, known := s.properties[c.name]
		if !known {
			continue
		}
		if !s.fits(c, typ) {
			v.breaks("6.6.2.3.1-2", num)
		}
		return
	}
	v.breaks("6.6.2.3.1-1", num)
}
