package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// exportDeliver has the workers hand over what the archive keeps. Where it keeps nothing, the disposal is over but for the
// destruction.
func exportDeliver(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export deliver")
	key := flags.String("office", "", "key of the office")
	until := flags.Bool("wait", false, "wait until it is handed over")
	if err := parseMixedSome(flags, args, 1, 1); err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		var d efile.Disposal
		err := rooms.Records.In(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
			if d, err = findDisposal(ctx, tx, flags.Arg(0)); err != nil {
				return err
			}
			d, err = deliver(ctx, tx, rooms, office, d.ID)
			return err
		})
		if err != nil {
			return fmt.Errorf("deliver: %w", err)
		}
		if d.State == efile.DisposalArchived {
			_, err := fmt.Fprintf(out, "%s: nothing is to be delivered, %s\n", d.ID, d.State)
			return err
		}
		if _, err := fmt.Fprintf(out, "%s: the delivery is being built\n", d.ID); err != nil || !*until {
			return err
		}
		return watch(ctx, rooms, office, []efile.Disposal{d}, efile.DisposalDelivered, out)
	})
}

func deliver(ctx context.Context, tx *records.Tx, rooms *setup.Rooms, office efile.Office, id efile.ID) (efile.Disposal, error) {
	d, err := tx.LockDisposal(ctx, id)
	if err != nil {
		return d, err
	}
	if _, err := archive.Next(archive.PositionOf(d), archive.Deliver); err != nil {
		return d, err
	}
	all, err := tx.DisposalRecords(ctx, id)
	if err != nil {
		return d, err
	}
	if kept, _ := tally(all); kept == 0 {
		return step(ctx, tx, id, archive.Nothing)
	}
	d.Code = "" // what did not succeed is tried again
	if err := tx.SaveDisposal(ctx, d); err != nil {
		return d, err
	}
	_, err = rooms.Queue.InsertTx(ctx, tx.Pgx(), job.Send{Office: office.ID, Disposal: id, Type: efile.MessageDelivery}, nil)
	return d, err
}

// exportRetry has the workers send again what was held back or could not be handed over.
func exportRetry(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export retry")
	key := flags.String("office", "", "key of the office")
	until := flags.Bool("wait", false, "wait until it is handed over")
	if err := parseMixedSome(flags, args, 1, 1); err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		var d efile.Disposal
		var what efile.Message
		err := rooms.Records.In(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
			if d, err = findDisposal(ctx, tx, flags.Arg(0)); err != nil {
				return err
			}
			if what, err = unsent(ctx, tx, d.ID); err != nil {
				return err
			}
			return again(ctx, tx, rooms, office, what)
		})
		if err != nil {
			return fmt.Errorf("retry: %w", err)
		}
		if _, err := fmt.Fprintf(out, "%s: %s is sent again\n", d.ID, what.Type); err != nil || !*until {
			return err
		}
		next := efile.DisposalOffered
		if what.Type == efile.MessageDelivery {
			next = efile.DisposalDelivered
		}
		return watch(ctx, rooms, office, []efile.Disposal{d}, next, out)
	})
}

// unsent is the first message of a disposal that was begun and is not with the archive.
func unsent(ctx context.Context, tx *records.Tx, id efile.ID) (efile.Message, error) {
	messages, err := tx.Messages(ctx, id)
	if err != nil {
		return efile.Message{}, err
	}
	for _, m := range messages {
		if m.Sent.IsZero() {
			return m, nil
		}
	}
	return efile.Message{}, fault.New(fault.Reject, fault.WrongStage, errors.New("no message waits to be sent"))
}

// again forgets what was found the last time and has the message sent.
func again(ctx context.Context, tx *records.Tx, rooms *setup.Rooms, office efile.Office, what efile.Message) error {
	d, err := tx.LockDisposal(ctx, what.Disposal)
	if err != nil {
		return err
	}
	d.Code = ""
	if err := tx.SaveDisposal(ctx, d); err != nil {
		return err
	}
	what.Findings = nil
	if err := tx.SaveMessage(ctx, what); err != nil {
		return err
	}
	_, err = rooms.Queue.InsertTx(ctx, tx.Pgx(), job.Send{Office: office.ID, Disposal: what.Disposal, Type: what.Type}, nil)
	return err
}

