package recognise

import "testing"

func TestHiddenTextContradictsWhatIsSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, own, seen string
		want            bool
	}{
		{"a hidden passport on a lease", "Mietvertrag vom 1. Mai 2025\nREISEPASS PASSPORT P<UTOERIKSSON<<ANNA<MARIA", "Mietvertrag vom 1. Mai 2025", true},
		{"the text layer of an earlier recognition", "Mietvertrag zwischen Vermieter und Mieterin\nKaltmiete 640", "Mietvertrag zwischen Vermieter und Mieterin\nKaltrniete 640", false},
		{"no text of its own", "", "Mietvertrag", false},
		{"a page number and a stamp say too little", "Seite 3 von 7\nEingegangen", "Mietvertrag", false},
	} {
		if got := contradicts(c.own, c.seen); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
