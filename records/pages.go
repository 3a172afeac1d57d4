package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const pageColumns = `document_id, number, width, height, rotation, blank, digital, language, confidence, text, quality,
	code, recognised, kind, turn, print_image, print_text, codes`

func scanPage(row pgx.Row) (p efile.Page, err error) {
	err = row.Scan(&p.DocumentID, &p.Number, &p.Width, &p.Height, &p.Rotation, &p.Blank, &p.Digital, &p.Language,
		&p.Confidence, &p.Text, &p.Quality, &p.Code, &p.Recognised, &p.Kind, &p.Turn, &p.PrintImage,
		&p.PrintText, &p.Codes)
	return p, err
}

// insertPage takes the page's case from its document, which therefore must be visible.
const insertPage = `
	insert into pages (office_id, case_id, document_id, number, width, height, rotation, blank, digital, language,
		confidence, text, quality, code, recognised, kind, turn, print_image, print_text, codes)
	select office_id, case_id, id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18 from documents where id = $1`

func queuePage(batch *pgx.Batch, sql string, docID efile.ID, p efile.Page, recognised bool) {
	batch.Queue(sql, docID, p.Number, p.Width, p.Height, p.Rotation, p.Blank, p.Digital, p.Language, p.Confidence,
		clean(p.Text), p.Quality, p.Code, recognised, p.Kind, p.Turn, p.PrintImage, p.PrintText, codes(p.Codes))
}

// SavePages replaces the pages of a document by these, none of them recognised yet.
func (tx *Tx) SavePages(ctx context.Context, docID efile.ID, pages []efile.Page) error {
	doing := fmt.Sprintf("save pages of document %s", docID)
	if err := tx.mustSee(ctx, doing, docID, efile.Process); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue("delete from pages where document_id = $1", docID)
	for _, p := range pages {
		queuePage(batch, insertPage, docID, p, false)
	}
	return tx.send(ctx, doing, batch)
}

// SaveRecognised writes what was found on these pages and marks them recognised; how they are read
// (Kind, Turn) stays. Others of the document stay as they are; doing it twice does no harm.
func (tx *Tx) SaveRecognised(ctx context.Context, docID efile.ID, pages []efile.Page) error {
	doing := fmt.Sprintf("save recognised pages of document %s", docID)
	if err := tx.mustSee(ctx, doing, docID, efile.Process); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	for _, p := range pages {
		queuePage(batch, insertPage+`
			on conflict (office_id, document_id, number) do update set width = excluded.width, height = excluded.height,
				rotation = excluded.rotation, blank = excluded.blank, digital = excluded.digital,
				language = excluded.language, confidence = excluded.confidence, text = excluded.text,
				quality = excluded.quality, code = excluded.code, recognised = excluded.recognised,
				print_image = excluded.print_image, print_text = excluded.print_text, codes = excluded.codes`, docID, p, true)
	}
	return tx.send(ctx, doing, batch)
}

// PagesLeft counts the pages not recognised yet. Under LockDocument exactly one of the jobs that share a document sees 0.
func (tx *Tx) PagesLeft(ctx context.Context, docID efile.ID) (int, error) {
	doing := fmt.Sprintf("count open pages of document %s", docID)
	if err := tx.may(doing, efile.Process, efile.ReadCases); err != nil {
		return 0, err
	}
	var n int
	err := tx.pgx.QueryRow(ctx, "select count(*) from pages where document_id = $1 and not recognised", docID).Scan(&n)
	return n, explain(ctx, doing, err)
}

// Pages returns the pages of a document in their order, with their text.
func (tx *Tx) Pages(ctx context.Context, docID efile.ID) ([]efile.Page, error) {
	doing := fmt.Sprintf("list pages of document %s", docID)
	if err := tx.may(doing, efile.ReadCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanPage, "select "+pageColumns+" from pages where document_id = $1 order by number", docID)
}

// Page returns one page, counted from 1.
func (tx *Tx) Page(ctx context.Context, docID efile.ID, n int) (efile.Page, error) {
	doing := fmt.Sprintf("get page %d of document %s", n, docID)
	if err := tx.may(doing, efile.ReadCases); err != nil {
		return efile.Page{}, err
	}
	return one(ctx, tx, doing, scanPage,
		"select "+pageColumns+" from pages where document_id = $1 and number = $2", docID, n)
}

// Sheet is what a page is known by again, without its text.
type Sheet struct {
	DocumentID            efile.ID
	Number                int
	Blank                 bool
	PrintImage, PrintText string
}

// SheetsOf returns what the pages of a case's documents are known by, of those documents whose pages are all recognised
// and that are neither rejected nor withdrawn.
func (tx *Tx) SheetsOf(ctx context.Context, caseID efile.ID) ([]Sheet, error) {
	doing := fmt.Sprintf("list sheets of case %s", caseID)
	if err := tx.may(doing, efile.ReadCases); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (s Sheet, err error) {
		err = row.Scan(&s.DocumentID, &s.Number, &s.Blank, &s.PrintImage, &s.PrintText)
		return s, err
	}
	return many(ctx, tx, doing, scan, `
		select p.document_id, p.number, p.blank, p.print_image, p.print_text
		from pages p join documents d on d.id = p.document_id
		where p.case_id = $1 and d.status not in ('rejected', 'withdrawn')
			and not exists (select from pages q where q.document_id = p.document_id and not q.recognised)
		order by p.document_id, p.number`, caseID)
}

// codes is what stands in the column: an empty list, never null. What PostgreSQL cannot hold is left out.
func codes(all []efile.PageCode) []efile.PageCode {
	kept := make([]efile.PageCode, 0, len(all))
	for _, c := range all {
		kept = append(kept, efile.PageCode{Format: c.Format, Text: clean(c.Text)})
	}
	return kept
}

// mustSee checks the action and that the document is there: what hangs on it takes its case from it, and would
// otherwise silently be written nowhere. What people write recalls the case; the stations work on documents that did so when
// they came in.
func (tx *Tx) mustSee(ctx context.Context, doing string, docID efile.ID, actions ...efile.Action) error {
	if err := tx.may(doing, actions...); err != nil {
		return err
	}
	var caseID efile.ID
	err := tx.pgx.QueryRow(ctx, "select case_id from documents where id = $1", docID).Scan(&caseID)
	if err == nil && tx.actor.Kind != efile.System {
		tx.stir(caseID)
	}
	return explain(ctx, doing, err)
}

func (tx *Tx) send(ctx context.Context, doing string, batch *pgx.Batch) error {
	if batch.Len() == 0 {
		return nil
	}
	return explain(ctx, doing, tx.pgx.SendBatch(ctx, batch).Close())
}
