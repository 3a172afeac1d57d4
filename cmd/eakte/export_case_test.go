package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/chain"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// hostileNames are what senders have called their files.
var hostileNames = []string{"../../../etc/passwd", "CON.pdf", "a\x01b.pdf", "Scan.PDF", "scan.pdf", "فاتورة\u202efdp.exe", "Müller & <Söhne>\".png", "=cmd|' /C calc'!A0"}

func TestACaseFileIsExportedInThreeFormatsAndVerified(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "../A-1/=x", "Muster, \x1b[2J]]> <Anna> & \u202etxt", hostileNames...)
	for _, state := range []string{"open", "closed"} {
		if state == "closed" {
			w.must(t, "close", "-office", "OFFICE", "-date", "2020-01-31", "../A-1/=x")
		}
		for _, how := range [][]string{{"xdomea"}, {"xdomea", "-version", "4.0.0"}, {"xdomea", "-archive", "LA", "-version", "3.0.0"}, {"bagit"}, {"eark"}} {
			t.Run(state+" "+strings.Join(how, " "), func(t *testing.T) {
				one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
				for _, dir := range []string{one, two} {
					args := append([]string{"export", "case", "../A-1/=x", "-office", "OFFICE", "-out", dir, "-format"}, how...)
					out := w.must(t, args...)
					if !strings.Contains(out, "nothing found") || !strings.Contains(out, "16 files") || strings.Contains(out, "\x1b") {
						t.Errorf("got %q", out)
					}
				}
				a, b := tree(t, one), tree(t, two)
				if len(a) == 0 || len(a) != len(b) {
					t.Fatalf("got %d and %d files", len(a), len(b))
				}
				for name, content := range a {
					if b[name] != content {
						t.Errorf("%s differs the second time", name)
					}
				}
				w.verified(t, one, true)
				if how[0] != "xdomea" && state == "closed" { // the open one was planted without a word in the log
					provenLog(t, a)
				}
			})
		}
	}
}

// provenLog finds the case's log among the files and proves it.
func provenLog(t *testing.T, files map[string]string) {
	t.Helper()
	for name, content := range files {
		if filepath.Base(name) != chain.Name {
			continue
		}
		got, err := chain.Verify(strings.NewReader(content))
		if err != nil || got.Broken != "" || got.Entries == 0 {
			t.Errorf("the log: got %+v, %v", got, err)
		}
		return
	}
	t.Error("the log is missing")
}

// verified checks what was exported with the built program, against the schemas if they are there.
func (w *world) verified(t *testing.T, dir string, sound bool) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("got %v, %v; want one file or folder", entries, err)
	}
	testenv.Program(t, "eakte-reader")
	cmd := exec.CommandContext(t.Context(), testenv.Program(t, "eakte"), "export", "verify", filepath.Join(dir, entries[0].Name())) //nolint:gosec // ours
	cmd.Env = append(os.Environ(), "EAKTE_XDOMEA_SCHEMAS=")
	if data := os.Getenv("EAKTE_TEST_DATA"); data != "" {
		cmd.Env = append(cmd.Env, "EAKTE_XDOMEA_SCHEMAS="+filepath.Join(data, "standards", "xdomea"))
	}
	out, err := cmd.CombinedOutput()
	if (err == nil) != sound {
		t.Errorf("eakte export verify: %v\n%s", err, out)
	}
	if sound && os.Getenv("EAKTE_TEST_DATA") != "" && strings.Contains(string(out), "not held against the schema") {
		t.Errorf("not held against the schema:\n%s", out)
	}
	return string(out)
}

