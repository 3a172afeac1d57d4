package pipeline_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/eakte/eakte/pipeline"
)

// Notes and media types that are missing from the lists would cost sound readers their lives.
func TestTheListsAreComplete(t *testing.T) {
	t.Parallel()
	declared := func(file, pattern string) []string {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(source), -1) {
			all = append(all, m[1])
		}
		return all
	}
	notes := declared("pipeline.go", `(?m)^\tNote\w+\s+Note = "(\w+)"`)
	if len(notes) != len(pipeline.Notes()) {
		t.Errorf("%d notes are declared, %d listed", len(notes), len(pipeline.Notes()))
	}
	for _, n := range notes {
		if !slices.Contains(pipeline.Notes(), pipeline.Note(n)) {
			t.Errorf("note %s is not listed", n)
		}
	}
	media := declared("media.go", `(?m)^\tMedia\w+\s+= "([^"]+)"`)
	if !slices.Equal(media, pipeline.MediaTypes()) {
		t.Errorf("media types: declared %v, listed %v", media, pipeline.MediaTypes())
	}
}
