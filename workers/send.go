package workers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// Archives is what the workers need to speak with archives.
type Archives struct {
	Dir       string                       // where containers are built; on a disk with room for the largest
	Transfers string                       // the operator's folder for directory transports; empty: those are refused
	Schemas   string                       // folder of xdomea's schemas, one folder for each version; empty: messages are not held against any
	Unseal    func([]byte) ([]byte, error) // opens the password of a WebDAV transport
	Plain     bool                         // WebDAV may go over http without encryption to other hosts
	Release   string                       // of this product, for messages
}

// sendWorker builds a message, opens it again, checks it and hands it over. What is wrong with it is the disposal's code, and
// it does not leave.
type sendWorker struct {
	river.WorkerDefaults[job.Send]
	w *Workers
}

// Timeout covers some hundred gigabytes.
func (*sendWorker) Timeout(*river.Job[job.Send]) time.Duration { return 12 * time.Hour }

// Work sends one message. A message that was sent before is left alone.
func (s *sendWorker) Work(ctx context.Context, j *river.Job[job.Send]) error {
	m, err := s.w.prepare(ctx, j.Args)
	if err == nil && m != nil {
		err = m.send(ctx)
	}
	if f := fault.Of(err); f == nil || f.Treatment != fault.Wait {
		// Whatever is built once more is built from the beginning: a delivery does not lie about on disk.
		_ = os.RemoveAll(filepath.Join(s.w.Archives.Dir, j.Args.Disposal.String(), string(j.Args.Type)))
	}
	return treat(ctx, j.JobRow, err, func(f *fault.Error) error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer cancel()
		return s.w.Records.In(ctx, system(j.Args.Office), func(tx *records.Tx) error {
			if f != nil {
				s.w.Log.LogAttrs(ctx, slog.LevelWarn, "message to an archive not sent", slog.String("disposal", j.Args.Disposal.String()),
					slog.String("type", string(j.Args.Type)), slog.String("code", string(f.Code)), slog.String("error", f.Error()))
				if err := blame(ctx, tx, j.Args.Disposal, f.Code); err != nil {
					return err
				}
			}
			return complete(ctx, tx, j)
		})
	})
}

// blame notes why a message of a disposal did not leave. What is over bears no blame.
func blame(ctx context.Context, tx *records.Tx, disposal efile.ID, code fault.Code) error {
	d, err := tx.LockDisposal(ctx, disposal)
	if err != nil || d.State == efile.DisposalCancelled || d.State == efile.DisposalClosed {
		return err
	}
	d.Code = string(code)
	return tx.SaveDisposal(ctx, d)
}

// sending is one message on its way.
type sending struct {
	w        *Workers
	office   efile.Office
	disposal efile.Disposal
	archive  efile.ReceivingArchive
	version  xdomea.Version
	message  efile.Message
	records  []efile.DisposalRecord // not recalled
}

// stepOf is what sending a message does to a disposal; an appraisal's receipt does nothing.
func stepOf(t efile.MessageType) (archive.Step, bool) {
	switch t {
	case efile.MessageOffer:
		return archive.Offer, true
	case efile.MessageDelivery:
		return archive.Deliver, true
	}
	return "", false
}

