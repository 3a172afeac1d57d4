package xdomea_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
)

func TestWhatWasWrittenIsRead(t *testing.T) {
	t.Parallel()
	count := 220
	if testing.Short() {
		count = 30
	}
	for _, v := range versions {
		for _, typ := range []efile.MessageType{efile.MessageOffer, efile.MessageDelivery} {
			o := newOffice(11)
			files := o.files(count)
			sent := o.message(typ, files)
			m, got := records(t, written(t, v, sent))
			var want []xdomea.Record
			for _, f := range files {
				want = append(want, expected(v, typ, f))
			}
			if !reflect.DeepEqual(want, got) { // cmp takes seconds for so much
				t.Errorf("%s %s (-want +got):\n%s", v, typ, cmp.Diff(want, got))
			}
			head := xdomea.Message{Version: v, Type: typ, Code: string(typ), Process: sent.Process, Created: sent.Created,
				Sender: sent.Sender, Receiver: sent.Receiver, Product: sent.Product, Release: sent.Release,
				AsksReceipt: true, AsksImport: typ == efile.MessageDelivery, AsksReference: typ == efile.MessageDelivery}
			if v == xdomea.V400 {
				head.ID, head.Number, head.Of = sent.ID, 1, 1
			}
			if diff := cmp.Diff(head, m); diff != "" {
				t.Errorf("%s %s, head (-want +got):\n%s", v, typ, diff)
			}
		}
	}
}

// expected is what a receiver should make of a case file. It is written without a look at the writer, from the model only.
func expected(v xdomea.Version, typ efile.MessageType, f archive.File) xdomea.Record {
	r := common(xdomea.KindFile, f.Record)
	r.Context, r.Unit, r.UnitTitle = f.Context && v == xdomea.V400, f.Unit, f.UnitTitle
	appraised(v, typ, &r, f.Record, f.Context)
	for _, d := range f.Documents {
		r.Records = append(r.Records, document(v, typ, xdomea.KindDocument, d))
	}
	for _, m := range f.Matters {
		below := common(xdomea.KindMatter, m.Record)
		below.Type = m.Kind
		appraised(v, typ, &below, m.Record, false)
		for _, d := range m.Documents {
			below.Records = append(below.Records, document(v, typ, xdomea.KindDocument, d))
		}
		r.Records = append(r.Records, below)
	}
	return r
}

func common(kind xdomea.Kind, x archive.Record) xdomea.Record {
	return xdomea.Record{Kind: kind, ID: x.ID, UUID: x.ID.String(), Number: x.Number, Subject: tidy(x.Subject), Reference: x.Reference,
		Leading: x.Leading, Medium: x.Medium, Confidential: x.Confidential, History: x.History}
}

func appraised(v xdomea.Version, typ efile.MessageType, r *xdomea.Record, x archive.Record, frame bool) {
	r.Keeping, r.From, r.To, r.Closed, r.ClosedOn = x.Leading, x.From, x.To, true, x.Closed
	if x.Confidential == "" {
		r.Confidential = "003"
	}
	r.Disposal = &xdomea.Disposal{Retention: x.Retention, Sort: "B"}
	if typ == efile.MessageDelivery {
		r.Disposal.Sort = "A"
		if frame && x.Decision == efile.Destroy {
			r.Disposal.Sort = "V"
		}
	}
	if x.Proposal != efile.Undecided {
		r.Disposal.Proposal = x.Proposal
	}
	switch {
	case x.Why == "":
	case v == xdomea.V400:
		r.Disposal.Why = tidy(x.Why)
	default:
		r.Remark = tidy("Begründung des Bewertungsvorschlags: " + x.Why)
	}
}

func document(v xdomea.Version, typ efile.MessageType, kind xdomea.Kind, d archive.Document) xdomea.Record {
	r := common(kind, d.Record)
	r.Type, r.Received, r.Dated, r.Author, r.Remark = d.Kind, d.Received, d.Dated, d.Author, d.Remark
	if typ == efile.MessageDelivery {
		for _, archival := range []bool{true, false} {
			for _, f := range d.Formats {
				if f.Archival == archival {
					r.Files = append(r.Files, file(v, d, f))
				}
			}
		}
	}
	for _, a := range d.Attachments {
		r.Records = append(r.Records, document(v, typ, xdomea.KindAttachment, a))
	}
	return r
}

func file(v xdomea.Version, d archive.Document, f archive.Format) xdomea.FileRef {
	r := xdomea.FileRef{Name: xdomea.FileName(f), Original: efile.CleanName(f.Original), Standard: f.Standard, Creator: d.Author,
		Made: f.Made, Signed: f.Signed, SHA256: f.SHA256}
	if f.Archival {
		r.Creator = "eakte"
	}
	if v != xdomea.V400 {
		r.Size = f.Size
	}
	switch {
	case f.Archival:
		r.Code = "044"
	case f.MediaType == "application/pdf":
		r.Code = "018"
	case f.MediaType == "image/jpeg":
		r.Code = "011"
	default:
		r.Code, r.Other = "100", f.MediaType
		if f.MediaType == "" {
			r.Other = "application/octet-stream"
		}
	}
	return r
}

// tidy says what becomes of the hostile titles, one by one.
func tidy(s string) string {
	return strings.NewReplacer("a\x00b\x0cc\x1bd", "a b c d", "Mu\u0308ller", "Müller", "halb \xed\xa0\x80 kaputt \xff\xfe", "halb \ufffd kaputt \ufffd",
		"Zeile 1\r\nZeile 2\rZeile 3\u2028Zeile 4", "Zeile 1\nZeile 2\nZeile 3\nZeile 4", "\ufffe\uffffx", "x", "Sehr langer Betreff ", "Sehr langer Betreff ",
		": \x00\x01\x02", ":", "\x00\x01\x02", "ohne Betreff").Replace(strings.TrimRight(s, " "))
}
