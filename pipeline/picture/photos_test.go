package picture

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"
)

type member struct {
	name, content string
	method        uint16
}

func container(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		out, err := w.CreateHeader(&zip.FileHeader{Name: m.name, Method: m.method})
		if err == nil {
			_, err = io.WriteString(out, m.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPhotosTakesOnlyWhatIntakeWrites(t *testing.T) {
	t.Parallel()
	mark := member{name: "mimetype", content: "x"}
	for _, test := range []struct {
		name string
		data []byte
		want error
	}{
		{"two photos", container(t, mark, member{name: "0001", content: "one"}, member{name: "0002", content: "two"}), nil},
		{"none", container(t, mark), ErrMembers},
		{"one without bytes", container(t, mark, member{name: "0001"}), ErrMembers},
		{"no mark", container(t, member{name: "0001", content: "one"}), ErrMembers},
		{"a compressed one", container(t, mark, member{"0001", "one", zip.Deflate}), ErrMembers},
		{"one in a folder", container(t, mark, member{name: "../0001", content: "one"}), ErrMembers},
		{"three of at most two", container(t, mark, member{name: "1", content: "a"}, member{name: "2", content: "b"}, member{name: "3", content: "c"}), ErrPages},
		{"no container", []byte("PK\x03\x04"), ErrMembers},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			photos, err := Photos(bytes.NewReader(test.data), int64(len(test.data)), 2)
			if !errors.Is(err, test.want) || err == nil && len(photos) != 2 {
				t.Fatalf("got %d photos, %v; want %v", len(photos), err, test.want)
			}
			for i, want := range []string{"one", "two"} {
				if err != nil {
					break
				}
				if got, _ := io.ReadAll(photos[i]); string(got) != want {
					t.Errorf("photo %d: got %q, want %q", i+1, got, want)
				}
			}
		})
	}
}

func FuzzPhotos(f *testing.F) {
	f.Add(container(f, member{name: "mimetype", content: "x"}, member{name: "0001", content: "one"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		photos, err := Photos(bytes.NewReader(data), int64(len(data)), 10)
		if err != nil {
			return
		}
		var total int64
		for _, p := range photos {
			n, err := io.Copy(io.Discard, p)
			if err != nil || n != p.Size() {
				t.Errorf("got %d bytes of a photo of %d, %v", n, p.Size(), err)
			}
			total += n
		}
		if total > int64(len(data)) {
			t.Errorf("got %d bytes out of %d", total, len(data))
		}
	})
}
