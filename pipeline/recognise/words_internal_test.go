package recognise

import (
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// at makes a stretch of words at left, with its middle at y and letters of 10.
func at(left, y float64, text string) stretch {
	s := stretch{left: left, right: left + 6*float64(len(text)), middle: y, tall: 10}
	for w := range strings.FieldsSeq(text) {
		s.words = append(s.words, pipeline.Word{Text: w, Confidence: 1, RTL: rightToLeft(w)})
	}
	return s
}

func TestReadingOrder(t *testing.T) {
	t.Parallel()
	prose := "running text that fills the column from left to right"
	var columns []stretch
	for i := range 10 {
		y := float64(100 + 20*i)
		columns = append(columns, at(0, y, "a "+prose), at(400, y+3, "b "+prose))
	}
	for _, c := range []struct {
		name string
		in   []stretch
		want string
	}{
		{"label and value stand on one line, whatever block they were found in", []stretch{
			at(0, 10, "Name"), at(0, 30, "Vorname"), at(200, 11, "Öztürk"), at(200, 29, "Ayşe"),
		}, "Name Öztürk\nVorname Ayşe"},
		{"a cell in the middle beside two lines is a line of its own", []stretch{
			at(0, 10, "one"), at(0, 28, "two"), at(200, 19, "beside"),
		}, "one\nbeside\ntwo"},
		{"large letters beside small ones", []stretch{
			{words: []pipeline.Word{{Text: "TITLE"}}, left: 0, right: 100, middle: 20, tall: 24}, at(200, 14, "Zimmer 3"), at(200, 28, "Telefon"),
		}, "TITLE Zimmer 3\nTelefon"},
		{"a dash far from the baseline stays in its line", []stretch{
			at(0, 10, "1.10."), {words: []pipeline.Word{{Text: "–"}}, left: 50, right: 56, middle: 13, tall: 1}, at(80, 10, "31.3."),
		}, "1.10. – 31.3."},
		{"a line from right to left begins at the right", []stretch{at(0, 10, "محمد"), at(200, 10, "الاسم")}, "الاسم محمد"},
		{"running text in two columns is read column by column", columns,
			strings.TrimSuffix(strings.Repeat("a "+prose+"\n", 10)+strings.Repeat("b "+prose+"\n", 10), "\n")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := text(inOrder(c.in)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// word makes a word of a page whose usual word is 20 pixels high.
func word(text string, confidence float64, width, height int) tool.ReadWord {
	return tool.ReadWord{Text: text, Confidence: confidence, Box: [4]int{100, 100, 100 + width, 100 + height}}
}

func TestMarksAreNoWords(t *testing.T) {
	t.Parallel()
	usual := []tool.ReadWord{word("Sehr", 0.9, 60, 20), word("geehrte", 0.9, 90, 20), word("Frau", 0.9, 60, 20)}
	for _, c := range []struct {
		word tool.ReadWord
		want bool // it stays
	}{
		{word("WA,", 0.35, 150, 75), false}, // a signature
		{word("ÜBERSCHRIFT", 0.93, 400, 75), true},
		{word("dem", 0.31, 40, 22), true},
		{word("|", 0.95, 4, 50), false}, // a line of a table
		{word("|", 0.95, 4, 24), true},  // between two words
		{word("[]", 0.9, 24, 28), false},
		{word("[X]", 0.9, 24, 28), false},
		{word("[1]", 0.9, 24, 28), true},
		{word("a]", 0.9, 24, 28), false},
	} {
		got := uncluttered(append(usual[:3:3], c.word))
		if stays := len(got) == 4; stays != c.want {
			t.Errorf("%q, %d pixels high, confidence %.2f: stays %v, want %v", c.word.Text, c.word.Box[3]-100, c.word.Confidence, stays, c.want)
		}
	}
}

func TestSigns(t *testing.T) {
	t.Parallel()
	usual := []tool.ReadWord{word("Sehr", 0.9, 60, 20), word("geehrte", 0.9, 90, 20), word("Frau", 0.9, 60, 20)}
	for _, c := range []struct {
		words []tool.ReadWord
		want  string
	}{
		{[]tool.ReadWord{word("-", 0.9, 3, 3)}, "·"},
		{[]tool.ReadWord{word(":", 0.9, 3, 4)}, "·"},
		{[]tool.ReadWord{word(":", 0.9, 3, 14)}, ":"},
		{[]tool.ReadWord{word("-", 0.9, 6, 2)}, "-"},
		{[]tool.ReadWord{word("—", 0.9, 13, 2)}, "–"},
		{[]tool.ReadWord{word("-", 0.9, 22, 2)}, "—"},
		{[]tool.ReadWord{word("$", 0.9, 10, 20), word("18", 0.9, 20, 20)}, "§ 18"},
		{[]tool.ReadWord{word("($$", 0.9, 10, 20), word("66,", 0.9, 20, 20)}, "(§§ 66,"},
		{[]tool.ReadWord{word("500", 0.9, 10, 20), word("$", 0.9, 20, 20)}, "500 $"},
		{[]tool.ReadWord{word("„Deutsch”", 0.9, 90, 20)}, "„Deutsch“"},
		{[]tool.ReadWord{word("“German”", 0.9, 90, 20)}, "“German”"},
	} {
		var got []string
		for _, w := range signed(append(usual[:3:3], c.words...))[3:] {
			got = append(got, w.Text)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q becomes %q, want %q", c.words[0].Text, got, c.want)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	// As pdftotext gives them: characters and words from left to right as they stand on paper.
	var line []pipeline.Word
	for _, w := range strings.Fields("2026 دمحم :مسالا") {
		line = append(line, pipeline.Word{Text: w, RTL: rightToLeft(w)})
	}
	var got []string
	for _, w := range speakable(line) {
		if w.RTL {
			w.Text = string(turnAround([]rune(w.Text)))
		}
		got = append(got, w.Text)
	}
	if want := "الاسم: محمد 2026"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
