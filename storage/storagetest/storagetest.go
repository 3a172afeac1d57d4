// Package storagetest is the contract of a store: the suite that every S3-compatible store must pass with package
// storage before eakte may run on it. The project runs it against its embedded server and, when EAKTE_TEST_S3_ENDPOINT
// is set, against any other.
//
// It leaves to the caller what cannot be done through S3, such as damaging a stored object behind the server's back.
// Start reading at Run.
package storagetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/storage"
)

// Run proves the contract on a store. It writes below keys of fresh ids and disturbs nobody else in the bucket.
func Run(t *testing.T, s *storage.Store) {
	t.Helper()
	for _, test := range []struct {
		name string
		run  func(*testing.T, *storage.Store)
	}{
		{"what is put is what is got", putGet},
		{"a put of the wrong length leaves nothing", wrongLength},
		{"a broken source leaves nothing and is no outage", brokenSource},
		{"an immutable key takes its own bytes, again and no others", immutable},
		{"a rendition is written once", putFile},
		{"wrong bytes are found while reading", wrongBytes},
		{"a wrong digest leaves no file", fetch},
		{"a range is that part", ranges},
		{"a copy has the same bytes", copies},
		{"a repeated move finds nothing left to do", repeatedMove},
		{"deleting is final and may be repeated", deletes},
		{"former versions are listed, and gone with their object", versions},
		{"stat knows size and time", stat},
		{"a listing is complete and in order", list},
		{"an upload of 64 MiB in parts", bigUpload},
		{"a big put goes in parts", bigPut},
		{"completing again is no error", completeAgain},
		{"an aborted upload leaves nothing", abort},
		{"stale uploads are found", stale},
		{"many puts of one key leave one whole object", concurrentPuts},
		{"capabilities are proven", probe},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, s)
		})
	}
}

// some returns n bytes that do not compress and are the same in every run.
func some(n int, seed uint64) []byte {
	b := make([]byte, n)
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = source.Read(b) // never fails
	return b
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// scratch returns a key whose object may change.
func scratch() string { return storage.OriginalKey(true, efile.NewID(), efile.NewID(), "") }

func put(t *testing.T, s *storage.Store, key string, b []byte) storage.Object {
	t.Helper()
	object, err := s.Put(t.Context(), key, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatalf("put: %v", err)
	}
	return object
}

func get(t *testing.T, s *storage.Store, object storage.Object) ([]byte, error) {
	t.Helper()
	r, err := s.Get(t.Context(), object)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

func wantBytes(t *testing.T, s *storage.Store, object storage.Object, want []byte) {
	t.Helper()
	got, err := get(t, s, object)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("get: got %d bytes with digest %s and error %v, want %d with %s", len(got), digest(got), err, len(want), digest(want))
	}
}

func wantNothing(t *testing.T, s *storage.Store, key string) {
	t.Helper()
	if _, _, err := s.Stat(t.Context(), key); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("stat %s: got %v, want fs.ErrNotExist", key, err)
	}
}

func putGet(t *testing.T, s *storage.Store) {
	for _, size := range []int{0, 1, 4096, 1<<20 + 7} {
		want := some(size, 1)
		object := put(t, s, scratch(), want)
		if object.Size != int64(size) || object.SHA256 != digest(want) {
			t.Errorf("put %d bytes: got size %d and digest %s, want digest %s", size, object.Size, object.SHA256, digest(want))
		}
		wantBytes(t, s, object, want)
	}
}

func wrongLength(t *testing.T, s *storage.Store) {
	for _, announced := range []int64{999, 1001} {
		key := scratch()
		_, err := s.Put(t.Context(), key, bytes.NewReader(some(1000, 2)), announced)
		if err == nil || fault.Is(err, fault.StorageUnavailable) {
			t.Errorf("1000 bytes announced as %d: got %v, want an error that is no outage", announced, err)
		}
		wantNothing(t, s, key)
	}
	if _, err := s.Put(t.Context(), scratch(), strings.NewReader("x"), -1); err == nil {
		t.Error("unknown size: got no error")
	}
}

