package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// ready has a retention table by which case files are due at once, and an archive.
func ready(t *testing.T, archive string) *world {
	t.Helper()
	w := newWorld(t)
	w.must(t, "retention", "-office", "OFFICE", file(t, "r.yaml",
		"- {unit: '33.20', title: Aufenthalt, procedures: [settlement_permit], basis: Aktenordnung, proposal: V}\n"))
	w.must(t, "archive", "-office", "OFFICE", file(t, "a.yaml", "name: Landesarchiv\nshort: LA\n"+sender+archive))
	return w
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// jobs counts the jobs that were inserted, by kind and message.
func (w *world) jobs(t *testing.T) (all []string) {
	t.Helper()
	rows, err := w.store.Pool().Query(t.Context(), "select kind || coalesce(' ' || (args->>'type'), '') from river_job order by id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestCaseFilesAreClosedEachByItself(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x", "a.png")
	pending := w.caseFile(t, "A-2", "x", "a.png")
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		all, err := tx.Documents(ctx, pending.ID)
		if err != nil {
			return err
		}
		d, err := tx.LockDocument(ctx, all[0].ID)
		if err != nil {
			return err
		}
		d.Status, d.Code = efile.Review, "unreadable"
		return tx.SaveDocument(ctx, d)
	})
	out, err := w.run(t, "close", "A-1", "nowhere", "A-2", "A-1", "-office", "OFFICE", "-date", "2020-01-31")
	if !errors.Is(err, errNotAll) {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"A-1: closed, due on 2020-01-31", "nowhere: NOT closed: not_found", "A-2: NOT closed: documents_pending", "A-1: closed already"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if _, err := w.run(t, "close", "A-1", "-office", "OFFICE", "-date", "2999-01-31"); !errors.Is(err, errUsage) {
		t.Errorf("closed in the future: %v", err)
	}
	if due := w.must(t, "export", "due", "-office", "OFFICE"); !strings.Contains(due, "A-1") || strings.Contains(due, "A-2") {
		t.Errorf("got\n%s", due)
	}
}

func TestAHeldCaseFileIsNotOffered(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x")
	w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", "A-1")
	w.must(t, "hold", "-office", "OFFICE", "-reason", "Klage anhängig", "A-1")
	if out := w.must(t, "hold", "-office", "OFFICE"); !strings.Contains(out, "Klage anhängig") {
		t.Errorf("got %q", out)
	}
	if _, err := w.run(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "A-1"); !fault.Is(err, fault.Held) {
		t.Errorf("got %v, want %s", err, fault.Held)
	}
	if _, err := w.run(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "-all"); err == nil {
		t.Error("everything due is nothing, and is offered")
	}
	if out := w.must(t, "hold", "-office", "OFFICE", "-lift", "A-1"); !strings.Contains(out, "1 holds lifted") {
		t.Errorf("got %q", out)
	}
	w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "-all")
	if jobs := w.jobs(t); !slices.Equal(jobs, []string{"send 0501"}) {
		t.Errorf("got jobs %v", jobs)
	}
}

func TestAnOfferIsSplitByTheSizeOfContainers(t *testing.T) {
	t.Parallel()
	w := ready(t, "size_limit_mb: 1\n")
	for i := range 3 {
		reference := fmt.Sprintf("A-%d", i)
		c := w.caseFile(t, reference, "x", "a.png")
		w.in(t, func(ctx context.Context, tx *records.Tx) error { // as if it were large
			all, err := tx.CaseRenditions(ctx, c.ID)
			if err != nil {
				return err
			}
			for _, of := range all {
				for _, r := range of {
					if r.Kind == efile.Archival {
						r.Size = 400_000
						return tx.AddRendition(ctx, r)
					}
				}
			}
			return nil
		})
		w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", reference)
	}
	out := w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "Landesarchiv", "A-0", "A-1", "A-2", "A-1")
	if n := len(uuids.FindAllString(out, -1)); n != 2 || !strings.Contains(out, "2 case files, 4 records") {
		t.Errorf("got %d processes, want 2:\n%s", n, out)
	}
	if jobs := w.jobs(t); !slices.Equal(jobs, []string{"send 0501", "send 0501"}) {
		t.Errorf("got jobs %v", jobs)
	}
}

