package normalise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/bidi"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

// normaliseMail makes pages of an e-mail's header and text and files of its attachments. The text is set by LibreOffice from
// a document that holds nothing but paragraphs: no picture is fetched and no script looked at. Of HTML only the text is
// kept, and only if there is no plain one.
func normaliseMail(ctx context.Context, dir, in string, limits pipeline.Limits) (pipeline.Normalised, error) {
	data, err := os.ReadFile(filepath.Join(dir, in))
	if err != nil {
		return pipeline.Normalised{}, fmt.Errorf("read e-mail: %w", err)
	}
	letter, err := openLetter(data, limits)
	if err != nil {
		return pipeline.Normalised{}, fault.New(fault.Review, fault.MailParts, err)
	}
	const page = "letter.fodt"
	if err := os.WriteFile(filepath.Join(dir, page), letterPage(letter), 0o600); err != nil {
		return pipeline.Normalised{}, fmt.Errorf("write letter: %w", err)
	}
	out, err := convert(ctx, dir, page, pipeline.SourceMail, limits)
	if err != nil {
		return out, err
	}
	if out.Parts, err = writeParts(dir, letter.attachments); err != nil {
		return out, err
	}
	if strings.TrimSpace(letter.plain) == "" && strings.Contains(strings.ToLower(letter.html), "src=") {
		out.Notes = append(out.Notes, pipeline.NoteMacros)
	}
	return *tidy(&out), nil
}

// writeParts writes attachments under names of our own. Their media types are the sender's claims.
func writeParts(dir string, attachments []attachment) ([]pipeline.Part, error) {
	var parts []pipeline.Part
	var errs []error
	for i, a := range attachments {
		file := fmt.Sprintf("part-%03d", i+1)
		errs = append(errs, os.WriteFile(filepath.Join(dir, file), a.data, 0o600))
		name := a.name
		if name == "" {
			name = fmt.Sprintf("part-%d%s", i+1, endings[a.mediaType])
		}
		parts = append(parts, pipeline.Part{File: file, Name: efile.CleanName(name), MediaType: a.mediaType})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("write attachments: %w", err)
	}
	return parts, nil
}

// endings are for attachments without a name.
var endings = map[string]string{
	"message/rfc822": ".eml", pipeline.MediaPDF: ".pdf", pipeline.MediaJPEG: ".jpg", pipeline.MediaPNG: ".png", "text/plain": ".txt", "text/html": ".html",
}

// letterFields are the header fields shown, in this order.
var letterFields = []string{"From", "To", "Cc", "Date", "Subject"}

// letterPage is a flat OpenDocument text of the letter.
func letterPage(l *letter) []byte {
	var page bytes.Buffer
	page.WriteString(letterHead)
	for _, field := range letterFields {
		if value := strings.Join(l.header[field], ", "); value != "" {
			paragraph(&page, field+": "+decodeWords(value))
		}
	}
	for i, a := range l.attachments {
		name := a.name
		if name == "" {
			name = fmt.Sprintf("part-%d%s", i+1, endings[a.mediaType])
		}
		paragraph(&page, "Attachment: "+efile.CleanName(name))
	}
	paragraph(&page, "")
	text := l.plain
	if strings.TrimSpace(text) == "" {
		text = htmlText(l.html)
	}
	for line := range strings.Lines(text[:min(len(text), maxBodyText)]) {
		paragraph(&page, strings.TrimRight(line, "\r\n"))
	}
	page.WriteString("</office:text></office:body></office:document>\n")
	return page.Bytes()
}

const letterHead = `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles><style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.1cm"/><style:text-properties style:font-name="DejaVu Sans" fo:font-family="'DejaVu Sans'" fo:font-size="10pt" style:font-family-complex="'DejaVu Sans'" style:font-size-complex="10pt"/></style:default-style></office:styles>
<office:automatic-styles><style:style style:name="L" style:family="paragraph"><style:paragraph-properties style:writing-mode="lr-tb" fo:text-align="start"/></style:style><style:style style:name="R" style:family="paragraph"><style:paragraph-properties style:writing-mode="rl-tb" fo:text-align="start"/></style:style>
<style:page-layout style:name="P"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.5cm" fo:margin-right="2cm"/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P"/></office:master-styles>
<office:body><office:text>
`

// paragraph writes a line of text as a paragraph in its own direction, long ones cut where a screen would have given up.
func paragraph(page *bytes.Buffer, line string) {
	style := "L"
	if rightToLeft(line) {
		style = "R"
	}
	fmt.Fprintf(page, `<text:p text:style-name="%s">`, style)
	spaces := 0
	for _, r := range line {
		if r == ' ' {
			spaces++
			continue
		}
		writeSpaces(page, spaces)
		spaces = 0
		switch {
		case r == '\t':
			page.WriteString("<text:tab/>")
		case r == '<':
			page.WriteString("&lt;")
		case r == '>':
			page.WriteString("&gt;")
		case r == '&':
			page.WriteString("&amp;")
		case r == utf8.RuneError || unicode.IsControl(r) || r >= 0xFFFE && r <= 0xFFFF || unicode.In(r, unicode.Cs):
			page.WriteRune(unicode.ReplacementChar)
		default:
			page.WriteRune(r)
		}
	}
	page.WriteString("</text:p>\n")
}

func writeSpaces(page *bytes.Buffer, n int) {
	switch {
	case n == 1:
		page.WriteByte(' ')
	case n > 1:
		fmt.Fprintf(page, `<text:s text:c="%d"/>`, min(n, 200))
	}
}

// rightToLeft reports whether the first letter with a direction runs from right to left.
func rightToLeft(s string) bool {
	for _, r := range s {
		properties, _ := bidi.LookupRune(r)
		switch properties.Class() {
		case bidi.R, bidi.AL:
			return true
		case bidi.L:
			return false
		}
	}
	return false
}

// htmlText is the text of an HTML page: no scripts, no styles, a line for each block.
func htmlText(page string) string {
	var out strings.Builder
	tokens, hidden := html.NewTokenizer(strings.NewReader(page)), ""
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return out.String()
		case html.TextToken:
			if hidden == "" {
				out.WriteString(strings.Join(strings.FieldsFunc(string(tokens.Text()), func(r rune) bool { return r == '\n' || r == '\r' }), " "))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			switch name, _ := tokens.TagName(); string(name) {
			case "script", "style", "head", "title":
				hidden = string(name)
			case "body":
				hidden = ""
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr":
				out.WriteByte('\n')
			case "td", "th":
				out.WriteByte('\t')
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == hidden {
				hidden = ""
			}
		}
	}
}

// validText reports whether b is UTF-8.
func validText(b []byte) bool { return utf8.Valid(b) }
