package bagit

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"
)

func TestNamesAreEncodedOnceAndBack(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"data/a b.pdf": "data/a b.pdf", "data/100%.pdf": "data/100%25.pdf",
		"data/%0A": "data/%250A", "data/a\r\nb": "data/a%0D%0Ab"} {
		if got := encode(name); got != want || decode(got) != name {
			t.Errorf("%q: got %q, and back %q", name, got, decode(got))
		}
	}
}

func FuzzManifest(f *testing.F) {
	sum := fmt.Sprintf("%x", md5.Sum(nil))
	f.Add([]byte(sum + "  data/a%25.pdf\n"))
	f.Add([]byte(sum + " *data/x\r\n" + strings.ToUpper(sum) + "\t./data/y"))
	f.Add([]byte(sum + "  ../x\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		lines, err := parseManifest(content, md5.New())
		if err != nil {
			return
		}
		var again strings.Builder
		for _, l := range lines {
			if !inside(l.name) || len(l.digest) != 32 {
				t.Errorf("got %+v", l)
			}
			fmt.Fprintf(&again, "%s  %s\n", l.digest, encode(l.name))
		}
		// What was read and is written again reads the same, unless a name begins as a manifest's line may.
		second, err := parseManifest([]byte(again.String()), md5.New())
		for i, l := range lines {
			if strings.HasPrefix(l.name, "*") || strings.HasPrefix(l.name, " ") || strings.HasPrefix(l.name, "\t") {
				return
			}
			if err != nil || second[i] != l {
				t.Errorf("got %v, %v, want %v", second, err, l)
			}
		}
	})
}
