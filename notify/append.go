package notify

import (
	"context"

	"github.com/eakte/eakte/efile"
)

// caseLog is a transaction that keeps events: what it knows of their case, and where they go. A *records.Tx is one.
type caseLog interface {
	Case(ctx context.Context, id efile.ID) (efile.Case, error)
	Matter(ctx context.Context, id efile.ID) (efile.Matter, error)
	Append(event efile.Event)
}

// AppendDocument puts an event about a document into the log. archival is its archival rendition, nil when there is none.
func AppendDocument(ctx context.Context, log caseLog, t efile.EventType, doc efile.Document, archival *efile.Rendition) error {
	ref, err := refIn(ctx, log, doc.CaseID, doc.MatterID)
	if err != nil {
		return err
	}
	log.Append(DocumentEvent(t, ref, doc, archival))
	return nil
}

// AppendRequest puts an event about a request for documents into the log.
func AppendRequest(ctx context.Context, log caseLog, t efile.EventType, r efile.Request) error {
	ref, err := refIn(ctx, log, r.CaseID, r.MatterID)
	if err != nil {
		return err
	}
	log.Append(RequestEvent(t, ref, r))
	return nil
}

// AppendSubmission puts an event about a submission into the log.
func AppendSubmission(ctx context.Context, log caseLog, t efile.EventType, s efile.Submission) error {
	ref, err := refIn(ctx, log, s.CaseID, s.MatterID)
	if err != nil {
		return err
	}
	log.Append(SubmissionEvent(t, ref, s))
	return nil
}

// refIn names a case as the case system knows it; a zero matterID names no procedure.
func refIn(ctx context.Context, log caseLog, caseID, matterID efile.ID) (CaseRef, error) {
	c, err := log.Case(ctx, caseID)
	if err != nil || matterID.IsZero() {
		return CaseRefOf(c, ""), err
	}
	m, err := log.Matter(ctx, matterID)
	return CaseRefOf(c, m.Procedure), err
}
