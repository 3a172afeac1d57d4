package intake

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

type caseRef struct {
	CaseID         string `json:"caseId"`
	ExternalRef    string `json:"externalRef,omitempty"`
	ExternalSystem string `json:"externalSystem,omitempty"`
	Procedure      string `json:"procedure,omitempty"`
}

func documentReceived(ctx context.Context, tx *records.Tx, doc efile.Document) (efile.Event, error) {
	ref, err := refOf(ctx, tx, doc.CaseID, doc.MatterID)
	if err != nil {
		return efile.Event{}, err
	}
	public := doc.ID.Public(efile.PrefixDocument)
	data, err := json.Marshal(map[string]any{
		"case": ref, "documentId": public, "version": doc.Version, "state": "received", "channel": doc.Channel,
		"mediaType": doc.MediaType, "size": doc.Size, "originalSha256": doc.SHA256, "href": "/v1/documents/" + public,
	})
	if err != nil {
		return efile.Event{}, fmt.Errorf("event of document %s: %w", doc.ID, err)
	}
	return efile.Event{CaseID: doc.CaseID, Type: efile.DocumentReceived, Subject: "cases/" + ref.CaseID + "/documents/" + public, Data: data}, nil
}

func refOf(ctx context.Context, tx *records.Tx, caseID, matterID efile.ID) (caseRef, error) {
	c, err := tx.Case(ctx, caseID)
	if err != nil {
		return caseRef{}, err
	}
	ref := caseRef{CaseID: c.ID.Public(efile.PrefixCase), ExternalRef: c.ExternalRef, ExternalSystem: c.ExternalSystem}
	if !matterID.IsZero() {
		m, err := tx.Matter(ctx, matterID)
		if err != nil {
			return caseRef{}, err
		}
		ref.Procedure = m.Procedure
	}
	return ref, nil
}

func submissionReceived(ctx context.Context, tx *records.Tx, sub efile.Submission) (efile.Event, error) {
	ref, err := refOf(ctx, tx, sub.CaseID, sub.MatterID)
	if err != nil {
		return efile.Event{}, err
	}
	public := sub.ID.Public(efile.PrefixSubmission)
	data, err := json.Marshal(map[string]any{
		"case": ref, "submissionId": public, "channel": sub.Channel, "attachments": sub.Files, "href": "/v1/submissions/" + public,
	})
	if err != nil {
		return efile.Event{}, fmt.Errorf("event of submission %s: %w", sub.ID, err)
	}
	return efile.Event{CaseID: sub.CaseID, Type: efile.SubmissionReceived, Subject: "submissions/" + public, Data: data}, nil
}
