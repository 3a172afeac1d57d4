package xdomea_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
)

func wanted(v xdomea.Version, m archive.Message, files []archive.File) xdomea.Want {
	w := xdomea.Want{Version: v, Process: m.Process, Type: m.Type, ID: m.ID, Number: m.Number, Of: m.Of, Sender: m.Sender,
		Records: map[efile.ID]bool{}}
	for _, f := range files {
		w.Records[f.ID] = true
		for _, matter := range f.Matters {
			w.Records[matter.ID] = true
		}
	}
	return w
}

func examine(t testing.TB, message []byte, w xdomea.Want) (xdomea.Contents, []xdomea.Finding) {
	t.Helper()
	contents, findings, err := xdomea.Examine(bytes.NewReader(message), w)
	if err != nil {
		t.Fatalf("examine: %v", err)
	}
	return contents, findings
}

func TestOurOwnMessagesAreFoundGood(t *testing.T) {
	t.Parallel()
	for _, v := range versions {
		for _, typ := range []efile.MessageType{efile.MessageOffer, efile.MessageDelivery} {
			o := newOffice(21)
			files := o.files(25)
			m := o.message(typ, files)
			contents, findings := examine(t, written(t, v, m), wanted(v, m, files))
			if len(findings) > 0 {
				t.Errorf("%s %s: %+v", v, typ, findings)
			}
			checkContents(t, typ, contents, files)
		}
	}
}

// checkContents compares what was seen with what was sent: each record, each file with its checksum.
func checkContents(t *testing.T, typ efile.MessageType, got xdomea.Contents, files []archive.File) {
	t.Helper()
	documents := 0
	sums := map[string]string{}
	var count func([]archive.Document)
	count = func(all []archive.Document) {
		for _, d := range all {
			documents++
			for _, f := range d.Formats {
				sums[xdomea.FileName(f)] = f.SHA256
			}
			count(d.Attachments)
		}
	}
	var ids []efile.ID
	for _, f := range files {
		ids = append(ids, f.ID)
		count(f.Documents)
		for _, m := range f.Matters {
			ids = append(ids, m.ID)
			count(m.Documents)
		}
	}
	var seen []efile.ID
	for _, r := range got.Records {
		seen = append(seen, r.ID)
	}
	if !slices.Equal(ids, seen) || got.Documents != documents {
		t.Errorf("%d documents, want %d; records (-want +got):\n%s", got.Documents, documents, cmp.Diff(ids, seen))
	}
	if typ == efile.MessageOffer {
		sums = map[string]string{}
	}
	named := map[string]string{}
	for _, f := range got.Files {
		named[f.Name] = f.SHA256
	}
	if !maps.Equal(sums, named) {
		t.Errorf("files (-want +got):\n%s", cmp.Diff(sums, named))
	}
}

// fault breaks a message by replacing one text by another.
type fault struct {
	old, now string
	times    int // -1: all
	want     []xdomea.Finding
}

func faults(f archive.File) map[string]fault {
	zero := efile.ID{}
	matter := f.Matters[0]
	d := matter.Documents[0]
	attachment := d.Attachments[0]
	pdf, heic := xdomea.FileName(d.Formats[1]), xdomea.FileName(d.Formats[0])
	one := func(code string, record efile.ID, subject string) []xdomea.Finding {
		return []xdomea.Finding{{Code: code, Record: record, Subject: subject}}
	}
	upper := strings.ToUpper(matter.ID.String())
	return map[string]fault{
		"the code of another message": {"<code>0503<", "<code>0501<", 1, one(xdomea.FoundCode, zero, "0501")},
		"capital letters":             {matter.ID.String(), upper, 1, one(xdomea.FoundUpper, matter.ID, upper)},
		"the same UUID twice": {"ID>" + attachment.ID.String(), "ID>" + d.ID.String(), 1,
			one(xdomea.FoundRecordTwice, d.ID, "")},
		"no title": {"Betreff>Reisepass<", "Betreff> <", 1, one(xdomea.FoundNoSubject, d.ID, "")},
		"no end of the period": {"<xdomea:Ende>2018-03-01</xdomea:Ende>\n          </xdomea:Laufzeit>", "</xdomea:Laufzeit>", 1,
			one(xdomea.FoundNoPeriod, matter.ID, "")},
		"a period of nothing": {"Laufzeit", "Anderes", -1, append(one(xdomea.FoundNoPeriod, f.ID, ""), one(xdomea.FoundNoPeriod, matter.ID, "")...)},
		"a code not in the list": {"<code>100</code>", "<code>046</code>", 1, []xdomea.Finding{
			{Code: xdomea.FoundFormat, Record: d.ID, Subject: "046"}}},
		"another format, unnamed": {"SonstigerName>image/heic<", "SonstigerName><", 1, one(xdomea.FoundFormatUnnamed, d.ID, "")},
		"a folder":                {pdf, pdf[:36] + "/x.pdf", -1, one(xdomea.FoundFileName, d.ID, pdf[:36]+"/x.pdf")},
		"a name without a UUID":   {pdf, "scan.pdf", -1, one(xdomea.FoundFileName, d.ID, "scan.pdf")},
		"a decomposed name":       {pdf, pdf[:36] + "_Mu\u0308ller.pdf", -1, one(xdomea.FoundFileName, d.ID, pdf[:36]+"_Mu\u0308ller.pdf")},
		"a file used twice":       {"Dateiname>" + heic, "Dateiname>" + pdf, -1, one(xdomea.FoundFileTwice, d.ID, pdf)},
		"a file used twice, in capitals": {"Dateiname>" + heic, "Dateiname>" + strings.ToUpper(pdf), -1,
			one(xdomea.FoundFileTwice, d.ID, strings.ToUpper(pdf))},
		"a file named like its document": {pdf, d.ID.String() + ".pdf", -1, one(xdomea.FoundFileIsRecord, d.ID, d.ID.String())},
	}
}

