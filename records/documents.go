package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const documentColumns = `id, case_id, matter_id, submission_id, parent_id, status, station, code, notes, generation,
	version, file_name, media_type, size, sha256, pages, type, type_confidence, type_by, channel, request_id, received,
	changed, source, similar_to, quality, flaws`

func scanDocument(row pgx.Row) (d efile.Document, err error) {
	err = row.Scan(&d.ID, &d.CaseID, &d.MatterID, &d.SubmissionID, &d.ParentID, &d.Status, &d.Station, &d.Code, &d.Notes,
		&d.Generation, &d.Version, &d.FileName, &d.MediaType, &d.Size, &d.SHA256, &d.Pages, &d.Type, &d.TypeConfidence,
		&d.TypeBy, &d.Channel, &d.RequestID, at(&d.Received), at(&d.Changed), &d.Source,
		&d.SimilarTo, &d.Quality, &d.Flaws)
	return d, err
}

// AddDocument records something handed in. Generation and Version start at 1. An id that is known, or the same bytes in
// the same case already (see DocumentByDigest), is fault.Conflict; the transaction stays usable then, so that the caller
// can look the other one up.
func (tx *Tx) AddDocument(ctx context.Context, d efile.Document) error {
	doing := fmt.Sprintf("add document %s", d.ID)
	if err := tx.may(doing, efile.Submit); err != nil {
		return err
	}
	received := orNow(d.Received)
	err := tx.change(ctx, doing, `
		insert into documents (office_id, id, case_id, matter_id, submission_id, parent_id, status, station, code, notes,
			generation, version, file_name, media_type, size, sha256, pages, type, type_confidence, type_by, channel,
			request_id, source, received, similar_to, quality, flaws, changed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
			$24, $25, $26, clock_timestamp())
		on conflict do nothing`,
		tx.actor.Office, d.ID, d.CaseID, d.MatterID, d.SubmissionID, d.ParentID, d.Status, d.Station, d.Code,
		list(d.Notes), max(d.Generation, 1), d.FileName, d.MediaType, d.Size, d.SHA256, d.Pages, d.Type,
		d.TypeConfidence, d.TypeBy, d.Channel, d.RequestID, d.Source, received, d.SimilarTo, d.Quality, list(d.Flaws))
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Reject, fault.Conflict, fmt.Errorf("%s: it or its bytes are there already", doing))
	}
	if err != nil {
		return err
	}
	tx.cases[d.CaseID] = true
	tx.locked[d.ID] = d.CaseID
	return nil
}

// Document returns a document.
func (tx *Tx) Document(ctx context.Context, id efile.ID) (efile.Document, error) {
	doing := fmt.Sprintf("get document %s", id)
	if err := tx.may(doing, efile.ReadCases, efile.Submit, efile.ReadWithheld); err != nil {
		return efile.Document{}, err
	}
	return one(ctx, tx, doing, scanDocument, "select "+documentColumns+" from documents where id = $1", id)
}

// LockDocument returns a document and holds it until the transaction ends. It waits for another holder.
func (tx *Tx) LockDocument(ctx context.Context, id efile.ID) (efile.Document, error) {
	doing := fmt.Sprintf("lock document %s", id)
	if err := tx.may(doing, efile.Process, efile.Correct, efile.Submit); err != nil {
		return efile.Document{}, err
	}
	d, err := one(ctx, tx, doing, scanDocument,
		"select "+documentColumns+" from documents where id = $1 for no key update", id)
	if err == nil {
		tx.locked[id] = d.CaseID
	}
	return d, err
}

// SaveDocument writes a document this transaction holds (LockDocument or AddDocument; otherwise it refuses, for what
// was read without holding it may be stale). It counts Version up and sets Changed; ID, Received, Size, SHA256, Channel,
// SubmissionID and ParentID never change. A new CaseID moves the document with everything that hangs on it but SimilarTo;
// matter and request must belong to the new case. Who may only submit may only withdraw.
func (tx *Tx) SaveDocument(ctx context.Context, d efile.Document) error {
	doing := fmt.Sprintf("save document %s", d.ID)
	if err := tx.may(doing, efile.Process, efile.Correct); err != nil {
		if d.Status != efile.Withdrawn || !tx.actor.May(efile.Submit) {
			return err
		}
	}
	before, held := tx.locked[d.ID]
	if !held {
		return fmt.Errorf("%s: this transaction does not hold it", doing)
	}
	tx.cases[before], tx.cases[d.CaseID] = true, true
	tx.locked[d.ID] = d.CaseID
	return tx.change(ctx, doing, `
		update documents set case_id = $2, matter_id = $3, status = $4, station = $5, code = $6, notes = $7,
			generation = $8, file_name = $9, media_type = $10, pages = $11, type = $12, type_confidence = $13,
			type_by = $14, request_id = $15, source = $16, similar_to = case when case_id = $2 then $17::uuid end, quality = $18, flaws = $19,
			version = version + 1, changed = clock_timestamp()
		where id = $1`,
		d.ID, d.CaseID, d.MatterID, d.Status, d.Station, d.Code, list(d.Notes), d.Generation, d.FileName, d.MediaType,
		d.Pages, d.Type, d.TypeConfidence, d.TypeBy, d.RequestID, d.Source, d.SimilarTo, d.Quality, list(d.Flaws))
}

