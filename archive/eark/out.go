package eark

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

// out writes XML. The first error ends it; what follows is not written.
type out struct {
	w   *bufio.Writer
	err error
}

func newOut(w io.Writer) *out {
	o := &out{w: bufio.NewWriterSize(w, 64<<10)}
	o.raw(xml.Header)
	return o
}

func (o *out) raw(s string) {
	if o.err == nil {
		_, o.err = o.w.WriteString(s)
	}
}

// f writes a format whose verbs stand in texts and attributes: every value is escaped.
func (o *out) f(format string, values ...any) {
	escaped := make([]any, len(values))
	for i, v := range values {
		escaped[i] = escape(fmt.Sprint(v))
	}
	o.raw(fmt.Sprintf(format, escaped...))
}

// fail notes an error from elsewhere.
func (o *out) fail(err error) {
	if o.err == nil {
		o.err = err
	}
}

func (o *out) end() error {
	if o.err != nil {
		return o.err
	}
	return o.w.Flush()
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// href is a path as METS refers to files: relative, and a URL.
func href(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = url.PathEscape(e)
	}
	return strings.Join(elements, "/")
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
