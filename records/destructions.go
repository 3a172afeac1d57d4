package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const destructionColumns = `id, case_id, disposal_id, reference, decision, archive_ref, whole, documents, digests, basis,
	proposed_by, proposed, confirmed_by, confirmed, after, withdrawn, begun, done`

func scanDestruction(row pgx.Row) (x efile.Destruction, err error) {
	err = row.Scan(&x.ID, &x.CaseID, &x.Disposal, &x.Reference, &x.Decision, &x.ArchiveRef, &x.Whole, &x.Documents,
		&x.Digests, &x.Basis, &x.ProposedBy, at(&x.Proposed), &x.ConfirmedBy, at(&x.Confirmed), at(&x.After),
		at(&x.Withdrawn), at(&x.Begun), at(&x.Done))
	return x, err
}

// ProposeDestruction proposes to destroy a case file that is in a disposal, or single documents of a closed one whose own
// period is over. CaseID must be set, for single documents Documents, otherwise Disposal and Basis; the rest is filled, for
// documents also the basis of their rules. Only a person proposes. What stands in the way is told as NotClosed,
// DocumentsPending, Held, NotDue, WrongStage (not appraised), NotArchived, InDisposal (another destruction of it is under way,
// or single documents of what is in a disposal, or people are still to carry a container of one that it was recalled from).
func (tx *Tx) ProposeDestruction(ctx context.Context, x *efile.Destruction) error {
	doing := fmt.Sprintf("propose destruction of case %s", x.CaseID)
	if err := tx.person(doing, efile.Archive); err != nil {
		return err
	}
	c, err := tx.lockCase(ctx, doing, x.CaseID)
	if err != nil {
		return err
	}
	x.Whole = len(x.Documents) == 0
	if x.Whole && x.Basis == "" || x.Whole == x.Disposal.IsZero() {
		return fault.New(fault.Reject, fault.Validation, fmt.Errorf("%s: basis, and documents or a disposal", doing))
	}
	if x.ID.IsZero() {
		x.ID = efile.NewID()
	}
	x.Reference, x.ProposedBy, x.Proposed, x.Decision = c.Reference, tx.actor.ID, now(), efile.Destroy
	if err := tx.mayGo(ctx, doing, c, x); err != nil {
		return err
	}
	if err := tx.listDoomed(ctx, doing, x); err != nil {
		return err
	}
	if x.Basis == "" {
		return fault.New(fault.Reject, fault.Validation, fmt.Errorf("%s: %w", doing, errNoBasis))
	}
	tag, err := tx.pgx.Exec(ctx, `
		insert into destructions (office_id, id, case_id, disposal_id, reference, decision, archive_ref, whole, documents,
			digests, basis, proposed_by, proposed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (office_id, case_id) where done is null and withdrawn is null do nothing`,
		tx.actor.Office, x.ID, x.CaseID, x.Disposal, x.Reference, x.Decision, x.ArchiveRef, x.Whole, list(x.Documents),
		list(x.Digests), x.Basis, x.ProposedBy, x.Proposed)
	if err != nil {
		return explain(ctx, doing, err)
	}
	if tag.RowsAffected() == 0 {
		return fault.New(fault.Reject, fault.InDisposal, fmt.Errorf("%s: another one is under way", doing))
	}
	tx.tell(efile.AuditDestructionProposed, *x)
	return nil
}

func (tx *Tx) tell(t efile.EventType, x efile.Destruction) {
	tx.audit(t, x.CaseID, subjectOf(x.CaseID), map[string]any{"destruction": x.ID.String(), "documents": len(x.Documents), "whole": x.Whole})
}

// person refuses everyone but a signed-in user who may do the action: four eyes are people's.
func (tx *Tx) person(doing string, action efile.Action) error {
	if tx.actor.Kind != efile.Staff || tx.actor.ID.IsZero() {
		return tx.forbidden(doing)
	}
	return tx.may(doing, action)
}

