package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/embedded"
	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/internal/corpus"
)

// Words that stand in a file's name, its text, its metadata, its machine-readable zone and its sender's mail address, and
// nowhere else.
const (
	inName = "Zwackelmannname"
	inText = "Zwackelmanntext"
	inMeta = "Zwackelmannmeta"
	inZone = "ZWACKELMANNZONE"
)

// No personal data in logs, jobs and events: files go through every station, well and badly, with marked words in every
// place; afterwards the words are where they belong, the document's own rows, and neither in a log, a job's arguments and
// errors, an event nor a delivery.
func TestNoMarkedWordLeavesItsDocument(t *testing.T) {
	p := Start(t, Size{Sites: 1, Workers: 1, Cores: 1, Env: []string{"EAKTE_LOG_LEVEL=debug"}})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	sender, err := p.NewSender(ctx, "leaks")
	if err != nil {
		t.Fatal(err)
	}
	files := markedFiles()
	for i, f := range files {
		if _, err := sender.Upload(ctx, f, i%2 == 0); err != nil {
			t.Fatalf("upload file %d: %v", i, err)
		}
	}
	wrong := &client.Client{Site: p.Sites[0], Bearer: p.Office.Key + "." + inName}
	if _, err := wrong.Submission(ctx, sender.Submission); err == nil {
		t.Error("a marked word is no bearer, but was taken as one")
	}
	var submission client.Submission
	err = p.eventually(time.Minute, func() (bool, error) {
		submission, err = sender.next().Submission(ctx, sender.Submission)
		return err == nil && submission.Settled && len(submission.Documents) > len(files), nil // and the mail's attachment
	})
	if err != nil {
		t.Fatalf("files did not end: %v, %+v", err, submission)
	}
	ends := map[string]bool{}
	for _, d := range submission.Documents {
		ends[d.Status] = true
	}
	if !ends["rejected"] || !ends["review"] && !ends["filed"] {
		t.Errorf("got ends %v, want good and bad ones, so that errors are looked at too", ends)
	}
	if n := p.rowsWith(t, inName, "documents"); n == 0 {
		t.Error("the word of the file names is not even where it belongs")
	}
	if n := p.rowsWith(t, inText, "pages"); n == 0 {
		t.Error("the word of the text is not even where it belongs")
	}
	for _, word := range []string{inName, inText, inMeta, inZone} {
		for _, table := range []string{"events", "river_job", "deliveries", "findings", "answers", "content_reads"} {
			if n := p.rowsWith(t, word, table); n > 0 {
				t.Errorf("%s has %d rows with %s", table, n, word)
			}
		}
		for _, line := range p.loggedWith(t, word) {
			t.Errorf("logged: %s", line)
		}
	}
}

// rowsWith counts rows of a table that hold word anywhere.
func (p *Plant) rowsWith(t *testing.T, word, table string) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.postgres.URL(embedded.Superuser, "eakte")) // sees every row
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }() // only read
	var n int
	query := fmt.Sprintf("select count(*) from %s r where position(lower($1) in lower(r::text)) > 0", table)
	if err := conn.QueryRow(t.Context(), query, word).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// loggedWith returns the lines of all programs' and the database's logs that hold word.
func (p *Plant) loggedWith(t *testing.T, word string) []string {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(p.dir, "*.log"))
	if err != nil || len(logs) < 2 {
		t.Fatalf("got logs %v, %v, want those of site and worker", logs, err)
	}
	var all []string
	for _, name := range append(logs, filepath.Join(p.pgDir, "postgres.log")) {
		data, err := os.ReadFile(name) //nolint:gosec // the plant's own
		if err != nil || len(data) == 0 {
			t.Fatalf("log %s: %d bytes, %v", filepath.Base(name), len(data), err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.Contains(strings.ToLower(line), strings.ToLower(word)) {
				all = append(all, filepath.Base(name)+": "+line)
			}
		}
	}
	return all
}

// markedFiles are a letter, a damaged one, one that needs a password, a picture cut short, something that is no document,
// and an e-mail with a letter inside.
func markedFiles() []Material {
	letter := markedPDF("")
	damaged := append(bytes.Clone(letter[:len(letter)/2]), bytes.Repeat([]byte(inText), 40)...)
	mail := "From: " + inText + " <" + inText + "@example.org>\r\nTo: amt@example.org\r\nSubject: " + inText +
		"\r\nDate: Mon, 5 Jan 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nGuten Tag, " + inText + "\r\n--b\r\nContent-Type: application/pdf\r\n" +
		"Content-Disposition: attachment; filename=\"" + inName + "-Anlage.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString(markedPDF("Anlage ")) + "\r\n--b--\r\n"
	return []Material{
		{inName + ".pdf", letter},
		{inName + " kaputt.pdf", damaged},
		{inName + " gesperrt.pdf", bytes.Replace(letter, []byte("/Root 1 0 R"), []byte("/Root 1 0 R/Encrypt<</Filter/"+inMeta+">>"), 1)},
		{inName + ".jpg", append([]byte("\xff\xd8\xff\xfe\x00\x20"), inMeta+inText...)},
		{inName + ".exe", []byte("MZ\x90\x00" + inText)},
		{inName + ".eml", []byte(mail)},
	}
}

// markedPDF is a page with marked text, metadata and machine-readable zone.
func markedPDF(more string) []byte {
	var text bytes.Buffer
	text.WriteString("BT /F1 11 Tf 70 770 Td 16 TL\n")
	for _, line := range []string{
		"Reisepass " + more, "Name " + inText, "Geburtsdatum 12.03.1991",
		"P<UTO" + inZone + "<<ANNA<MARIA" + strings.Repeat("<", 12), "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
	} {
		fmt.Fprintf(&text, "(%s) Tj T*\n", line)
	}
	text.WriteString("ET\n")
	body := corpus.PDF(
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		corpus.Stream("", text.Bytes()), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
		"<</Title("+inMeta+")/Author("+inMeta+")/Subject("+inMeta+")>>",
	)
	return bytes.Replace(body, []byte("/Root 1 0 R"), []byte("/Root 1 0 R/Info 6 0 R"), 1)
}
