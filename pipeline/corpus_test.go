package pipeline_test

import (
	"bufio"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/inspect"
	"github.com/eakte/eakte/pipeline/normalise"
	"github.com/eakte/eakte/pipeline/tool"
)

func TestMain(m *testing.M) {
	if tool.Child(os.Args[1:]) {
		return
	}
	os.Exit(m.Run())
}

// fileTime is what one file of the corpora may take in both steps, whatever it is, on a busy machine.
const fileTime = 90 * time.Second

// TestHostileCorpus sends every hostile file through inspect and normalise and wants the answer of its manifest.
// With -short, files that need LibreOffice or run into a time limit are left out.
func TestHostileCorpus(t *testing.T) {
	t.Parallel()
	root := corpus.Own(t, "hostile")
	entries := manifest(t, filepath.Join(root, "manifest.tsv"))
	if len(entries) < 100 {
		t.Fatalf("%d files in the manifest, want at least 100", len(entries))
	}
	for _, e := range entries {
		t.Run(e.path, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && slow(e.path) {
				t.Skip("left out with -short: takes seconds")
			}
			o := run(t, filepath.Join(root, filepath.FromSlash(e.path)))
			if !strings.Contains(wanted(e), o.answer()) {
				t.Errorf("answer %q (%v), want %q: %s", o.answer(), o.err, wanted(e), e.note)
			}
			checkSound(t, o)
			checkNotes(t, e.path, o)
		})
	}
}

// TestRealCorpus sends public files through both steps: what is fine must be normalised, what is locked must be called
// locked, what is beyond repair must be called so.
func TestRealCorpus(t *testing.T) {
	t.Parallel()
	root := corpus.Extern(t, "corpus/real")
	for _, e := range manifest(t, filepath.Join(root, "manifest.tsv")) {
		t.Run(e.path, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && slow(e.path) {
				t.Skip("left out with -short: takes seconds")
			}
			o := run(t, filepath.Join(root, filepath.FromSlash(e.path)))
			switch want := e.expected; {
			case refused(e.path):
				if !fault.Is(o.err, fault.TypeNotAccepted) {
					t.Errorf("got %v, want %s", o.err, fault.TypeNotAccepted)
				}
			case want == "ok" && o.err != nil:
				t.Errorf("got %v, want a sound PDF", o.err)
			case want == "encrypted" && !fault.Is(o.err, fault.Encrypted):
				t.Errorf("got %v, want %s", o.err, fault.Encrypted)
			case want == "corrupt" && !fault.Is(o.err, fault.Unreadable) && !fault.Is(o.err, fault.TypeNotAccepted):
				t.Errorf("got %v, want %s", o.err, fault.Unreadable)
			}
			checkSound(t, o)
		})
	}
}

// refused lists the kinds of files in the real corpus that we decided not to take.
func refused(path string) bool {
	switch filepath.Ext(path) {
	case ".xls", ".xlsx", ".mbox", ".msg":
		return true
	}
	return false
}

// wanted is a manifest's answer in our terms. Two things differ on purpose: the virus scan is another step, without which
// the manifest has its files refused or taken apart; and what needs a password or shows only "please wait" is kept, but
// its sender is asked for another, which is what a rejection is.
func wanted(e entry) string {
	switch {
	case e.expected == "quarantine":
		return "reject or normalise"
	case strings.Contains(e.path, "encrypted-user"), strings.Contains(e.path, "xfa-dynamic"):
		return "reject"
	case e.expected == "keep" && strings.HasPrefix(e.path, "image/"):
		return "keep or normalise" // with the note partial: see checkNotes
	}
	return e.expected
}

// slow reports whether a file takes seconds.
func slow(path string) bool {
	for _, part := range []string{"office/", "eml/", "bomb", "exponential", "100000x100000", "bug1980958", "Seige"} {
		if strings.Contains(path, part) {
			return true
		}
	}
	return false
}

// checkNotes checks what the caseworker must be told, by file.
func checkNotes(t *testing.T, path string, o outcome) {
	t.Helper()
	want := map[string]pipeline.Note{
		"image/jpeg-exif-gps-orientation6.jpg": pipeline.NoteLocation,
		"image/jpeg-truncated-half.jpg":        pipeline.NotePartial,
		"image/png-truncated.png":              pipeline.NotePartial,
		"office/docx-macro.docx":               pipeline.NoteMacros,
		"office/docx-remote-template.docx":     pipeline.NoteMacros,
		"office/odt-external-image.odt":        pipeline.NoteMacros,
		"pdf/active-js-openaction.pdf":         pipeline.NoteActiveContent,
		"pdf/active-launch.pdf":                pipeline.NoteActiveContent,
		"pdf/active-collection.pdf":            pipeline.NoteAttachment,
		"pdf/attached-exe.pdf":                 pipeline.NoteAttachment,
		"pdf/encrypted-owner-only-aes256.pdf":  pipeline.NoteDecrypted,
		"pdf/prev-loop.pdf":                    pipeline.NoteRepaired,
		"pdf/signed-valid.pdf":                 pipeline.NoteSigned,
		"pdf/signed-tampered-byte.pdf":         pipeline.NoteSignatureInvalid,
		"pdf/signed-then-changed.pdf":          pipeline.NoteSignatureChanged,
		"polyglot/pdf-then-zip.pdf":            pipeline.NoteSecondFormat,
		"polyglot/html-then-pdf.pdf":           pipeline.NoteSecondFormat,
		"polyglot/shtml-after-jpeg.jpg":        pipeline.NoteSecondFormat,
	}[path]
	if want != "" && !o.has(want) {
		t.Errorf("notes %v and %v, want %q among them", o.inspected.Notes, o.normalised.Notes, want)
	}
	if path == "pdf/signed-valid.pdf" && (o.has(pipeline.NoteSignatureInvalid) || o.has(pipeline.NoteSignatureChanged)) {
		t.Errorf("notes %v on a valid signature", o.inspected.Notes)
	}
}

