package recognise

import (
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
)

func TestTextIsTrustedByItsCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"a German sentence", "Sehr geehrte Frau Müller, wir bestätigen den Eingang Ihres Antrags vom 03.04.2026 und melden uns.", true},
		{"an Arabic sentence", "نشهد أن السيد المذكور أعلاه مقيم في المدينة", true},
		{"a bank statement", "03.04. Miete 780,00 04.04. Lohn 1.982,10 05.04. Strom 64,20", true},
		{"nothing", " \n ", false},
		{"a scrambled font", `"7+%-$ #/&( !)=? "7+%-$ §/&(`, false},
		{"letters without vowels", strings.Repeat("xkrtz bcdfg hjklm ", 6), false},
		{"replacement characters", "Antrag \uFFFD\uFFFD\uFFFD auf", false},
		{"private characters", "\uE001\uE002\uE003 abcdefghij", false},
	} {
		if got := trustworthy(c.text); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

const layout = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml">
<body><doc>
  <page width="200.000000" height="100.000000">
    <flow><block xMin="0"><line xMin="0">
      <word xMin="20" yMin="10" xMax="60" yMax="20">M&amp;M</word>
      <word xMin="70" yMin="10" xMax="900" yMax="20">GmbH</word>
    </line><line><word xMin="20" yMin="30" xMax="60" yMax="40">Köln</word></line></block></flow>
  </page>
</doc></body></html>`

func TestLayoutOfAPageBecomesWordsInShares(t *testing.T) {
	t.Parallel()
	pages := []pipeline.SoundPage{{Number: 1, Width: 200, Height: 100}}
	got, err := parseLayout([]byte(layout), pages)
	if err != nil {
		t.Fatal(err)
	}
	if want := "M&M GmbH\nKöln"; text(got[0]) != want {
		t.Errorf("got %q, want %q", text(got[0]), want)
	}
	if want := [4]float64{0.1, 0.1, 0.3, 0.2}; got[0][0].Box != want {
		t.Errorf("got box %v, want %v", got[0][0].Box, want)
	}
	if got[0][1].Box[2] != 1 {
		t.Errorf("a box beyond the page ends at %v, want 1", got[0][1].Box[2])
	}
	if _, err := parseLayout([]byte(layout), append(pages, pages...)); err == nil {
		t.Error("a missing page is no error")
	}
}

func FuzzParseLayout(f *testing.F) {
	f.Add([]byte(layout))
	f.Add([]byte("<page><line><word xMin='NaN'>\x01</word>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		pages := []pipeline.SoundPage{{Number: 1, Width: 200, Height: 100}}
		got, err := parseLayout(data, pages)
		if err != nil {
			return
		}
		for _, w := range got[0] {
			for _, x := range w.Box {
				if !(x >= 0 && x <= 1) {
					t.Errorf("box %v", w.Box)
				}
			}
		}
		trustworthy(text(got[0]))
	})
}

func TestLanguageIsGuessedFromLettersAndWords(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"de": "Die Bescheinigung ist für Frau Ćirić und nicht übertragbar",
		"en": "This is to certify that the holder of the passport is employed",
		"fr": "Nous soussignés certifions que la personne est née dans le département",
		"tr": "Bu belge nüfus kaydı için düzenlenmiştir ve tarihinde verilmiştir",
		"uk": "Свідоцтво про народження видане їй у Києві",
		"ru": "Свидетельство о рождении выдано этому гражданину",
		"ar": "شهادة ميلاد رقم 12",
		"":   "4711 0815",
	} {
		if got := language(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
