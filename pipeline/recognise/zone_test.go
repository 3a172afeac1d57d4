package recognise

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/mrz"
)

func TestAZoneTakesThePlaceOfWhatWasReadThere(t *testing.T) {
	t.Parallel()
	word := func(text string, line int, y float64) pipeline.Word {
		return pipeline.Word{Text: text, Line: line, Box: [4]float64{0.2, y, 0.4, y + 0.02}}
	}
	page := pipeline.Page{Number: 3, Rotation: 90, Words: []pipeline.Word{
		word("REISEPASS", 0, 0.1), word("P<UTOER1KSS0N", 1, 0.51), word("K<<<", 1, 0.51), word("L898902C", 2, 0.56), word("Seite", 3, 0.9),
	}}
	zone := pipeline.MRZ{Lines: []string{"P<UTOERIKSSON", "L898902C36UTO"}, Valid: true, Box: [4]float64{0.5, 0.1, 0.6, 0.9}}
	keep(&sheet{page: &page}, []mrz.Found{{MRZ: zone, Turn: 90}}, place{box: [4]float64{0, 0, 1, 1}})

	if want := "REISEPASS\nP<UTOERIKSSON\nL898902C36UTO\nSeite"; page.Text != want {
		t.Errorf("the page says %q, want %q", page.Text, want)
	}
	if len(page.Zones) != 1 || page.Zones[0].Page != 3 {
		t.Fatalf("zones %+v, want one on page 3", page.Zones)
	}
	// Turned clockwise, what was from a half to 0.6 of the width is that far down.
	if diff := cmp.Diff([4]float64{0.1, 0.5, 0.9, 0.6}, page.Zones[0].Box, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 })); diff != "" {
		t.Error("box of the zone:", diff)
	}
	if got := page.Words[2]; got.Line != 2 || got.Box[1] < 0.54 || got.Confidence != 1 {
		t.Errorf("the second line is %+v", got)
	}
}

func TestAZoneThatLiesOtherwiseLeavesTheWordsAlone(t *testing.T) {
	t.Parallel()
	page := pipeline.Page{Words: []pipeline.Word{{Text: "Text", Box: [4]float64{0.4, 0.4, 0.5, 0.5}}}}
	keep(&sheet{page: &page}, []mrz.Found{{MRZ: pipeline.MRZ{Lines: []string{"P<"}, Box: [4]float64{0, 0, 1, 1}}, Turn: 180}}, place{box: [4]float64{0, 0, 1, 1}})
	if page.Text != "Text" || len(page.Zones) != 1 {
		t.Errorf("the page says %q and has %d zones", page.Text, len(page.Zones))
	}
}

func TestAValidZoneSaysHowThePageLies(t *testing.T) {
	t.Parallel()
	if _, ok := byZone(nil); ok {
		t.Error("no zone says how the page lies")
	}
	zones := []mrz.Found{{Turn: 180}, {Turn: 90, MRZ: pipeline.MRZ{Valid: true}}}
	if turn, ok := byZone(zones); !ok || turn != 90 {
		t.Errorf("got %d, want 90", turn)
	}
}
