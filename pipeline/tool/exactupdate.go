package tool

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Update is appended to a PDF to the letter so that pages draw more than they did, as ISO 32000-1, 7.5.6 has it: every byte
// that was there stays, and of the pages concerned only the dictionary is written anew. New objects are numbered on from
// those that are there.
type Update struct {
	from    *Exact
	out     io.Writer
	at      int64
	next    int
	entries map[int]int64 // where the new objects lie
	gens    map[int]int
	err     error
}

// Layer is what a page draws above what it drew.
type Layer struct {
	Before, After int    // numbers of content streams: before and behind those of the page
	Font          string // what After calls the font
	FontObject    int    // its number
	Turn          int    // by how much the page is turned further, clockwise
}

// Append begins an update of x, all of which has been written to out already.
func (x *Exact) Append(out io.Writer) *Update {
	size, _ := x.trailer.whole("Size")
	u := &Update{from: x, out: out, at: x.size, next: size, entries: map[int]int64{}, gens: map[int]int{}}
	u.write([]byte("\n"))
	return u
}

// Reserve returns the number of a new object.
func (u *Update) Reserve() int {
	u.next++
	return u.next - 1
}

// Object writes a new object.
func (u *Update) Object(number int, body []byte) {
	u.entries[number] = u.at
	u.write(fmt.Appendf(nil, "%d %d obj\n", number, u.gens[number]))
	u.write(body)
	u.write([]byte("\nendobj\n"))
}

// ForgetInfo leaves nothing in the document's information dictionary but an empty title: a dictionary without entries is
// an error to Ghostscript.
func (u *Update) ForgetInfo() {
	if r, ok := u.from.trailer["Info"].(pdfRef); ok {
		u.gens[r.number] = r.generation
		u.Object(r.number, []byte("<< /Title () >>"))
	}
}

func (u *Update) write(data []byte) {
	if u.err == nil {
		_, u.err = u.out.Write(data)
	}
	u.at += int64(len(data))
}

// Page writes a page anew with a layer. ErrInexact: it is a page that cannot be changed so.
func (u *Update) Page(number int, layer Layer) error {
	r, inherited, err := u.from.find(number)
	if err != nil {
		return err
	}
	page := maps.Clone(u.from.dict(r))
	all := page.over(inherited)
	resources := maps.Clone(u.from.dict(all["Resources"]))
	if resources == nil {
		resources = pdfDict{}
	}
	fonts := maps.Clone(u.from.dict(resources["Font"]))
	if fonts == nil {
		fonts = pdfDict{}
	}
	if fonts[pdfName(layer.Font)] != nil {
		return ErrInexact
	}
	fonts[pdfName(layer.Font)] = pdfRef{number: layer.FontObject}
	resources["Font"] = fonts
	contents, err := u.from.contents(page)
	if err != nil {
		return err
	}
	rotate, ok := all.whole("Rotate")
	if !ok && all["Rotate"] != nil {
		return ErrInexact
	}
	page["Resources"] = resources
	page["Contents"] = slices.Concat([]pdfObject{pdfRef{number: layer.Before}}, contents, []pdfObject{pdfRef{number: layer.After}})
	page["Rotate"] = pdfNumber(fmt.Sprint(quarter(rotate + layer.Turn)))
	var body bytes.Buffer
	w := partWriter{from: u.from, same: true}
	w.value(page)
	body.Write(w.out.Bytes())
	u.gens[r.number] = r.generation
	u.Object(r.number, body.Bytes())
	return nil
}

// contents lists a page's content streams.
func (x *Exact) contents(page pdfDict) ([]pdfObject, error) {
	o, err := x.resolve(page["Contents"])
	if err != nil {
		return nil, err
	}
	switch o := o.(type) {
	case nil:
		return nil, nil
	case []pdfObject:
		return o, nil
	case pdfStream:
		return []pdfObject{page["Contents"]}, nil
	}
	return nil, ErrInexact
}

func quarter(degrees int) int { return (degrees%360 + 360) % 360 }

// Finish writes cross-references, in the form that the file has them in, and the trailer.
func (u *Update) Finish() error {
	trailer := pdfDict{"Prev": pdfNumber(fmt.Sprint(u.from.started))}
	for _, key := range []pdfName{"Root", "Info", "ID"} {
		if value := u.from.trailer[key]; value != nil {
			trailer[key] = value
		}
	}
	start := u.at
	if u.from.trailer["Type"] == nil {
		u.table(trailer)
	} else {
		u.stream(trailer)
	}
	u.write(fmt.Appendf(nil, "startxref\n%d\n%%%%EOF\n", start))
	return u.err
}

