package locale_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/xdomea"
)

// constants reads the values of constants from a source, so that a new one without a text fails here.
func constants(t *testing.T, path, pattern, known string) []string {
	t.Helper()
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(source, -1) {
		found = append(found, string(m[1]))
	}
	if !slices.Contains(found, known) {
		t.Fatalf("%s: %q is not among the constants that were found", path, known)
	}
	return found
}

func TestArchivistsReadASentenceForEveryCode(t *testing.T) {
	t.Parallel()
	checks := slices.Concat(
		constants(t, "../archive/check.go", `Found\w+\s+= "(\w+)"`, archive.FoundHash),
		constants(t, "../archive/container/flaw.go", `Flaw\w+\s+= "(\w+)"`, container.FlawLimit),
		constants(t, "../archive/bagit/verify.go", `Found\w+\s+= "(\w+)"`, bagit.FoundDigest),
		constants(t, "../archive/bagit/wrap.go", `Found\w+\s+= "(\w+)"`, bagit.FoundPayload),
		xdomea.FindingCodes())
	var answers []string
	for _, code := range xdomea.Codes() {
		answers = append(answers, string(code))
	}
	all := texts(t)
	for _, lang := range []string{"de", "en"} {
		keys := all.Keys(lang)
		for prefix, codes := range map[string][]string{"archive_check.": checks, "archive_answer.": answers} {
			for _, code := range codes {
				if !slices.Contains(keys, prefix+code) {
					t.Errorf("%s: no text for %s", lang, prefix+code)
				}
			}
			for _, key := range keys {
				if code, is := strings.CutPrefix(key, prefix); is && !slices.Contains(codes, code) {
					t.Errorf("%s: %s belongs to no code", lang, key)
				}
			}
		}
	}
}
