package recognise

import (
	"context"
	"slices"
	"unicode"

	"github.com/eakte/eakte/pipeline/recognise/lines"
	"github.com/eakte/eakte/pipeline/tool"
)

// What a network makes of a line depends on how it was cut, a pixel more or less: where it is sure, always the same; where it
// is not, each time something else, and right more often than not. So doubtful lines are cut in several ways, and what most
// cuts say with most confidence stands.
const (
	settled  = 0.8 // confidence from which on a word is not in doubt
	noLine   = 0.2 // confidence below which a line is none: an ornament, a rule; or in another script
	mostVote = 60  // lines of a page that are read again
)

// cuts are other ways to cut a line: how much higher above and below, in shares of its height.
var cuts = [][2]float64{{0.1, 0.06}, {-0.04, 0.04}, {0.05, -0.06}, {0.15, 0.1}}

// again reads doubtful lines in other cuts and settles their words.
func again(ctx context.Context, m *lines.Model, p *tool.Picture, found []tool.TextLine, read [][]tool.ReadWord) error {
	var places []tool.TextLine
	var of []int
	_, height := p.Size()
	for i, words := range read {
		if found[i].Turn != 0 || !worthAVote(words) || len(of) == mostVote {
			continue
		}
		of = append(of, i)
		high := float64(found[i].Box[3] - found[i].Box[1])
		for _, c := range cuts {
			l := found[i]
			l.Box[1] = max(0, l.Box[1]-int(c[0]*high))
			l.Box[3] = min(height, l.Box[3]+int(c[1]*high))
			places = append(places, l)
		}
	}
	others, err := cut(ctx, m, p, places)
	if err != nil {
		return err
	}
	for k, i := range of {
		read[i] = elected(append([][]tool.ReadWord{read[i]}, others[k*len(cuts):(k+1)*len(cuts)]...))
	}
	return nil
}

// worthAVote reports whether a line holds a word in doubt and is a line of text at all.
func worthAVote(words []tool.ReadWord) bool {
	return confidence(words) > noLine && slices.ContainsFunc(words, func(w tool.ReadWord) bool {
		return w.Confidence < settled && slices.ContainsFunc([]rune(w.Text), func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) })
	})
}

// elected returns the reading of a line that agrees best with all of them, with each word as most of them have it.
func elected(readings [][]tool.ReadWord) []tool.ReadWord {
	best, most := 0, -1.0
	for i, words := range readings {
		if sum := agreement(words, readings); sum > most {
			best, most = i, sum
		}
	}
	out := slices.Clone(readings[best])
	for i, w := range out {
		out[i] = votes(w, readings)
	}
	return out
}

// agreement is how far other readings have the same words at the same places, by confidence and letters.
func agreement(words []tool.ReadWord, readings [][]tool.ReadWord) float64 {
	sum := 0.0
	for _, w := range words {
		for _, other := range readings {
			if o, ok := there(w, other); ok && o.Text == w.Text {
				sum += (o.Confidence + w.Confidence) * float64(len([]rune(w.Text)))
			}
		}
	}
	return sum
}

// votes returns the word as the readings have it that together are surest.
func votes(w tool.ReadWord, readings [][]tool.ReadWord) tool.ReadWord {
	var texts []string
	sums := map[string]float64{}
	surest := map[string]tool.ReadWord{}
	for _, words := range readings {
		o, ok := there(w, words)
		if !ok {
			continue
		}
		if _, known := sums[o.Text]; !known {
			texts = append(texts, o.Text)
		}
		sums[o.Text] += max(o.Confidence, 0.05)
		if o.Confidence > surest[o.Text].Confidence {
			surest[o.Text] = o
		}
	}
	for _, text := range texts {
		if sums[text] > sums[w.Text] {
			w = surest[text]
		}
	}
	return w
}

// there returns the one word of a reading that lies where w does.
func there(w tool.ReadWord, words []tool.ReadWord) (tool.ReadWord, bool) {
	for _, o := range words {
		common := min(w.Box[2], o.Box[2]) - max(w.Box[0], o.Box[0])
		if 5*common > 4*max(w.Box[2]-w.Box[0], o.Box[2]-o.Box[0]) {
			return o, true
		}
	}
	return tool.ReadWord{}, false
}
