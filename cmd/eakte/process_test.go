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
	err := inOrder(files, 2, func(_ int, file string) outcome {
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
	err := inOrder([]string{"a", "b", "c"}, 1, func(_ int, file string) outcome { return outcome{File: file} }, func(outcome) error {
		told++
		return full
	})
	if !errors.Is(err, full) || told != 1 {
		t.Errorf("got %v after %d results, want %v after the first", err, told, full)
	}
}

func TestFlagsMayStandBehindFiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args, files []string
		lines       bool
	}{
		{[]string{"a", "b", "--jsonl"}, []string{"a", "b"}, true},
		{[]string{"-jsonl", "a"}, []string{"a"}, true},
		{[]string{"a", "--", "--jsonl"}, []string{"a", "--jsonl"}, false},
		{[]string{"--", "a"}, []string{"a"}, false},
	} {
		flags := newFlags("process")
		lines := flags.Bool("jsonl", false, "")
		if err := parseMixed(flags, test.args); err != nil || *lines != test.lines || !slices.Equal(flags.Args(), test.files) {
			t.Errorf("%q: got %q, %v, %v; want %q, %v", test.args, flags.Args(), *lines, err, test.files, test.lines)
		}
	}
	if err := parseMixed(newFlags("process"), nil); !errors.Is(err, errUsage) {
		t.Errorf("no file: got %v, want a mistake of usage", err)
	}
}

func TestFilesOfOneNameAreKeptApart(t *testing.T) {
	t.Parallel()
	got := keepNames([]string{"a/scan.pdf", "b/scan.pdf", "b/Scan.pdf", "c/scan.pdf~2"})
	if want := []string{"scan.pdf", "scan.pdf~2", "Scan.pdf~3", "scan.pdf~2~2"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
