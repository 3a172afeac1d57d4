package records

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// audit puts an entry into the log that no feed shows; data are ids, codes and counts. A zero case: it is about the office.
func (tx *Tx) audit(t efile.EventType, caseID efile.ID, subject string, data map[string]any) {
	e := efile.Event{Type: t, CaseID: caseID, Subject: subject}
	if len(data) > 0 {
		e.Data, _ = json.Marshal(data) // strings, numbers and lists of them
	}
	tx.Append(e)
}

func subjectOf(caseID efile.ID) string { return "cases/" + caseID.Public(efile.PrefixCase) }

// CloseMatter puts a matter to the files (zdA); a zero when means now. Closing it again keeps the first time. A matter with
// documents that are in work or wait for a person is fault.DocumentsPending.
func (tx *Tx) CloseMatter(ctx context.Context, id efile.ID, when time.Time) error {
	doing := fmt.Sprintf("close matter %s", id)
	if err := tx.may(doing, efile.Correct, efile.WriteCases); err != nil {
		return err
	}
	m, err := tx.lockMatter(ctx, doing, id)
	if err != nil || !m.Closed.IsZero() {
		return err
	}
	if err := tx.nothingPends(ctx, doing, "matter_id = $1", id); err != nil {
		return err
	}
	tx.cases[m.CaseID] = true
	tx.audit(efile.AuditMatterClosed, m.CaseID, subjectOf(m.CaseID), map[string]any{"matter": id.String()})
	return tx.change(ctx, doing, "update matters set closed = $2 where id = $1", id, orNow(when))
}

// ReopenMatter takes a matter up again. In a closed case file it is fault.CaseClosed: reopen that first.
func (tx *Tx) ReopenMatter(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("reopen matter %s", id)
	if err := tx.may(doing, efile.Correct, efile.WriteCases); err != nil {
		return err
	}
	m, err := tx.lockMatter(ctx, doing, id)
	if err != nil || m.Closed.IsZero() {
		return err
	}
	c, err := tx.Case(ctx, m.CaseID)
	if err != nil {
		return err
	}
	if !c.Closed.IsZero() {
		return fault.New(fault.Reject, fault.CaseClosed, fmt.Errorf("%s: case %s", doing, c.ID))
	}
	tx.cases[m.CaseID] = true
	tx.audit(efile.AuditMatterReopened, m.CaseID, subjectOf(m.CaseID), map[string]any{"matter": id.String()})
	return tx.change(ctx, doing, "update matters set closed = null where id = $1", id)
}

// lockMatter holds the matter's case file and returns the matter as it is then.
func (tx *Tx) lockMatter(ctx context.Context, doing string, id efile.ID) (efile.Matter, error) {
	err := tx.change(ctx, doing, `
		select from cases where id = (select case_id from matters where id = $1) for no key update`, id)
	if err != nil {
		return efile.Matter{}, err
	}
	return one(ctx, tx, doing, scanMatter, "select "+matterColumns+" from matters where id = $1", id)
}

// CloseCase puts a case file with all its matters to the files (zdA) and sets its status to completed; a zero when means
// now. changed is false, and nothing is written, if it was closed already. A case file with documents that are in work or
// wait for a person is fault.DocumentsPending. Who closes tells the feed as well (notify.CaseEvent).
func (tx *Tx) CloseCase(ctx context.Context, id efile.ID, when time.Time) (c efile.Case, changed bool, err error) {
	doing := fmt.Sprintf("close case %s", id)
	if err := tx.may(doing, efile.Correct, efile.WriteCases); err != nil {
		return c, false, err
	}
	if c, err = tx.lockCase(ctx, doing, id); err != nil || !c.Closed.IsZero() {
		return c, false, err
	}
	if err := tx.nothingPends(ctx, doing, "case_id = $1", id); err != nil {
		return c, false, err
	}
	when = orNow(when)
	tag, err := tx.pgx.Exec(ctx, "update matters set closed = $2 where case_id = $1 and closed is null", id, when)
	if err != nil {
		return c, false, explain(ctx, doing, err)
	}
	err = tx.change(ctx, doing, `
		update cases set closed = $2, status = 'completed', changed = greatest(changed, clock_timestamp()) where id = $1`,
		id, when)
	if err != nil {
		return c, false, err
	}
	tx.cases[id] = true
	tx.audit(efile.AuditCaseClosed, id, subjectOf(id), map[string]any{"matters": tag.RowsAffected(), "documents": c.Documents})
	c, err = tx.Case(ctx, id)
	return c, true, err
}

// ReopenCase takes a closed case file up again: its status is processing, its period no longer runs, and it leaves a
// disposal it is in. Its matters stay closed. changed is false, and nothing is written, if it was open.
func (tx *Tx) ReopenCase(ctx context.Context, id efile.ID) (c efile.Case, changed bool, err error) {
	doing := fmt.Sprintf("reopen case %s", id)
	if err := tx.may(doing, efile.Correct, efile.WriteCases, efile.Archive); err != nil {
		return c, false, err
	}
	if c, err = tx.lockCase(ctx, doing, id); err != nil || c.Closed.IsZero() {
		return c, false, err
	}
	err = tx.change(ctx, doing, `
		update cases set closed = null, status = 'processing', changed = greatest(changed, clock_timestamp()) where id = $1`,
		id)
	if err != nil {
		return c, false, err
	}
	if err := tx.exec(ctx, doing, "update retentions set due = null where case_id = $1", id); err != nil {
		return c, false, err
	}
	if err := tx.exec(ctx, doing, "delete from document_retentions where case_id = $1", id); err != nil {
		return c, false, err
	}
	tx.cases[id] = true
	tx.audit(efile.AuditCaseReopened, id, subjectOf(id), nil)
	c, err = one(ctx, tx, doing, scanCase, "select "+caseColumns+" from "+caseTables+" where c.id = $1", id)
	return c, true, err
}

// lockCase holds a case file until the transaction ends, so that nobody touches it, and returns it as it is then. Whoever
// locks more than that locks in this order: cases by id, disposals by id, destructions.
func (tx *Tx) lockCase(ctx context.Context, doing string, id efile.ID) (efile.Case, error) {
	if err := tx.change(ctx, doing, "select from cases where id = $1 for no key update", id); err != nil {
		return efile.Case{}, err
	}
	return one(ctx, tx, doing, scanCase, "select "+caseColumns+" from "+caseTables+" where c.id = $1", id)
}

// nothingPends refuses as long as a document is in work or waits for a person.
func (tx *Tx) nothingPends(ctx context.Context, doing, where string, id efile.ID) error {
	scan := func(row pgx.Row) (n int, err error) { return n, row.Scan(&n) }
	n, err := one(ctx, tx, doing, scan,
		"select count(*) from documents where status in ('received', 'processing', 'review') and "+where, id)
	if err != nil || n == 0 {
		return err
	}
	return fault.New(fault.Reject, fault.DocumentsPending, fmt.Errorf("%s: %d documents", doing, n))
}
