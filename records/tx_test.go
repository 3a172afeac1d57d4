package records_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

func TestAFailingTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	before := logOf(t, w)
	mine := errors.New("mine")
	c := efile.Case{Title: "x"}
	fail := func(tx *records.Tx) error {
		tx.Append(efile.Event{Type: efile.CaseOpened, CaseID: c.ID, Subject: "x"})
		return errors.Join(tx.AddCase(ctx, &c), mine)
	}
	if err := w.store.In(ctx, w.system, fail); !errors.Is(err, mine) {
		t.Errorf("got %v, want the error of the function", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = w.store.In(ctx, w.system, func(tx *records.Tx) error {
			if err := tx.AddCase(ctx, &c); err != nil {
				t.Error(err)
			}
			panic("the function panics")
		})
	}()
	w.store.SetOutbox(func(context.Context, pgx.Tx, efile.ID, []efile.Endpoint, []efile.Event) error { return mine })
	err := w.store.In(ctx, w.system, func(tx *records.Tx) error {
		tx.Append(efile.Event{Type: efile.CaseOpened, CaseID: w.file.ID, Subject: "x"})
		return tx.AddCase(ctx, &c)
	})
	if !errors.Is(err, mine) {
		t.Errorf("got %v, want the error of the outbox", err)
	}
	same(t, w, "cases", 1, func(tx *records.Tx) (int, error) {
		list, err := tx.Cases(ctx, records.CaseFilter{})
		return len(list), err
	})
	if after := logOf(t, w); len(after) != len(before) {
		t.Errorf("got %d events, want %d", len(after), len(before))
	}
}

func TestAViewWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	err := w.store.View(t.Context(), w.system, func(tx *records.Tx) error {
		return tx.AddCase(t.Context(), &efile.Case{})
	})
	if err == nil {
		t.Error("a view added a case")
	}
	err = w.store.View(t.Context(), w.system, func(tx *records.Tx) error {
		tx.Append(efile.Event{})
		return nil
	})
	if err == nil {
		t.Error("a view lost an event in silence")
	}
}

// TestADeadlockIsRunAgain makes two transactions take two documents in opposite order. PostgreSQL ends one of them; it
// must run again and both must have their way.
func TestADeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	other := w.document
	other.ID, other.SHA256 = efile.NewID(), digest("c")
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddDocument(ctx, other) })
	var runs atomic.Int32
	var met sync.WaitGroup
	met.Add(2)
	touch := func(first, second efile.ID) error {
		waited := false
		return w.store.In(ctx, w.system, func(tx *records.Tx) error {
			runs.Add(1)
			if _, err := tx.LockDocument(ctx, first); err != nil {
				return err
			}
			if !waited {
				waited = true
				met.Done()
				met.Wait()
			}
			d, err := tx.LockDocument(ctx, second)
			if err != nil {
				return err
			}
			return tx.SaveDocument(ctx, d)
		})
	}
	errs := make(chan error, 2)
	go func() { errs <- touch(w.document.ID, other.ID) }()
	go func() { errs <- touch(other.ID, w.document.ID) }()
	for range 2 {
		if err := <-errs; err != nil {
			t.Errorf("got %v, want success after another run", err)
		}
	}
	if n := runs.Load(); n < 3 {
		t.Errorf("got %d runs, want at least 3: no deadlock happened", n)
	}
}

func TestAnUploadHasOneWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.in(t, w.applicant(w.file.ID), func(tx *records.Tx) error {
		if _, err := tx.LockUpload(ctx, w.upload.ID); err != nil {
			return err
		}
		soon, cancel := context.WithTimeout(ctx, 5*time.Second) // less than the server's lock_timeout
		defer cancel()
		err := w.store.In(soon, w.applicant(w.file.ID), func(tx *records.Tx) error {
			_, err := tx.LockUpload(soon, w.upload.ID)
			return err
		})
		wantCode(t, "a second writer", err, fault.Locked)
		return nil
	})
	w.in(t, w.applicant(w.file.ID), func(tx *records.Tx) error {
		_, err := tx.LockUpload(ctx, w.upload.ID)
		return errors.Join(err, tx.DeleteUpload(ctx, w.upload.ID), tx.DeleteUpload(ctx, w.upload.ID))
	})
	err := w.store.In(ctx, w.system, func(tx *records.Tx) error {
		_, err := tx.LockUpload(ctx, w.upload.ID)
		return err
	})
	wantCode(t, "an upload that is gone", err, fault.NotFound)
}

func TestWhoActsMustSayWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	for name, actor := range map[string]efile.Actor{
		"nobody":                         {},
		"the system without an office":   {Kind: efile.System},
		"an applicant without a case":    {Kind: efile.Applicant, Office: w.office.ID, ID: efile.NewID()},
		"an applicant without an office": {Kind: efile.Applicant, Case: w.file.ID},
	} {
		err := w.store.In(t.Context(), actor, func(*records.Tx) error { return nil })
		wantCode(t, name, err, fault.Forbidden)
	}
}

// TestTheActorIsAskedBeforeTheDatabase tries every method as someone who may nothing, and as those who may little.
func TestTheActorIsAskedBeforeTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	id := efile.NewID()
	drop := func(_ any, err error) error { return err }
	methods := map[string]func(*records.Tx) error{
		"SaveOffice":         func(tx *records.Tx) error { return tx.SaveOffice(ctx, w.office) },
		"AddUser":            func(tx *records.Tx) error { return tx.AddUser(ctx, w.user) },
		"SaveUser":           func(tx *records.Tx) error { return tx.SaveUser(ctx, w.user) },
		"UserByLogin":        func(tx *records.Tx) error { return drop(tx.UserByLogin(ctx, "x")) },
		"User":               func(tx *records.Tx) error { return drop(tx.User(ctx, id)) },
		"Users":              func(tx *records.Tx) error { return drop(tx.Users(ctx)) },
		"AddAccessCode":      func(tx *records.Tx) error { return tx.AddAccessCode(ctx, w.code) },
		"AccessCodeByHash":   func(tx *records.Tx) error { return drop(tx.AccessCodeByHash(ctx, w.code.Hash)) },
		"AccessCodes":        func(tx *records.Tx) error { return drop(tx.AccessCodes(ctx, id)) },
		"RevokeAccessCode":   func(tx *records.Tx) error { return tx.RevokeAccessCode(ctx, id) },
		"AddServiceToken":    func(tx *records.Tx) error { return tx.AddServiceToken(ctx, w.token) },
		"ServiceTokenByHash": func(tx *records.Tx) error { return drop(tx.ServiceTokenByHash(ctx, w.token.Hash)) },
		"ServiceTokens":      func(tx *records.Tx) error { return drop(tx.ServiceTokens(ctx)) },
		"RevokeServiceToken": func(tx *records.Tx) error { return tx.RevokeServiceToken(ctx, id) },
		"AddSession":         func(tx *records.Tx) error { return tx.AddSession(ctx, w.session) },
		"SessionByHash":      func(tx *records.Tx) error { return drop(tx.SessionByHash(ctx, w.session.Hash)) },
		"TouchSession":       func(tx *records.Tx) error { return tx.TouchSession(ctx, w.session.Hash, clock()) },
		"EndSession":         func(tx *records.Tx) error { return tx.EndSession(ctx, w.session.Hash) },
		"EndExpiredSessions": func(tx *records.Tx) error { return drop(tx.EndExpiredSessions(ctx, clock())) },
		"AddCase":            func(tx *records.Tx) error { return tx.AddCase(ctx, &efile.Case{}) },
		"SaveCase":           func(tx *records.Tx) error { return tx.SaveCase(ctx, w.file) },
		"Case":               func(tx *records.Tx) error { return drop(tx.Case(ctx, w.file.ID)) },
		"CaseByReference":    func(tx *records.Tx) error { return drop(tx.CaseByReference(ctx, w.file.Reference)) },
		"CaseByExternal":     func(tx *records.Tx) error { return drop(tx.CaseByExternal(ctx, "fachverfahren", "F-1")) },
		"Cases":              func(tx *records.Tx) error { return drop(tx.Cases(ctx, records.CaseFilter{})) },
		"AddMatter":          func(tx *records.Tx) error { return tx.AddMatter(ctx, w.matter) },
		"SaveMatter":         func(tx *records.Tx) error { return tx.SaveMatter(ctx, w.matter) },
		"Matter":             func(tx *records.Tx) error { return drop(tx.Matter(ctx, w.matter.ID)) },
		"Matters":            func(tx *records.Tx) error { return drop(tx.Matters(ctx, w.file.ID)) },
		"AddParty":           func(tx *records.Tx) error { return tx.AddParty(ctx, w.party) },
		"SaveParty":          func(tx *records.Tx) error { return tx.SaveParty(ctx, w.party) },
		"Parties":            func(tx *records.Tx) error { return drop(tx.Parties(ctx, w.matter.ID)) },
		"AddSubmission":      func(tx *records.Tx) error { return tx.AddSubmission(ctx, w.submission) },
		"Submission":         func(tx *records.Tx) error { return drop(tx.Submission(ctx, w.submission.ID)) },
		"LockSubmission":     func(tx *records.Tx) error { return drop(tx.LockSubmission(ctx, w.submission.ID)) },
		"UploadsOf":          func(tx *records.Tx) error { return drop(tx.UploadsOf(ctx, w.submission.ID)) },
		"Submissions":        func(tx *records.Tx) error { return drop(tx.Submissions(ctx, w.file.ID)) },
		"CloseSubmission":    func(tx *records.Tx) error { return tx.CloseSubmission(ctx, w.submission.ID, clock()) },
		"CaseFilesSince":     func(tx *records.Tx) error { return drop(tx.CaseFilesSince(ctx, w.file.ID, clock())) },
		"AddUpload":          func(tx *records.Tx) error { return tx.AddUpload(ctx, w.upload) },
		"Upload":             func(tx *records.Tx) error { return drop(tx.Upload(ctx, w.upload.ID)) },
		"LockUpload":         func(tx *records.Tx) error { return drop(tx.LockUpload(ctx, w.upload.ID)) },
		"SaveUpload":         func(tx *records.Tx) error { return tx.SaveUpload(ctx, w.upload) },
		"DeleteUpload":       func(tx *records.Tx) error { return tx.DeleteUpload(ctx, w.upload.ID) },
		"ExpiredUploads":     func(tx *records.Tx) error { return drop(tx.ExpiredUploads(ctx, clock(), 1)) },
		"AddDocument":        func(tx *records.Tx) error { return tx.AddDocument(ctx, w.document) },
		"Document":           func(tx *records.Tx) error { return drop(tx.Document(ctx, w.document.ID)) },
		"LockDocument":       func(tx *records.Tx) error { return drop(tx.LockDocument(ctx, w.document.ID)) },
		"SaveDocument":       func(tx *records.Tx) error { return tx.SaveDocument(ctx, w.document) },
		"DocumentByDigest": func(tx *records.Tx) error {
			_, _, err := tx.DocumentByDigest(ctx, w.file.ID, w.document.SHA256)
			return err
		},
		"Documents":       func(tx *records.Tx) error { return drop(tx.Documents(ctx, w.file.ID)) },
		"DocumentsOf":     func(tx *records.Tx) error { return drop(tx.DocumentsOf(ctx, w.submission.ID)) },
		"Children":        func(tx *records.Tx) error { return drop(tx.Children(ctx, w.document.ID)) },
		"SavePages":       func(tx *records.Tx) error { return tx.SavePages(ctx, w.document.ID, w.pages) },
		"SaveRecognised":  func(tx *records.Tx) error { return tx.SaveRecognised(ctx, w.document.ID, w.pages) },
		"PagesLeft":       func(tx *records.Tx) error { return drop(tx.PagesLeft(ctx, w.document.ID)) },
		"Pages":           func(tx *records.Tx) error { return drop(tx.Pages(ctx, w.document.ID)) },
		"Page":            func(tx *records.Tx) error { return drop(tx.Page(ctx, w.document.ID, 1)) },
		"AddRendition":    func(tx *records.Tx) error { return tx.AddRendition(ctx, w.rendition) },
		"Renditions":      func(tx *records.Tx) error { return drop(tx.Renditions(ctx, w.document.ID)) },
		"Rendition":       func(tx *records.Tx) error { return drop(tx.Rendition(ctx, w.document.ID, efile.Archival, 0)) },
		"SaveReading":     func(tx *records.Tx) error { return tx.SaveReading(ctx, w.document.ID, w.segments, w.fields) },
		"Segments":        func(tx *records.Tx) error { return drop(tx.Segments(ctx, w.document.ID)) },
		"Fields":          func(tx *records.Tx) error { return drop(tx.Fields(ctx, w.document.ID)) },
		"Reviews":         func(tx *records.Tx) error { return drop(tx.Reviews(ctx, 1)) },
		"Stuck":           func(tx *records.Tx) error { return drop(tx.Stuck(ctx, clock(), 1)) },
		"LiveJobs":        func(tx *records.Tx) error { return drop(tx.LiveJobs(ctx, w.document.ID)) },
		"KnownKeys":       func(tx *records.Tx) error { return drop(tx.KnownKeys(ctx, []string{"x"})) },
		"EndedJobs":       func(tx *records.Tx) error { return drop(tx.EndedJobs(ctx, w.document.ID, "inspect", 1)) },
		"AllObjects":      func(tx *records.Tx) error { return drop(tx.AllObjects(ctx, efile.ID{}, 1)) },
		"NoteRead":        func(tx *records.Tx) error { return tx.NoteRead(ctx, w.document.ID, efile.Archival, 0) },
		"Reads":           func(tx *records.Tx) error { return drop(tx.Reads(ctx, w.document.ID, 1)) },
		"AddRequest":      func(tx *records.Tx) error { return tx.AddRequest(ctx, w.request) },
		"SaveRequest":     func(tx *records.Tx) error { return tx.SaveRequest(ctx, w.request) },
		"Request":         func(tx *records.Tx) error { return drop(tx.Request(ctx, w.request.ID)) },
		"Requests":        func(tx *records.Tx) error { return drop(tx.Requests(ctx, w.file.ID)) },
		"Events":          func(tx *records.Tx) error { return drop(tx.Events(ctx, records.EventFilter{})) },
		"EventsOfCase":    func(tx *records.Tx) error { return drop(tx.Events(ctx, records.EventFilter{CaseID: w.file.ID})) },
		"Event":           func(tx *records.Tx) error { return drop(tx.Event(ctx, id)) },
		"EventAnchor":     func(tx *records.Tx) error { return drop(tx.EventAnchor(ctx)) },
		"VerifyEvents":    func(tx *records.Tx) error { _, _, err := tx.VerifyEvents(ctx); return err },
		"SaveCheckpoint":  func(tx *records.Tx) error { return tx.SaveCheckpoint(ctx, "x", 1) },
		"Checkpoints":     func(tx *records.Tx) error { return drop(tx.Checkpoints(ctx)) },
		"AddEndpoint":     func(tx *records.Tx) error { return tx.AddEndpoint(ctx, w.endpoint) },
		"SaveEndpoint":    func(tx *records.Tx) error { return tx.SaveEndpoint(ctx, w.endpoint) },
		"Endpoint":        func(tx *records.Tx) error { return drop(tx.Endpoint(ctx, w.endpoint.ID)) },
		"Endpoints":       func(tx *records.Tx) error { return drop(tx.Endpoints(ctx)) },
		"AddDelivery":     func(tx *records.Tx) error { return tx.AddDelivery(ctx, w.delivery) },
		"Deliveries":      func(tx *records.Tx) error { return drop(tx.Deliveries(ctx, w.endpoint.ID, 1)) },
		"LastSuccess":     func(tx *records.Tx) error { return drop(tx.LastSuccess(ctx, w.endpoint.ID)) },
		"ForgetAnswers":   func(tx *records.Tx) error { return drop(tx.ForgetAnswers(ctx, clock())) },
		"AddFinding":      func(tx *records.Tx) error { return tx.AddFinding(ctx, w.finding) },
		"Findings":        func(tx *records.Tx) error { return drop(tx.Findings(ctx, true)) },
		"AddLessons":      func(tx *records.Tx) error { return tx.AddLessons(ctx, &efile.Lessons{Kind: efile.LessonsOff}) },
		"Lessons":         func(tx *records.Tx) error { return drop(tx.Lessons(ctx, 1)) },
		"LessonsFile":     func(tx *records.Tx) error { return drop(tx.LessonsFile(ctx, 1)) },
		"LessonsInUse":    func(tx *records.Tx) error { return drop(tx.LessonsInUse(ctx)) },
		"Taught":          func(tx *records.Tx) error { return drop(tx.Taught(ctx, 1)) },
		"CaseFields":      func(tx *records.Tx) error { return drop(tx.CaseFields(ctx, id)) },
		"SheetsOf":        func(tx *records.Tx) error { return drop(tx.SheetsOf(ctx, id)) },
		"Finding":         func(tx *records.Tx) error { return drop(tx.Finding(ctx, w.finding.ID)) },
		"LastFixityRound": func(tx *records.Tx) error { return drop(tx.LastFixityRound(ctx)) },
		"BeginFixityRound": func(tx *records.Tx) error {
			return tx.BeginFixityRound(ctx, records.FixityRound{Number: 2, Started: clock(), Due: clock(), Algorithms: "sha256"})
		},
		"EndFixityRound": func(tx *records.Tx) error { return tx.EndFixityRound(ctx, 1, clock()) },
		"ObjectsDue":     func(tx *records.Tx) error { return drop(tx.ObjectsDue(ctx, clock(), clock(), nil, 1)) },
		"SaveChecked":    func(tx *records.Tx) error { return drop(tx.SaveChecked(ctx, 0, clock(), nil)) },
		"Quarantine": func(tx *records.Tx) error {
			return drop(tx.Quarantine(ctx, w.rendition, records.DetailDiffers, clock()))
		},
		"CheckSoon":      func(tx *records.Tx) error { return tx.CheckSoon(ctx, id) },
		"ObjectsUnder":   func(tx *records.Tx) error { return drop(tx.ObjectsUnder(ctx, "x")) },
		"InQuarantine":   func(tx *records.Tx) error { return drop(tx.InQuarantine(ctx)) },
		"Release":        func(tx *records.Tx) error { return tx.Release(ctx, "x", clock()) },
		"FixityReport":   func(tx *records.Tx) error { return drop(tx.FixityReport(ctx)) },
		"FixityState":    func(tx *records.Tx) error { return drop(tx.FixityState(ctx)) },
		"ResolveFinding": func(tx *records.Tx) error { return tx.ResolveFinding(ctx, w.finding.ID) },
	}
	maps.Copy(methods, archiveMethods(ctx, w, id))
	for _, name := range exported(t) {
		// Pgx and Append ask nobody; an answer belongs to whoever asks.
		if methods[name] == nil && name != "Pgx" && name != "Append" && name != "Answered" && name != "SaveAnswer" {
			t.Errorf("method %s has no line in this test", name)
		}
	}
	readsCases := "Case CaseByReference CaseByExternal Matter Matters Submission Submissions Document DocumentByDigest Documents DocumentsOf Children "
	readsAll := readsCases + "PagesLeft Pages Page SheetsOf CaseFields Renditions Rendition Segments Fields NoteRead Request Requests EventsOfCase Cases Reviews Parties "
	submits := "AddSubmission LockSubmission UploadsOf CloseSubmission CaseFilesSince AddUpload Upload LockUpload SaveUpload DeleteUpload AddDocument LockDocument "
	actors := []struct {
		name  string
		actor efile.Actor
		may   string
	}{
		{"staff without a role", w.staff(), ""},
		{"a token without a scope", w.service(), ""},
		{"an unknown kind of actor", efile.Actor{Kind: "x", Office: w.office.ID}, ""},
		{"an applicant", w.applicant(w.file.ID), readsAll + submits},
		{"a token that submits", w.service(efile.ScopeSubmit), readsCases + submits},
		{"a token that reads documents", w.service(efile.ScopeDocumentsRead), readsAll},
		{"a token that reads events", w.service(efile.ScopeEventsRead), "Events EventsOfCase Event EventAnchor VerifyEvents SaveCheckpoint Checkpoints"},
		{"an archivist", w.staff(efile.Archivist), readsAll + `Reads Findings Finding ResolveFinding
			LastFixityRound ObjectsUnder InQuarantine Release FixityReport ` + archivistMay},
		{"security", w.staff(efile.Security), "Document Renditions Rendition NoteRead"},
		{"a caseworker", w.staff(efile.Caseworker), readsAll + submits + `Reads AddCase SaveCase AddMatter SaveMatter
			AddParty SaveParty AddAccessCode AccessCodes RevokeAccessCode SaveDocument SaveReading AddRequest SaveRequest ` + clerkMay},
		{"an admin", w.staff(efile.Admin), `SaveOffice AddUser SaveUser UserByLogin User Users AddAccessCode AccessCodes
			RevokeAccessCode AddServiceToken ServiceTokens RevokeServiceToken Events EventsOfCase Event EventAnchor VerifyEvents
			SaveCheckpoint Checkpoints AddEndpoint SaveEndpoint Endpoint Endpoints Deliveries LastSuccess
			Findings Finding ResolveFinding LastFixityRound ObjectsUnder InQuarantine Release FixityReport
			Reads AddLessons Lessons LessonsFile LessonsInUse`},
	}
	for _, a := range actors {
		may := map[string]bool{}
		for name := range strings.FieldsSeq(a.may) {
			may[name] = true
		}
		for name, method := range methods {
			undo := errors.New("undo")
			err := w.store.In(ctx, a.actor, func(tx *records.Tx) error { return errors.Join(method(tx), undo) })
			if refused := fault.Is(err, fault.Forbidden); refused == may[name] {
				t.Errorf("%s and %s: got %v, want allowed: %v", a.name, name, err, may[name])
			}
		}
	}
}

