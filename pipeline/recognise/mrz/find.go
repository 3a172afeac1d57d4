package mrz

import (
	"strings"
	"time"

	"github.com/eakte/eakte/pipeline"
)

// Find looks for a zone in the lines of a page that brings its own text. Blanks inside a line are dropped and « is taken
// for <<, for that is how it comes out of some; no other character is changed. A valid zone wins over one that is
// only shaped like one; nil if there is none.
func Find(lines []string, now time.Time) *pipeline.MRZ {
	tight := make([]string, len(lines))
	for i, l := range lines {
		tight[i] = strings.ReplaceAll(strings.Join(strings.Fields(l), ""), "«", "<<")
	}
	var best *pipeline.MRZ
	for i := range tight {
		for _, n := range []int{3, 2} {
			if i+n > len(tight) {
				continue
			}
			found, err := Parse(tight[i:i+n], now)
			if err != nil {
				continue
			}
			if found.Valid {
				return &found
			}
			if best == nil {
				best = &found
			}
		}
	}
	return best
}
