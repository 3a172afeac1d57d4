package archive_test

import (
	"math"
	"slices"
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

func TestSplitFillsContainersInOrder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		sizes []int64
		limit int64
		want  []int // case files of each part
	}{
		{"nothing", nil, 100, nil},
		{"no limit", []int64{50, 1 << 40, 7}, 0, []int{3}},
		{"all fit", []int64{50, 30, 20}, 100, []int{3}},
		{"one byte too many", []int64{50, 30, 21}, 100, []int{2, 1}},
		{"one that is too large is alone", []int64{10, 101, 10, 10}, 100, []int{1, 1, 2}},
		{"a large one first", []int64{1000, 1}, 100, []int{1, 1}},
		{"small ones do not go back into an earlier part", []int64{60, 60, 40}, 100, []int{1, 2}},
		{"empty ones", []int64{0, 0, 0}, 100, []int{3}},
		{"sizes beyond reason", []int64{math.MaxInt64, math.MaxInt64}, math.MaxInt64, []int{1, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var loads []archive.Load
			var ids []efile.ID
			for _, size := range test.sizes {
				loads = append(loads, archive.Load{CaseID: efile.NewID(), Bytes: size})
				ids = append(ids, loads[len(loads)-1].CaseID)
			}
			var got []int
			parts := archive.Split(loads, test.limit)
			for _, part := range parts {
				got = append(got, len(part))
			}
			if !slices.Equal(got, test.want) || !slices.Equal(slices.Concat(parts...), ids) {
				t.Errorf("got parts of %v case files, in order: %v; want %v", got, slices.Equal(slices.Concat(parts...), ids), test.want)
			}
		})
	}
}

func TestALoadIsMoreThanItsFiles(t *testing.T) {
	t.Parallel()
	for _, originals := range []bool{false, true} {
		f, _ := archive.Describe(aCase(efile.Keep, efile.Keep, efile.Keep), catalogue.Default(), archive.Telling{Delivery: true, Originals: originals})
		files := int64(4 * 2) // four archival renditions of two bytes
		if originals {
			files += 4
		}
		if got := archive.LoadOf(f); got.CaseID != f.ID || got.Bytes <= files || got.Bytes > files+100<<10 {
			t.Errorf("originals %v: got %d bytes for files of %d", originals, got.Bytes, files)
		}
	}
}
