package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const uploadColumns = `id, case_id, submission_id, document_id, file_name, media_type, length, stored, multipart, parts,
	tail, tail_size, hash_state, done, expires, created, writer, writer_until`

func scanUpload(row pgx.Row) (u efile.Upload, err error) {
	err = row.Scan(&u.ID, &u.CaseID, &u.SubmissionID, &u.DocumentID, &u.FileName, &u.MediaType, &u.Length, &u.Offset,
		&u.Multipart, &u.Parts, &u.Tail, &u.TailSize, &u.HashState, &u.Done, at(&u.Expires), at(&u.Created),
		&u.Writer, at(&u.WriterUntil))
	return u, err
}

// AddUpload begins an upload in a submission.
func (tx *Tx) AddUpload(ctx context.Context, u efile.Upload) error {
	doing := fmt.Sprintf("add upload %s", u.ID)
	if err := tx.may(doing, efile.Submit); err != nil {
		return err
	}
	tx.stir(u.CaseID)
	return tx.exec(ctx, doing, `
		insert into uploads (office_id, id, case_id, submission_id, document_id, file_name, media_type, length, stored,
			multipart, parts, tail, tail_size, hash_state, done, expires, created, writer, writer_until)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		tx.actor.Office, u.ID, u.CaseID, u.SubmissionID, u.DocumentID, u.FileName, u.MediaType, u.Length, u.Offset,
		u.Multipart, list(u.Parts), u.Tail, u.TailSize, u.HashState, u.Done, u.Expires, orNow(u.Created),
		u.Writer, at(&u.WriterUntil))
}

// Upload returns an upload.
func (tx *Tx) Upload(ctx context.Context, id efile.ID) (efile.Upload, error) {
	doing := fmt.Sprintf("get upload %s", id)
	if err := tx.may(doing, efile.Submit); err != nil {
		return efile.Upload{}, err
	}
	return one(ctx, tx, doing, scanUpload, "select "+uploadColumns+" from uploads where id = $1", id)
}

// UploadsOf returns the uploads of a submission that are not recorded yet.
func (tx *Tx) UploadsOf(ctx context.Context, submissionID efile.ID) ([]efile.Upload, error) {
	doing := fmt.Sprintf("list uploads of submission %s", submissionID)
	if err := tx.may(doing, efile.Submit); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanUpload,
		"select "+uploadColumns+" from uploads where submission_id = $1 and not done order by created, id", submissionID)
}

// LockUpload returns an upload and holds it until the transaction ends. It does not wait: an upload someone else holds
// is fault.Locked, and the transaction must end then.
func (tx *Tx) LockUpload(ctx context.Context, id efile.ID) (efile.Upload, error) {
	doing := fmt.Sprintf("lock upload %s", id)
	if err := tx.may(doing, efile.Submit); err != nil {
		return efile.Upload{}, err
	}
	return one(ctx, tx, doing, scanUpload, "select "+uploadColumns+" from uploads where id = $1 for update nowait", id)
}

// SaveUpload writes how far an upload came: Length, Offset, Multipart, Parts, Tail, TailSize, HashState, Done, Expires.
func (tx *Tx) SaveUpload(ctx context.Context, u efile.Upload) error {
	doing := fmt.Sprintf("save upload %s", u.ID)
	if err := tx.may(doing, efile.Submit); err != nil {
		return err
	}
	return tx.change(ctx, doing, `
		update uploads set length = $2, stored = $3, multipart = $4, parts = $5, tail = $6, tail_size = $7,
			hash_state = $8, done = $9, expires = $10, writer = $11, writer_until = $12
		where id = $1`,
		u.ID, u.Length, u.Offset, u.Multipart, list(u.Parts), u.Tail, u.TailSize, u.HashState, u.Done, u.Expires,
		u.Writer, at(&u.WriterUntil))
}

// DeleteUpload forgets an upload; one that is not there is no error.
func (tx *Tx) DeleteUpload(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("delete upload %s", id)
	if err := tx.may(doing, efile.Submit); err != nil {
		return err
	}
	return tx.exec(ctx, doing, "delete from uploads where id = $1", id)
}

// ExpiredUploads returns uploads whose time ended before then, done or not, the oldest first.
func (tx *Tx) ExpiredUploads(ctx context.Context, before time.Time, limit int) ([]efile.Upload, error) {
	if err := tx.may("list expired uploads", efile.Process); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list expired uploads", scanUpload,
		"select "+uploadColumns+" from uploads where expires < $1 order by expires, id limit $2",
		before, page(limit, 100, 1000))
}
