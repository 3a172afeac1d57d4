package tool

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if Child(os.Args[1:]) {
		return
	}
	os.Exit(m.Run())
}
