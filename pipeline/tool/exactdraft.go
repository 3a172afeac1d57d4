package tool

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
)

// PDFObject is what a draft is made of: nil, bool, []PDFObject, *PDFStream or one of the following.
type PDFObject = pdfObject

// PDFNumber is a number as it is written.
type PDFNumber = pdfNumber

// PDFName is a name with #xx replaced.
type PDFName = pdfName

// PDFString is the bytes of a string.
type PDFString = pdfString

// PDFDict is a dictionary. A nil one can be read.
type PDFDict = pdfDict

// PDFRef refers to an object of the draft that it came from.
type PDFRef = pdfRef

// PDFStream is a stream of a draft. Its data stay in the file that the draft was opened from until they are replaced.
type PDFStream struct {
	Dict       PDFDict // without Length, which is written as it is
	data       []byte
	at, length int64 // in the source, if data is nil
}

// NewPDFStream makes a stream of data that are encoded as dict says.
func NewPDFStream(dict PDFDict, data []byte) *PDFStream { return &PDFStream{Dict: dict, data: data} }

// Replace gives the stream other data.
func (s *PDFStream) Replace(data []byte) { s.data = data }

// Draft is a PDF to the letter that is being changed: everything that can be reached from its catalogue, free to be
// altered, and nothing else, so that what an update has replaced or nobody refers to is gone. It is written anew as a whole,
// in the plain form that PDF/A asks for. It is not safe for concurrent use.
type Draft struct {
	from    *Exact
	numbers map[pdfRef]int // of objects of the source, in the draft
	sources []pdfRef       // by number - 1
	objects []PDFObject    // by number - 1
	pages   []PDFRef
}

