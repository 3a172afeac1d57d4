package pipeline

import (
	"slices"
	"strings"
)

// separator begins the text of the code on a separator sheet: a page put between documents that are scanned in one
// go, printed by whoever scans. What follows it is ignored.
const separator = "eakte:separator"

// Separates reports whether a page is a separator sheet.
func (p Page) Separates() bool {
	return slices.ContainsFunc(p.Codes, func(c Code) bool { return strings.HasPrefix(strings.ToLower(c.Text), separator) })
}

// WithoutSeparators returns the pages that are no separator sheets, for whatever judges what is written on them.
func WithoutSeparators(pages []Page) []Page {
	return slices.DeleteFunc(slices.Clone(pages), Page.Separates)
}

// Separate cuts segments where a separator sheet lies: the sheet belongs to none, and what lies on either side of it to
// two. Without such sheets the segments stay as they are.
func Separate(segments []Segment, pages []Page) []Segment {
	var sheets []int
	for _, p := range pages {
		if p.Separates() {
			sheets = append(sheets, p.Number)
		}
	}
	if len(sheets) == 0 {
		return segments
	}
	var cut []Segment
	for _, s := range segments {
		rest := s
		for _, sheet := range sheets {
			if sheet < rest.First || sheet > rest.Last {
				continue
			}
			if before := rest; sheet > rest.First {
				before.Last = sheet - 1
				cut = append(cut, before)
			}
			rest.First = sheet + 1
		}
		if rest.First <= rest.Last {
			cut = append(cut, rest)
		}
	}
	return cut
}
