package compose_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/pdfa"
)

func TestWhatIsSpoiledInAFileOfOursIsSeen(t *testing.T) {
	t.Parallel()
	good := ours(t)
	if r := pdfa.Validate(good, pdfa.Level2U); !r.Conforms || r.Claim != "2u" {
		t.Fatalf("our own file claims %q and breaks %v", r.Claim, r.Broken)
	}
	for _, c := range []struct{ name, from, to, clause string }{
		{"header of another format", "%PDF-1.7", "%PDX-1.7", "6.1.2-1"},
		{"plain comment", "\xE2\xE3\xCF\xD3", "abcd", "6.1.2-2"},
		{"no identifier", "/ID[", "/XD[", "6.1.3-1"},
		{"data behind the end", "%%EOF\n", "%%EOF\n\nmore", "6.1.3-3"},
		{"object not on a line of its own", " 0 obj\n<<", " 0 obj <<", "6.1.9-1"},
		{"no line end before endstream", "\nendstream", " endstream", "6.1.7.1-2"},
		{"wrong length", "?>\nendstream\n", "\nendstream\n\n\n", "6.1.7.1-1"},
		{"claim of another part", "<pdfaid:part>2<", "<pdfaid:part>1<", "6.6.4-2"},
		{"claim without level", "<pdfaid:conformance>U<", "<pdfaid:conformance>X<", "6.6.4-3"},
		{"no output intent", "/OutputIntents[", "/OutputIntentx[", "6.2.4.3-2"},
		{"intent without profile", "/DestOutputProfile ", "/DestOutputProfilX ", "6.2.4.3-2"},
		{"interpolated picture", "/BitsPerComponent 8", "/Interpolate  true ", "6.2.8-3"},
		{"codes without meaning", "/ToUnicode ", "/ToUnicodX ", "6.2.11.7.2-1"},
		{"codes without glyphs", "/CIDToGIDMap ", "/CIDToGIDMaX ", "6.2.11.3.2-1"},
		{"metadata missing", "/Metadata ", "/Metadatx ", "6.6.2.1-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !bytes.Contains(good, []byte(c.from)) {
				t.Fatalf("our file has no %q", c.from)
			}
			r := pdfa.Validate(bytes.Replace(good, []byte(c.from), []byte(c.to), 1), pdfa.Level2U)
			if !slices.ContainsFunc(r.Broken, func(b pipeline.BrokenRule) bool { return b.Clause == c.clause }) {
				t.Errorf("got %v, want %s", r.Broken, c.clause)
			}
		})
	}
}
