package chain_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive/chain"
	"github.com/eakte/eakte/efile"
)

func id(n byte) efile.ID { return efile.ID{15: n, 6: 0x70, 8: 0x80} }

// log makes the entries of a case as the database would: others lie between the second and the third.
func log() []efile.Event {
	at := time.Date(2026, 11, 22, 9, 0, 0, 1000, time.UTC)
	events := []efile.Event{
		{Sequence: 1, Type: efile.CaseOpened, Data: json.RawMessage(`{}`)},
		{Sequence: 2, Type: efile.DocumentReceived, Data: json.RawMessage(`{"b": 1,  "a": "<ü&>"}`), Actor: efile.Actor{ID: id(9)}},
		{Sequence: 7, Type: efile.DocumentAttached, Data: json.RawMessage(`{"n":1e2}`)},
	}
	previous := make([]byte, 32)
	for i := range events {
		e := &events[i]
		e.ID, e.Office, e.CaseID, e.CaseSequence, e.Time = id(byte(20+i)), id(1), id(2), int64(i+1), at.Add(time.Duration(i)*time.Second)
		e.Subject, e.Actor.Kind, e.Previous = "cases/case_1", efile.System, previous
		if i == 2 {
			e.Previous = bytes.Repeat([]byte{0xab}, 32)
		}
		e.Digest = e.Recompute()
		previous = e.Digest
	}
	return events
}

