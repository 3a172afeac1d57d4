package xdomea

import (
	"bufio"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
)

// emitter writes elements one after another. Its first error stays and ends the message; until then every method may be
// called. Names of elements are ours and need no escape.
type emitter struct {
	w       *bufio.Writer
	version Version
	depth   int
	record  efile.ID // that cleaned texts belong to
	cleaned func(Cleaning)
	err     error
}

func newEmitter(w io.Writer, x Writer) *emitter {
	e := &emitter{w: bufio.NewWriterSize(w, 64<<10), version: x.Version, cleaned: x.Cleaned}
	if e.cleaned == nil {
		e.cleaned = func(Cleaning) {}
	}
	return e
}

// fail notes that the message cannot be written because of an element.
func (e *emitter) fail(code Code, element string) {
	if e.err == nil {
		e.err = &Error{Code: code, Element: element}
	}
}

func (e *emitter) raw(parts ...string) {
	for _, s := range parts {
		if _, err := e.w.WriteString(s); err != nil && e.err == nil {
			e.err = err
		}
	}
}

// indents is longer than our messages are deep, unless attachments have attachments without end.
const indents = "\n                                                                "

func (e *emitter) line() { e.raw(indents[:min(1+2*e.depth, len(indents))]) }

// open begins an element of xdomea. within closes it again.
func (e *emitter) open(name string) {
	e.line()
	e.raw("<xdomea:", name, ">")
	e.depth++
}

func (e *emitter) close(name string) {
	e.depth--
	e.line()
	e.raw("</xdomea:", name, ">")
}

// within writes an element and, between its ends, what body writes.
func (e *emitter) within(name string, body func()) {
	e.open(name)
	body()
	e.close(name)
}

// exact writes a text that is ours or was checked: codes, numbers, times, UUIDs.
func (e *emitter) exact(name, value string) {
	e.line()
	e.raw("<xdomea:", name, ">", value, "</xdomea:", name, ">")
}

// bare is exact for the elements without a namespace: those of codes, and of the XÖV library in 4.0.0.
func (e *emitter) bare(name, value string) {
	e.line()
	e.raw("<", name, ">", value, "</", name, ">")
}

// text writes people's words, cleaned; an empty element if there are none.
func (e *emitter) text(name, value string) {
	e.line()
	e.raw("<xdomea:", name, ">", escape(e.clean(name, value)), "</xdomea:", name, ">")
}

// some is text that is left out if it is empty, or if nothing is left of it.
func (e *emitter) some(name, value string) {
	if value = e.clean(name, value); value != "" {
		e.line()
		e.raw("<xdomea:", name, ">", escape(value), "</xdomea:", name, ">")
	}
}

// clean cleans a text and tells what that changed.
func (e *emitter) clean(name, value string) string {
	value, what := clean(value)
	if what != 0 {
		e.cleaned(Cleaning{Record: e.record, Element: name, What: what})
	}
	return value
}

// simple is clean for the data type C of DIN 91379.
func (e *emitter) simple(name, value string) string {
	value = e.clean(name, value)
	simplified := simplify(value)
	if simplified != value {
		e.cleaned(Cleaning{Record: e.record, Element: name, What: Simplified})
	}
	return simplified
}

// code writes an element of xoev-code's type Code. list and its version may be empty, where the schema fixes them.
func (e *emitter) code(name, list, version, code string) { e.named(name, list, version, code, "") }

// named is code with the name that the list has for it.
func (e *emitter) named(name, list, version, code, title string) {
	e.line()
	e.raw("<xdomea:", name)
	if list != "" {
		e.raw(` listURI="`, list, `"`)
	}
	if version != "" {
		e.raw(` listVersionID="`, version, `"`)
	}
	e.raw(">")
	e.depth++
	e.bare("code", escape(e.clean(name, code)))
	if title != "" {
		e.bare("name", title)
	}
	e.close(name)
}

// flag writes a boolean in the form that the schemas fix where they fix one: 1, never true.
func (e *emitter) flag(name string, set bool) {
	if set {
		e.exact(name, "1")
	} else {
		e.exact(name, "0")
	}
}

func (e *emitter) number(name string, n int) { e.exact(name, strconv.Itoa(n)) }

func (e *emitter) uuid(name string, id efile.ID) {
	if id.IsZero() {
		e.fail(CodeMissing, name)
	}
	e.exact(name, id.String())
}

// date leaves out a date that is not known.
func (e *emitter) date(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	e.years(name, t)
	e.exact(name, t.Format(time.DateOnly))
}

// moment leaves out a point in time that is not known.
func (e *emitter) moment(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	e.exact(name, e.stamp(name, t))
}

// stamp is a point in time to the millisecond with its offset, as the XÖV library asks for. In UTC, so that the bytes do not
// depend on where they are written.
func (e *emitter) stamp(name string, t time.Time) string {
	e.years(name, t)
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func (e *emitter) years(name string, t time.Time) {
	if y := t.UTC().Year(); y < 1 || y > 9998 {
		e.fail(CodeValue, name)
	}
}

// digest checks that s is a SHA-256 in hexadecimal and returns it in lower case.
func (e *emitter) digest(name, s string) string {
	if b, err := hex.DecodeString(s); err != nil || len(b) != 32 {
		e.fail(CodeValue, name)
	}
	return strings.ToLower(s)
}

// escaper also escapes ">", because "]]>" must not stand in a text, and the quotes and breaks of attributes.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;")

func escape(s string) string { return escaper.Replace(s) }
