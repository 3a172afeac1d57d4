package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// exportAppraise enters an archive's decisions that did not come in a message: from a table, or what the office proposed.
func exportAppraise(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("export appraise")
	key := flags.String("office", "", "key of the office")
	proposals := flags.Bool("proposals", false, "decide as the office proposed, where nothing is decided yet")
	reason := flags.String("reason", "", "for decisions without one of their own; needed while the archive's appraisal is awaited")
	if err := parseMixedSome(flags, args, 1, 2); err != nil {
		return err
	}
	if *proposals == (flags.NArg() == 2) {
		return fmt.Errorf("%w: a table or -proposals", errUsage)
	}
	var table []efile.DisposalRecord
	if !*proposals {
		data, err := readSmall(flags.Arg(1))
		if err != nil {
			return err
		}
		if table, err = readDecisions(data); err != nil {
			return fmt.Errorf("read decisions: %w", err)
		}
	}
	var said string
	err := inOffice(ctx, config, *key, func(tx *records.Tx) error {
		d, err := findDisposal(ctx, tx, flags.Arg(0))
		if err != nil {
			return err
		}
		said, err = appraise(ctx, tx, d.ID, table, strings.TrimSpace(*reason))
		return err
	})
	if err != nil {
		return fmt.Errorf("appraise: %w", err)
	}
	_, err = io.WriteString(out, said)
	return err
}

// appraise saves decisions, nil meaning the office's proposals, and moves the disposal on when the last record is decided.
func appraise(ctx context.Context, tx *records.Tx, id efile.ID, table []efile.DisposalRecord, reason string) (string, error) {
	d, err := tx.LockDisposal(ctx, id)
	if err != nil {
		return "", err
	}
	if d.State != efile.DisposalAppraised { // corrected before the delivery
		if _, err := archive.Next(archive.PositionOf(d), archive.Appraise); err != nil {
			return "", err
		}
	}
	all, err := tx.DisposalRecords(ctx, id)
	if err != nil {
		return "", err
	}
	if table == nil {
		table = proposed(all)
	}
	to, err := tx.Archive(ctx, d.Archive)
	if err != nil {
		return "", err
	}
	awaited := to.Version != byHand && d.State == efile.DisposalOffered
	for i := range table {
		if table[i].Reason = cmp.Or(table[i].Reason, reason); table[i].Reason == "" && awaited {
			return "", fmt.Errorf("%w: the archive's appraisal is still awaited: -reason, or a reason in every line", errUsage)
		}
	}
	for i := range table { // no person signed in: without a word it would look like the archive's own decision
		table[i].Reason = strings.TrimSpace("(eakte export appraise) " + table[i].Reason)
	}
	if err := tx.SaveDecisions(ctx, id, table); err != nil {
		return "", err
	}
	if all, err = tx.DisposalRecords(ctx, id); err != nil {
		return "", err
	}
	kept, left := tally(all)
	if left == 0 && d.State != efile.DisposalAppraised {
		if d, err = step(ctx, tx, id, archive.Appraise); err != nil {
			return "", err
		}
	}
	said := fmt.Sprintf("%s: %d decisions entered, %d records to be kept, %d not decided, %s\n", id, len(table), kept, left, d.State)
	if left == 0 {
		said += "next: eakte export deliver\n"
	}
	return said, nil
}

// proposed takes the office's proposals for what is not decided.
func proposed(all []efile.DisposalRecord) []efile.DisposalRecord {
	var out []efile.DisposalRecord
	for _, r := range all {
		if r.Recalled.IsZero() && r.Decision == efile.Undecided && r.Proposal != efile.Undecided {
			out = append(out, efile.DisposalRecord{ID: r.ID, Decision: r.Proposal})
		}
	}
	return out
}

// tally counts the records that are kept and those not decided, without recalled ones.
func tally(all []efile.DisposalRecord) (kept, left int) {
	for _, r := range all {
		switch {
		case !r.Recalled.IsZero():
		case r.Decision == efile.Keep:
			kept++
		case r.Decision != efile.Destroy:
			left++
		}
	}
	return kept, left
}

// mostMistakes are told of a table; whoever sees so many has the wrong file.
const mostMistakes = 20

// readDecisions reads lines of id, decision (A or V) and, if there is one, a reason; further columns are passed over. The
// first line may be headings. A record that stands there undecided (B, or nothing) stays so. Commas, semicolons and tabs are
// taken, as spreadsheets write them. All mistakes are named at once.
func readDecisions(data []byte) ([]efile.DisposalRecord, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	r := csv.NewReader(bytes.NewReader(data))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	for _, c := range []rune{';', '\t'} {
		if bytes.ContainsRune(first, c) {
			r.Comma = c
			break
		}
	}
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	var out []efile.DisposalRecord
	var wrong []error
	seen := map[efile.ID]bool{}
	for n := 1; len(wrong) < mostMistakes; n++ {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if n == 1 && strings.EqualFold(strings.TrimSpace(line[0]), "id") {
			continue
		}
		d, err := readDecision(line)
		if err == nil && seen[d.ID] {
			err = errors.New("a record that was decided above")
		}
		if err != nil {
			at, _ := r.FieldPos(0)
			wrong = append(wrong, fmt.Errorf("line %d: %w", at, err))
		}
		seen[d.ID] = true
		if d.Decision != efile.Undecided {
			out = append(out, d)
		}
	}
	if len(out) == 0 && len(wrong) == 0 {
		return nil, errors.New("the table has no decisions")
	}
	return out, errors.Join(wrong...)
}

func readDecision(line []string) (d efile.DisposalRecord, err error) {
	if len(line) < 2 {
		return d, errors.New("want id, decision and perhaps a reason")
	}
	if d.ID, err = recordID(line[0]); err != nil {
		return d, errors.New("the first column is no id of a case file or matter")
	}
	switch d.Decision = efile.Decision(strings.ToUpper(strings.TrimSpace(line[1]))); d.Decision {
	case "":
		d.Decision = efile.Undecided
	case efile.Keep, efile.Destroy, efile.Undecided:
	default:
		return d, errors.New("the decision is A, V or, not yet, B")
	}
	if len(line) > 2 {
		d.Reason = strings.TrimSpace(line[2])
	}
	return d, nil
}

// recordID reads the id of a case file or matter, as messages, tables or pages show it.
func recordID(text string) (id efile.ID, err error) {
	text = strings.TrimSpace(text)
	for _, parse := range []func(string) (efile.ID, error){
		func(s string) (efile.ID, error) { return efile.ParseID(strings.ToLower(s)) },
		func(s string) (efile.ID, error) { return efile.ParsePublic(efile.PrefixCase, s) },
		func(s string) (efile.ID, error) { return efile.ParsePublic(efile.PrefixMatter, s) },
	} {
		if id, err = parse(text); err == nil {
			return id, nil
		}
	}
	return id, fmt.Errorf("%q is no id of a case file or matter", text)
}