func TestADatabaseThatIsAwayIsWaitedFor(t *testing.T) {
	t.Parallel()
	nowhere := "postgres://eakte_app@/x?host=" + url.QueryEscape(t.TempDir())
	store, err := records.Open(t.Context(), nowhere, records.Options{})
	if err != nil {
		t.Fatalf("open while the database is away: %v", err)
	}
	t.Cleanup(store.Close)
	for name, err := range map[string]error{
		"ping": store.Ping(t.Context()),
		"in":   store.In(t.Context(), efile.SystemIn(efile.NewID()), func(*records.Tx) error { return nil }),
		"wait": store.WaitEvents(t.Context(), efile.NewID(), 0),
	} {
		if f := fault.Of(err); f == nil || f.Code != fault.DatabaseUnavailable || f.Treatment != fault.Wait {
			t.Errorf("%s: got %v, want wait and database_unavailable", name, err)
		}
	}
}

func TestAConnectionLostInTheMiddleIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	super := admin(t)
	err := w.store.In(t.Context(), w.system, func(tx *records.Tx) error {
		var pid int
		if err := tx.Pgx().QueryRow(t.Context(), "select pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		if _, err := super.Exec(t.Context(), "select pg_terminate_backend($1, 5000)", pid); err != nil {
			return err
		}
		_, err := tx.Case(t.Context(), w.file.ID)
		return err
	})
	if f := fault.Of(err); f == nil || f.Code != fault.DatabaseUnavailable || f.Treatment != fault.Wait {
		t.Errorf("got %v, want wait and database_unavailable", err)
	}
	same(t, w, "afterwards", w.document.ID, func(tx *records.Tx) (efile.ID, error) {
		d, err := tx.Document(t.Context(), w.document.ID)
		return d.ID, err
	})
}

