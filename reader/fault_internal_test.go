package reader

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

func TestOnlyVerdictsOfStepsAreBelieved(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, code, treatment string
		wantCode              fault.Code
		wantTreatment         fault.Treatment
	}{
		{"a document that needs a password", "encrypted", "reject", fault.Encrypted, fault.Reject},
		{"a damaged one", "unreadable", "review", fault.Unreadable, fault.Review},
		{"a page out of time", "page_timeout", "retry", fault.PageTimeout, fault.Retry},
		{"a virus, which only the scanner finds", "malware", "reject", fault.Internal, fault.Retry},
		{"a sender's word", "withdrawn_by_sender", "cancel", fault.Internal, fault.Retry},
		{"waiting for ever", "unreadable", "wait", fault.Internal, fault.Retry},
		{"a neighbour that is away", "scanner_unavailable", "wait", fault.Internal, fault.Retry},
		{"a code that there is not", "<script>", "reject", fault.Internal, fault.Retry},
		{"a treatment that there is not", "encrypted", "approve", fault.Internal, fault.Retry},
	} {
		got := fault.Of(faultOf(&pipeline.Fault{Code: test.code, Treatment: test.treatment, Detail: "x"}))
		if got.Code != test.wantCode || got.Treatment != test.wantTreatment {
			t.Errorf("%s: got %s %s, want %s %s", test.name, got.Treatment, got.Code, test.wantTreatment, test.wantCode)
		}
	}
}

// A verdict that a step gives and the list does not have would be tried again and again.
func TestEveryVerdictOfTheStepsIsListed(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile("reader.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(own), "func verdicts()")
	list, _, _ = strings.Cut(list, "\n}\n")
	given, found := regexp.MustCompile(`fault\.New\(fault\.\w+, fault\.(\w+)`), 0
	err = filepath.WalkDir("../pipeline", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path) //nolint:gosec // our own source
		for _, m := range given.FindAllStringSubmatch(string(source), -1) {
			if found++; !strings.Contains(list, "fault."+m[1]+",") && m[1] != "Internal" {
				t.Errorf("%s gives %s, which is not listed", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 20 {
		t.Errorf("found %d verdicts in the steps, %v; want many", found, err)
	}
}