func brokenSource(t *testing.T, s *storage.Store) {
	key, broken := scratch(), errors.New("source broke")
	_, err := s.Put(t.Context(), key, io.MultiReader(bytes.NewReader(some(500, 3)), iotest.ErrReader(broken)), 1000)
	if !errors.Is(err, broken) || fault.Is(err, fault.StorageUnavailable) {
		t.Errorf("got %v, want the source's own error and no outage", err)
	}
	wantNothing(t, s, key)
}

func immutable(t *testing.T, s *storage.Store) {
	want, other := some(5000, 4), some(5000, 5)
	key := storage.OriginalKey(false, efile.NewID(), efile.NewID(), digest(want))
	if _, err := s.Put(t.Context(), key, bytes.NewReader(other), 5000); err == nil {
		t.Error("other bytes under a free key that names its digest: got no error")
	}
	wantNothing(t, s, key)
	object := put(t, s, key, want)
	put(t, s, key, want)
	if _, err := s.Put(t.Context(), key, bytes.NewReader(other), 5000); err == nil {
		t.Error("other bytes under a taken key: got no error")
	}
	wantBytes(t, s, object, want)
}

func putFile(t *testing.T, s *storage.Store) {
	office, doc, want := efile.NewID(), efile.NewID(), some(70_000, 6)
	path := file(t, want)
	first, err := s.PutFile(t.Context(), office, doc, path)
	if err != nil {
		t.Fatal(err)
	}
	if key := storage.RenditionKey(office, doc, digest(want)); first.Key != key {
		t.Errorf("key: got %s, want %s", first.Key, key)
	}
	_, before, err := s.Stat(t.Context(), first.Key)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.PutFile(t.Context(), office, doc, path)
	if err != nil || first != second {
		t.Errorf("again: got %v and %v, want %v", second, err, first)
	}
	if _, after, err := s.Stat(t.Context(), first.Key); err != nil || !after.Equal(before) {
		t.Errorf("written again: at %v after %v (%v)", after, before, err)
	}
	wantBytes(t, s, first, want)
}

func wrongBytes(t *testing.T, s *storage.Store) {
	b := some(10_000, 7)
	object := put(t, s, scratch(), b)
	for name, wrong := range map[string]storage.Object{
		"other digest": {Key: object.Key, Size: object.Size, SHA256: digest(some(10_000, 8))},
		"too long":     {Key: object.Key, Size: object.Size - 1, SHA256: object.SHA256},
		"too short":    {Key: object.Key, Size: object.Size + 1, SHA256: object.SHA256},
	} {
		_, err := get(t, s, wrong)
		if f := fault.Of(err); f == nil || f.Code != fault.DigestMismatch || f.Treatment != fault.Review {
			t.Errorf("%s: got %v, want the fault digest_mismatch (review)", name, err)
		}
	}
	if _, err := s.Get(t.Context(), storage.Object{Key: object.Key, Size: object.Size}); err == nil {
		t.Error("no digest known: got no error")
	}
}

func fetch(t *testing.T, s *storage.Store) {
	want := some(100_000, 9)
	object := put(t, s, scratch(), want)
	path := filepath.Join(t.TempDir(), "fetched")
	if err := s.Fetch(t.Context(), object, path); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) { //nolint:gosec // the test's own file
		t.Errorf("fetched: got %d bytes and %v, want %d", len(got), err, len(want))
	}
	object.SHA256 = digest(nil)
	if err := s.Fetch(t.Context(), object, path); !fault.Is(err, fault.DigestMismatch) {
		t.Errorf("wrong digest: got %v, want digest_mismatch", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after a wrong digest: got %v, want no file", err)
	}
}

func ranges(t *testing.T, s *storage.Store) {
	b := some(1000, 10)
	object := put(t, s, scratch(), b)
	for _, test := range []struct{ offset, length, end int64 }{{0, 1, 1}, {10, 90, 100}, {990, 10, 1000}, {990, 500, 1000}} {
		r, err := s.GetRange(t.Context(), object, test.offset, test.length)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, b[test.offset:test.end]) {
			t.Errorf("%d bytes from %d: got %d bytes and %v", test.length, test.offset, len(got), err)
		}
	}
	if _, err := s.GetRange(t.Context(), object, 0, 0); err == nil {
		t.Error("empty range: got no error")
	}
}