// prepare reads what the message is about and fixes its time and the last event that it tells. nil: it was sent before.
func (w *Workers) prepare(ctx context.Context, args job.Send) (*sending, error) {
	m := &sending{w: w}
	var err error
	if m.office, err = w.officeByID(ctx, args.Office); err != nil {
		return nil, err
	}
	err = w.Records.In(ctx, system(args.Office), func(tx *records.Tx) error {
		if m.disposal, err = tx.LockDisposal(ctx, args.Disposal); err != nil {
			return err
		}
		if m.archive, err = tx.Archive(ctx, m.disposal.Archive); err != nil {
			return err
		}
		if m.version, err = xdomea.ParseVersion(m.archive.Version); err != nil {
			return fault.New(fault.Review, fault.WrongStage, fmt.Errorf("archive %s takes no messages", m.archive.ID))
		}
		if m.message, err = messageOf(ctx, tx, args); err != nil {
			return err
		}
		if m.disposal.State == efile.DisposalCancelled || m.disposal.State == efile.DisposalClosed {
			return fault.New(fault.Cancel, fault.WrongStage, fmt.Errorf("disposal %s is %s", m.disposal.ID, m.disposal.State))
		}
		if step, is := stepOf(args.Type); is && m.message.Checked.IsZero() {
			if _, err := archive.Next(archive.PositionOf(m.disposal), step); err != nil {
				return err
			}
		}
		m.records, err = live(ctx, tx, args.Disposal)
		return err
	})
	if err != nil || !m.message.Sent.IsZero() {
		return nil, err
	}
	return m, nil
}

// messageOf is the message of that type, begun if there is none.
func messageOf(ctx context.Context, tx *records.Tx, args job.Send) (efile.Message, error) {
	begun := efile.Message{Disposal: args.Disposal, Type: args.Type, Created: time.Now().UTC().Truncate(time.Second)}
	all, err := tx.Messages(ctx, args.Disposal)
	if err != nil {
		return begun, err
	}
	for _, m := range all {
		if m.Type == args.Type {
			return m, nil
		}
	}
	return begun, tx.AddMessage(ctx, &begun)
}

// live are the records of a disposal that were not recalled.
func live(ctx context.Context, tx *records.Tx, disposal efile.ID) ([]efile.DisposalRecord, error) {
	all, err := tx.DisposalRecords(ctx, disposal)
	var out []efile.DisposalRecord
	for _, r := range all {
		if r.Recalled.IsZero() && r.Destroyed.IsZero() {
			out = append(out, r)
		}
	}
	return out, err
}

func (w *Workers) officeByID(ctx context.Context, id efile.ID) (efile.Office, error) {
	offices, err := w.Records.Offices(ctx)
	if err != nil {
		return efile.Office{}, err
	}
	for _, o := range offices {
		if o.ID == id {
			return o, nil
		}
	}
	return efile.Office{}, fault.New(fault.Reject, fault.NotFound, fmt.Errorf("office %s", id))
}

// send builds, checks, commits that it leaves, and hands over: in this order, so that whatever is touched after the hand-over
// is recalled from a disposal that knows that it was told of. Killed in between, it begins again and makes the same bytes.
func (m *sending) send(ctx context.Context) error {
	dir, err := m.w.Archives.folder(filepath.Join(m.disposal.ID.String(), string(m.message.Type)))
	if err != nil {
		return err
	}
	made, err := m.make(ctx, dir)
	if err != nil {
		return err
	}
	if !m.message.Checked.IsZero() && m.message.SHA256 != made.sha256 {
		return fault.New(fault.Review, fault.ContainerChanged, errors.New("building the message again gave other bytes"))
	}
	name := filepath.Base(made.path)
	m.message.File, m.message.Size, m.message.SHA256 = name, made.size, made.sha256
	m.message.Entries, m.message.Wrapped = made.entries, made.wrapped
	if m.message.Checked.IsZero() {
		if err := m.check(ctx, made); err != nil {
			return err
		}
		if err := m.leave(ctx); err != nil {
			return err
		}
	}
	if err := m.stillWanted(ctx); err != nil {
		return err
	}
	if err := m.handOver(ctx, name, made.path); err != nil {
		return err
	}
	return m.sent(ctx)
}

// folder makes a folder for what is on its way to or from an archive. One of the same name is taken again: what a killed
// worker left there is written over.
func (a Archives) folder(name string) (string, error) {
	dir := filepath.Join(a.Dir, name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make folder for an archive's messages: %w", err)
	}
	return dir, nil
}

