package tool

// fewSegments is how many pieces of paths a page may draw and still be plain: rules, a table, a logo of few strokes. The
// smallest QR code has 21 rows of several runs each.
const fewSegments = 60

// Plain reports whether a page (from 1) shows only text and a few lines: no picture, no shading, no note of a viewer, and
// too few strokes for a bar code. False if that cannot be told.
func (p *PDF) Plain(page int) bool {
	dict, _ := p.page(page)
	if dict == nil {
		return false
	}
	if _, annotated := dict.Find("Annots"); annotated {
		return false
	}
	content, err := p.content(dict)
	return err == nil && plain(content)
}

// plain looks through a content stream.
func plain(content []byte) bool {
	s, segments := scanner{data: content}, 0
	for {
		token, ok := s.next()
		if !ok {
			return !s.bad
		}
		switch string(token) {
		case "Do", "BI", "sh", "scn", "SCN": // the last two may set patterns
			return false
		case "re", "l", "c", "v", "y":
			if segments++; segments > fewSegments {
				return false
			}
		}
	}
}
