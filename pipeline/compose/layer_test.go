package compose_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
)

// Readers that sort by columns must not tear the rows of a table apart, nor a label from its value.
func TestRowsOfATableAreCopiedAsRows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sound, pages := drawn(t, dir)
	pages[0].Words = nil
	var want []string
	for l, row := range [][]string{{"Grundmiete", "1.", "745,00"}, {"Nebenkosten", "2.", "180,00"}, {"Kaution", "3.", "2.235,00"}, {"Summe", "4.", "(925,00)"}} {
		for i, w := range row {
			left, top := []float64{0.05, 0.5, 0.8}[i], 0.1+0.03*float64(l)
			pages[0].Words = append(pages[0].Words, pipeline.Word{
				Text: w, Box: [4]float64{left, top, left + 0.1, top + 0.015}, Line: l, Confidence: 0.9, Baseline: [4]float64{0.05, top + 0.012, 0.9, top + 0.012},
			})
		}
		want = append(want, strings.Join(row, " "))
	}
	out, err := compose.Run(t.Context(), dir, request(t, dir, sound, pages))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(texts(t, dir, out.File)[0])
	if fmt.Sprint(got) != fmt.Sprint(strings.Fields(strings.Join(want, " "))) {
		t.Errorf("got %q, want %q", got, want)
	}
}
