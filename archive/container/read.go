package container

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/efile"
)

// Limits bound what a container may hold. A zero field takes its default, which suits answers from archives (orDefault).
type Limits struct {
	Size    int64 // bytes of the file
	Entries int
	Entry   int64 // bytes of one entry, unpacked
	Total   int64 // bytes of all entries, unpacked
	Ratio   int64 // unpacked bytes per packed one, of entries over a mebibyte
}

// Ours are limits for containers that we wrote: as large as one may be, but no bombs.
func Ours(entries int, size int64) Limits {
	return Limits{Size: size, Entries: entries, Entry: 1 << 44, Total: 1 << 44, Ratio: 1000}
}

// orDefault holds every default, once.
func (l Limits) orDefault() Limits {
	return Limits{
		Size:    cmp.Or(l.Size, 256<<20),
		Entries: cmp.Or(l.Entries, 1000),
		Entry:   cmp.Or(l.Entry, 256<<20),
		Total:   cmp.Or(l.Total, 1<<30),
		Ratio:   cmp.Or(l.Ratio, 200),
	}
}

// Reader is an open container. It is safe for use by several goroutines.
type Reader struct {
	file    *os.File
	size    int64
	limits  Limits
	entries []*zip.File
	byName  map[string]*zip.File // of several with one name the first
	xml     string
	bare    bool        // the file is the message itself
	tree    *zip.Reader // of a ZIP with folders; nil: a flat one
	paths   bool        // entries may lie in folders
}

// Open opens a ZIP, or a bare XML file, which counts as a container with one entry. Whatever is wrong with it is a Flaw;
// another error means that the file could not be read. Nothing is unpacked.
func Open(file string, limits Limits) (*Reader, error) {
	r, flaws, err := Inspect(file, limits)
	if err != nil {
		return nil, err
	}
	if len(flaws) > 0 {
		_ = r.Close()
		return nil, flaws[0]
	}
	return r, nil
}

// Inspect is Open for a check that wants to know everything: the reader is there although there are flaws, at most a
// hundred of which are named. Only what cannot be read at all is an error.
func Inspect(file string, limits Limits) (*Reader, []Flaw, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, fmt.Errorf("open container: %w", err)
	}
	r, flaws, err := inspect(f, filepath.Base(file), limits.orDefault(), false)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return r, flaws, nil
}

// InspectTree is Inspect for formats with folders, as WriteTree writes them: a name may be a path that goes down only, and
// there need be no message.
func InspectTree(file string, limits Limits) (*Reader, []Flaw, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, fmt.Errorf("open container: %w", err)
	}
	r, flaws, err := inspect(f, filepath.Base(file), limits.orDefault(), true)
	if err != nil {
		_ = f.Close()
		return nil, nil, err
	}
	return r, flaws, nil
}

func inspect(f *os.File, name string, limits Limits, paths bool) (*Reader, []Flaw, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("open container: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, Flaw{Code: FlawFormat}
	}
	if info.Size() > limits.Size {
		return nil, nil, Flaw{Code: FlawLimit}
	}
	start := make([]byte, 512)
	n, err := f.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("open container: %w", err)
	}
	r := &Reader{file: f, size: info.Size(), limits: limits, paths: paths}
	if !paths && looksLikeXML(start[:n]) {
		r.bare, r.xml = true, strings.TrimSuffix(name, filepath.Ext(name))+".xml"
		return r, nil, nil
	}
	flaws, err := r.open(name)
	if err != nil {
		return nil, nil, err
	}
	return r, flaws, nil
}

// looksLikeXML knows a message from a ZIP by its first sign.
func looksLikeXML(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(b, []byte("<"))
}

func (r *Reader) open(name string) ([]Flaw, error) {
	// The library believes in as many entries as the directory has, whatever the count says, and makes an object of each.
	directory := &budget{r: r.file, left: int64(r.limits.Entries)*512 + 256<<10}
	z, err := zip.NewReader(directory, r.size)
	switch {
	case directory.spent:
		return nil, Flaw{Code: FlawLimit}
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, zip.ErrAlgorithm):
		return nil, Flaw{Code: FlawFormat}
	case err != nil && !errors.Is(err, zip.ErrInsecurePath): // names are looked at below
		return nil, fmt.Errorf("open container: %w", err)
	}
	directory.lift()
	r.entries = z.File
	r.byName = make(map[string]*zip.File, len(z.File))
	for _, e := range z.File {
		if r.byName[e.Name] == nil {
			r.byName[e.Name] = e
		}
	}
	flaws := r.flaws()
	if r.paths {
		r.tree = z
		return flaws, nil
	}
	if r.xml = r.message(name); r.xml == "" {
		flaws = append(flaws, Flaw{Code: FlawMessage})
	}
	return flaws, nil
}

