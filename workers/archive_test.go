package workers_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers"
	"github.com/eakte/eakte/workers/job"
)

// archiveBench is a bench whose office has an archive that watches a directory.
type archiveBench struct {
	*bench
	dir     string // that the archive watches
	archive efile.ReceivingArchive
	people  [2]efile.Actor // archivists
}

func newArchiveBench(t *testing.T, version string) *archiveBench {
	t.Helper()
	root := t.TempDir()
	b := &archiveBench{dir: filepath.Join(root, "archive")}
	b.bench = newBench(t, func(d *workers.Deps) {
		d.Archives = workers.Archives{Dir: t.TempDir(), Transfers: root, Release: "test"}
		if data := os.Getenv("EAKTE_TEST_DATA"); data != "" {
			d.Archives.Schemas = filepath.Join(data, "standards", "xdomea")
		}
	})
	if err := os.Mkdir(b.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	b.archive = efile.ReceivingArchive{
		Name: "Testarchiv", Short: "TESA", Prefix: "ags:", Key: "1", Version: version, Originals: true,
		Transport: efile.Transport{Directory: "archive"}, Sender: efile.Agency{Name: "ABH Musterstadt", Short: "ABH", Prefix: "ags:", Key: "2"},
	}
	b.in(func(tx *records.Tx) error { return tx.SaveArchive(t.Context(), &b.archive) })
	b.in(func(tx *records.Tx) error {
		return tx.SaveRetentionRules(t.Context(), []efile.RetentionRule{
			{Unit: "33.20", Title: "Aufenthalt", Procedures: []string{"residence_employment"}, Years: 2, EndOfYear: true, Basis: "Tabelle", Proposal: efile.Keep},
		})
	})
	for i := range b.people {
		u := efile.User{ID: efile.NewID(), Login: fmt.Sprintf("archivist-%d", i), Roles: []efile.Role{efile.Archivist}, Created: time.Now()}
		b.in(func(tx *records.Tx) error { return tx.AddUser(t.Context(), u) })
		b.people[i] = efile.Actor{Kind: efile.Staff, ID: u.ID, Office: b.office.ID, Roles: u.Roles}
	}
	return b
}

// in writes as the system.
func (b *bench) in(write func(*records.Tx) error) {
	b.t.Helper()
	b.inAs(efile.SystemIn(b.office.ID), write)
}

func (b *bench) inAs(actor efile.Actor, write func(*records.Tx) error) {
	b.t.Helper()
	if err := b.records.In(b.t.Context(), actor, write); err != nil {
		b.t.Fatal(err)
	}
}

// plant files a closed case file with two matters and a document in each, closed years ago.
func (b *archiveBench) plant(title string) (efile.Case, []efile.Matter) {
	b.t.Helper()
	ctx := b.t.Context()
	long := time.Now().AddDate(-5, 0, 0)
	c := efile.Case{Title: title, Opened: long}
	matters := []efile.Matter{
		{ID: efile.NewID(), Procedure: "residence_employment", Opened: long}, {ID: efile.NewID(), Procedure: "travel_document", Opened: long},
	}
	b.in(func(tx *records.Tx) error {
		if err := tx.AddCase(ctx, &c); err != nil {
			return err
		}
		for i := range matters {
			matters[i].CaseID = c.ID
			if err := tx.AddMatter(ctx, matters[i]); err != nil {
				return err
			}
		}
		return nil
	})
	for _, m := range matters {
		b.plantDocument(c, m, title)
	}
	b.in(func(tx *records.Tx) error {
		_, _, err := tx.CloseCase(ctx, c.ID, long.AddDate(1, 0, 0))
		return err
	})
	if err := workers.Retain(ctx, b.records, b.office.ID); err != nil {
		b.t.Fatal(err)
	}
	return c, matters
}

func (b *archiveBench) plantDocument(c efile.Case, m efile.Matter, name string) efile.ID {
	b.t.Helper()
	ctx := b.t.Context()
	doc := efile.Document{
		ID: efile.NewID(), CaseID: c.ID, MatterID: m.ID, Status: efile.Filed, Station: efile.File, Generation: 1, Version: 1,
		FileName: efile.CleanName(name + ".jpg"), MediaType: "image/jpeg", Type: "passport", TypeBy: "rule", TypeConfidence: 1,
		Channel: efile.ChannelScan, Received: time.Now().AddDate(-4, 0, 0),
	}
	var all []efile.Rendition
	for kind, text := range map[efile.RenditionKind]string{efile.Original: "jpeg " + doc.ID.String(), efile.Archival: "%PDF " + doc.ID.String()} {
		sum := sha256.Sum256([]byte(text))
		digest := hex.EncodeToString(sum[:])
		r := efile.Rendition{
			ID: efile.NewID(), DocumentID: doc.ID, CaseID: c.ID, Kind: kind, MediaType: "image/jpeg", Size: int64(len(text)), SHA256: digest,
			Generation: 1, Key: storage.OriginalKey(false, b.office.ID, doc.ID, digest),
		}
		if kind == efile.Archival {
			r.MediaType, r.Format, r.Key = "application/pdf", "PDF/A-2u", storage.RenditionKey(b.office.ID, doc.ID, digest)
		} else {
			doc.Size, doc.SHA256 = r.Size, digest
		}
		if _, err := b.store.Put(ctx, r.Key, strings.NewReader(text), r.Size); err != nil {
			b.t.Fatal(err)
		}
		all = append(all, r)
	}
	b.in(func(tx *records.Tx) error {
		if err := tx.AddDocument(ctx, doc); err != nil {
			return err
		}
		for _, r := range all {
			if err := tx.AddRendition(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return doc.ID
}

// dispose puts case files together.
func (b *archiveBench) dispose(cases ...efile.ID) efile.Disposal {
	b.t.Helper()
	d := efile.Disposal{Archive: b.archive.ID}
	b.inAs(b.people[0], func(tx *records.Tx) error { return tx.AddDisposal(b.t.Context(), &d, cases) })
	return d
}

func (b *archiveBench) disposal(id efile.ID) efile.Disposal {
	b.t.Helper()
	return view(b.bench, func(tx *records.Tx) (efile.Disposal, error) { return tx.Disposal(b.t.Context(), id) })
}

// send has a message sent and waits for it.
func (b *archiveBench) send(d efile.ID, typ efile.MessageType) efile.Message {
	b.t.Helper()
	b.insert(job.Send{Office: b.office.ID, Disposal: d, Type: typ}, nil)
	var sent efile.Message
	b.eventually("message "+string(typ)+" sent", func() bool {
		all := view(b.bench, func(tx *records.Tx) ([]efile.Message, error) { return tx.Messages(b.t.Context(), d) })
		i := slices.IndexFunc(all, func(m efile.Message) bool { return m.Type == typ && !m.Sent.IsZero() })
		if i >= 0 {
			sent = all[i]
		}
		return i >= 0
	})
	return sent
}

// answer lays an answer of the archive into its directory and has it collected.
func (b *archiveBench) answer(typ efile.MessageType, process efile.ID, body string) efile.Answer {
	b.t.Helper()
	name := map[efile.MessageType]string{
		efile.MessageOfferReceipt: "AnbietungEmpfangBestaetigen", efile.MessageAppraisal: "Bewertungsverzeichnis",
		efile.MessageDeliveryReceipt: "AussonderungEmpfangBestaetigen", efile.MessageImport: "AussonderungImportBestaetigen",
	}[typ] + "." + string(typ)
	return b.lay(process.String()+"_Aussonderung."+name+".xml", answerXML(b.archive.Version, name, typ, process, body))
}

func answerXML(version, name string, typ efile.MessageType, process efile.ID, body string) string {
	asks := ""
	if typ == efile.MessageAppraisal {
		asks = "<x:Empfangsbestaetigung>true</x:Empfangsbestaetigung>"
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<x:Aussonderung.%[2]s xmlns:x="urn:xoev-de:xdomea:schema:%[1]s"><x:Kopf><x:ProzessID>%[4]s</x:ProzessID>
<x:Nachrichtentyp><code>%[3]s</code></x:Nachrichtentyp><x:Erstellungszeitpunkt>2026-11-22T08:20:51</x:Erstellungszeitpunkt>
<x:Absender><x:Institution><x:Name>Testarchiv</x:Name></x:Institution></x:Absender>
<x:Empfaenger><x:Institution><x:Name>ABH</x:Name></x:Institution></x:Empfaenger>
<x:SendendesSystem><x:Produktname>X</x:Produktname></x:SendendesSystem>%[6]s</x:Kopf>%[5]s</x:Aussonderung.%[2]s>`,
		version, name, typ, process, body, asks)
}

// lay puts a file into the archive's directory and waits until it is an answer on record.
func (b *archiveBench) lay(name, text string) efile.Answer {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	var found efile.Answer
	b.eventually("answer "+name+" collected", func() bool {
		b.insert(job.Collect{}, nil)
		all := view(b.bench, func(tx *records.Tx) ([]efile.Answer, error) {
			return tx.ArchiveAnswers(b.t.Context(), records.AnswerFilter{})
		})
		i := slices.IndexFunc(all, func(a efile.Answer) bool { return a.SHA256 == hex.EncodeToString(sum[:]) })
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found
}

func decide(id efile.ID, decision efile.Decision) string {
	return fmt.Sprintf("<x:BewertetesObjekt><x:ID>%s</x:ID><x:Aussonderungsart><x:Aussonderungsart><code>%s</code></x:Aussonderungsart></x:Aussonderungsart></x:BewertetesObjekt>", id, decision)
}

func imported(id efile.ID, ok bool) string {
	return fmt.Sprintf("<x:AusgesondertesSGO><x:IDSGO>%s</x:IDSGO><x:Erfolgreich>%v</x:Erfolgreich></x:AusgesondertesSGO>", id, ok)
}

// files are the entries of a container in the archive's directory.
func (b *archiveBench) files(m efile.Message) map[string]string {
	b.t.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, m.File))
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		body, err := f.Open()
		if err != nil {
			b.t.Fatal(err)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			b.t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

func TestACaseFileGoesToTheArchiveAndIsGoneHere(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.1.0", "3.0.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := newArchiveBench(t, version)
			b.start()
			kept, keptMatters := b.plant("Muster, Anna \x0c ]]> \u202e")
			gone, goneMatters := b.plant("Petrow, Iwan")
			d := b.dispose(kept.ID, gone.ID)

			offer := b.files(b.send(d.ID, efile.MessageOffer))
			if len(offer) != 1 || b.disposal(d.ID).State != efile.DisposalOffered {
				t.Fatalf("the offer has %d files, the disposal is %+v", len(offer), b.disposal(d.ID))
			}
			b.answer(efile.MessageOfferReceipt, d.ID, "")
			b.answer(efile.MessageAppraisal, d.ID, decide(kept.ID, efile.Keep)+decide(keptMatters[0].ID, efile.Keep)+
				decide(keptMatters[1].ID, efile.Destroy)+decide(gone.ID, efile.Destroy)+decide(goneMatters[0].ID, efile.Destroy)+
				decide(goneMatters[1].ID, efile.Destroy))
			if s := b.disposal(d.ID).State; s != efile.DisposalAppraised {
				t.Fatalf("after the appraisal: %s", s)
			}
			b.eventually("receipt of the appraisal sent", func() bool {
				return len(view(b.bench, func(tx *records.Tx) ([]efile.Message, error) { return tx.Messages(t.Context(), d.ID) })) == 2
			})

			delivery := b.files(b.send(d.ID, efile.MessageDelivery))
			if len(delivery) != 3 { // the message, the archival rendition and the original of the one document that is kept
				t.Errorf("the delivery has %d entries, want 3", len(delivery))
			}
			b.answer(efile.MessageDeliveryReceipt, d.ID, "")
			if s := b.disposal(d.ID).State; s != efile.DisposalDelivered {
				t.Fatalf("a receipt of the delivery made it %s", s)
			}
			b.answer(efile.MessageImport, d.ID, imported(kept.ID, true)+imported(keptMatters[0].ID, true))
			if s := b.disposal(d.ID).State; s != efile.DisposalArchived {
				t.Fatalf("after the import: %s", s)
			}
			b.destroyAll(d, kept, gone)
		})
	}
}

// destroyAll has two people destroy what is in a disposal, and looks for remains.
func (b *archiveBench) destroyAll(d efile.Disposal, cases ...efile.Case) {
	b.t.Helper()
	ctx := b.t.Context()
	var docs []efile.ID
	var ids []efile.ID
	for _, c := range cases {
		ids = append(ids, c.ID)
		x := efile.Destruction{CaseID: c.ID, Disposal: d.ID, Basis: "0506"}
		b.inAs(b.people[0], func(tx *records.Tx) error { return tx.ProposeDestruction(ctx, &x) })
		err := b.records.In(ctx, b.people[0], func(tx *records.Tx) error {
			_, err := tx.ConfirmDestruction(ctx, x.ID, 0)
			return err
		})
		if !fault.Is(err, fault.FourEyes) {
			b.t.Fatalf("confirmed by the proposer: %v", err)
		}
		b.inAs(b.people[1], func(tx *records.Tx) error {
			_, err := tx.ConfirmDestruction(ctx, x.ID, 0)
			return err
		})
		docs = append(docs, x.Documents...)
	}
	b.eventually("everything destroyed", func() bool {
		b.insert(job.Destroy{}, nil)
		return b.disposal(d.ID).State == efile.DisposalClosed
	})
	left := view(b.bench, func(tx *records.Tx) ([]records.Remain, error) { return tx.Remains(ctx, append(ids, docs...)...) })
	if len(left) > 0 || len(docs) == 0 {
		b.t.Errorf("of %d documents there remains %v", len(docs), left)
	}
	for _, doc := range docs {
		for _, area := range storage.Areas() {
			for found, err := range b.store.Versions(ctx, storage.Folder(area, b.office.ID, doc)) {
				b.t.Errorf("left in the store: %+v, %v", found, err)
			}
		}
	}
}

func TestAnswersThatLieChangeNothing(t *testing.T) {
	t.Parallel()
	b := newArchiveBench(t, "3.1.0")
	b.start()
	c, matters := b.plant("Muster, Anna")
	other, _ := b.plant("Petrow, Iwan")
	d := b.dispose(c.ID)
	stranger := efile.NewID()
	expect := func(what string, a efile.Answer, code fault.Code) {
		t.Helper()
		if a.State != efile.AnswerUnexpected || code != "" && a.Code != string(code) || a.Code == "" {
			t.Errorf("%s: got %s %q, want it unexpected for %q", what, a.State, a.Code, code)
		}
	}
	all := decide(c.ID, efile.Keep) + decide(matters[0].ID, efile.Keep) + decide(matters[1].ID, efile.Keep)

	expect("an appraisal before the offer", b.answer(efile.MessageAppraisal, d.ID, all), fault.AnswerUnexpected)
	b.send(d.ID, efile.MessageOffer)
	expect("an import of an unknown process", b.answer(efile.MessageImport, stranger, imported(stranger, true)), fault.AnswerUnexpected)
	expect("an import before the delivery", b.answer(efile.MessageImport, d.ID, imported(c.ID, true)), fault.AnswerUnexpected)
	expect("a decision on a record of nobody", b.answer(efile.MessageAppraisal, d.ID, all+decide(stranger, efile.Destroy)), fault.AnswerUnexpected)
	expect("a decision on a record of another", b.answer(efile.MessageAppraisal, d.ID, all+decide(other.ID, efile.Destroy)), fault.AnswerUnexpected)
	expect("two decisions on one record", b.answer(efile.MessageAppraisal, d.ID, all+decide(c.ID, efile.Destroy)), "")
	expect("no XML", b.lay(d.ID.String()+"_Aussonderung.Bewertungsverzeichnis.0502.xml", "nothing"), "")
	expect("a bomb of entities", b.lay("bomb.xml", `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccccccccc">]><a>&b;&b;</a>`), "")
	if got := b.disposal(d.ID); got.State != efile.DisposalOffered || got.Decided != 0 {
		t.Fatalf("lies moved the disposal: %+v", got)
	}
	b.answer(efile.MessageAppraisal, d.ID, decide(c.ID, efile.Keep))
	if got := b.disposal(d.ID); got.State != efile.DisposalOffered || got.Decided != 1 {
		t.Errorf("after a third of the decisions: %+v", got)
	}
	expect("another decision than before", b.answer(efile.MessageAppraisal, d.ID, decide(c.ID, efile.Destroy)+
		decide(matters[0].ID, efile.Keep)+decide(matters[1].ID, efile.Destroy)), fault.AnswerUnexpected)
	b.inAs(b.people[0], func(tx *records.Tx) error {
		if _, err := tx.LockDisposal(t.Context(), d.ID); err != nil {
			return err
		}
		return tx.SaveDecisions(t.Context(), d.ID, []efile.DisposalRecord{{ID: matters[0].ID, Decision: efile.Keep, Reason: "Anruf"}})
	})
	expect("another decision than a person's", b.answer(efile.MessageAppraisal, d.ID, decide(matters[0].ID, efile.Destroy)+
		decide(matters[1].ID, efile.Destroy)), fault.AnswerUnexpected)
	if got := b.disposal(d.ID); got.State != efile.DisposalOffered || got.Decided != 2 {
		t.Errorf("contradictions moved the disposal: %+v", got)
	}
	b.answer(efile.MessageAppraisal, d.ID, decide(matters[0].ID, efile.Keep)+decide(matters[1].ID, efile.Destroy))
	expect("appraised twice", b.answer(efile.MessageAppraisal, d.ID, all+" "), fault.AnswerUnexpected)
	b.send(d.ID, efile.MessageDelivery)
	expect("success for a matter that was not sent", b.answer(efile.MessageImport, d.ID, imported(matters[1].ID, true)), fault.AnswerUnexpected)
	if a := b.answer(efile.MessageImport, d.ID, imported(c.ID, false)); a.State != efile.AnswerTaken || a.Code != string(fault.ImportFailed) {
		t.Errorf("an import that failed: got %s %q", a.State, a.Code)
	}
	if got := b.disposal(d.ID); got.State != efile.DisposalDelivered {
		t.Errorf("a failed import made it %s", got.State)
	}
	x := efile.Destruction{CaseID: c.ID, Disposal: d.ID, Basis: "0506"}
	err := b.records.In(t.Context(), b.people[0], func(tx *records.Tx) error { return tx.ProposeDestruction(t.Context(), &x) })
	if !fault.Is(err, fault.NotArchived) {
		t.Errorf("destruction of what is not archived: got %v", err)
	}
}

func TestTheSameMessageIsTheSameBytes(t *testing.T) {
	t.Parallel()
	b := newArchiveBench(t, "4.0.0")
	b.start()
	c, _ := b.plant("Muster, Anna")
	d := b.dispose(c.ID)
	first := b.send(d.ID, efile.MessageOffer)
	before, err := os.ReadFile(filepath.Join(b.dir, first.File))
	if err != nil {
		t.Fatal(err)
	}
	// As if the worker had died after the hand-over, before it could say so.
	b.execute("update archive_messages set sent = null where id = $1", first.ID)
	again := b.send(d.ID, efile.MessageOffer)
	after, err := os.ReadFile(filepath.Join(b.dir, first.File))
	if err != nil || !bytes.Equal(before, after) || again.SHA256 != first.SHA256 {
		t.Errorf("sent again, other bytes or a second file: %v", err)
	}
	if entries, err := os.ReadDir(b.dir); err != nil || len(entries) != 1 {
		t.Errorf("the archive sees %d files, want 1", len(entries))
	}
}

func TestADeliveryLeavesInABag(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"3.1.0", "4.0.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := newArchiveBench(t, version)
			b.archive.Bag = true
			b.in(func(tx *records.Tx) error { return tx.SaveArchive(t.Context(), &b.archive) })
			b.start()
			c, matters := b.plant("Muster, Anna")
			d := b.dispose(c.ID)
			if offer := b.send(d.ID, efile.MessageOffer); strings.Contains(offer.File, ".bag") || offer.Wrapped.Name != "" {
				t.Errorf("the offer is wrapped: %s", offer.File)
			}
			b.inAs(b.people[0], func(tx *records.Tx) error {
				held, err := tx.LockDisposal(t.Context(), d.ID)
				if err != nil {
					return err
				}
				decided := []efile.DisposalRecord{{ID: c.ID, Decision: efile.Keep}, {ID: matters[0].ID, Decision: efile.Keep}, {ID: matters[1].ID, Decision: efile.Keep}}
				if err := tx.SaveDecisions(t.Context(), d.ID, decided); err != nil {
					return err
				}
				return workers.Appraised(t.Context(), tx, held)
			})
			m := b.send(d.ID, efile.MessageDelivery)
			files := b.files(m)
			folder := strings.TrimSuffix(m.File, ".zip")
			inner := files[folder+"/data/"+m.Wrapped.Name]
			sum := sha256.Sum256([]byte(inner))
			if len(files) != 5 || m.File != strings.TrimSuffix(m.Wrapped.Name, ".zip")+".bag.zip" || hex.EncodeToString(sum[:]) != m.Wrapped.SHA256 {
				t.Fatalf("%d entries in %s, its container is noted as %+v", len(files), m.File, m.Wrapped)
			}
			long := sha512.Sum512([]byte(inner))
			if want := hex.EncodeToString(long[:]) + "  data/" + m.Wrapped.Name + "\n"; files[folder+"/manifest-sha512.txt"] != want {
				t.Errorf("manifest: got %q, want %q", files[folder+"/manifest-sha512.txt"], want)
			}
			z, err := zip.NewReader(strings.NewReader(inner), int64(len(inner)))
			if err != nil || len(z.File) != 5 || len(m.Entries) != 5 {
				t.Errorf("in the container: %v, %d entries noted", err, len(m.Entries))
			}
			before, err := os.ReadFile(filepath.Join(b.dir, m.File))
			if err != nil {
				t.Fatal(err)
			}
			// As if the worker had died after the hand-over, before it could say so.
			b.execute("update archive_messages set sent = null where id = $1", m.ID)
			if again := b.send(d.ID, efile.MessageDelivery); again.SHA256 != m.SHA256 {
				t.Error("sent again, the bag has other bytes")
			}
			if after, err := os.ReadFile(filepath.Join(b.dir, m.File)); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file in the archive's directory changed: %v", err)
			}
			// What we laid there ourselves is no answer.
			b.answer(efile.MessageDeliveryReceipt, d.ID, "")
			unexpected := view(b.bench, func(tx *records.Tx) ([]efile.Answer, error) {
				return tx.ArchiveAnswers(t.Context(), records.AnswerFilter{State: efile.AnswerUnexpected})
			})
			if len(unexpected) > 0 && version == "3.1.0" {
				t.Errorf("unexpected answers: %+v", unexpected)
			}
		})
	}
}

func TestARecalledRecordBlocksTheDelivery(t *testing.T) {
	t.Parallel()
	b := newArchiveBench(t, "3.1.0")
	b.start()
	c, matters := b.plant("Muster, Anna")
	stays, staysMatters := b.plant("Petrow, Iwan")
	d := b.dispose(c.ID, stays.ID)
	b.send(d.ID, efile.MessageOffer)
	b.plantDocument(c, matters[0], "late")
	all := ""
	for _, id := range []efile.ID{c.ID, matters[0].ID, matters[1].ID, stays.ID, staysMatters[0].ID, staysMatters[1].ID} {
		all += decide(id, efile.Keep)
	}
	b.answer(efile.MessageAppraisal, d.ID, all)
	if got := b.disposal(d.ID); !got.Blocked || got.State != efile.DisposalAppraised || got.Files != 1 {
		t.Fatalf("got %+v, want it appraised, blocked and with one file", got)
	}
	b.insert(job.Send{Office: b.office.ID, Disposal: d.ID, Type: efile.MessageDelivery}, nil)
	b.eventually("delivery refused", func() bool { return b.disposal(d.ID).Code == string(fault.Blocked) })
	b.inAs(b.people[0], func(tx *records.Tx) error {
		held, err := tx.LockDisposal(t.Context(), d.ID)
		if err != nil {
			return err
		}
		next, err := archive.Next(archive.PositionOf(held), archive.Unblock)
		if err != nil {
			return err
		}
		held.Blocked = next.Blocked
		return tx.SaveDisposal(t.Context(), held)
	})
	got := b.files(b.send(d.ID, efile.MessageDelivery))
	for name, text := range got {
		if strings.HasSuffix(name, ".xml") && strings.Contains(text, c.ID.String()) {
			t.Error("the recalled file was delivered")
		}
	}
	if len(got) != 5 {
		t.Errorf("%d entries, want the message and two documents in two forms", len(got))
	}
}
