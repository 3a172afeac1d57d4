package records

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// A destruction is carried out in three steps, each of which may be repeated after a crash: BeginDestruction, after which
// nobody touches the case file any more; the objects (CaseObjects), with all their versions; Destroy, which deletes the rows.

// DueDestructions returns the destructions that may be carried out then: confirmed, grace over, not taken back; those begun
// before come first.
func (tx *Tx) DueDestructions(ctx context.Context, then time.Time, limit int) ([]efile.Destruction, error) {
	if err := tx.may("list due destructions", efile.Process); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list due destructions", scanDestruction, "select "+destructionColumns+` from destructions
		where confirmed is not null and done is null and withdrawn is null and after <= $1
		order by begun nulls last, after, id limit $2`, then, page(limit, 100, 1000))
}

// BeginDestruction is the point of no return: all conditions are asked once more, and from its commit on whoever touches the
// case file is refused with fault.BeingDestroyed. Only then objects may be deleted. A destruction that is not confirmed, or
// whose grace period runs, is fault.NotConfirmed. Begun again it goes on.
func (tx *Tx) BeginDestruction(ctx context.Context, id efile.ID) (efile.Destruction, error) {
	doing := fmt.Sprintf("begin destruction %s", id)
	if err := tx.may(doing, efile.Process); err != nil {
		return efile.Destruction{}, err
	}
	x, c, err := tx.lockDestruction(ctx, doing, id)
	switch {
	case err != nil || !x.Begun.IsZero():
		return x, err
	case x.Confirmed.IsZero() || x.After.After(now()):
		return x, fault.New(fault.Reject, fault.NotConfirmed, fmt.Errorf("%s: confirmed %v, grace until %v", doing, x.Confirmed, x.After))
	}
	if err := errors.Join(tx.mayGo(ctx, doing, c, &x), tx.stillMeant(ctx, doing, x)); err != nil {
		return x, err
	}
	x.Begun = now()
	return x, tx.change(ctx, doing, "update destructions set begun = $2 where id = $1", id, x.Begun)
}

// stillMeant asks what may have changed since the confirmation: that both people are still archivists of the office, and that
// no message of the archive about the disposal waits to be looked at.
func (tx *Tx) stillMeant(ctx context.Context, doing string, x efile.Destruction) error {
	var people, unseen int
	err := tx.pgx.QueryRow(ctx, `
		select (select count(*) from users where id in ($1, $2) and not disabled and $3 = any(roles)),
			(select count(*) from archive_answers where disposal_id = $4 and state = 'unexpected')`,
		x.ProposedBy, x.ConfirmedBy, string(efile.Archivist), x.Disposal).Scan(&people, &unseen)
	switch {
	case err != nil:
		return explain(ctx, doing, err)
	case people < 2:
		return fault.New(fault.Reject, fault.FourEyes, fmt.Errorf("%s: %d of two people are still archivists", doing, people))
	case unseen > 0:
		return fault.New(fault.Reject, fault.AnswerUnexpected, fmt.Errorf("%s: %d messages of the archive nobody has looked at", doing, unseen))
	}
	return nil
}

// CaseObjects returns the stored objects of a case file, of every kind and generation; with documents only theirs.
func (tx *Tx) CaseObjects(ctx context.Context, caseID efile.ID, documents ...efile.ID) ([]efile.Rendition, error) {
	doing := fmt.Sprintf("list objects of case %s", caseID)
	if err := tx.may(doing, efile.Process); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanRendition, "select "+renditionColumns+` from renditions r
		where case_id = $1 and (cardinality($2::uuid[]) = 0 or document_id = any($2)) order by id`, caseID, list(documents))
}

// Destroy deletes every row of what a begun destruction is about, looks whether anything is left, and notes that it is done.
// If something is left, nothing is deleted and the error names the tables. Done again it stays as it is.
func (tx *Tx) Destroy(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("carry out destruction %s", id)
	if err := tx.may(doing, efile.Process); err != nil {
		return err
	}
	x, _, err := tx.lockDestruction(ctx, doing, id)
	switch {
	case fault.Is(err, fault.Gone):
		return nil
	case err != nil:
		return err
	case x.Begun.IsZero():
		return fault.New(fault.Reject, fault.NotConfirmed, fmt.Errorf("%s: it has not begun", doing))
	}
	gone := x.Documents
	if x.Whole {
		gone = append(gone, x.CaseID)
		err = tx.exec(ctx, doing, "select eakte_destroy_case($1)", x.CaseID)
	} else {
		err = tx.exec(ctx, doing, "select eakte_destroy_documents($1, $2)", x.CaseID, x.Documents)
	}
	if err != nil {
		return err
	}
	if left, err := tx.remains(ctx, doing, gone); err != nil || len(left) > 0 {
		return fmt.Errorf("%s: left over: %v: %w", doing, left, err)
	}
	if x.Whole {
		// The reason is free text of people. It has served.
		err = tx.exec(ctx, doing, `
			update disposal_records set destroyed = case when live then clock_timestamp() else destroyed end, live = false, reason = '',
				confirmed_reason = ''
			where case_id = $1`, x.CaseID)
		if err != nil {
			return err
		}
	}
	tx.tell(efile.AuditDestructionDone, x)
	return tx.change(ctx, doing, "update destructions set done = clock_timestamp() where id = $1", id)
}

// Remain says that a table still has rows about something that was destroyed.
type Remain struct {
	Table string
	Rows  int
}

// proofs are the tables that keep the ids of what was destroyed: they are what is to remain.
const proofs = "('events', 'event_heads', 'event_case_heads', 'disposals', 'disposal_records', 'archive_messages', 'archive_answers', 'destructions')"

// Remains looks for rows about destroyed cases and documents, in every column of every table of ours that can name them,
// also of tables that nobody thought of when they were made. The log and the proof of the destruction itself are not meant.
func (tx *Tx) Remains(ctx context.Context, ids ...efile.ID) ([]Remain, error) {
	const doing = "look for remains"
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	return tx.remains(ctx, doing, ids)
}

func (tx *Tx) remains(ctx context.Context, doing string, ids []efile.ID) ([]Remain, error) {
	text := func(row pgx.Row) (s string, err error) { return s, row.Scan(&s) }
	// One count per table, put together by the database: its names are the only thing that goes into the statement.
	counts, err := many(ctx, tx, doing, text, `
		select format('select %L::text, count(*) from %I where %s', c.relname, c.relname,
			string_agg(format('%I = any($1)', a.attname), ' or ' order by a.attnum))
		from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'river\_%'
			and c.relname not in `+proofs+` and a.atttypid = 'uuid'::regtype and a.attnum > 0 and not a.attisdropped
		group by c.relname order by c.relname`)
	if err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (r Remain, err error) { return r, row.Scan(&r.Table, &r.Rows) }
	return many(ctx, tx, doing, scan,
		"select * from ("+strings.Join(counts, " union all ")+") t(name, rows) where rows > 0 order by name", ids)
}
