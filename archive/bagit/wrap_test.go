package bagit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const innerName = "018f3c5a-0000-7000-8000-000000000001_Aussonderung.Aussonderung.0503.zip"

// wrap makes a container and a bag around it.
func wrap(t testing.TB) (file string, inner efile.MessageEntry, written container.Written) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, innerName)
	made, err := container.Write(t.Context(), path, container.Of(container.Entry{Name: "a.xml", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Repeat("<x/>", 100_000))
		return err
	}}))
	if err != nil {
		t.Fatal(err)
	}
	inner = efile.MessageEntry{Name: innerName, Size: made.Size, SHA256: made.SHA256}
	file = filepath.Join(dir, bagit.WrapName(innerName))
	if written, err = bagit.Wrap(t.Context(), file, path, inner, info); err != nil {
		t.Fatal(err)
	}
	return file, inner, written
}

func TestAWrappedContainerIsABagForOthersToo(t *testing.T) {
	t.Parallel()
	file, inner, written := wrap(t)
	_, _, again := wrap(t)
	if written.SHA256 != again.SHA256 {
		t.Error("the same container and info gave two bags")
	}
	found, err := bagit.CheckWrapped(t.Context(), file, inner, written.SHA256)
	if err != nil || len(found) > 0 {
		t.Errorf("our own check: %v, %v", found, err)
	}
	// Tools that know nothing of us unpack it and hold it against its lists.
	dir := t.TempDir()
	folder := strings.TrimSuffix(bagit.WrapName(innerName), ".zip")
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `unzip -q "$1" && cd "$2" && sha512sum -c --quiet --strict manifest-sha512.txt tagmanifest-sha512.txt &&
		cd data && test "$(ls)" = "$3" && echo "$4  $3" | sha256sum -c --quiet --strict && unzip -tq "$3"`, "sh", file, folder, innerName, inner.SHA256)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("unzip and sha512sum: %v\n%s", err, out)
	}
}

func TestAnotherContainerIsNotWrapped(t *testing.T) {
	t.Parallel()
	file, inner, _ := wrap(t)
	path := filepath.Join(filepath.Dir(file), innerName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	other := filepath.Join(t.TempDir(), bagit.WrapName(innerName))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bagit.Wrap(t.Context(), other, path, inner, info); !fault.Is(err, fault.DigestMismatch) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a bag of other bytes lies there")
	}
}

func TestCheckWrappedFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	file, inner, written := wrap(t)
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := os.ReadFile(filepath.Join(filepath.Dir(file), innerName))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(sound, payload)
	if at < 0 {
		t.Fatal("the container does not lie in the bag as it is")
	}
	of := func(name string, content []byte) []byte {
		t.Helper()
		path := filepath.Join(t.TempDir(), filepath.Base(file))
		entry := container.Entry{Name: name, Size: int64(len(content)), Open: func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(content)), nil
		}}
		base := strings.TrimSuffix(filepath.Base(file), ".zip")
		if _, err := container.WriteTree(t.Context(), path, bagit.Entries(base, info, container.Of(entry))); err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	foreign := func(header *zip.FileHeader) []byte {
		t.Helper()
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for _, h := range []*zip.FileHeader{{Name: "b/bagit.txt"}, header} {
			if _, err := z.CreateHeader(h); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	link := &zip.FileHeader{Name: "b/data/x.zip"}
	link.SetMode(os.ModeSymlink | 0o777)
	flipped := slices.Clone(sound)
	flipped[at+len(payload)/2] ^= 1
	for _, c := range []struct {
		name, as string
		content  []byte
		want     string
	}{
		{"called otherwise", "other.bag.zip", sound, bagit.FoundFolder},
		{"another container", "", of(innerName, []byte("other")), archive.FoundHash},
		{"another name of the container", "", of("x.zip", payload), bagit.FoundPayload},
		{"bytes behind it", "", append(slices.Clone(sound), 0), archive.FoundSum},
		{"a flipped byte", "", flipped, bagit.FoundDigest},
		{"no ZIP", "", []byte("hello"), container.FlawFormat},
		{"a message", "", []byte("<x/>"), container.FlawFormat},
		{"a bare container", "", payload, container.FlawFormat},
		{"a path upwards", "", foreign(&zip.FileHeader{Name: "b/../../x"}), container.FlawName},
		{"a link", "", foreign(link), container.FlawKind},
		{"a file that is a folder too", "", empty(t, "b/bagit.txt", "b/data/x", "b/data/x/y"), container.FlawTwice},
		{"two folders", "", foreign(&zip.FileHeader{Name: "c/x"}), bagit.FoundFolder},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.as == "" {
				c.as = filepath.Base(file)
			}
			path := filepath.Join(t.TempDir(), c.as)
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			found, err := bagit.CheckWrapped(t.Context(), path, inner, written.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(found, func(f archive.Finding) bool { return f.Code == c.want }) {
				t.Errorf("got %v, want %s among it", found, c.want)
			}
		})
	}
}

// FuzzOpenPacked: whatever a file is, it is opened or refused without harm, nothing with a finding of its ZIP can be read, and
// only the very bytes that were wrapped pass the check.
func FuzzOpenPacked(f *testing.F) {
	file, inner, written := wrap(f)
	sound, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sound)
	f.Add(sound[:len(sound)/2])
	f.Add([]byte("<x/>"))
	for _, names := range [][]string{{"b/bagit.txt", "b/data/x.zip"}, {"b/bagit.txt", "c/x"}, {"b/bagit.txt", "b/../x"}, {"b/bagit.txt", "b/bagit.txt/x"}} {
		f.Add(empty(f, names...))
	}
	name := filepath.Base(file)
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := bagit.CheckWrapped(t.Context(), path, inner, written.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 && !bytes.Equal(content, sound) {
			t.Error("other bytes pass for the bag that was made")
		}
		p, err := bagit.OpenPacked(path)
		if errors.Is(err, bagit.ErrNoBag) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if p.FS == nil {
			if len(p.Found) == 0 {
				t.Error("nothing can be read, and nothing is found")
			}
			return
		}
		payload, err := p.Payload()
		if err != nil || payload == "" {
			return
		}
		out := filepath.Join(t.TempDir(), "out")
		if err := p.Unpack(payload, out); err != nil {
			return
		}
		if info, err := os.Stat(out); err != nil || info.Size() > int64(len(content))*4+1<<30 {
			t.Errorf("unpacked: %v, %v", info, err)
		}
	})
}

// empty is a ZIP of entries without content.
func empty(t testing.TB, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range names {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
