package normalise

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/eakte/eakte/pipeline"
)

// Limits of one e-mail beside those in pipeline.Limits.
const (
	maxHeaderLine = 64 << 10 // RFC 5322 allows 998; mailing lists with long To fields exist
	maxHeader     = 1 << 20
	maxBodyText   = 4 << 20 // of text that is set on pages
)

// errMail says that an e-mail is built in a way that no mail program builds.
var errMail = errors.New("e-mail is nested too deeply, has too many parts or contradicts itself")

// letter is an e-mail taken apart.
type letter struct {
	header      textproto.MIMEHeader
	plain, html string // the body, as far as it is there
	attachments []attachment
}

// attachment is a part that becomes a document of its own.
type attachment struct {
	name, mediaType string
	data            []byte
}

// walker counts while it takes an e-mail apart.
type walker struct {
	limits pipeline.Limits
	parts  int
	bytes  int64
	out    letter
}

// openLetter takes an e-mail apart. errMail is returned when it exceeds a limit; other damage costs only the part it is in.
func openLetter(data []byte, limits pipeline.Limits) (*letter, error) {
	w := &walker{limits: limits, bytes: limits.FileBytes}
	header, body, err := splitHeader(data)
	if err != nil {
		return nil, err
	}
	w.out.header = header
	if err := w.part(header, body, 0, true); err != nil {
		return nil, err
	}
	return &w.out, nil
}

// splitHeader reads header fields, leniently: lines that are none are dropped, as mail programs do.
func splitHeader(data []byte) (textproto.MIMEHeader, []byte, error) {
	header := textproto.MIMEHeader{}
	key, read := "", 0
	rest := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for len(rest) > 0 {
		end := bytes.IndexByte(rest, '\n')
		line := rest
		if end >= 0 {
			line = rest[:end]
			rest = rest[end+1:]
		} else {
			rest = nil
		}
		if read += len(line); len(line) > maxHeaderLine || read > maxHeader {
			return nil, nil, errMail
		}
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			return header, rest, nil
		}
		if line[0] == ' ' || line[0] == '\t' {
			if values := header[key]; len(values) > 0 {
				values[len(values)-1] += " " + string(bytes.TrimSpace(line))
			}
			continue
		}
		name, value, found := bytes.Cut(line, []byte(":"))
		if !found {
			key = ""
			continue
		}
		key = textproto.CanonicalMIMEHeaderKey(string(bytes.TrimSpace(name)))
		header[key] = append(header[key], string(bytes.TrimSpace(value)))
	}
	return header, nil, nil
}

// part takes one part apart. top is the letter itself, whose text is the body.
func (w *walker) part(header textproto.MIMEHeader, body []byte, depth int, top bool) error {
	if w.parts++; w.parts > w.limits.Parts || depth > w.limits.Depth {
		return errMail
	}
	if len(header["Content-Type"]) > 1 && !same(header["Content-Type"]) || len(header["Content-Transfer-Encoding"]) > 1 {
		return errMail // two readers would see two different letters
	}
	mediaType, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil && mediaType == "" {
		mediaType = "text/plain"
	}
	if strings.HasPrefix(mediaType, "multipart/") && parameters["boundary"] != "" {
		return w.multipart(body, parameters["boundary"], depth)
	}
	data := decodeTransfer(header.Get("Content-Transfer-Encoding"), body)
	if w.bytes -= int64(len(data)); w.bytes < 0 {
		return errMail
	}
	disposition, disposed, _ := mime.ParseMediaType(header.Get("Content-Disposition")) // malformed: as if not said
	name := partName(header, disposed, parameters)
	if mediaType == "message/rfc822" {
		if err := w.probe(data, depth+1); err != nil {
			return err
		}
		w.attach(name, mediaType, data)
		return nil
	}
	if disposition != "attachment" && (name == "" || top) && strings.HasPrefix(mediaType, "text/") {
		w.text(mediaType, decodeCharset(parameters["charset"], data))
		return nil
	}
	w.attach(name, mediaType, data)
	return nil
}

