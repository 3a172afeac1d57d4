package tool

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, content string
		want          bool
	}{
		{"text", "BT /F1 12 Tf (Do not re l BI sh) Tj ET", true},
		{"text and rules", "BT (a) Tj ET 0 0 m 100 0 l S 10 10 80 20 re S", true},
		{"a picture", "q 10 0 0 10 0 0 cm /Im1 Do Q", false},
		{"a picture within the stream", "BI /W 1 /H 1 ID x EI", false},
		{"a shading", "/Sh1 sh", false},
		{"a code of squares", strings.Repeat("1 1 2 2 re ", 100) + "f", false},
		{"a string that does not end", "BT (a", false},
		{"nothing", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := plain([]byte(test.content)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
