package extract

import (
	"regexp"
	"sync"
)

// lazy is a regular expression that is compiled when it is first needed. There are some eighty, of which a document needs
// a few: compiled all together they cost a reader, which is started anew every few pages, more than a page's fields.
type lazy struct {
	source  string
	compile func() *regexp.Regexp
}

// expression returns the expression of a source; it panics at the first use if that is none.
func expression(source string) *lazy {
	return &lazy{source, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })}
}

// String is the expression's source.
func (l *lazy) String() string { return l.source }

// MatchString is that of regexp.Regexp.
func (l *lazy) MatchString(s string) bool { return l.compile().MatchString(s) }

// FindString is that of regexp.Regexp.
func (l *lazy) FindString(s string) string { return l.compile().FindString(s) }

// FindStringIndex is that of regexp.Regexp.
func (l *lazy) FindStringIndex(s string) []int { return l.compile().FindStringIndex(s) }

// FindStringSubmatchIndex is that of regexp.Regexp.
func (l *lazy) FindStringSubmatchIndex(s string) []int { return l.compile().FindStringSubmatchIndex(s) }

// FindAllStringIndex is that of regexp.Regexp.
func (l *lazy) FindAllStringIndex(s string, n int) [][]int {
	return l.compile().FindAllStringIndex(s, n)
}

// FindAllStringSubmatchIndex is that of regexp.Regexp.
func (l *lazy) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return l.compile().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString is that of regexp.Regexp.
func (l *lazy) ReplaceAllString(s, with string) string { return l.compile().ReplaceAllString(s, with) }

// ReplaceAllStringFunc is that of regexp.Regexp.
func (l *lazy) ReplaceAllStringFunc(s string, with func(string) string) string {
	return l.compile().ReplaceAllStringFunc(s, with)
}

// Split is that of regexp.Regexp.
func (l *lazy) Split(s string, n int) []string { return l.compile().Split(s, n) }
