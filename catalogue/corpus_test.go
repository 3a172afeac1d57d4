package catalogue_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/catalogue"
)

// TestCorpusSpeaksTheCatalogue holds that ground truth uses our keys and belongs to the bytes it came with.
func TestCorpusSpeaksTheCatalogue(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "testdata", "corpus", "synthetic")
	manifest, err := os.Open(filepath.Join(dir, "manifest.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	c, seen := catalogue.Default(), map[string]bool{}
	lines := bufio.NewScanner(manifest)
	for lines.Scan() {
		var m struct {
			ID, File, SHA256, Truth string
			Types                   []string
		}
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, m.File))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != m.SHA256 {
			t.Errorf("%s: the file is not the one of the manifest", m.ID)
		}
		for _, key := range m.Types {
			seen[key] = true
			if _, ok := c.Type(key); !ok {
				t.Errorf("%s: the catalogue has no type %s", m.ID, key)
			}
		}
		checkFields(t, c, filepath.Join(dir, m.Truth))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for _, ty := range c.Types() {
		if ty.Tier == catalogue.Core && !seen[ty.Key] {
			t.Errorf("no example of core type %s", ty.Key)
		}
	}
}

func checkFields(t *testing.T, c *catalogue.Catalogue, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Segments []struct {
			Fields map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	known := c.Fields()
	for _, s := range truth.Segments {
		for key := range s.Fields {
			if !slices.Contains(known, key) {
				t.Errorf("%s: the catalogue has no field %s", filepath.Base(path), key)
			}
		}
	}
}

func TestDemoListsItsFiles(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "testdata", "demo")
	list, err := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	c, listed := catalogue.Default(), []string{"manifest.tsv"}
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 5 {
			t.Errorf("%q: got %d cells, want 5", line, len(cells))
			continue
		}
		listed = append(listed, cells[0])
		if _, ok := c.Type(cells[3]); !ok && cells[3] != "" {
			t.Errorf("%s: the catalogue has no type %s", cells[0], cells[3])
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(listed, e.Name()) {
			t.Errorf("%s is not in the manifest", e.Name())
		}
	}
	if len(listed)-1 != len(slices.DeleteFunc(entries, func(e os.DirEntry) bool { return e.Name() == "manifest.tsv" })) {
		t.Error("the manifest lists a file that is not there")
	}
}
