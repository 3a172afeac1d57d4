package workers

import (
	"context"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// Split puts case files into as many disposals as the archive's containers need, as if the archive kept all of every file:
// what it will keep nobody knows before it is asked. Without a limit all are one.
func Split(ctx context.Context, tx *records.Tx, office efile.Office, to efile.ReceivingArchive, cases []efile.ID, all *catalogue.Catalogue) ([][]efile.ID, error) {
	var loads []archive.Load
	for _, id := range cases {
		load := archive.Load{CaseID: id}
		if to.SizeLimit > 0 {
			kept, err := KeepAll(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			how := archive.Telling{Delivery: true, Originals: to.Originals}
			f, _, err := Describe(ctx, tx, office, id, 0, kept, all, how)
			if err != nil {
				return nil, err
			}
			load = archive.LoadOf(f)
		}
		loads = append(loads, load)
	}
	return archive.Split(loads, to.SizeLimit), nil
}

// KeepAll decides A for a case file and all its matters.
func KeepAll(ctx context.Context, tx *records.Tx, caseID efile.ID) (map[efile.ID]efile.DisposalRecord, error) {
	matters, err := tx.Matters(ctx, caseID)
	if err != nil {
		return nil, err
	}
	kept := map[efile.ID]efile.DisposalRecord{
		caseID: {ID: caseID, CaseID: caseID, Level: efile.LevelCase, Decision: efile.Keep, Proposal: efile.Undecided},
	}
	for _, m := range matters {
		kept[m.ID] = efile.DisposalRecord{ID: m.ID, CaseID: caseID, Level: efile.LevelMatter, Decision: efile.Keep, Proposal: efile.Undecided}
	}
	return kept, nil
}
