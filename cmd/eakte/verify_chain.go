package main

import (
	"fmt"
	"io"
	"os"

	"github.com/eakte/eakte/archive/chain"
)

// verifyChain proves the exported event log of a case without an installation. It prints the last entry as an anchor.
func verifyChain(file string, anchors []chain.Anchor, out io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	r, err := chain.Verify(f, anchors...)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	switch {
	case r.Broken != "" && r.Line > 0:
		fmt.Fprintf(out, "%s: BROKEN at line %d: %s\n", file, r.Line, r.Broken)
	case r.Broken != "":
		fmt.Fprintf(out, "%s: BROKEN: %s\n", file, r.Broken)
	default:
		fmt.Fprintf(out, "%s: whole, %d entries of case %s, %d anchors, last %s\n", file, r.Entries, r.Case, len(anchors), r.Last)
		return nil
	}
	return errBroken
}