func file(t testing.TB, events []efile.Event) string {
	t.Helper()
	var b strings.Builder
	if err := chain.Write(&b, events); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAWholeFileIsProven(t *testing.T) {
	t.Parallel()
	events := log()
	anchor, err := chain.ParseAnchor(chain.Anchor{Sequence: 7, Digest: events[2].Digest}.String())
	if err != nil {
		t.Fatal(err)
	}
	got, err := chain.Verify(strings.NewReader(file(t, events)), anchor)
	if err != nil || got.Broken != "" || got.Entries != 3 || got.Case != id(2) || got.Last.String() != anchor.String() {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestTheFormatStays holds a line as it was first written: files outlive this program.
func TestTheFormatStays(t *testing.T) {
	t.Parallel()
	const want = `{"v":"eakte.event.v1","office":"00000000-0000-7000-8000-000000000001","seq":2,` +
		`"id":"00000000-0000-7000-8000-000000000015","case":"00000000-0000-7000-8000-000000000002","case_seq":2,` +
		`"type":"eakte.document.received.v1","subject":"cases/case_1","actor_kind":"system",` +
		`"actor":"00000000-0000-7000-8000-000000000009","time":"2026-11-22T09:00:01.000001Z",` +
		`"data":"{\"b\": 1,  \"a\": \"<ü&>\"}",` +
		`"prev_hash":"PREV","hash":"HASH"}`
	line := strings.SplitAfter(file(t, log()), "\n")[1]
	prev, hash := line[strings.Index(line, `prev_hash":"`)+12:][:64], line[strings.Index(line, `,"hash":"`)+9:][:64]
	if got := strings.NewReplacer(prev, "PREV", hash, "HASH").Replace(line); got != want+"\n" {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatIsNotAsItWasIsFound(t *testing.T) {
	t.Parallel()
	reseal := func(events []efile.Event, change func(e *efile.Event)) []efile.Event {
		change(&events[1])
		events[1].Digest = events[1].Recompute()
		return events
	}
	lines := strings.SplitAfter(file(t, log()), "\n")
	far := chain.Anchor{Sequence: 5, Digest: make([]byte, 32)}
	for _, test := range []struct {
		name    string
		file    string
		why     string
		line    int64
		anchors []chain.Anchor
	}{
		{name: "a changed value", file: strings.Replace(file(t, log()), "09:00:01", "09:00:02", 1), why: "changed", line: 2},
		{name: "changed data", file: strings.Replace(file(t, log()), `<ü`, `>ü`, 1), why: "changed", line: 2},
		{name: "a missing entry", file: lines[0] + lines[2], why: "number 3 of its case, want 2", line: 2},
		{name: "a missing beginning", file: lines[1] + lines[2], why: "number 2 of its case, want 1", line: 1},
		{name: "another order", file: lines[1] + lines[0] + lines[2], why: "number 2", line: 1},
		{name: "a repeated entry", file: lines[0] + lines[0], why: "number 1 of its case, want 2", line: 2},
		{name: "a cut last line", file: lines[0] + lines[1][:40], why: "cut off", line: 2},
		{name: "a missing line feed", file: strings.TrimSuffix(file(t, log()), "\n"), why: "cut off", line: 3},
		{name: "white space", file: strings.Replace(file(t, log()), `,"seq"`, `, "seq"`, 1), why: "not written as the format says", line: 1},
		{name: "a member twice", file: strings.Replace(file(t, log()), `"seq":1,`, `"seq":9,"seq":1,`, 1), why: "not written as", line: 1},
		{name: "an unknown member", file: strings.Replace(file(t, log()), `"seq":1,`, `"seq":1,"x":1,`, 1), why: "no entry of a log", line: 1},
		{name: "two values in a line", file: strings.Replace(file(t, log()), "}\n", "}{}\n", 1), why: "not written as", line: 1},
		{name: "another format", file: strings.Replace(file(t, log()), "event.v1", "event.v2", 1), why: "another format", line: 1},
		{name: "digests in capitals", file: strings.ToUpper(lines[0]), why: "", line: 1},
		{name: "no entry", file: "", why: "no entry"},
		{name: "an empty line", file: lines[0] + "\n", why: "no entry of a log", line: 2},
		{name: "an endless line", file: `{"v":"` + strings.Repeat("a", 5<<20), why: "longer than any entry", line: 1},
		{
			name: "an entry of another case", why: "not of this case", line: 2,
			file: file(t, reseal(log(), func(e *efile.Event) { e.CaseID = id(3) })),
		},
		{
			name: "an entry that hangs on another", why: "does not follow", line: 2,
			file: file(t, reseal(log(), func(e *efile.Event) { e.Previous = bytes.Repeat([]byte{1}, 32) })),
		},
		{
			name: "a log that runs back", why: "before an entry", line: 2,
			file: file(t, reseal(log(), func(e *efile.Event) { e.Sequence = 1 })),
		},
		{name: "an anchor that differs", file: file(t, log()), why: "differs from the anchor", line: 3,
			anchors: []chain.Anchor{{Sequence: 7, Digest: make([]byte, 32)}}},
		{name: "an anchor of another entry", file: file(t, log()), why: "entry 5 is not in the file", anchors: []chain.Anchor{far}},
		{name: "two anchors", file: file(t, log()), why: "two anchors", anchors: []chain.Anchor{far, {Sequence: 5, Digest: bytes.Repeat([]byte{1}, 32)}}},
	} {
		got, err := chain.Verify(strings.NewReader(test.file), test.anchors...)
		if err != nil || got.Broken == "" || !strings.Contains(got.Broken, test.why) || got.Line != test.line {
			t.Errorf("%s: got %q at line %d, %v; want %q at line %d", test.name, got.Broken, got.Line, err, test.why, test.line)
		}
	}
}

func TestAnchorsAreReadStrictly(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "7", "7:", "0:" + strings.Repeat("0", 64), "x:" + strings.Repeat("0", 64), "7:" + strings.Repeat("0", 63), "-1:" + strings.Repeat("0", 64)} {
		if a, err := chain.ParseAnchor(text); err == nil {
			t.Errorf("%q: got %v", text, a)
		}
	}
}

// FuzzVerify looks for a file that is accepted though it is not what Write makes of what was read.
func FuzzVerify(f *testing.F) {
	whole := file(f, log())
	f.Add([]byte(whole))
	f.Add([]byte(strings.SplitAfter(whole, "\n")[0]))
	f.Add([]byte(strings.Replace(whole, "ü", `\u00fc`, 1)))
	f.Add([]byte(`{"v":"eakte.event.v1"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := chain.Verify(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("reading from memory fails: %v", err)
		}
		lines := slices.Collect(bytes.Lines(data))
		if got.Broken == "" && (int64(len(lines)) != got.Entries || got.Last.Sequence < got.Entries) {
			t.Errorf("accepted %d entries in %d lines, the last is %d", got.Entries, len(lines), got.Last.Sequence)
		}
		if got.Broken != "" && got.Line > int64(len(lines)) {
			t.Errorf("line %d of %d is wrong", got.Line, len(lines))
		}
		if got.Broken == "" && !bytes.Contains(data, []byte(chain.Anchor{Digest: got.Last.Digest}.String()[2:])) {
			t.Error("the last digest is not in the file")
		}
	})
}
