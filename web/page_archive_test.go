package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/web"
)

// way is a site with what archivists need: two of them, an archive, and a case file without documents in work.
type way struct {
	*site
	archive efile.ReceivingArchive
	file    efile.Case
	vorgang efile.Matter
}

func newWay(t *testing.T, a efile.ReceivingArchive) *way {
	t.Helper()
	return wayOf(t, newSite(t), a)
}

func wayOf(t *testing.T, s *site, a efile.ReceivingArchive) *way {
	t.Helper()
	p := &way{site: s, archive: a}
	now := time.Now().UTC().Truncate(time.Microsecond)
	p.archive.Name, p.archive.Short = "Landesarchiv Musterland", "LA"
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		for _, name := range []string{"archiv-1", "archiv-2"} {
			user := efile.User{ID: efile.NewID(), Login: name, Name: "Archiv " + name, Roles: []efile.Role{efile.Archivist}, Language: "de", PasswordHash: web.HashPassword(password), Created: now}
			if err := tx.AddUser(ctx, user); err != nil {
				return err
			}
		}
		rules := []efile.RetentionRule{{Unit: "33.20", Title: "Aufenthaltstitel", Procedures: []string{"residence_employment"}, Years: 10,
			Basis: "§ 91 Abs. 1 AufenthG", Proposal: efile.Destroy}}
		return errors.Join(tx.SaveArchive(ctx, &p.archive), tx.SaveRetentionRules(ctx, rules))
	})
	p.file, p.vorgang = p.addFile(t, "ABH-1999-000001")
	return p
}

// addFile adds an open case file with one matter.
func (p *way) addFile(t *testing.T, reference string) (efile.Case, efile.Matter) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	c := efile.Case{ID: efile.NewID(), Reference: reference, Title: "Muster, Erika", Language: "de", Status: efile.CaseProcessing, Opened: now, Changed: now}
	m := efile.Matter{ID: efile.NewID(), CaseID: c.ID, Procedure: "residence_employment", Opened: now}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		if err := tx.AddCase(ctx, &c); err != nil {
			return err
		}
		return tx.AddMatter(ctx, m)
	})
	return c, m
}

// due closes a case file and lets its period be over.
func (p *way) due(t *testing.T, id efile.ID, proposal efile.Decision) {
	t.Helper()
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		if _, _, err := tx.CloseCase(ctx, id, time.Now().AddDate(-11, 0, 0)); err != nil {
			return err
		}
		return tx.SaveRetention(ctx, efile.Retention{CaseID: id, Resolved: "33.20", Due: time.Now().AddDate(0, 0, -2), Years: 10,
			Basis: "§ 91 Abs. 1 AufenthG", Proposal: proposal})
	})
}

func (p *way) signIn(t *testing.T, login string) *visitor {
	t.Helper()
	v := p.visitor(t)
	if got := v.post(p.home()+"sign-in", p.home()+"sign-in", url.Values{"login": {login}, "password": {password}}); got.status != http.StatusOK {
		t.Fatalf("sign in as %s: got %d", login, got.status)
	}
	return v
}

func (p *way) pathOf(c efile.Case) string { return p.home() + "cases/" + c.ID.Public(efile.PrefixCase) }

// start begins a disposal of the case files and returns its address.
func (p *way) start(t *testing.T, v *visitor, files ...efile.Case) string {
	t.Helper()
	form := url.Values{"archive": {p.archive.ID.Public(efile.PrefixArchive)}}
	for _, c := range files {
		form.Add("case", c.ID.Public(efile.PrefixCase))
	}
	got := v.post(p.home()+"archive", p.home()+"archive/disposals", form)
	if got.status != http.StatusOK || !strings.Contains(got.path, "/archive/disposals/dsp_") {
		t.Fatalf("start a disposal: got %d at %s", got.status, got.path)
	}
	return got.path
}

// archivistsPages are those pages with something on each, in one language.
func (s *site) archivistsPages(t *testing.T, lang string) map[string]answer {
	t.Helper()
	if s.leaving == nil {
		s.fillArchive(t)
	}
	v := (&way{site: s}).signIn(t, "archiv-2")
	v.lang = lang
	all := map[string]answer{}
	for name, path := range s.leaving {
		all[name] = v.get(path)
	}
	return all
}