// mayGo says what stands in the way of a destruction of a case file that this transaction holds, and fills what the disposal
// knows. It is asked at the proposal, at the confirmation and before the first object goes.
func (tx *Tx) mayGo(ctx context.Context, doing string, c efile.Case, x *efile.Destruction) error {
	if c.Closed.IsZero() {
		return fault.New(fault.Reject, fault.NotClosed, fmt.Errorf("%s: it is open", doing))
	}
	if err := tx.nothingPends(ctx, doing, "case_id = $1", c.ID); err != nil {
		return err
	}
	scan := func(row pgx.Row) (is [3]bool, err error) { return is, row.Scan(&is[0], &is[1], &is[2]) }
	is, err := one(ctx, tx, doing, scan, `
		select exists (select from holds where case_id = $1 and lifted is null),
			exists (select from disposal_records where case_id = $1 and live),
			exists (select from disposals d where d.id in (`+told+`) and d.state in ('offered', 'appraised', 'delivered')
				and not exists (select from disposal_records r where r.disposal_id = d.id and r.id = $1 and r.live)
				and exists (select from archive_messages m where m.disposal_id = d.id and m.object_key <> ''))`, c.ID)
	switch {
	case err != nil:
		return err
	case is[0]:
		return fault.New(fault.Reject, fault.Held, fmt.Errorf("%s: a hold", doing))
	case !x.Whole && is[1]:
		return fault.New(fault.Reject, fault.InDisposal, fmt.Errorf("%s: it is in a disposal", doing))
	case is[2]: // destroying it would take the container from those who are to carry it
		return fault.New(fault.Reject, fault.InDisposal, fmt.Errorf("%s: a disposal that it was recalled from has a container here that holds it", doing))
	}
	if x.Whole {
		if err := tx.letGo(ctx, doing, x); err != nil {
			return err
		}
	}
	return tx.periodOver(ctx, doing, x)
}

// letGo asks the disposal: every record is decided; what is to be kept was delivered, checked by us before it left, and
// confirmed by the archive; once something was delivered, nothing goes before the disposal is archived.
func (tx *Tx) letGo(ctx context.Context, doing string, x *efile.Destruction) error {
	err := tx.change(ctx, doing, "select from disposals where id = $1 for no key update", x.Disposal)
	if err != nil {
		return err
	}
	var state efile.DisposalState
	var undecided, kept, unconfirmed, unchecked int
	var live bool
	err = tx.pgx.QueryRow(ctx, `
		select d.state,
			count(*) filter (where r.live and r.decision = 'B'), count(*) filter (where r.live and r.decision = 'A'),
			count(*) filter (where r.live and r.decision = 'A' and not r.archived),
			(select count(*) filter (where m.checked is null or m.sent is null) + (case when count(*) = 0 then 1 else 0 end)
				from archive_messages m where m.disposal_id = d.id and m.type = '0503'),
			coalesce(bool_or(r.live and r.id = $2), false),
			coalesce(max(r.decision) filter (where r.id = $2), 'B'), coalesce(max(r.archive_ref) filter (where r.id = $2), '')
		from disposals d left join disposal_records r on r.disposal_id = d.id
		where d.id = $1 group by d.id, d.office_id, d.state`, x.Disposal, x.CaseID).
		Scan(&state, &undecided, &kept, &unconfirmed, &unchecked, &live, &x.Decision, &x.ArchiveRef)
	switch {
	case err != nil:
		return explain(ctx, doing, err)
	case !live:
		return fault.New(fault.Reject, fault.Recalled, fmt.Errorf("%s: not in disposal %s any more", doing, x.Disposal))
	case undecided > 0 || state == efile.DisposalOpen || state == efile.DisposalOffered:
		return fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("%s: disposal %s is not appraised", doing, x.Disposal))
	case state == efile.DisposalDelivered, kept > 0 && (unconfirmed > 0 || unchecked > 0 || state == efile.DisposalAppraised):
		return fault.New(fault.Reject, fault.NotArchived,
			fmt.Errorf("%s: disposal %s: %d records not confirmed, %d containers not checked", doing, x.Disposal, unconfirmed, unchecked))
	}
	return nil
}

// listDoomed fills the documents of a destruction with their digests: all of the case file, or those named.
func (tx *Tx) listDoomed(ctx context.Context, doing string, x *efile.Destruction) error {
	wanted := len(x.Documents)
	found, err := many(ctx, tx, doing, scanDocument, "select "+documentColumns+` from documents
		where case_id = $1 and ($2 or id = any($3)) order by received, id`, x.CaseID, x.Whole, list(x.Documents))
	if err != nil {
		return err
	}
	if !x.Whole && len(found) != wanted {
		return fault.New(fault.Reject, fault.NotFound, fmt.Errorf("%s: %d of %d documents", doing, len(found), wanted))
	}
	x.Documents, x.Digests = []efile.ID{}, []string{}
	for _, d := range found {
		x.Documents, x.Digests = append(x.Documents, d.ID), append(x.Digests, d.SHA256)
	}
	return nil
}

