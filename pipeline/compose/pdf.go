package compose

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// writer writes a PDF of plain objects, in the form that PDF/A-2 asks for: every object on lines of its own, a line end
// before endstream, exact lengths, a classic cross-reference table. The same calls give the same bytes.
type writer struct {
	out     *bufio.Writer
	sum     hash.Hash
	written int64
	offsets []int64 // of object n at n-1; 0: reserved
	err     error
}

// newWriter writes the header.
func newWriter(out io.Writer) *writer {
	w := &writer{out: bufio.NewWriter(out), sum: sha256.New()}
	w.printf("%%PDF-1.7\n%%\xE2\xE3\xCF\xD3\n")
	return w
}

// reserve returns the number of an object that will be written later.
func (w *writer) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

// object writes object n with a body such as a dictionary.
func (w *writer) object(n int, body string) {
	w.offsets[n-1] = w.written
	w.printf("%d 0 obj\n%s\nendobj\n", n, body)
}

// stream writes object n as a stream. entries are those of its dictionary but the length.
func (w *writer) stream(n int, entries string, data []byte) {
	w.offsets[n-1] = w.written
	w.printf("%d 0 obj\n<<%s/Length %d>>\nstream\n", n, entries, len(data))
	w.write(data)
	w.printf("\nendstream\nendobj\n")
}

// deflated writes object n as a compressed stream.
func (w *writer) deflated(n int, entries string, data []byte) {
	packed, err := deflate(data)
	w.err = errors.Join(w.err, err)
	w.stream(n, entries+"/Filter/FlateDecode", packed)
}

func deflate(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = z.Write(data)
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

// finish writes cross-references and trailer. The file's identifier is the digest of all before it.
func (w *writer) finish(root int) error {
	id := fmt.Sprintf("%x", w.sum.Sum(nil)[:16])
	start := w.written
	w.printf("xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for n, at := range w.offsets {
		if at == 0 {
			return fmt.Errorf("object %d was reserved and not written", n+1)
		}
		w.printf("%010d 00000 n \n", at)
	}
	w.printf("trailer\n<</Size %d/Root %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, root, id, id, start)
	return errors.Join(w.err, w.out.Flush())
}

func (w *writer) printf(format string, args ...any) { w.write(fmt.Appendf(nil, format, args...)) }

func (w *writer) write(data []byte) {
	_, err := w.out.Write(data) // bufio keeps the first error for Flush
	w.err = errors.Join(w.err, err)
	w.sum.Write(data)
	w.written += int64(len(data))
}