func (s *site) fillArchive(t *testing.T) {
	t.Helper()
	p := wayOf(t, s, efile.ReceivingArchive{Version: "none"})
	var files []efile.Case
	for _, reference := range []string{"ABH-1999-000011", "ABH-1999-000012", "ABH-1999-000013", "ABH-1999-000014"} {
		c, _ := p.addFile(t, reference)
		p.due(t, c.ID, efile.Destroy)
		files = append(files, c)
	}
	v := p.signIn(t, "archiv-1")
	waiting, doomed := p.start(t, v, files[0]), p.start(t, v, files[1])
	for _, path := range []string{waiting, doomed} {
		v.post(path, path+"/step", url.Values{"step": {"offer"}})
	}
	v.post(doomed, doomed+"/decisions", url.Values{"proposals": {"1"}})
	v.post(doomed, doomed+"/step", url.Values{"step": {"nothing"}})
	v.post(doomed, doomed+"/destructions", url.Values{"do": {"propose"}})
	p.archive = efile.ReceivingArchive{Name: "Stadtarchiv", Version: "4.0.0"}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		if err := tx.SaveArchive(ctx, &p.archive); err != nil {
			return err
		}
		if err := tx.AddHold(ctx, &efile.Hold{CaseID: files[3].ID, Reason: "Klage anhängig"}); err != nil {
			return err
		}
		a := efile.Answer{Archive: p.archive.ID, State: efile.AnswerUnexpected, Code: "message_version", Size: 1, SHA256: digest("answer")}
		_, err := tx.AddArchiveAnswer(ctx, &a)
		return err
	})
	carried := p.start(t, v, files[2])
	p.built(t, disposalID(t, carried), "bad", efile.CheckFinding{Code: "subject_empty"})
	alone, vorgang := p.addFile(t, "ABH-1999-000015")
	p.alone(t, alone, vorgang)
	home := p.home() + "archive"
	s.leaving = map[string]string{"archive": home, "documents alone": home + "/documents", "archive kept": home + "?stage=kept", "rules": home + "/rules", "sample": home + "/sample", "answers": home + "/answers",
		"destructions": home + "/destructions", "disposal appraised": waiting, "disposal doomed": doomed, "disposal with findings": carried,
		"case held": p.pathOf(files[3]), "case open": p.pathOf(p.file)}
}

func key(id efile.ID) string { return strings.ReplaceAll(id.String(), "-", "") }

// says fails unless the page has all of these.
func says(t *testing.T, what string, got answer, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if got.status != http.StatusOK || !strings.Contains(got.body, want) {
			t.Errorf("%s: got %d without %q", what, got.status, want)
		}
	}
}