// DocumentByDigest finds the document of a case with these bytes, unless it was withdrawn or came inside another.
func (tx *Tx) DocumentByDigest(ctx context.Context, caseID efile.ID, sha256 string) (efile.Document, bool, error) {
	doing := fmt.Sprintf("find document of case %s by digest", caseID)
	if err := tx.may(doing, efile.ReadCases, efile.Submit); err != nil {
		return efile.Document{}, false, err
	}
	found, err := many(ctx, tx, doing, scanDocument, "select "+documentColumns+` from documents
		where case_id = $1 and sha256 = $2 and status <> 'withdrawn' and parent_id is null`, caseID, sha256)
	if err != nil || len(found) == 0 {
		return efile.Document{}, false, err
	}
	return found[0], true, nil
}

// Documents returns the documents of a case as they came in, withdrawn ones too.
func (tx *Tx) Documents(ctx context.Context, caseID efile.ID) ([]efile.Document, error) {
	return tx.documents(ctx, fmt.Sprintf("list documents of case %s", caseID), "case_id = $1", caseID)
}

// DocumentsOf returns the documents of a submission as they came in, parts of e-mails included.
func (tx *Tx) DocumentsOf(ctx context.Context, submissionID efile.ID) ([]efile.Document, error) {
	return tx.documents(ctx, fmt.Sprintf("list documents of submission %s", submissionID), "submission_id = $1",
		submissionID)
}

// Children returns what came inside a document: the parts of an e-mail.
func (tx *Tx) Children(ctx context.Context, documentID efile.ID) ([]efile.Document, error) {
	return tx.documents(ctx, fmt.Sprintf("list parts of document %s", documentID), "parent_id = $1", documentID)
}

func (tx *Tx) documents(ctx context.Context, doing, where string, id efile.ID) ([]efile.Document, error) {
	if err := tx.may(doing, efile.ReadCases, efile.Submit); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanDocument,
		"select "+documentColumns+" from documents where "+where+" order by received, id", id)
}

// Reviews returns documents that wait for a person, the longest waiting first.
func (tx *Tx) Reviews(ctx context.Context, limit int) ([]efile.Document, error) {
	if err := tx.may("list reviews", efile.ReadCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list reviews", scanDocument,
		"select "+documentColumns+" from documents where status = 'review' order by changed, id limit $1",
		page(limit, 50, 500))
}

// Stuck returns documents in a passing status that nothing has changed since olderThan, the oldest first. Whether a job
// still stands behind one is for the caller to ask (LiveJobs): a long document may be in work for long.
func (tx *Tx) Stuck(ctx context.Context, olderThan time.Time, limit int) ([]efile.Document, error) {
	if err := tx.may("list stuck documents", efile.Process); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list stuck documents", scanDocument, "select "+documentColumns+` from documents
		where status in ('received', 'processing') and changed < $1 order by changed, id limit $2`,
		olderThan, page(limit, 100, 1000))
}

// LiveJobs counts the jobs of a document that are running or will run.
func (tx *Tx) LiveJobs(ctx context.Context, docID efile.ID) (int, error) {
	doing := fmt.Sprintf("count jobs of document %s", docID)
	if err := tx.may(doing, efile.Process); err != nil {
		return 0, err
	}
	var n int
	err := tx.pgx.QueryRow(ctx, `
		select count(*) from river_job
		where args @> jsonb_build_object('document', $1::text)
			and state in ('available', 'pending', 'running', 'retryable', 'scheduled')`, docID.String()).Scan(&n)
	return n, explain(ctx, doing, err)
}
