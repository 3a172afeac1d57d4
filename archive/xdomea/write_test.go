package xdomea_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/corpus"
)

var update = flag.Bool("update", false, "write the golden files")

func written(t testing.TB, v xdomea.Version, m archive.Message) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := xdomea.Write(&out, v, m); err != nil {
		t.Fatalf("write %s %s: %v", v, m.Type, err)
	}
	return out.Bytes()
}

// validate runs the reference validator with the schemas that the standard's publishers gave out.
func validate(t *testing.T, v xdomea.Version, message []byte) {
	t.Helper()
	schema := corpus.Extern(t, "standards/xdomea/"+string(v)+"/xdomea-Nachrichten-AussonderungDurchfuehren.xsd")
	program, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is missing: scripts/debian-packages run test")
	}
	file := filepath.Join(t.TempDir(), "message.xml")
	if err := os.WriteFile(file, message, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--nonet", "--noout", "--schema", schema, file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s is not valid: %v\n%.3000s", v, err, out)
	}
}

func TestWrittenMessagesAreValid(t *testing.T) {
	t.Parallel()
	types := []efile.MessageType{efile.MessageOffer, efile.MessageDelivery, efile.MessageAppraisalReceipt}
	for _, v := range versions {
		for _, typ := range types {
			t.Run(string(v)+" "+string(typ), func(t *testing.T) {
				t.Parallel()
				o := newOffice(7)
				validate(t, v, written(t, v, o.message(typ, o.files(250))))
			})
		}
	}
}

func TestMessagesWithoutAnythingOptionalAreValid(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		t.Run(string(v), func(t *testing.T) {
			t.Parallel()
			o := newOffice(8)
			bare := archive.File{Record: archive.Record{ID: o.id()}, Matters: []archive.Matter{{Record: archive.Record{ID: o.id()},
				Documents: []archive.Document{{Record: archive.Record{ID: o.id()}, Formats: []archive.Format{{ID: o.id()}},
					Attachments: []archive.Document{{Record: archive.Record{ID: o.id()}}}}}}}}
			m := archive.Message{ID: o.id(), Process: o.id(), Type: efile.MessageDelivery, Created: o.made, Files: each([]archive.File{bare})}
			validate(t, v, written(t, v, m))
			m.Sender, m.Product, m.Release = efile.Agency{Name: "Ω🙂", Prefix: "пс\u0000в", Key: "01\n“02”"}, "Prog\u200bramm – “x” 🙂", "\x01Ş̣"
			validate(t, v, written(t, v, m))
		})
	}
}

func TestTheSameMessageGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("", 3600)
	for _, v := range versions {
		o := newOffice(9)
		m := o.message(efile.MessageDelivery, o.files(20))
		first := written(t, v, m)
		m.Created = m.Created.In(berlin)
		if second := written(t, v, m); !bytes.Equal(first, second) {
			t.Errorf("%s: the second writing differs", v)
		}
	}
}