// OpenDraft opens a PDF to be changed. ErrInexact: it is none to the letter.
func OpenDraft(path string) (*Draft, error) {
	x, err := OpenExact(path)
	if err != nil {
		return nil, err
	}
	d := &Draft{from: x, numbers: map[pdfRef]int{}}
	if err := d.load(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return d, nil
}

// Close closes the source.
func (d *Draft) Close() error { return d.from.Close() }

// load reads all objects, the catalogue first, in the order in which they are referred to.
func (d *Draft) load() error {
	root, ok := d.from.trailer["Root"].(pdfRef)
	if !ok {
		return ErrInexact
	}
	d.number(root)
	for i := 0; i < len(d.sources); i++ {
		o, err := d.from.object(d.sources[i])
		if err != nil {
			return err
		}
		d.objects = append(d.objects, d.clone(o))
	}
	for _, page := range d.from.pages {
		d.pages = append(d.pages, pdfRef{number: d.numbers[page]})
	}
	return nil
}

// number returns the number that an object of the source has in the draft.
func (d *Draft) number(r pdfRef) int {
	n, known := d.numbers[r]
	if !known {
		d.sources = append(d.sources, r)
		n = len(d.sources)
		d.numbers[r] = n
	}
	return n
}

// clone copies an object of the source, which others may hold.
func (d *Draft) clone(o pdfObject) PDFObject {
	switch o := o.(type) {
	case pdfRef:
		return pdfRef{number: d.number(o)}
	case []pdfObject:
		out := make([]pdfObject, len(o))
		for i := range o {
			out[i] = d.clone(o[i])
		}
		return out
	case pdfDict:
		return d.cloneDict(o)
	case pdfStream:
		dict := maps.Clone(o.dict)
		delete(dict, "Length")
		return &PDFStream{Dict: d.cloneDict(dict), at: o.at, length: o.length}
	}
	return o
}

func (d *Draft) cloneDict(o pdfDict) pdfDict {
	out := make(pdfDict, len(o))
	for _, key := range slices.Sorted(maps.Keys(o)) { // numbers are given in this order
		out[key] = d.clone(o[key])
	}
	return out
}

// Objects returns every indirect object once, those added included. They may be altered, not replaced.
func (d *Draft) Objects() []PDFObject { return d.objects }

// Catalog returns the catalogue.
func (d *Draft) Catalog() PDFDict { return d.Dict(pdfRef{number: 1}) }

// Pages returns the pages in order.
func (d *Draft) Pages() []PDFDict {
	out := make([]PDFDict, len(d.pages))
	for i, r := range d.pages {
		out[i] = d.Dict(r)
	}
	return out
}

// Add adds an object.
func (d *Draft) Add(o PDFObject) PDFRef {
	d.objects = append(d.objects, o)
	return pdfRef{number: len(d.objects)}
}

// Resolve follows references; nil where they lead nowhere.
func (d *Draft) Resolve(o PDFObject) PDFObject {
	for range exactDepth {
		r, ok := o.(pdfRef)
		if !ok {
			return o
		}
		if r.number < 1 || r.number > len(d.objects) {
			return nil
		}
		o = d.objects[r.number-1]
	}
	return nil
}

// Dict resolves a dictionary, also a stream's; nil if it is none. A nil dictionary can be read.
func (d *Draft) Dict(o PDFObject) PDFDict {
	switch o := d.Resolve(o).(type) {
	case pdfDict:
		return o
	case *PDFStream:
		return o.Dict
	}
	return nil
}

// Stream resolves a stream; nil if it is none.
func (d *Draft) Stream(o PDFObject) *PDFStream {
	s, _ := d.Resolve(o).(*PDFStream)
	return s
}

// Array resolves an array; nil if it is none.
func (d *Draft) Array(o PDFObject) []PDFObject {
	a, _ := d.Resolve(o).([]pdfObject)
	return a
}

// Name resolves a name; empty if it is none.
func (d *Draft) Name(o PDFObject) PDFName {
	n, _ := d.Resolve(o).(pdfName)
	return n
}

// Whole resolves a whole number.
func (d *Draft) Whole(o PDFObject) (int, bool) { return wholeOf(d.Resolve(o)) }

// Number resolves a number.
func (d *Draft) Number(o PDFObject) (float64, bool) {
	n, ok := d.Resolve(o).(pdfNumber)
	if !ok {
		return 0, false
	}
	return n.float()
}

// Raw returns the data of a stream as they lie in the file.
func (d *Draft) Raw(s *PDFStream) ([]byte, error) {
	if s.data != nil {
		return s.data, nil
	}
	return d.from.raw(pdfStream{at: s.at, length: s.length})
}

// Inflated returns the data of a stream that is not encoded, or with Flate and no predictor.
func (d *Draft) Inflated(s *PDFStream) ([]byte, error) {
	raw, err := d.Raw(s)
	if err != nil {
		return nil, err
	}
	filter := d.Resolve(s.Dict["Filter"])
	if list, ok := filter.([]pdfObject); ok && len(list) == 1 {
		filter = d.Resolve(list[0])
	}
	switch {
	case filter == nil:
		return raw, nil
	case filter != pdfName("FlateDecode") || d.Resolve(s.Dict["DecodeParms"]) != nil:
		return nil, ErrInexact
	}
	unpacked, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, ErrInexact
	}
	out, err := io.ReadAll(io.LimitReader(unpacked, exactUnpacked+1))
	if d.from.spent += int64(len(out)); err != nil || len(out) > exactUnpacked || d.from.spent > exactBudget {
		return nil, ErrInexact
	}
	return out, nil
}

