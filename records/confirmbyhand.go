package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// ConfirmByHand is SaveConfirmations on the word of a person, for an archive whose confirmation came as a letter. The reason
// is asked for and kept with the records, with the person's name; the log says who, how many, and not why. Only what was to be
// kept and has left (a sent delivery) can be confirmed, by somebody who is signed in or named: the system is nobody. A record
// that is not to be kept is fault.Validation, and so is a missing reason. What is confirmed already, by a message or by hand, keeps
// that. Nothing is destroyed by it: that takes two people.
func (tx *Tx) ConfirmByHand(ctx context.Context, disposal efile.ID, confirmed []efile.DisposalRecord, reason string) error {
	doing := fmt.Sprintf("confirm records of disposal %s by hand", disposal)
	if err := tx.heldIn(doing, disposal, efile.DisposalDelivered); err != nil {
		return err
	}
	if tx.actor.Kind != efile.Staff {
		return tx.forbidden(doing)
	}
	sent, err := tx.Messages(ctx, disposal)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(sent, func(m efile.Message) bool { return m.Type == efile.MessageDelivery && !m.Sent.IsZero() }) {
		return fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("%s: the delivery has not been handed over", doing))
	}
	if reason = strings.TrimSpace(clean(reason)); reason == "" {
		return fault.New(fault.Reject, fault.Validation, errors.New(doing+": a reason is needed"))
	}
	all, err := tx.DisposalRecords(ctx, disposal)
	if err != nil {
		return err
	}
	ids, known := []efile.ID{}, make(map[efile.ID]efile.DisposalRecord, len(all))
	for _, k := range all {
		known[k.ID] = k
	}
	for _, c := range confirmed {
		k, in := known[c.ID]
		if in && k.Decision != efile.Keep {
			return fault.New(fault.Reject, fault.Validation, fmt.Errorf("%s: record %s was not to be delivered", doing, c.ID))
		}
		if !k.Archived { // whoever confirmed first stands for it
			ids = append(ids, c.ID)
		}
	}
	if err := tx.SaveConfirmations(ctx, disposal, confirmed); err != nil || len(ids) == 0 {
		return err
	}
	err = tx.exec(ctx, doing, `
		update disposal_records set confirmed_by = $3, confirmed_reason = $4
		where disposal_id = $1 and id = any($2) and live`, disposal, ids, tx.actor.ID, reason)
	tx.audit(efile.AuditConfirmedByHand, efile.ID{}, disposalSubject(disposal), map[string]any{"records": len(ids)})
	return err
}
