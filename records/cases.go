package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// CaseFilter narrows Cases. The zero value means every case.
type CaseFilter struct {
	Query        string           // part of the reference, the title or the outside reference, in any letter case
	Status       efile.CaseStatus // empty: any
	Review       bool             // only those with a document that waits for a person
	ChangedSince time.Time        // zero: any
	After        efile.ID         // the last case of the page before; zero: the first page
	Limit        int              // 0: 50; at most 500
}

const caseColumns = `c.id, c.reference, c.title, c.language, c.status, c.external_system, c.external_ref, c.opened,
	c.changed, c.closed, n.documents, n.reviews`

// caseTables counts a case's documents while reading it: a counter in the row would make every upload and every
// worker wait for the others of its case.
const caseTables = `cases c cross join lateral (
	select count(*) filter (where d.status <> 'withdrawn') as documents,
		count(*) filter (where d.status = 'review') as reviews
	from documents d where d.case_id = c.id) n`

func scanCase(row pgx.Row) (c efile.Case, err error) {
	err = row.Scan(&c.ID, &c.Reference, &c.Title, &c.Language, &c.Status, &c.ExternalSystem, &c.ExternalRef,
		at(&c.Opened), at(&c.Changed), at(&c.Closed), &c.Documents, &c.Reviews)
	return c, err
}

// AddCase opens a case file. It fills what is empty: ID, Reference (year and running number of the office), Status
// (initiated), Opened and Changed. A reference or outside reference that is taken is fault.Conflict.
func (tx *Tx) AddCase(ctx context.Context, c *efile.Case) error {
	if err := tx.may("add case", efile.WriteCases); err != nil {
		return err
	}
	if c.ID.IsZero() {
		c.ID = efile.NewID()
	}
	if c.Status == "" {
		c.Status = efile.CaseInitiated
	}
	c.Opened = orNow(c.Opened)
	c.Changed = orNow(c.Changed)
	if c.Reference == "" {
		reference, err := tx.nextReference(ctx, c.Opened.Year())
		if err != nil {
			return err
		}
		c.Reference = reference
	}
	return tx.exec(ctx, fmt.Sprintf("add case %s", c.ID), `
		insert into cases (office_id, id, reference, title, language, status, external_system, external_ref, opened,
			changed, closed)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.actor.Office, c.ID, c.Reference, c.Title, c.Language, c.Status, c.ExternalSystem, c.ExternalRef, c.Opened,
		c.Changed, at(&c.Closed))
}

// nextReference makes references like "2026-000042", counted per office and year.
func (tx *Tx) nextReference(ctx context.Context, year int) (string, error) {
	var number int
	err := tx.pgx.QueryRow(ctx, `
		insert into case_counters as c (office_id, year, last) values ($1, $2, 1)
		on conflict (office_id, year) do update set last = c.last + 1
		returning last`, tx.actor.Office, year).Scan(&number)
	return fmt.Sprintf("%04d-%06d", year, number), explain(ctx, "number a case", err)
}

// SaveCase changes everything of a case but its ID and Opened. Changed, Documents and Reviews are kept by the store.
func (tx *Tx) SaveCase(ctx context.Context, c efile.Case) error {
	doing := fmt.Sprintf("save case %s", c.ID)
	if err := tx.may(doing, efile.WriteCases); err != nil {
		return err
	}
	tx.stir(c.ID)
	return tx.change(ctx, doing, `
		update cases set reference = $2, title = $3, language = $4, status = $5, external_system = $6, external_ref = $7,
			closed = $8, changed = greatest(changed, clock_timestamp())
		where id = $1`,
		c.ID, c.Reference, c.Title, c.Language, c.Status, c.ExternalSystem, c.ExternalRef, at(&c.Closed))
}

// Case returns a case file.
func (tx *Tx) Case(ctx context.Context, id efile.ID) (efile.Case, error) {
	return tx.oneCase(ctx, fmt.Sprintf("get case %s", id), "c.id = $1", id)
}

// CaseByReference returns the case file with this Aktenzeichen.
func (tx *Tx) CaseByReference(ctx context.Context, reference string) (efile.Case, error) {
	return tx.oneCase(ctx, "get case by reference", "c.reference = $1", reference)
}

// CaseByExternal returns the case file that a case system knows by ref.
func (tx *Tx) CaseByExternal(ctx context.Context, system, ref string) (efile.Case, error) {
	return tx.oneCase(ctx, "get case by outside reference",
		"c.external_system = $1 and c.external_ref = $2 and c.external_ref <> ''", system, ref)
}

func (tx *Tx) oneCase(ctx context.Context, doing, where string, args ...any) (efile.Case, error) {
	if err := tx.may(doing, efile.ReadCases, efile.Submit, efile.WriteCases, efile.RequestDocuments); err != nil {
		return efile.Case{}, err
	}
	return one(ctx, tx, doing, scanCase, "select "+caseColumns+" from "+caseTables+" where "+where, args...)
}

// Cases returns case files, the newest first.
func (tx *Tx) Cases(ctx context.Context, f CaseFilter) ([]efile.Case, error) {
	if err := tx.may("list cases", efile.ReadCases); err != nil {
		return nil, err
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(f.Query) + "%"
	return many(ctx, tx, "list cases", scanCase, "select "+caseColumns+" from "+caseTables+`
		where ($1 = '%%' or c.reference ilike $1 or c.title ilike $1 or c.external_ref ilike $1)
			and ($2 = '' or c.status = $2)
			and (not $3 or n.reviews > 0)
			and ($4::timestamptz is null or c.changed >= $4)
			and ($5::uuid is null or c.id < $5)
		order by c.id desc
		limit $6`,
		pattern, string(f.Status), f.Review, at(&f.ChangedSince), f.After, page(f.Limit, 50, 500))
}
