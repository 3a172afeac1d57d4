package archive_test

import (
	"testing"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

// aCase is a case file with two matters, a document in each, one without a matter that came with an attachment, and one
// that was taken back.
func aCase(file, first, second efile.Decision) archive.Facts {
	day := func(n int) time.Time { return time.Date(2020, 5, n, 12, 0, 0, 0, time.UTC) }
	c := efile.Case{ID: efile.NewID(), Reference: "2020-000001", Title: "Muster, Anna", Opened: day(1), Closed: day(20)}
	one := efile.Matter{ID: efile.NewID(), CaseID: c.ID, Procedure: "eu_blue_card", Opened: day(2), Closed: day(10)}
	two := efile.Matter{ID: efile.NewID(), CaseID: c.ID, Procedure: "no_such", Opened: day(11)}
	f := archive.Facts{
		Office: efile.Office{Name: "Ausländerbehörde Musterstadt"}, Case: c, Matters: []efile.Matter{one, two},
		Retention: efile.Retention{Unit: "33.20", Years: 10, Due: time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC), Basis: "Tabelle"},
		UnitTitle: "Aufenthalt",
		Records: map[efile.ID]efile.DisposalRecord{
			c.ID: {Decision: file}, one.ID: {Decision: first}, two.ID: {Decision: second},
		},
		Fields: map[efile.ID][]efile.Field{}, Renditions: map[efile.ID][]efile.Rendition{},
	}
	add := func(matter, parent efile.ID, typ string, status efile.DocumentStatus) efile.ID {
		d := efile.Document{ID: efile.NewID(), CaseID: c.ID, MatterID: matter, ParentID: parent, Type: typ, Status: status, FileName: "a.pdf",
			Received: day(3)}
		f.Documents = append(f.Documents, d)
		f.Renditions[d.ID] = []efile.Rendition{
			{ID: efile.NewID(), Kind: efile.Original, MediaType: "image/jpeg", SHA256: "o", Size: 1},
			{ID: efile.NewID(), Kind: efile.Archival, MediaType: "application/pdf", Format: "PDF/A-2u", SHA256: "a", Size: 2},
			{ID: efile.NewID(), Kind: efile.Sound, MediaType: "application/pdf", SHA256: "s", Size: 3},
		}
		return d.ID
	}
	passport := add(one.ID, efile.ID{}, "passport", efile.Filed)
	f.Fields[passport] = []efile.Field{{Name: "issue_date", Value: "2019-02-28"}}
	add(two.ID, efile.ID{}, "", efile.Filed)
	mail := add(efile.ID{}, efile.ID{}, "", efile.Filed)
	add(efile.ID{}, mail, "passport", efile.Filed)
	add(one.ID, efile.ID{}, "passport", efile.Withdrawn)
	f.Events = []efile.Event{
		{CaseID: c.ID, Subject: "cases/" + c.ID.Public(efile.PrefixCase), Type: efile.CaseOpened, Actor: efile.Actor{Kind: efile.System}, Time: day(1)},
		{CaseID: c.ID, Subject: "submissions/x", Type: efile.SubmissionReceived, Actor: efile.Actor{Kind: efile.Applicant, ID: efile.NewID()}, Time: day(3)},
		{CaseID: c.ID, Subject: "cases/" + c.ID.Public(efile.PrefixCase) + "/documents/" + passport.Public(efile.PrefixDocument),
			Type: efile.DocumentReceived, Actor: efile.Actor{Kind: efile.System}, Time: day(3)},
	}
	return f
}

