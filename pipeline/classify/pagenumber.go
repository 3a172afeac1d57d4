package classify

import (
	"regexp"
	"strconv"
	"strings"
)

// pageNumber is what a page says of its place in its document; zero where it says nothing.
type pageNumber struct{ page, of int }

// The forms of page numbers: with a word, and bare at the edge of a page.
var (
	worded = regexp.MustCompile(`(?i)(?:seite|blatt|page|sayfa|сторінка|стор\.|страница|стр\.|صفحة|الصفحة|pág\.|página|strona|faqe|strana)\s*:?\s*(\d{1,3})(?:\s*(?:von|of|/|sur|de|з|из|van|od|من|nga)\s*(\d{1,3}))?`)
	bare   = regexp.MustCompile(`^(?:-\s*(\d{1,3})\s*-|(\d{1,3})\s*/\s*(\d{1,3}))$`)
)

// edge is how many lines at the top and at the bottom may hold a page number.
const edge = 4

// readPageNumber finds a page's number near its edges.
func readPageNumber(text string) pageNumber {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) > 2*edge {
		lines = append(lines[:edge:edge], lines[len(lines)-edge:]...)
	}
	for _, line := range lines {
		if m := worded.FindStringSubmatch(line); m != nil {
			return checked(m[1], m[2])
		}
		if m := bare.FindStringSubmatch(line); m != nil {
			return checked(m[1]+m[2], m[3])
		}
	}
	return pageNumber{}
}

// checked leaves out numbers that cannot be: page 3 of 2.
func checked(page, of string) pageNumber {
	p, _ := strconv.Atoi(page)
	n, _ := strconv.Atoi(of)
	if n > 0 && p > n {
		return pageNumber{}
	}
	return pageNumber{p, n}
}
