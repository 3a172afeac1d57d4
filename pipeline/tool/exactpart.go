package tool

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Part returns a PDF of the pages from first to last with what they show, small enough to be handed to something that
// reads whole files. Links and what else is laid above a page become one empty link, so that it can be seen that there was
// something.
func (x *Exact) Part(first, last int) ([]byte, error) {
	w := partWriter{from: x, numbers: map[pdfRef]int{}}
	w.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	root, tree := w.reserve(), w.reserve()
	var kids []pdfObject
	for number := first; number <= last; number++ {
		page, err := x.page(number)
		if err != nil {
			return nil, err
		}
		if above, err := x.resolve(page["Annots"]); err != nil || above != nil {
			list, _ := above.([]pdfObject)
			if delete(page, "Annots"); err != nil || len(list) > 0 {
				page["Annots"] = []pdfObject{pdfDict{"Subtype": pdfName("Link"), "Rect": zeros(4)}}
			}
		}
		page["Type"] = pdfName("Page")
		page["Parent"] = written(tree)
		n := w.reserve()
		kids = append(kids, written(n))
		w.object(n, page)
	}
	w.object(root, pdfDict{"Type": pdfName("Catalog"), "Pages": written(tree), "OCProperties": x.catalog()["OCProperties"]})
	w.object(tree, pdfDict{"Type": pdfName("Pages"), "Kids": kids, "Count": pdfNumber(fmt.Sprint(len(kids)))})
	for len(w.todo) > 0 {
		r := w.todo[0]
		w.todo = w.todo[1:]
		o, err := x.object(r)
		if err != nil {
			return nil, err
		}
		w.object(w.numbers[r], o)
	}
	start := w.out.Len()
	fmt.Fprintf(&w.out, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, at := range w.offsets {
		fmt.Fprintf(&w.out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&w.out, "trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, root, start)
	return w.out.Bytes(), w.err
}

// WithoutPictures returns a PDF with the same objects under the same numbers, but that its pictures have no data: enough to
// look through all that a file says, small enough for something that reads whole files.
func (x *Exact) WithoutPictures() ([]byte, error) {
	w := partWriter{from: x, same: true}
	w.out.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	var table bytes.Buffer
	for _, number := range slices.Sorted(maps.Keys(x.table)) {
		e := x.table[number]
		if e == free {
			continue
		}
		o, err := x.object(pdfRef{number, e.generation})
		if err != nil {
			return nil, err
		}
		if stream, ok := o.(pdfStream); ok && stream.dict.name("Subtype") == "Image" {
			stream.length = 0
			o = stream
		}
		fmt.Fprintf(&table, "%d 1\n%010d %05d n \n", number, w.out.Len(), e.generation)
		fmt.Fprintf(&w.out, "%d %d obj\n", number, e.generation)
		w.value(o)
		w.out.WriteString("\nendobj\n")
	}
	start := w.out.Len()
	trailer := maps.Clone(x.trailer)
	for _, key := range []pdfName{"Prev", "Type", "W", "Index", "Filter", "DecodeParms", "Length"} {
		delete(trailer, key)
	}
	fmt.Fprintf(&w.out, "xref\n0 1\n0000000000 65535 f \n%strailer\n", table.Bytes())
	w.dict(trailer)
	fmt.Fprintf(&w.out, "\nstartxref\n%d\n%%%%EOF\n", start)
	return w.out.Bytes(), w.err
}

// PictureSum returns the digest of the encoded bytes of a page's one picture, which the page calls name.
func (x *Exact) PictureSum(page int, name string) (sum [sha256.Size]byte, err error) {
	entries, err := x.page(page)
	if err != nil {
		return sum, err
	}
	objects := x.dict(x.dict(entries["Resources"])["XObject"])
	o, err := x.resolve(objects[pdfName(name)])
	stream, ok := o.(pdfStream)
	if err != nil || !ok || len(objects) != 1 {
		return sum, fmt.Errorf("%d pictures: %w", len(objects), ErrInexact)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(x.file, stream.at, stream.length)); err != nil {
		return sum, fmt.Errorf("read picture: %w", err)
	}
	return [sha256.Size]byte(hash.Sum(nil)), nil
}

func zeros(n int) []pdfObject { return slices.Repeat([]pdfObject{pdfNumber("0")}, n) }

// written is a reference to an object of the file that is written.
type written int

// partWriter copies objects and gives them new numbers.
type partWriter struct {
	from    *Exact
	out     bytes.Buffer
	offsets []int
	numbers map[pdfRef]int
	todo    []pdfRef
	same    bool // references stay as they are
	err     error
}

func (w *partWriter) reserve() int {
	w.offsets = append(w.offsets, 0)
	return len(w.offsets)
}

func (w *partWriter) object(n int, o pdfObject) {
	w.offsets[n-1] = w.out.Len()
	fmt.Fprintf(&w.out, "%d 0 obj\n", n)
	w.value(o)
	w.out.WriteString("\nendobj\n")
}

// number returns the new number of an object, which is copied later; 0 for other pages and the nodes above them, which
// would draw in the whole document.
func (w *partWriter) number(r pdfRef) int {
	if n, ok := w.numbers[r]; ok {
		return n
	}
	if kind := w.from.dict(r).name("Type"); kind == "Page" || kind == "Pages" {
		return 0
	}
	n := w.reserve()
	w.numbers[r] = n
	w.todo = append(w.todo, r)
	return n
}

// value writes an object.
func (w *partWriter) value(o pdfObject) {
	switch o := o.(type) {
	case nil:
		w.out.WriteString("null")
	case bool:
		fmt.Fprint(&w.out, o)
	case pdfNumber:
		w.out.WriteString(string(o))
	case pdfName:
		writeName(&w.out, o)
	case pdfString:
		fmt.Fprintf(&w.out, "<%X>", string(o))
	case written:
		fmt.Fprintf(&w.out, "%d 0 R", int(o))
	case pdfRef:
		if w.same {
			fmt.Fprintf(&w.out, "%d %d R", o.number, o.generation)
		} else if n := w.number(o); n > 0 {
			fmt.Fprintf(&w.out, "%d 0 R", n)
		} else {
			w.out.WriteString("null")
		}
	case []pdfObject:
		w.out.WriteByte('[')
		for _, item := range o {
			w.value(item)
			w.out.WriteByte(' ')
		}
		w.out.WriteByte(']')
	case pdfDict:
		w.dict(o)
	case pdfStream:
		w.stream(o)
	}
}

func (w *partWriter) dict(d pdfDict) {
	w.out.WriteString("<<")
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if d[key] == nil {
			continue
		}
		writeName(&w.out, key)
		w.out.WriteByte(' ')
		w.value(d[key])
	}
	w.out.WriteString(">>")
}

func (w *partWriter) stream(s pdfStream) {
	data, err := w.from.raw(s)
	if err != nil {
		w.err = err
	}
	d := maps.Clone(s.dict)
	d["Length"] = pdfNumber(fmt.Sprint(len(data)))
	w.dict(d)
	w.out.WriteString("\nstream\n")
	w.out.Write(data)
	w.out.WriteString("\nendstream")
}

// writeName writes a name, its unusual characters as #xx.
func writeName(out *bytes.Buffer, name pdfName) {
	out.WriteByte('/')
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' || bytes.IndexByte([]byte("()<>[]{}/%#"), c) >= 0 {
			fmt.Fprintf(out, "#%02X", c)
			continue
		}
		out.WriteByte(c)
	}
}
