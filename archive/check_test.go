package archive_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
)

// The message of these tests is as small as it may be: the rules of the real one are its examiner's.
type message struct {
	XMLName xml.Name    `xml:"m"`
	Process efile.ID    `xml:"p,attr"`
	Records []efile.ID  `xml:"r"`
	Files   []namedFile `xml:"f"`
}

type namedFile struct {
	Name   string `xml:"n,attr"`
	Code   string `xml:"c,attr"`
	SHA256 string `xml:"h,attr"`
}

func examine(_ context.Context, r io.Reader) (archive.Contents, []archive.Finding, error) {
	var m message
	if err := xml.NewDecoder(r).Decode(&m); err != nil {
		return archive.Contents{}, nil, err
	}
	contents := archive.Contents{Process: m.Process, Records: m.Records}
	for _, f := range m.Files {
		contents.Files = append(contents.Files, archive.NamedFile{Name: f.Name, Code: f.Code, SHA256: f.SHA256})
	}
	return contents, []archive.Finding{{Code: "examiner_was_here"}}, nil
}

func validate(_ context.Context, r io.Reader) ([]archive.Finding, error) {
	content, err := io.ReadAll(r)
	if bytes.Contains(content, []byte("invalid")) {
		return []archive.Finding{{Subject: "line 1"}}, err
	}
	return nil, err
}

// delivery is a container and what it should be, for a test to spoil.
type delivery struct {
	file    string
	xml     string
	message message
	extra   string // appended to the message
	broken  bool   // the message ends early
	entries []container.Entry
	want    archive.Expected
	damage  func(content []byte) []byte
}

