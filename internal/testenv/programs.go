package testenv

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
)

// Program builds one of our commands, once per test binary, and returns its path. All built programs lie in one folder, so
// that they find each other.
func Program(t testing.TB, name string) string {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.programs == "" {
		dir, err := shared.folder("")
		if err != nil {
			t.Fatal(err)
		}
		shared.programs = dir
	}
	path := filepath.Join(shared.programs, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if err := build(corpus.Root(t), path, name); err != nil {
		t.Fatal(err)
	}
	return path
}

// build links C only where we do: the reader.
func build(root, path, name string) error {
	cgo := "CGO_ENABLED=0"
	if name == "eakte-reader" {
		cgo = "CGO_ENABLED=1"
	}
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", path, "./cmd/"+name)
	cmd.Dir, cmd.Env = root, append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w: %s", name, err, out)
	}
	return nil
}