func TestADisposalByHand(t *testing.T) {
	t.Parallel()
	w := ready(t, "xdomea: none\n")
	w.caseFile(t, "A-1", "x", "a.png")
	w.caseFile(t, "A-2", "x")
	w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", "A-1", "A-2")
	process := uuids.FindString(w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "-all"))
	table := w.must(t, "export", "status", "-office", "OFFICE", "-csv", process)
	if lines := strings.Count(table, "\n"); lines != 5 || !strings.Contains(table, ",B,,A-1,case,V") {
		t.Errorf("got\n%s", table)
	}
	// Some lines are decided, in the way of a spreadsheet.
	some := strings.ReplaceAll(strings.Replace(table, ",B,,A-1,case", ",a,\"wichtig, sehr\",A-1,case", 1), "\n", "\r\n")
	out := w.must(t, "export", "appraise", "-office", "OFFICE", process, file(t, "d.csv", "\ufeff"+some))
	if !strings.Contains(out, "1 decisions entered, 1 records to be kept, 3 not decided, offered") {
		t.Errorf("got %q", out)
	}
	if _, err := w.run(t, "export", "deliver", "-office", "OFFICE", process); !fault.Is(err, fault.WrongStage) {
		t.Errorf("delivered before it is appraised: %v", err)
	}
	out = w.must(t, "export", "appraise", "-office", "OFFICE", process, "--proposals")
	if !strings.Contains(out, "3 decisions entered, 1 records to be kept, 0 not decided, appraised") {
		t.Errorf("got %q", out)
	}
	w.must(t, "export", "deliver", "-office", "OFFICE", process)
	w.must(t, "export", "deliver", "-office", "OFFICE", process)
	if jobs := w.jobs(t); !slices.Equal(jobs, []string{"send 0503"}) {
		t.Errorf("got jobs %v", jobs)
	}
	if out := w.must(t, "export", "status", "-office", "OFFICE", process); !strings.Contains(out, "appraised") || !strings.Contains(out, "[deliver cancel]") &&
		!strings.Contains(out, "deliver") {
		t.Errorf("got\n%s", out)
	}
	w.must(t, "export", "cancel", "-office", "OFFICE", process)
	if out := w.must(t, "export", "status", "-office", "OFFICE"); !strings.Contains(out, "cancelled") {
		t.Errorf("got\n%s", out)
	}
	if due := w.must(t, "export", "due", "-office", "OFFICE"); !strings.Contains(due, "A-1") {
		t.Errorf("not due again:\n%s", due)
	}
}

// TestDecidingBeforeTheArchiveTakesAReason: while its 0502 is awaited, nothing is entered without one, of the command or in
// the table; a reason that a line has of its own stays.
func TestDecidingBeforeTheArchiveTakesAReason(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x")
	w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", "A-1")
	process := uuids.FindString(w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "A-1"))
	w.in(t, func(ctx context.Context, tx *records.Tx) error { // as if the workers had sent the 0501
		d, err := findDisposal(ctx, tx, process)
		if err == nil {
			_, err = step(ctx, tx, d.ID, archive.Offer)
		}
		return err
	})
	status := func() string { return w.must(t, "export", "status", "-office", "OFFICE", "-csv", process) }
	undecided := status()
	half := file(t, "half.csv", strings.Replace(undecided, ",B,,A-1,case", ",A,wichtig,A-1,case", 1))
	none := file(t, "none.csv", strings.ReplaceAll(undecided, ",B,,", ",V,,"))
	for name, args := range map[string][]string{
		"the proposals":           {"-proposals", process},
		"with a blank reason":     {"-proposals", "-reason", " ", process},
		"a table without reasons": {process, none},
	} {
		_, err := w.run(t, append([]string{"export", "appraise", "-office", "OFFICE"}, args...)...)
		if !errors.Is(err, errUsage) || !strings.Contains(err.Error(), "still awaited") || status() != undecided {
			t.Errorf("%s: got %v and\n%s", name, err, status())
		}
	}
	w.must(t, "export", "appraise", "-office", "OFFICE", process, half)
	out := w.must(t, "export", "appraise", "-office", "OFFICE", "-proposals", "-reason", "Anruf vom 3. 2.", process)
	if !strings.Contains(out, "1 decisions entered, 1 records to be kept, 0 not decided, appraised") {
		t.Errorf("got %q", out)
	}
	if got := status(); !strings.Contains(got, "wichtig,A-1,case") || !strings.Contains(got, "Anruf vom 3. 2.,A-1,matter") {
		t.Errorf("got\n%s", got)
	}
}

