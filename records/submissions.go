package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const submissionColumns = `s.id, s.case_id, s.matter_id, s.channel, s.status, s.language, s.opened, s.closed, n.files,
	n.bytes`

const submissionTables = `submissions s cross join lateral (
	select count(*) as files, coalesce(sum(d.size), 0)::bigint as bytes
	from documents d where d.submission_id = s.id and d.parent_id is null) n`

func scanSubmission(row pgx.Row) (s efile.Submission, err error) {
	err = row.Scan(&s.ID, &s.CaseID, &s.MatterID, &s.Channel, &s.Status, &s.Language, at(&s.Opened), at(&s.Closed),
		&s.Files, &s.Bytes)
	return s, err
}

// AddSubmission opens a submission for a case. An empty Status means open.
func (tx *Tx) AddSubmission(ctx context.Context, s efile.Submission) error {
	doing := fmt.Sprintf("add submission %s", s.ID)
	if err := tx.may(doing, efile.Submit); err != nil {
		return err
	}
	if s.Status == "" {
		s.Status = efile.SubmissionOpen
	}
	tx.cases[s.CaseID] = true
	return tx.exec(ctx, doing, `
		insert into submissions (office_id, id, case_id, matter_id, channel, status, language, opened, closed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.actor.Office, s.ID, s.CaseID, s.MatterID, s.Channel, s.Status, s.Language, orNow(s.Opened), at(&s.Closed))
}

// Submission returns a submission. Files and Bytes count what was handed in, without the parts of e-mails.
func (tx *Tx) Submission(ctx context.Context, id efile.ID) (efile.Submission, error) {
	doing := fmt.Sprintf("get submission %s", id)
	if err := tx.may(doing, efile.ReadCases, efile.Submit); err != nil {
		return efile.Submission{}, err
	}
	return one(ctx, tx, doing, scanSubmission,
		"select "+submissionColumns+" from "+submissionTables+" where s.id = $1", id)
}

// LockSubmission returns a submission and holds it until the transaction ends, so that two files do not both take the
// last place in it. It waits for another holder.
func (tx *Tx) LockSubmission(ctx context.Context, id efile.ID) (efile.Submission, error) {
	doing := fmt.Sprintf("lock submission %s", id)
	if err := tx.may(doing, efile.Submit); err != nil {
		return efile.Submission{}, err
	}
	if err := tx.change(ctx, doing, "select from submissions where id = $1 for no key update", id); err != nil {
		return efile.Submission{}, err
	}
	return tx.Submission(ctx, id)
}

// Submissions returns the submissions of a case, the newest first.
func (tx *Tx) Submissions(ctx context.Context, caseID efile.ID) ([]efile.Submission, error) {
	doing := fmt.Sprintf("list submissions of case %s", caseID)
	if err := tx.may(doing, efile.ReadCases, efile.Submit); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanSubmission,
		"select "+submissionColumns+" from "+submissionTables+" where s.case_id = $1 order by s.opened desc, s.id desc",
		caseID)
}

// CloseSubmission says that no more files come. Closing it again keeps the first time.
func (tx *Tx) CloseSubmission(ctx context.Context, id efile.ID, when time.Time) error {
	doing := fmt.Sprintf("close submission %s", id)
	if err := tx.may(doing, efile.Submit); err != nil {
		return err
	}
	return tx.change(ctx, doing,
		"update submissions set status = 'complete', closed = coalesce(closed, $2) where id = $1", id, orNow(when))
}

// CaseFilesSince counts what was sent to a case since then: documents received, without the parts of e-mails, and
// uploads still under way. Withdrawn ones count too, for this is how a flood is held back.
func (tx *Tx) CaseFilesSince(ctx context.Context, caseID efile.ID, since time.Time) (int, error) {
	doing := fmt.Sprintf("count files of case %s", caseID)
	if err := tx.may(doing, efile.Submit); err != nil {
		return 0, err
	}
	var n int
	err := tx.pgx.QueryRow(ctx, `
		select (select count(*) from documents where case_id = $1 and received >= $2 and parent_id is null)
			+ (select count(*) from uploads where case_id = $1 and created >= $2 and not done)`, caseID, since).Scan(&n)
	return n, explain(ctx, doing, err)
}