// ConfirmDestruction confirms a proposal of another person and sets the end of the grace period, until which nothing is
// destroyed. The conditions are those of ProposeDestruction. The proposer is fault.FourEyes; one that was taken back
// fault.Recalled; confirmed again by the same person it stays as it is, by another it is fault.Conflict.
func (tx *Tx) ConfirmDestruction(ctx context.Context, id efile.ID, grace time.Duration) (efile.Destruction, error) {
	doing := fmt.Sprintf("confirm destruction %s", id)
	if err := tx.person(doing, efile.Archive); err != nil {
		return efile.Destruction{}, err
	}
	x, c, err := tx.lockDestruction(ctx, doing, id)
	switch {
	case err != nil:
		return x, err
	case !x.Confirmed.IsZero() && x.ConfirmedBy == tx.actor.ID:
		return x, nil
	case !x.Confirmed.IsZero():
		return x, fault.New(fault.Reject, fault.Conflict, fmt.Errorf("%s: it is confirmed", doing))
	case x.ProposedBy == tx.actor.ID:
		return x, fault.New(fault.Reject, fault.FourEyes, fmt.Errorf("%s: the proposer", doing))
	}
	if err := tx.mayGo(ctx, doing, c, &x); err != nil {
		return x, err
	}
	x.ConfirmedBy, x.Confirmed = tx.actor.ID, now()
	x.After = x.Confirmed.Add(max(grace, 0))
	tx.tell(efile.AuditDestructionConfirmed, x)
	return x, tx.change(ctx, doing, "update destructions set confirmed_by = $2, confirmed = $3, after = $4 where id = $1",
		id, x.ConfirmedBy, x.Confirmed, x.After)
}

// lockDestruction holds the case file, the disposal and the destruction, and returns first and last as they are then. One that was taken back is
// fault.Recalled, one that is done fault.Gone.
func (tx *Tx) lockDestruction(ctx context.Context, doing string, id efile.ID) (x efile.Destruction, c efile.Case, err error) {
	const sql = "select " + destructionColumns + " from destructions where id = $1"
	if x, err = one(ctx, tx, doing, scanDestruction, sql, id); err != nil {
		return x, c, err
	}
	if x.Done.IsZero() {
		if c, err = tx.lockCase(ctx, doing, x.CaseID); err != nil && !fault.Is(err, fault.NotFound) {
			return x, c, err
		}
		err = tx.exec(ctx, doing, "select from disposals where id = $1 for no key update", x.Disposal)
		if err != nil {
			return x, c, err
		}
	}
	// Read again: it may have been taken back, or done, while the case was waited for.
	x, err = one(ctx, tx, doing, scanDestruction, sql+" for no key update", id)
	switch {
	case err != nil:
		return x, c, err
	case !x.Withdrawn.IsZero():
		return x, c, fault.New(fault.Reject, fault.Recalled, fmt.Errorf("%s: it was taken back", doing))
	case !x.Done.IsZero():
		return x, c, fault.New(fault.Reject, fault.Gone, fmt.Errorf("%s: it is done", doing))
	}
	return x, c, nil
}

// WithdrawDestruction takes a destruction back as long as it has not begun; afterwards it is fault.BeingDestroyed. Taken back
// again it stays as it is.
func (tx *Tx) WithdrawDestruction(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("withdraw destruction %s", id)
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	x, _, err := tx.lockDestruction(ctx, doing, id)
	switch {
	case fault.Is(err, fault.Recalled):
		return nil
	case err != nil:
		return err
	case !x.Begun.IsZero():
		return fault.New(fault.Reject, fault.BeingDestroyed, fmt.Errorf("%s: it has begun", doing))
	}
	return tx.withdrawAll(ctx, doing, "id = $1", id)
}

// DestructionFilter narrows Destructions. The zero value means all.
type DestructionFilter struct {
	CaseID   efile.ID // zero: any
	Disposal efile.ID // zero: any
	Alone    bool     // only those of single documents
	Open     bool     // only those neither done nor taken back
	Done     bool     // only those that are done
	After    efile.ID // the last one of the page before; zero: the first page
	Limit    int      // 0: 50; at most 500
}

// Destructions returns destructions, the newest first. Done, they are the proof.
func (tx *Tx) Destructions(ctx context.Context, f DestructionFilter) ([]efile.Destruction, error) {
	if err := tx.may("list destructions", efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list destructions", scanDestruction, "select "+destructionColumns+` from destructions
		where ($1::uuid is null or case_id = $1) and ($2::uuid is null or disposal_id = $2)
			and (not $3 or (done is null and withdrawn is null)) and (not $4 or done is not null)
			and ($5::uuid is null or id < $5) and (not $7 or not whole)
		order by id desc limit $6`, f.CaseID, f.Disposal, f.Open, f.Done, f.After, page(f.Limit, 50, 500), f.Alone)
}
