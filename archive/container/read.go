package container

import (
	"errors"
	"io"

	"github.com/eakte/eakte/efile"
)

// Limits bound what a container from outside may hold. A zero field takes its default.
type Limits struct {
	Size    int64 // of the file
	Entries int
	Entry   int64 // bytes of one entry, unpacked
	Total   int64 // bytes of all entries, unpacked
	Ratio   int64 // unpacked bytes per packed one, of each entry
}

// Reader is an open container.
type Reader struct{}

// Open opens a ZIP, or a bare XML file, which counts as a container with one entry.
func Open(file string, limits Limits) (*Reader, error) { return nil, errors.New("not built") }

// XML returns the name of the message.
func (r *Reader) XML() string { return "" }

// Entries returns the names and sizes, without digests, in the order of the container.
func (r *Reader) Entries() []efile.MessageEntry { return nil }

// Open opens an entry.
func (r *Reader) Open(name string) (io.ReadCloser, error) { return nil, errors.New("not built") }

// Close closes the file.
func (r *Reader) Close() error { return nil }
