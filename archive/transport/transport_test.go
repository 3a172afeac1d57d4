package transport_test

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/fault"
	"golang.org/x/net/webdav"
)

// road is a transport with the directory at its other end.
type road struct {
	transport.Transport
	dir string
}

var answers = []string{"0502", "0506"}

func directory(t *testing.T) road {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "archive")
	if err := os.MkdirAll(filepath.Join(dir, "0502"), 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := transport.NewDirectory(root, "archive", answers)
	if err != nil {
		t.Fatal(err)
	}
	return road{d, dir}
}

// dav starts a WebDAV server; around may wrap it.
func dav(t *testing.T, staging string, around func(http.Handler) http.Handler) road {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "archive")
	if err := os.MkdirAll(filepath.Join(dir, "0502"), 0o755); err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = &webdav.Handler{Prefix: "/dav", FileSystem: webdav.Dir(root), LockSystem: webdav.NewMemLS()}
	if around != nil {
		handler = around(handler)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "office" || password != "secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.Method == http.MethodDelete {
			t.Error("something was deleted")
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	w, err := transport.NewWebDAV(transport.WebDAVConfig{URL: server.URL + "/dav/archive", User: "office", Password: "secret",
		Answers: answers, Staging: staging, Stall: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return road{w, dir}
}

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.zip")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func wantFile(t *testing.T, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("%s: got %.40q, %v, want %.40q", filepath.Base(name), got, err, want)
	}
}

// TestEveryRoadKeepsItsPromises is the suite for all of them.
func TestEveryRoadKeepsItsPromises(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) road{
		"directory":           directory,
		"WebDAV":              func(t *testing.T) road { return dav(t, "", nil) },
		"WebDAV with staging": func(t *testing.T) road { return dav(t, "../sending/", nil) },
		"WebDAV whose staging is forbidden": func(t *testing.T) road {
			return dav(t, "../sending/", func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.Contains(r.URL.Path, "/sending") {
						w.WriteHeader(http.StatusForbidden)
						return
					}
					next.ServeHTTP(w, r)
				})
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for part, test := range map[string]func(*testing.T, road){
				"a file arrives as it is": arrives, "the same twice is once": twice, "other bytes change nothing": otherBytes,
				"names stay inside": inside, "answers are listed and opened": listsAnswers, "many at once": atOnce,
			} {
				t.Run(part, func(t *testing.T) {
					t.Parallel()
					test(t, open(t))
				})
			}
		})
	}
}

const uuid = "018f3c5a-0000-7000-8000-000000000001"

func arrives(t *testing.T, r road) {
	for name, content := range map[string]string{uuid + "_0503_1.zip": strings.Repeat("content", 1_000_000), "Grüße %41 #1+1.zip": "x", "empty.zip": ""} {
		if err := r.Put(t.Context(), name, file(t, content)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wantFile(t, filepath.Join(r.dir, name), content)
	}
	entries, err := os.ReadDir(r.dir)
	if err != nil || len(entries) != 4 {
		t.Errorf("got %v, %v, want three files and a folder", entries, err)
	}
}

func twice(t *testing.T, r road) {
	for range 3 {
		if err := r.Put(t.Context(), "a.zip", file(t, "content")); err != nil {
			t.Fatal(err)
		}
	}
	wantFile(t, filepath.Join(r.dir, "a.zip"), "content")
}

func otherBytes(t *testing.T, r road) {
	if err := r.Put(t.Context(), "a.zip", file(t, "content")); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"CONTENT", "more content", "", "cont"} {
		if err := r.Put(t.Context(), "a.zip", file(t, other)); !errors.Is(err, transport.ErrOtherBytes) {
			t.Errorf("%q: got %v, want ErrOtherBytes", other, err)
		}
	}
	wantFile(t, filepath.Join(r.dir, "a.zip"), "content")
}

