package reader

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"
)

// What of a reader's standard error goes into the log, per call.
const (
	maxLines = 40
	maxLine  = 300 // bytes
)

// harmless are lines that quote no document: our own, the Go runtime's and a library's complaint up to its colon.
// Anything else is counted and withheld.
var harmless = regexp.MustCompile(`^(eakte-reader: |fatal error: |runtime: |signal |SIG[A-Z]+: |PC=|goroutine \d+ |terminate called |\t/[^ ]+\.go:\d+|\s+what\(\):\s+std::|(Error|Warning) in \w+: )`)

// exhausted is what programs say when memory is used up.
var exhausted = regexp.MustCompile(`out of memory|cannot allocate memory|std::bad_alloc|failed to (create new OS thread|reserve)|pthread_create failed`)

// errorLog reads a reader's standard error to its end, however much it is, and keeps a little of it.
type errorLog struct {
	pipe *os.File
	log  *slog.Logger
	done chan struct{}

	mu       sync.Mutex
	lines    int // of this call
	withheld int
	noMemory bool
}

// listen starts reading.
func listen(pipe *os.File, log *slog.Logger) *errorLog {
	e := &errorLog{pipe: pipe, log: log, done: make(chan struct{})}
	go e.read()
	return e
}

// read takes line by line; of a long line only the beginning.
func (e *errorLog) read() {
	defer close(e.done)
	lines := bufio.NewReaderSize(e.pipe, 4096)
	for {
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			e.take(string(line))
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = lines.ReadSlice('\n')
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrDeadlineExceeded) {
				e.log.Warn("reader's standard error not read", "error", err)
			}
			return
		}
	}
}

// take looks at one line.
func (e *errorLog) take(line string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if exhausted.MatchString(line) {
		e.noMemory = true
	}
	if !harmless.MatchString(line) || e.lines >= maxLines {
		e.withheld++
		return
	}
	e.lines++
	e.log.Warn("reader says", "line", printable(line, maxLine))
}

// fresh begins a new call.
func (e *errorLog) fresh() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sayWithheld()
	e.lines, e.withheld = 0, 0
}

// close takes what is still in the pipe of a process that has ended; someone else may hold the other end open.
func (e *errorLog) close() {
	_ = e.pipe.SetReadDeadline(time.Now().Add(time.Second)) // a pipe without deadline ends with its last writer
	<-e.done
	_ = e.pipe.Close() // only read from
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sayWithheld()
}

// sayWithheld logs how much was left out. The caller holds mu.
func (e *errorLog) sayWithheld() {
	if e.withheld > 0 {
		e.log.Warn("reader said more, withheld", "lines", e.withheld)
	}
}

// memory reports whether the process complained about too little memory.
func (e *errorLog) memory() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.noMemory
}

// printable makes s fit for a log: at most n bytes, no control characters.
func printable(s string, n int) string {
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "") + "…"
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s))
}
