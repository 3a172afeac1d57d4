package bagit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/container"
)

func some() container.Entries {
	var entries []container.Entry
	for name, content := range map[string]string{"message.xml": "<m/>", "100%25 ü.pdf": "%PDF-1.7", "deep/empty.pdf": ""} {
		entries = append(entries, container.Entry{Name: name, Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(content)), nil
		}})
	}
	slices.SortFunc(entries, func(a, b container.Entry) int { return strings.Compare(a.Name, b.Name) })
	entries = append(entries, container.Entry{Name: "made.xml", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, "<made/>")
		return err
	}})
	return container.Of(entries...)
}

var info = bagit.Info{Source: "Ausländerbehörde\nMusterstadt", Identifier: "018f3c5a-0000-7000-8000-000000000001", Software: "eakte",
	Date: time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)}

func codes(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	found, err := bagit.Verify(t.Context(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range found {
		all = append(all, f.Code)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestABagIsCompleteAndValid(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "bag")
	if _, err := container.WriteFolder(t.Context(), dir, bagit.Entries("", info, some())); err != nil {
		t.Fatal(err)
	}
	if got := codes(t, os.DirFS(dir)); len(got) > 0 {
		t.Errorf("got %v", got)
	}
	text, err := os.ReadFile(filepath.Join(dir, "bag-info.txt"))
	want := "Source-Organization: Ausländerbehörde Musterstadt\nExternal-Identifier: 018f3c5a-0000-7000-8000-000000000001\n" +
		"Bagging-Date: 2026-11-29\nPayload-Oxum: 19.4\nBag-Software-Agent: eakte\n"
	if err != nil || string(text) != want {
		t.Errorf("got %q, %v, want %q", text, err, want)
	}
	// A tool that knows nothing of bags agrees, bar the encoded name.
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `sed 's/%25/%/g' manifest-sha512.txt | sha512sum -c --quiet && sha512sum -c --quiet tagmanifest-sha512.txt`)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("sha512sum: %v\n%s", err, out)
	}
}

func TestTheSameBagHasTheSameBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var sums []string
	for i := range 2 {
		file := filepath.Join(dir, fmt.Sprint(i, ".zip"))
		written, err := container.WriteTree(t.Context(), file, bagit.Entries("bag", info, some()))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, written.SHA256)
		z, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		below, err := fs.Sub(z, "bag")
		if err != nil {
			t.Fatal(err)
		}
		if got := codes(t, below); len(got) > 0 {
			t.Errorf("in the ZIP: got %v", got)
		}
		z.Close()
	}
	if sums[0] != sums[1] {
		t.Error("the second bag has other bytes")
	}
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "bag")
	if _, err := container.WriteFolder(t.Context(), dir, bagit.Entries("", info, some())); err != nil {
		t.Fatal(err)
	}
	md5line := func(content, name string) *fstest.MapFile {
		sum := md5.Sum([]byte(content))
		return &fstest.MapFile{Data: []byte(hex.EncodeToString(sum[:]) + " *" + name + "\n")}
	}
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for _, c := range []struct {
		name  string
		spoil func(fstest.MapFS)
		want  []string
	}{
		{"nothing", func(fstest.MapFS) {}, nil},
		{"a flipped byte", func(b fstest.MapFS) { b["data/message.xml"] = text("<M/>") }, []string{bagit.FoundDigest}},
		{"a file missing", func(b fstest.MapFS) { delete(b, "data/message.xml") }, []string{bagit.FoundMissing, bagit.FoundOxum}},
		{"a file too many", func(b fstest.MapFS) { b["data/x"] = text("") }, []string{bagit.FoundOxum, bagit.FoundUnlisted}},
		{"a changed tag file", func(b fstest.MapFS) { b["bag-info.txt"] = text("Payload-Oxum: 19.4\n") }, []string{bagit.FoundDigest}},
		{"no declaration", func(b fstest.MapFS) { delete(b, "bagit.txt") }, []string{bagit.FoundDeclaration, bagit.FoundMissing}},
		{"another version", func(b fstest.MapFS) {
			b["bagit.txt"] = text("BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n")
		}, []string{bagit.FoundDeclaration, bagit.FoundDigest}},
		{"parts elsewhere", func(b fstest.MapFS) { b["fetch.txt"] = text("https://a.example/x 1 data/x\n") }, []string{bagit.FoundFetch}},
		{"no manifest", func(b fstest.MapFS) { delete(b, "manifest-sha512.txt") }, []string{bagit.FoundMissing, bagit.FoundNoManifest}},
		{"a second manifest that does not list everything", func(b fstest.MapFS) {
			b["manifest-md5.txt"] = md5line("<m/>", "data/message.xml")
		}, []string{bagit.FoundUnlisted}},
		{"a second manifest that is wrong", func(b fstest.MapFS) {
			b["manifest-md5.txt"] = md5line("other", "data/message.xml")
		}, []string{bagit.FoundDigest, bagit.FoundUnlisted}},
		{"an unknown algorithm", func(b fstest.MapFS) { b["manifest-blake3.txt"] = text("00 data/x\n") }, []string{bagit.FoundAlgorithm}},
		{"a path upwards", func(b fstest.MapFS) { b["manifest-md5.txt"] = md5line("", "data/../../x") }, []string{bagit.FoundPath}},
		{"a path home", func(b fstest.MapFS) { b["manifest-md5.txt"] = md5line("", "~/x") }, []string{bagit.FoundPath}},
		{"a manifest of something else", func(b fstest.MapFS) { b["manifest-md5.txt"] = text("hello\n") }, []string{bagit.FoundManifest}},
		{"a link", func(b fstest.MapFS) { b["data/l"] = &fstest.MapFile{Data: []byte("/etc/passwd"), Mode: fs.ModeSymlink} }, []string{bagit.FoundLink}},
		{"nothing at all", func(b fstest.MapFS) { clear(b) }, []string{bagit.FoundDeclaration, bagit.FoundNoData, bagit.FoundNoManifest}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bag := fstest.MapFS{}
			err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				content, err := os.ReadFile(filepath.Join(dir, name))
				bag[name] = &fstest.MapFile{Data: bytes.Clone(content)}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			c.spoil(bag)
			slices.Sort(c.want)
			if got := codes(t, bag); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
