package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// verifyDeleted looks for what is left of everything that was destroyed: rows in any table, and objects in the store, former
// versions and marks of deletion too. It prints one line of proof for each destruction, and below it what is left.
func verifyDeleted(ctx context.Context, rooms *setup.Rooms, office efile.Office, out io.Writer) (int, error) {
	broken := 0
	f := records.DestructionFilter{Done: true, Limit: 500}
	for {
		var some []efile.Destruction
		err := rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
			some, err = tx.Destructions(ctx, f)
			return err
		})
		if err != nil {
			return broken, fmt.Errorf("list destructions of %s: %w", office.Key, err)
		}
		for _, x := range some {
			left, err := leftOf(ctx, rooms, office, x)
			if err != nil {
				return broken, fmt.Errorf("look for what is left of destruction %s: %w", x.ID, err)
			}
			if len(left) > 0 {
				broken++
			}
			if err := printProof(out, office, x, left); err != nil {
				return broken, err
			}
		}
		if len(some) == 0 {
			_, err := fmt.Fprintf(out, "%s: remains of %d destructions\n", office.Key, broken)
			return broken, err
		}
		f.After = some[len(some)-1].ID
	}
}

// leftOf names what is left of a destruction.
func leftOf(ctx context.Context, rooms *setup.Rooms, office efile.Office, x efile.Destruction) (left []string, err error) {
	ids := x.Documents
	if x.Whole {
		ids = append([]efile.ID{x.CaseID}, ids...)
	}
	var remains []records.Remain
	var disposals []efile.ID // of a case file, also those it was recalled from: containers of a delivery are copies
	if len(ids) > 0 {
		err = rooms.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) (err error) {
			if x.Whole {
				if disposals, err = tx.DisposalsOf(ctx, x.CaseID); err != nil {
					return err
				}
			}
			remains, err = tx.Remains(ctx, ids...)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	for _, r := range remains {
		left = append(left, fmt.Sprintf("%d rows of table %s", r.Rows, r.Table))
	}
	var folders []string
	for _, id := range x.Documents {
		for _, area := range storage.Areas() {
			folders = append(folders, storage.Folder(area, office.ID, id))
		}
	}
	for _, id := range disposals {
		folders = append(folders, storage.Folder(storage.Transfers, office.ID, id))
	}
	for _, folder := range folders {
		for v, err := range rooms.Objects.Versions(ctx, folder) {
			if err != nil {
				return nil, err
			}
			left = append(left, describeVersion(v))
		}
	}
	return left, nil
}

func describeVersion(v storage.Version) string {
	switch {
	case v.Marker:
		return "mark of deletion of object " + v.Key
	case !v.Latest:
		return "former version of object " + v.Key
	}
	return "object " + v.Key
}

func printProof(out io.Writer, office efile.Office, x efile.Destruction, left []string) error {
	what := fmt.Sprintf("case %s", x.CaseID)
	if !x.Whole {
		what = fmt.Sprintf("documents of case %s", x.CaseID)
	}
	verdict := "nothing left"
	if len(left) > 0 {
		verdict = "NOT GONE"
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s %s, %d documents, destroyed %s: %s\n", office.Key, x.Reference, what, len(x.Documents),
		x.Done.UTC().Format(time.RFC3339), verdict)
	for _, l := range left {
		fmt.Fprintf(&text, "    %s\n", l)
	}
	_, err := io.WriteString(out, text.String())
	return err
}
