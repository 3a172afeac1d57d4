package records_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

func TestTheApplicationRoleMayNotLeaveItsBounds(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	w := newWorld(t, store)
	app := connect(t, testenv.DatabaseURL(t))
	for name, sql := range map[string]string{
		"add an event past append_event": `insert into events select * from events`,
		"change an event":                `update events set type = 'x'`,
		"delete an event":                `delete from events`,
		"empty the log":                  `truncate events`,
		"change the head":                `update event_heads set seq = 0`,
		"add a head":                     `insert into event_heads values (eakte_office(), 9, '')`,
		"delete a case's head":           `delete from event_case_heads`,
		"change the access log":          `update content_reads set actor_kind = 'x'`,
		"delete from the access log":     `delete from content_reads`,
		"switch the fence off":           `alter table cases disable row level security`,
		"not force the fence":            `alter table cases no force row level security`,
		"drop the fence":                 `drop policy fence on cases`,
		"move the fence":                 `alter policy fence on cases using (true)`,
		"build a fence":                  `select eakte_fence('offices')`,
		"read around the fence":          `set local row_security = off; select count(*) from cases`,
		"make a table":                   `create table x (y int)`,
		"make a function":                `create function x() returns int language sql as 'select 1'`,
		"make a schema":                  `create schema x`,
		"replace append_event":           `alter function append_event(uuid, uuid, text, text, text, uuid, text) security invoker`,
		"drop a table":                   `drop table cases`,
		"add a column":                   `alter table cases add column x int`,
		"drop a trigger or constraint":   `alter table documents drop constraint documents_pkey`,
		"switch constraints off":         `set local session_replication_role = replica`,
		"become another role":            `set role eakte`,
		"raise itself":                   `alter role eakte_app superuser`,
		"bypass the fence":               `alter role eakte_app bypassrls`,
		"set the schema version":         `update schema_version set version = 0`,
		"delete an office":               `delete from offices`,
		"read a server's file":           `select pg_read_file('/etc/passwd')`,
		"run a program":                  `copy (select 1) to program 'true'`,
	} {
		t.Run("it may not "+name, func(t *testing.T) {
			behind(t, app, w.office.ID, efile.ID{}, func(tx pgx.Tx) {
				if _, err := tx.Exec(t.Context(), sql); !denied(err) {
					t.Errorf("%s: got %v, want it denied", sql, err)
				}
			})
		})
	}
}

func TestAppendEventKeepsToTheFence(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	one, two := newWorld(t, store), newWorld(t, store)
	app := connect(t, testenv.DatabaseURL(t))
	const sql = "select append_event($1, $2, 'x', 'x', 'system', null, '{}')"
	for _, c := range []struct {
		name          string
		office, fence efile.ID
		caseID        efile.ID
	}{
		{"without an office", efile.ID{}, efile.ID{}, one.file.ID},
		{"an applicant about another case", one.office.ID, one.file.ID, two.file.ID},
		{"an applicant about no case", one.office.ID, one.file.ID, efile.ID{}},
	} {
		behind(t, app, c.office, c.fence, func(tx pgx.Tx) {
			if _, err := tx.Exec(t.Context(), sql, efile.NewID(), c.caseID); !denied(err) {
				t.Errorf("%s: got %v, want it denied", c.name, err)
			}
		})
	}
	behind(t, app, one.office.ID, efile.ID{}, func(tx pgx.Tx) {
		if _, err := tx.Exec(t.Context(), sql, efile.NewID(), two.file.ID); err == nil {
			t.Error("an event about another office's case was written")
		}
	})
	behind(t, app, one.office.ID, one.file.ID, func(tx pgx.Tx) {
		if _, err := tx.Exec(t.Context(), sql, efile.NewID(), one.file.ID); err != nil {
			t.Errorf("an applicant about its case: %v", err)
		}
		if fence := count(t, tx, "select count(*) from users"); fence != 0 {
			t.Errorf("after append_event an applicant sees %d users, want 0", fence)
		}
	})
}

func TestItRefusesToWorkAsASuperuser(t *testing.T) {
	t.Parallel()
	store, err := records.Open(t.Context(), testenv.AdminURL(t), records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	if err := store.Ping(t.Context()); !errors.Is(err, records.ErrPrivileged) {
		t.Errorf("got %v, want ErrPrivileged", err)
	}
}
