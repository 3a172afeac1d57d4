package tool

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

const (
	pdfcpuName  = "pdfcpu"
	childSound  = "pdfcpu-sound" // in, out, page limit, "lean" or "whole"
	childOffice = "office-pdf"   // see officeChild

	exitFatal     = 2  // the Go runtime's: out of memory, stack overflow
	exitFailed    = 1  // pdfcpu says no, or panicked
	exitEncrypted = 10 // needs a password
	exitPages     = 11 // more pages than allowed
	exitNoOffice  = 12 // LibreOffice could not be started
	exitRefused   = 13 // LibreOffice did not take the document
)

// Child runs the part of this program that opens documents with pdfcpu or LibreOffice's library, if args (os.Args[1:]) ask
// for it, and reports whether it did; it then has ended the process. pdfcpu can hang, overflow the stack and exhaust memory,
// which no recover catches, so it runs as a program: os.Executable() is started again with such arguments. cmd/eakte-reader calls Child
// first in main, tests in TestMain; inside a fence the executable itself must stay readable and executable.
func Child(args []string) (handled bool) {
	if len(args) != 5 {
		return false
	}
	switch args[0] {
	case childSound:
		debug.SetMaxStack(128 << 20)
		debug.SetGCPercent(1000)      // most PDFs are done before the heap is first collected
		debug.SetMemoryLimit(1 << 30) // collect harder before the address space ends
		os.Exit(soundChild(args[1:]))
	case childOffice:
		os.Exit(officeChild(args[1:]))
	}
	return false
}

// soundChild does the work of Child and returns the exit code. Nothing but facts is printed.
func soundChild(args []string) (code int) {
	defer func() {
		if recover() != nil { // pdfcpu panics on some damaged files; the next tool takes over
			code = exitFailed
		}
	}()
	var pages int
	if _, err := fmt.Sscan(args[2], &pages); err != nil {
		return exitFailed
	}
	facts, err := rewrite(args[0], args[1], pages, args[3] == "lean")
	if err != nil {
		return childExit(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(facts); err != nil {
		return exitFailed
	}
	return 0
}

// self runs this program again as a child with args, which goes by name in errors.
func self(ctx context.Context, dir, name string, args []string, limits Limits) ([]byte, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	var out []byte
	err = stream(ctx, dir, name, path, args, limits, func(r io.Reader) error {
		var err error
		out, err = io.ReadAll(r)
		return err
	})
	return out, err
}