// checkSound checks what every sound PDF must be: as many pages as stated, each with an area, nothing in it that acts.
func checkSound(t *testing.T, o outcome) {
	t.Helper()
	if o.err != nil {
		return
	}
	info, err := tool.Info(t.Context(), o.dir, o.normalised.File, tool.Limits{})
	if err != nil {
		t.Errorf("open the sound PDF: %v", err)
		return
	}
	if info.Pages != len(o.normalised.Pages) || info.Pages == 0 || info.Encrypted || info.JavaScript || info.Form {
		t.Errorf("sound PDF is %+v, want %d pages and nothing else", info, len(o.normalised.Pages))
	}
	for _, page := range o.normalised.Pages {
		if !(page.Width > 0 && page.Height > 0) || page.Rotate%90 != 0 || page.Kind == "" {
			t.Errorf("page %+v is no page", page)
		}
	}
	// Uncompressed, so that every key can be seen.
	plain, err := tool.Run(t.Context(), o.dir, "qpdf", []string{"--qdf", "--object-streams=disable", "--no-warn", o.normalised.File, "-"}, tool.Limits{})
	if tool.Exit(err) != 0 && tool.Exit(err) != 3 {
		t.Errorf("open the sound PDF with qpdf: %v", err)
	}
	for _, key := range []string{"/JavaScript", "/JS ", "/OpenAction", "/AA ", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/EmbeddedFile", "/XFA", "/AcroForm", "/RichMedia", "/URI "} {
		if strings.Contains(string(plain), key) {
			t.Errorf("the sound PDF holds %s", key)
		}
	}
}

// outcome is how a file went through inspect and normalise.
type outcome struct {
	inspected  pipeline.Inspection
	normalised pipeline.Normalised
	dir        string
	err        error
}

// has reports whether a note was made in either step.
func (o outcome) has(note pipeline.Note) bool {
	for _, n := range append(o.inspected.Notes, o.normalised.Notes...) {
		if n == note {
			return true
		}
	}
	return false
}

// answer is the outcome in the words of the hostile manifest.
func (o outcome) answer() string {
	if o.err == nil {
		return "normalise"
	}
	switch f := fault.Of(o.err); f.Treatment {
	case fault.Reject:
		return "reject"
	case fault.Review:
		return "keep"
	default:
		return "failure"
	}
}

// run sends a file through both steps in a directory of its own.
func run(t *testing.T, path string) outcome {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	claimed := filepath.Ext(path)
	if claimed == ".b64" {
		if data, err = base64.StdEncoding.DecodeString(strings.TrimSpace(string(data))); err != nil {
			t.Fatal(err)
		}
	}
	o := outcome{dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(o.dir, "original"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	o.inspected, o.err = inspect.Run(t.Context(), o.dir, pipeline.InspectRequest{File: "original", Claimed: claimed})
	if o.err == nil {
		request := pipeline.NormaliseRequest{File: "original", MediaType: o.inspected.MediaType}
		o.normalised, o.err = normalise.Run(t.Context(), o.dir, request)
	}
	if took := time.Since(start); took > fileTime {
		t.Errorf("took %v, limit %v", took, fileTime)
	}
	after, err := os.ReadFile(filepath.Join(o.dir, "original"))
	if err != nil || string(after) != string(data) {
		t.Errorf("the original was changed (%v)", err)
	}
	return o
}

// entry is a line of a manifest.
type entry struct{ path, expected, note string }

// manifest reads a manifest, whose columns are found by their titles.
func manifest(t *testing.T, path string) []entry {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var entries []entry
	columns := map[string]int{}
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadString('\n')
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		switch {
		case len(columns) == 0:
			for i, title := range fields {
				columns[title] = i
			}
		case len(fields) > columns["expected"]:
			entries = append(entries, entry{path: fields[columns["path"]], expected: fields[columns["expected"]], note: fields[len(fields)-1]})
		}
		if errors.Is(err, io.EOF) {
			return entries
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
