package recognise

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// contradicted reports whether a page that was read from its picture has text of its own that says something else: hidden
// text that a search finds and nobody sees. Without any text, or when pdftotext fails, nothing contradicts.
func (r *run) contradicted(ctx context.Context) bool {
	if r.request.Source != pipeline.SourcePDF {
		return false
	}
	first, last := 0, 0
	for _, p := range r.done {
		if p.Digital || p.Confidence < believed || len(p.Words) == 0 {
			continue
		}
		if first == 0 || p.Number < first {
			first = p.Number
		}
		last = max(last, p.Number)
	}
	if first == 0 {
		return false
	}
	out, err := tool.Run(ctx, r.dir, "pdftotext", []string{
		"-q", "-enc", "UTF-8", "-f", fmt.Sprint(first), "-l", fmt.Sprint(last), r.request.File, "-",
	}, tool.Limits{})
	if err != nil {
		return false
	}
	own := strings.Split(string(out), "\f")
	for _, p := range r.done {
		at := p.Number - first
		if !p.Digital && p.Confidence >= believed && len(p.Words) > 0 && at < len(own) && contradicts(own[at], p.Text) {
			return true
		}
	}
	return false
}

const (
	believed    = 0.65 // confidence of a reading that may contradict
	fewestWords = 4    // of own text, from which on it says something
)

// contradicts reports whether more than half of a page's own words are not to be seen on it. Short words do not count: they
// are misread too easily.
func contradicts(own, seen string) bool {
	visible, all, missing := map[string]bool{}, 0, 0
	for _, word := range longWords(seen) {
		visible[word] = true
	}
	for _, word := range longWords(own) {
		all++
		if !visible[word] {
			missing++
		}
	}
	return all >= fewestWords && missing*2 > all
}

// longWords are the words of four letters and digits and more, in lower case.
func longWords(text string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		if len([]rune(word)) >= 4 {
			words = append(words, word)
		}
	}
	return words
}
