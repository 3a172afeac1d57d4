package recognise

import (
	"slices"
	"testing"

	"github.com/eakte/eakte/pipeline/tool"
)

// said is a word from left to right.
func said(text string, confidence float64, left, right int) tool.ReadWord {
	return tool.ReadWord{Text: text, Confidence: confidence, Box: [4]int{left, 0, right, 20}}
}

func texts(words []tool.ReadWord) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Text)
	}
	return out
}

func TestWhatMostCutsSayStands(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		readings [][]tool.ReadWord
		want     []string
	}{
		{"two against one", [][]tool.ReadWord{{said("StraRe", 0.5, 0, 60)}, {said("Straße", 0.6, 0, 60)}, {said("Straße", 0.4, 1, 61)}}, []string{"Straße"}},
		{"a sure one against two guesses", [][]tool.ReadWord{{said("2S", 0.1, 0, 30)}, {said("25", 0.9, 0, 30)}, {said("2S", 0.2, 0, 30)}}, []string{"25"}},
		{"words run together in one", [][]tool.ReadWord{
			{said("79c,01797", 0.7, 0, 120)},
			{said("79c,", 0.8, 0, 40), said("01797", 0.9, 50, 120)},
			{said("79c,", 0.8, 0, 40), said("01797", 0.9, 50, 120)},
		}, []string{"79c,", "01797"}},
		{"none of them reads anything", [][]tool.ReadWord{nil, nil}, nil},
	} {
		if got := texts(elected(c.readings)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOnlyWordsInDoubtAreReadAgain(t *testing.T) {
	t.Parallel()
	line := []tool.ReadWord{said("Herr", 0.95, 0, 40), said("Mu1ler", 0.5, 50, 110), said("—", 0.1, 120, 140), said("wohnt", 0.93, 150, 200)}
	if from, to := inDoubt(line); from != 50 || to != 110 {
		t.Errorf("got %d to %d, want 50 to 110", from, to)
	}
	if from, to := inDoubt(line[:1]); from != to {
		t.Errorf("got %d to %d in a line without doubt", from, to)
	}
}

func TestALineBecomesWhatMakesMuchMoreSense(t *testing.T) {
	t.Parallel()
	latin := []tool.ReadWord{said("YKPAÏHA", 0.55, 0, 90)}
	for name, c := range map[string]struct {
		other []tool.ReadWord
		want  bool
	}{
		"the script it is in":             {[]tool.ReadWord{said("УКРАЇНА", 0.93, 0, 90)}, true},
		"an ornament in any script":       {[]tool.ReadWord{said("ННоНЛН", 0.6, 0, 90)}, false},
		"hardly more than in the first":   {[]tool.ReadWord{said("УКРАЇНА", 0.6, 0, 90)}, false},
		"nothing at all in other letters": {nil, false},
	} {
		if got := becomes(latin, c.other); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestAPageOfWhichMostLinesLieOnASideIsNotReadSo(t *testing.T) {
	t.Parallel()
	up, side := tool.TextLine{}, tool.TextLine{Turn: 90}
	if got := mostlyUpright([]tool.TextLine{side, side, up}); len(got) != 1 || got[0].Turn != 0 {
		t.Errorf("got %v, want the upright one", got)
	}
	if got := mostlyUpright([]tool.TextLine{up, up, side}); len(got) != 3 {
		t.Errorf("got %d lines, want all: a stamp may stand upright on its side", len(got))
	}
}

func TestRulesAreNoLines(t *testing.T) {
	t.Parallel()
	words := []tool.ReadWord{said("Name", 0.9, 0, 40), said("—", 0.2, 0, 20), said("Á—", 0.3, 30, 50)}
	words[1].Line, words[2].Line = 1, 1
	if got := texts(withoutRules(words)); !slices.Equal(got, []string{"Name"}) {
		t.Errorf("got %q", got)
	}
}
