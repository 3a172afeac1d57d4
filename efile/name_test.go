package efile

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestCleanName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"an ordinary name stays", "Reisepass.pdf", "Reisepass.pdf"},
		{"a path is reduced to its last element", "../../../../etc/passwd", "passwd"},
		{"a Windows path too", `C:\Users\x\pass.pdf`, "pass.pdf"},
		{"percent escapes are not decoded", "..%2f..%2fetc%2fpasswd.pdf", "..%2f..%2fetc%2fpasswd.pdf"},
		{"NUL goes", "pass.pdf\x00.exe", "pass.pdf.exe"},
		{"line ends become spaces", "pass.pdf\r\nSet-Cookie: sid=1\r\n.pdf", "pass.pdf Set-Cookie: sid=1 .pdf"},
		{"a bidirectional override goes", "pass_\u202efdp.exe", "pass_fdp.exe"},
		{"a zero-width space goes", "pass\u200b.pdf", "pass.pdf"},
		{"a decomposed umlaut is composed", "U\u0308bersetzung.pdf", "Übersetzung.pdf"},
		{"joiners within emoji stay", "Foto 🛂👨\u200d👩.jpg", "Foto 🛂👨\u200d👩.jpg"},
		{"Arabic stays", "جواز السفر.pdf", "جواز السفر.pdf"},
		{"Latin-1 bytes are read as such", "\xfcbersetzung.pdf", "übersetzung.pdf"},
		{"one dot is no name", ".", "file"},
		{"two dots are no name", "..", "file"},
		{"no name", "", "file"},
		{"a folder is no name", "a/b/", "file"},
		{"only an ending gets a stem", "   .pdf", "file.pdf"},
		{"a dot and a blank at the end go", "pass.pdf. ", "pass.pdf"},
		{"a long name keeps its ending", strings.Repeat("a", 300) + ".pdf", strings.Repeat("a", 193) + "….pdf"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := CleanName(test.in); got != test.want {
				t.Errorf("CleanName(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestCleanNameOfHostileNames(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "testdata", "corpus", "hostile", "filenames.json")
	data, err := os.ReadFile(path)
	if err != nil {
		root := os.Getenv("EAKTE_TEST_DATA")
		if data, err = os.ReadFile(filepath.Join(root, "corpus", "hostile", "filenames.json")); err != nil {
			t.Skip("the list of hostile names is in neither testdata nor EAKTE_TEST_DATA")
		}
	}
	var names []struct{ ID, Hex string }
	if err := json.Unmarshal(data, &names); err != nil {
		t.Fatal(err)
	}
	if len(names) < 30 {
		t.Fatalf("%d names, want at least 30", len(names))
	}
	for _, name := range names {
		raw, err := hex.DecodeString(name.Hex)
		if err != nil {
			t.Fatal(err)
		}
		checkClean(t, name.ID, string(raw))
	}
}

func FuzzCleanName(f *testing.F) {
	for _, seed := range []string{"", "a.pdf", "\xff/\u202e\x00.", "..\\", "\u200d.", " . a", "\u0308", ".\u0300", "a\u0338/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) { checkClean(t, "fuzz", name) })
}

// checkClean checks everything CleanName promises.
func checkClean(t *testing.T, id, raw string) {
	t.Helper()
	got := CleanName(raw)
	if got == "" || len(got) > NameBytes || !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
		t.Errorf("%s: %q is empty, too long or not composed UTF-8", id, got)
	}
	if strings.ContainsAny(got, "/\\\x00\r\n") || strings.ContainsFunc(got, unicode.IsControl) || got == "." || got == ".." {
		t.Errorf("%s: %q can do harm", id, got)
	}
	if again := CleanName(got); again != got {
		t.Errorf("%s: cleaning %q again gives %q", id, got, again)
	}
}
