package xdomea_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
)

var versions = []xdomea.Version{xdomea.V300, xdomea.V310, xdomea.V400}

// hostile are titles and names that people, scanners and attackers have come up with.
var hostile = []string{
	"Antrag auf Verlängerung", "a\x00b\x0cc\x1bd", strings.Repeat("Sehr langer Betreff ", 15), "شكوى بخصوص الإقامة \u202Efdp.exe",
	"]]> <![CDATA[x]]> & <b>\"'", "Müller NFC", "Mu\u0308ller NFD", "../../etc/passwd", "Scan.PDF", "scan.pdf",
	"👩‍👩‍👧 Familie 🏳️‍🌈", "halb \xed\xa0\x80 kaputt \xff\xfe", "Zeile 1\r\nZeile 2\rZeile 3\u2028Zeile 4", "\ufffe\uffffx", "<!DOCTYPE x>&lol;",
	"Ελληνικά und кириллица", "\x00\x01\x02",
}

// office makes case files as an office would have them after some years, and worse. The same seed makes the same office.
type office struct {
	rand  *rand.Rand
	count int // of ids
	made  time.Time
}

func newOffice(seed uint64) *office {
	return &office{rand: rand.New(rand.NewPCG(seed, 1)), made: time.Date(2016, 3, 1, 9, 30, 0, 123e6, time.UTC)} //nolint:gosec // not a secret
}

// id is a UUID in the form of version 7, counted up.
func (o *office) id() efile.ID {
	o.count++
	var id efile.ID
	copy(id[:], fmt.Sprintf("\x01\x95\x00\x00\x00\x01\x70\x00\x80\x00%c%c%c%c%c%c", 0, 0, byte(o.count>>24), 0, 0, 0))
	id[12], id[13], id[14], id[15] = byte(o.count>>24), byte(o.count>>16), byte(o.count>>8), byte(o.count) //nolint:gosec // its last four bytes
	return id
}

func (o *office) title() string { return hostile[o.rand.IntN(len(hostile))] }

func (o *office) day(years int) time.Time {
	return o.made.AddDate(years, 0, 0).Truncate(24 * time.Hour)
}

func (o *office) record(number int) archive.Record {
	media := []archive.Medium{archive.Electronic, archive.Electronic, archive.Hybrid}
	decisions := []efile.Decision{efile.Keep, efile.Destroy, efile.Undecided}
	r := archive.Record{
		ID: o.id(), Number: number, Subject: o.title(), Reference: fmt.Sprintf("33.20-%d/%d", o.count, number),
		Leading: "Sachgebiet 33.2", Medium: media[o.rand.IntN(len(media))], Confidential: []string{"", "002", "003"}[o.rand.IntN(3)],
		From: o.day(0), To: o.day(2), Closed: o.day(2),
		Retention: archive.Period{Years: 5, End: time.Date(2023, 12, 31, 0, 0, 0, 0, time.UTC)},
		Decision:  decisions[o.rand.IntN(3)], Proposal: decisions[o.rand.IntN(3)],
	}
	if r.Proposal != efile.Undecided {
		r.Why = "Rechtsgrundlage: " + o.title()
	}
	if o.rand.IntN(9) == 0 {
		r.Retention = archive.Period{Unlimited: true}
	}
	for i := range o.rand.IntN(4) {
		r.History = append(r.History, archive.Entry{Actor: "user " + o.id().String(), Time: o.made.Add(time.Duration(i) * time.Hour), What: "document.filed"})
	}
	return r
}

func (o *office) format(archival bool) archive.Format {
	sum := sha256.Sum256([]byte{byte(o.count)})
	f := archive.Format{ID: o.id(), Archival: archival, MediaType: "application/pdf", Original: o.title(), Made: o.made,
		Size: int64(o.rand.IntN(1 << 20)), SHA256: hex.EncodeToString(sum[:])}
	if archival {
		f.Standard = "PDF/A-2u"
		return f
	}
	f.MediaType = []string{"application/pdf", "image/jpeg", "image/heic", "application/x-strange; a=b", ""}[o.rand.IntN(5)]
	f.Signed = o.rand.IntN(3) == 0
	return f
}

func (o *office) document(number, depth int) archive.Document {
	d := archive.Document{Record: o.record(number), Kind: "Reisepass", Received: o.day(1), Author: "Portal, antragstellende Person",
		Formats: []archive.Format{o.format(true)}}
	d.Closed, d.From, d.To, d.Retention, d.Proposal, d.Why = time.Time{}, time.Time{}, time.Time{}, archive.Period{}, "", ""
	if o.rand.IntN(2) == 0 {
		d.Formats = append([]archive.Format{o.format(false)}, d.Formats...)
		d.Dated, d.Remark = o.day(0), "Seitenbilder\nstatt der Form des Originals"
	}
	if depth > 0 && o.rand.IntN(4) == 0 {
		d.Attachments = append(d.Attachments, o.document(1, depth-1), o.document(2, depth-1))
	}
	return d
}

// file makes a case file of some matters and documents. Every tenth is only the frame of its matters.
func (o *office) file(number int) archive.File {
	f := archive.File{Record: o.record(number), Unit: "33.20", UnitTitle: "Aufenthaltstitel", Context: number%10 == 0}
	next := 1
	for range 1 + o.rand.IntN(4) {
		m := archive.Matter{Record: o.record(next), Kind: "Aufenthaltserlaubnis"}
		for i := range o.rand.IntN(4) {
			m.Documents = append(m.Documents, o.document(i+1, 1))
		}
		f.Matters = append(f.Matters, m)
		next++
	}
	for range o.rand.IntN(2) {
		f.Documents = append(f.Documents, o.document(next, 1))
		next++
	}
	return f
}

func (o *office) files(n int) []archive.File {
	var all []archive.File
	for i := range n {
		all = append(all, o.file(i+1))
	}
	return all
}

func (o *office) message(t efile.MessageType, files []archive.File) archive.Message {
	m := archive.Message{
		ID: o.id(), Process: o.id(), Type: t, Answers: o.id(), Created: time.Date(2026, 5, 4, 10, 0, 0, 5e6, time.UTC), Number: 1, Of: 1,
		Sender:   efile.Agency{Name: "Ausländerbehörde Musterstadt", Short: "ABH", Prefix: "psw", Key: "01003110"},
		Receiver: efile.Agency{Name: "Landesarchiv", Short: "LA", Prefix: "psw", Key: "01003999"},
		Product:  "eakte", Release: "1.2.3",
	}
	if t != efile.MessageAppraisalReceipt {
		m.Files = each(files)
	}
	return m
}

func each(files []archive.File) iter.Seq2[archive.File, error] {
	return func(yield func(archive.File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
}