func copies(t *testing.T, s *storage.Store) {
	want := some(200_000, 11)
	from := put(t, s, scratch(), want)
	to := storage.OriginalKey(false, efile.NewID(), efile.NewID(), from.SHA256)
	if err := s.Copy(t.Context(), from.Key, to); err != nil {
		t.Fatal(err)
	}
	wantBytes(t, s, storage.Object{Key: to, Size: from.Size, SHA256: from.SHA256}, want)
	wantBytes(t, s, from, want)
	if err := s.Copy(t.Context(), scratch(), scratch()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("copy of nothing: got %v, want fs.ErrNotExist", err)
	}
}

func repeatedMove(t *testing.T, s *storage.Store) {
	from := put(t, s, scratch(), some(3000, 12))
	to := storage.OriginalKey(false, efile.NewID(), efile.NewID(), from.SHA256)
	for range 2 {
		if err := errors.Join(s.Copy(t.Context(), from.Key, to), s.Delete(t.Context(), from.Key)); err != nil {
			t.Fatal(err)
		}
	}
	wantBytes(t, s, storage.Object{Key: to, Size: from.Size, SHA256: from.SHA256}, some(3000, 12))
}

func deletes(t *testing.T, s *storage.Store) {
	object := put(t, s, scratch(), some(10, 13))
	for range 2 {
		if err := s.Delete(t.Context(), object.Key); err != nil {
			t.Fatal(err)
		}
	}
	wantNothing(t, s, object.Key)
	if _, err := get(t, s, object); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("get of a deleted object: got %v, want fs.ErrNotExist", err)
	}
}

func versions(t *testing.T, s *storage.Store) {
	can, err := s.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	office, doc := efile.NewID(), efile.NewID()
	key := storage.OriginalKey(true, office, doc, "")
	put(t, s, key, some(10, 23))
	put(t, s, key, some(20, 24))
	put(t, s, storage.OriginalKey(true, office, efile.NewID(), ""), some(10, 25))
	var latest, former int
	seen := func() int {
		latest, former = 0, 0
		for v, err := range s.Versions(t.Context(), storage.Folder("quarantine/", office, doc)) {
			switch {
			case err != nil || v.Key != key || v.Marker:
				t.Errorf("got %+v, %v", v, err)
			case v.Latest:
				latest++
			default:
				former++
			}
		}
		return latest + former
	}
	if seen(); latest != 1 || can.Versioning != (former > 0) {
		t.Errorf("got %d latest and %d former ones in a store that keeps versions: %t", latest, former, can.Versioning)
	}
	if err := s.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if n := seen(); n != 0 {
		t.Errorf("%d versions are left of a deleted object", n)
	}
}

func stat(t *testing.T, s *storage.Store) {
	b := some(1234, 14)
	object := put(t, s, storage.OriginalKey(false, efile.NewID(), efile.NewID(), digest(b)), b)
	got, changed, err := s.Stat(t.Context(), object.Key)
	if err != nil || got != object {
		t.Errorf("got %v and %v, want %v", got, err, object)
	}
	if age := time.Since(changed); age < -time.Minute || age > time.Hour {
		t.Errorf("written %v ago by the store's clock", age)
	}
}

func list(t *testing.T, s *storage.Store) {
	office := efile.NewID()
	var want []string
	for i := range 30 {
		key := storage.OriginalKey(true, office, efile.NewID(), "")
		put(t, s, key, some(i, 15))
		want = append(want, key)
	}
	slices.Sort(want)
	var got []string
	for found, err := range s.List(t.Context(), "quarantine/"+office.String()+"/") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, found.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d keys, want %d:\n%q\n%q", len(got), len(want), got, want)
	}
	for range s.List(t.Context(), "quarantine/") {
		break // stopping early is allowed
	}
}

func bigUpload(t *testing.T, s *storage.Store) {
	const partBytes = 8 << 20
	want := some(64<<20, 16)
	key := scratch()
	upload, err := s.NewMultipart(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	var parts []efile.UploadPart
	for i := 0; i*partBytes < len(want); i++ {
		part, err := s.PutPart(t.Context(), key, upload, i+1, bytes.NewReader(want[i*partBytes:][:partBytes]), partBytes)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, part)
	}
	wantNothing(t, s, key)
	if err := s.CompleteMultipart(t.Context(), key, upload, parts); err != nil {
		t.Fatal(err)
	}
	wantBytes(t, s, storage.Object{Key: key, Size: int64(len(want)), SHA256: digest(want)}, want)
}

