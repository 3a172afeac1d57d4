package tool

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestRunExplainsHowProgramsEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		script string
		limits Limits
		check  func(*Failure) bool
		spent  bool
	}{
		{"an exit code is kept", "exit 3", Limits{}, func(f *Failure) bool { return f.Exit == 3 }, false},
		{"a signal is named", "kill -SEGV $$", Limits{}, func(f *Failure) bool { return f.Signal == syscall.SIGSEGV }, false},
		{"time is limited", "sleep 60", Limits{Time: 200 * time.Millisecond}, func(f *Failure) bool { return f.TimedOut }, true},
		{"output is limited", "yes", Limits{Output: 1 << 16, Time: 20 * time.Second}, func(f *Failure) bool { return f.TooMuch }, true},
		// The limits come a moment after the start.
		{"file sizes are limited", "while [ $(ulimit -f) = unlimited ]; do :; done; head -c 100000 /dev/zero > big", Limits{File: 1000}, func(f *Failure) bool { return f.Exit != 0 || f.Signal != 0 }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := Run(t.Context(), t.TempDir(), "sh", []string{"-c", test.script}, test.limits)
			f, ok := errors.AsType[*Failure](err)
			if !ok || !test.check(f) {
				t.Fatalf("got %v, which is not what was to be seen", err)
			}
			if test.spent && !Exhausted(err) {
				t.Errorf("Exhausted(%v) = false, want true", err)
			}
		})
	}
}

func TestRunOfAMissingProgram(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), t.TempDir(), "no-such-program", nil, Limits{})
	if !Missing(err) {
		t.Errorf("got %v, want a failure for which Missing is true", err)
	}
}

func TestRunLeavesNoProcessBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Run(t.Context(), dir, "sh", []string{"-c", "sleep 300 & echo $! > pid; sleep 300"}, Limits{Time: time.Second})
	if !Exhausted(err) {
		t.Fatalf("got %v, want the time limit", err)
	}
	pid := readPid(t, dir)
	for deadline := time.Now().Add(5 * time.Second); alive(pid); {
		if time.Now().After(deadline) {
			t.Fatalf("grandchild %d is still running", pid)
		}
	}
}

func readPid(t *testing.T, dir string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// alive reports whether a process runs; one that has ended and waits to be collected does not.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Run(ctx, t.TempDir(), "sleep", []string{"60"}, Limits{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
}

func TestProgramsLearnNothing(t *testing.T) {
	t.Setenv("EAKTE_SECRET", "geheim")
	dir := t.TempDir()
	out, err := Run(t.Context(), dir, "env", nil, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		switch key, _, _ := strings.Cut(line, "="); key {
		case "PATH", "HOME", "TMPDIR", "LANG", "OMP_THREAD_LIMIT", "TESSDATA_PREFIX":
		default:
			t.Errorf("a program sees %s", key)
		}
	}
}

func TestErrorsHoldNoContents(t *testing.T) {
	t.Parallel()
	_, err := Run(t.Context(), t.TempDir(), "sh", []string{"-c", "echo Mustermann >&2; echo Mustermann; exit 1"}, Limits{})
	if err == nil || strings.Contains(err.Error(), "Mustermann") {
		t.Errorf("got %v, want an error without what the program printed", err)
	}
}

func TestStreamStopsWithItsReader(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough")
	err := Stream(t.Context(), t.TempDir(), "yes", nil, Limits{Time: 20 * time.Second}, func(r io.Reader) error {
		var b [10]byte
		_, _ = io.ReadFull(r, b[:])
		return enough
	})
	if !errors.Is(err, enough) {
		t.Errorf("got %v, want the reader's error", err)
	}
}

func TestParseSignatures(t *testing.T) {
	t.Parallel()
	got := parseSignatures([]byte("Digital Signature Info of: x\nSignature #1:\n  - Not total document signed\n  - Signature Validation: Signature is Valid.\n" +
		"Signature #2:\n  - Total document signed\n  - Signature Validation: Digest Mismatch.\n"))
	want := []Signature{{Intact: true}, {Whole: true}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
