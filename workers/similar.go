package workers

import (
	"context"
	"slices"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
)

// markSimilar looks for another document of the case that shows the same, and notes which. Nothing is dropped: people
// decide what to do with two of a kind.
//
// Of two that look alike the one that is filed last is marked. Two that are filed at the same moment do not see each
// other as filed: then the one that came in later is.
func markSimilar(ctx context.Context, tx *records.Tx, doc *efile.Document) error {
	doc.SimilarTo = efile.ID{}
	doc.Notes = slices.DeleteFunc(doc.Notes, func(n string) bool { return n == string(pipeline.NoteSimilar) })
	other, err := similarTo(ctx, tx, *doc)
	if err != nil || other.IsZero() {
		return err
	}
	doc.SimilarTo = other
	addNotes(doc, []pipeline.Note{pipeline.NoteSimilar})
	return nil
}

// similarTo returns the first document of the case that shows the same as doc; the zero ID if there is none. Prints are
// compared first, texts are only read of the few that are near.
func similarTo(ctx context.Context, tx *records.Tx, doc efile.Document) (efile.ID, error) {
	all, err := tx.SheetsOf(ctx, doc.CaseID)
	if err != nil {
		return efile.ID{}, err
	}
	sheets := map[efile.ID][]pipeline.Sheet{}
	for _, s := range all {
		sheets[s.DocumentID] = append(sheets[s.DocumentID], pipeline.Sheet{Print: pipeline.Print{Image: s.PrintImage, Text: s.PrintText}, Blank: s.Blank})
	}
	documents, err := tx.Documents(ctx, doc.CaseID)
	if err != nil {
		return efile.ID{}, err
	}
	var own []pipeline.Sheet
	for _, other := range documents {
		if !comesBefore(other, doc) || !anyNear(sheets[doc.ID], sheets[other.ID]) {
			continue
		}
		if own == nil {
			if own, err = sheetsWithText(ctx, tx, doc.ID); err != nil {
				return efile.ID{}, err
			}
		}
		theirs, err := sheetsWithText(ctx, tx, other.ID)
		if err != nil {
			return efile.ID{}, err
		}
		if pipeline.Alike(own, theirs) {
			return other.ID, nil
		}
	}
	return efile.ID{}, nil
}

// comesBefore reports whether doc may be marked as similar to other: it is filed already and not marked as similar to doc
// itself, or came in earlier.
func comesBefore(other, doc efile.Document) bool {
	switch {
	case other.ID == doc.ID || other.SimilarTo == doc.ID:
		return false
	case !other.Status.Passing():
		return other.Status == efile.Filed || other.Status == efile.Review
	case other.Received.Equal(doc.Received):
		return other.ID.String() < doc.ID.String()
	}
	return other.Received.Before(doc.Received)
}

func anyNear(a, b []pipeline.Sheet) bool {
	return slices.ContainsFunc(a, func(s pipeline.Sheet) bool {
		return slices.ContainsFunc(b, func(other pipeline.Sheet) bool { return pipeline.Near(s.Print, other.Print) })
	})
}

func sheetsWithText(ctx context.Context, tx *records.Tx, id efile.ID) ([]pipeline.Sheet, error) {
	pages, err := tx.Pages(ctx, id)
	sheets := make([]pipeline.Sheet, len(pages))
	for i, p := range pages {
		sheets[i] = pipeline.Sheet{Print: pipeline.Print{Image: p.PrintImage, Text: p.PrintText}, Text: p.Text, Blank: p.Blank, Digital: p.Digital}
	}
	return sheets, err
}
