package records

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const disposalColumns = `d.id, d.archive_id, d.state, d.two_step, d.blocked, d.code, d.made_by, d.created, d.changed,
	n.files, n.left_over, n.decided, n.records, n.archived`

const disposalTables = `disposals d cross join lateral (
	select count(*) filter (where r.level = 'case' and r.recalled is null) as files,
		count(*) filter (where r.level = 'case' and r.recalled is null and r.destroyed is null) as left_over,
		count(*) filter (where r.recalled is null and r.decision <> 'B') as decided,
		count(*) filter (where r.recalled is null) as records,
		count(*) filter (where r.level = 'case' and r.recalled is null and r.archived) as archived
	from disposal_records r where r.disposal_id = d.id) n`

func scanDisposal(row pgx.Row) (d efile.Disposal, err error) {
	err = row.Scan(&d.ID, &d.Archive, &d.State, &d.TwoStep, &d.Blocked, &d.Code, &d.By, at(&d.Created), at(&d.Changed),
		&d.Files, &d.Left, &d.Decided, &d.Records, &d.Archived)
	return d, err
}

func disposalSubject(id efile.ID) string { return "disposals/" + id.Public(efile.PrefixDisposal) }

// AddDisposal puts closed, due case files with all their matters together for an archive. It fills what is empty: ID,
// Created, State (open); By is the actor, TwoStep the archive's. It refuses as a whole, with the id of the first case that
// is not fit in its chain: fault.NotFound, NotClosed, DocumentsPending, Held, NotDue or InDisposal.
func (tx *Tx) AddDisposal(ctx context.Context, d *efile.Disposal, cases []efile.ID) error {
	doing := fmt.Sprintf("add disposal of %d cases", len(cases))
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	if len(cases) == 0 {
		return fault.New(fault.Reject, fault.Validation, fmt.Errorf("%s: none is named", doing))
	}
	a, err := tx.Archive(ctx, d.Archive)
	if err != nil {
		return err
	}
	if d.ID.IsZero() {
		d.ID = efile.NewID()
	}
	d.State, d.TwoStep, d.By, d.Created = efile.DisposalOpen, a.TwoStep, tx.actor.ID, orNow(d.Created)
	if err := tx.fitToLeave(ctx, doing, *d, cases); err != nil {
		return err
	}
	err = tx.exec(ctx, doing, `
		insert into disposals (office_id, id, archive_id, state, two_step, made_by, created, changed)
		values ($1, $2, $3, 'open', $4, $5, $6, $6)`,
		tx.actor.Office, d.ID, d.Archive, d.TwoStep, d.By, d.Created)
	if err != nil {
		return err
	}
	tag, err := tx.pgx.Exec(ctx, `
		insert into disposal_records (office_id, disposal_id, id, level, case_id, reference, proposal)
		select c.office_id, $1::uuid, c.id, 'case', c.id, c.reference, coalesce(t.proposal, 'B')
			from cases c left join retentions t on t.case_id = c.id where c.id = any($2)
		union all
		select m.office_id, $1::uuid, m.id, 'matter', c.id, c.reference, coalesce(t.proposal, 'B')
			from matters m join cases c on c.id = m.case_id left join retentions t on t.case_id = c.id where c.id = any($2)`,
		d.ID, cases)
	if err != nil {
		return explain(ctx, doing, err)
	}
	d.Files, d.Left, d.Records = len(cases), len(cases), int(tag.RowsAffected())
	tx.audit(efile.AuditDisposalOpened, efile.ID{}, disposalSubject(d.ID), map[string]any{"files": d.Files, "records": d.Records})
	return nil
}

