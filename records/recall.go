package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// stir notes that the case file is no longer what was offered, without anything of it having changed: it is recalled at the
// end of the transaction, but its Changed stays.
func (tx *Tx) stir(caseID efile.ID) { tx.stirred[caseID] = true }

// touchCases sets Changed of the cases something was changed in and recalls those on their way out. It is what makes "frozen"
// true: every transaction comes through here, whatever it did. The cases are held from here on, in the order of their ids so
// that two transactions never wait for each other; AddDisposal and Destroy hold them too, so either they see the change or
// the change sees them.
func (tx *Tx) touchCases(ctx context.Context) error {
	touched, all := keys(tx.cases), keys(tx.cases)
	for id := range tx.stirred {
		if !tx.cases[id] {
			all = append(all, id)
		}
	}
	if len(all) == 0 {
		return nil
	}
	const doing = "touch cases"
	leaving := false
	batch := &pgx.Batch{}
	if len(all) > len(touched) {
		batch.Queue("select from cases where id = any($1) order by id for no key update", all)
	}
	if len(touched) > 0 {
		batch.Queue(`
			update cases set changed = greatest(changed, clock_timestamp())
			where id in (select id from cases where id = any($1) order by id for no key update)`, touched)
	}
	// An applicant's fence hides all of this from the applicant, not from what the applicant sets off.
	fence := fenceOf(tx.actor)
	if !fence.IsZero() {
		batch.Queue("select set_config('eakte.case', '', true)")
	}
	batch.Queue(`
		select exists (select from disposal_records where case_id = any($1) and live)
			or exists (select from destructions where case_id = any($1) and done is null and withdrawn is null)`, all).
		QueryRow(func(row pgx.Row) error { return row.Scan(&leaving) })
	if !fence.IsZero() {
		batch.Queue("select set_config('eakte.case', $1, true)", fence.String())
	}
	if err := tx.send(ctx, doing, batch); err != nil || !leaving {
		return err
	}
	if !fence.IsZero() {
		if err := tx.fence(ctx, efile.ID{}); err != nil {
			return err
		}
	}
	if err := tx.recall(ctx, all); err != nil {
		return err
	}
	if !fence.IsZero() {
		return tx.fence(ctx, fence)
	}
	return nil
}

// recall takes case files that this transaction holds out of their disposals and their destruction back.
func (tx *Tx) recall(ctx context.Context, cases []efile.ID) error {
	const doing = "recall cases"
	begun, err := many(ctx, tx, doing, scanID,
		"select case_id from destructions where case_id = any($1) and begun is not null and done is null", cases)
	if err != nil {
		return err
	}
	if len(begun) > 0 {
		return fault.New(fault.Reject, fault.BeingDestroyed, fmt.Errorf("%s: case %s", doing, begun[0]))
	}
	// Held before their state is read: whoever hands an offer over holds them too.
	err = tx.exec(ctx, doing, `
		select from disposals where id in (select disposal_id from disposal_records where case_id = any($1) and live)
		order by id for no key update`, cases)
	if err != nil {
		return err
	}
	if err := tx.recallRecords(ctx, doing, cases); err != nil {
		return err
	}
	return tx.withdrawAll(ctx, doing, "case_id = any($1)", cases)
}

// recallRecords marks the records, and the disposals whose offer named them: blocked until the delivery, and with a code as
// long as someone works on them.
func (tx *Tx) recallRecords(ctx context.Context, doing string, cases []efile.ID) error {
	type recalled struct {
		caseID, disposal efile.ID
		state            efile.DisposalState
		records          int
	}
	scan := func(row pgx.Row) (r recalled, err error) {
		return r, row.Scan(&r.caseID, &r.disposal, &r.state, &r.records)
	}
	found, err := many(ctx, tx, doing, scan, `
		with gone as (
			update disposal_records r set recalled = clock_timestamp(), live = false
			from disposals d where d.id = r.disposal_id and r.case_id = any($1) and r.live
			returning r.case_id, r.disposal_id, d.state
		), marked as (
			update disposals set blocked = blocked or state in ('offered', 'appraised'), code = 'recalled',
				changed = clock_timestamp()
			where id in (select disposal_id from gone) and state <> 'open'
		)
		select case_id, disposal_id, state, count(*) from gone group by case_id, disposal_id, state order by case_id`, cases)
	for _, r := range found {
		tx.audit(efile.AuditRecalled, r.caseID, subjectOf(r.caseID),
			map[string]any{"disposal": r.disposal.String(), "state": r.state, "records": r.records})
	}
	return err
}

// withdrawAll takes back destructions that have not begun.
func (tx *Tx) withdrawAll(ctx context.Context, doing, where string, arg any) error {
	found, err := many(ctx, tx, doing, scanDestruction, `
		update destructions set withdrawn = clock_timestamp()
		where done is null and withdrawn is null and begun is null and `+where+" returning "+destructionColumns, arg)
	for _, x := range found {
		tx.audit(efile.AuditDestructionWithdrawn, x.CaseID, subjectOf(x.CaseID), map[string]any{"destruction": x.ID.String()})
	}
	return err
}

func scanID(row pgx.Row) (id efile.ID, err error) { return id, row.Scan(&id) }

func keys(set map[efile.ID]bool) []efile.ID {
	ids := make([]efile.ID, 0, len(set))
	for id := range set {
		ids = append(ids, id)
	}
	return ids
}