func TestAnArchivistConfirmsByLetter(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x", "a.png")
	w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", "A-1")
	process := uuids.FindString(w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "A-1"))
	var kept []string
	w.in(t, func(ctx context.Context, tx *records.Tx) error { // as if the workers had sent everything
		user := efile.User{ID: efile.NewID(), Login: "archiv", Roles: []efile.Role{efile.Archivist}, Created: time.Now()}
		other := efile.User{ID: efile.NewID(), Login: "desk", Roles: []efile.Role{efile.Caseworker}, Created: time.Now()}
		if err := errors.Join(tx.AddUser(ctx, user), tx.AddUser(ctx, other)); err != nil {
			return err
		}
		found, err := findDisposal(ctx, tx, process)
		if err != nil {
			return err
		}
		for _, s := range []archive.Step{archive.Offer, archive.Appraise, archive.Deliver} {
			if s == archive.Appraise {
				all, err := tx.DisposalRecords(ctx, found.ID)
				if err != nil {
					return err
				}
				for i := range all {
					all[i].Decision = efile.Keep
					kept = append(kept, all[i].ID.String())
				}
				if err := tx.SaveDecisions(ctx, found.ID, all); err != nil {
					return err
				}
			}
			if _, err := step(ctx, tx, found.ID, s); err != nil {
				return err
			}
		}
		m := efile.Message{Disposal: found.ID, Type: efile.MessageDelivery}
		err = tx.AddMessage(ctx, &m)
		m.File, m.Size, m.SHA256, m.Checked, m.Sent = "a.zip", 1, strings.Repeat("0", 64), time.Now(), time.Now()
		return errors.Join(err, tx.SaveMessage(ctx, m))
	})
	if _, err := w.run(t, "export", "confirm", "-office", "OFFICE", "-by", "archiv", process); !errors.Is(err, errUsage) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := w.run(t, "export", "confirm", "-office", "OFFICE", "-by", "desk", "-reason", "Brief", process); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by a caseworker: %v", err)
	}
	out := w.must(t, "export", "confirm", "-office", "OFFICE", "-by", "archiv", "-reason", "Brief vom 3. 2.", process, kept[0])
	if !strings.Contains(out, "1 records confirmed by hand, 1 not confirmed, delivered") {
		t.Errorf("got %q", out)
	}
	out = w.must(t, "export", "confirm", "-office", "OFFICE", "-by", "archiv", "-reason", "Brief vom 3. 2.", process)
	if !strings.Contains(out, "1 records confirmed by hand, 0 not confirmed, archived") {
		t.Errorf("got %q", out)
	}
}

func TestWhereNothingIsKeptNothingIsDelivered(t *testing.T) {
	t.Parallel()
	w := ready(t, "two_step: true\n")
	w.caseFile(t, "A-1", "x")
	w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", "A-1")
	out := w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "-wait", "A-1")
	process := uuids.FindString(out)
	if !strings.Contains(out, "appraisal is needed") {
		t.Errorf("got %q", out)
	}
	w.must(t, "export", "appraise", "-office", "OFFICE", "--proposals", process)
	if out := w.must(t, "export", "deliver", "-office", "OFFICE", "-wait", process); !strings.Contains(out, "archived") {
		t.Errorf("got %q", out)
	}
	if out := w.must(t, "export", "status", "-office", "OFFICE", process); !strings.Contains(out, "archived") {
		t.Errorf("got\n%s", out)
	}
	if jobs := w.jobs(t); !slices.Equal(jobs, []string{}) {
		t.Errorf("got jobs %v, want no message", jobs)
	}
}

