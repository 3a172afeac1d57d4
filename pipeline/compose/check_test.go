package compose_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline/compose"
)

// looked lists the tests of the public corpus that Check covers.
var looked = []string{
	"6.1.2-01", "6.1.2-02", "6.1.3-02", "6.1.7.1-01", "6.1.7.1-03", "6.1.7.1-04", "6.1.9-02", "6.1.9-03", "6.1.9-04", "6.1.13-01", "6.1.13-03", "6.1.13-04",
	"6.2.3-01", "6.2.3-02", "6.2.3-03", "6.2.8.1-02", "6.2.8.1-03", "6.2.11.4.1-01", "6.2.11.7.2-01", "6.2.11.7.2-02", "6.5.1-01", "6.6.4-01",
}

var corpusName = regexp.MustCompile(`^2[bu]-([0-9-]+)-t([0-9]+)-(pass|fail)-`)

// A file of the public corpus breaks one rule or none, and says in its name which.
func TestCheckJudgesThePublicCorpusRight(t *testing.T) {
	t.Parallel()
	dir := corpus.Extern(t, "corpus/pdfa")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	right, all, caught, fails, passes, accepted := 0, 0, 0, 0, 0, 0
	for _, e := range entries {
		m := corpusName.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		broken := slices.DeleteFunc(compose.Check(data), func(b compose.Broken) bool { return b.Clause == "own" })
		// A clause of the corpus holds all its rules here: 6.1.9-t02 and -t03 are two sides of one spelling.
		clause := strings.ReplaceAll(m[1], "-", ".")
		of := slices.ContainsFunc(broken, func(b compose.Broken) bool { return strings.HasPrefix(b.Clause, clause+"-") || b.Clause == "read" })
		if m[3] == "fail" {
			fails++
			if len(broken) > 0 {
				caught++
			}
		} else {
			passes++
			if len(broken) == 0 {
				accepted++
			} else {
				t.Logf("%s should pass: %v", e.Name(), broken)
			}
		}
		if !slices.Contains(looked, clause+"-"+m[2]) {
			continue
		}
		all++
		if of == (m[3] == "fail") {
			right++
		} else {
			t.Logf("%s: judged wrong: %v", e.Name(), broken)
		}
	}
	t.Logf("clauses looked at: %d of %d judged right; whole corpus: %d of %d bad files refused, %d of %d good files accepted", right, all, caught, fails, accepted, passes)
	if all == 0 || right*100 < all*80 {
		t.Errorf("only %d of %d judged right", right, all)
	}
}

func TestCheckSeesWhatIsSpoiledInAFileOfOurs(t *testing.T) {
	t.Parallel()
	good := ours(t)
	if broken := compose.Check(good); len(broken) != 0 {
		t.Fatalf("our own file breaks %v", broken)
	}
	for _, c := range []struct{ name, from, to, clause string }{
		{"header of another format", "%PDF-1.7", "%PDX-1.7", "6.1.2-1"},
		{"plain comment", "\xE2\xE3\xCF\xD3", "abcd", "6.1.2-2"},
		{"no identifier", "/ID[", "/XD[", "6.1.3-1"},
		{"data behind the end", "%%EOF\n", "%%EOF\n\nmore", "6.1.3-3"},
		{"object not on a line of its own", " 0 obj\n<<", " 0 obj <<", "6.1.9-1"},
		{"no line end before endstream", "\nendstream", " endstream", "6.1.7.1-2"},
		{"wrong length", "?>\nendstream\n", "\nendstream\n\n\n", "6.1.7.1-1"},
		{"claim of another part", "<pdfaid:part>2<", "<pdfaid:part>1<", "6.6.4-1"},
		{"claim without level", "<pdfaid:conformance>U<", "<pdfaid:conformance>X<", "6.6.4-2"},
		{"no output intent", "/OutputIntents[", "/OutputIntentx[", "own"},
		{"other kind of intent's profile", "/DestOutputProfile ", "/DestOutputProfilX ", "6.2.3-1"},
		{"interpolated picture", "/BitsPerComponent 8", "/Interpolate  true ", "6.2.8.1-3"},
		{"font program missing", "/FontFile2 ", "/FontFileX ", "6.2.11.4.1-1"},
		{"codes without meaning", "/ToUnicode ", "/ToUnicodX ", "6.2.11.7.2-1"},
		{"codes without glyphs", "/CIDToGIDMap ", "/CIDToGIDMaX ", "6.2.11.3.2-1"},
		{"metadata missing", "/Metadata ", "/Metadatx ", "6.6.2.1-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !bytes.Contains(good, []byte(c.from)) {
				t.Fatalf("our file has no %q", c.from)
			}
			broken := compose.Check(bytes.Replace(good, []byte(c.from), []byte(c.to), 1))
			if !slices.ContainsFunc(broken, func(b compose.Broken) bool { return b.Clause == c.clause }) {
				t.Errorf("got %v, want %s", broken, c.clause)
			}
		})
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(ours(f))
	f.Add([]byte("%PDF-1.7\n%\xff\xff\xff\xff\n1 0 obj\n<</Length 5>>\nstream\nx\nendstream\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000015 00000 n \ntrailer\n<<>>\nstartxref\n70\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		seen := map[compose.Broken]bool{}
		for _, b := range compose.Check(data) {
			if seen[b] || b.Clause == "" || b.What == "" {
				t.Errorf("got %+v twice or empty", b)
			}
			seen[b] = true
		}
	})
}
