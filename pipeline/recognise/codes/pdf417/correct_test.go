package pdf417

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestCorrect(t *testing.T) {
	t.Parallel()
	// The check words of the standard's example, PDF417 with level 1.
	if got := checked([]int{453, 178, 121, 239}, 1, 1); !slices.Equal(got, []int{5, 453, 178, 121, 239, 452, 327, 657, 619}) {
		t.Errorf("check words are %v", got)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for level := range 9 {
		k := 2 << level
		right := checked(latin("Some text that is protected against scratches."), 1, level)
		for range 20 {
			wrong := slices.Clone(right)
			erasures := r.IntN(k - spare + 1)
			errors := (k - spare - erasures) / 2
			places := r.Perm(len(right))[:min(len(right), erasures+errors)]
			for _, at := range places {
				wrong[at] = (wrong[at] + 1 + r.IntN(prime-1)) % prime
			}
			erased := places[:min(len(places), erasures)]
			changed, ok := correct(wrong, k, erased)
			if !ok || changed != len(places) || !slices.Equal(wrong, right) {
				t.Fatalf("level %d, %d erasures, %d errors: %v, %d changed", level, erasures, errors, ok, changed)
			}
		}
	}
}

func TestTooMuchIsNotCorrected(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		words := make([]int, 40)
		for i := range words {
			words[i] = r.IntN(prime)
		}
		before := slices.Clone(words)
		if _, ok := correct(words, 16, nil); ok {
			t.Fatal("garbage was corrected")
		}
		if !slices.Equal(words, before) {
			t.Fatal("words that cannot be corrected were changed")
		}
	}
}

func FuzzCorrect(f *testing.F) {
	f.Add(packed(checked(latin("seed"), 1, 2)), 8, []byte{1, 3})
	f.Fuzz(func(t *testing.T, b []byte, k int, places []byte) {
		words := unpacked(b)
		if k < 2 || k > 512 || k >= len(words) {
			return
		}
		var erased []int
		for _, at := range places {
			if int(at) < len(words) && !slices.Contains(erased, int(at)) {
				erased = append(erased, int(at))
			}
		}
		if _, ok := correct(words, k, erased); ok {
			if _, clean := syndromes(words, k); !clean {
				t.Error("what is corrected is not right")
			}
		}
	})
}