// fitToLeave holds the case files and names the first that may not be put into a disposal. Held, they cannot be touched
// without the toucher seeing the disposal and recalling them.
func (tx *Tx) fitToLeave(ctx context.Context, doing string, d efile.Disposal, cases []efile.ID) error {
	if err := tx.exec(ctx, doing, "select from cases where id = any($1) order by id for no key update", cases); err != nil {
		return err
	}
	type unfit struct {
		id   *efile.ID
		code fault.Code
	}
	scan := func(row pgx.Row) (u unfit, err error) { return u, row.Scan(&u.id, &u.code) }
	found, err := many(ctx, tx, doing, scan, `
		select * from (select wanted.id, case
			when c.id is null then 'not_found'
			when c.closed is null then 'not_closed'
			when exists (select from documents o where o.case_id = c.id and o.status in ('received', 'processing', 'review'))
				then 'documents_pending'
			when exists (select from holds h where h.case_id = c.id and h.lifted is null) then 'held'
			when exists (select from disposal_records r where r.case_id = c.id and r.live)
				or exists (select from destructions x where x.case_id = c.id and x.done is null and x.withdrawn is null)
				then 'in_disposal'
			when t.due is null or t.due > ($2::timestamptz at time zone '`+efile.Zone+`')::date then 'not_due'
			end as code
		from unnest($1::uuid[]) wanted(id) left join cases c on c.id = wanted.id left join retentions t on t.case_id = c.id) f
		where f.code is not null order by f.id limit 1`, cases, d.Created)
	if err != nil || len(found) == 0 {
		return err
	}
	return fault.New(fault.Reject, found[0].code, fmt.Errorf("%s: case %s", doing, found[0].id))
}

// DisposalFilter narrows Disposals. The zero value means all.
type DisposalFilter struct {
	States  []efile.DisposalState // empty: any
	Archive efile.ID              // zero: any
	After   efile.ID              // the last one of the page before; zero: the first page
	Limit   int                   // 0: 50; at most 500
}

