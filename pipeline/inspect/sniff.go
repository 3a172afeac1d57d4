package inspect

import (
	"bytes"
	"strings"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
)

// unknown is what has no signature we know.
const unknown = "unknown"

// pdfWithin is how far into the file a PDF's header may stand. Readers search the first KiB; scanners and mail gateways
// have been seen to put more before it.
const pdfWithin = 4096

// signatures name formats by their first bytes. Those of accepted formats that need a second look are in name.
var signatures = []struct{ prefix, kind string }{
	{"MZ", "a program"},
	{"\x7fELF", "a program"},
	{"\xfe\xed\xfa\xce", "a program"}, {"\xfe\xed\xfa\xcf", "a program"}, {"\xce\xfa\xed\xfe", "a program"}, {"\xcf\xfa\xed\xfe", "a program"},
	{"\xca\xfe\xba\xbe", "a program"},
	{"dex\n", "a program"},
	{"\x00asm", "a program"},
	{"#!", "a script"},
	{"GIF87a", "GIF"}, {"GIF89a", "GIF"},
	{"8BPS", "Photoshop"},
	{"%!", "PostScript"}, {"\xc5\xd0\xd3\xc6", "PostScript"},
	{"push graphic-context", "MVG"},
	{"PK\x05\x06", "an archive"}, {"PK\x07\x08", "an archive"},
	{"Rar!", "an archive"}, {"7z\xbc\xaf\x27\x1c", "an archive"}, {"\x1f\x8b", "an archive"}, {"BZh", "an archive"},
	{"\xfd7zXZ\x00", "an archive"}, {"\x28\xb5\x2f\xfd", "an archive"}, {"MSCF", "an archive"}, {"!<arch>", "an archive"},
	{"II+\x00", "BigTIFF"}, {"MM\x00+", "BigTIFF"},
	{"\x00\x00\x00\x0cjP  ", "JPEG 2000"}, {"\xff\x4f\xff\x51", "JPEG 2000"},
	{"ID3", "sound"}, {"OggS", "sound or film"}, {"\x1aE\xdf\xa3", "film"},
	{"From ", "a mailbox"},
	{"SQLite format 3", "a database"},
}

// name recognises what begins with b: an accepted media type, words for something else, or unknown. ZIP and OLE
// containers are "zip" and "ole": their contents decide.
func name(b []byte) string {
	switch picture.Format(b) {
	case "jpeg":
		return pipeline.MediaJPEG
	case "png":
		return pipeline.MediaPNG
	case "webp":
		return pipeline.MediaWebP
	case "tiff":
		return pipeline.MediaTIFF
	case "heif":
		return pipeline.MediaHEIC
	case "avif":
		return pipeline.MediaAVIF
	}
	has := func(prefix string) bool { return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix }
	switch {
	case has("PK\x03\x04"):
		return "zip"
	case has("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return "ole"
	case has("{\\rtf"):
		return pipeline.MediaRTF
	case len(b) > 14 && has("BM") && b[6] == 0 && b[7] == 0 && b[8] == 0 && b[9] == 0:
		return "BMP"
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		return "film"
	}
	for _, s := range signatures {
		if has(s.prefix) {
			return s.kind
		}
	}
	return markup(b)
}

// markup recognises HTML, SVG and XML behind white space, comments and a byte order mark.
func markup(b []byte) string {
	start := strings.ToLower(string(bytes.TrimLeft(bytes.TrimPrefix(b[:min(len(b), 1024)], []byte("\xef\xbb\xbf")), " \t\r\n\x00")))
	if !strings.HasPrefix(start, "<") {
		return unknown
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<img", "<!--#", "<!--", "<%", "<?php", "<a ", "<div", "<p>", "<table"} {
		if strings.HasPrefix(start, tag) {
			return "HTML"
		}
	}
	if strings.Contains(start, "<svg") {
		return "SVG"
	}
	if strings.HasPrefix(start, "<?xml") || strings.HasPrefix(start, "<!doctype") {
		return "XML"
	}
	return unknown
}

// sniff recognises the whole file. A PDF may have a little of anything but a binary format before it.
func sniff(f file) (string, error) {
	head, err := f.head(1 << 16)
	if err != nil {
		return "", err
	}
	kind := name(head)
	switch kind {
	case "zip":
		return zipKind(f), nil
	case "ole":
		return oleKind(f)
	case unknown, "HTML", "XML", "a mailbox":
		if at := bytes.Index(head[:min(len(head), pdfWithin+5)], []byte("%PDF-")); at >= 0 {
			return pdfKind(f)
		}
	}
	if kind == unknown && isMail(head) {
		return pipeline.MediaMail, nil
	}
	return kind, nil
}

// pdfKind refuses what is only a PDF's header.
func pdfKind(f file) (string, error) {
	objects, err := mentions(f, " obj", "\nobj", "\robj")
	if err != nil || !objects {
		return unknown, err
	}
	return pipeline.MediaPDF, nil
}

// mailHeaders are fields of which an e-mail has several (RFC 5322, RFC 2045).
var mailHeaders = map[string]bool{
	"from": true, "to": true, "cc": true, "subject": true, "date": true, "message-id": true, "received": true, "return-path": true,
	"mime-version": true, "content-type": true, "content-transfer-encoding": true, "delivered-to": true, "reply-to": true, "sender": true,
	"dkim-signature": true, "authentication-results": true, "in-reply-to": true, "references": true, "user-agent": true, "x-mailer": true,
}

// isMail reports whether head begins with the header of an e-mail: lines "name: value" or continuations, at least two of
// names that e-mails have, one of them From, To, Subject, Date or Received.
func isMail(head []byte) bool {
	known, telling, lines := map[string]bool{}, false, 0
	for line := range bytes.Lines(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))) {
		if lines++; lines > 500 {
			break
		}
		text := bytes.TrimRight(line, "\r\n")
		if len(text) == 0 {
			break
		}
		if text[0] == ' ' || text[0] == '\t' {
			continue
		}
		field, _, found := bytes.Cut(text, []byte(":"))
		if !found || !isToken(field) {
			if len(line) == len(text) { // the last line, cut off by our own limit
				break
			}
			return false
		}
		key := strings.ToLower(string(bytes.TrimSpace(field)))
		if mailHeaders[key] {
			known[key] = true
		}
		switch key {
		case "from", "to", "subject", "date", "received":
			telling = true
		}
	}
	return telling && len(known) >= 2
}

// isToken reports whether b can be the name of a header field.
func isToken(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	for _, c := range b {
		if c <= ' ' || c >= 127 || c == ':' {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 100
}
