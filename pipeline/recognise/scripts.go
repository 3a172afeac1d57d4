package recognise

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"unicode"

	"github.com/eakte/eakte/pipeline/tool"
)

// When and how another script is looked for. A page in one script alone has hardly a word in twenty that is doubtful,
// signatures and stamps included.
const (
	foreignShare = 0.12 // of the characters that are in doubtful words
	foreignLeast = 25   // of those characters, at least
	probes       = 8    // lines that are read in every other script
	probeLetters = 6    // that such a line has at least
	muchSurer    = 0.12 // by how much a line must be surer in another script
	sureLine     = 0.7  // and how sure: ornaments are read as something in any script
)

// otherScripts reads doubtful lines once more with the models of the script that they are written in, and weaves the readings
// together: passports and certificates of many countries are printed in two scripts. Out of time, the first reading stands.
func (r *run) otherScripts(ctx context.Context, s *sheet, places []tool.TextLine, read [][]tool.ReadWord) error {
	if !foreign(slices.Concat(read...)) {
		return nil
	}
	at := doubtfulLines(read)
	languages, err := r.probe(ctx, s, places, read, at)
	if err != nil || len(languages) == 0 {
		return err
	}
	if mostly(read, at) { // then what is sure in the first may yet be surer in the other
		at = nil
		for i := range read {
			at = append(at, i)
		}
	}
	again, err := r.recognise(ctx, s, chosen(places, at), languages, true)
	if errors.Is(err, tool.ErrDeadline) {
		return nil
	}
	if err != nil {
		return err
	}
	s.languages = append(s.languages, languages...)
	for k, i := range at {
		if max(confidence(read[i]), confidence(again[k])) >= doubtful { // else it is an ornament
			read[i] = woven(read[i], again[k])
		}
	}
	return nil
}

// mostly reports whether the given lines hold most of the letters.
func mostly(read [][]tool.ReadWord, at []int) bool {
	return 2*lettersOf(slices.Concat(chosen(read, at)...)) > lettersOf(slices.Concat(read...))
}

// becomes reports whether a line makes sense in another script, and much more so than in its first.
func becomes(first, other []tool.ReadWord) bool {
	sure := confidence(other)
	return sure >= sureLine && sure >= confidence(first)+muchSurer
}

// doubtfulLines returns the lines with a doubtful word, or none at all, the most doubtful first.
func doubtfulLines(read [][]tool.ReadWord) []int {
	var at []int
	for i, words := range read {
		if len(words) == 0 || slices.ContainsFunc(words, func(w tool.ReadWord) bool { return w.Confidence < doubtful }) {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(confidence(read[a]), confidence(read[b])) })
	return at
}

func chosen[V any](of []V, at []int) []V {
	out := make([]V, len(at))
	for k, i := range at {
		out[k] = of[i]
	}
	return out
}

// foreign reports whether so many words are doubtful that they may be in another script.
func foreign(words []tool.ReadWord) bool {
	all, doubted := 0, 0
	for _, w := range words {
		n := len([]rune(w.Text))
		all += n
		if w.Confidence < doubtful {
			doubted += n
		}
	}
	return doubted >= foreignLeast && float64(doubted) >= foreignShare*float64(all)
}

// probe reads the longest doubtful lines in every script there is and returns the models of the one in which most letters
// make sense; none if there is none.
func (r *run) probe(ctx context.Context, s *sheet, places []tool.TextLine, read [][]tool.ReadWord, at []int) ([]string, error) {
	at = slices.DeleteFunc(slices.Clone(at), func(i int) bool { return lettersOf(read[i]) < probeLetters })
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(lettersOf(read[b]), lettersOf(read[a])) })
	at = at[:min(probes, len(at))]
	best, most := []string(nil), 0
	for _, script := range slices.Sorted(maps.Keys(scripts)) {
		languages := r.engine.ofScript(script, r.request.Languages)
		if len(languages) == 0 {
			continue
		}
		again, err := r.recognise(ctx, s, chosen(places, at), languages, false)
		if errors.Is(err, tool.ErrDeadline) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		letters := 0
		for k, i := range at {
			if becomes(read[i], again[k]) {
				letters += lettersOf(again[k])
			}
		}
		if letters > most {
			best, most = languages, letters
		}
	}
	return best, nil
}

// lettersOf counts the letters of words; an ornament that was taken for a line has few.
func lettersOf(words []tool.ReadWord) int {
	n := 0
	for _, w := range words {
		for _, c := range w.Text {
			if unicode.IsLetter(c) {
				n++
			}
		}
	}
	return n
}

// middleIn reports whether the middle of a lies in b.
func middleIn(a, b tool.ReadWord) bool {
	x, y := (a.Box[0]+a.Box[2])/2, (a.Box[1]+a.Box[3])/2
	return x >= b.Box[0] && x < b.Box[2] && y >= b.Box[1] && y < b.Box[3]
}
