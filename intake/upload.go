package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// Create announces a file of known length. Everything that can be refused without its bytes is refused here: fault.Empty,
// TooLarge, TooManyFiles, SubmissionTooBig, SubmissionClosed. Announced files count against the limits until they
// are recorded or expire.
func (s *Service) Create(ctx context.Context, actor efile.Actor, submission efile.ID, info FileInfo) (efile.Upload, error) {
	if info.Length < 0 {
		return efile.Upload{}, fault.New(fault.Reject, fault.LengthRequired, errors.New("upload without a length"))
	}
	limits, err := s.LimitsOf(ctx, actor.Office)
	if err != nil {
		return efile.Upload{}, err
	}
	up := s.newUpload(submission, info)
	err = s.Records.In(ctx, actor, func(tx *records.Tx) error {
		sub, err := tx.LockSubmission(ctx, submission)
		if err != nil {
			return err
		}
		up.CaseID = sub.CaseID
		open, err := s.announced(ctx, tx, submission)
		if err != nil {
			return err
		}
		if err := s.fits(ctx, tx, limits, sub, open, info.Length, false); err != nil {
			return err
		}
		return tx.AddUpload(ctx, up)
	})
	if err != nil {
		return efile.Upload{}, fmt.Errorf("create upload in submission %s: %w", submission, err)
	}
	return up, nil
}

func (s *Service) newUpload(submission efile.ID, info FileInfo) efile.Upload {
	now := s.now()
	return efile.Upload{
		ID: efile.NewID(), SubmissionID: submission, DocumentID: efile.NewID(), FileName: efile.CleanName(info.Name),
		MediaType: cleanMedia(info.MediaType), Length: info.Length, Expires: now.Add(s.keep()), Created: now,
	}
}

// waiting is what a submission's unfinished uploads will take of its limits.
type waiting struct {
	files int
	bytes int64
}

func (s *Service) announced(ctx context.Context, tx *records.Tx, submission efile.ID) (waiting, error) {
	uploads, err := tx.UploadsOf(ctx, submission)
	if err != nil {
		return waiting{}, err
	}
	var w waiting
	for _, u := range uploads {
		if !u.Done && s.now().Before(u.Expires) {
			w.files++
			w.bytes += u.Length
		}
	}
	return w, nil
}

