package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// Finding is something periodic care noticed and an operator should know.
type Finding struct {
	ID         efile.ID // zero: minted
	Kind       string   // such as digest_mismatch
	Subject    string   // what it is about, such as an object's key; with Kind it names the finding
	DocumentID efile.ID // zero: none
	Detail     string
	Found      time.Time // zero: now
	Resolved   time.Time // zero: open
}

// AddFinding notes a finding. The same kind and subject again, while open, is the same finding: only Detail changes.
func (tx *Tx) AddFinding(ctx context.Context, f Finding) error {
	doing := fmt.Sprintf("add finding %s", f.Kind)
	if err := tx.may(doing, efile.Process); err != nil {
		return err
	}
	if f.ID.IsZero() {
		f.ID = efile.NewID()
	}
	return tx.exec(ctx, doing, `
		insert into findings (office_id, id, kind, subject, document_id, detail, found, resolved)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (office_id, kind, subject) where resolved is null do update set detail = excluded.detail`,
		tx.actor.Office, f.ID, f.Kind, f.Subject, f.DocumentID, f.Detail, orNow(f.Found), at(&f.Resolved))
}

// Findings returns findings, the newest first, at most 1000; with open only those not resolved.
func (tx *Tx) Findings(ctx context.Context, open bool) ([]Finding, error) {
	if err := tx.may("list findings", efile.ManageEndpoints); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (f Finding, err error) {
		err = row.Scan(&f.ID, &f.Kind, &f.Subject, &f.DocumentID, &f.Detail, at(&f.Found), at(&f.Resolved))
		return f, err
	}
	return many(ctx, tx, "list findings", scan, `
		select id, kind, subject, document_id, detail, found, resolved from findings
		where not $1 or resolved is null order by found desc, id desc limit 1000`, open)
}

// ResolveFinding closes a finding. Closing it again keeps the first time.
func (tx *Tx) ResolveFinding(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("resolve finding %s", id)
	if err := tx.may(doing, efile.ManageEndpoints); err != nil {
		return err
	}
	return tx.change(ctx, doing, "update findings set resolved = coalesce(resolved, clock_timestamp()) where id = $1", id)
}
