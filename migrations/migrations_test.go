package migrations_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/migrations"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func TestTheNumbersOfTheFilesHaveNoGapAndNoRepeat(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`^(\d{4})_[a-z_]+\.sql$`)
	next := 1
	for _, e := range entries { // sorted by name
		if e.Name()[0] < '0' || e.Name()[0] > '9' {
			continue
		}
		match := name.FindStringSubmatch(e.Name())
		if match == nil {
			t.Errorf("%s: want four digits and a name", e.Name())
			continue
		}
		if number, _ := strconv.Atoi(match[1]); number != next {
			t.Errorf("%s: got number %d, want %d", e.Name(), number, next)
		}
		next++
	}
	if migrations.Version() != next-1 {
		t.Errorf("Version: got %d, want %d", migrations.Version(), next-1)
	}
}

func TestUpTwiceAndAtTheSameTime(t *testing.T) {
	t.Parallel()
	url := testenv.EmptyURL(t)
	if v, err := migrations.Current(t.Context(), url); v != 0 || err != nil {
		t.Errorf("version of an empty database: got %d, %v; want 0", v, err)
	}
	errs := make(chan error, 3)
	for range cap(errs) {
		go func() { errs <- migrations.Up(t.Context(), url) }()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Errorf("up, three at a time: %v", err)
		}
	}
	if err := migrations.Up(t.Context(), url); err != nil {
		t.Errorf("up again: %v", err)
	}
	if v, err := migrations.Current(t.Context(), url); v != migrations.Version() || err != nil {
		t.Errorf("version: got %d, %v; want %d", v, err, migrations.Version())
	}
	conn := connect(t, url)
	var applied, river int
	err := conn.QueryRow(t.Context(), "select (select count(*) from schema_version), (select count(*) from river_migration)").Scan(&applied, &river)
	if err != nil || applied != migrations.Version() || river == 0 {
		t.Errorf("applied: got %d of ours and %d of River's, %v; want %d and some", applied, river, err, migrations.Version())
	}
}

// TestSeveralDatabasesOfOneClusterMigrateTogether lets them race for the role, which belongs to the cluster.
func TestSeveralDatabasesOfOneClusterMigrateTogether(t *testing.T) {
	t.Parallel()
	var wait sync.WaitGroup
	for range 4 {
		url := testenv.EmptyURL(t)
		wait.Go(func() {
			if err := migrations.Up(t.Context(), url); err != nil {
				t.Errorf("up: %v", err)
			}
		})
	}
	wait.Wait()
}

func TestANewerSchemaIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	url := testenv.EmptyURL(t)
	if err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, url)
	_, err := conn.Exec(t.Context(), "insert into schema_version (version, name) values ($1, 'from the future'); ", migrations.Version()+1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "revoke select on cases from eakte_app"); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), url); !errors.Is(err, migrations.ErrNewer) {
		t.Errorf("up: got %v, want ErrNewer", err)
	}
	if v, err := migrations.Current(t.Context(), url); !errors.Is(err, migrations.ErrNewer) || v != migrations.Version()+1 {
		t.Errorf("current: got %d, %v; want %d and ErrNewer", v, err, migrations.Version()+1)
	}
	var granted bool
	err = conn.QueryRow(t.Context(), "select has_table_privilege('eakte_app', 'cases', 'select')").Scan(&granted)
	if err != nil || granted {
		t.Errorf("a refused schema was changed: granted %v, %v", granted, err)
	}
}

// TestAnOwnerWhoIsNoSuperuserWillDo migrates as an ordinary owner and writes an event: append_event then runs as someone
// who stands behind the fence too.
func TestAnOwnerWhoIsNoSuperuserWillDo(t *testing.T) {
	t.Parallel()
	url := testenv.EmptyURL(t)
	super := connect(t, url)
	ctx := t.Context()
	for _, sql := range []string{
		"create role eakte_owner login createrole",
		"do $$ begin execute format('alter database %I owner to eakte_owner', current_database()); end $$",
		"set role eakte_owner",
	} {
		if _, err := super.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := super.Exec(context.WithoutCancel(ctx), "reset role; drop owned by eakte_owner cascade"); err != nil {
			t.Error(err)
		}
		_, err := super.Exec(context.WithoutCancel(ctx),
			"do $$ begin execute format('alter database %I owner to %I', current_database(), session_user); end $$; drop role eakte_owner")
		if err != nil {
			t.Error(err)
		}
	})
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	owned := "postgres://eakte_owner@/" + config.Database + "?host=" + config.Host
	if err := migrations.Up(ctx, owned); err != nil {
		t.Fatalf("up as an ordinary owner: %v", err)
	}
	const office, file = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
	app := connect(t, "postgres://eakte_app@/"+config.Database+"?host="+config.Host)
	for _, sql := range []string{
		"begin",
		"insert into offices (id, key, name, language, created) values ('" + office + "', 'x', 'x', 'de', now())",
		"select set_config('eakte.office', '" + office + "', true)",
		"insert into cases (office_id, id, reference, status, opened, changed) values ('" + office + "', '" + file + "', 'x', 'initiated', now(), now())",
		"select set_config('eakte.case', '" + file + "', true)",
		"select append_event(gen_random_uuid(), '" + file + "', 'x', 'x', 'applicant', null, '{}')",
		"commit",
	} {
		if _, err := app.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

func TestTheApplicationMakesNoTemporaryTables(t *testing.T) {
	t.Parallel()
	url := testenv.EmptyURL(t)
	if err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	app := connect(t, "postgres://eakte_app@/"+config.Database+"?host="+config.Host)
	_, err = app.Exec(t.Context(), "create temporary table x (y int)")
	if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "42501" {
		t.Errorf("got %v, want it denied", err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) }) // the database is dropped anyway
	return conn
}