func inside(t *testing.T, r road) {
	if err := os.WriteFile(filepath.Join(r.dir, "..", "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(r.dir, "other"), 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile(filepath.Join(r.dir, "other", "x.zip"), []byte("s"), 0o600)
	for _, name := range []string{"../x", "/x", "a/b", `a\b`, "..", "", "0502/x.zip"} {
		if err := r.Put(t.Context(), name, file(t, "x")); !errors.Is(err, container.ErrName) {
			t.Errorf("put %q: got %v, want ErrName", name, err)
		}
	}
	for _, name := range []string{"../secret", "0502/../../secret", "other/x.zip", "0502", "", "/secret", "nothing.zip", "0506/nothing.zip"} {
		if body, err := r.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open %q: got %v, %v, want fs.ErrNotExist", name, body, err)
		}
	}
}

func listsAnswers(t *testing.T, r road) {
	contents := map[string]string{"0502/ä 1.zip": "answer", "b.xml": "<b/>"}
	for name, content := range contents {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.WriteFile(filepath.Join(r.dir, ".hidden"), nil, 0o600)
	_ = os.Mkdir(filepath.Join(r.dir, "folder"), 0o755)
	list, err := r.List(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatalf("got %+v, %v, want two", list, err)
	}
	for i, name := range []string{"0502/ä 1.zip", "b.xml"} {
		if list[i].Name != name || list[i].Size != int64(len(contents[name])) || time.Since(list[i].Modified) > time.Hour {
			t.Errorf("got %+v, want %s", list[i], name)
		}
		body, err := r.Open(t.Context(), list[i].Name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != contents[name] {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		body.Close()
	}
}

func atOnce(t *testing.T, r road) {
	_, local := r.Transport.(*transport.Directory)
	var all sync.WaitGroup
	for range 4 {
		same := file(t, "the same")
		all.Go(func() {
			// On WebDAV one may meet another's half-written file and has to come back; it may not do harm.
			if err := r.Put(t.Context(), "a.zip", same); err != nil && local {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantFile(t, filepath.Join(r.dir, "a.zip"), "the same")
}

func wantAway(t *testing.T, err error) {
	t.Helper()
	if !fault.Is(err, fault.ArchiveUnavailable) || fault.Of(err).Treatment != fault.Wait {
		t.Errorf("got %v, want archive_unavailable (wait)", err)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the error tells the password: %v", err)
	}
}

func TestADirectoryThatIsAway(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, r := range []string{root, filepath.Join(root, "not mounted")} {
		d, err := transport.NewDirectory(r, "archive", nil)
		if err != nil {
			t.Fatal(err)
		}
		wantAway(t, d.Put(t.Context(), "a.zip", file(t, "x")))
		_, err = d.List(t.Context())
		wantAway(t, err)
	}
	for _, bad := range []string{"", ".", "..", "../x", "/x", "a/../../x"} {
		if _, err := transport.NewDirectory(root, bad, nil); err == nil {
			t.Errorf("%q was taken for a transfer directory", bad)
		}
	}
	if _, err := transport.NewDirectory(root, "a", []string{"../x"}); err == nil {
		t.Error("a subfolder outside was taken")
	}
}

func TestADirectoryFollowsNoLinks(t *testing.T) {
	t.Parallel()
	r := directory(t)
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.WriteFile(filepath.Join(r.dir, "real.zip"), []byte("r"), 0o600)
	for name, target := range map[string]string{"out.zip": outside, "in.zip": "real.zip"} {
		if err := os.Symlink(target, filepath.Join(r.dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open %s: got %v", name, err)
		}
		if err := r.Put(t.Context(), name, file(t, "s")); !errors.Is(err, transport.ErrOtherBytes) {
			t.Errorf("put %s: got %v", name, err)
		}
	}
	if list, err := r.List(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("got %v, %v, want the real file only", list, err)
	}
	// A transfer directory that itself leads out of the operator's folder is not used.
	if err := os.Rename(r.dir, r.dir+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(outside), r.dir); err != nil {
		t.Fatal(err)
	}
	wantAway(t, r.Put(t.Context(), "a.zip", file(t, "x")))
	if left, _ := os.ReadDir(filepath.Dir(outside)); len(left) != 1 {
		t.Errorf("something was written outside: %v", left)
	}
}

func TestAStagedFileIsNeverInTheWatchedDirectory(t *testing.T) {
	t.Parallel()
	r := directory(t)
	if err := r.Put(t.Context(), "a.zip", file(t, "x")); err != nil {
		t.Fatal(err)
	}
	staged, err := os.ReadDir(filepath.Join(r.dir, "..", ".eakte-sending"))
	if err != nil || len(staged) > 0 {
		t.Errorf("got %v, %v, want an empty staging folder", staged, err)
	}
	if info, err := os.Stat(filepath.Join(r.dir, "a.zip")); err != nil || info.Mode().Perm()&0o444 != 0o444 {
		t.Errorf("the archive cannot read it: %v, %v", info.Mode(), err)
	}
}