func TestACancelledCallIsNotTheDatabasesFault(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := w.store.In(ctx, w.system, func(tx *records.Tx) error {
		_, err := tx.Pgx().Exec(ctx, "select pg_sleep(20)")
		return err
	})
	if !errors.Is(err, context.DeadlineExceeded) || fault.Is(err, fault.DatabaseUnavailable) {
		t.Errorf("got %v, want the deadline", err)
	}
}

func TestWhatTheSchemaForbidsIsAFault(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	broken := w.document
	broken.ID, broken.SHA256 = efile.NewID(), "no digest"
	lost := w.submission
	lost.ID, lost.CaseID = efile.NewID(), efile.NewID()
	nameless := w.user
	nameless.ID, nameless.Login = efile.NewID(), ""
	double := w.user
	double.ID = efile.NewID()
	for _, c := range []struct {
		name string
		do   func(tx *records.Tx) error
		want fault.Code
	}{
		{"a document without a digest", func(tx *records.Tx) error { return tx.AddDocument(ctx, broken) }, fault.Validation},
		{"a submission of no case", func(tx *records.Tx) error { return tx.AddSubmission(ctx, lost) }, fault.NotFound},
		{"a user without a login", func(tx *records.Tx) error { return tx.AddUser(ctx, nameless) }, fault.Validation},
		{"a login that is taken", func(tx *records.Tx) error { return tx.AddUser(ctx, double) }, fault.Conflict},
		{"saving what is not there", func(tx *records.Tx) error { return tx.SaveUser(ctx, double) }, fault.NotFound},
		{"an id that is zero", func(tx *records.Tx) error { return tx.AddUser(ctx, efile.User{Login: "x"}) }, fault.Validation},
	} {
		err := w.store.In(ctx, w.system, c.do)
		wantCode(t, c.name, err, c.want)
		if err != nil && strings.Contains(err.Error(), w.user.Login) {
			t.Errorf("%s: the error names a person: %v", c.name, err)
		}
	}
	wantCode(t, "an office twice", w.store.CreateOffice(ctx, w.office), fault.Conflict)
	_, err := w.store.OfficeByKey(ctx, "none")
	wantCode(t, "an office that is not there", err, fault.NotFound)
	if !strings.Contains(fmt.Sprint(err), "office") {
		t.Errorf("the error does not say what was sought: %v", err)
	}
}