func TestADeliveryTellsWhatTheArchiveKeeps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name                       string
		file, first, second        efile.Decision
		ok, frame                  bool
		matters, documents, inside int
	}{
		{"everything is kept", efile.Keep, efile.Keep, efile.Keep, true, false, 2, 1, 2},
		{"one matter is not kept", efile.Keep, efile.Destroy, efile.Keep, true, false, 1, 1, 1},
		{"a matter of a file that is not kept", efile.Destroy, efile.Keep, efile.Destroy, true, true, 1, 0, 1},
		{"nothing is kept", efile.Destroy, efile.Destroy, efile.Destroy, false, true, 0, 0, 0},
		{"nothing is decided", efile.Undecided, efile.Undecided, efile.Undecided, false, true, 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := archive.Describe(aCase(test.file, test.first, test.second), catalogue.Default(), archive.Telling{Delivery: true})
			inside := 0
			for _, m := range got.Matters {
				inside += len(m.Documents)
			}
			if ok != test.ok || got.Context != test.frame || len(got.Matters) != test.matters || len(got.Documents) != test.documents ||
				inside != test.inside {
				t.Errorf("got %v, frame %v, %d matters, %d documents, %d in matters; want %+v", ok, got.Context, len(got.Matters),
					len(got.Documents), inside, test)
			}
		})
	}
}

func TestAnOfferTellsEverythingButFiles(t *testing.T) {
	t.Parallel()
	got, ok := archive.Describe(aCase(efile.Undecided, efile.Undecided, efile.Undecided), catalogue.Default(), archive.Telling{})
	if !ok || got.Context || len(got.Matters) != 2 || len(got.Documents) != 1 {
		t.Fatalf("got %v, %+v", ok, got)
	}
	passport := got.Matters[0].Documents[0]
	if passport.Formats != nil || passport.Kind != "Reisepass" || passport.Dated.Format(time.DateOnly) != "2019-02-28" {
		t.Errorf("got %+v, want a passport of 2019-02-28 without files", passport)
	}
	if len(passport.History) != 1 || len(got.History) != 2 {
		t.Errorf("got %d entries for the passport and %d for the file, want 1 and 2", len(passport.History), len(got.History))
	}
	if end := got.Retention.End.Format(time.DateOnly); end != "2030-12-31" {
		t.Errorf("kept until %s, want 2030-12-31", end)
	}
	for _, r := range []archive.Record{got.Record, got.Matters[0].Record, got.Matters[1].Record, passport.Record, got.Documents[0].Record} {
		if r.Subject == "" || r.From.IsZero() || r.To.IsZero() || r.Number == 0 {
			t.Errorf("a record without subject, time or number: %+v", r)
		}
	}
}

func TestFormatsAreTheArchivalOneAndTheOriginalWhereWanted(t *testing.T) {
	t.Parallel()
	f := aCase(efile.Keep, efile.Keep, efile.Keep)
	with, _ := archive.Describe(f, catalogue.Default(), archive.Telling{Delivery: true, Originals: true})
	without, _ := archive.Describe(f, catalogue.Default(), archive.Telling{Delivery: true})
	if a, b := with.Documents[0], without.Documents[0]; len(a.Formats) != 2 || !a.Formats[0].Archival || a.Formats[1].Archival ||
		len(b.Formats) != 1 || len(a.Attachments) != 1 || len(a.Attachments[0].Formats) != 2 {
		t.Errorf("got %+v and %+v", a, b)
	}
	same := f.Renditions[f.Documents[0].ID]
	same[0].SHA256 = same[1].SHA256
	again, _ := archive.Describe(f, catalogue.Default(), archive.Telling{Delivery: true, Originals: true})
	if n := len(again.Matters[0].Documents[0].Formats); n != 1 {
		t.Errorf("a PDF/A as handed in is delivered %d times, want once", n)
	}
}

func TestAnAttachmentWithoutItsEMailStandsForItself(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(f *archive.Facts, mail, part *efile.Document)
	}{
		{"the e-mail was taken back", func(_ *archive.Facts, mail, _ *efile.Document) { mail.Status = efile.Withdrawn }},
		{"the e-mail belongs to another matter", func(f *archive.Facts, mail, _ *efile.Document) { mail.MatterID = f.Matters[1].ID }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := aCase(efile.Keep, efile.Keep, efile.Destroy)
			test.change(&f, &f.Documents[2], &f.Documents[3])
			got, _ := archive.Describe(f, catalogue.Default(), archive.Telling{Delivery: true})
			if len(got.Documents) != 1 || got.Documents[0].ID != f.Documents[3].ID {
				t.Errorf("got %+v, want the attachment", got.Documents)
			}
		})
	}
}