// tree reads all files below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // below our folder
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAWrappedContainerIsCheckedWithoutAnInstallation(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x", "a.png")
	dir, out := t.TempDir(), t.TempDir()
	w.must(t, "export", "case", "-office", "OFFICE", "-format", "xdomea", "-out", dir, "A-1")
	all, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil || len(all) != 1 {
		t.Fatalf("got %v, %v", all, err)
	}
	data, err := os.ReadFile(all[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	inner := efile.MessageEntry{Name: filepath.Base(all[0]), Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	file := filepath.Join(out, bagit.WrapName(inner.Name))
	if _, err := bagit.Wrap(t.Context(), file, all[0], inner, bagit.Info{Source: "ABH"}); err != nil {
		t.Fatal(err)
	}
	if said := w.verified(t, out, true); !strings.Contains(said, "container in a BagIt bag, message 0503") || !strings.Contains(said, "nothing found") {
		t.Errorf("got\n%s", said)
	}
	bag, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bag[bytes.Index(bag, data)+len(data)/3] ^= 1
	if err := os.WriteFile(file, bag, 0o600); err != nil {
		t.Fatal(err)
	}
	if said := w.verified(t, out, false); !strings.Contains(said, bagit.FoundDigest) {
		t.Errorf("a flipped byte: got\n%s", said)
	}
}

func TestAnExportNeverOverwritesAFolder(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	c := w.caseFile(t, "A-1", "x", "a.png")
	dir := t.TempDir()
	at := filepath.Join(dir, c.ID.Public(efile.PrefixCase))
	if err := os.MkdirAll(at, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(at, "mine.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := w.run(t, "export", "case", "-office", "OFFICE", "A-1", "-format", "bagit", "-out", dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want fs.ErrExist", err)
	}
	for _, args := range [][]string{{"-format", "zip", "-out", dir}, {"-format", "xdomea"}, {"-version", "2.4.0", "-out", dir}} {
		if _, err := w.run(t, append([]string{"export", "case", "-office", "OFFICE", "A-1"}, args...)...); !errors.Is(err, errUsage) {
			t.Errorf("%v: got %v, want a mistake of usage", args, err)
		}
	}
}

func TestADamagedObjectIsNotExported(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	c := w.caseFile(t, "A-1", "x", "a.png")
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		all, err := tx.CaseRenditions(ctx, c.ID)
		for _, of := range all {
			for _, r := range of {
				err = errors.Join(err, w.bucket.Delete(ctx, r.Key))
			}
		}
		return err
	})
	dir := t.TempDir()
	for _, format := range []string{"xdomea", "bagit", "eark"} {
		if _, err := w.run(t, "export", "case", "-office", "OFFICE", "A-1", "-format", format, "-out", dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: got %v", format, err)
		}
	}
	if left := tree(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestVerifySaysWhatIsWrongWithAContainer(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x", "a.png")
	dir := t.TempDir()
	w.must(t, "export", "case", "-office", "OFFICE", "A-1", "-out", dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	name := entries[0].Name()
	whole, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // ours
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(strings.Replace(string(whole), "original A-1", "Original A-1", 1))
	for _, test := range []struct {
		name, called string
		content      []byte
		beside       map[string]string
		want         string
	}{
		{"as it was", name, whole, nil, "nothing found"},
		{"a byte", name, flipped, nil, "[container_entry]"},
		{"cut off", name, whole[:len(whole)-30], nil, "[container_format]"},
		{"another name", "Akte.zip", whole, nil, "[name_pattern]"},
		{"no ZIP", name, []byte("MZ"), nil, "[container_format]"},
		{"another digest beside it", name, whole, map[string]string{".sha256": strings.Repeat("0", 64) + "  x\n"}, "[sum_differs]"},
		{"no digest beside it", name, whole, map[string]string{".sha512": "x\n"}, "[sidecar_unread]"},
		{"a bare message", "x.xml", []byte(`<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>`), nil, "[message_"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			at := file(t, test.called, string(test.content))
			for ending, content := range test.beside {
				if err := os.WriteFile(at+ending, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out, err := w.run(t, "export", "verify", at)
			if !strings.Contains(out, test.want) || (err == nil) != (test.want == "nothing found") {
				t.Errorf("got %v\n%s\nwant %s", err, out, test.want)
			}
		})
	}
	out, err := w.run(t, "export", "verify", "--json", t.TempDir())
	if !errors.Is(err, errFound) || !strings.Contains(out, `"code":"kind_unknown"`) {
		t.Errorf("an empty folder: got %q, %v", out, err)
	}
}
