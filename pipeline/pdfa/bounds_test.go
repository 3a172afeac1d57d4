package pdfa

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestWorkIsBounded has files that are small and want much.
func TestWorkIsBounded(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(d *document) []byte
	}{
		{"forms that double, in other colours each time", func(d *document) []byte {
			const deep = 36
			d.resources(fmt.Sprintf("/XObject<</X %d 0 R>>", free1))
			d.content("/X Do")
			for n := range deep {
				d.stream(free1+n, fmt.Sprintf("/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>/ColorSpace<</A[/CalGray<<>>]/B[/CalGray<<>>]>>>>", free1+n+1),
					"/A cs /X Do /B cs /X Do")
			}
			return d.bytes()
		}},
		{"an object stream whose members are all one great array", func(d *document) []byte {
			var heads strings.Builder
			const members = 20_000
			for n := range members {
				fmt.Fprintf(&heads, "%d 0 ", 100+n)
			}
			packed := deflate(heads.String() + "[" + strings.Repeat("1 ", 1_000_000) + "]")
			d.objects[free1] = fmt.Sprintf("<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", members, heads.Len(), len(packed), packed)
			var table strings.Builder
			for n := range members {
				table.WriteString("\x02\x00\x00" + string([]byte{free1}) + string([]byte{byte(n >> 8), byte(n)}))
			}
			rows := deflate(table.String())
			d.objects[free2] = fmt.Sprintf("<</Type/XRef/Size 200000/W[1 3 2]/Index[100 %d]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", members, len(rows), rows)
			d.trailer += "/XRefStm 0000000000"
			data := string(d.bytes())
			at := strings.Index(data, fmt.Sprintf("\n%d 0 obj", free2)) + 1
			return []byte(strings.Replace(data, "/XRefStm 0000000000", fmt.Sprintf("/XRefStm %010d", at), 1))
		}},
		{"pages of the same bomb", func(d *document) []byte {
			bomb := deflate(strings.Repeat("q Q ", 12<<20))
			d.objects[contentNum] = fmt.Sprintf("<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", len(bomb), bomb)
			kids := strings.Builder{}
			for n := range 1000 {
				d.objects[100+n] = "<</Type/Page/MediaBox[0 0 9 9]/Contents 7 0 R>>"
				fmt.Fprintf(&kids, "%d 0 R ", 100+n)
			}
			d.change(pagesNum, "/Kids[", "/Kids["+kids.String())
			return d.bytes()
		}},
		{"streams without an end", func(d *document) []byte {
			return []byte(d.header + strings.Repeat("1 0 obj <<>> stream\n2 0 obj (", 200_000))
		}},
		{"an array without an end", func(d *document) []byte { d.content("[" + strings.Repeat("0 ", 8<<20)); return d.bytes() }},
		{"metadata with more attributes than anybody reads", func(d *document) []byte {
			var many strings.Builder
			for n := range 200_000 {
				fmt.Fprintf(&many, " x:a%d=''", n)
			}
			d.packet("<x:a xmlns:x='x'" + many.String() + "/>")
			return d.bytes()
		}},
	} {
		data := c.make(newDocument(t))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		report := Validate(data, Level2U)
		took := time.Since(began)
		runtime.ReadMemStats(&after)
		made := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%s: %d bytes, %v, %d MB, broken %s", c.name, len(data), took.Round(time.Millisecond), made, clauses(report))
		if report.Conforms || took > time.Minute || made > 4096 {
			t.Errorf("%s: conforms %t, took %v and %d MB", c.name, report.Conforms, took, made)
		}
	}
}
