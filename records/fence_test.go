package records_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
)

// tables lists every table of the schema from the catalogue but River's, the runner's and the public directory.
func tables(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
		select relname from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
			and relname not like 'river\_%' and relname not in ('schema_version', 'offices')
		order by relname`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 25 {
		t.Fatalf("got %d tables, want the whole schema: %v", len(names), names)
	}
	return names
}

// archivists are tables that name a case and are hidden from its applicant all the same.
var archivists = map[string]bool{"retentions": true, "document_retentions": true, "holds": true, "disposal_records": true, "destructions": true}

// TestEveryTableStandsBehindTheFence walks every table of the schema. newWorld must have put a row into it, so a new
// table without a fixture fails here; nobody but its office, and no applicant of another case, sees or changes that row.
func TestEveryTableStandsBehindTheFence(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	first, second := newLeaving(t, store), newLeaving(t, store)
	first.everything(t)
	second.everything(t)
	one, two := first.world, second.world
	stranger := testenv.Office(t, store)
	empty := testenv.Case(t, store, one.office) // another case of office one, with nothing in it
	super, app := admin(t), connect(t, testenv.DatabaseURL(t))

	viewers := []struct {
		name          string
		office, fence efile.ID
		sees          map[string]int // rows of their own
	}{
		{"a stranger office", stranger.ID, efile.ID{}, nil},
		{"no office", efile.ID{}, efile.ID{}, nil},
		{"no office but a case", efile.ID{}, one.file.ID, nil},
		{"an applicant of another case", one.office.ID, empty.ID, map[string]int{"cases": 1}},
		{"an applicant of a case that is in another office", one.office.ID, two.file.ID, nil},
	}
	for _, table := range tables(t, super) {
		var forced bool
		err := super.QueryRow(t.Context(), "select relrowsecurity and relforcerowsecurity from pg_class where oid = $1::regclass", table).Scan(&forced)
		if err != nil || !forced {
			t.Errorf("%s: row-level security forced: got %v, %v", table, forced, err)
		}
		row := rowOf(t, super, table, one)
		rowOf(t, super, table, two)
		for _, v := range viewers {
			t.Run(table+" and "+v.name, func(t *testing.T) {
				behind(t, app, v.office, v.fence, func(tx pgx.Tx) {
					if got := count(t, tx, "select count(*) from "+table); got != v.sees[table] {
						t.Errorf("sees %d rows, want %d", got, v.sees[table])
					}
					for _, sql := range []string{
						"update " + table + " set office_id = office_id where office_id = $1",
						"delete from " + table + " where office_id = $1",
					} {
						if v.sees[table] > 0 {
							sql += " and id <> '" + empty.ID.String() + "'"
						}
						if n := attempt(t, tx, sql, one.office.ID); n != 0 {
							t.Errorf("%s changed %d rows, want 0", sql, n)
						}
					}
					_, err := tx.Exec(t.Context(), "insert into "+table+" select * from json_populate_record(null::"+table+", $1::text::json)", row)
					if !denied(err) {
						t.Errorf("insert a row of office one: got %v, want it denied", err)
					}
				})
			})
		}
		behind(t, app, one.office.ID, efile.ID{}, func(tx pgx.Tx) {
			mine := count(t, super, "select count(*) from "+table+" where office_id = $1", one.office.ID)
			if got := count(t, tx, "select count(*) from "+table); got != mine || got == 0 {
				t.Errorf("%s: its own office sees %d rows, want %d", table, got, mine)
			}
		})
		column := "case_id"
		if table == "cases" {
			column = "id"
		}
		behind(t, app, one.office.ID, one.file.ID, func(tx pgx.Tx) {
			mine := 0 // a table without a case is none of an applicant's business, nor are the archivists'
			if table == "cases" || hasCase(t, super, table) && !archivists[table] {
				mine = count(t, super, "select count(*) from "+table+" where office_id = $1 and "+column+" = $2", one.office.ID, one.file.ID)
				if mine == 0 {
					t.Errorf("%s: newWorld puts no row of its case into it", table)
				}
			}
			if got := count(t, tx, "select count(*) from "+table); got != mine {
				t.Errorf("%s: the applicant of the case sees %d rows, want %d", table, got, mine)
			}
		})
	}
}

func TestTheDirectoryIsPublicButChangedFromInsideOnly(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	one, two := newWorld(t, store), newWorld(t, store)
	offices, err := store.Offices(t.Context())
	if err != nil || len(offices) != 2 {
		t.Errorf("got %d offices, %v; want 2", len(offices), err)
	}
	app := connect(t, testenv.DatabaseURL(t))
	behind(t, app, two.office.ID, efile.ID{}, func(tx pgx.Tx) {
		if n := attempt(t, tx, "update offices set name = 'x' where id = $1", one.office.ID); n != 0 {
			t.Errorf("another office renamed it")
		}
		if n := attempt(t, tx, "delete from offices where id = $1", two.office.ID); n != 0 {
			t.Errorf("an office was deleted")
		}
	})
	behind(t, app, one.office.ID, one.file.ID, func(tx pgx.Tx) {
		if n := attempt(t, tx, "update offices set name = 'x' where id = $1", one.office.ID); n != 0 {
			t.Errorf("an applicant renamed the office")
		}
		_, err := tx.Exec(t.Context(), "insert into offices (id, key, name, language, created) values (gen_random_uuid(), 'x', 'x', 'de', now())")
		if !denied(err) {
			t.Errorf("an applicant opens an office: got %v, want it denied", err)
		}
	})
}

// TestNoRowPointsIntoAnotherOffice finds out from the catalogue that every foreign key between our tables carries the
// office.
func TestNoRowPointsIntoAnotherOffice(t *testing.T) {
	t.Parallel()
	testenv.Database(t)
	rows, err := admin(t).Query(t.Context(), `
		select conrelid::regclass || ': ' || pg_get_constraintdef(oid) from pg_constraint
		where contype = 'f' and connamespace = 'public'::regnamespace and confrelid <> 'offices'::regclass
			and conrelid::regclass::text not like 'river\_%'`)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(keys) < 20 {
		t.Fatalf("got %d foreign keys, %v", len(keys), err)
	}
	for _, key := range keys {
		from, to, _ := strings.Cut(key, "REFERENCES")
		if !strings.Contains(from, "(office_id, ") || !strings.Contains(to, "(office_id, ") {
			t.Errorf("foreign key without the office: %s", key)
		}
	}
}

// behind runs fn as the application role in a transaction with exactly these settings and rolls back.
func behind(t *testing.T, app *pgx.Conn, office, fence efile.ID, fn func(pgx.Tx)) {
	t.Helper()
	tx, err := app.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }() // nothing is to remain
	_, err = tx.Exec(t.Context(), "select set_config('eakte.office', $1, true), set_config('eakte.case', $2, true)",
		office.String(), fence.String())
	if err != nil {
		t.Fatal(err)
	}
	fn(tx)
}

// rowOf returns a row that an office has in a table, as JSON.
func rowOf(t *testing.T, super *pgx.Conn, table string, w *world) string {
	t.Helper()
	var row string
	err := super.QueryRow(t.Context(), "select row_to_json(r)::text from "+table+" r where office_id = $1 limit 1", w.office.ID).Scan(&row)
	if err != nil {
		t.Errorf("%s: newWorld puts no row into it: %v", table, err)
		return "{}"
	}
	return row
}

func hasCase(t *testing.T, super *pgx.Conn, table string) bool {
	t.Helper()
	return count(t, super, "select count(*) from pg_attribute where attrelid = $1::text::regclass and attname = 'case_id'", table) == 1
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func count(t *testing.T, q querier, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := q.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// attempt runs a statement in a savepoint and returns how many rows it changed; one that is denied changed none.
func attempt(t *testing.T, tx pgx.Tx, sql string, args ...any) int64 {
	t.Helper()
	inner, err := tx.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tag, err := inner.Exec(t.Context(), sql, args...)
	if err != nil && !denied(err) {
		t.Errorf("%s: %v", sql, err)
	}
	if err := inner.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	return tag.RowsAffected()
}

// denied reports whether the server refused for lack of rights: no privilege, or a row outside the fence.
func denied(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "42501"
}
