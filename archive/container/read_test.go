package container_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive/container"
)

// packed makes a ZIP as others do, with the standard library.
func packed(t testing.TB, headers ...*zip.FileHeader) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, h := range headers {
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, "/") {
			if _, err := io.WriteString(w, "<x/>"+h.Comment); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func named(names ...string) []*zip.FileHeader {
	var headers []*zip.FileHeader
	for _, name := range names {
		headers = append(headers, &zip.FileHeader{Name: name, Method: zip.Deflate})
	}
	return headers
}

func save(t testing.TB, name string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnswersAreTakenAsTheyCome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, xml string
		content         []byte
	}{
		{"a ZIP with one message", "a.zip", "b.xml", packed(t, named("b.xml")...)},
		{"a ZIP with other files", "a.zip", "B.XML", packed(t, named("x.pdf", "B.XML")...)},
		{"two XML files, one called as the container", "a.zip", "a.xml", packed(t, named("b.xml", "a.xml")...)},
		{"a bare message", "a.xml", "a.xml", []byte("\xef\xbb\xbf<x/>")},
		{"a bare message with another ending", "a.xdomea", "a.xml", []byte("\n<x/>")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := container.Open(save(t, c.file, c.content), container.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if r.XML() != c.xml {
				t.Errorf("got message %q, want %q", r.XML(), c.xml)
			}
			body, err := r.Open(r.XML())
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			if content, err := io.ReadAll(body); err != nil || !strings.HasSuffix(string(content), "<x/>") {
				t.Errorf("got %q, %v", content, err)
			}
			if _, err := r.Open("nothing"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("an entry that is not there: got %v", err)
			}
		})
	}
}

func TestHostileContainersAreRefused(t *testing.T) {
	t.Parallel()
	link := &zip.FileHeader{Name: "l.pdf"}
	link.SetMode(fs.ModeSymlink | 0o777)
	locked := &zip.FileHeader{Name: "l.pdf", Flags: 1}
	large := &zip.FileHeader{Name: "b.xml", Method: zip.Deflate, Comment: strings.Repeat("a", 60_000)} // packed repeats it as contents
	method := packed(t, named("m.xml")...)
	copy(method[bytes.Index(method, []byte("PK\x01\x02"))+10:], []byte{12, 0})
	for _, c := range []struct {
		name    string
		content []byte
		limits  container.Limits
		want    string
	}{
		{"nothing", nil, container.Limits{}, container.FlawFormat},
		{"something else", []byte("hello"), container.Limits{}, container.FlawFormat},
		{"cut off", packed(t, named("a.xml")...)[:60], container.Limits{}, container.FlawFormat},
		{"no message", packed(t, named("a.pdf")...), container.Limits{}, container.FlawMessage},
		{"two messages", packed(t, named("a.xml", "b.xml")...), container.Limits{}, container.FlawMessage},
		{"a folder", packed(t, named("f/", "a.xml")...), container.Limits{}, container.FlawName},
		{"a file in a folder", packed(t, named("f/x.pdf", "a.xml")...), container.Limits{}, container.FlawName},
		{"a path upwards", packed(t, named("../x", "a.xml")...), container.Limits{}, container.FlawName},
		{"an absolute path", packed(t, named("/etc/x", "a.xml")...), container.Limits{}, container.FlawName},
		{"a backslash", packed(t, named(`..\x`, "a.xml")...), container.Limits{}, container.FlawName},
		{"a drive", packed(t, named(`c:x`, "a.xml")...), container.Limits{}, container.FlawName},
		{"a NUL", packed(t, named("a\x00.pdf", "a.xml")...), container.Limits{}, container.FlawName},
		{"an entry twice", packed(t, named("x.pdf", "x.pdf", "a.xml")...), container.Limits{}, container.FlawTwice},
		{"an entry twice with other letters", packed(t, named("x.pdf", "X.pdf", "a.xml")...), container.Limits{}, container.FlawTwice},
		{"a link", packed(t, link, named("a.xml")[0]), container.Limits{}, container.FlawKind},
		{"encrypted", packed(t, locked, named("a.xml")[0]), container.Limits{}, container.FlawKind},
		{"an unknown method", method, container.Limits{}, container.FlawKind},
		{"too many entries", packed(t, named("a.xml", "b.pdf", "c.pdf")...), container.Limits{Entries: 2}, container.FlawLimit},
		{"too large", packed(t, named("a.xml")...), container.Limits{Size: 10}, container.FlawLimit},
		{"too large unpacked", packed(t, large), container.Limits{Entry: 1000}, container.FlawLimit},
		{"too large together", packed(t, large, named("a.xml")[0]), container.Limits{Total: 1000}, container.FlawLimit},
		{"grows too much", zeroBomb(t), container.Limits{}, container.FlawLimit},
		{"entries in each other", overlapping(t), container.Limits{}, container.FlawOverlap},
		{"a directory as large as the file", crowded(t), container.Limits{Entries: 10}, container.FlawLimit},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := container.Open(save(t, "x.zip", c.content), c.limits)
			if err == nil {
				r.Close()
			}
			if flaw, ok := errors.AsType[container.Flaw](err); !ok || flaw.Code != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func zeroBomb(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("a.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(make([]byte, 16<<20))
	_ = z.Close()
	return out.Bytes()
}

// overlapping lets both entries of the directory name the same place.
func overlapping(t testing.TB) []byte {
	t.Helper()
	content := packed(t, named("a.xml", "b.pdf")...)
	second := bytes.LastIndex(content, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(content[second+42:], 0)
	return content
}

// crowded has far more entries than its end says.
func crowded(t testing.TB) []byte {
	t.Helper()
	var names []string
	for i := range 20_000 {
		names = append(names, strings.Repeat("x", i%200)+string(rune('a'+i%26))+".pdf")
	}
	content := packed(t, named(names...)...)
	binary.LittleEndian.PutUint16(content[len(content)-12:], 1)
	return content
}

func TestOurOwnPassTheStrictReading(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.zip")
	if _, err := container.Write(t.Context(), file, some()); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, b byte) []byte {
		c := slices.Clone(sound)
		c[at] ^= b
		return c
	}
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"as it is", sound, ""},
		{"another name before the entry", change(30, 1), container.FlawForeign},
		{"another checksum before the entry", change(14, 1), container.FlawDiffers},
		{"another size before the entry", change(22, 1), container.FlawDiffers},
		{"sizes behind the entry", packed(t, named("a.xml")...), container.FlawStreamed},
		{"something before the first entry", append([]byte("#!/bin/sh\n"), sound...), container.FlawForeign},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, _, err := container.Inspect(save(t, "x.zip", c.content), container.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			flaws, err := r.Strict()
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" && len(flaws) > 0 || c.want != "" && (len(flaws) == 0 || flaws[0].Code != c.want) {
				t.Errorf("got %v, want %q", flaws, c.want)
			}
		})
	}
}

