package extract

import "testing"

func TestEveryWordingCompilesAndHasASlot(t *testing.T) {
	t.Parallel()
	for _, w := range wordings() {
		if w.re().NumSubexp() == 0 {
			t.Errorf("%s: there is nothing to be read", w.pattern)
		}
	}
}