// fits checks one more file of size bytes against all limits. size is -1 while it is unknown; counted says that the file
// already counts in its case, as an upload. sub must be locked, so that two files do not both take the last place.
func (s *Service) fits(ctx context.Context, tx *records.Tx, limits efile.Limits, sub efile.Submission, open waiting, size int64, counted bool) error {
	refuse := func(c fault.Code, format string, args ...any) error {
		return fault.New(fault.Reject, c, fmt.Errorf(format, args...))
	}
	switch {
	case sub.Status != efile.SubmissionOpen:
		return refuse(fault.SubmissionClosed, "submission %s", sub.ID)
	case size == 0:
		return refuse(fault.Empty, "file of no bytes")
	case size > limits.FileBytes:
		return refuse(fault.TooLarge, "%d bytes, limit %d", size, limits.FileBytes)
	case sub.Files+open.files+1 > limits.SubmissionFiles:
		return refuse(fault.TooManyFiles, "limit of %d files in a submission", limits.SubmissionFiles)
	case sub.Bytes+open.bytes+max(size, 1) > limits.SubmissionBytes:
		return refuse(fault.SubmissionTooBig, "limit of %d bytes in a submission", limits.SubmissionBytes)
	}
	today, err := tx.CaseFilesSince(ctx, sub.CaseID, s.now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	if !counted {
		today++
	}
	if today > limits.CaseFilesPerDay {
		return refuse(fault.TooManyFiles, "limit of %d files a day in a case", limits.CaseFilesPerDay)
	}
	return nil
}

// Write adds body at offset, which must be the upload's offset (fault.OffsetMismatch), while no other request writes
// (fault.Locked). It returns the upload as it stands now, also with an error: what is saved is saved, and a body that
// breaks off keeps all its bytes that arrived. The receipt is non-nil once the file is whole and recorded; writing an
// empty body at the end of an upload whose recording failed tries that again.
//
// A body longer than the upload's length is fault.TooLarge and ends the upload.
// A body that knows its own length (Announced, below) is refused before it is read, and the upload stays.
func (s *Service) Write(ctx context.Context, actor efile.Actor, id efile.ID, offset int64, body io.Reader) (efile.Upload, *efile.Receipt, error) {
	up, receipt, err := s.claim(ctx, actor, id, offset)
	if err != nil || receipt != nil {
		return up, receipt, err
	}
	if a, ok := body.(Announced); ok && a.Announced() > up.Length-up.Offset {
		s.release(ctx, actor, up)
		return up, nil, fault.New(fault.Reject, fault.TooLarge, errors.New("more bytes than announced"))
	}
	in, err := s.newIngest(actor, up)
	if err != nil {
		s.release(ctx, actor, up)
		return up, nil, err
	}
	defer in.close(ctx)
	if in.up.Offset < in.up.Length {
		if err := in.take(ctx, body, in.up.Length-in.up.Offset); err != nil {
			err = in.stopped(ctx, err)
			return in.safe, nil, err
		}
	}
	if in.up.Offset < in.up.Length {
		err := in.pause(ctx)
		return in.safe, nil, err
	}
	if over, _ := io.CopyN(io.Discard, body, 1); over > 0 { // an error here is no news: all bytes are there
		in.discard(ctx)
		return in.safe, nil, fault.New(fault.Reject, fault.TooLarge, errors.New("more bytes than announced"))
	}
	receipt, err = in.finish(ctx)
	return in.safe, receipt, err
}

// Head tells how far an upload is. One that has all its bytes but no document, because recording failed, is recorded
// now; if that fails again the error says why.
func (s *Service) Head(ctx context.Context, actor efile.Actor, id efile.ID) (efile.Upload, *efile.Receipt, error) {
	var up efile.Upload
	var receipt *efile.Receipt
	err := s.Records.View(ctx, actor, func(tx *records.Tx) error {
		var err error
		if up, err = tx.Upload(ctx, id); err != nil {
			return err
		}
		receipt, err = receiptOf(ctx, tx, up)
		return err
	})
	if err != nil {
		return up, nil, fmt.Errorf("look up upload %s: %w", id, err)
	}
	if !up.Done && !s.now().Before(up.Expires) {
		return up, nil, expired(id)
	}
	if up.Done || up.Offset < up.Length {
		return up, receipt, nil
	}
	up, receipt, err = s.Write(ctx, actor, id, up.Offset, eof{})
	if fault.Is(err, fault.Locked) {
		return up, nil, nil // someone else is just recording it
	}
	return up, receipt, err
}

// Announced is what a body may be that knows how many bytes it has before they are read; -1: it does not.
type Announced interface{ Announced() int64 }

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// Terminate gives an upload up and removes its bytes. fault.Conflict once its document is recorded: that is withdrawn,
// not terminated. fault.Locked while a request writes to it.
func (s *Service) Terminate(ctx context.Context, actor efile.Actor, id efile.ID) error {
	up, receipt, err := s.claim(ctx, actor, id, -1)
	if err != nil {
		return err
	}
	if receipt != nil {
		return fault.New(fault.Reject, fault.Conflict, fmt.Errorf("upload %s is recorded", id))
	}
	return s.remove(ctx, actor, up)
}

// Whole takes a file whose length need not be known, as a form sends it. Nothing of it is left behind unless it ends in
// a receipt: a body that breaks off must be sent again.
func (s *Service) Whole(ctx context.Context, actor efile.Actor, submission efile.ID, info FileInfo, body io.Reader) (*efile.Receipt, error) {
	limits, err := s.LimitsOf(ctx, actor.Office)
	if err != nil {
		return nil, err
	}
	up := s.newUpload(submission, info)
	err = s.Records.View(ctx, actor, func(tx *records.Tx) error {
		sub, err := tx.Submission(ctx, submission)
		if err != nil {
			return err
		}
		up.CaseID = sub.CaseID
		open, err := s.announced(ctx, tx, submission)
		if err != nil {
			return err
		}
		return s.fits(ctx, tx, limits, sub, open, max(info.Length, -1), false)
	})
	if err != nil {
		return nil, fmt.Errorf("take a file in submission %s: %w", submission, err)
	}
	in, err := s.newIngest(actor, up)
	if err != nil {
		return nil, err
	}
	in.rowless = true
	defer in.close(ctx)
	receipt, err := in.whole(ctx, body, limits.FileBytes)
	if err != nil {
		in.discard(ctx)
	}
	return receipt, err
}

func (in *ingest) whole(ctx context.Context, body io.Reader, limit int64) (*efile.Receipt, error) {
	if err := in.take(ctx, body, limit); err != nil {
		return nil, err
	}
	if over, err := io.CopyN(io.Discard, body, 1); over > 0 {
		return nil, fault.New(fault.Reject, fault.TooLarge, fmt.Errorf("more than %d bytes", limit))
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("body broke off: %w", err)
	}
	if in.up.Offset == 0 {
		return nil, fault.New(fault.Reject, fault.Empty, errors.New("file of no bytes"))
	}
	in.up.Length = in.up.Offset
	return in.finish(ctx)
}

// claim makes the caller the upload's only writer, or returns the receipt if there is nothing left to write. offset -1
// is any.
func (s *Service) claim(ctx context.Context, actor efile.Actor, id efile.ID, offset int64) (efile.Upload, *efile.Receipt, error) {
	var up efile.Upload
	var receipt *efile.Receipt
	err := s.Records.In(ctx, actor, func(tx *records.Tx) error {
		var err error
		if up, err = tx.LockUpload(ctx, id); err != nil {
			return err
		}
		if receipt, err = receiptOf(ctx, tx, up); err != nil || receipt != nil {
			return err
		}
		now := s.now()
		switch {
		case !up.Writer.IsZero() && now.Before(up.WriterUntil):
			return fault.New(fault.Reject, fault.Locked, fmt.Errorf("upload %s has a writer", id))
		case !now.Before(up.Expires):
			return expired(id)
		case offset >= 0 && offset != up.Offset:
			return fault.New(fault.Reject, fault.OffsetMismatch, fmt.Errorf("upload %s is at %d, not %d", id, up.Offset, offset))
		}
		up.Writer, up.WriterUntil = efile.NewID(), now.Add(s.lease())
		return tx.SaveUpload(ctx, up)
	})
	if err != nil {
		return up, nil, fmt.Errorf("claim upload %s: %w", id, err)
	}
	return up, receipt, nil
}

func expired(id efile.ID) error {
	return fault.New(fault.Reject, fault.Gone, fmt.Errorf("upload %s has expired", id))
}

// release ends the lease of up's writer, if it is still that one. Failing only means that the lease ends by itself.
func (s *Service) release(ctx context.Context, actor efile.Actor, up efile.Upload) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	err := s.saveAs(ctx, actor, up.ID, up.Writer, func(row *efile.Upload) { row.Writer, row.WriterUntil = efile.ID{}, time.Time{} })
	if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Locked) {
		s.log().WarnContext(ctx, "lease not released", "upload", up.ID.String(), "error", err)
	}
}

