package records

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const ruleColumns = `number, unit, title, procedures, document_types, years, months, unlimited, end_of_year, basis, proposal`

func scanRule(row pgx.Row) (r efile.RetentionRule, err error) {
	err = row.Scan(&r.Number, &r.Unit, &r.Title, &r.Procedures, &r.DocumentTypes, &r.Years, &r.Months, &r.Unlimited,
		&r.EndOfYear, &r.Basis, &r.Proposal)
	return r, err
}

// SaveRetentionRules replaces the office's table. Numbers are given by the order. Due dates follow when the retention job
// runs next, or whoever saves computes them (efile.Due, SaveRetention); until then nothing goes that the new table keeps.
func (tx *Tx) SaveRetentionRules(ctx context.Context, rules []efile.RetentionRule) error {
	const doing = "save retention rules"
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue("delete from retention_rules")
	for i, r := range rules {
		batch.Queue(`
			insert into retention_rules (office_id, number, unit, title, procedures, document_types, years, months,
				unlimited, end_of_year, basis, proposal)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			tx.actor.Office, i+1, r.Unit, r.Title, list(r.Procedures), list(r.DocumentTypes), r.Years, r.Months, r.Unlimited,
			r.EndOfYear, r.Basis, cmp.Or(r.Proposal, efile.Undecided))
	}
	tx.audit(efile.AuditRetentionTable, efile.ID{}, "retention", map[string]any{"rules": len(rules)})
	return tx.send(ctx, doing, batch)
}

// RetentionRules returns the office's table in its order.
func (tx *Tx) RetentionRules(ctx context.Context) ([]efile.RetentionRule, error) {
	if err := tx.may("list retention rules", efile.Archive, efile.WriteCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list retention rules", scanRule, "select "+ruleColumns+" from retention_rules order by number")
}

// stageOf says where a case file stands, from its row, its retention and its place in a live disposal.
const stageOf = `case
	when c.closed is null then 'open'
	when d.state = 'open' then 'offered'
	when d.state is not null then d.state
	when t.due <= ` + today + ` then 'due'
	else 'kept' end`

const retentionTables = `cases c
	left join retentions t on t.case_id = c.id
	left join disposal_records r on r.id = c.id and r.live
	left join disposals d on d.id = r.disposal_id`

const retentionColumns = `c.id, coalesce(t.unit, ''), coalesce(t.resolved, ''), t.start, t.due, coalesce(t.years, 0),
	coalesce(t.unlimited, false), coalesce(t.basis, ''), coalesce(t.proposal, 'B'),
	exists (select from holds h where h.case_id = c.id and h.lifted is null), ` + stageOf

func scanRetention(row pgx.Row) (t efile.Retention, err error) {
	err = row.Scan(&t.CaseID, &t.Unit, &t.Resolved, at(&t.From), at(&t.Due), &t.Years, &t.Unlimited, &t.Basis, &t.Proposal,
		&t.Held, &t.Stage)
	return t, err
}

// SaveRetention writes what is known of how long a case file is kept, and which of its documents may go alone. Held and Stage
// are kept by the store. A case file in a disposal that is then not due any more leaves it, and a destruction of documents
// that are not due any more is taken back.
func (tx *Tx) SaveRetention(ctx context.Context, t efile.Retention) error {
	doing := fmt.Sprintf("save retention of case %s", t.CaseID)
	if err := tx.may(doing, efile.Archive, efile.WriteCases); err != nil {
		return err
	}
	if tx.actor.Kind == efile.Staff { // the periodic job follows the table, whose changes are told; a person chose
		tx.audit(efile.AuditPeriodSet, t.CaseID, subjectOf(t.CaseID), map[string]any{"unit": t.Unit, "from": day(t.From), "due": day(t.Due)})
	}
	// Held first, as by all who come from the case: nobody puts it into a disposal meanwhile by the date that was.
	err := tx.change(ctx, doing, "select from cases where id = $1 for no key update", t.CaseID)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, doing, `
		insert into retentions (office_id, case_id, unit, resolved, start, due, years, unlimited, basis, proposal)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (office_id, case_id) do update set unit = excluded.unit, resolved = excluded.resolved,
			start = excluded.start, due = excluded.due, years = excluded.years, unlimited = excluded.unlimited,
			basis = excluded.basis, proposal = excluded.proposal`,
		tx.actor.Office, t.CaseID, t.Unit, t.Resolved, at(&t.From), at(&t.Due), t.Years, t.Unlimited, t.Basis,
		cmp.Or(t.Proposal, efile.Undecided))
	if err != nil {
		return err
	}
	return tx.saveAlone(ctx, doing, t)
}

// day writes a date for the log; empty: none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Retention returns how long a case file is kept and where it stands. One of which nothing is known yet has neither unit nor
// due date.
func (tx *Tx) Retention(ctx context.Context, caseID efile.ID) (efile.Retention, error) {
	doing := fmt.Sprintf("get retention of case %s", caseID)
	if err := tx.may(doing, efile.Archive, efile.WriteCases); err != nil {
		return efile.Retention{}, err
	}
	return one(ctx, tx, doing, scanRetention,
		"select "+retentionColumns+" from "+retentionTables+" where c.id = $1", caseID)
}

// RetentionFilter narrows Retentions. The zero value means every case file.
type RetentionFilter struct {
	Stage     efile.Stage // empty: any; StageDestroyed has none: see Destructions
	Unit      string      // empty: any; the unit whose rule fits
	DueBefore time.Time   // date; zero: any
	Held      bool        // only those with a hold
	After     efile.ID    // the last case of the page before; zero: the first page
	Limit     int         // 0: 50; at most 500
}

// RetentionLine is a case file in the archivists' list.
type RetentionLine struct {
	Retention efile.Retention
	Reference string
	Title     string // for people of the office
	Closed    time.Time
	Documents int      // not withdrawn
	Disposal  efile.ID // the live one it is in; zero: none
}

// Retentions returns case files with their retention, the oldest first.
func (tx *Tx) Retentions(ctx context.Context, f RetentionFilter) ([]RetentionLine, error) {
	const doing = "list retentions"
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (l RetentionLine, err error) {
		l.Retention, err = scanRetention(also{row, []any{&l.Reference, &l.Title, at(&l.Closed), &l.Disposal, &l.Documents}})
		return l, err
	}
	return many(ctx, tx, doing, scan, `
		select c.reference, c.title, c.closed, d.id,
			(select count(*) from documents o where o.case_id = c.id and o.status <> 'withdrawn'), `+retentionColumns+`
		from `+retentionTables+`
		where ($1 = '' or `+stageOf+` = $1) and ($2 = '' or t.resolved = $2)
			and ($3::date is null or t.due < $3)
			and (not $4 or exists (select from holds h where h.case_id = c.id and h.lifted is null))
			and ($5::uuid is null or c.id > $5)
		order by c.id limit $6`,
		string(f.Stage), f.Unit, at(&f.DueBefore), f.Held, f.After, page(f.Limit, 50, 500))
}

// StageCounts counts the office's case files by stage. Destroyed ones are counted from their destructions.
func (tx *Tx) StageCounts(ctx context.Context) (map[efile.Stage]int, error) {
	const doing = "count stages"
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	counts := map[efile.Stage]int{}
	scan := func(row pgx.Row) (struct{}, error) {
		var stage efile.Stage
		var n int
		err := row.Scan(&stage, &n)
		counts[stage] = n
		return struct{}{}, err
	}
	_, err := many(ctx, tx, doing, scan, "select "+stageOf+", count(*) from "+retentionTables+` group by 1
		union all select 'destroyed', count(*) from destructions where whole and done is not null having count(*) > 0`)
	return counts, err
}

// ClosedFiles walks the closed case files of the office for the retention job, by id: after is the last one of the page
// before, zero the beginning. One that is being destroyed as a whole is left out: no date changes that.
func (tx *Tx) ClosedFiles(ctx context.Context, after efile.ID, limit int) ([]efile.ClosedFile, error) {
	return tx.closedFiles(ctx, "list closed case files", `($1::uuid is null or c.id > $1) and not exists (
			select from destructions x where x.case_id = c.id and x.whole and x.begun is not null and x.done is null)
		order by c.id limit $2`, after, page(limit, 100, 1000))
}

// ClosedFile returns what a retention table is applied to; an open case file is fault.NotFound.
func (tx *Tx) ClosedFile(ctx context.Context, caseID efile.ID) (efile.ClosedFile, error) {
	doing := fmt.Sprintf("get closed case file %s", caseID)
	found, err := tx.closedFiles(ctx, doing, "c.id = $1", caseID)
	if err == nil && len(found) == 0 {
		err = explain(ctx, doing, pgx.ErrNoRows)
	}
	if err != nil {
		return efile.ClosedFile{}, err
	}
	return found[0], nil
}

func (tx *Tx) closedFiles(ctx context.Context, doing, where string, args ...any) ([]efile.ClosedFile, error) {
	if err := tx.may(doing, efile.Archive, efile.WriteCases); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (f efile.ClosedFile, err error) {
		err = row.Scan(&f.CaseID, &f.Unit, at(&f.Closed), at(&f.From), &f.Procedures, &f.Documents)
		return f, err
	}
	return many(ctx, tx, doing, scan, `
		select c.id, coalesce(t.unit, ''), c.closed, t.start,
			array(select m.procedure from matters m where m.case_id = c.id order by m.opened, m.id),
			coalesce((select jsonb_agg(jsonb_build_object('ID', d.id, 'Type', d.type) order by d.received, d.id)
				from documents d where d.case_id = c.id and d.status <> 'withdrawn'), '[]')
		from cases c left join retentions t on t.case_id = c.id
		where c.closed is not null and `+where, args...)
}
