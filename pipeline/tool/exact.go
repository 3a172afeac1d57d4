package tool

import (
	"bytes"
	"errors"
	"os"
)

// Exact reads a PDF to the letter: a file in which every cross-reference points at the object it names, every length is
// right and nothing is said twice. It mends and guesses nothing. That is the point of it: what such a file says, every
// reader of PDF takes from it alike, so that what is found here is what a renderer shows; of any other file each makes
// what it likes, and ErrInexact is the answer. It is not what opens documents in general, see Sound for that.
//
// Objects are read when they are asked for, and the data of streams stay in the file: a document of a thousand pages costs
// as much memory as its table of objects. Any bytes are safe to open. It is not safe for concurrent use.
type Exact struct {
	file    *os.File
	size    int64
	table   map[int]place
	trailer pdfDict
	started int64              // where the newest cross-reference section begins
	known   map[int]pdfObject  // read before
	packs   map[int]*pdfPack   // object streams read before
	spent   int64              // bytes decoded
	pages   []pdfRef           // in order
	parents map[pdfRef]pdfDict // of pages: what they inherit, by the node above them
	above   map[pdfRef]pdfRef  // the node above each page
}

// ErrInexact says that a file is no PDF, or one that readers may take differently.
var ErrInexact = errors.New("not a PDF to the letter")

// place says where an object lies.
type place struct {
	at         int64 // in the file; of an object in a stream: its index there
	pack       int   // the object stream's number, 0 for none
	generation int
}

// Limits of what is read to the letter. Files of people stay far below.
const (
	exactObjects  = 500_000
	exactKnown    = 20_000    // that are kept
	exactObject   = 8 << 20   // bytes of an object without its stream
	exactUnpacked = 64 << 20  // bytes of a decoded table or object stream
	exactBudget   = 256 << 20 // of all that are decoded, again and again included
	exactUpdates  = 64        // cross-reference sections
	exactDepth    = 64        // nested arrays, dictionaries, and nodes of the tree of pages
	exactPages    = 100_000
	exactPacks    = 8 // decoded object streams that are kept
)

// OpenExact opens a PDF. ErrInexact says that it is none to the letter, or encrypted.
func OpenExact(path string) (*Exact, error) {
	x, err := openExact(path)
	if err != nil {
		return nil, err
	}
	if err := x.readPages(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// openExact is OpenExact without going through the pages, each of which is looked for when it is wanted.
func openExact(path string) (*Exact, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	x := &Exact{
		file: file, size: info.Size(), table: map[int]place{}, known: map[int]pdfObject{}, packs: map[int]*pdfPack{},
		parents: map[pdfRef]pdfDict{}, above: map[pdfRef]pdfRef{},
	}
	if err = x.open(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return x, nil
}

// Close closes the file.
func (x *Exact) Close() error { return x.file.Close() }

// Pages returns the number of pages.
func (x *Exact) Pages() int {
	if x.pages != nil {
		return len(x.pages)
	}
	count, _ := x.dict(x.catalog()["Pages"]).whole("Count") // none: no page will be found
	return count
}

// Form reports whether there is a form, whatever it holds.
func (x *Exact) Form() bool { return x.catalog()["AcroForm"] != nil }

func (x *Exact) open() error {
	head := make([]byte, min(x.size, 16))
	if _, err := x.file.ReadAt(head, 0); err != nil {
		return ErrInexact
	}
	if len(head) < 9 || !bytes.HasPrefix(head, []byte("%PDF-")) || head[5] != '1' && head[5] != '2' || head[6] != '.' || !isSpace(head[8]) {
		return ErrInexact
	}
	start, err := x.start()
	if err != nil {
		return err
	}
	x.started = start
	if err := x.sections(start); err != nil {
		return err
	}
	if x.trailer["Encrypt"] != nil {
		return ErrInexact
	}
	return nil
}
