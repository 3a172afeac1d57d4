package container_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/fault"
)

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// stored is an entry of bytes that were stored before.
func stored(name string, content []byte) container.Entry {
	return container.Entry{Name: name, Size: int64(len(content)), SHA256: digest(content),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

// made is an entry that is written on the way.
func made(name, content string) container.Entry {
	return container.Entry{Name: name, Size: container.Unknown, Write: func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}}
}

func some() container.Entries {
	return container.Of(made("message.xml", strings.Repeat("<a>Grüße</a>", 1000)), stored("b.pdf", []byte("%PDF-1.7 not really")),
		stored("a.jpg", bytes.Repeat([]byte{0xff, 0xd8, 7}, 100_000)), stored("ü.txt", []byte("text")), stored("empty.pdf", nil))
}

func TestTheSameEntriesGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var first []byte
	for i := range 2 {
		file := filepath.Join(dir, fmt.Sprint(i)+".zip")
		written, err := container.Write(t.Context(), file, some())
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if written.SHA256 != digest(content) || written.Size != int64(len(content)) {
			t.Errorf("got %d bytes with digest %s, the file has %d with %s", written.Size, written.SHA256, len(content), digest(content))
		}
		if i == 0 {
			first = content
		} else if !bytes.Equal(first, content) {
			t.Error("written again, the container has other bytes")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestOthersReadWhatWeWrite(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "message.zip")
	written, err := container.Write(t.Context(), file, some())
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for i, e := range z.File {
		body, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if want := written.Entries[i]; e.Name != want.Name || digest(content) != want.SHA256 || int64(len(content)) != want.Size {
			t.Errorf("entry %d: got %s with digest %s, want %+v", i, e.Name, digest(content), want)
		}
		packed := strings.HasSuffix(e.Name, ".xml") || strings.HasSuffix(e.Name, ".txt")
		if (e.Method == zip.Deflate) != packed || e.Flags != 0x800 || len(e.Extra) > 0 {
			t.Errorf("entry %s: method %d, flags %#x, extra %x", e.Name, e.Method, e.Flags, e.Extra)
		}
	}
	tools := [][]string{{"unzip", "-tq", file}, {"zip", "-Tq", file},
		{"python3", "-c", "import sys,zipfile,hashlib\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n" +
			"for i in z.infolist(): print(i.filename, hashlib.sha256(z.read(i)).hexdigest())", file}}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool[0]); err != nil {
			t.Logf("%s is not installed", tool[0])
			continue
		}
		cmd := exec.CommandContext(t.Context(), tool[0], tool[1:]...)
		cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", tool[0], err, out)
		}
		for _, e := range written.Entries {
			if line := e.Name + " " + e.SHA256; tool[0] == "python3" && !strings.Contains(string(out), line) {
				t.Errorf("python3 does not see %q in\n%s", line, out)
			}
		}
	}
}