// same reports whether all values are equal.
func same(values []string) bool {
	for _, v := range values[1:] {
		if v != values[0] {
			return false
		}
	}
	return true
}

// multipart takes the parts of a multipart apart. A missing last boundary is no reason to lose what came before.
func (w *walker) multipart(body []byte, boundary string, depth int) error {
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return nil //nolint:nilerr // the rest cannot be told apart; see above
		}
		data, cut := io.ReadAll(io.LimitReader(part, w.limits.FileBytes))
		if err := w.part(part.Header, data, depth+1, false); err != nil {
			return err
		}
		if cut != nil {
			return nil //nolint:nilerr // it ends within this part, which is kept as far as it goes
		}
	}
}

// probe walks an attached e-mail only to count: it becomes a document of its own, but its parts and depth belong to this one.
func (w *walker) probe(data []byte, depth int) error {
	header, body, err := splitHeader(data)
	if err != nil {
		return err
	}
	inner := &walker{limits: w.limits, parts: w.parts, bytes: w.bytes}
	err = inner.part(header, body, depth, true)
	w.parts, w.bytes = inner.parts, inner.bytes
	return err
}

// attach keeps a part that holds anything.
func (w *walker) attach(name, mediaType string, data []byte) {
	if len(data) > 0 {
		w.out.attachments = append(w.out.attachments, attachment{name: name, mediaType: mediaType, data: data})
	}
}

// text adds to the body.
func (w *walker) text(mediaType, text string) {
	text = text[:min(len(text), maxBodyText)]
	if mediaType == "text/html" {
		w.out.html += text
		return
	}
	w.out.plain += text + "\n"
}

// partName is the name a part claims, decoded, not yet cleaned: RFC 2231 by mime.ParseMediaType, RFC 2047 here.
func partName(header textproto.MIMEHeader, disposition, parameters map[string]string) string {
	name := disposition["filename"]
	if name == "" {
		name = parameters["name"]
	}
	if name == "" && strings.Contains(strings.ToLower(header.Get("Content-Disposition")), "filename") {
		_, after, _ := strings.Cut(header.Get("Content-Disposition"), "=") // malformed beyond parsing
		name = strings.Trim(after, `"' ;`)
	}
	return decodeWords(name)
}

// decodeWords decodes RFC 2047 words; what cannot be decoded stays.
func decodeWords(s string) string {
	decoder := mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		enc, err := htmlindex.Get(charset)
		if err != nil {
			return nil, fmt.Errorf("charset of a header: %w", err)
		}
		return enc.NewDecoder().Reader(r), nil
	}}
	out, err := decoder.DecodeHeader(s)
	if err != nil {
		return s
	}
	return out
}

// decodeTransfer undoes base64 and quoted-printable; of damaged data what comes out counts.
func decodeTransfer(name string, body []byte) []byte {
	var r io.Reader
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, &onlyBase64{bufio.NewReader(bytes.NewReader(body))})
	case "quoted-printable":
		r = quotedprintable.NewReader(bytes.NewReader(body))
	default:
		return body
	}
	out, _ := io.ReadAll(r)
	return out
}

// onlyBase64 drops what does not belong to base64.
type onlyBase64 struct{ r *bufio.Reader }

// Read reads the next letters of the alphabet.
func (o *onlyBase64) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		c, err := o.r.ReadByte()
		if err != nil {
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' {
			p[n] = c
			n++
		}
	}
	return n, nil
}

// decodeCharset makes UTF-8 of text; an unknown charset is taken for UTF-8, invalid bytes for Windows-1252.
func decodeCharset(charset string, data []byte) string {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		enc = encoding.Nop
	}
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		out = data
	}
	if !validText(out) {
		if western, err := htmlindex.Get("windows-1252"); err == nil {
			if again, err := western.NewDecoder().Bytes(data); err == nil {
				out = again
			}
		}
	}
	return string(out)
}
