package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const recordColumns = `disposal_id, id, level, case_id, reference, proposal, decision, reason, decided_by, archived,
	archive_ref, confirmed_by, confirmed_reason, recalled, destroyed`

func scanRecord(row pgx.Row) (r efile.DisposalRecord, err error) {
	err = row.Scan(&r.Disposal, &r.ID, &r.Level, &r.CaseID, &r.Reference, &r.Proposal, &r.Decision, &r.Reason, &r.DecidedBy,
		&r.Archived, &r.ArchiveRef, &r.ConfirmedBy, &r.ConfirmedReason, at(&r.Recalled), at(&r.Destroyed))
	return r, err
}

// DisposalRecords returns everything that was put into a disposal, recalled and destroyed records too: case file by case
// file, each before its matters.
func (tx *Tx) DisposalRecords(ctx context.Context, disposal efile.ID) ([]efile.DisposalRecord, error) {
	doing := fmt.Sprintf("list records of disposal %s", disposal)
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanRecord, "select "+recordColumns+` from disposal_records
		where disposal_id = $1 order by reference, case_id, level, id`, disposal) // "case" comes before "matter"
}

// SaveDecisions writes the appraisal of records of a disposal that this transaction holds: ID, Decision (Keep or Destroy) and
// Reason. DecidedBy is the actor if it is a person; the system brings an archive's message. All or nothing: an id that is
// not in the disposal is fault.NotFound, a disposal delivered already fault.WrongStage. A record that was recalled is
// fault.Recalled for a person; in an archive's message, which cannot know, it is passed over.
func (tx *Tx) SaveDecisions(ctx context.Context, disposal efile.ID, decisions []efile.DisposalRecord) error {
	doing := fmt.Sprintf("save decisions on disposal %s", disposal)
	err := tx.heldIn(doing, disposal, efile.DisposalOpen, efile.DisposalOffered, efile.DisposalAppraised)
	if err != nil {
		return err
	}
	ids, letters, reasons := []efile.ID{}, []string{}, []string{}
	for _, r := range decisions {
		if r.Decision != efile.Keep && r.Decision != efile.Destroy {
			return fault.New(fault.Reject, fault.Validation, fmt.Errorf("%s: record %s: %q is no decision", doing, r.ID, r.Decision))
		}
		ids, letters, reasons = append(ids, r.ID), append(letters, string(r.Decision)), append(reasons, clean(r.Reason))
	}
	if err := tx.allLive(ctx, doing, disposal, ids); err != nil {
		return err
	}
	var by efile.ID
	if tx.actor.Kind != efile.System {
		by = tx.actor.ID
	}
	return tx.exec(ctx, doing, `
		update disposal_records r set decision = n.decision, reason = n.reason, decided_by = $5
		from unnest($2::uuid[], $3::text[], $4::text[]) n(id, decision, reason)
		where r.disposal_id = $1 and r.id = n.id and r.live`, disposal, ids, letters, reasons, by)
}

// SaveConfirmations notes that the archive has these records of a disposal that this transaction holds: ID and ArchiveRef. As
// with SaveDecisions all or nothing; before the delivery it is fault.WrongStage. Nothing is destroyed by it.
func (tx *Tx) SaveConfirmations(ctx context.Context, disposal efile.ID, confirmed []efile.DisposalRecord) error {
	doing := fmt.Sprintf("save confirmations of disposal %s", disposal)
	if err := tx.heldIn(doing, disposal, efile.DisposalDelivered, efile.DisposalArchived); err != nil {
		return err
	}
	ids, refs := []efile.ID{}, []string{}
	for _, r := range confirmed {
		ids, refs = append(ids, r.ID), append(refs, clean(r.ArchiveRef))
	}
	if err := tx.allLive(ctx, doing, disposal, ids); err != nil {
		return err
	}
	return tx.exec(ctx, doing, `
		update disposal_records r set archived = true, archive_ref = coalesce(nullif(n.ref, ''), r.archive_ref)
		from unnest($2::uuid[], $3::text[]) n(id, ref) where r.disposal_id = $1 and r.id = n.id and r.live`, disposal, ids, refs)
}

// heldIn checks that this transaction holds the disposal and that it is in one of these states.
func (tx *Tx) heldIn(doing string, disposal efile.ID, states ...efile.DisposalState) error {
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	d, held := tx.held[disposal]
	if !held {
		return fmt.Errorf("%s: this transaction does not hold it", doing)
	}
	for _, s := range states {
		if d.State == s {
			return nil
		}
	}
	return fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("%s: it is %s", doing, d.State))
}

// allLive checks that every id is a record of the disposal and, for a person, still on its way.
func (tx *Tx) allLive(ctx context.Context, doing string, disposal efile.ID, ids []efile.ID) error {
	scan := func(row pgx.Row) (c [2]int, err error) { return c, row.Scan(&c[0], &c[1]) }
	strays, err := one(ctx, tx, doing, scan, `
		select count(*) filter (where r.id is null), count(*) filter (where not r.live)
		from unnest($2::uuid[]) n(id) left join disposal_records r on r.disposal_id = $1 and r.id = n.id`, disposal, ids)
	switch {
	case err != nil:
		return err
	case strays[0] > 0:
		return fault.New(fault.Reject, fault.NotFound, fmt.Errorf("%s: %d records are not in it", doing, strays[0]))
	case strays[1] > 0 && tx.actor.Kind != efile.System:
		return fault.New(fault.Reject, fault.Recalled, fmt.Errorf("%s: %d records have left it", doing, strays[1]))
	}
	return nil
}
