package eark_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/eakte/eakte/archive/eark"
)

func TestVerifyFindsWhatDiffersFromTheMETS(t *testing.T) {
	t.Parallel()
	const mets = `<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink">`
	archival := "representations/archival/data/" + id(12).String() + ".pdf"
	for _, test := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		want  []string
	}{
		{"a package of ours", func(*testing.T, string) {}, nil},
		{"a flipped byte", func(t *testing.T, dir string) { put(t, dir, archival, "%PDF-1.7 13") }, []string{eark.FoundDigest}},
		{"a file that grew", func(t *testing.T, dir string) { put(t, dir, archival, "%PDF-1.7 12 and more") }, []string{eark.FoundDigest}},
		{"a file that is gone", func(t *testing.T, dir string) { remove(t, dir, archival) }, []string{eark.FoundMissing}},
		{"a file too many", func(t *testing.T, dir string) { put(t, dir, "documentation/x.txt", "x") }, []string{eark.FoundUnnamed}},
		{"a link out of it", func(t *testing.T, dir string) {
			remove(t, dir, archival)
			if err := os.Symlink("/etc/passwd", filepath.Join(dir, archival)); err != nil {
				t.Fatal(err)
			}
		}, []string{eark.FoundKind}},
		{"an inner METS that is changed", func(t *testing.T, dir string) {
			put(t, dir, "representations/archival/METS.xml", mets+"</mets>")
		}, []string{eark.FoundDigest, eark.FoundUnnamed, eark.FoundUnnamed, eark.FoundUnnamed}},
		{"a METS that is none", func(t *testing.T, dir string) { put(t, dir, "METS.xml", "<mets/>") }, nil},
		{"a METS that leads out", func(t *testing.T, dir string) {
			put(t, dir, "METS.xml", mets+`<file CHECKSUMTYPE="SHA-256" CHECKSUM="00" SIZE="1"><FLocat xlink:href="..%2F..%2Fx"/></file>`+
				`<file><FLocat xlink:href="/etc/passwd"/></file><mdRef xlink:href="%zz"/></mets>`)
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir, _ := written(t, sample())
			test.spoil(t, dir)
			root, err := os.OpenRoot(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = root.Close() }()
			found, err := eark.Verify(t.Context(), root.FS())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.Code)
			}
			switch test.name {
			case "a METS that is none":
				if !slices.Contains(got, eark.FoundMETS) {
					t.Errorf("got %v, want %s among them", got, eark.FoundMETS)
				}
			case "a METS that leads out":
				if len(got) < 3 || !slices.Equal(got[:3], []string{eark.FoundPath, eark.FoundPath, eark.FoundPath}) {
					t.Errorf("got %v, want three times %s first", got, eark.FoundPath)
				}
			default:
				if !slices.Equal(got, test.want) {
					t.Errorf("got %v, want %v", found, test.want)
				}
			}
		})
	}
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}