func TestCaseworkersCloseHoldAndReopen(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "none"})
	v, path := p.caseworker(t), p.pathOf(p.file)
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		return tx.SaveRetentionRules(ctx, []efile.RetentionRule{{Unit: "33.20", Procedures: []string{"residence_employment"}, Years: 10, Basis: "Aktenplan Nr. 33"}})
	})
	says(t, "an open case file", v.get(path), "zu den Akten schreiben (zdA)", "Vorgang schließen", "Löschsperre setzen")
	closed := v.post(path, path+"/close", url.Values{})
	says(t, "a closed case file", closed, "Akte wieder aufnehmen", "33.20", "Aktenplan Nr. 33", "Aufbewahrt", time.Now().AddDate(10, 0, 1).Format("2006"))
	said := 0
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		events, err := tx.Events(ctx, records.EventFilter{CaseID: p.file.ID})
		for _, e := range events {
			if e.Type == efile.CaseStatusChanged && strings.Contains(string(e.Data), "completed") {
				said++
			}
		}
		return err
	})
	if said != 1 {
		t.Errorf("the feed was told %d times that the case is completed, want once", said)
	}
	banned := v.post(path, path+"/retention", url.Values{"unit": {"33.20"}, "from": {"2040-03-01"}})
	says(t, "a period that starts later", banned, "01.03.2040", "02.03.2050")
	if got := v.post(path, path+"/retention", url.Values{"from": {"soon"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a period from soon on: got %d, want 422", got.status)
	}
	held := v.post(path, path+"/holds", url.Values{"reason": {"Klage anhängig"}})
	says(t, "a held case file", held, "Klage anhängig", "Sperre aufheben", "Frau Keller")
	if got := v.post(path, path+"/holds", url.Values{"reason": {" "}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a hold without a reason: got %d, want 422", got.status)
	}
	lift := strings.Split(strings.Split(held.body, `action="`+path+`/holds/`)[1], `"`)[0]
	if got := v.post(path, path+"/holds/"+lift, url.Values{}); strings.Contains(got.body, "Klage anhängig") {
		t.Error("the hold is still shown")
	}
	reopened := v.post(path, path+"/reopen", url.Values{})
	says(t, "a reopened case file", reopened, "zu den Akten schreiben (zdA)", "Vorgang wieder aufnehmen")
	if got := v.post(path, path+"/matters/"+p.matter.ID.Public(efile.PrefixMatter)+"/close", url.Values{}); got.status != http.StatusNotFound {
		t.Errorf("a matter of another case: got %d, want 404", got.status)
	}
	if got := v.post(p.casePath(), p.casePath()+"/close", url.Values{}); got.status != http.StatusConflict {
		t.Errorf("a case file with documents in work: got %d, want 409", got.status)
	}
}

func TestWhatIsTooLargeForOneContainerBecomesSeveralDisposals(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0", SizeLimit: 40_000}) // two empty case files, as they are estimated
	form := url.Values{"archive": {p.archive.ID.Public(efile.PrefixArchive)}, "case": {p.file.ID.Public(efile.PrefixCase)}}
	p.due(t, p.file.ID, efile.Keep)
	for i := range 2 {
		c, _ := p.addFile(t, fmt.Sprintf("ABH-1999-10000%d", i))
		p.due(t, c.ID, efile.Keep)
		form.Add("case", c.ID.Public(efile.PrefixCase))
	}
	got := p.signIn(t, "archiv-1").post(p.home()+"archive", p.home()+"archive/disposals", form)
	says(t, "split", got, "Es sind 2 Aussonderungen angelegt")
	if n := p.jobs(t, "send", "0501"); n != 2 {
		t.Errorf("got %d jobs for offers, want 2", n)
	}
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		all, err := tx.Disposals(ctx, records.DisposalFilter{})
		files := 0
		for _, d := range all {
			files += d.Files
		}
		if len(all) != 2 || files != 3 {
			t.Errorf("got %d disposals with %d files", len(all), files)
		}
		return err
	})
}

// TestDisposalByHand goes the whole way with an archive that has no messages.
func TestDisposalByHand(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "none"})
	other, _ := p.addFile(t, "ABH-1999-000002")
	p.due(t, p.file.ID, efile.Keep)
	p.due(t, other.ID, efile.Destroy)
	one, two := p.signIn(t, "archiv-1"), p.signIn(t, "archiv-2")
	says(t, "the dashboard", one.get(p.home()+"archive"), p.file.Reference, other.Reference, "§ 91 Abs. 1 AufenthG", "archivwürdig", "Landesarchiv Musterland")
	path := p.start(t, one, p.file, other)
	step := func(v *visitor, name string) answer { return v.post(path, path+"/step", url.Values{"step": {name}}) }
	says(t, "a new disposal", one.get(path), "Ist dem Archiv angeboten", "Aussonderung abbrechen", "0 von 4")
	if got := step(one, "deliver"); got.status != http.StatusConflict {
		t.Errorf("deliver what is not appraised: got %d, want 409", got.status)
	}
	says(t, "an offered disposal", step(one, "offer"), "Alle Vorschläge übernehmen", "Tragen Sie die Entscheidungen des Archivs ein")
	some := one.post(path, path+"/decisions", url.Values{"d_" + key(p.file.ID): {"A"}, "r_" + key(p.file.ID): {"Muster der Zeit"}})
	says(t, "a disposal decided in part", some, "1 von 4", "Muster der Zeit", "entschieden: Archiv archiv-1")
	says(t, "an appraised disposal", one.post(path, path+"/decisions", url.Values{"proposals": {"1"}}), "4 von 4", "Übergabe bestätigen")
	says(t, "a delivered disposal", step(one, "deliver"), "Alles ist übernommen", "von Hand übergeben")
	archived := one.post(path, path+"/confirmations", url.Values{"all": {"1"}, "ref_" + key(p.file.ID): {"LA 2026/17"}})
	says(t, "an archived disposal", archived, "LA 2026/17", "Vernichtung von 2 Akten vorschlagen")
	says(t, "a proposed destruction", one.post(path, path+"/destructions", url.Values{"do": {"propose"}}), "Wartet auf zweite Person", "Bestätigen muss sie eine andere Person")
	if got := one.post(path, path+"/destructions", url.Values{"do": {"confirm " + other.ID.Public(efile.PrefixCase)}}); got.status != http.StatusConflict {
		t.Errorf("the proposer confirms: got %d, want 409", got.status)
	}
	says(t, "the dashboard of the second person", two.get(p.home()+"archive"), "2 Vernichtungen warten auf eine zweite Person")
	says(t, "a confirmed destruction", two.post(path, path+"/destructions", url.Values{"do": {"confirm"}, "destruction": shown(two.get(path))}), "Wird nach dem", "bestätigt von Archiv archiv-2")
	says(t, "one taken back", two.post(path, path+"/destructions", url.Values{"do": {"withdraw " + other.ID.Public(efile.PrefixCase)}}), "Nicht vorgeschlagen")
	list := p.home() + "archive/destructions"
	says(t, "the list", two.get(list), p.file.Reference, "In Arbeit", "Noch wurde keine Akte vernichtet")
	p.destroy(t, disposalID(t, path))
	says(t, "the proof", two.get(list), p.file.Reference, "LA 2026/17", "bestätigt von Archiv archiv-2", "dst_")
	says(t, "the disposal after it", one.get(path), "Vernichtet am", "0 Dokumente")
}