func stored(name string, content []byte) container.Entry {
	sum := sha256.Sum256(content)
	return container.Entry{Name: name, Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

func sound() *delivery {
	process := efile.NewID()
	stem := process.String() + "_Aussonderung.Aussonderung.0503"
	d := &delivery{file: stem + ".zip", xml: stem + ".xml", message: message{Process: process, Records: []efile.ID{efile.NewID(), efile.NewID()}}}
	d.want = archive.Expected{File: d.file, Version: "3.1.0", Process: process, Type: efile.MessageDelivery, Records: d.message.Records[:1],
		Frames: d.message.Records[1:]}
	for i := range 3 {
		e := stored(efile.NewID().String()+".pdf", fmt.Appendf(nil, "%%PDF-1.7 document %d", i))
		d.entries = append(d.entries, e)
		d.message.Files = append(d.message.Files, namedFile{e.Name, "044", e.SHA256})
		d.want.Entries = append(d.want.Entries, efile.MessageEntry{Name: e.Name, Size: e.Size, SHA256: e.SHA256})
	}
	return d
}

func (d *delivery) check(t *testing.T) []archive.Finding {
	t.Helper()
	content, err := xml.Marshal(d.message)
	if err != nil {
		t.Fatal(err)
	}
	if d.broken {
		content = content[:len(content)-3]
	}
	file := filepath.Join(t.TempDir(), d.file)
	all := append([]container.Entry{stored(d.xml, append(content, d.extra...))}, d.entries...)
	written, err := container.Write(t.Context(), file, container.Of(all...))
	if err != nil {
		t.Fatal(err)
	}
	if d.want.SHA256 == "" {
		d.want.SHA256 = written.SHA256
	}
	if d.damage != nil {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, d.damage(raw), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := archive.Check(t.Context(), file, d.want, examine, validate)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func codes(found []archive.Finding) []string {
	var all []string
	for _, f := range found {
		if f.Code != "examiner_was_here" {
			all = append(all, f.Code)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func flip(part string) func([]byte) []byte {
	return func(content []byte) []byte {
		content[bytes.Index(content, []byte(part))] ^= 0x20
		return content
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*delivery)
		want  []string
	}{
		{"nothing", func(*delivery) {}, nil},
		{"another container than was built", func(d *delivery) { d.want.SHA256 = strings.Repeat("0", 64) }, []string{archive.FoundSum}},
		{"a short name in 3.x", func(d *delivery) {
			d.file, d.xml = d.want.Process.String()+"_0503_1.zip", d.want.Process.String()+"_0503_1.xml"
			d.want.File = d.file
		}, []string{archive.FoundName}},
		{"a name in capitals", func(d *delivery) {
			d.file = strings.ToUpper(d.want.Process.String()) + d.file[36:]
			d.xml = d.file[:len(d.file)-4] + ".xml"
		}, []string{archive.FoundNameDiffers, archive.FoundName}},
		{"the name of another type", func(d *delivery) {
			d.want.Type = efile.MessageOffer
		}, []string{archive.FoundFilesWithout, archive.FoundName}},
		{"a message called otherwise", func(d *delivery) { d.xml = "message.xml" }, []string{archive.FoundXMLName}},
		{"no message", func(d *delivery) { d.xml = "message.pdf" }, []string{container.FlawMessage, archive.FoundSurplus, archive.FoundXMLName}},
		{"a file that is not there", func(d *delivery) { d.entries = d.entries[1:] }, []string{archive.FoundAbsent, archive.FoundMissing}},
		{"a file too many", func(d *delivery) { d.entries = append(d.entries, stored("extra.pdf", nil)) },
			[]string{archive.FoundSurplus, archive.FoundUnnamed}},
		{"a file that the message does not name", func(d *delivery) { d.message.Files = d.message.Files[1:] }, []string{archive.FoundUnnamed}},
		{"a file named twice", func(d *delivery) { d.message.Files = append(d.message.Files, d.message.Files[0]) }, []string{archive.FoundFileTwice}},
		{"a name in another Unicode form", func(d *delivery) { d.message.Files[0].Name = "u\u0308.pdf" },
			[]string{archive.FoundAbsent, archive.FoundUnnamed}},
		{"other bytes than at the ingest", func(d *delivery) { d.entries[0] = stored(d.entries[0].Name, []byte("other")) }, []string{archive.FoundHash}},
		{"another hash in the message", func(d *delivery) { d.message.Files[0].SHA256 = strings.Repeat("0", 64) }, []string{archive.FoundHashNamed}},
		{"another process", func(d *delivery) { d.message.Process = efile.NewID() }, []string{archive.FoundProcess}},
		{"a record twice", func(d *delivery) { d.message.Records = append(d.message.Records, d.message.Records[0]) }, []string{archive.FoundRecordTwice}},
		{"a record missing", func(d *delivery) { d.want.Records = append(slices.Clone(d.want.Records), efile.NewID()) }, []string{archive.FoundRecordMissing}},
		{"a record too many", func(d *delivery) { d.want.Frames = nil }, []string{archive.FoundRecordSurplus}},
		{"an unknown format", func(d *delivery) { d.message.Files[0].Code = "046" }, []string{archive.FoundFormat}},
		{"against the schema", func(d *delivery) { d.extra = "<!-- invalid -->" }, []string{archive.FoundSchema}},
		{"a name that XML cannot hold", func(d *delivery) { d.message.Files[0].Name += "\x00" },
			[]string{archive.FoundAbsent, archive.FoundUnnamed}},
		{"a message that is none", func(d *delivery) { d.broken = true }, []string{archive.FoundMessageBroken}},
		{"a flipped byte in a file", func(d *delivery) { d.damage = flip("%PDF-1.7 document 1") }, []string{container.FlawEntry, archive.FoundSum}},
		{"a flipped byte in a header", func(d *delivery) { d.damage = func(b []byte) []byte { b[14] ^= 1; return b } },
			[]string{container.FlawDiffers, archive.FoundSum}},
		{"something before it", func(d *delivery) { d.damage = func(b []byte) []byte { return append([]byte("x"), b...) } },
			[]string{container.FlawForeign, archive.FoundSum}},
		{"no ZIP", func(d *delivery) { d.damage = func([]byte) []byte { return []byte("hello") } }, []string{container.FlawFormat}},
		{"cut off", func(d *delivery) { d.damage = func(b []byte) []byte { return b[:len(b)-30] } }, []string{container.FlawFormat}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := sound()
			c.spoil(d)
			slices.Sort(c.want)
			if got := codes(d.check(t)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestCheckTellsEverythingButNotWithoutEnd(t *testing.T) {
	t.Parallel()
	d := sound()
	for i := range 1500 {
		d.entries = append(d.entries, stored(fmt.Sprintf("%d.pdf", i), nil))
	}
	d.message.Process = efile.NewID()
	d.want.Count = 5000
	found := d.check(t)
	if len(found) != 1001 || found[1000].Code != archive.FoundMoreThanListed {
		t.Errorf("got %d findings, the last is %+v", len(found), found[len(found)-1])
	}
}

func TestCheckSaysWhenItCouldNotBeMade(t *testing.T) {
	t.Parallel()
	if _, err := archive.Check(t.Context(), filepath.Join(t.TempDir(), "x.zip"), archive.Expected{}, examine, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestCheckKnowsTheNamesOf4(t *testing.T) {
	t.Parallel()
	d := sound()
	stem := d.want.Process.String() + "_0503_12"
	d.file, d.xml, d.want.File, d.want.Version = stem+".zip", stem+".xml", stem+".zip", "4.0.0"
	if got := codes(d.check(t)); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}
