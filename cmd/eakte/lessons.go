package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// lessons shows what an office's corrections taught its classifier, version by version, and lets the operator choose: "use
// N" takes an earlier version, "use 0" the classifier as it is delivered, and learning goes on from there; "off" takes the
// classifier as it is and ends learning until a version is chosen again.
func lessons(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("lessons")
	key := flags.String("office", "", "key of the office")
	if err := parse(flags, args, 0, 2); err != nil {
		return err
	}
	return inOffice(ctx, config, *key, func(tx *records.Tx) error {
		switch {
		case flags.NArg() == 0:
			return listLessons(ctx, tx, out)
		case flags.NArg() == 1 && flags.Arg(0) == "off":
			return chooseLessons(ctx, tx, efile.Lessons{Kind: efile.LessonsOff}, out)
		case flags.NArg() == 2 && flags.Arg(0) == "use":
			number, err := strconv.Atoi(flags.Arg(1))
			if err != nil || number < 0 {
				return fmt.Errorf("%w: no version %q", errUsage, flags.Arg(1))
			}
			return useLessons(ctx, tx, number, out)
		}
		return errUsage
	})
}

// useLessons chooses a version that was better when it was made, or chosen later; 0: none.
func useLessons(ctx context.Context, tx *records.Tx, number int, out io.Writer) error {
	chosen := efile.Lessons{Kind: efile.LessonsChosen, Again: number}
	if number > 0 {
		file, err := tx.LessonsFile(ctx, number)
		if err != nil {
			return fmt.Errorf("use lessons %d: %w", number, err)
		}
		if len(file) == 0 {
			return fmt.Errorf("%w: version %d has no lessons: it was not better, or says that there are none", errUsage, number)
		}
		chosen.File = file
	}
	return chooseLessons(ctx, tx, chosen, out)
}

func chooseLessons(ctx context.Context, tx *records.Tx, chosen efile.Lessons, out io.Writer) error {
	if err := tx.AddLessons(ctx, &chosen); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "version %d is in use from the next document on\n", chosen.Number)
	return err
}

// listLessons prints the versions, the newest first, the one in use marked.
func listLessons(ctx context.Context, tx *records.Tx, out io.Writer) error {
	all, err := tx.Lessons(ctx, 50)
	if err != nil {
		return err
	}
	inUse, err := tx.LessonsInUse(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "\tversion\tmade\tby\thow\texamples\tbefore\tafter")
	for _, l := range all {
		mark, how, before, after := " ", string(l.Kind), "", ""
		if l.Number == inUse.Number {
			mark = "*"
		}
		switch l.Kind {
		case efile.LessonsChosen:
			how = fmt.Sprintf("version %d again", l.Again)
		case efile.LessonsLearnt:
			before, after = fmt.Sprintf("%.1f %%", 100*l.Before), fmt.Sprintf("%.1f %% of %d", 100*l.After, l.HeldBack)
			if !l.Better {
				how = "learnt, not better, not used"
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%d\t%s\t%s\n", mark, l.Number, l.Made.Format(time.DateTime), l.Actor.Kind, how, l.Examples, before, after)
	}
	return table.Flush()
}
