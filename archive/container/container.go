// Package container writes and reads the ZIP files that travel between an office and an archive. It knows nothing of what
// is in them.
//
// Writing is deterministic: the same entries give the same bytes, so that a repeated delivery is provably the same one. It
// streams, whatever the size, and leaves either the whole file under its name or nothing. Reading trusts nobody: a
// container from outside is refused before anything in it is unpacked, unless it is flat, small enough and plain.
//
// Start reading at Write and Open.
package container

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eakte/eakte/efile"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Unknown is the Size of an entry whose size shows only when it is written.
const Unknown int64 = -1

// Entry is a file to be written. Exactly one of Open and Write is set.
type Entry struct {
	Name string

	// Open opens what was stored before. Size must be known, and SHA256 is the digest from the ingest: other bytes are an
	// error. An empty SHA256 is not compared.
	Open   func(context.Context) (io.ReadCloser, error)
	Size   int64
	SHA256 string // hexadecimal, lower case

	// Write makes the entry on the way, such as the message itself. Size and SHA256 are not looked at.
	Write func(io.Writer) error

	// Done, if set, is told what the entry became, before the next one is asked for.
	Done func(efile.MessageEntry)
}

// Entries hands over one entry after another. An error ends the writing. An entry is written to its end before the next one
// is asked for, so a later one may tell of what an earlier one turned out to be, such as a list of digests.
type Entries = iter.Seq2[Entry, error]

// Of returns entries that are known beforehand.
func Of(entries ...Entry) Entries {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Written is what became of the entries.
type Written struct {
	Size    int64  // of the container; of all files together for a folder
	SHA256  string // of the container; empty for a folder
	Entries []efile.MessageEntry
}

// ErrName means that an entry may not be called so. The error says why, never the name: it may be a person's.
var ErrName = errors.New("name not allowed in a container")

// nameBytes is what file systems take.
const nameBytes = 255

// CheckName reports whether every receiver can take a file of this name: not empty, one path element, NFC, without control
// and invisible characters, no longer than file systems take, nothing that Windows does not know. The error is ErrName.
func CheckName(name string) error {
	refuse := func(why string) error { return fmt.Errorf("%w: %s", ErrName, why) }
	switch {
	case name == "" || name == "." || name == "..":
		return refuse("it is empty or names a folder")
	case len(name) > nameBytes:
		return refuse("it is longer than 255 bytes")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, invisible):
		return refuse("it holds characters that cannot be shown")
	case strings.ContainsAny(name, `/\:<>"|?*`):
		return refuse("it holds a path separator or a character that Windows keeps for itself")
	case !norm.NFC.IsNormalString(name):
		return refuse("it is not in Unicode's composed form")
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") || strings.HasPrefix(name, " "):
		return refuse("it begins or ends with what Windows drops")
	}
	return nil
}

// checkPath is CheckName for every element of a path that goes down only.
func checkPath(name string) error {
	if path.Clean(name) != name || path.IsAbs(name) {
		return fmt.Errorf("%w: its path goes astray", ErrName)
	}
	for element := range strings.SplitSeq(name, "/") {
		if err := CheckName(element); err != nil {
			return err
		}
	}
	return nil
}

// invisible are control, format and private characters, and what is no character.
func invisible(r rune) bool {
	return r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp)
}

// guard lets names pass that are allowed and that no file system takes for one that was there before.
type guard struct {
	check   func(string) error
	files   map[string]bool
	folders map[string]bool // of the files
}

func newGuard(check func(string) error) *guard {
	return &guard{check: check, files: map[string]bool{}, folders: map[string]bool{}}
}

func (g *guard) pass(name string) error {
	if err := g.check(name); err != nil {
		return err
	}
	folded := fold(name)
	if g.files[folded] || g.folders[folded] {
		return fmt.Errorf("%w: it is there twice, if only with other letters", ErrName)
	}
	g.files[folded] = true
	for dir := path.Dir(folded); dir != "."; dir = path.Dir(dir) {
		if g.files[dir] {
			return fmt.Errorf("%w: a file and a folder are called the same", ErrName)
		}
		g.folders[dir] = true
	}
	return nil
}

// fold makes names equal that differ in the case of letters only.
func fold(name string) string { return norm.NFC.String(cases.Fold().String(name)) }

// textual are the endings of what shrinks much. Everything else is stored as it is: documents are compressed in themselves,
// and a stored entry can be read in the middle.
var textual = []string{".xml", ".txt", ".csv", ".html", ".json", ".xsd", ".md"}

func shrinks(name string) bool { return slices.Contains(textual, strings.ToLower(path.Ext(name))) }
