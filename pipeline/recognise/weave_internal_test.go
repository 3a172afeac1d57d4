package recognise

import (
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline/tool"
)

// reading makes a line of words, ten pixels a letter, from "text confidence" pairs; parts of a word are those behind strokes.
func reading(pairs ...any) []tool.ReadWord {
	var out []tool.ReadWord
	left := 0
	for i := 0; i < len(pairs); i += 2 {
		text, sure := pairs[i].(string), pairs[i+1].(float64)
		w := said(text, sure, left, left+10*len([]rune(text)))
		if n := len(out); n > 0 && strings.HasSuffix(out[n-1].Text, "/") {
			last := &out[n-1]
			if len(last.Parts) == 0 {
				last.Parts = []tool.ReadWord{*last}
			}
			last.Parts = append(last.Parts, w)
			last.Text, last.Confidence, last.Box[2] = last.Text+text, min(last.Confidence, sure), w.Box[2]
		} else {
			out = append(out, w)
		}
		left = w.Box[2]
		if !strings.HasSuffix(text, "/") {
			left += 10
		}
	}
	return out
}

func TestScriptsAreWovenIntoOneLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		first, other []tool.ReadWord
		want         string
	}{
		{
			"one word of two scripts", reading("NONILUYK/", 0.6, "POLISHCHUK", 0.92), reading("ПОЛІЩУК/", 0.92, "РОЦШЯСНСНК", 0.4),
			"ПОЛІЩУК/POLISHCHUK",
		},
		{
			"a word that could be either goes with its neighbours",
			reading("Data", 0.93, "napomxen/", 0.3, "Date", 0.93, "of", 0.93), reading("Дата", 0.92, "народжен/", 0.93, "Оаїе", 0.6, "ої", 0.9),
			"Дата народжен/Date of",
		},
		{"a letter that could be either, among Latin ones", reading("P", 0.83, "UKR", 0.92), reading("Р", 0.93, "УКК", 0.04), "P UKR"},
		{"what only one of them saw", reading("Name", 0.9), reading("Мате", 0.4, "Прізвище", 0.9), "Name Прізвище"},
		{"nothing in the first", nil, reading("Прізвище", 0.9), "Прізвище"},
		{"nothing in the other", reading("Name", 0.9), nil, "Name"},
		{"from right to left", reading("2026", 0.9, "xyzab", 0.1, "abcde", 0.1), reading("2026", 0.9, "محمد", 0.9, "الاسم", 0.9), "الاسم محمد 2026"},
	} {
		if got := strings.Join(texts(woven(c.first, c.other)), " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
