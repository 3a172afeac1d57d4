package normalise

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

func TestOpenLetter(t *testing.T) {
	t.Parallel()
	const two = "From: a@example.org\r\nSubject: =?utf-8?q?=C3=9Cbersetzung?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n" +
		"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''..%2FP%C3%A4sse.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBE\r\nRg==\r\n"
	whole := two + "--b--\r\n"
	for name, data := range map[string]string{"whole": whole, "without its last boundary": two} {
		letter, err := openLetter([]byte(data), pipeline.Limits{}.Or())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !strings.Contains(letter.plain, "Grüße") {
			t.Errorf("%s: text is %q", name, letter.plain)
		}
		if len(letter.attachments) != 1 || !strings.HasPrefix(string(letter.attachments[0].data), "%PDF") {
			t.Fatalf("%s: attachments are %+v", name, letter.attachments)
		}
		if got := efile.CleanName(letter.attachments[0].name); got != "Pässe.pdf" {
			t.Errorf("%s: name is %q", name, got)
		}
		if page := string(letterPage(letter)); !strings.Contains(page, "Subject: Übersetzung") {
			t.Errorf("%s: the subject is not on the page", name)
		}
	}
}

func TestOpenLetterRefusesWhatNoMailProgramWrites(t *testing.T) {
	t.Parallel()
	nested := "Subject: innermost\n\nx"
	for range 10 {
		nested = "Subject: x\nContent-Type: message/rfc822\n\n" + nested
	}
	for name, data := range map[string]string{
		"two content types":    "Subject: x\nContent-Type: text/plain\nContent-Type: text/html\n\nx",
		"an endless header":    "Subject: " + strings.Repeat("x", maxHeaderLine+1) + "\n\n",
		"ten letters deep":     nested,
		"two hundred parts":    "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 200) + "--b--",
		"many parts, each one": "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: text/plain\n\n\n", 101) + "--b--",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := openLetter([]byte(data), pipeline.Limits{}.Or()); !errors.Is(err, errMail) {
				t.Errorf("got %v, want %v", err, errMail)
			}
		})
	}
}

func TestHTMLText(t *testing.T) {
	t.Parallel()
	got := htmlText("<html><head><title>t</title><style>p{}</style></head><body><p>Guten&nbsp;Tag<br>Frau <b>M&uuml;ller</b></p><script>alert(1)</script><img src='http://example.org/x'></body>")
	if want := "\nGuten\u00a0Tag\nFrau Müller"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLetterIsSetInEveryScript(t *testing.T) {
	t.Parallel()
	if !officeInstalled() {
		t.Skip("left out: LibreOffice is not installed")
	}
	if testing.Short() {
		t.Skip("left out with -short: takes seconds")
	}
	mail := "From: a@example.org\nTo: amt@example.org\nSubject: Antrag\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n" +
		"Grüße aus Köln & <Bonn>\nПаспорт и заявление\nجواز السفر\n"
	dir, out := normaliseBytes(t, []byte(mail), pipeline.MediaMail)
	text := soundText(t, dir)
	for _, want := range []string{"Subject: Antrag", "Grüße aus Köln & <Bonn>", "Паспорт", "السفر"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page, which says %q", want, text)
		}
	}
	if len(out.Pages) != 1 || out.Pages[0].Kind != pipeline.PageDigital || out.Source != pipeline.SourceMail {
		t.Errorf("got %+v, want one digital page of an e-mail", out)
	}
}

func FuzzOpenLetter(f *testing.F) {
	f.Add([]byte("From: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n--b--"))
	f.Add([]byte("Content-Type: message/rfc822\n\nSubject: x\n\ny"))
	f.Add([]byte("Subject: =?utf-7?b?+AA==?=\nContent-Transfer-Encoding: base64\n\n!!!!"))
	f.Fuzz(func(t *testing.T, data []byte) {
		letter, err := openLetter(data, pipeline.Limits{}.Or())
		if err != nil {
			return
		}
		decoder := xml.NewDecoder(strings.NewReader(string(letterPage(letter))))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("the page is not well-formed: %v", err)
			}
		}
	})
}

func officeInstalled() bool { return tool.Installed("soffice") }

// soundText is all text of the sound PDF.
func soundText(t *testing.T, dir string) string {
	t.Helper()
	pages, err := tool.Text(t.Context(), dir, soundFile, tool.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(pages, "\n")
}