// TestEveryRuleFindsItsFault breaks a good message in one way at a time.
func TestEveryRuleFindsItsFault(t *testing.T) {
	t.Parallel()
	f := small()
	byRecord := cmpopts.SortSlices(func(a, b xdomea.Finding) bool { return a.Record.String() > b.Record.String() })
	for _, v := range versions {
		m := newOffice(22).message(efile.MessageDelivery, []archive.File{f})
		good := string(written(t, v, m))
		for name, test := range faults(f) {
			broken := strings.Replace(good, test.old, test.now, test.times)
			if broken == good {
				t.Fatalf("%s %s: nothing was broken", v, name)
			}
			_, got := examine(t, []byte(broken), xdomea.Want{Version: v, Process: m.Process, Type: m.Type})
			got = without(got, xdomea.FoundNoHash) // a renamed file of 3.x has lost its checksum
			if diff := cmp.Diff(test.want, got, byRecord); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", v, name, diff)
			}
		}
	}
}

func without(all []xdomea.Finding, code string) []xdomea.Finding {
	var kept []xdomea.Finding
	for _, f := range all {
		if f.Code != code {
			kept = append(kept, f)
		}
	}
	return kept
}

// TestFaultsOfTheStructureAreFound breaks the case file before it is written.
func TestFaultsOfTheStructureAreFound(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		typ    efile.MessageType
		damage func(*archive.File)
		want   []string
	}{
		"no file in a delivery": {"0503", func(f *archive.File) { f.Matters[0].Documents[0].Formats = nil }, []string{xdomea.FoundNoFile}},
		"no file, but only on paper": {"0503", func(f *archive.File) {
			f.Matters[0].Documents[0].Formats, f.Matters[0].Documents[0].Medium = nil, archive.Paper
		}, nil},
		"no file in an offer":            {"0501", func(f *archive.File) { f.Matters[0].Documents[0].Formats = nil }, nil},
		"some siblings without a number": {"0503", func(f *archive.File) { f.Documents = append(f.Documents, newOffice(30).document(0, 0)) }, []string{xdomea.FoundMixedNumbers}},
		"siblings of the same number":    {"0503", func(f *archive.File) { f.Documents = append(f.Documents, newOffice(30).document(1, 0)) }, []string{xdomea.FoundNumberTwice}},
		"attachments of attachments": {"0501", func(f *archive.File) {
			o := newOffice(31)
			a := o.document(1, 0)
			a.ID[0]++
			a.Attachments = []archive.Document{o.document(1, 0)}
			a.Attachments[0].ID[0]++
			f.Matters[0].Documents[0].Attachments[0].Attachments = []archive.Document{a}
		}, []string{xdomea.FoundDeep}},
		"no checksum": {"0503", func(f *archive.File) {
			f.Matters[0].Documents[0].Formats = append([]archive.Format(nil), f.Matters[0].Documents[0].Formats...)
			f.Matters[0].Documents[0].Formats[0].SHA256 = ""
		}, []string{xdomea.FoundNoHash}},
	}
	for name, test := range tests {
		f := small()
		test.damage(&f)
		for i := range f.Documents {
			f.Documents[i].ID[0]++ // another office's, so that no UUID is there twice
			for j := range f.Documents[i].Formats {
				f.Documents[i].Formats[j].ID[0]++
			}
		}
		m := newOffice(22).message(test.typ, []archive.File{f})
		_, findings := examine(t, written(t, xdomea.V400, m), xdomea.Want{Version: xdomea.V400, Process: m.Process, Type: m.Type})
		var got []string
		for _, f := range findings {
			got = append(got, f.Code)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheEnvelopeIsCompared(t *testing.T) {
	t.Parallel()
	o := newOffice(23)
	files := o.files(2)
	m := o.message(efile.MessageDelivery, files)
	message := written(t, xdomea.V400, m)
	tests := map[string]struct {
		change func(*xdomea.Want)
		want   string
	}{
		"version":        {func(w *xdomea.Want) { w.Version = xdomea.V310 }, xdomea.FoundVersion},
		"process":        {func(w *xdomea.Want) { w.Process = m.ID }, xdomea.FoundProcess},
		"type":           {func(w *xdomea.Want) { w.Type = efile.MessageOffer }, xdomea.FoundType},
		"message":        {func(w *xdomea.Want) { w.ID = m.Process }, xdomea.FoundMessage},
		"number":         {func(w *xdomea.Want) { w.Number = 2 }, xdomea.FoundNumber},
		"count":          {func(w *xdomea.Want) { w.Of = 2 }, xdomea.FoundNumber},
		"sender":         {func(w *xdomea.Want) { w.Sender.Key = "9" }, xdomea.FoundSender},
		"record missing": {func(w *xdomea.Want) { w.Records[m.ID] = true }, xdomea.FoundRecordMissing},
		"record surplus": {func(w *xdomea.Want) { delete(w.Records, files[1].ID) }, xdomea.FoundRecordSurplus},
		"none":           {func(w *xdomea.Want) { w.Records[m.ID] = false }, ""},
	}
	for name, test := range tests {
		w := wanted(xdomea.V400, m, files)
		test.change(&w)
		_, findings := examine(t, message, w)
		if test.want == "" && len(findings) == 0 {
			continue
		}
		if len(findings) != 1 || findings[0].Code != test.want {
			t.Errorf("%s: %+v, want %s", name, findings, test.want)
		}
	}
}

// TestForeignFaults are such as we cannot write.
func TestForeignFaults(t *testing.T) {
	t.Parallel()
	wrap := func(typ efile.MessageType, body string) []byte { return []byte(answer(typ, body)) }
	loose := `<a:Schriftgutobjekt><a:Dokument><a:Identifikation><a:ID>` + one + `</a:ID></a:Identifikation><a:AllgemeineMetadaten><a:Betreff>x</a:Betreff>` +
		`</a:AllgemeineMetadaten>%</a:Dokument></a:Schriftgutobjekt>`
	file := `<a:Version><a:Format><a:Name><code>018</code></a:Name><a:Primaerdokument><a:Dateiname>` + two + `.pdf</a:Dateiname></a:Primaerdokument></a:Format></a:Version>`
	bare := `<a:Schriftgutobjekt><a:Vorgang><a:Identifikation><a:ID>` + one + `</a:ID></a:Identifikation></a:Vorgang></a:Schriftgutobjekt>`
	tests := map[string]struct {
		typ  efile.MessageType
		body string
		want []string
	}{
		"a loose document":    {"0503", strings.Replace(loose, "%", file, 1), []string{xdomea.FoundLoose}},
		"an offer with files": {"0501", strings.Replace(loose, "%", file, 1), []string{xdomea.FoundLoose, xdomea.FoundFileInOffer}},
		"nothing":             {"0503", "", []string{xdomea.FoundNoRecords}},
		"a record of a UUID":  {"0501", bare, []string{xdomea.FoundNoSubject, xdomea.FoundNoPeriod, xdomea.FoundNoDisposal}},
		"a letter without a file": {"0501", `<a:Anschreiben><a:Identifikation><a:ID>` + two + `</a:ID></a:Identifikation></a:Anschreiben>` + bare,
			[]string{xdomea.FoundNoSubject, xdomea.FoundNoPeriod, xdomea.FoundNoDisposal}},
	}
	for name, test := range tests {
		_, findings := examine(t, wrap(test.typ, test.body), xdomea.Want{Version: xdomea.V310, Process: id(t, process), Type: test.typ})
		var got []string
		for _, f := range findings {
			got = append(got, f.Code)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	many := strings.Repeat(bare, 500)
	if _, findings := examine(t, wrap("0501", many), xdomea.Want{Findings: 20}); len(findings) != 20 {
		t.Errorf("%d findings, want 20", len(findings))
	}
}
