// Package corpus finds the files that tests read: the project's own corpus, and third parties' data where there is some.
// What must be new each time, it writes: see Letter and PDF. It links nothing of the project, so a fuzzed package can use
// it without its databases and servers being instrumented too; those are testenv's. Start reading at Own.
package corpus

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Own returns the path of a file or folder of the project's own corpus, testdata/corpus. A missing one fails the test: it
// is part of the project.
func Own(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Root(t), "testdata", "corpus", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("corpus: %v", err)
	}
	return path
}

// Extern returns the path of third parties' data below the folder that EAKTE_TEST_DATA names, absolute or relative to
// the project. The test is skipped with a plain message where there is none.
func Extern(t testing.TB, name string) string {
	t.Helper()
	base := os.Getenv("EAKTE_TEST_DATA")
	if base == "" {
		t.Skipf("left out: %s is third parties' data, and EAKTE_TEST_DATA names no folder", name)
	}
	if !filepath.IsAbs(base) {
		base = filepath.Join(Root(t), base)
	}
	path := filepath.Join(base, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("left out: EAKTE_TEST_DATA holds no %s", name)
	}
	return path
}

// Root returns the project's top folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, found := os.Stat(filepath.Join(dir, "go.mod")); found == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			err = errors.New("no go.mod above the working folder")
		}
		dir = filepath.Dir(dir)
	}
	t.Fatalf("find the project: %v", err)
	return ""
}
