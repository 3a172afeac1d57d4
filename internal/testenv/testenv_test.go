package testenv_test

import (
	"os"
	"testing"

	"github.com/eakte/eakte/internal/testenv"
	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func TestEveryTestHasItsOwnMigratedDatabase(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 3 {
		t.Run("one", func(t *testing.T) {
			url := testenv.DatabaseURL(t)
			if again := testenv.DatabaseURL(t); again != url {
				t.Errorf("asked twice: got %s and %s", url, again)
			}
			if seen[url] {
				t.Errorf("%s was another test's", url)
			}
			seen[url] = true
			if got := ask(t, url, "select current_user::text"); got != "eakte_app" {
				t.Errorf("user: got %s, want eakte_app", got)
			}
			if got := ask(t, testenv.AdminURL(t), "select (select rolsuper from pg_roles where rolname = current_user)::text || current_database()"); got != "true"+ask(t, url, "select current_database()::text") {
				t.Errorf("superuser and database: got %s", got)
			}
			if got := ask(t, testenv.AdminURL(t), "select count(*)::text from pg_tables where tablename in ('documents', 'river_job')"); got != "2" {
				t.Errorf("our tables and River's: got %s, want 2", got)
			}
		})
	}
}

func TestAnEmptyDatabaseHasNoSchema(t *testing.T) {
	t.Parallel()
	if got := ask(t, testenv.EmptyURL(t), "select count(*)::text from pg_tables where schemaname = 'public'"); got != "0" {
		t.Errorf("tables: got %s, want 0", got)
	}
}

func TestTheServersLeaveTheWorkingFolderAlone(t *testing.T) {
	t.Parallel()
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testenv.Store(t)
	if after, err := os.Getwd(); err != nil || after != before {
		t.Errorf("working folder: got %s (%v), want %s", after, err, before)
	}
	if _, err := os.Stat("testenv.go"); err != nil {
		t.Error(err)
	}
}

func TestExamplesCanBeRecorded(t *testing.T) {
	t.Parallel()
	store := testenv.Database(t)
	office := testenv.Office(t, store)
	c := testenv.Case(t, store, office)
	if got := ask(t, testenv.AdminURL(t), "select office_id::text from cases where id = '"+c.ID.String()+"'"); got != office.ID.String() {
		t.Errorf("office of the case: got %s, want %s", got, office.ID)
	}
}

func ask(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var answer string
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}
