package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// SaveReading replaces what was read from a document: its segments by Number, its fields in the given order.
func (tx *Tx) SaveReading(ctx context.Context, docID efile.ID, segments []efile.Segment, fields []efile.Field) error {
	doing := fmt.Sprintf("save reading of document %s", docID)
	if err := tx.mustSee(ctx, doing, docID, efile.Process, efile.Correct); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue("delete from segments where document_id = $1", docID)
	batch.Queue("delete from fields where document_id = $1", docID)
	for _, s := range segments {
		batch.Queue(`
			insert into segments (office_id, case_id, document_id, number, first_page, last_page, type, confidence)
			select office_id, case_id, id, $2, $3, $4, $5, $6 from documents where id = $1`,
			docID, s.Number, s.First, s.Last, s.Type, s.Confidence)
	}
	for i, f := range fields {
		batch.Queue(`
			insert into fields (office_id, case_id, document_id, position, name, value, raw, page, box, confidence, by)
			select office_id, case_id, id, $2, $3, $4, $5, $6, $7, $8, $9 from documents where id = $1`,
			docID, i, f.Name, clean(f.Value), clean(f.Raw), f.Page, f.Box[:], f.Confidence, f.By)
	}
	return tx.send(ctx, doing, batch)
}

// Segments returns the runs of pages of one type inside a document, in their order.
func (tx *Tx) Segments(ctx context.Context, docID efile.ID) ([]efile.Segment, error) {
	doing := fmt.Sprintf("list segments of document %s", docID)
	if err := tx.may(doing, efile.ReadCases); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (s efile.Segment, err error) {
		err = row.Scan(&s.Number, &s.First, &s.Last, &s.Type, &s.Confidence)
		return s, err
	}
	return many(ctx, tx, doing, scan, `
		select number, first_page, last_page, type, confidence from segments where document_id = $1 order by number`, docID)
}

// Fields returns the values read from a document in the order they were saved.
func (tx *Tx) Fields(ctx context.Context, docID efile.ID) ([]efile.Field, error) {
	doing := fmt.Sprintf("list fields of document %s", docID)
	if err := tx.may(doing, efile.ReadCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanField, "select "+fieldColumns+" from fields where document_id = $1 order by position", docID)
}

const fieldColumns = "name, value, raw, page, box, confidence, by"

func scanField(row pgx.Row) (f efile.Field, err error) {
	var box []float64
	err = row.Scan(&f.Name, &f.Value, &f.Raw, &f.Page, &box, &f.Confidence, &f.By)
	copy(f.Box[:], box)
	return f, err
}

// CaseFields returns the values read from all documents of a case, by document.
func (tx *Tx) CaseFields(ctx context.Context, caseID efile.ID) (map[efile.ID][]efile.Field, error) {
	doing := fmt.Sprintf("list fields of case %s", caseID)
	if err := tx.may(doing, efile.ReadCases); err != nil {
		return nil, err
	}
	byDocument := map[efile.ID][]efile.Field{}
	scan := func(row pgx.Row) (struct{}, error) {
		var id efile.ID
		f, err := scanField(also{row, []any{&id}})
		byDocument[id] = append(byDocument[id], f)
		return struct{}{}, err
	}
	_, err := many(ctx, tx, doing, scan, "select document_id, "+fieldColumns+" from fields where case_id = $1 order by document_id, position", caseID)
	return byDocument, err
}

// also scans further columns before those that a scan function knows.
type also struct {
	pgx.Row
	before []any
}

// Scan reads one row.
func (a also) Scan(dest ...any) error { return a.Row.Scan(append(a.before, dest...)...) }
