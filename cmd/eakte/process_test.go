package main

import (
	"errors"
	"slices"
	"testing"
)

// TestResultsComeInTheOrderOfTheFiles has the first file end last.
func TestResultsComeInTheOrderOfTheFiles(t *testing.T) {
	t.Parallel()
	files := []string{"slow", "quick", "quicker"}
	quick := make(chan struct{})
	var got []string
	err := inOrder(files, 2, func(file string) outcome {
		switch file {
		case "slow":
			<-quick
		case "quicker":
			close(quick)
		}
		return outcome{File: file}
	}, func(o outcome) error {
		got = append(got, o.File)
		return nil
	})
	if err != nil || !slices.Equal(got, files) {
		t.Errorf("got %v, %v; want %v", got, err, files)
	}
}

func TestAResultThatCannotBeWrittenEndsWithItsError(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	told := 0
	err := inOrder([]string{"a", "b", "c"}, 1, func(file string) outcome { return outcome{File: file} }, func(outcome) error {
		told++
		return full
	})
	if !errors.Is(err, full) || told != 1 {
		t.Errorf("got %v after %d results, want %v after the first", err, told, full)
	}
}
