package xdomea_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
)

func records(t testing.TB, message []byte) (xdomea.Message, []xdomea.Record) {
	t.Helper()
	var all []xdomea.Record
	m, err := xdomea.Read(bytes.NewReader(message), xdomea.Limits{}, func(r xdomea.Record) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return m, all
}

const (
	process = "018f3c6e-0000-7000-8000-000000000001"
	one     = "018f3c6e-0000-7000-8000-000000000002"
	two     = "018f3c6e-0000-7000-8000-000000000003"
)

// answer wraps the inside of an answer of 3.1.0 in any prefix.
func answer(typ efile.MessageType, body string) string {
	return `<?xml version="1.0"?><a:` + xdomea.MessageName(typ) + ` xmlns:a="urn:xoev-de:xdomea:schema:3.1.0"><a:Kopf><a:ProzessID>` + process +
		`</a:ProzessID><a:Nachrichtentyp><code>` + string(typ) + `</code></a:Nachrichtentyp></a:Kopf>` + body + `</a:` + xdomea.MessageName(typ) + `>`
}

func decision(id, inner string) string {
	return `<a:BewertetesObjekt><a:ID>` + id + `</a:ID><a:Aussonderungsart>` + inner + `</a:Aussonderungsart></a:BewertetesObjekt>`
}

func sort(code string) string {
	return `<a:Aussonderungsart><code>` + code + `</code></a:Aussonderungsart>`
}

func id(t testing.TB, s string) efile.ID {
	t.Helper()
	parsed, err := efile.ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestAnswersAreRead(t *testing.T) {
	t.Parallel()
	m, _ := records(t, []byte("\xEF\xBB\xBF"+answer("0502", decision(one, sort("A"))+decision(one, sort("A"))+
		decision(strings.ToUpper(two), `<a:AussonderungsartKonfigurierbar>Auswahl</a:AussonderungsartKonfigurierbar>`))))
	decisions := []xdomea.Decision{{Record: id(t, one), Decision: efile.Keep}, {Record: id(t, two), Decision: efile.Undecided, Word: "Auswahl"}}
	if diff := cmp.Diff(decisions, m.Decisions); diff != "" {
		t.Errorf("decisions (-want +got):\n%s", diff)
	}
	m, _ = records(t, []byte(answer("0506", `<a:AusgesondertesSGO><a:IDSGO>`+one+`</a:IDSGO><a:Erfolgreich>0</a:Erfolgreich><a:Fehlermeldung>kaputt</a:Fehlermeldung>`+
		`</a:AusgesondertesSGO><a:AusgesondertesSGO><a:IDSGO>`+two+`</a:IDSGO><a:Erfolgreich>1</a:Erfolgreich><a:Archivkennung>LA 7</a:Archivkennung></a:AusgesondertesSGO>`)))
	results := []xdomea.Result{{Record: id(t, one), Failure: []string{"kaputt"}}, {Record: id(t, two), Success: true, Reference: "LA 7"}}
	if diff := cmp.Diff(results, m.Results); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

// Answers of 4.0.0 as its schema has them: none has been published.
const (
	fourHead = ` xmlns="urn:xoev-de:xdomea:schema:4.0.0" produkt="X" produkthersteller="Y" produktversion="9" standard="xdomea" version="4.0.0"><nachrichtenkopf>` +
		`<identifikation.nachricht><nachrichtenUUID xmlns="">` + one + `</nachrichtenUUID><nachrichtentyp xmlns=""><code>%</code></nachrichtentyp>` +
		`<erstellungszeitpunkt xmlns="">2026-05-04T12:00:00.000+02:00</erstellungszeitpunkt></identifikation.nachricht>` +
		`<leser><Behoerdenkennung><verzeichnisdienst listVersionID="1"><code xmlns="">psw</code></verzeichnisdienst><kennung>0100</kennung></Behoerdenkennung></leser>` +
		`<autor><NameInstitution><Name>Landesarchiv</Name></NameInstitution></autor><ProzessID>` + process + `</ProzessID></nachrichtenkopf>`
	fourNumbers = `<UUIDUrsprungsnachricht>` + two + `</UUIDUrsprungsnachricht><LfdNrNachrichtProTyp>2</LfdNrNachrichtProTyp>` +
		`<GesamtanzahlNachrichtenProTyp>3</GesamtanzahlNachrichtenProTyp>`
)

func four(typ efile.MessageType, before, after string) []byte {
	name := xdomea.MessageName(typ)
	return []byte(`<` + name + strings.Replace(fourHead, "%", string(typ), 1) + before + fourNumbers + after + `</` + name + `>`)
}

func TestAnswersOf400AreRead(t *testing.T) {
	t.Parallel()
	success := func(ok string) string {
		return `<ErfolgOderMisserfolg><Erfolgreich>` + ok + `</Erfolgreich><Fehlermeldung>Platz</Fehlermeldung></ErfolgOderMisserfolg>`
	}
	head := xdomea.Message{Version: xdomea.V400, Process: id(t, process), ID: id(t, one), Answers: id(t, two), Number: 2, Of: 3,
		Created: time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC), Receiver: efile.Agency{Prefix: "psw", Key: "0100"},
		Sender: efile.Agency{Name: "Landesarchiv"}, Product: "X", Release: "9"}
	tests := map[efile.MessageType]struct {
		before, after string
		want          func(*xdomea.Message)
	}{
		"0502": {`<Empfangsbestaetigung>1</Empfangsbestaetigung>`,
			`<BewertetesSGO><xdomeaUUID>` + one + `</xdomeaUUID><Aussonderungsart><Aussonderungsart><code xmlns="">V</code></Aussonderungsart></Aussonderungsart></BewertetesSGO>`,
			func(m *xdomea.Message) {
				m.AsksReceipt, m.Decisions = true, []xdomea.Decision{{Record: id(t, one), Decision: efile.Destroy}}
			}},
		"0504": {"", "", func(*xdomea.Message) {}},
		"0507": {"", "", func(*xdomea.Message) {}},
		"0506": {"", success("false") + `<AusgesondertesSGO><xdomeaUUID>` + one + `</xdomeaUUID>` + success("true") + `<Archivkennung>K</Archivkennung></AusgesondertesSGO>`,
			func(m *xdomea.Message) {
				m.Failed, m.Failure = true, []string{"Platz"}
				m.Results = []xdomea.Result{{Record: id(t, one), Success: true, Reference: "K", Failure: []string{"Platz"}}}
			}},
	}
	for typ, test := range tests {
		message := four(typ, test.before, test.after)
		got, _ := records(t, message)
		want := head
		want.Type, want.Code = typ, string(typ)
		test.want(&want)
		if diff := cmp.Diff(want, got, cmp.Comparer(time.Time.Equal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", typ, diff)
		}
		t.Run(string(typ)+" is valid", func(t *testing.T) { validate(t, xdomea.V400, message) })
	}
}

// unreadable is a message and why it cannot be read.
type unreadable struct {
	message string
	want    xdomea.Code
}

func replaced(old, now string) string { return strings.ReplaceAll(answer("0504", ""), old, now) }

func brokenDocuments() map[string]unreadable {
	good := answer("0504", "")
	deep := strings.Repeat("<a:x>", 100) + strings.Repeat("</a:x>", 100)
	return map[string]unreadable{
		"nothing":                    {"", xdomea.CodeMalformed},
		"no XML":                     {"%PDF-1.7", xdomea.CodeMalformed},
		"cut off":                    {good[:len(good)-5], xdomea.CodeMalformed},
		"two roots":                  {good + good[strings.Index(good, "?>")+2:], xdomea.CodeMalformed},
		"text after the root":        {good + "x", xdomea.CodeMalformed},
		"XML 1.1":                    {replaced(`version="1.0"`, `version="1.1"`), xdomea.CodeMalformed},
		"Latin 1":                    {replaced(`"1.0"`, `"1.0" encoding="ISO-8859-1"`), xdomea.CodeEncoding},
		"Latin 1, not declared":      {answer("0504", "<a:x>\xe4</a:x>"), xdomea.CodeMalformed},
		"UTF-16":                     {"\xff\xfe<\x00a\x00", xdomea.CodeEncoding},
		"UTF-16 without mark":        {"<\x00?\x00x\x00", xdomea.CodeEncoding},
		"a document type":            {replaced("?>", "?><!DOCTYPE a>"), xdomea.CodeDoctype},
		"an entity bomb":             {replaced("?>", `?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>`), xdomea.CodeDoctype},
		"an outside entity":          {replaced("?>", `?><!DOCTYPE a SYSTEM "file:///etc/passwd">`), xdomea.CodeDoctype},
		"an unknown entity":          {replaced(process, "&lol;"), xdomea.CodeMalformed},
		"a document type at the end": {good + "<!DOCTYPE a>", xdomea.CodeDoctype},
		"nesting":                    {answer("0504", deep), xdomea.CodeTooDeep},
		"attributes":                 {answer("0504", `<a:x y="`+strings.Repeat("z", 20_000)+`"/>`), xdomea.CodeTooLarge},
		"another namespace":          {replaced("urn:xoev-de:xdomea:schema:3.1.0", "urn:x"), xdomea.CodeForeign},
		"no namespace":               {`<html/>`, xdomea.CodeForeign},
		"2.4.0":                      {replaced("3.1.0", "2.4.0"), xdomea.CodeVersion},
		"2.1":                        {replaced("urn:xoev-de:xdomea:schema:3.1.0", "http://www.xdomea.de/V2.1.0"), xdomea.CodeVersion},
		"5.0.0":                      {replaced("3.1.0", "5.0.0"), xdomea.CodeVersion},
		"0511":                       {replaced(xdomea.MessageName("0504"), "Aussonderung.AktenplanZurBewertung.0511"), xdomea.CodeNotOurs},
		"0401":                       {replaced(xdomea.MessageName("0504"), "Abgabe.Abgabe.0401"), xdomea.CodeNotOurs},
		"a name without a number":    {replaced(xdomea.MessageName("0504"), "x."), xdomea.CodeNotOurs},
	}
}

func brokenAnswers() map[string]unreadable {
	return map[string]unreadable{
		"no process":                {replaced("ProzessID", "Hinweis"), xdomea.CodeMissing},
		"no type":                   {replaced("Nachrichtentyp", "Hinweis"), xdomea.CodeMissing},
		"an empty process":          {replaced(process, ""), xdomea.CodeValue},
		"a process of zeros":        {replaced(process, "00000000-0000-0000-0000-000000000000"), xdomea.CodeValue},
		"another type":              {replaced("<code>0504", "<code>0507"), xdomea.CodeTypeDiffers},
		"no decision":               {answer("0502", ""), xdomea.CodeMissing},
		"half a decision":           {answer("0502", decision(one, "")), xdomea.CodeMissing},
		"a decision we do not know": {answer("0502", decision(one, sort("X"))), xdomea.CodeValue},
		"two decisions":             {answer("0502", decision(one, sort("A"))+decision(one, sort("V"))), xdomea.CodeContradiction},
		"a decision on nothing":     {answer("0502", decision("x", sort("A"))), xdomea.CodeValue},
		"two processes":             {answer("0504", `<a:ProzessID>`+one+`</a:ProzessID>`), xdomea.CodeContradiction},
		"no result":                 {answer("0506", ""), xdomea.CodeMissing},
		"success with no record":    {answer("0506", `<a:AusgesondertesSGO><a:Erfolgreich>1</a:Erfolgreich></a:AusgesondertesSGO>`), xdomea.CodeMissing},
		"success, perhaps": {answer("0506", `<a:AusgesondertesSGO><a:IDSGO>`+one+`</a:IDSGO><a:Erfolgreich>ja</a:Erfolgreich></a:AusgesondertesSGO>`),
			xdomea.CodeValue},
		"an element where text belongs": {replaced(process, "<x/>"), xdomea.CodeMalformed},
	}
}

func TestWhatCannotBeReadHasACode(t *testing.T) {
	t.Parallel()
	tests := brokenDocuments()
	maps.Copy(tests, brokenAnswers())
	for name, test := range tests {
		_, err := xdomea.Read(strings.NewReader(test.message), xdomea.Limits{}, nil)
		got, ok := errors.AsType[*xdomea.Error](err)
		if !ok || got.Code != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("%s: the error says too much: %s", name, err)
		}
	}
	if _, err := xdomea.Read(strings.NewReader(answer("0504", "")), xdomea.Limits{}, nil); err != nil {
		t.Errorf("the message they are made from: %v", err)
	}
}

func TestALimitIsALimit(t *testing.T) {
	t.Parallel()
	o := newOffice(12)
	message := written(t, xdomea.V310, o.message(efile.MessageDelivery, o.files(5)))
	tests := map[string]struct {
		limits xdomea.Limits
		want   xdomea.Code
	}{
		"size":    {xdomea.Limits{Size: int64(len(message)) - 1}, xdomea.CodeTooLarge},
		"record":  {xdomea.Limits{Record: 3000}, xdomea.CodeTooLarge},
		"text":    {xdomea.Limits{Text: 200}, xdomea.CodeTooLarge},
		"depth":   {xdomea.Limits{Depth: 8}, xdomea.CodeTooDeep},
		"records": {xdomea.Limits{Records: 6}, xdomea.CodeTooMany},
	}
	for name, test := range tests {
		_, err := xdomea.Read(bytes.NewReader(message), test.limits, nil)
		if got, ok := errors.AsType[*xdomea.Error](err); !ok || got.Code != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
}

func TestErrorsOfOthersAreTheirs(t *testing.T) {
	t.Parallel()
	broken := errors.New("checksum")
	o := newOffice(13)
	message := written(t, xdomea.V310, o.message(efile.MessageOffer, o.files(2)))
	if _, err := xdomea.Read(io.MultiReader(bytes.NewReader(message[:5000]), iotest.ErrReader(broken)), xdomea.Limits{}, nil); !errors.Is(err, broken) {
		t.Errorf("an error of the source became %v", err)
	}
	if _, err := xdomea.Read(bytes.NewReader(message), xdomea.Limits{}, func(xdomea.Record) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("an error of the callback became %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, v := range versions {
		f.Add(written(f, v, newOffice(0).message(efile.MessageDelivery, []archive.File{small()})))
	}
	f.Add([]byte(answer("0502", decision(one, sort("A")))))
	f.Add(four("0506", "", `<ErfolgOderMisserfolg><Erfolgreich>1</Erfolgreich></ErfolgOderMisserfolg>`))
	f.Add([]byte("\xEF\xBB\xBF<!DOCTYPE a>"))
	f.Fuzz(func(t *testing.T, message []byte) {
		limits := xdomea.Limits{Size: 1 << 20, Records: 1000}
		seen := 0
		m, err := xdomea.Read(bytes.NewReader(message), limits, func(r xdomea.Record) error {
			seen += size(r)
			return nil
		})
		if _, ok := errors.AsType[*xdomea.Error](err); err != nil && !ok {
			t.Errorf("%v is no Error", err)
		}
		if err == nil && (m.Process.IsZero() || m.Code != string(m.Type) || seen > limits.Records) {
			t.Errorf("taken: %+v", m)
		}
		contents, findings, err := xdomea.Examine(bytes.NewReader(message), xdomea.Want{Limits: limits, Findings: 10})
		if len(findings) > 10 || err == nil && len(contents.Records)+contents.Documents > 0 && seen == 0 && m.Code == string(m.Type) {
			t.Errorf("examined: %+v %v", contents, findings)
		}
	})
}

// TestNoCodeIsForgotten compares the lists of codes with the constants.
func TestNoCodeIsForgotten(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^\t(?:Code|Found)\w+ +(?:Code )? *= "(\w+)"`)
	var want, got []string
	for _, name := range []string{"xdomea.go", "examine.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range declared.FindAllStringSubmatch(string(source), -1) {
			want = append(want, m[1])
		}
	}
	for _, code := range xdomea.Codes() {
		got = append(got, string(code))
	}
	got = append(got, xdomea.FindingCodes()...)
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 40 {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}