func bigPut(t *testing.T, s *storage.Store) {
	want := some(64<<20+1, 17)
	object := put(t, s, storage.OriginalKey(false, efile.NewID(), efile.NewID(), digest(want)), want)
	wantBytes(t, s, object, want)
	put(t, s, object.Key, want)
}

func completeAgain(t *testing.T, s *storage.Store) {
	key, b := scratch(), some(1000, 18)
	upload, part := begun(t, s, key, b)
	for range 2 {
		if err := s.CompleteMultipart(t.Context(), key, upload, []efile.UploadPart{part}); err != nil {
			t.Fatal(err)
		}
	}
	wantBytes(t, s, storage.Object{Key: key, Size: 1000, SHA256: digest(b)}, b)
	if err := s.CompleteMultipart(t.Context(), scratch(), upload, []efile.UploadPart{part}); err == nil {
		t.Error("completing what is not there: got no error")
	}
}

func abort(t *testing.T, s *storage.Store) {
	key := scratch()
	upload, part := begun(t, s, key, some(1000, 19))
	for range 2 {
		if err := s.AbortMultipart(t.Context(), key, upload); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CompleteMultipart(t.Context(), key, upload, []efile.UploadPart{part}); err == nil {
		t.Error("completing an aborted upload: got no error")
	}
	wantNothing(t, s, key)
}

func stale(t *testing.T, s *storage.Store) {
	key := scratch()
	upload, _ := begun(t, s, key, some(10, 20))
	holds := func(before time.Time) bool {
		found, err := s.StaleMultiparts(t.Context(), before)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(found, func(m storage.Multipart) bool { return m.Key == key && m.Upload == upload })
	}
	if !holds(time.Now().Add(time.Hour)) {
		t.Error("an upload begun before the time was not found")
	}
	if holds(time.Now().Add(-time.Hour)) {
		t.Error("an upload begun after the time was found")
	}
	if err := s.AbortMultipart(t.Context(), key, upload); err != nil {
		t.Fatal(err)
	}
	if holds(time.Now().Add(time.Hour)) {
		t.Error("an aborted upload was found")
	}
}

// begun returns an upload with one part.
func begun(t *testing.T, s *storage.Store, key string, b []byte) (string, efile.UploadPart) {
	t.Helper()
	upload, err := s.NewMultipart(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	part, err := s.PutPart(t.Context(), key, upload, 1, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return upload, part
}

func concurrentPuts(t *testing.T, s *storage.Store) {
	b := some(300_000, 21)
	fixed := storage.OriginalKey(false, efile.NewID(), efile.NewID(), digest(b))
	loose := scratch()
	var wait sync.WaitGroup
	errs := make(chan error, 32)
	for i := range 16 {
		wait.Go(func() {
			_, err := s.Put(t.Context(), fixed, bytes.NewReader(b), int64(len(b)))
			errs <- err
			other := some(300_000, uint64(100+i)) //nolint:gosec // small
			_, err = s.Put(t.Context(), loose, bytes.NewReader(other), int64(len(other)))
			errs <- err
		})
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	wantBytes(t, s, storage.Object{Key: fixed, Size: int64(len(b)), SHA256: digest(b)}, b)
	whole := false
	for i := range 16 {
		want := some(300_000, uint64(100+i)) //nolint:gosec // small
		got, err := get(t, s, storage.Object{Key: loose, Size: int64(len(want)), SHA256: digest(want)})
		whole = whole || err == nil && bytes.Equal(got, want)
	}
	if !whole {
		t.Error("the object is none of those that were put")
	}
}

func probe(t *testing.T, s *storage.Store) {
	can, err := s.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("versioning %t, lock %t", can.Versioning, can.Lock)
	object := put(t, s, scratch(), some(10, 22))
	if err := s.Lock(t.Context(), object.Key, time.Now().Add(time.Minute)); err != nil {
		t.Fatalf("lock: %v", err)
	}
	err = s.Delete(t.Context(), object.Key)
	if can.Lock == (err == nil) {
		t.Errorf("delete of a locked object: got %v in a store that enforces locks: %t", err, can.Lock)
	}
	for found, err := range s.List(t.Context(), "canary/") {
		t.Errorf("the probe left %s (%v)", found.Key, err)
	}
}

func file(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprintf("%d-bytes", len(b)))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
