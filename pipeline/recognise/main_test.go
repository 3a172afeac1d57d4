package recognise_test

import (
	"os"
	"syscall"
	"testing"

	"github.com/eakte/eakte/pipeline/tool"
)

// TestMain starts the tests again with OMP_THREAD_LIMIT=1: tesseract's threads read it when the process starts, and
// without it a page costs up to four times the time.
func TestMain(m *testing.M) {
	if tool.Child(os.Args[1:]) {
		return
	}
	if os.Getenv("OMP_THREAD_LIMIT") == "" {
		if err := syscall.Exec("/proc/self/exe", os.Args, append(os.Environ(), "OMP_THREAD_LIMIT=1")); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