func TestNothingRemainsOfWhatFailed(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	wrong := stored("a.pdf", []byte("right"))
	wrong.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("wrong")), nil }
	long := stored("a.pdf", []byte("right"))
	long.Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("right and more")), nil
	}
	short := stored("a.pdf", []byte("right"))
	short.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("r")), nil }
	mismatch := func(err error) bool {
		return fault.Is(err, fault.DigestMismatch) && fault.Of(err).Treatment == fault.Review
	}
	name := func(err error) bool { return errors.Is(err, container.ErrName) }
	for _, c := range []struct {
		name    string
		entries container.Entries
		want    func(error) bool
	}{
		{"other bytes than at the ingest", container.Of(wrong), mismatch},
		{"more bytes than at the ingest", container.Of(long), mismatch},
		{"fewer bytes than at the ingest", container.Of(short), mismatch},
		{"a source that fails", func(yield func(container.Entry, error) bool) { yield(container.Entry{}, broken) },
			func(err error) bool { return errors.Is(err, broken) }},
		{"no entries", container.Of(), func(err error) bool { return err != nil }},
		{"an entry twice", container.Of(stored("a.pdf", nil), stored("a.pdf", nil)), name},
		{"an entry twice with other letters", container.Of(stored("Ä.pdf", nil), stored("ä.PDF", nil)), name},
		{"a folder", container.Of(stored("files/a.pdf", nil)), name},
		{"a path upwards", container.Of(stored("../a.pdf", nil)), name},
		{"a backslash", container.Of(stored(`files\a.pdf`, nil)), name},
		{"no name", container.Of(stored("", nil)), name},
		{"a control character", container.Of(stored("a\n.pdf", nil)), name},
		{"not composed", container.Of(stored("u\u0308.pdf", nil)), name},
		{"no UTF-8", container.Of(stored("\xfc.pdf", nil)), name},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if _, err := container.Write(t.Context(), filepath.Join(dir, "x.zip"), c.entries); !c.want(err) {
				t.Errorf("got %v", err)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestManyEntriesMakeZip64(t *testing.T) {
	t.Parallel()
	const count = 66_000
	file := filepath.Join(t.TempDir(), "many.zip")
	_, err := container.Write(t.Context(), file, func(yield func(container.Entry, error) bool) {
		for i := range count {
			if !yield(stored(fmt.Sprintf("%06d.pdf", i), []byte("x")), nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if len(z.File) != count {
		t.Errorf("got %d entries, want %d", len(z.File), count)
	}
	if _, err := container.Open(file, container.Limits{}); err == nil {
		t.Error("more entries than the limit were taken")
	}
}

// TestBeyondFourGibibytes writes 5 GiB of zeros, which takes a while: EAKTE_LARGE=1.
func TestBeyondFourGibibytes(t *testing.T) {
	if os.Getenv("EAKTE_LARGE") == "" {
		t.Skip("EAKTE_LARGE is not set")
	}
	t.Parallel()
	large := container.Entry{Name: "large.pdf", Size: 5 << 30, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zeros{}, 5<<30)), nil
	}}
	file := filepath.Join(t.TempDir(), "large.zip")
	if _, err := container.Write(t.Context(), file, container.Of(made("large.xml", "<a/>"), large, stored("after.pdf", []byte("x")))); err != nil {
		t.Fatal(err)
	}
	r, flaws, err := container.Inspect(file, container.Ours(10, 6<<30))
	if err != nil || len(flaws) > 0 {
		t.Fatalf("got %v, %v", flaws, err)
	}
	defer r.Close()
	if strict, err := r.Strict(); err != nil || len(strict) > 0 {
		t.Errorf("got %v, %v", strict, err)
	}
	if out, err := exec.CommandContext(t.Context(), "unzip", "-tq", file).CombinedOutput(); err != nil {
		t.Errorf("unzip: %v\n%s", err, out)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// TestMain lets the test start itself as a writer that never ends.
func TestMain(m *testing.M) {
	if file := os.Getenv("EAKTE_TEST_ENDLESS"); file != "" {
		endless := container.Entry{Name: "endless.pdf", Size: 1 << 50, Open: func(context.Context) (io.ReadCloser, error) {
			_, _ = os.Stdout.WriteString("writing\n")
			return io.NopCloser(&pausing{}), nil
		}}
		_, _ = container.Write(context.Background(), file, container.Of(stored("first.pdf", bytes.Repeat([]byte("x"), 1<<20)), endless))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// pausing gives some bytes and then waits for ever.
type pausing struct{ given bool }

func (p *pausing) Read(b []byte) (int, error) {
	if p.given {
		select {}
	}
	p.given = true
	return len(b), nil
}

func TestAKilledWriterLeavesNothingUnderTheName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "x.zip")
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "EAKTE_TEST_ENDLESS="+file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("writing\n"))); err != nil {
		t.Fatal(err)
	}
	parts := func() []string {
		found, _ := filepath.Glob(filepath.Join(dir, ".eakte-*.part"))
		return found
	}
	before := parts()
	if len(before) != 1 {
		t.Fatalf("while it is written: got %v, want one part", before)
	}
	if _, err := container.Write(t.Context(), filepath.Join(dir, "y.zip"), some()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(parts(), before) {
		t.Error("the part of a living writer was swept away")
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a killed writer left something under the final name: %v", err)
	}
	if _, err := container.Write(t.Context(), file, some()); err != nil {
		t.Fatal(err)
	}
	if left := parts(); len(left) > 0 {
		t.Errorf("the part of a killed writer was not swept away: %v", left)
	}
}

func TestAFolderAppearsAsAWhole(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "bag")
	entries := container.Of(made("manifest.txt", "x"), stored("data/deep/a.pdf", []byte("a")), stored("data/b.pdf", []byte("b")))
	written, err := container.WriteFolder(t.Context(), dir, entries)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range written.Entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name))
		if err != nil || digest(content) != e.SHA256 {
			t.Errorf("%s: %v, digest %s, want %s", e.Name, err, digest(content), e.SHA256)
		}
	}
	if _, err := container.WriteFolder(t.Context(), dir, entries); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a folder with contents was written over: %v", err)
	}
	for _, bad := range []string{"../a", "/a", "a//b", "a/../b", "a/./b", "a/"} {
		if _, err := container.WriteTree(t.Context(), filepath.Join(t.TempDir(), "x.zip"), container.Of(stored(bad, nil))); !errors.Is(err, container.ErrName) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	clash := container.Of(stored("a/b", nil), stored("A", nil))
	if _, err := container.WriteTree(t.Context(), filepath.Join(t.TempDir(), "x.zip"), clash); !errors.Is(err, container.ErrName) {
		t.Errorf("a file and a folder of one name: got %v", err)
	}
}
