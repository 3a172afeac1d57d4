package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// exportUsage lists what `eakte export` can do, one line each.
const exportUsage = `WHAT, which is one of
  due      -office KEY                                          the case files that may be offered
  alone    -office KEY                                          the documents that may be destroyed before their case file
  offer    -office KEY -archive NAME [-wait] REFERENCE… | -all  put case files together and offer them
  appraise -office KEY PROCESS FILE.csv | -proposals [-reason TEXT]  enter decisions (id,decision,reason) by hand
  deliver  -office KEY [-wait] PROCESS                          hand over what the archive keeps
  confirm  -office KEY -by LOGIN -reason TEXT PROCESS [ID…]     enter what an archive has confirmed by letter; no ID: everything
  retry    -office KEY [-wait] PROCESS                          send again what could not be sent, when its cause is mended
  wait     -office KEY PROCESS                                  wait for the next stage and say what happens
  status   -office KEY [-csv] [PROCESS]                         where disposals stand, their messages, findings and answers
  cancel   -office KEY PROCESS                                  call a disposal off
  unblock  -office KEY PROCESS                                  go on without what was recalled
  verify   FILE | FOLDER [-schemas DIR] [-json]                 check a container, bag or package; needs no installation
  case     -office KEY REFERENCE -format xdomea|bagit|eark -out DIR   export one case file
Destruction is proposed by one person and confirmed by another, each signed in: on the pages for archivists only.`

// exports are the parts of `eakte export`.
func exports() map[string]func(context.Context, setup.Config, []string, io.Writer) error {
	return map[string]func(context.Context, setup.Config, []string, io.Writer) error{
		"due": exportDue, "alone": exportAlone, "offer": exportOffer, "appraise": exportAppraise, "deliver": exportDeliver,
		"confirm": exportConfirm, "retry": exportRetry, "wait": exportWait,
		"status": exportStatus, "cancel": exportCancel, "unblock": exportUnblock, "verify": exportVerify, "case": exportCase,
	}
}

// export is the way out of the office, one part for each step.
func export(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	if args[0] == "destroy" {
		return errors.New("destruction needs two people who sign in: propose and confirm it on the pages for archivists")
	}
	run, ok := exports()[args[0]]
	if !ok {
		return fmt.Errorf("%w: no export %q", errUsage, args[0])
	}
	return run(ctx, config, args[1:], out)
}

// findDisposal reads a ProzessID, or the form in which pages and the log show it, and finds its disposal.
func findDisposal(ctx context.Context, tx *records.Tx, process string) (efile.Disposal, error) {
	id, err := parseProcess(process)
	if err != nil {
		return efile.Disposal{}, err
	}
	d, err := tx.Disposal(ctx, id)
	if err != nil {
		return d, fmt.Errorf("find process %s: %w", id, err)
	}
	return d, nil
}

func parseProcess(process string) (efile.ID, error) {
	id, err := efile.ParseID(strings.ToLower(process))
	if err != nil {
		id, err = efile.ParsePublic(efile.PrefixDisposal, process)
	}
	if err != nil {
		return id, fmt.Errorf("%w: %q is no ProzessID", errUsage, process)
	}
	return id, nil
}

// step holds a disposal and takes a step of it.
func step(ctx context.Context, tx *records.Tx, id efile.ID, s archive.Step) (efile.Disposal, error) {
	d, err := tx.LockDisposal(ctx, id)
	if err != nil {
		return d, err
	}
	p, err := archive.Next(archive.PositionOf(d), s)
	if err != nil {
		return d, err
	}
	d.State, d.Blocked = p.State, p.Blocked
	return d, tx.SaveDisposal(ctx, d)
}

// exportCancel calls a disposal off: its case files are due again.
func exportCancel(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	return oneStep(ctx, config, "cancel", archive.Cancel, args, out)
}

// exportUnblock lets a disposal go on without what was recalled.
func exportUnblock(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	return oneStep(ctx, config, "unblock", archive.Unblock, args, out)
}

func oneStep(ctx context.Context, config setup.Config, name string, s archive.Step, args []string, out io.Writer) error {
	flags := newFlags("export " + name)
	key := flags.String("office", "", "key of the office")
	if err := parseMixedSome(flags, args, 1, 1); err != nil {
		return err
	}
	var d efile.Disposal
	err := inOffice(ctx, config, *key, func(tx *records.Tx) (err error) {
		if d, err = findDisposal(ctx, tx, flags.Arg(0)); err == nil {
			d, err = step(ctx, tx, d.ID, s)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	_, err = fmt.Fprintf(out, "%s: %s\n", d.ID, d.State)
	return err
}

// plain makes a text from outside safe for a terminal: nothing in it moves the cursor or hides letters.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
