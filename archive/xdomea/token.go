package xdomea

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// guard counts bytes on their way into the decoder, which itself would gather a text or a tag of any length. It is an
// io.ByteReader, so that the decoder does not read ahead of what it gives back.
type guard struct {
	r      *bufio.Reader
	total  int64
	since  int   // bytes since the last token
	weight int64 // bytes since the record began; counted while below is set
	below  bool
	limits Limits
	failed error // what reading below met
}

// Read exists because the decoder wants a Reader; it uses ReadByte.
func (g *guard) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := g.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// ReadByte counts, and fails when there was too much.
func (g *guard) ReadByte() (byte, error) {
	g.total++
	g.since++
	if g.below {
		g.weight++
	}
	if g.total > g.limits.Size || g.since > g.limits.Text || g.weight > g.limits.Record {
		return 0, &Error{Code: CodeTooLarge}
	}
	b, err := g.r.ReadByte()
	if err != nil && !errors.Is(err, io.EOF) {
		g.failed = err
	}
	return b, err
}

// begin and finish enclose a record whose size counts.
func (g *guard) begin()  { g.weight, g.below = 0, true }
func (g *guard) finish() { g.weight, g.below = 0, false }

// reader walks through a message. Its methods return an *Error for whatever is wrong with the message.
type reader struct {
	*guard
	dec       *xml.Decoder
	space     string // the namespace of the message
	version   Version
	delivery  bool     // a 0503
	path      []string // of the open elements
	count     int      // records, files, decisions, results
	processAs string   // ProzessID as it was written
}

func newReader(src io.Reader, limits Limits) (*reader, error) {
	g := &guard{r: bufio.NewReaderSize(src, 64<<10), limits: limits.orDefault()}
	start, err := g.r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xEF\xBB\xBF")):
		if _, err := g.r.Discard(3); err != nil {
			return nil, err
		}
	case bytes.HasPrefix(start, []byte("\xFE\xFF")), bytes.HasPrefix(start, []byte("\xFF\xFE")), bytes.IndexByte(start, 0) >= 0:
		return nil, &Error{Code: CodeEncoding} // UTF-16 or UTF-32
	}
	r := &reader{guard: g, dec: xml.NewDecoder(g)}
	r.dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, &Error{Code: CodeEncoding} }
	return r, nil
}

func (r *reader) four() bool { return r.version.four() }

// token returns the next token, with all bounds kept.
func (r *reader) token() (xml.Token, error) {
	r.since = 0
	t, err := r.dec.Token()
	if err != nil {
		return nil, r.wrap(err)
	}
	switch t := t.(type) {
	case xml.Directive:
		return nil, r.error(CodeDoctype, "")
	case xml.StartElement:
		if len(r.path) >= r.limits.Depth {
			return nil, r.error(CodeTooDeep, t.Name.Local)
		}
		size := 0
		for _, a := range t.Attr {
			size += len(a.Name.Local) + len(a.Value)
		}
		if size > r.limits.Attributes {
			return nil, r.error(CodeTooLarge, t.Name.Local)
		}
		r.path = append(r.path, t.Name.Local)
	case xml.EndElement:
		r.path = r.path[:len(r.path)-1]
	}
	return t, nil
}

// wrap makes an Error of what the decoder says. Its texts may quote the message, so only the place is kept. That the source
// itself failed is no fault of the message and stays as it is.
func (r *reader) wrap(err error) error {
	if r.failed != nil {
		return r.failed
	}
	if found, ok := errors.AsType[*Error](err); ok {
		return r.error(found.Code, found.Element)
	}
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return &Error{Code: CodeMalformed, Line: syntax.Line}
	}
	return r.error(CodeMalformed, "") // no element at all, or a declaration of another version than 1.0
}

// error tells what is wrong with an element, or with the one that is open where element is empty.
func (r *reader) error(code Code, element string) error {
	if element == "" && len(r.path) > 0 {
		element = r.path[len(r.path)-1]
	}
	line, _ := r.dec.InputPos()
	return &Error{Code: code, Element: shorten(element), Line: line}
}

// shorten keeps what a log or a page has room for.
func shorten(s string) string {
	const most = 80
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// children calls visit for each element of xdomea, and each without a namespace, that stands in the open one, and passes
// over all others. visit must go to the element's end: with text, children or skip.
func (r *reader) children(visit func(name string) error) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			return nil
		case xml.StartElement:
			if t.Name.Space != r.space && t.Name.Space != "" {
				err = r.skip()
			} else {
				err = visit(t.Name.Local)
			}
			if err != nil {
				return err
			}
		}
	}
}

// skip goes to the end of the open element.
func (r *reader) skip() error {
	for depth := len(r.path); len(r.path) >= depth; {
		if _, err := r.token(); err != nil {
			return err
		}
	}
	return nil
}

// text returns the text of the open element, without white space around it, and goes to its end.
func (r *reader) text() (string, error) {
	var out []byte
	for {
		t, err := r.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			if len(out)+len(t) > r.limits.Text {
				return "", r.error(CodeTooLarge, "")
			}
			out = append(out, t...)
		case xml.StartElement:
			return "", r.error(CodeMalformed, "")
		case xml.EndElement:
			return string(bytes.TrimSpace(out)), nil
		}
	}
}

// end checks that nothing but comments and space follows the root.
func (r *reader) end() error {
	for {
		r.since = 0
		t, err := r.dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return r.wrap(err)
		}
		switch t := t.(type) {
		case xml.Comment, xml.ProcInst:
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return r.error(CodeMalformed, "")
			}
		case xml.Directive:
			return r.error(CodeDoctype, "")
		default:
			return r.error(CodeMalformed, "")
		}
	}
}

// recordBytes is what a record or file costs in memory, however short it is in the message.
const recordBytes = 512

// counted counts one more record, file, decision or result.
func (r *reader) counted() error {
	r.weight += recordBytes
	if r.count++; r.count > r.limits.Records {
		return r.error(CodeTooMany, "")
	}
	return nil
}
