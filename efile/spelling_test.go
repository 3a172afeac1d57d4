package efile_test

import (
	"testing"

	"github.com/eakte/eakte/efile"
)

func TestSameNameBearsTransliteration(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"Müller, Jürgen", "JUERGEN MUELLER", true},
		{"Müller Jürgen", "MULLER JURGEN", true},
		{"Sørensen Bjørn Åge", "SOERENSEN BJOERN AAGE", true},
		{"Anna Maria Eriksson", "ERIKSSON ANNA", true},
		{"Straßer, Groß", "STRASSER GROSS", true},
		{"Yılmaz Gülşen", "YILMAZ GULSEN", true},
		{"Щербакова Наталія", "SHCHERBAKOVA NATALIIA", true},
		{"Юлия Жукова", "ZHUKOVA IULIIA", true},
		{"Yuliya Schukowa", "ZHUKOVA IULIIA", true},
		{"Al-Zubaidi Haider", "ALZUBAIDI HAIDER", true},
		{"محمد الزبيدي", "ALZUBAIDI MOHAMMED", true},
		{"Παπαδόπουλος Νίκος", "PAPADOPOULOS NIKOS", true},
		{"O'Brien Seán", "OBRIEN SEAN", true},
		{"Nguyễn Thanh Tùng", "NGUYEN THANH TUNG", true},
		{"Anna Eriksson", "ERIKSSON MARIA", false},
		{"Petrov Ivan", "PETROVSKI IVAN", false},
		{"Müller Jürgen", "MILLER JURGEN", false},
		{"Müller", "MUELLER JUERGEN", false}, // a surname alone tells nobody
		{"محمد", "ALZUBAIDI MOHAMMED", false},
		{"", "MUELLER", false},
		{"-", "-", false},
	} {
		if got := efile.SameName(c.one, c.other); got != c.same {
			t.Errorf("SameName(%q, %q) = %v, want %v", c.one, c.other, got, c.same)
		}
		if got := efile.SameName(c.other, c.one); got != c.same {
			t.Errorf("SameName(%q, %q) = %v, want %v", c.other, c.one, got, c.same)
		}
	}
}

func FuzzSameName(f *testing.F) {
	f.Add("Müller Jürgen", "محمد")
	f.Fuzz(func(t *testing.T, one, other string) {
		if efile.SameName(one, other) != efile.SameName(other, one) {
			t.Errorf("%q and %q: not the same both ways", one, other)
		}
		if words := one + "A"; !efile.SameName(words, words) {
			t.Errorf("%q is not the same as itself", words)
		}
	})
}
