package inspect

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

func TestSniff(t *testing.T) {
	t.Parallel()
	const object = "\n1 0 obj\n<< >>\nendobj\n"
	for _, test := range []struct{ name, data, want string }{
		{"a PDF", "%PDF-1.7" + object, pipeline.MediaPDF},
		{"a PDF behind a mail gateway's lines", strings.Repeat("x\n", 1000) + "%PDF-1.4" + object, pipeline.MediaPDF},
		{"only a PDF's header", "%PDF-1.7\n", unknown},
		{"a program with a PDF in it", "MZ\x90\x00%PDF-1.7" + object, "a program"},
		{"an e-mail", "From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nHallo", pipeline.MediaMail},
		{"an e-mail with a folded field", "Received: from a\r\n\tby b\r\nSubject: x\r\n\r\n", pipeline.MediaMail},
		{"a text that has a colon", "Subject: only this\n\nfoo", unknown},
		{"a mailbox", "From a@example.org Mon Jan 1\nFrom: a@example.org\nSubject: x\n\n", "a mailbox"},
		{"RTF", `{\rtf1 x}`, pipeline.MediaRTF},
		{"HTML behind white space", "\n\n <HTML><body>", "HTML"},
		{"SVG", "<?xml version=\"1.0\"?><svg/>", "SVG"},
		{"XML", "<?xml version=\"1.0\"?><a/>", "XML"},
		{"a script", "#!/bin/sh\n", "a script"},
		{"plain text", "Sehr geehrte Damen und Herren", unknown},
		{"one byte", "x", unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := sniff(file{ReaderAt: strings.NewReader(test.data), size: int64(len(test.data))})
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestRunNamesAMismatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, claimed, data string
		want                fault.Code
	}{
		{"an empty file", ".pdf", "", fault.Empty},
		{"a program named like a photo", ".jpg", "MZ\x90\x00", fault.TypeMismatch},
		{"a program named like one", ".exe", "MZ\x90\x00", fault.TypeNotAccepted},
		{"HTML named like a PDF", "application/pdf", "<html>", fault.TypeMismatch},
		{"noise named like a PDF", ".pdf", "\x01\x02\x03\x04", fault.TypeNotAccepted},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "original"), []byte(test.data), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Run(t.Context(), dir, pipeline.InspectRequest{File: "original", Claimed: test.claimed})
			if f := fault.Of(err); f == nil || f.Code != test.want || f.Treatment != fault.Reject {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func FuzzSniff(f *testing.F) {
	for _, seed := range []string{"", "%PDF-1 obj", "PK\x03\x04", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "From: a\nTo: b\n", "<svg", "II*\x00", "BM"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := file{ReaderAt: bytes.NewReader(data), size: int64(len(data))}
		kind, err := sniff(in)
		if err != nil || kind == "" || kind == "zip" || kind == "ole" {
			t.Errorf("got %q, %v", kind, err)
		}
		beforePDF(in)
		foreignTail(in, []byte("%%EOF"))
	})
}

func FuzzInspectOffice(f *testing.F) {
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504) + "\xec\xa5" + strings.Repeat("\x00", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := file{ReaderAt: bytes.NewReader(data), size: int64(len(data))}
		_, err := inspectOffice(pipeline.MediaDOCX, in, pipeline.Limits{}.Or())
		if err != nil && fault.Of(err).Code == fault.Internal {
			t.Errorf("got %v, want a fault or nothing", err)
		}
	})
}
