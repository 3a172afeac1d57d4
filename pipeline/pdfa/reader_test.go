package pdfa

import (
	"bytes"
	"compress/lzw"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// compressed writes a document with an object stream and a cross-reference stream, as newer writers do.
func (d *document) compressed() []byte {
	var out, inside, heads bytes.Buffer
	out.WriteString(d.header)
	numbers := slices.Sorted(maps.Keys(d.objects))
	size := numbers[len(numbers)-1] + 3
	packNum, xrefNum := size-2, size-1
	rows := make([][3]int, size)
	count := 0
	for _, num := range numbers {
		if body := d.objects[num]; strings.Contains(body, "stream\n") {
			rows[num] = [3]int{1, out.Len(), 0}
			fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", num, body)
		} else {
			rows[num] = [3]int{2, packNum, count}
			fmt.Fprintf(&heads, "%d %d ", num, inside.Len())
			inside.WriteString(body + "\n")
			count++
		}
	}
	rows[packNum] = [3]int{1, out.Len(), 0}
	packed := deflate(heads.String() + inside.String())
	fmt.Fprintf(&out, "%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n",
		packNum, count, heads.Len(), len(packed), packed)
	rows[xrefNum] = [3]int{1, out.Len(), 0}
	var table []byte
	for _, row := range rows {
		table = append(table, 2, byte(row[0])) // predictor: up
		table = binary.BigEndian.AppendUint32(table, uint32(row[1]))
		table = append(table, byte(row[2]))
	}
	for at := len(table) - 7; at >= 7; at -= 7 {
		for i := 1; i < 7; i++ {
			table[at+i] -= table[at-7+i]
		}
	}
	rowsOut := deflate(string(table))
	at := out.Len()
	fmt.Fprintf(&out, "%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]%s/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 6>>/Length %d>>\nstream\n%s\nendstream\nendobj\n"+
		"startxref\n%d\n%%%%EOF\n", xrefNum, size, d.trailer, len(rowsOut), rowsOut, at)
	return out.Bytes()
}

func deflate(s string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, err := w.Write([]byte(s))
	if err != nil || w.Close() != nil {
		panic("a buffer is full")
	}
	return out.String()
}

func TestObjectsAreReadWhereverTheyAre(t *testing.T) {
	t.Parallel()
	d := newDocument(t)
	if got := clauses(Validate(d.compressed(), Level2U)); got != "" {
		t.Errorf("compressed: broken %s", got)
	}
	d.enter(catalogNum, "/Requirements[]")
	if got := clauses(Validate(d.compressed(), Level2U)); got != "6.11-1" {
		t.Errorf("compressed, with requirements: broken %q", got)
	}
}

// A revision appended to a file counts, and what it replaces does not.
func TestTheNewestRevisionCounts(t *testing.T) {
	t.Parallel()
	d := newDocument(t)
	d.content("frob")
	old := d.bytes()
	table := bytes.LastIndex(old, []byte("xref\n0 "))
	const operators = "0 0 9 9 re f"
	revised := append(bytes.Clone(old), fmt.Sprintf("%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n", contentNum, len(operators), operators)...)
	again := len(revised)
	revised = append(revised, fmt.Sprintf("xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 20 %s/Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
		contentNum, len(old), d.trailer, table, again)...)
	if got := clauses(Validate(old, Level2B)); got != "6.2.2-1" {
		t.Errorf("before: broken %q", got)
	}
	if got := clauses(Validate(revised, Level2B)); got != "" {
		t.Errorf("after: broken %q", got)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	plain := "0 0 9 9 re f " + strings.Repeat("q Q ", 300)
	var packed bytes.Buffer
	w := lzw.NewWriter(&packed, lzw.MSB, 8)
	if _, err := w.Write([]byte("Hello")); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	f := &file{spent: newBudget()}
	for _, c := range []struct{ name, filter, data, want string }{
		{"hexadecimal digits", "ASCIIHexDecode", "48 65 6c6C6f>", "Hello"},
		{"hexadecimal digits that end in half a byte", "ASCIIHexDecode", "487>", "Hp"},
		{"base 85", "ASCII85Decode", "87cURDZ~>", "Hello"},
		{"zeros in base 85", "ASCII85Decode", "z~>", "\x00\x00\x00\x00"},
		{"runs", "RunLengthDecode", "\x01He\xffl\x00o\x80", "Hello"},
		{"Flate", "FlateDecode", deflate(plain), plain},
		{"LZW", "LZWDecode", packed.String(), "Hello"},
	} {
		got, err := f.decode(&stream{dict: dict{"Filter": name(c.filter)}, raw: []byte(c.data)})
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %q, %v", c.name, got, err)
		}
	}
}

// cffFont writes a font of the Compact Font Format with .notdef and the glyphs A and B, 600 and 500 wide. With CIDs, A
// and B are 36 and 37.
func cffFont(cid bool) string {
	index := func(items ...string) string {
		if len(items) == 0 {
			return "\x00\x00"
		}
		out := []byte{0, byte(len(items)), 2}
		at := 1
		for _, item := range append([]string{""}, items...) {
			at += len(item)
			out = append(out, byte(at>>8), byte(at))
		}
		return string(out) + strings.Join(items, "")
	}
	number := func(n int) string { return string([]byte{29, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) }
	glyph := func(width int) string { return string([]byte{28, byte(width >> 8), byte(width), 14}) } // number endchar
	head := "\x01\x00\x04\x02" + index("Mine")
	charStrings := index("\x0e", glyph(600-100), glyph(500-100))
	private := number(0) + "\x14" + number(100) + "\x15" // default and nominal width
	top := func(base int) string {
		charset := base
		chars := charset + 1 + 4
		privateAt := chars + len(charStrings)
		dict := number(charset) + "\x0f" + number(chars) + "\x11"
		if !cid {
			return dict + number(len(private)) + number(privateAt) + "\x12"
		}
		fonts := privateAt + len(private) + 1 + 3
		return number(391) + number(392) + number(0) + "\x0c\x1e" + dict + number(fonts) + "\x0c\x24" + number(privateAt+len(private)) + "\x0c\x25"
	}
	strs := index("Adobe", "Identity")
	size := len(head) + len(index(top(0))) + len(strs) + len(index())
	out := head + index(top(size)) + strs + index()
	privateAt := size + 5 + len(charStrings)
	if cid {
		out += "\x00\x00\x24\x00\x25" + charStrings + private + "\x00\x00\x00\x00" + index(number(len(private))+number(privateAt)+"\x12")
		return out
	}
	return out + "\x00\x00\x22\x00\x23" + charStrings + private // A and B are strings 34 and 35
}

func TestCompactFontFormat(t *testing.T) {
	t.Parallel()
	for _, cid := range []bool{false, true} {
		c, err := readCFF([]byte(cffFont(cid)))
		if err != nil {
			t.Fatalf("with CIDs %t: %v", cid, err)
		}
		gid, known := c.byName["A"]
		if cid {
			gid, known = c.byCID[36]
		}
		if width, ok := c.width(gid); !known || gid != 1 || !ok || width != 600 {
			t.Errorf("with CIDs %t: glyph %d, %t, of width %g, %t", cid, gid, known, width, ok)
		}
		if width, ok := c.width(0); !ok || width != 0 {
			t.Errorf("with CIDs %t: .notdef has width %g, %t", cid, width, ok)
		}
	}
}
