// Package intake accepts files from any road: the portal's page, tus, the API's form, and later FIT-Connect, drop folder
// and e-mail. It counts limits before and while reading, digests while streaming, stores the original, and records
// document, event and first job in one transaction. Only then is a receipt given: whoever holds one can rely on it.
//
// One ingest serves all roads (ingest.go). Bytes go into an unlinked spool file of at most PartSize; a full one becomes a
// part of a multipart upload in the store, and where a body breaks off, the rest becomes a small object of its own, the
// tail. The upload's row says what is safe: offset, parts, tail and the state of the digest. So memory stays flat
// whatever the size, and an upload goes on after a cut or a killed process with the loss of at most one part.
//
// One request writes to an upload at a time: it holds a lease in the row, prolonged while it lives, and every save checks
// that the lease is still its own. No transaction is open while bytes flow. A killed process loses its leases by
// themselves.
//
// What a file is, and whether it may pass, is for the stations behind (package workers). Start reading at Service.Write.
package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// Inserter puts a job into the transaction of what caused it. A *river.Client[pgx.Tx] without queues is one.
type Inserter interface {
	InsertTx(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
}

// Service accepts files. It is safe for concurrent use; several processes may serve the same uploads.
type Service struct {
	Records *records.Store
	Store   *storage.Store
	Queue   Inserter
	Spool   string       // directory for spool files; empty: the system's. They have no name, so nothing is left behind
	Limits  efile.Limits // of the installation; an office may have its own. Zero fields: DefaultLimits
	Log     *slog.Logger // nil: slog.Default

	PartSize int64            // bytes; zero: 8 MiB, at least 5 MiB (the store's rule)
	Lease    time.Duration    // how long a killed writer blocks an upload; zero: 15 s
	Keep     time.Duration    // how long an unfinished upload waits to be continued; zero: 24 h
	Now      func() time.Time // nil: time.Now
}

// DefaultLimits are those of an installation that says nothing.
func DefaultLimits() efile.Limits {
	return efile.Limits{FileBytes: 500 << 20, SubmissionFiles: 100, SubmissionBytes: 2 << 30, CaseFilesPerDay: 200}
}

// FileInfo is what a sender says about a file. None of it is believed.
type FileInfo struct {
	Name      string // as sent; cleaned before it is kept
	MediaType string
	Length    int64 // bytes; -1: not known before the end
}

// OpenRequest asks for a submission.
type OpenRequest struct {
	CaseID   efile.ID
	MatterID efile.ID // zero: the newest open matter of the case, if any
	Channel  efile.Channel
	Language string // for answers; empty: the case's
}

// now is a time as the database keeps it, so that a receipt given again says the same.
func (s *Service) now() time.Time {
	now := s.Now
	if now == nil {
		now = time.Now
	}
	return now().UTC().Truncate(time.Microsecond)
}

func (s *Service) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}

func (s *Service) partSize() int64 {
	if s.PartSize == 0 {
		return 8 << 20
	}
	return max(s.PartSize, 5<<20)
}

func (s *Service) lease() time.Duration {
	if s.Lease == 0 {
		return 15 * time.Second
	}
	return s.Lease
}

func (s *Service) keep() time.Duration {
	if s.Keep == 0 {
		return 24 * time.Hour
	}
	return s.Keep
}

// LimitsOf returns what counts for uploads to an office.
func (s *Service) LimitsOf(ctx context.Context, office efile.ID) (efile.Limits, error) {
	o, err := s.Records.OfficeByID(ctx, office)
	if err != nil {
		return efile.Limits{}, fmt.Errorf("limits of office %s: %w", office, err)
	}
	return o.Limits.Or(s.Limits).Or(DefaultLimits()), nil
}

// Open starts a submission in a case. A closed case takes none: fault.CaseClosed.
func (s *Service) Open(ctx context.Context, actor efile.Actor, in OpenRequest) (efile.Submission, error) {
	sub := efile.Submission{
		ID: efile.NewID(), CaseID: in.CaseID, MatterID: in.MatterID, Channel: in.Channel, Status: efile.SubmissionOpen,
		Language: in.Language, Opened: s.now(),
	}
	err := s.Records.In(ctx, actor, func(tx *records.Tx) error {
		c, err := tx.Case(ctx, in.CaseID)
		if err != nil {
			return err
		}
		if !c.Closed.IsZero() {
			return fault.New(fault.Reject, fault.CaseClosed, fmt.Errorf("case %s", c.ID))
		}
		if sub.Language == "" {
			sub.Language = c.Language
		}
		if sub.MatterID, err = matterOf(ctx, tx, c.ID, in.MatterID); err != nil {
			return err
		}
		return tx.AddSubmission(ctx, sub)
	})
	if err != nil {
		return efile.Submission{}, fmt.Errorf("open submission in case %s: %w", in.CaseID, err)
	}
	return sub, nil
}

// matterOf checks that a named matter belongs to the case, or finds the newest open one; zero if there is none.
func matterOf(ctx context.Context, tx *records.Tx, caseID, named efile.ID) (efile.ID, error) {
	matters, err := tx.Matters(ctx, caseID)
	if err != nil {
		return efile.ID{}, err
	}
	if named.IsZero() {
		newest, _ := efile.NewestOpen(matters)
		return newest.ID, nil
	}
	if !slices.ContainsFunc(matters, func(m efile.Matter) bool { return m.ID == named }) {
		return efile.ID{}, fault.New(fault.Reject, fault.NotFound, errors.New("matter is not of this case"))
	}
	return named, nil
}

// Close says that nothing more comes in this submission. Closing twice does nothing the second time.
func (s *Service) Close(ctx context.Context, actor efile.Actor, submission efile.ID) error {
	err := s.Records.In(ctx, actor, func(tx *records.Tx) error {
		sub, err := tx.LockSubmission(ctx, submission)
		if err != nil || sub.Status == efile.SubmissionComplete {
			return err
		}
		if err := tx.CloseSubmission(ctx, submission, s.now()); err != nil {
			return err
		}
		return notify.AppendSubmission(ctx, tx, efile.SubmissionReceived, sub)
	})
	if err != nil {
		return fmt.Errorf("close submission %s: %w", submission, err)
	}
	return nil
}
