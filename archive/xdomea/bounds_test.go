package xdomea_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
)

// repeated is an office of n case files that are made while they are written.
func repeated(n int) archive.Message {
	o := newOffice(41)
	m := o.message(efile.MessageDelivery, nil)
	m.Files = func(yield func(archive.File, error) bool) {
		for i := range n {
			if !yield(o.file(i+1), nil) {
				return
			}
		}
	}
	return m
}

// peak notes the most heap that was in use, asked now and then.
type peak struct{ least, most uint64 }

func (p *peak) ask() {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if p.least == 0 {
		p.least = m.HeapAlloc
	}
	p.most = max(p.most, m.HeapAlloc)
}

func (p *peak) grown() uint64 { return p.most - p.least }

// TestMemoryStaysFlat writes and reads 50 MB as a stream. It does not run beside other tests, which would be counted.
func TestMemoryStaysFlat(t *testing.T) { //nolint:paralleltest // measures the heap
	if testing.Short() {
		t.Skip("left out: 50 MB")
	}
	const most = 8 << 20
	for _, v := range []xdomea.Version{xdomea.V310, xdomea.V400} {
		r, w := io.Pipe()
		count := &counter{w: w}
		go func() { w.CloseWithError(xdomea.Write(count, v, repeated(1500))) }()
		var heap peak
		n := 0
		_, err := xdomea.Read(r, xdomea.Limits{}, func(xdomea.Record) error {
			if n%250 == 0 {
				heap.ask()
			}
			n++
			return nil
		})
		if err != nil || n != 1500 || count.n < 50<<20 {
			t.Errorf("%s: %d case files, %d bytes, %v", v, n, count.n, err)
		}
		if heap.grown() > most {
			t.Errorf("%s: the heap grew by %d KiB over %d MiB", v, heap.grown()>>10, count.n>>20)
		}
		t.Logf("%s: %d MiB, the heap grew by %d KiB", v, count.n>>20, heap.grown()>>10)
	}
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// endless gives head and then again, until limit bytes.
type endless struct {
	head, again string
	limit       int
	given       int
	rest        string
	heap        *peak
}

func (e *endless) Read(p []byte) (int, error) {
	if e.given > e.limit {
		return 0, io.EOF
	}
	if e.given%(8<<20) < len(p) {
		e.heap.ask()
	}
	n := copy(p, e.head)
	e.head = e.head[n:]
	for n < len(p) {
		if e.rest == "" {
			e.rest = e.again
		}
		taken := copy(p[n:], e.rest)
		e.rest, n = e.rest[taken:], n+taken
	}
	e.given += n
	return n, nil
}

// TestBombsAreCheap gives 96 MB of one thing each.
func TestBombsAreCheap(t *testing.T) { //nolint:paralleltest // measures the heap
	if testing.Short() {
		t.Skip("left out: a gigabyte in all")
	}
	start := strings.TrimSuffix(answer("0503", "%"), "</a:"+xdomea.MessageName("0503")+">")
	start = strings.TrimSuffix(start, "%")
	akte := start + `<a:Schriftgutobjekt><a:Akte><a:Akteninhalt>`
	record := `<a:Dokument><a:Identifikation><a:ID>` + one + `</a:ID></a:Identifikation></a:Dokument>`
	tests := map[string]struct {
		head, again string
		want        xdomea.Code
		most        uint64 // MiB
	}{
		"one text":              {start + "<a:Hinweis>", "abcdefgh", xdomea.CodeTooLarge, 8},
		"one CDATA of brackets": {start + "<a:Hinweis><![CDATA[", "<<<<]]", xdomea.CodeTooLarge, 8},
		"one comment":           {start + "<!--", "<a> ", xdomea.CodeTooLarge, 8},
		"one instruction":       {start + "<?x ", "<a> ", xdomea.CodeTooLarge, 8},
		"one tag":               {start + "<a:", "abcd", xdomea.CodeTooLarge, 8},
		"one attribute":         {start + `<a:x y="`, "abcd", xdomea.CodeTooLarge, 8},
		"many attributes":       {start + `<a:x `, `y="z" `, xdomea.CodeTooLarge, 64},
		"nesting":               {start, "<a:x>", xdomea.CodeTooDeep, 8},
		"texts in pieces":       {start + "<a:ProzessID>", "abcdefgh<!-- -->", xdomea.CodeTooLarge, 8},
		"one case file":         {akte, record, xdomea.CodeTooLarge, 192},
		"a document type":       {"<!DOCTYPE a [", `<!ENTITY a "b">`, xdomea.CodeTooLarge, 8},
		"much ado":              {start, "<a:x/>", xdomea.CodeMalformed, 8}, // passed over, then cut off
	}
	for name, test := range tests {
		var heap peak
		_, err := xdomea.Read(&endless{head: test.head, again: test.again, limit: 96 << 20, heap: &heap}, xdomea.Limits{}, nil)
		heap.ask()
		if got, ok := errors.AsType[*xdomea.Error](err); !ok || got.Code != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
		if heap.grown() > test.most<<20 {
			t.Errorf("%s: the heap grew by %d MiB", name, heap.grown()>>20)
		}
		t.Logf("%s: %d MiB", name, heap.grown()>>20)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, v := range versions {
		b.Run(string(v), func(b *testing.B) {
			o := newOffice(42)
			m := o.message(efile.MessageDelivery, o.files(200))
			b.SetBytes(int64(len(written(b, v, m))))
			b.ReportAllocs()
			for b.Loop() {
				if err := xdomea.Write(io.Discard, v, m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkExamine(b *testing.B) {
	for _, v := range versions {
		b.Run(string(v), func(b *testing.B) {
			o := newOffice(42)
			m := o.message(efile.MessageDelivery, o.files(200))
			message := written(b, v, m)
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := xdomea.Examine(bytes.NewReader(message), xdomea.Want{Version: v, Process: m.Process, Type: m.Type}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleWrite() {
	var out strings.Builder
	m := newOffice(1).message(efile.MessageAppraisalReceipt, nil)
	if err := xdomea.Write(&out, xdomea.V310, m); err != nil {
		fmt.Println(err)
	}
	answered, err := xdomea.Read(strings.NewReader(out.String()), xdomea.AnswerLimits(), nil)
	fmt.Println(answered.Type, answered.Process == m.Process, err)
	// Output: 0505 true <nil>
}
