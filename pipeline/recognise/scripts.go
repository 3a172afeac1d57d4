package recognise

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/eakte/eakte/pipeline/tool"
)

// When and how another script is looked for. A page in one script alone has hardly a word in twenty that is doubtful,
// signatures and stamps included.
const (
	foreignShare = 0.12 // of the characters that are in doubtful words
	foreignLeast = 25   // of those characters, at least
	probes       = 3    // lines that are read in every other script
	probeLetters = 6    // that such a line has at least
	muchSurer    = 0.12 // by how much the reading in another script must be surer
)

// otherScripts reads a page with doubtful words once more with the models of the script that those are written in, and
// returns of each word the reading that is surer: passports and certificates of many countries are printed in two
// scripts. Out of time, the first reading stands.
func (r *run) otherScripts(ctx context.Context, s *sheet, segmentation tool.Segmentation, words []tool.ReadWord) ([]tool.ReadWord, error) {
	if !foreign(words) {
		return words, nil
	}
	languages, err := r.probe(ctx, s, words)
	if err != nil || len(languages) == 0 {
		return words, err
	}
	again, err := r.recognise(ctx, s, segmentation, languages)
	if errors.Is(err, tool.ErrDeadline) {
		return words, nil
	}
	if err != nil {
		return nil, err
	}
	s.languages = append(s.languages, languages...)
	if confidence(again) > confidence(words) {
		return surer(again, words), nil
	}
	return surer(words, again), nil
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

// probe reads the most doubtful lines in every script there is and returns the models of the one that fits them; none if
// that is the one they were read in.
func (r *run) probe(ctx context.Context, s *sheet, words []tool.ReadWord) ([]string, error) {
	lines := mostDoubtful(words)
	best, least := []string(nil), confidence(slices.Concat(lines...))+muchSurer
	for _, script := range slices.Sorted(maps.Keys(scripts)) {
		languages := r.engine.ofScript(script, r.request.Languages)
		if len(languages) == 0 {
			continue
		}
		var read []tool.ReadWord
		for _, line := range lines {
			again, err := r.line(ctx, s, line, languages)
			if errors.Is(err, tool.ErrDeadline) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			read = append(read, again...)
		}
		if sure := confidence(read); sure > least {
			best, least = languages, sure
		}
	}
	return best, nil
}

// mostDoubtful returns the lines that were read with the least confidence.
func mostDoubtful(words []tool.ReadWord) [][]tool.ReadWord {
	var lines [][]tool.ReadWord
	for len(words) > 0 {
		n, letters := 1, len([]rune(words[0].Text))
		for ; n < len(words) && words[n].Line == words[0].Line; n++ {
			letters += len([]rune(words[n].Text))
		}
		if letters >= probeLetters {
			lines = append(lines, words[:n])
		}
		words = words[n:]
	}
	slices.SortStableFunc(lines, func(a, b []tool.ReadWord) int {
		if confidence(a) < confidence(b) {
			return -1
		}
		return 1
	})
	return lines[:min(probes, len(lines))]
}

// line reads the place of some words again, by itself.
func (r *run) line(ctx context.Context, s *sheet, words []tool.ReadWord, languages []string) ([]tool.ReadWord, error) {
	box := words[0].Box
	for _, w := range words {
		box = [4]int{min(box[0], w.Box[0]), min(box[1], w.Box[1]), max(box[2], w.Box[2]), max(box[3], w.Box[3])}
	}
	w, h := s.grey.Size()
	room := (box[3] - box[1]) / 3
	left, top := max(0, box[0]-room), max(0, box[1]-room)
	part, err := s.grey.Crop(left, top, min(w, box[2]+room)-left, min(h, box[3]+room)-top)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	reader, err := r.engine.reader(languages)
	if err != nil {
		return nil, err
	}
	return reader.Read(ctx, part, tool.SegmentLine, s.dpi, time.Until(s.end))
}

// surer returns words with those replaced that other, a reading of the same page in another script, has with more
// confidence at the same place. Lines stay as they are, but words of both directions in one are put into order.
func surer(words, other []tool.ReadWord) []tool.ReadWord {
	var out []tool.ReadWord
	for i := 0; i < len(words); {
		n := i + 1
		for n < len(words) && words[n].Line == words[i].Line {
			n++
		}
		out = append(out, surerLine(words[i:n], other)...)
		i = n
	}
	return out
}

func surerLine(line, other []tool.ReadWord) []tool.ReadWord {
	var kept, taken []tool.ReadWord
	for _, w := range line {
		var there []tool.ReadWord
		for _, o := range other {
			if middleIn(o, w) {
				o.Line, o.Baseline = w.Line, w.Baseline
				there = append(there, o)
			}
		}
		if len(there) > 0 && confidence(there) > w.Confidence {
			taken = append(taken, there...)
		} else {
			kept = append(kept, w)
		}
	}
	if len(taken) == 0 {
		return line
	}
	out := slices.DeleteFunc(kept, func(w tool.ReadWord) bool { // the rest of a word that was read in pieces
		return slices.ContainsFunc(taken, func(t tool.ReadWord) bool { return middleIn(w, t) && t.Confidence > w.Confidence })
	})
	out = append(out, taken...)
	slices.SortStableFunc(out, func(a, b tool.ReadWord) int { return a.Box[0] - b.Box[0] })
	return spoken(out, func(w tool.ReadWord) string { return w.Text })
}

// middleIn reports whether the middle of a lies in b.
func middleIn(a, b tool.ReadWord) bool {
	x, y := (a.Box[0]+a.Box[2])/2, (a.Box[1]+a.Box[3])/2
	return x >= b.Box[0] && x < b.Box[2] && y >= b.Box[1] && y < b.Box[3]
}
