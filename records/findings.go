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
	ResolvedBy efile.ID  // the user; zero while open, and when the product did it itself
}

const findingColumns = "id, kind, subject, document_id, detail, found, resolved, resolved_by"

func scanFinding(row pgx.Row) (f Finding, err error) {
	err = row.Scan(&f.ID, &f.Kind, &f.Subject, &f.DocumentID, &f.Detail, at(&f.Found), at(&f.Resolved), &f.ResolvedBy)
	return f, err
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
	if err := tx.may("list findings", efile.ManageEndpoints, efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list findings", scanFinding, "select "+findingColumns+` from findings
		where not $1 or resolved is null order by found desc, id desc limit 1000`, open)
}

// Finding returns one finding.
func (tx *Tx) Finding(ctx context.Context, id efile.ID) (Finding, error) {
	doing := fmt.Sprintf("get finding %s", id)
	if err := tx.may(doing, efile.ManageEndpoints, efile.Archive); err != nil {
		return Finding{}, err
	}
	return one(ctx, tx, doing, scanFinding, "select "+findingColumns+" from findings where id = $1", id)
}

// ResolveFinding closes a finding and notes who did. Closing it again keeps the first time and person.
func (tx *Tx) ResolveFinding(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("resolve finding %s", id)
	if err := tx.may(doing, efile.ManageEndpoints, efile.Archive); err != nil {
		return err
	}
	return tx.change(ctx, doing, `
		update findings set resolved = coalesce(resolved, clock_timestamp()),
			resolved_by = case when resolved is null then $2 else resolved_by end
		where id = $1`, id, tx.actor.ID)
}
