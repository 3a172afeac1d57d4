package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

var documentField = regexp.MustCompile(`name="document" value="([^"]+)"`)

// choices are the documents that a page offers, as its form sends them.
func choices(page answer) (all []string) {
	for _, found := range documentField.FindAllStringSubmatch(page.body, -1) {
		all = append(all, found[1])
	}
	return all
}

// alone gives a case file two documents, of which the first is due before it, and closes it.
func (p *way) alone(t *testing.T, c efile.Case, m efile.Matter) efile.ID {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	due := efile.NewID()
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		rules := []efile.RetentionRule{
			{Unit: "33.20", Procedures: []string{"residence_employment"}, Years: 10, Basis: "§ 91 Abs. 1 AufenthG", Proposal: efile.Destroy},
			{DocumentTypes: []string{"bank_statement"}, Months: 6, Basis: "Art. 5 Abs. 1 lit. e DSGVO"},
		}
		err := tx.SaveRetentionRules(ctx, rules)
		for i, kind := range []string{"bank_statement", "passport"} {
			d := efile.Document{ID: efile.NewID(), CaseID: c.ID, MatterID: m.ID, Status: efile.Filed, Station: efile.File, Generation: 1, Version: 1,
				FileName: kind + ".pdf", MediaType: "application/pdf", Size: 1, SHA256: digest(kind + c.Reference), Type: kind, TypeBy: "rule",
				TypeConfidence: 1, Channel: efile.ChannelScan, Received: now}
			if i == 0 {
				d.ID = due
			}
			err = errors.Join(err, tx.AddDocument(ctx, d))
		}
		_, _, closeErr := tx.CloseCase(ctx, c.ID, now.AddDate(-1, 0, 0))
		if err := errors.Join(err, closeErr); err != nil {
			return err
		}
		f, err := tx.ClosedFile(ctx, c.ID)
		if err != nil {
			return err
		}
		known, err := efile.Due(rules, f)
		return errors.Join(err, tx.SaveRetention(ctx, known))
	})
	return due
}

// TestTwoPeopleDestroyADocumentBeforeItsCaseFile goes the way on the pages: proposed by one, confirmed by another, taken back.
func TestTwoPeopleDestroyADocumentBeforeItsCaseFile(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "none"})
	one, two := p.signIn(t, "archiv-1"), p.signIn(t, "archiv-2")
	path := p.home() + "archive/documents"
	says(t, "nothing is due", one.get(path), "Kein Dokument ist vor seiner Akte fällig")
	doc := p.alone(t, p.file, p.vorgang)
	says(t, "the dashboard", one.get(p.home()+"archive"), "1 Dokument kann vor seiner Akte vernichtet werden", path)
	page := one.get(path)
	says(t, "the list", page, p.file.Reference, "Art. 5 Abs. 1 lit. e DSGVO", "bank_statement.pdf", "Nicht vorgeschlagen", "30 Tage")
	if got := choices(page); len(got) != 1 || !strings.HasSuffix(got[0], doc.Public(efile.PrefixDocument)) || strings.Contains(page.body, "passport.pdf") {
		t.Fatalf("offered: %v, want only what is due", got)
	}
	settle := func(v *visitor, act string, form url.Values) answer {
		form.Set("do", act)
		return v.post(path, path, form)
	}
	file := p.file.ID.Public(efile.PrefixCase)
	got := settle(one, "propose "+file, url.Values{})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Kein Dokument ist ausgewählt") || strings.Contains(got.body, " checked") {
		t.Errorf("nothing is ticked: got %d, want 422 and the list again, unticked", got.status)
	}
	if got := settle(one, "propose "+file, url.Values{"document": {file + " " + efile.NewID().Public(efile.PrefixDocument)}}); got.status != http.StatusConflict {
		t.Errorf("a document that is not due: got %d, want 409", got.status)
	}
	says(t, "proposed", settle(one, "propose "+file, url.Values{"document": choices(page)}), "Wartet auf zweite Person", "Bestätigen muss sie eine andere Person")
	says(t, "the dashboard then", one.get(p.home()+"archive"), "1 Vernichtung wartet auf eine zweite Person")
	seen := shown(two.get(path))
	if len(seen) != 1 || len(shown(one.get(path))) != 0 {
		t.Fatalf("the page named %v to the second person, %v to the first; want one and none", seen, shown(one.get(path)))
	}
	if got := settle(one, "confirm "+seen[0], url.Values{}); got.status != http.StatusConflict {
		t.Errorf("confirmed by the proposer: got %d, want 409", got.status)
	}
	says(t, "confirmed", settle(two, "confirm "+seen[0], url.Values{}), "Wird nach dem", "bestätigt von Archiv archiv-2")
	says(t, "what is under way", two.get(p.home()+"archive/destructions"), `href="`+path+`"`, "1 einzelnes Dokument")
	says(t, "taken back", settle(one, "withdraw "+seen[0], url.Values{}), "Nicht vorgeschlagen")
	if got := settle(one, "withdraw "+seen[0], url.Values{}); got.status != http.StatusConflict {
		t.Errorf("taken back again: got %d, want 409", got.status)
	}
	if got := settle(one, "burn", url.Values{}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("another act: got %d, want 422", got.status)
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		return tx.AddHold(ctx, &efile.Hold{CaseID: p.file.ID, Reason: "Klage"})
	})
	if page := one.get(path); len(choices(page)) != 0 || !strings.Contains(page.body, "Löschsperre") {
		t.Error("what is held is offered")
	}
}

// TestManyDocumentsAtOnce: what may not go is passed over, and one's own are left for somebody else.
func TestManyDocumentsAtOnce(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "none"})
	other, vorgang := p.addFile(t, "ABH-1999-000002")
	p.alone(t, p.file, p.vorgang)
	p.alone(t, other, vorgang)
	one, two := p.signIn(t, "archiv-1"), p.signIn(t, "archiv-2")
	path := p.home() + "archive/documents"
	page := one.get(path)
	says(t, "two case files", page, "Ausgewählte aus allen 2 Akten vorschlagen")
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		return tx.AddHold(ctx, &efile.Hold{CaseID: other.ID, Reason: "Klage"})
	})
	got := one.post(path, path, url.Values{"do": {"propose"}, "document": choices(page)})
	says(t, "one of them held meanwhile", got, "Wartet auf zweite Person", "Löschsperre")
	if own := one.post(path, path, url.Values{"do": {"confirm"}, "destruction": shown(two.get(path))}); own.status != http.StatusConflict {
		t.Errorf("all of one's own confirmed: got %d, want 409", own.status)
	}
	says(t, "confirmed by another", two.post(path, path, url.Values{"do": {"confirm"}, "destruction": shown(two.get(path))}), "bestätigt von Archiv archiv-2")
}
