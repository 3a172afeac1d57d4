package locale

import (
	"slices"
	"strconv"
	"strings"
)

// maxHeader bounds what Negotiate reads of a header: browsers send a few dozen bytes.
const maxHeader = 500

// Negotiate chooses the language of an answer: the first of preferred that is one of ours (an explicit choice, then what
// is known of the person), else the best of an Accept-Language header, else Default.
func Negotiate(header string, preferred ...string) string {
	for _, tag := range preferred {
		if lang := ours(tag); lang != "" {
			return lang
		}
	}
	best, bestQ := Default, 0.0
	for part := range strings.SplitSeq(header[:min(len(header), maxHeader)], ",") {
		tag, params, _ := strings.Cut(part, ";")
		if lang, q := ours(tag), quality(params); lang != "" && q > bestQ {
			best, bestQ = lang, q
		}
	}
	return best
}

// ours returns the language of a tag if we speak it.
func ours(tag string) string {
	lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	if slices.Contains(Languages, lang) {
		return lang
	}
	return ""
}

// quality reads "q=0.8"; what is missing counts as 1, nonsense as 0.
func quality(params string) float64 {
	value, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !found {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
