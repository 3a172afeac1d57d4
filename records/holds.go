package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const holdColumns = "id, case_id, reason, set_by, set_at, lifted_by, lifted"

func scanHold(row pgx.Row) (h efile.Hold, err error) {
	err = row.Scan(&h.ID, &h.CaseID, &h.Reason, &h.SetBy, at(&h.Set), &h.LiftedBy, at(&h.Lifted))
	return h, err
}

// AddHold stops a case file from leaving the office, and takes it out of a disposal it is in. It fills what is empty: ID,
// Set; SetBy is the actor. A case whose destruction has begun is fault.BeingDestroyed at the end of the transaction.
func (tx *Tx) AddHold(ctx context.Context, h *efile.Hold) error {
	doing := fmt.Sprintf("add hold to case %s", h.CaseID)
	if err := tx.may(doing, efile.Archive, efile.WriteCases); err != nil {
		return err
	}
	if h.ID.IsZero() {
		h.ID = efile.NewID()
	}
	h.Set, h.SetBy = orNow(h.Set), tx.actor.ID
	tx.stir(h.CaseID)
	tx.audit(efile.AuditHoldSet, h.CaseID, subjectOf(h.CaseID), map[string]any{"hold": h.ID.String()})
	return tx.exec(ctx, doing, `
		insert into holds (office_id, id, case_id, reason, set_by, set_at) values ($1, $2, $3, $4, $5, $6)`,
		tx.actor.Office, h.ID, h.CaseID, clean(h.Reason), h.SetBy, h.Set)
}

// LiftHold ends a hold. Lifting it again keeps the first time and person.
func (tx *Tx) LiftHold(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("lift hold %s", id)
	if err := tx.may(doing, efile.Archive, efile.WriteCases); err != nil {
		return err
	}
	h, err := one(ctx, tx, doing, scanHold, "select "+holdColumns+" from holds where id = $1 for update", id)
	if err != nil || !h.Lifted.IsZero() {
		return err
	}
	tx.audit(efile.AuditHoldLifted, h.CaseID, subjectOf(h.CaseID), map[string]any{"hold": id.String()})
	return tx.change(ctx, doing, "update holds set lifted_by = $2, lifted = clock_timestamp() where id = $1", id, tx.actor.ID)
}

// Holds returns the holds of a case file, lifted ones too, the newest first; with the zero ID those of the office that
// still hold, at most 1000.
func (tx *Tx) Holds(ctx context.Context, caseID efile.ID) ([]efile.Hold, error) {
	doing := fmt.Sprintf("list holds of case %s", caseID)
	if err := tx.may(doing, efile.Archive, efile.WriteCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanHold, "select "+holdColumns+` from holds
		where case_id = $1 or ($1::uuid is null and lifted is null) order by set_at desc, id desc limit 1000`, caseID)
}
