package storage_test

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/storage/storagetest"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func TestStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, testenv.Store(t))
}

func TestStoreKeepsTheContractInABucketWithObjectLock(t *testing.T) {
	t.Parallel()
	config := testenv.StoreConfig(t)
	config.ObjectLock = true
	s, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Run(t, s)
}

func TestDamageBehindTheServersBackIsFound(t *testing.T) {
	t.Parallel()
	config := testenv.StoreConfig(t)
	s, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		damage func(t *testing.T, path, other string)
		want   func(error) bool
	}{
		{"a flipped bit", func(t *testing.T, path, _ string) {
			b := read(t, path)
			b[len(b)/2] ^= 1
			overwrite(t, path, b)
		}, mismatch},
		{"a cut", func(t *testing.T, path, _ string) { overwrite(t, path, read(t, path)[:100]) }, mismatch},
		{"an emptied file", func(t *testing.T, path, _ string) { overwrite(t, path, nil) }, mismatch},
		{"a byte too many", func(t *testing.T, path, _ string) { overwrite(t, path, append(read(t, path), 0)) }, mismatch},
		{"another document's bytes of the same length", func(t *testing.T, path, other string) {
			overwrite(t, path, read(t, other))
		}, mismatch},
		{"a file that is gone", func(t *testing.T, path, _ string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, func(err error) bool { return errors.Is(err, fs.ErrNotExist) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			object, other := stored(t, s, 'a'), stored(t, s, 'b')
			test.damage(t, testenv.ObjectFile(t, config.Bucket, object.Key), testenv.ObjectFile(t, config.Bucket, other.Key))
			path := filepath.Join(t.TempDir(), "fetched")
			if err := s.Fetch(t.Context(), object, path); !test.want(err) {
				t.Errorf("got %v", err)
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("a file was left")
			}
			if _, err := s.Put(t.Context(), object.Key, strings.NewReader(strings.Repeat("a", 5000)), 5000); test.name != "a file that is gone" && !mismatch(err) {
				t.Errorf("putting the same again: got %v, want the damage to be found", err)
			}
		})
	}
}

func TestOneReadingTakesAndComparesTwoDigests(t *testing.T) {
	t.Parallel()
	config := testenv.StoreConfig(t)
	s, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	object := stored(t, s, 'a')
	want := sha512.Sum512(bytes.Repeat([]byte{'a'}, 5000))
	paced := 0
	how := storage.Checking{Second: true, Pace: func(_ context.Context, n int) error {
		paced += n
		return nil
	}}
	got, err := s.Check(t.Context(), object, how)
	if err != nil || got != hex.EncodeToString(want[:]) || paced != 5000 {
		t.Errorf("got %q, %v, asked for %d bytes", got, err, paced)
	}
	if got, err := s.Check(t.Context(), object, storage.Checking{}); got != "" || err != nil {
		t.Errorf("unasked: got %q, %v", got, err)
	}
	object.SHA512 = got
	if again, err := s.Check(t.Context(), object, storage.Checking{}); again != got || err != nil {
		t.Errorf("with both digests: got %q, %v", again, err)
	}
	object.SHA512 = strings.Repeat("0", 128)
	if _, err := s.Check(t.Context(), object, storage.Checking{}); !mismatch(err) {
		t.Errorf("a wrong second digest: got %v", err)
	}
	if err := s.Fetch(t.Context(), object, filepath.Join(t.TempDir(), "x")); !mismatch(err) {
		t.Errorf("fetched with a wrong second digest: got %v", err)
	}
	stop := errors.New("stop")
	if _, err := s.Check(t.Context(), object, storage.Checking{Pace: func(context.Context, int) error { return stop }}); !errors.Is(err, stop) {
		t.Errorf("the pace ends it: got %v", err)
	}
	object.SHA512 = ""
	path := testenv.ObjectFile(t, config.Bucket, object.Key)
	overwrite(t, path, read(t, path)[:100])
	if _, err := s.Check(t.Context(), object, how); !mismatch(err) {
		t.Errorf("cut: got %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(t.Context(), object, how); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gone: got %v", err)
	}
}

func mismatch(err error) bool { return fault.Is(err, fault.DigestMismatch) }