// table writes a classic table.
func (u *Update) table(trailer pdfDict) {
	u.write([]byte("xref\n"))
	for _, number := range slices.Sorted(maps.Keys(u.entries)) {
		u.write(fmt.Appendf(nil, "%d 1\n%010d %05d n \n", number, u.entries[number], u.gens[number]))
	}
	trailer["Size"] = pdfNumber(fmt.Sprint(u.next))
	w := partWriter{from: u.from, same: true}
	w.value(trailer)
	u.write([]byte("trailer\n"))
	u.write(w.out.Bytes())
	u.write([]byte("\n"))
}

// stream writes a cross-reference stream, which lists itself.
func (u *Update) stream(trailer pdfDict) {
	self := u.Reserve()
	u.entries[self] = u.at
	var data []byte
	var index []pdfObject
	for _, number := range slices.Sorted(maps.Keys(u.entries)) {
		index = append(index, pdfNumber(fmt.Sprint(number)), pdfNumber("1"))
		data = append(data, 1)
		for shift := 40; shift >= 0; shift -= 8 {
			data = append(data, byte(u.entries[number]>>shift)) //nolint:gosec // one byte after the other
		}
		data = append(data, byte(u.gens[number]>>8), byte(u.gens[number])) //nolint:gosec // at most 65535
	}
	trailer["Type"], trailer["Index"] = pdfName("XRef"), index
	trailer["W"] = []pdfObject{pdfNumber("1"), pdfNumber("6"), pdfNumber("2")}
	trailer["Size"], trailer["Length"] = pdfNumber(fmt.Sprint(u.next)), pdfNumber(fmt.Sprint(len(data)))
	w := partWriter{from: u.from, same: true}
	w.value(trailer)
	u.write(fmt.Appendf(nil, "%d 0 obj\n", self))
	u.write(w.out.Bytes())
	u.write([]byte("\nstream\n"))
	u.write(data)
	u.write([]byte("\nendstream\nendobj\n"))
}

// Upright returns the matrix from a page as it is shown, once it is turned further clockwise, to its own coordinates: both
// in points, y upwards. ErrInexact: its boxes are odd.
func (x *Exact) Upright(number, turn int) ([6]float64, error) {
	page, err := x.page(number)
	if err != nil {
		return [6]float64{}, err
	}
	box, ok := x.box(page["MediaBox"])
	if !ok {
		return [6]float64{}, ErrInexact
	}
	if page["CropBox"] != nil {
		crop, ok := x.box(page["CropBox"])
		box = [4]float64{max(box[0], crop[0]), max(box[1], crop[1]), min(box[2], crop[2]), min(box[3], crop[3])}
		if !ok || box[0] >= box[2] || box[1] >= box[3] {
			return [6]float64{}, ErrInexact
		}
	}
	rotate, ok := page.whole("Rotate")
	if !ok && page["Rotate"] != nil {
		return [6]float64{}, ErrInexact
	}
	switch quarter(rotate + turn) {
	case 0:
		return [6]float64{1, 0, 0, 1, box[0], box[1]}, nil
	case 90:
		return [6]float64{0, 1, -1, 0, box[2], box[1]}, nil
	case 180:
		return [6]float64{-1, 0, 0, -1, box[2], box[3]}, nil
	case 270:
		return [6]float64{0, -1, 1, 0, box[0], box[3]}, nil
	}
	return [6]float64{}, ErrInexact
}

// box reads a rectangle: left, bottom, right, top.
func (x *Exact) box(o pdfObject) (b [4]float64, ok bool) {
	resolved, err := x.resolve(o)
	list, isList := resolved.([]pdfObject)
	if err != nil || !isList || len(list) != 4 {
		return b, false
	}
	for i := range list {
		value, err := x.resolve(list[i])
		n, isNumber := value.(pdfNumber)
		f, fine := n.float()
		if err != nil || !isNumber || !fine {
			return b, false
		}
		b[i] = f
	}
	b = [4]float64{min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])}
	return b, b[0] < b[2] && b[1] < b[3]
}