// saveAs changes an upload's row if writer still holds its lease; fault.Locked if not. Another request that looks at the
// row for a moment is waited for.
func (s *Service) saveAs(ctx context.Context, actor efile.Actor, id, writer efile.ID, change func(*efile.Upload)) error {
	save := func() (lost bool, err error) {
		err = s.Records.In(ctx, actor, func(tx *records.Tx) error {
			row, err := tx.LockUpload(ctx, id)
			if err != nil {
				return err
			}
			if lost = row.Writer != writer; lost {
				return fault.New(fault.Reject, fault.Locked, fmt.Errorf("upload %s has another writer", id))
			}
			change(&row)
			return tx.SaveUpload(ctx, row)
		})
		return lost, err
	}
	for try := 0; ; try++ {
		lost, err := save()
		if err == nil || lost || !fault.Is(err, fault.Locked) || try == 40 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(25 * time.Millisecond):
		}
	}
}

// remove deletes everything of an unfinished upload: first the bytes, then the row, so that a failure in between leaves
// a row that the sweep finds.
func (s *Service) remove(ctx context.Context, actor efile.Actor, up efile.Upload) error {
	if err := s.removeBytes(ctx, actor.Office, up); err != nil {
		return fmt.Errorf("remove upload %s: %w", up.ID, err)
	}
	err := s.Records.In(ctx, actor, func(tx *records.Tx) error { return tx.DeleteUpload(ctx, up.ID) })
	if err != nil && !fault.Is(err, fault.NotFound) {
		return fmt.Errorf("remove upload %s: %w", up.ID, err)
	}
	return nil
}

func (s *Service) removeBytes(ctx context.Context, office efile.ID, up efile.Upload) error {
	key := objectKey(office, up)
	var all []error
	if up.Multipart != "" {
		all = append(all, s.Store.AbortMultipart(ctx, key, up.Multipart))
	}
	if up.Tail != "" {
		all = append(all, s.Store.Delete(ctx, up.Tail))
	}
	err := errors.Join(append(all, s.Store.Delete(ctx, key))...)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
