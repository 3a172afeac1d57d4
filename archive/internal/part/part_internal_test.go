package part

import (
	"os"
	"testing"
)

// TestAPartSweptBeforeItsLockIsNotHeld: a sweep may take a part that was just made for one of a killed writer.
func TestAPartSweptBeforeItsLockIsNotHeld(t *testing.T) {
	t.Parallel()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	f, err := root.Create("a")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	sweep(root, "a")
	if held(root, f, "a") {
		t.Error("what is gone is held")
	}
	other, err := root.Create("a")
	if err != nil || held(root, f, "a") {
		t.Errorf("another of that name is taken for it, or %v", err)
	}
	_ = other.Close()
	g, name, err := Create(root, ".", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = g.Close() }()
	sweep(root, name)
	if _, err := root.Stat(name); err != nil {
		t.Errorf("one that is being written was swept: %v", err)
	}
}
