package texts

import (
	"math/rand/v2"
	"strings"

	"github.com/eakte/eakte/pipeline"
)

// zone is a kind of machine-readable zone (ICAO Doc 9303): its format, the length of its lines and the codes of documents
// that begin it.
type zone struct {
	format string
	lines  int
	length int
	codes  []string
}

// zones says what a document of a type carries; the share is of all its first pages.
var zones = map[string][]zone{
	"passport":           {{"TD3", 2, 44, list("P<|P<|P<|PD|PS|PO|PT|PN|PM")}},
	"national_id_card":   {{"TD1", 3, 30, list("ID|I<|IC|I_|C<|IP")}, {"TD2", 2, 36, list("ID|I<")}},
	"residence_document": {{"TD1", 3, 30, list("AR|AR|AF|AS|IR|IT|RP|C<|CR|A<|IO")}, {"MRVA", 2, 44, list("V<|VD|VC|VB")}, {"MRVB", 2, 36, list("V<|VD")}, {"TD2", 2, 36, list("AR|A<|I<")}},
}

const states = "D<<TURUKRSYRINDMARSRBIRNAFGVNMNGABRAALBIRQRUSTUNRKSEGYPAKCHNUSAGBRFRAITAESPPOLROUGEOARMAZEKAZUZBBGDLKAGHASENCIVCMRETHERISOMLBNJORDZACOLMEXPHLTHAMKDBIHMDA"

// addZone puts a zone on a document that carries one: read as such by the recogniser, or only as text, or both.
func addZone(r *rand.Rand, d *Document, v Voice) {
	kinds := zones[d.Type]
	if len(kinds) == 0 || !v.Card || r.IntN(4) == 0 {
		return
	}
	kind := kinds[0]
	if r.IntN(3) == 0 {
		kind = kinds[r.IntN(len(kinds))]
	}
	state := 3 * r.IntN(len(states)/3)
	lines := make([]string, kind.lines)
	for i := range lines {
		lines[i] = (&filler{r: r}).code() + strings.Repeat("<", 3+r.IntN(12)) + (&filler{r: r}).digits(7)
	}
	lines[0] = kind.codes[r.IntN(len(kind.codes))] + states[state:state+3] + "ABCDE<<FGH"
	for i := range lines {
		lines[i] = (lines[i] + strings.Repeat("<", kind.length))[:kind.length]
	}
	page := &d.Pages[len(d.Pages)-1]
	if r.IntN(4) > 0 {
		page.Zones = []pipeline.MRZ{{Format: kind.format, Lines: lines, Valid: r.IntN(4) > 0}}
	}
	if r.IntN(2) == 0 {
		page.Text += "\n" + strings.Join(lines, "\n")
	}
}
