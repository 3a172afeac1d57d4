package intake

import (
	"context"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

func documentReceived(ctx context.Context, tx *records.Tx, doc efile.Document) (efile.Event, error) {
	ref, err := refOf(ctx, tx, doc.CaseID, doc.MatterID)
	if err != nil {
		return efile.Event{}, err
	}
	return notify.DocumentEventIn(efile.DocumentReceived, ref, doc, nil), nil
}

func submissionReceived(ctx context.Context, tx *records.Tx, sub efile.Submission) (efile.Event, error) {
	ref, err := refOf(ctx, tx, sub.CaseID, sub.MatterID)
	if err != nil {
		return efile.Event{}, err
	}
	return notify.SubmissionEvent(efile.SubmissionReceived, ref, sub), nil
}

// refOf is how events name a case.
func refOf(ctx context.Context, tx *records.Tx, caseID, matterID efile.ID) (notify.CaseRef, error) {
	c, err := tx.Case(ctx, caseID)
	if err != nil || matterID.IsZero() {
		return notify.CaseRefOf(c, ""), err
	}
	m, err := tx.Matter(ctx, matterID)
	return notify.CaseRefOf(c, m.Procedure), err
}
