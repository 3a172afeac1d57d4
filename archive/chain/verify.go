package chain

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/eakte/eakte/efile"
)

// longest is how long a line may be. An event has a few KiB.
const longest = 4 << 20

// Anchor is an entry of the office's log as it was noted elsewhere.
type Anchor struct {
	Sequence int64
	Digest   []byte
}

// ParseAnchor reads "SEQ:HEX".
func ParseAnchor(text string) (Anchor, error) {
	seq, hash, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil || n < 1 {
		return Anchor{}, wrong("an anchor is a number, a colon and a SHA-256 digest")
	}
	d, err := digest(strings.ToLower(hash))
	if err != nil {
		return Anchor{}, wrong("an anchor is a number, a colon and a SHA-256 digest")
	}
	return Anchor{n, d}, nil
}

// Result is what a file turned out to be.
type Result struct {
	Office  efile.ID
	Case    efile.ID
	Entries int64
	Last    Anchor // the last entry
	Broken  string // why the first wrong entry is wrong; empty: the file is whole
	Line    int64  // of the first wrong entry, from 1; 0: it is none of the entries
}

// Verify reads a file to its end or its first wrong entry. That a file is wrong is a result; an error is one of reading.
// An anchor whose entry is not in the file is wrong too: it proves nothing about this file.
func Verify(r io.Reader, anchors ...Anchor) (Result, error) {
	c := checker{anchors: map[int64][]byte{}}
	for _, a := range anchors {
		if kept, twice := c.anchors[a.Sequence]; twice && !bytes.Equal(kept, a.Digest) {
			c.Broken = fmt.Sprintf("two anchors for entry %d differ", a.Sequence)
			return c.Result, nil
		}
		c.anchors[a.Sequence] = a.Digest
	}
	lines := bufio.NewReaderSize(r, 64<<10)
	for c.Broken == "" {
		b, err := readLine(lines)
		switch {
		case errors.Is(err, io.EOF) && len(b) == 0:
			c.finish()
			return c.Result, nil
		case errors.Is(err, io.EOF):
			c.broken("cut off: no line feed at its end")
		case errors.Is(err, bufio.ErrBufferFull):
			c.broken("longer than any entry")
		case err != nil:
			return c.Result, fmt.Errorf("read line %d: %w", c.Entries+1, err)
		default:
			c.line(b)
		}
	}
	return c.Result, nil
}

// readLine returns a line with its line feed; bufio.ErrBufferFull: it is too long.
func readLine(r *bufio.Reader) ([]byte, error) {
	var all []byte
	for {
		part, err := r.ReadSlice('\n')
		all = append(all, part...)
		if len(all) > longest {
			return nil, bufio.ErrBufferFull
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return all, err
		}
	}
}

type checker struct {
	Result
	anchors  map[int64][]byte // those not met yet
	numbered int64            // the last number of the case
}

// number is the one that the next entry must have: what only the log knows has none, so that one of those that is missing
// shows only where the entries beside it follow each other in the office's log.
func (c *checker) number(e efile.Event) int64 {
	if e.Type.LogOnly() {
		return 0
	}
	return c.numbered + 1
}

func (c *checker) broken(why string) { c.Broken, c.Line = why, c.Entries+1 }

func (c *checker) line(b []byte) {
	e, err := decode(b)
	if err != nil {
		c.broken(err.Error())
		return
	}
	anchor, anchored := c.anchors[e.Sequence]
	switch {
	case !bytes.Equal(e.Digest, e.Recompute()):
		c.broken("changed: its digest is another")
	case e.CaseID.IsZero() || c.Entries > 0 && (e.CaseID != c.Case || e.Office != c.Office):
		c.broken("not of this case")
	case e.CaseSequence != c.number(e):
		c.broken(fmt.Sprintf("number %d of its case, want %d: entries are missing, repeated or in another order", e.CaseSequence, c.number(e)))
	case e.Sequence <= c.Last.Sequence:
		c.broken("before an entry that the log has behind it")
	case e.Sequence == c.Last.Sequence+1 && !bytes.Equal(e.Previous, c.before()):
		c.broken("does not follow the entry before")
	case anchored && !bytes.Equal(anchor, e.Digest):
		c.broken("differs from the anchor")
	default:
		delete(c.anchors, e.Sequence)
		c.numbered = max(c.numbered, e.CaseSequence)
		c.Office, c.Case, c.Last = e.Office, e.CaseID, Anchor{e.Sequence, e.Digest}
		c.Entries++
	}
}

// before is the digest that the entry right behind the last one must name.
func (c *checker) before() []byte {
	if c.Entries == 0 {
		return make([]byte, 32)
	}
	return c.Last.Digest
}

func (c *checker) finish() {
	if c.Entries == 0 {
		c.Broken = "holds no entry"
	}
	for seq := range c.anchors {
		if c.Broken == "" {
			c.Broken = fmt.Sprintf("the anchor's entry %d is not in the file", seq)
		}
	}
}

// String is the anchor as ParseAnchor reads it.
func (a Anchor) String() string {
	return strconv.FormatInt(a.Sequence, 10) + ":" + hex.EncodeToString(a.Digest)
}