// stored returns an immutable object of 5000 equal letters.
func stored(t *testing.T, s *storage.Store, letter byte) storage.Object {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rendition")
	overwrite(t, path, bytes.Repeat([]byte{letter}, 5000))
	object, err := s.PutFile(t.Context(), efile.NewID(), efile.NewID(), path)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path) //nolint:gosec // the test's own file
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// overwrite changes a file in place, so that its attributes stay.
func overwrite(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAStoreThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	nobody := filepath.Join(t.TempDir(), "nobody.sock")
	failing := answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	cutting := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		_, _ = io.WriteString(w, "half")
	})
	for _, test := range []struct {
		name   string
		config storage.Config
	}{
		{"nobody listens", storage.Config{Socket: nobody}},
		{"it answers 503", storage.Config{Endpoint: failing}},
		{"it breaks off", storage.Config{Endpoint: cutting}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.config.Bucket, test.config.AccessKey, test.config.SecretKey = "bucket", "access", "secret"
			s, err := storage.Open(t.Context(), test.config)
			if err != nil {
				t.Fatalf("open must not fail: %v", err)
			}
			for name, err := range map[string]error{"put": putOne(t, s), "get": getOne(t, s), "list": listOne(t, s)} {
				if f := fault.Of(err); f == nil || f.Code != fault.StorageUnavailable || f.Treatment != fault.Wait {
					if test.name == "it breaks off" && name == "put" {
						continue // an answer to a put has no body that could break off
					}
					t.Errorf("%s: got %v, want storage_unavailable (wait)", name, err)
				}
			}
		})
	}
}

func putOne(t *testing.T, s *storage.Store) error {
	_, err := s.Put(t.Context(), "quarantine/x", strings.NewReader("x"), 1)
	return err
}

func getOne(t *testing.T, s *storage.Store) error {
	return s.Fetch(t.Context(), storage.Object{Key: "x", Size: 1000, SHA256: strings.Repeat("0", 64)}, filepath.Join(t.TempDir(), "x"))
}

func listOne(t *testing.T, s *storage.Store) error {
	for _, err := range s.List(t.Context(), "x") {
		return err
	}
	return nil
}

func answering(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func TestAStoreThatComesLaterIsFoundByPing(t *testing.T) {
	t.Parallel()
	config := testenv.StoreConfig(t)
	if config.Socket == "" {
		t.Skip("needs the embedded server's socket")
	}
	late := filepath.Join(t.TempDir(), "late.sock")
	s, err := storage.Open(t.Context(), storage.Config{Socket: late, Bucket: config.Bucket, AccessKey: config.AccessKey, SecretKey: config.SecretKey})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); !fault.Is(err, fault.StorageUnavailable) {
		t.Errorf("before: got %v, want storage_unavailable", err)
	}
	if err := os.Symlink(config.Socket, late); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("after: %v", err)
	}
	if err := putOne(t, s); err != nil {
		t.Errorf("put: %v", err)
	}
}

func TestTheEndOfAContextIsNoOutage(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s, err := storage.Open(ended(t), storage.Config{Endpoint: listener.Addr().String(), Bucket: "bucket", AccessKey: "a", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Ping(ended(t))
	if err == nil || fault.Is(err, fault.StorageUnavailable) {
		t.Errorf("got %v, want the end of the context", err)
	}
}

func TestASecretNeverPrints(t *testing.T) {
	t.Parallel()
	config := storage.Config{AccessKey: "access", SecretKey: "tell-nobody"}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		_, _ = fmt.Fprintf(&out, verb+verb, config, config.SecretKey)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("opened", "config", config, "secret", config.SecretKey)
	if err := json.NewEncoder(&out).Encode(config); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "tell-nobody") || strings.Contains(out.String(), fmt.Sprintf("%x", "tell-nobody")) {
		t.Errorf("got %s", out.String())
	}
	if string(config.SecretKey) != "tell-nobody" {
		t.Error("the value is lost")
	}
}

func TestKeysHoldIdsOnly(t *testing.T) {
	t.Parallel()
	office, doc, digest := efile.NewID(), efile.NewID(), strings.Repeat("ab", 32)
	tail := doc.String()[34:] + "/" + doc.String()
	for _, test := range []struct{ name, got, want string }{
		{"an original in quarantine", storage.OriginalKey(true, office, doc, digest), "quarantine/" + office.String() + "/" + tail + "/original"},
		{"an inspected original", storage.OriginalKey(false, office, doc, digest), "originals/" + office.String() + "/" + tail + "/" + digest},
		{"a rendition", storage.RenditionKey(office, doc, digest), "renditions/" + office.String() + "/" + tail + "/" + digest},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, test.got, test.want)
		}
	}
}

// ended returns a context that ends while a request waits.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}
