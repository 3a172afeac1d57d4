package web

import (
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
)

func TestWhatIsDownloadedEndsAsItsTypeDoes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ what, mediaType, name, wantType, wantName string }{
		{"a PDF keeps its name", "application/pdf", "Vertrag.PDF", "application/pdf", "Vertrag.PDF"},
		{"a photo keeps either ending", "image/jpeg", "Pass.jpeg", "image/jpeg", "Pass.jpeg"},
		{"a PDF that is a program of the web as well", "application/pdf", "Foto.hta", "application/pdf", "Foto.hta.pdf"},
		{"a PDF with a script before its header", "application/pdf", "Pass.pdf.bat", "application/pdf", "Pass.pdf.bat.pdf"},
		{"a text document that would run macros", pipeline.MediaDOCX, "Brief.docm", pipeline.MediaDOCX, "Brief.docm.docx"},
		{"a name without ending", "image/png", "Scan", "image/png", "Scan.png"},
		{"what was never accepted, under a type of the web", "text/html", "index.html", "application/octet-stream", "index.html.bin"},
		{"what was never accepted, without a type", "", "setup.exe", "application/octet-stream", "setup.exe.bin"},
		{"an ending behind a mark that turns the writing round", "application/pdf", "Pass\u202efdp.exe", "application/pdf", "Passfdp.exe.pdf"},
	} {
		gotType, gotName := download(test.mediaType, test.name)
		if gotType != test.wantType || gotName != test.wantName {
			t.Errorf("%s: got %s %s, want %s %s", test.what, gotType, gotName, test.wantType, test.wantName)
		}
	}
	if _, name := download("application/pdf", strings.Repeat("ä", 400)+".scr"); !strings.HasSuffix(name, ".pdf") || len(name) > efile.NameBytes {
		t.Errorf("a long name: got one of %d bytes ending in %q, want .pdf within %d bytes", len(name), name[len(name)-8:], efile.NameBytes)
	}
	for _, accepted := range pipeline.MediaTypes() {
		if len(endings[accepted]) == 0 {
			t.Errorf("%s has no ending", accepted)
		}
	}
}