// destroy plays the worker after the grace period.
func (p *way) destroy(t *testing.T, disposal efile.ID) {
	t.Helper()
	p.in(t, func(ctx context.Context, tx *records.Tx) error {
		if err := tx.Pgx().QueryRow(ctx, "with u as (update destructions set after = now() where disposal_id = $1 and confirmed is not null and withdrawn is null returning 1) select count(*) from u", disposal).Scan(new(int)); err != nil {
			return err
		}
		due, err := tx.DueDestructions(ctx, time.Now().Add(time.Minute), 10)
		if err != nil {
			return err
		}
		for _, x := range due {
			if _, err := tx.BeginDestruction(ctx, x.ID); err != nil {
				return err
			}
			if err := tx.Destroy(ctx, x.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestOnlyArchivistsSeeTheArchive asks every address of the archivists' side as everybody else.
func TestOnlyArchivistsSeeTheArchive(t *testing.T) {
	t.Parallel()
	p := newWay(t, efile.ReceivingArchive{Version: "3.1.0"})
	p.due(t, p.file.ID, efile.Keep)
	archivist := p.signIn(t, "archiv-1")
	path := p.start(t, archivist, p.file)
	caseworker, applicant, nobody := p.caseworker(t), p.applicant(t), p.visitor(t)
	gets := []string{p.home() + "archive", p.home() + "archive/rules", p.home() + "archive/sample", p.home() + "archive/answers",
		p.home() + "archive/destructions", path, path + "/messages/" + efile.NewID().Public(efile.PrefixMessage)}
	for _, at := range gets {
		for who, v := range map[string]*visitor{"caseworker": caseworker, "applicant": applicant} {
			if got := v.get(at); got.status != http.StatusForbidden {
				t.Errorf("%s by %s: got %d, want 403", at, who, got.status)
			}
		}
		if got := nobody.get(at); !strings.Contains(got.path, "/sign-in?next=") {
			t.Errorf("%s by nobody: led to %s", at, got.path)
		}
	}
	back := nobody.post(p.home()+"sign-in", p.home()+"sign-in", url.Values{"login": {"archiv-2"}, "password": {password}, "next": {p.home() + "archive/rules"}})
	if back.path != p.home()+"archive/rules" {
		t.Errorf("after signing in: at %s, want where it was asked for", back.path)
	}
	casePage := p.pathOf(p.file)
	for _, at := range []string{"/step", "/decisions", "/confirmations", "/destructions"} {
		if got := caseworker.post(casePage, path+at, url.Values{"step": {"cancel"}, "do": {"propose"}}); got.status != http.StatusForbidden {
			t.Errorf("%s by a caseworker: got %d, want 403", at, got.status)
		}
	}
	if got := archivist.post(casePage, casePage+"/close", url.Values{}); got.status != http.StatusForbidden {
		t.Errorf("an archivist closes: got %d, want 403", got.status)
	}
	if strings.Contains(caseworker.get(p.home()+"cases").body, "/archive\"") {
		t.Error("a caseworker is led to the archive")
	}
	if got := archivist.get(p.home() + "archive/disposals/" + efile.NewID().Public(efile.PrefixDisposal)); got.status != http.StatusNotFound {
		t.Errorf("a disposal that is not there: got %d, want 404", got.status)
	}
}