// TestTheStartIsWhatSignaturesExpect keeps declaration, root and namespace within the first 320 bytes, in this order.
func TestTheStartIsWhatSignaturesExpect(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		o := newOffice(1)
		got := written(t, v, o.message(efile.MessageDelivery, o.files(1)))
		want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<xdomea:Aussonderung.Aussonderung.0503 xmlns:xdomea="urn:xoev-de:xdomea:schema:` + string(v) + `"`
		if !bytes.HasPrefix(got, []byte(want)) {
			t.Errorf("%s begins with %.200q", v, got)
		}
	}
}

func TestNumbersOfMessagesStandIn400(t *testing.T) {
	t.Parallel()
	o := newOffice(1)
	m := o.message(efile.MessageDelivery, o.files(1))
	m.Number, m.Of = 2, 3
	got := string(written(t, xdomea.V400, m))
	for _, want := range []string{"<xdomea:LfdNrNachrichtProTyp>2<", "<xdomea:GesamtanzahlNachrichtenProTyp>3<", "<xdomea:Importbestaetigung>1<"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestAnOfferNamesNoFiles(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		o := newOffice(2)
		got := written(t, v, o.message(efile.MessageOffer, o.files(30)))
		for _, unwanted := range []string{"Primaerdokument", "AnwendungsspezifischeErweiterung", "<code>A</code>\n            </xdomea:Aussonderungsart>"} {
			if bytes.Contains(got, []byte(unwanted)) {
				t.Errorf("%s: the offer holds %q", v, unwanted)
			}
		}
	}
}

func TestCleaningIsTold(t *testing.T) {
	t.Parallel()
	o := newOffice(3)
	f := o.file(1)
	f.Matters, f.Documents, f.Why, f.History = nil, nil, "", nil
	told := func(v xdomea.Version, title, product string) []xdomea.Cleaning {
		var all []xdomea.Cleaning
		f.Subject = title
		m := o.message(efile.MessageOffer, []archive.File{f})
		m.Product = product
		w := xdomea.Writer{Version: v, Cleaned: func(c xdomea.Cleaning) { all = append(all, c) }}
		if err := w.Write(new(bytes.Buffer), m); err != nil {
			t.Fatal(err)
		}
		return all
	}
	of := func(what xdomea.Change) []xdomea.Cleaning {
		return []xdomea.Cleaning{{Record: f.ID, Element: "Betreff", What: what}}
	}
	tests := map[string]struct {
		title string
		want  []xdomea.Cleaning
	}{
		"a good title is left alone":         {"Müller, “Antrag” 👍", nil},
		"a form feed is replaced":            {"a\fb", of(xdomea.Replaced)},
		"broken UTF-8 is replaced":           {"a\xffb", of(xdomea.Replaced)},
		"decomposed letters are composed":    {"Mu\u0308ller", of(xdomea.Composed)},
		"endless titles are cut":             {strings.Repeat("ä", 40_000), of(xdomea.Cut)},
		"nothing but controls leaves no one": {"\x00\x01", append(of(xdomea.Replaced), of(xdomea.Filled)...)},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, told(xdomea.V310, test.title, "eakte")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	want := []xdomea.Cleaning{{Element: "produkt", What: xdomea.Simplified}}
	if diff := cmp.Diff(want, told(xdomea.V400, "x", "eakte 🙂")); diff != "" {
		t.Errorf("DIN 91379 (-want +got):\n%s", diff)
	}
}

func TestWhatTheSchemaDemandsIsAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is away")
	tests := map[string]struct {
		change func(*archive.Message, *archive.File)
		want   xdomea.Code
	}{
		"no process":         {func(m *archive.Message, _ *archive.File) { m.Process = efile.ID{} }, xdomea.CodeMissing},
		"no id in 4.0.0":     {func(m *archive.Message, _ *archive.File) { m.ID = efile.ID{} }, xdomea.CodeMissing},
		"no time":            {func(m *archive.Message, _ *archive.File) { m.Created = time.Time{} }, xdomea.CodeMissing},
		"no files":           {func(m *archive.Message, _ *archive.File) { m.Files = nil }, xdomea.CodeMissing},
		"a type we only get": {func(m *archive.Message, _ *archive.File) { m.Type = efile.MessageAppraisal }, xdomea.CodeNotOurs},
		"no record id":       {func(_ *archive.Message, f *archive.File) { f.ID = efile.ID{} }, xdomea.CodeMissing},
		"a medium of ours":   {func(_ *archive.Message, f *archive.File) { f.Medium = "paper" }, xdomea.CodeValue},
		"a level of ours":    {func(_ *archive.Message, f *archive.File) { f.Confidential = "open" }, xdomea.CodeValue},
		"endless years":      {func(_ *archive.Message, f *archive.File) { f.Retention = archive.Period{Years: 70_000} }, xdomea.CodeValue},
		"a year too far":     {func(_ *archive.Message, f *archive.File) { f.To = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) }, xdomea.CodeValue},
		"an entry, no time":  {func(_ *archive.Message, f *archive.File) { f.History = []archive.Entry{{}} }, xdomea.CodeMissing},
		"no digest": {func(_ *archive.Message, f *archive.File) {
			f.Documents = []archive.Document{{Record: f.Record, Formats: []archive.Format{{ID: f.ID, SHA256: "abc"}}}}
		}, xdomea.CodeValue},
	}
	for name, test := range tests {
		o := newOffice(4)
		files := o.files(1)
		m := o.message(efile.MessageDelivery, files)
		test.change(&m, &files[0])
		err := xdomea.Write(new(bytes.Buffer), xdomea.V400, m)
		if got, ok := errors.AsType[*xdomea.Error](err); !ok || got.Code != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	o := newOffice(5)
	m := o.message(efile.MessageDelivery, nil)
	m.Files = func(yield func(archive.File, error) bool) { yield(archive.File{}, broken) }
	if err := xdomea.Write(new(bytes.Buffer), xdomea.V310, m); !errors.Is(err, broken) {
		t.Errorf("an error of the files became %v", err)
	}
	m = o.message(efile.MessageOffer, o.files(40))
	if err := xdomea.Write(full{}, xdomea.V310, m); !errors.Is(err, errFull) {
		t.Errorf("an error of the writer became %v", err)
	}
	if err := xdomea.Write(new(bytes.Buffer), "2.4.0", m); err == nil {
		t.Error("2.4.0 was written")
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestNames(t *testing.T) {
	t.Parallel()
	o := newOffice(6)
	process := o.id()
	id := process.String()
	got := []string{
		xdomea.ContainerName(xdomea.V310, process, efile.MessageDelivery, 1), xdomea.XMLName(xdomea.V300, process, efile.MessageOffer, 1),
		xdomea.ContainerName(xdomea.V400, process, efile.MessageDelivery, 2), xdomea.XMLName(xdomea.V400, process, efile.MessageAppraisalReceipt, 0),
		xdomea.FileName(archive.Format{ID: process, MediaType: "image/jpeg"}),
		xdomea.FileName(archive.Format{ID: process, MediaType: "APPLICATION/PDF; x=y"}),
		xdomea.FileName(archive.Format{ID: process, MediaType: "x/../../y", Original: "../../a.exe"}),
	}
	want := []string{
		id + "_Aussonderung.Aussonderung.0503.zip", id + "_Aussonderung.Anbieteverzeichnis.0501.xml",
		id + "_0503_2.zip", id + "_0505_1.xml", id + ".jpg", id + ".pdf", id + ".bin",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// TestGolden shows a small message of each kind to reviewers.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		for _, typ := range []efile.MessageType{efile.MessageOffer, efile.MessageDelivery, efile.MessageAppraisalReceipt} {
			got := written(t, v, newOffice(0).message(typ, []archive.File{small()}))
			name := filepath.Join("testdata", fmt.Sprintf("%s_%s.xml", v, typ))
			if *update {
				if err := os.WriteFile(name, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			t.Run(name+" is valid", func(t *testing.T) { validate(t, v, got) })
		}
	}
}

// small is a case file that is a frame, with one matter, one document in two forms and one attachment.
func small() archive.File {
	o := newOffice(0)
	d := o.document(1, 0)
	d.Subject, d.Remark, d.History = "Reisepass", "Seitenbilder statt der Form des Originals", []archive.Entry{{Actor: "system", Time: o.made, What: "document.filed"}}
	d.Formats = []archive.Format{o.format(false), o.format(true)}
	d.Formats[0].MediaType, d.Formats[0].Original, d.Formats[0].Signed, d.Formats[1].Original = "image/heic", "IMG_1.HEIC", true, "IMG_1.HEIC"
	a := o.document(1, 0)
	a.Subject, a.Formats, a.Remark, a.History = "Visum", []archive.Format{o.format(true)}, "", nil
	a.Formats[0].Original = "visum.pdf"
	d.Attachments = []archive.Document{a}
	m := archive.Matter{Record: o.record(1), Kind: "Aufenthaltserlaubnis", Documents: []archive.Document{d}}
	m.Subject, m.Proposal, m.Why, m.Retention = "Erteilung einer Aufenthaltserlaubnis", efile.Keep, "Beispielfall", archive.Period{Unlimited: true}
	f := archive.File{Record: o.record(1), Unit: "33.20", UnitTitle: "Aufenthaltstitel", Context: true, Matters: []archive.Matter{m}}
	f.Subject, f.Decision, f.Proposal, f.Why, f.Medium = "Muster, Erika", efile.Destroy, efile.Destroy, "", archive.Hybrid
	return f
}

// pairs says which letters are tried with marks; the letters of the norm that have marks are among them.
func pairs(r rune) bool {
	return unicode.IsLetter(r) && (r < 0x180 || r >= 0x1E00 && r < 0x1F00) && !testing.Short()
}

// TestLettersAreThoseOfTheNorm compares our table with the pattern of the schema.
func TestLettersAreThoseOfTheNorm(t *testing.T) {
	t.Parallel()
	schema, err := os.ReadFile(corpus.Extern(t, "standards/xdomea/4.0.0/din-norm-91379-datatypes.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	_, schema, _ = bytes.Cut(schema, []byte(`simpleType name="datatypeC"`))
	pattern := string(regexp.MustCompile(`pattern value="([^"]*)"`).FindSubmatch(schema)[1])
	pattern = regexp.MustCompile(`&#x([0-9A-F]+);`).ReplaceAllString(pattern, `\x{$1}`)
	norm := regexp.MustCompile("^(?:" + strings.ReplaceAll(pattern, `\\x`, `\x`) + ")$")
	for r := range rune(0x3000) {
		s := string(r)
		if got, want := xdomea.Simplify(s) == s, norm.MatchString(s); got != want {
			t.Errorf("%U is taken: %v, want %v", r, got, want)
		}
		for mark := rune(0x300); mark < 0x370 && pairs(r); mark++ {
			if s := xdomea.Simplify(string(r) + string(mark)); !norm.MatchString(s) {
				t.Errorf("%U %U became %q", r, mark, s)
			} else if pair := string(r) + string(mark); norm.MatchString(pair) && s != pair {
				t.Errorf("%q became %q", pair, s)
			}
		}
	}
}
