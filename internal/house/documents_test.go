package house

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/fault"
)

// TestOperatorsFindEveryCode keeps the operator's page of codes complete, and free of codes that are gone.
func TestOperatorsFindEveryCode(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join(root(t), "docs", "codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(string(guide), -1) {
		listed[m[1]] = true
	}
	for _, code := range fault.Codes() {
		if !listed[string(code)] {
			t.Errorf("docs/codes.md does not explain the code %s", code)
		}
		delete(listed, string(code))
	}
	for code := range listed {
		t.Errorf("docs/codes.md explains %s, which is no code", code)
	}
}

// TestReadmeNamesEveryVariable keeps README's table and what the programs read together.
func TestReadmeNamesEveryVariable(t *testing.T) {
	t.Parallel()
	sources, err := filepath.Glob(filepath.Join(root(t), "cmd", "internal", "setup", "*.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("find the configuration: %v, %d files", err, len(sources))
	}
	read := map[string]bool{}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		content, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(EAKTE_[A-Z0-9_]+)"`).FindAllStringSubmatch(string(content), -1) {
			read[m[1]] = true
		}
	}
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(EAKTE_[A-Z0-9_]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		named[m[1]] = true
	}
	for name := range read {
		if !named[name] {
			t.Errorf("README.md does not explain %s", name)
		}
		delete(named, name)
	}
	for name := range named {
		t.Errorf("README.md explains %s, which nothing reads", name)
	}
}

// TestLinksInDocumentsLeadSomewhere follows relative links and their anchors.
func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	walk(t, func(name string, _ fs.FileInfo) {
		if path.Ext(name) != ".md" || strings.Contains(name, "testdata/") {
			return
		}
		content, err := os.ReadFile(filepath.Join(root(t), name))
		if err != nil {
			t.Error(err)
			return
		}
		for _, m := range link.FindAllStringSubmatch(string(content), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			page, err := os.ReadFile(filepath.Join(root(t), target))
			if err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(string(page)), anchor) {
				t.Errorf("%s links to %s, but there is no such heading", name, m[1])
			}
		}
	})
}

// anchors returns the names that a page's headings get where it is shown.
func anchors(page string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(page, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		names = append(names, strings.ReplaceAll(name, " ", "-"))
	}
	return names
}