// exportWait waits until a disposal is at its next stage.
func exportWait(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export wait")
	key := flags.String("office", "", "key of the office")
	if err := parseMixedSome(flags, args, 1, 1); err != nil {
		return err
	}
	return withOffice(ctx, config, *key, func(rooms *setup.Rooms, office efile.Office) error {
		var d efile.Disposal
		err := rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
			d, err = findDisposal(ctx, tx, flags.Arg(0))
			return err
		})
		if err != nil {
			return err
		}
		at := slices.Index(onTheWay, d.State)
		if at < 0 || at == len(onTheWay)-1 {
			_, err := fmt.Fprintf(out, "%s: %s\n", d.ID, d.State)
			return err
		}
		return watch(ctx, rooms, office, []efile.Disposal{d}, onTheWay[at+1], out)
	})
}

// onTheWay are the states that follow each other.
var onTheWay = []efile.DisposalState{
	efile.DisposalOpen, efile.DisposalOffered, efile.DisposalAppraised, efile.DisposalDelivered, efile.DisposalArchived, efile.DisposalClosed,
}

// errStopped means that the disposal does not go on by itself.
var errStopped = errors.New("a person must look: `eakte export status` says why")

// pollEvery is how often the database is asked.
const pollEvery = time.Second

// watch says what happens to disposals until all have reached a state, or one of them stops.
func watch(ctx context.Context, rooms *setup.Rooms, office efile.Office, all []efile.Disposal, until efile.DisposalState, out io.Writer) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	told := map[efile.ID]string{}
	for {
		waiting := false
		for _, d := range all {
			said, done, err := look(ctx, rooms, office, d.ID, until)
			if said != told[d.ID] {
				told[d.ID] = said
				fmt.Fprintf(out, "%s: %s\n", d.ID, said)
			}
			if err != nil {
				return err
			}
			waiting = waiting || !done
		}
		if !waiting {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// look says where a disposal is and whether that is far enough.
func look(ctx context.Context, rooms *setup.Rooms, office efile.Office, id efile.ID, until efile.DisposalState) (said string, done bool, err error) {
	var d efile.Disposal
	var messages []efile.Message
	err = rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
		if d, err = tx.Disposal(ctx, id); err == nil {
			messages, err = tx.Messages(ctx, id)
		}
		return err
	})
	if err != nil {
		return "", false, err
	}
	words := []string{string(d.State)}
	found, unsent := false, false
	for _, m := range messages {
		words = append(words, string(m.Type)+" "+stageOf(m))
		unsent = unsent || m.Sent.IsZero()
		found = found || len(m.Findings) > 0 && m.Sent.IsZero()
	}
	if d.Code != "" {
		words = append(words, d.Code)
	}
	said = strings.Join(words, ", ")
	at := slices.Index(onTheWay, d.State)
	switch {
	case at >= slices.Index(onTheWay, until) && !unsent: // the state comes first, then the hand-over
		return said, true, nil
	case at < 0 || d.Blocked || found || d.Code != "" && d.Code != string(fault.Recalled):
		return said, false, errStopped
	}
	return said, false, nil
}

// stageOf says how far a message of ours is.
func stageOf(m efile.Message) string {
	switch {
	case !m.Sent.IsZero() && m.Key != "":
		return "ready to be carried to the archive"
	case !m.Sent.IsZero():
		return "handed over"
	case len(m.Findings) > 0:
		return fmt.Sprintf("held back, %d findings", len(m.Findings))
	case !m.Checked.IsZero():
		return "checked, " + sizeOf(m.Size)
	case m.Size > 0:
		return "built, " + sizeOf(m.Size)
	}
	return "being built"
}