// Write writes what can still be reached. The identifier is the digest of all before it: the same draft gives the same
// bytes.
func (d *Draft) Write(out io.Writer) error {
	w := draftWriter{draft: d, out: bufio.NewWriterSize(out, 1<<16), sum: sha256.New(), numbers: map[int]int{}}
	w.printf("%%PDF-1.7\n%%\xE2\xE3\xCF\xD3\n")
	w.number(1)
	for i := 0; i < len(w.order); i++ {
		w.offsets = append(w.offsets, w.at)
		w.printf("%d 0 obj\n", i+1)
		w.value(d.objects[w.order[i]-1])
		w.printf("\nendobj\n")
	}
	id := fmt.Sprintf("%x", w.sum.Sum(nil)[:16])
	start := w.at
	w.printf("xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		w.printf("%010d 00000 n \n", at)
	}
	w.printf("trailer\n<</Size %d/Root 1 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, id, id, start)
	return errors.Join(w.err, w.out.Flush())
}

// draftWriter gives objects their final numbers as it comes to them.
type draftWriter struct {
	draft   *Draft
	out     *bufio.Writer
	sum     hash.Hash
	at      int64
	numbers map[int]int // by number in the draft
	order   []int       // numbers in the draft, in the order in which they are written
	offsets []int64
	err     error
}

func (w *draftWriter) number(n int) int {
	final, known := w.numbers[n]
	if !known {
		w.order = append(w.order, n)
		final = len(w.order)
		w.numbers[n] = final
	}
	return final
}

func (w *draftWriter) printf(format string, args ...any) { w.write(fmt.Appendf(nil, format, args...)) }

func (w *draftWriter) write(data []byte) {
	_, err := w.out.Write(data) // bufio keeps the first error for Flush
	w.err = errors.Join(w.err, err)
	w.sum.Write(data)
	w.at += int64(len(data))
}

func (w *draftWriter) value(o PDFObject) {
	switch o := o.(type) {
	case bool:
		w.printf("%t", o)
	case pdfNumber:
		w.write([]byte(o))
	case pdfName:
		var b bytes.Buffer
		writeName(&b, o)
		w.write(b.Bytes())
	case pdfString:
		w.printf("<%X>", string(o))
	case pdfRef:
		if w.draft.Resolve(o) == nil {
			w.write([]byte("null"))
			return
		}
		w.printf("%d 0 R", w.number(o.number))
	case []pdfObject:
		w.write([]byte("["))
		for i, item := range o {
			if i > 0 {
				w.write([]byte(" "))
			}
			w.value(item)
		}
		w.write([]byte("]"))
	case pdfDict:
		w.dict(o)
	case *PDFStream:
		w.stream(o)
	default:
		w.write([]byte("null"))
	}
}

func (w *draftWriter) dict(d PDFDict) {
	w.write([]byte("<<"))
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if w.draft.Resolve(d[key]) == nil {
			continue
		}
		w.value(key)
		w.write([]byte(" "))
		w.value(d[key])
	}
	w.write([]byte(">>"))
}

// stream copies data that are still in the source piece by piece: pictures of a long document are never held together.
func (w *draftWriter) stream(s *PDFStream) {
	dict, length := maps.Clone(s.Dict), s.length
	if s.data != nil {
		length = int64(len(s.data))
	}
	dict["Length"] = pdfNumber(fmt.Sprint(length))
	w.dict(dict)
	w.write([]byte("\nstream\n"))
	if s.data != nil {
		w.write(s.data)
	} else if n, err := io.Copy(writerFunc(w.write), io.NewSectionReader(w.draft.from.file, s.at, s.length)); err != nil || n != s.length {
		w.err = errors.Join(w.err, fmt.Errorf("copy stream of %d bytes: %w", s.length, err))
	}
	w.write([]byte("\nendstream"))
}

// writerFunc is a writer that cannot fail.
type writerFunc func([]byte)

// Write calls the function.
func (f writerFunc) Write(data []byte) (int, error) {
	f(data)
	return len(data), nil
}

// NewConversion compares single pages of a PDF and of the same as PDF/A: as NewComparison does, but that the output intent,
// which says what colours mean that mean the same without it, may have been added or replaced.
func NewConversion(a, b *Exact) *Comparison {
	t := &Comparison{a: a, b: b, seen: map[[2]pdfRef]bool{}, tame: true}
	t.alike = t.same(a.catalog()["OCProperties"], b.catalog()["OCProperties"], 0)
	return t
}