// message finds the XML: the only one, or of several the one that is called as the container.
func (r *Reader) message(container string) string {
	var found []string
	want := strings.TrimSuffix(container, path.Ext(container))
	for _, e := range r.entries {
		if strings.EqualFold(path.Ext(e.Name), ".xml") {
			if strings.TrimSuffix(e.Name, path.Ext(e.Name)) == want {
				return e.Name
			}
			found = append(found, e.Name)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// budget ends the reading of a directory that is larger than it may be.
type budget struct {
	r     io.ReaderAt
	left  int64
	free  bool
	spent bool
}

var errBudget = errors.New("directory too large")

// ReadAt reads as long as there is something left.
func (b *budget) ReadAt(p []byte, at int64) (int, error) {
	if !b.free {
		if b.left -= int64(len(p)); b.left < 0 {
			b.spent = true
			return 0, errBudget
		}
	}
	return b.r.ReadAt(p, at)
}

// lift ends the guard. Afterwards nothing is changed any more, so that several goroutines may read.
func (b *budget) lift() { b.free = true }

// XML returns the name of the message; empty if there is none, or several.
func (r *Reader) XML() string { return r.xml }

// Bare reports whether the file is the message itself, without a ZIP around it.
func (r *Reader) Bare() bool { return r.bare }

// Tree is a ZIP with folders as a file system; nil for a flat one. It knows no limits: only one that Inspect found without
// flaws may be read through it.
func (r *Reader) Tree() fs.FS {
	if r.tree == nil {
		return nil
	}
	return r.tree
}

// Size returns the bytes of the file.
func (r *Reader) Size() int64 { return r.size }

// Entries returns names and sizes in the order of the directory, as it claims them, without digests.
func (r *Reader) Entries() []efile.MessageEntry {
	if r.bare {
		return []efile.MessageEntry{{Name: r.xml, Size: r.size}}
	}
	list := make([]efile.MessageEntry, 0, len(r.entries))
	for _, e := range r.entries {
		list = append(list, efile.MessageEntry{Name: e.Name, Size: int64(min(e.UncompressedSize64, 1<<62))})
	}
	return list
}

// Open opens an entry. What is read is never more than the directory claims and the limits allow; other bytes than its
// checksum promises are a Flaw at the end. A name that is not there is fs.ErrNotExist.
func (r *Reader) Open(name string) (io.ReadCloser, error) {
	if r.bare && name == r.xml {
		return io.NopCloser(io.NewSectionReader(r.file, 0, r.size)), nil
	}
	e := r.byName[name]
	if e == nil {
		return nil, fmt.Errorf("open entry: %w", fs.ErrNotExist)
	}
	if r.tooLarge(e) {
		return nil, Flaw{Code: FlawLimit, Entry: name}
	}
	body, err := e.Open()
	if err != nil {
		return nil, unpacked(err, name)
	}
	return &checked{ReadCloser: body, name: name}, nil
}

// checked tells flaws of the container from troubles with the disk.
type checked struct {
	io.ReadCloser
	name string
}

// Read reads on.
func (c *checked) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = unpacked(err, c.name)
	}
	return n, err
}

func unpacked(err error, name string) error {
	if _, disk := errors.AsType[*fs.PathError](err); disk {
		return fmt.Errorf("read entry: %w", err)
	}
	return Flaw{Code: FlawEntry, Entry: name}
}

// Digest reads an entry to its end and returns what it is.
func (r *Reader) Digest(ctx context.Context, name string) (efile.MessageEntry, error) {
	body, err := r.Open(name)
	if err != nil {
		return efile.MessageEntry{}, err
	}
	defer body.Close()
	sum := sha256.New()
	n, err := io.CopyBuffer(stopping{ctx: ctx, w: sum}, struct{ io.Reader }{body}, make([]byte, 256<<10))
	if err != nil {
		return efile.MessageEntry{}, err
	}
	return efile.MessageEntry{Name: name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// Sum digests the file itself.
func (r *Reader) Sum(ctx context.Context) (string, error) {
	sum := sha256.New()
	_, err := io.CopyBuffer(stopping{ctx: ctx, w: sum}, io.NewSectionReader(r.file, 0, r.size), make([]byte, 256<<10))
	if err != nil {
		return "", fmt.Errorf("digest container: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }
