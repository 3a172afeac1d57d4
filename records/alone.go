package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// today is the date where the offices are, as SQL: the same as efile.DateOf(now()).
const today = "(now() at time zone '" + efile.Zone + "')::date"

// periodOver applies the office's table as it is now to a case file that this transaction holds, and refuses with NotDue
// unless the period of what is to be destroyed is over: that of the file, or the own one of each of its documents, whose
// basis it fills where nobody named one. It trusts no date that was computed before: table, unit, start of the period or the
// type of a document may have been changed since.
func (tx *Tx) periodOver(ctx context.Context, doing string, x *efile.Destruction) error {
	notDue := func(why string) error { return fault.New(fault.Reject, fault.NotDue, fmt.Errorf("%s: %s", doing, why)) }
	rules, err := tx.RetentionRules(ctx)
	if err != nil {
		return err
	}
	f, err := tx.ClosedFile(ctx, x.CaseID)
	if err != nil {
		return err
	}
	t, err := efile.Due(rules, f)
	if err != nil {
		return notDue(err.Error()) // a table that makes no sense allows nothing
	}
	then := efile.DateOf(now())
	if x.Whole {
		if t.Due.IsZero() || t.Due.After(then) {
			return notDue("the case file is due on " + day(t.Due))
		}
		return nil
	}
	var bases []string
	for _, id := range x.Documents {
		i := slices.IndexFunc(t.Alone, func(a efile.Alone) bool { return a.Document == id })
		if i < 0 || t.Alone[i].Due.After(then) {
			return notDue(fmt.Sprintf("document %s", id))
		}
		if b := t.Alone[i].Basis; b != "" && !slices.Contains(bases, b) {
			bases = append(bases, b)
		}
	}
	if x.Basis == "" {
		x.Basis = strings.Join(bases, "; ")
	}
	return tx.noCopyStays(ctx, doing, x)
}

// noCopyStays refuses the attachments of an e-mail that stays: it holds their bytes, so destroying them would prove what is
// not so.
func (tx *Tx) noCopyStays(ctx context.Context, doing string, x *efile.Destruction) error {
	found, err := many(ctx, tx, doing, scanID,
		"select id from documents where id = any($1) and parent_id is not null and parent_id <> all($1) limit 1", list(x.Documents))
	if err != nil || len(found) == 0 {
		return err
	}
	return fault.New(fault.Reject, fault.NotDue, fmt.Errorf("%s: document %s is in an e-mail that stays", doing, found[0]))
}

// saveAlone replaces what is known of the documents of a case file that may go alone, and recalls what is under way and not
// due any more: a case file in a disposal, documents that were to go alone.
func (tx *Tx) saveAlone(ctx context.Context, doing string, t efile.Retention) error {
	ids, due, bases := []efile.ID{}, []time.Time{}, []string{}
	for _, a := range t.Alone {
		ids, due, bases = append(ids, a.Document), append(due, a.Due), append(bases, a.Basis)
	}
	var recalled bool
	batch := &pgx.Batch{}
	batch.Queue("delete from document_retentions where case_id = $1 and document_id <> all($2)", t.CaseID, ids)
	if len(ids) > 0 {
		batch.Queue(`
			insert into document_retentions (office_id, case_id, document_id, due, basis)
			select $1::uuid, $2::uuid, a.id, a.due, a.basis from unnest($3::uuid[], $4::date[], $5::text[]) a(id, due, basis)
			on conflict (office_id, document_id) do update set case_id = excluded.case_id, due = excluded.due,
				basis = excluded.basis`, tx.actor.Office, t.CaseID, ids, due, bases)
	}
	batch.Queue(`
		select $2 and (exists (select from disposal_records where case_id = $1 and live)
				or exists (select from destructions where case_id = $1 and whole and done is null and withdrawn is null))
			or exists (select from destructions x, unnest(x.documents) doomed(id)
				where x.case_id = $1 and not x.whole and x.done is null and x.withdrawn is null and x.begun is null
					and not exists (select from document_retentions r where r.document_id = doomed.id and r.due <= `+today+`))`,
		t.CaseID, t.Due.IsZero() || t.Due.After(efile.DateOf(now()))).
		QueryRow(func(row pgx.Row) error { return row.Scan(&recalled) })
	err := tx.send(ctx, doing, batch)
	if err == nil && recalled {
		tx.stir(t.CaseID)
	}
	return err
}

// AloneFile is a closed case file with documents whose own period is over.
type AloneFile struct {
	CaseID      efile.ID
	Reference   string
	Title       string // for people of the office
	Held        bool
	Due         time.Time         // of the case file; zero: unlimited, or none
	Documents   []AloneDocument   // those that are due alone; of a destruction that is under way, its documents
	Destruction efile.Destruction // that is under way; zero: none
}

// AloneDocument is a document whose own period is over.
type AloneDocument struct {
	ID       efile.ID
	FileName string // for people of the office
	Type     string
	Received time.Time
	Due      time.Time
	Basis    string
}

// AloneFilter narrows DueAlone. The zero value means all.
type AloneFilter struct {
	After efile.ID // the last case of the page before; zero: the first page
	Limit int      // 0: 50; at most 500
}

// aloneDue are the documents that may be destroyed before their case file, as far as was known when due dates were last
// computed: those of closed case files that are in no disposal. An attachment follows its e-mail.
const aloneDue = `document_retentions a
	join documents d on d.id = a.document_id and d.case_id = a.case_id
	join cases c on c.id = a.case_id and c.closed is not null
	where a.due <= ` + today + ` and d.status <> 'withdrawn'
		and (d.parent_id is null or exists (select from document_retentions p where p.document_id = d.parent_id and p.due <= ` + today + `))
		and not exists (select from disposal_records r where r.case_id = a.case_id and r.live)`

// DueAlone returns case files with documents whose own period is over, by id. ProposeDestruction says whether one may go.
func (tx *Tx) DueAlone(ctx context.Context, f AloneFilter) ([]AloneFile, error) {
	const doing = "list documents due alone"
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (l AloneFile, err error) {
		err = row.Scan(&l.CaseID, &l.Reference, &l.Title, at(&l.Due), &l.Held, &l.Documents)
		return l, err
	}
	files, err := many(ctx, tx, doing, scan, `
		select f.id, f.reference, f.title, t.due, exists (select from holds h where h.case_id = f.id and h.lifted is null),
			f.documents
		from (select c.id, c.reference, c.title, jsonb_agg(jsonb_build_object('ID', d.id, 'FileName', d.file_name, 'Type', d.type,
					'Received', d.received, 'Due', to_char(a.due, 'YYYY-MM-DD"T00:00:00Z"'), 'Basis', a.basis) order by d.received, d.id) as documents
			from `+aloneDue+` and ($1::uuid is null or c.id > $1)
			group by c.id, c.reference, c.title order by c.id limit $2) f
		left join retentions t on t.case_id = f.id order by f.id`, f.After, page(f.Limit, 50, 500))
	if err != nil {
		return nil, err
	}
	ids := make([]efile.ID, len(files))
	for i := range files {
		ids[i] = files[i].CaseID
	}
	under, err := many(ctx, tx, doing, scanDestruction, "select "+destructionColumns+` from destructions
		where case_id = any($1) and not whole and done is null and withdrawn is null`, ids)
	for i := range files {
		at := slices.IndexFunc(under, func(x efile.Destruction) bool { return x.CaseID == files[i].CaseID })
		if at < 0 {
			continue
		}
		files[i].Destruction = under[at]
		files[i].Documents = slices.DeleteFunc(files[i].Documents, func(d AloneDocument) bool { return !slices.Contains(under[at].Documents, d.ID) })
	}
	return files, err
}

// CountAlone counts the documents that DueAlone lists, and the case files they are in.
func (tx *Tx) CountAlone(ctx context.Context) (documents, files int, err error) {
	const doing = "count documents due alone"
	if err := tx.may(doing, efile.Archive); err != nil {
		return 0, 0, err
	}
	err = tx.pgx.QueryRow(ctx, "select count(*), count(distinct c.id) from "+aloneDue).Scan(&documents, &files)
	if err != nil {
		return 0, 0, explain(ctx, doing, err)
	}
	return documents, files, nil
}

// errNoBasis is what a destruction without a legal basis is refused with.
var errNoBasis = errors.New("no basis is named, and the table names none")