// Disposals returns disposals, the newest first.
func (tx *Tx) Disposals(ctx context.Context, f DisposalFilter) ([]efile.Disposal, error) {
	if err := tx.may("list disposals", efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list disposals", scanDisposal, "select "+disposalColumns+" from "+disposalTables+`
		where (cardinality($1::text[]) = 0 or d.state = any($1)) and ($2::uuid is null or d.archive_id = $2)
			and ($3::uuid is null or d.id < $3)
		order by d.id desc limit $4`, list(f.States), f.Archive, f.After, page(f.Limit, 50, 500))
}

// told are the disposals whose messages may hold the case file $1: those it is in, was in to their end, or was recalled from
// after a message had been begun. In doubt one counts: the clocks of those who build and of the database may differ.
const told = `select r.disposal_id from disposal_records r where r.case_id = $1 and (r.recalled is null
	or exists (select from archive_messages m where m.disposal_id = r.disposal_id and m.created <= r.recalled + interval '1 hour'))`

// DisposalsOf returns the disposals whose messages may hold a case file, also those it was recalled from.
func (tx *Tx) DisposalsOf(ctx context.Context, caseID efile.ID) ([]efile.ID, error) {
	doing := fmt.Sprintf("list disposals of case %s", caseID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanID, "select distinct disposal_id from ("+told+") t order by 1", caseID)
}

// Disposal returns a disposal.
func (tx *Tx) Disposal(ctx context.Context, id efile.ID) (efile.Disposal, error) {
	doing := fmt.Sprintf("get disposal %s", id)
	if err := tx.may(doing, efile.Archive); err != nil {
		return efile.Disposal{}, err
	}
	return tx.disposal(ctx, doing, id)
}

func (tx *Tx) disposal(ctx context.Context, doing string, id efile.ID) (efile.Disposal, error) {
	return one(ctx, tx, doing, scanDisposal, "select "+disposalColumns+" from "+disposalTables+" where d.id = $1", id)
}

// LockDisposal returns a disposal and holds it until the transaction ends: while it is held, nothing in it is recalled. It
// waits for another holder.
func (tx *Tx) LockDisposal(ctx context.Context, id efile.ID) (efile.Disposal, error) {
	doing := fmt.Sprintf("lock disposal %s", id)
	if err := tx.may(doing, efile.Archive); err != nil {
		return efile.Disposal{}, err
	}
	if err := tx.change(ctx, doing, "select from disposals where id = $1 for no key update", id); err != nil {
		return efile.Disposal{}, err
	}
	d, err := tx.disposal(ctx, doing, id)
	if err == nil {
		tx.held[id] = d
	}
	return d, err
}

// changes are the entries of the log that tell of a disposal's new state.
var changes = map[efile.DisposalState]efile.EventType{
	efile.DisposalOffered:   efile.AuditOffered,
	efile.DisposalAppraised: efile.AuditAppraised,
	efile.DisposalDelivered: efile.AuditDelivered,
	efile.DisposalArchived:  efile.AuditArchived,
	efile.DisposalClosed:    efile.AuditDisposalClosed,
	efile.DisposalCancelled: efile.AuditDisposalCancelled,
}

// SaveDisposal writes State, Blocked and Code of a disposal that this transaction holds (LockDisposal), and an entry of the
// log for a new state. Which states may follow, archive.Next knows; going back, or on from closed or cancelled, is fault.WrongStage
// here too. The records of one that is over are free again; while one is being destroyed it is fault.BeingDestroyed. Set the state that says that a message left before you hand it over: then whatever is touched in
// between is recalled from an offered disposal, not from one that still seems open.
func (tx *Tx) SaveDisposal(ctx context.Context, d efile.Disposal) error {
	doing := fmt.Sprintf("save disposal %s", d.ID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	before, held := tx.held[d.ID]
	if !held {
		return fmt.Errorf("%s: this transaction does not hold it", doing)
	}
	if backwards(before.State, d.State) {
		return fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("%s: it is %s", doing, before.State))
	}
	if over(d.State) {
		if err := tx.setFree(ctx, doing, d.ID); err != nil {
			return err
		}
	}
	err := tx.change(ctx, doing, `
		update disposals set state = $2, blocked = $3, code = $4, changed = clock_timestamp() where id = $1`,
		d.ID, d.State, d.Blocked, d.Code)
	if err != nil {
		return err
	}
	tx.held[d.ID] = d
	if d.State != before.State {
		if t, told := changes[d.State]; told {
			tx.audit(t, efile.ID{}, disposalSubject(d.ID), map[string]any{"files": before.Files, "records": before.Records})
		}
	}
	if before.Blocked && !d.Blocked && !over(d.State) {
		tx.audit(efile.AuditUnblocked, efile.ID{}, disposalSubject(d.ID), nil)
	}
	return nil
}

// setFree lets the records of a disposal go that is over, and takes back what was proposed because of it.
func (tx *Tx) setFree(ctx context.Context, doing string, id efile.ID) error {
	begun, err := many(ctx, tx, doing, scanID,
		"select case_id from destructions where disposal_id = $1 and begun is not null and done is null", id)
	if err != nil {
		return err
	}
	if len(begun) > 0 {
		return fault.New(fault.Reject, fault.BeingDestroyed, fmt.Errorf("%s: case %s", doing, begun[0]))
	}
	if err := tx.exec(ctx, doing, "update disposal_records set live = false where disposal_id = $1 and live", id); err != nil {
		return err
	}
	return tx.withdrawAll(ctx, doing, "disposal_id = $1", id)
}

// backwards reports whether a state is left for one that comes before it, or for good.
func backwards(from, to efile.DisposalState) bool {
	order := []efile.DisposalState{efile.DisposalOpen, efile.DisposalOffered, efile.DisposalAppraised, efile.DisposalDelivered,
		efile.DisposalArchived, efile.DisposalClosed, efile.DisposalCancelled}
	return from != to && (over(from) || slices.Index(order, to) < slices.Index(order, from))
}

func over(s efile.DisposalState) bool {
	return s == efile.DisposalClosed || s == efile.DisposalCancelled
}