func TestAFlippedByteIsFound(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.zip")
	if _, err := container.Write(t.Context(), file, container.Of(made("x.xml", "<x/>"), stored("a.pdf", []byte("unique content")))); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content[bytes.Index(content, []byte("unique"))] ^= 1
	r, err := container.Open(save(t, "x.zip", content), container.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Digest(t.Context(), "a.pdf"); !errors.Is(err, container.Flaw{Code: container.FlawEntry, Entry: "a.pdf"}) {
		t.Errorf("got %v", err)
	}
}

// TestRealAnswers opens what a receiving archive's software really sent.
func TestRealAnswers(t *testing.T) {
	t.Parallel()
	data := os.Getenv("EAKTE_TEST_DATA")
	if data == "" {
		t.Skip("EAKTE_TEST_DATA is not set")
	}
	answers, _ := filepath.Glob(filepath.Join(data, "standards/xdomea/examples/*/*/*.*"))
	sent, _ := filepath.Glob(filepath.Join(data, "standards/xdomea/examples/*/*.*ml"))
	zips, _ := filepath.Glob(filepath.Join(data, "standards/xdomea/examples/*/*.zip"))
	files := slices.Concat(answers, sent, zips)
	if len(files) < 5 {
		t.Skipf("only %d examples", len(files))
	}
	for _, file := range files {
		r, err := container.Open(file, container.Limits{})
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		if _, err := r.Digest(t.Context(), r.XML()); err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
		r.Close()
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(packed(f, named("a.xml", "b.pdf")...))
	f.Add(overlapping(f))
	f.Add([]byte("<x/>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, flaws, err := container.Inspect(save(t, "x.zip", content), container.Limits{Entry: 1 << 20, Total: 4 << 20})
		if err != nil {
			return
		}
		defer r.Close()
		if _, err := r.Strict(); err != nil {
			t.Errorf("strict: %v", err)
		}
		var total int64
		for _, e := range r.Entries() {
			got, err := r.Digest(t.Context(), e.Name)
			if err == nil && len(flaws) == 0 {
				if total += got.Size; got.Size != e.Size || total > 4<<20 {
					t.Errorf("%q: got %d bytes, %d together, claimed %d", e.Name, got.Size, total, e.Size)
				}
			}
		}
	})
}
