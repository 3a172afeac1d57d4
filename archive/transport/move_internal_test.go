package transport

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestWhereRenamingCannotSpareOthersLinkingDoes answers as NFS and other file systems do that know no rename without overwriting.
func TestWhereRenamingCannotSpareOthersLinkingDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		says   unix.Errno
		placed bool
	}{{unix.EINVAL, true}, {unix.ENOSYS, true}, {unix.EOPNOTSUPP, true}, {unix.EXDEV, false}} {
		t.Run(c.says.Error(), func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			watched, source := filepath.Join(root, "archive"), filepath.Join(t.TempDir(), "a.zip")
			if err := errors.Join(os.Mkdir(watched, 0o700), os.WriteFile(source, []byte("x"), 0o600)); err != nil {
				t.Fatal(err)
			}
			d, err := NewDirectory(root, "archive", nil)
			if err != nil {
				t.Fatal(err)
			}
			d.rename = func(int, string, int, string, uint) error { return c.says }
			for range 2 { // the second finds it there
				if err := d.Put(t.Context(), "a.zip", source); (err == nil) != c.placed || !c.placed && !errors.Is(err, c.says) {
					t.Errorf("got %v", err)
				}
			}
			got, err := os.ReadFile(filepath.Join(watched, "a.zip"))
			if (err == nil && string(got) == "x") != c.placed {
				t.Errorf("in the directory: %q, %v", got, err)
			}
			if left, err := os.ReadDir(filepath.Join(root, staging)); err != nil || len(left) > 0 {
				t.Errorf("left in the staging folder: %v, %v", left, err)
			}
			if !c.placed {
				return
			}
			if err := os.WriteFile(source, []byte("other"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := d.Put(t.Context(), "a.zip", source); !errors.Is(err, ErrOtherBytes) {
				t.Errorf("other bytes: got %v", err)
			}
		})
	}
}