func TestWaitingEndsWhereAPersonMustLook(t *testing.T) {
	t.Parallel()
	w := ready(t, "")
	w.caseFile(t, "A-1", "x")
	w.must(t, "close", "-date", "2020-01-31", "-office", "OFFICE", "A-1")
	process := uuids.FindString(w.must(t, "export", "offer", "-office", "OFFICE", "-archive", "LA", "-all"))
	id, _ := efile.ParseID(process)
	w.in(t, func(ctx context.Context, tx *records.Tx) error {
		m := efile.Message{Disposal: id, Type: efile.MessageOffer}
		if err := tx.AddMessage(ctx, &m); err != nil {
			return err
		}
		m.Size, m.File, m.SHA256 = 5, "x.zip", strings.Repeat("0", 64)
		m.Findings = []efile.CheckFinding{{Code: "entry_absent", Subject: "evil\x1b[2Jname"}}
		return tx.SaveMessage(ctx, m)
	})
	out, err := w.run(t, "export", "wait", "-office", "OFFICE", process)
	if !errors.Is(err, errStopped) || !strings.Contains(out, "0501 held back, 1 findings") {
		t.Errorf("got %q, %v", out, err)
	}
	out = w.must(t, "export", "status", "-office", "OFFICE", id.Public(efile.PrefixDisposal))
	if !strings.Contains(out, "named in the message, but not there") || strings.Contains(out, "\x1b") {
		t.Errorf("got %q", out)
	}
	w.must(t, "export", "retry", "-office", "OFFICE", process)
	if jobs := w.jobs(t); !slices.Equal(jobs, []string{"send 0501"}) { // the first one has not run: it is the same
		t.Errorf("got jobs %v", jobs)
	}
	if out := w.must(t, "export", "status", "-office", "OFFICE", process); !strings.Contains(out, "0501 built") {
		t.Errorf("what was found the last time is still there:\n%s", out)
	}
}

func TestDecisionsAreReadAsSpreadsheetsWriteThem(t *testing.T) {
	t.Parallel()
	a, b := efile.NewID(), efile.NewID()
	for _, test := range []struct{ name, table, want string }{
		{"commas, no headings", fmt.Sprintf("%s,A\n%s,V,zu wenig\n", a, b), "A V zu wenig"},
		{"semicolons and headings", fmt.Sprintf("ID;Decision;Reason\r\n%s;a;\r\n%s; v ;\"a;b\"\r\n", a, b), "A V a;b"},
		{"tabs and public ids", fmt.Sprintf("%s\tA\n%s\tV\tx\n", a.Public(efile.PrefixCase), b.Public(efile.PrefixMatter)), "A V x"},
		{"what is not decided yet", fmt.Sprintf("%s,A\n%s,B,x\n", a, b), "A"},
		{"a third letter", fmt.Sprintf("%s,C\n", a), "line 1: the decision is A, V"},
		{"no id", "Muster,A\n", "line 1: the first column"},
		{"twice", fmt.Sprintf("%s,A\n%s,V\n", a, a), "line 2: a record that was decided above"},
		{"one column", fmt.Sprintf("%s\n", a), "line 1: want id"},
		{"nothing", "", "no decisions"},
		{"headings only", "id,decision\n", "no decisions"},
		{"no text", "\x00\xff\"", "line 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			read, err := readDecisions([]byte(test.table))
			if err != nil {
				if !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %s", err, test.want)
				}
				return
			}
			var got []string
			for _, d := range read {
				got = append(got, strings.TrimSpace(string(d.Decision)+" "+d.Reason))
			}
			if strings.Join(got, " ") != test.want || read[0].ID != a {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

func TestDestructionIsForThePages(t *testing.T) {
	t.Parallel()
	w := &world{}
	if _, err := w.run(t, "export", "destroy", "propose"); err == nil || !strings.Contains(err.Error(), "pages") {
		t.Errorf("got %v", err)
	}
	if _, err := w.run(t, "export", "verify", filepath.Join(t.TempDir(), "none.zip")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
