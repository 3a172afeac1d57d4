package mrz

import (
	"strings"
	"time"

	"github.com/eakte/eakte/pipeline"
)

// Find looks for a zone in lines of recognised text. Blanks inside a line are dropped and « is taken for <<, for that is
// how a reader of running text writes the filler; no other character is changed. A valid zone wins over one that is
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

// Hint reports whether the lines hold something like a zone, even if it was read badly: a long line without lower case
// letters and with several fillers. It is worth looking closer then.
func Hint(lines []string) bool {
	for _, l := range lines {
		l = strings.ReplaceAll(strings.Join(strings.Fields(l), ""), "«", "<<")
		if len(l) >= 22 && strings.Count(l, "<") >= 3 {
			return true
		}
	}
	return false
}
