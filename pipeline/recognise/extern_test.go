package recognise_test

import (
	"os"
	"path/filepath"
	"testing"
)

// extern is testenv.Extern without its database and store: the path of something below EAKTE_TEST_DATA.
func extern(t *testing.T, name string) string {
	t.Helper()
	base := os.Getenv("EAKTE_TEST_DATA")
	path := filepath.Join(base, filepath.FromSlash(name))
	if _, err := os.Stat(path); base == "" || err != nil {
		t.Skipf("left out: EAKTE_TEST_DATA holds no %s", name)
	}
	return path
}
