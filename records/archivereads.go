package records

import (
	"context"
	"fmt"

	"github.com/eakte/eakte/efile"
)

// What a case file is made of for an archive, each in one question: with Case, Matters, Documents (parts of e-mails name their
// ParentID) and CaseFields these are all.

// CaseEvents returns the entries of the log about a case file up to a sequence, in their order, those that only the log knows
// too. A sequence of 0 means up to the newest.
func (tx *Tx) CaseEvents(ctx context.Context, caseID efile.ID, through int64) ([]efile.Event, error) {
	doing := fmt.Sprintf("list events of case %s", caseID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanEvent, "select "+eventColumns+` from events
		where case_id = $1 and ($2::bigint = 0 or seq <= $2) order by seq`, caseID, through)
}

// CaseRenditions returns what is delivered of the documents of a case file: originals, and archival renditions of the
// documents' present generation, by document. Withheld originals are among them only for who may read withheld ones. If one
// of all these is in quarantine, it is fault.DigestMismatch: nothing leaves in part.
func (tx *Tx) CaseRenditions(ctx context.Context, caseID efile.ID) (map[efile.ID][]efile.Rendition, error) {
	doing := fmt.Sprintf("list renditions of case %s", caseID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	found, err := many(ctx, tx, doing, scanRendition, "select "+renditionColumns+current+`
		and r.case_id = $2 and r.kind in ('original', 'archival') order by r.document_id, r.kind, r.generation`,
		tx.actor.May(efile.ReadWithheld), caseID)
	byDocument := map[efile.ID][]efile.Rendition{}
	for _, r := range found {
		if err := Sound(r); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		byDocument[r.DocumentID] = append(byDocument[r.DocumentID], r)
	}
	return byDocument, err
}

// CaseParties returns the parties of all matters of a case file, by matter.
func (tx *Tx) CaseParties(ctx context.Context, caseID efile.ID) (map[efile.ID][]efile.Party, error) {
	doing := fmt.Sprintf("list parties of case %s", caseID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	found, err := many(ctx, tx, doing, scanParty, "select "+partyColumns+" from parties where case_id = $1 order by matter_id, id", caseID)
	byMatter := map[efile.ID][]efile.Party{}
	for _, p := range found {
		byMatter[p.MatterID] = append(byMatter[p.MatterID], p)
	}
	return byMatter, err
}