// leave commits the state that says that the message has left, if what it tells is still what the disposal holds.
func (m *sending) leave(ctx context.Context) error {
	return m.w.Records.In(ctx, system(m.office.ID), func(tx *records.Tx) error {
		d, err := tx.LockDisposal(ctx, m.disposal.ID)
		if err != nil {
			return err
		}
		now, err := live(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		if !slices.EqualFunc(now, m.records, sameDecision) {
			return fault.New(fault.Retry, fault.Recalled, errors.New("a record was recalled or decided anew while the message was built"))
		}
		m.message.Checked = time.Now().UTC()
		if err := tx.SaveMessage(ctx, m.message); err != nil {
			return err
		}
		step, is := stepOf(m.message.Type)
		if !is {
			return nil
		}
		next, err := archive.Next(archive.PositionOf(d), step)
		if err != nil {
			return err
		}
		d.State, d.Blocked, d.Code = next.State, next.Blocked, ""
		return tx.SaveDisposal(ctx, d)
	})
}

// sameDecision reports whether a record is told as it was.
func sameDecision(a, b efile.DisposalRecord) bool { return a.ID == b.ID && a.Decision == b.Decision }

// stillWanted refuses to hand over what was called off meanwhile: an archive may have been away for days.
func (m *sending) stillWanted(ctx context.Context) error {
	return m.w.Records.View(ctx, system(m.office.ID), func(tx *records.Tx) error {
		d, err := tx.Disposal(ctx, m.disposal.ID)
		if err == nil && d.State == efile.DisposalCancelled {
			return fault.New(fault.Cancel, fault.WrongStage, fmt.Errorf("disposal %s was called off", d.ID))
		}
		return err
	})
}

// sent notes that the message is where it has to be.
func (m *sending) sent(ctx context.Context) error {
	return m.w.Records.In(ctx, system(m.office.ID), func(tx *records.Tx) error {
		m.message.Sent = time.Now().UTC()
		return tx.SaveMessage(ctx, m.message)
	})
}

// handOver brings the container to the archive's directory or, where there is none, into the store for people to carry.
func (m *sending) handOver(ctx context.Context, name, path string) error {
	road, err := m.w.Archives.road(m.archive)
	if err != nil {
		return err
	}
	if road != nil {
		err := road.Put(ctx, name, path)
		if errors.Is(err, transport.ErrOtherBytes) {
			return fault.New(fault.Review, fault.TransferTaken, err)
		}
		return err
	}
	f, err := os.Open(path) //nolint:gosec // our own container
	if err != nil {
		return fmt.Errorf("open container: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	stored, err := m.w.Store.Put(ctx, storage.TransferKey(m.office.ID, m.disposal.ID, m.message.SHA256), f, m.message.Size)
	m.message.Key = stored.Key
	return err
}

// road is how an archive is reached; nil: by people.
func (a Archives) road(to efile.ReceivingArchive) (transport.Transport, error) {
	t := to.Transport
	switch {
	case t.Directory != "" && a.Transfers == "":
		return nil, fault.New(fault.Wait, fault.ArchiveUnavailable, errors.New("no folder for transfers is configured"))
	case t.Directory != "":
		return transport.NewDirectory(a.Transfers, t.Directory, t.Answers)
	case t.URL != "":
		var password []byte
		if len(t.Secret) > 0 {
			var err error
			if password, err = a.Unseal(t.Secret); err != nil {
				return nil, fmt.Errorf("open the password of archive %s: %w", to.ID, err)
			}
		}
		dav, err := transport.NewWebDAV(transport.WebDAVConfig{
			URL: t.URL, User: t.User, Password: string(password), Answers: t.Answers, Plain: a.Plain,
		})
		if errors.Is(err, transport.ErrPlain) { // until the operator has changed one or the other
			return nil, fault.New(fault.Wait, fault.ArchiveUnavailable, err)
		}
		if err != nil {
			return nil, err
		}
		return dav, nil
	}
	return nil, nil
}
