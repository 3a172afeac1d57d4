package records_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// world is a database with one office that has one of everything.
type world struct {
	store  *records.Store
	office efile.Office
	system efile.Actor

	file       efile.Case
	matter     efile.Matter
	party      efile.Party
	submission efile.Submission
	upload     efile.Upload
	document   efile.Document
	rendition  efile.Rendition
	pages      []efile.Page
	segments   []efile.Segment
	fields     []efile.Field
	request    efile.Request
	user       efile.User
	code       efile.AccessCode
	token      efile.ServiceToken
	session    efile.Session
	endpoint   efile.Endpoint
	delivery   efile.Delivery
	lessons    efile.Lessons
	finding    records.Finding
}

// clock is a fixed moment that a database column can hold.
func clock() time.Time { return time.Date(2026, 11, 22, 9, 30, 0, 123456000, time.UTC) }

func digest(letter string) string { return strings.Repeat(letter, 64) }

// newWorld fills every table of the schema for a new office of the store.
func newWorld(t *testing.T, store *records.Store) *world {
	t.Helper()
	w := &world{store: store, office: testenv.Office(t, store)}
	w.system = efile.SystemIn(w.office.ID)
	w.imagine()
	w.in(t, w.system, func(tx *records.Tx) error {
		ctx := t.Context()
		if err := tx.AddCase(ctx, &w.file); err != nil { // without a reference: fills case_counters
			return err
		}
		return errors.Join(
			tx.AddMatter(ctx, w.matter), tx.AddParty(ctx, w.party), tx.AddSubmission(ctx, w.submission),
			tx.AddUpload(ctx, w.upload), tx.AddRequest(ctx, w.request), tx.AddDocument(ctx, w.document),
			tx.AddRendition(ctx, w.rendition), tx.SavePages(ctx, w.document.ID, w.pages),
			tx.SaveReading(ctx, w.document.ID, w.segments, w.fields),
			tx.NoteRead(ctx, w.document.ID, efile.Original, 0),
			tx.AddUser(ctx, w.user), tx.AddAccessCode(ctx, w.code), tx.AddServiceToken(ctx, w.token),
			tx.AddSession(ctx, w.session), tx.AddEndpoint(ctx, w.endpoint), tx.AddDelivery(ctx, w.delivery),
			tx.SaveCheckpoint(ctx, "case-system", 1), tx.AddFinding(ctx, w.finding),
			tx.BeginFixityRound(ctx, records.FixityRound{Number: 1, Started: clock(), Due: clock(), Algorithms: "sha256"}),
			tx.SaveAnswer(ctx, "key", []byte("hash"), 201, []byte("answer")), tx.AddLessons(ctx, &w.lessons),
		)
	})
	w.in(t, w.applicant(w.file.ID), func(tx *records.Tx) error { // an applicant's answer belongs to its case
		tx.Append(efile.Event{Type: efile.CaseOpened, CaseID: w.file.ID, Subject: "cases/1"})
		return tx.SaveAnswer(t.Context(), "key", []byte("hash"), 201, []byte("answer"))
	})
	return w
}

// imagine makes up one of everything, every field filled.
func (w *world) imagine() {
	at := clock()
	w.file = efile.Case{ID: efile.NewID(), Title: "Muster, Erika", Language: "uk", Status: efile.CaseReceived,
		ExternalSystem: "fachverfahren", ExternalRef: "F-1", Opened: at, Closed: at.Add(time.Hour)}
	w.matter = efile.Matter{ID: efile.NewID(), CaseID: w.file.ID, Procedure: "employment",
		Facts: map[string]bool{"has_spouse": true, "minor": false}, Application: json.RawMessage(`{"b": 1,  "a": 2}`),
		ApplicationSchema: "schema", Opened: at, Closed: at.Add(time.Hour)}
	w.party = efile.Party{ID: efile.NewID(), CaseID: w.file.ID, MatterID: w.matter.ID, Role: efile.PartyApplicant,
		Surname: "Muster", GivenNames: "Erika", BirthDate: "1990-00-00", Nationality: "UKR"}
	w.submission = efile.Submission{ID: efile.NewID(), CaseID: w.file.ID, MatterID: w.matter.ID,
		Channel: efile.ChannelPortal, Status: efile.SubmissionOpen, Language: "uk", Opened: at}
	w.upload = efile.Upload{ID: efile.NewID(), CaseID: w.file.ID, SubmissionID: w.submission.ID, DocumentID: efile.NewID(),
		FileName: "a.pdf", MediaType: "application/pdf", Length: 1 << 31, Offset: 1 << 30, Multipart: "m",
		Parts: []efile.UploadPart{{Number: 1, ETag: "e", Size: 8}}, Tail: "tail", TailSize: 3, HashState: []byte{1, 0, 2},
		Expires: at.Add(time.Hour), Created: at, Writer: efile.NewID(), WriterUntil: at.Add(time.Minute)}
	w.request = efile.Request{ID: efile.NewID(), CaseID: w.file.ID, MatterID: w.matter.ID, State: efile.RequestCreated,
		Items: []efile.RequestItem{{Number: 1, DocumentType: "passport", Reason: "missing", State: "open"}},
		Due:   time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC), Created: at}
	w.document = efile.Document{ID: efile.NewID(), CaseID: w.file.ID, MatterID: w.matter.ID, SubmissionID: w.submission.ID,
		Status: efile.Review, Station: efile.File, Code: string(fault.UnsureType), Notes: []string{"repaired"}, Generation: 1,
		FileName: "a.pdf", MediaType: "application/pdf", Size: 5 << 30, SHA256: digest("a"), Pages: 2, Type: "passport",
		TypeConfidence: 0.25, TypeBy: "model", Channel: efile.ChannelPortal, RequestID: w.request.ID, Source: "scan",
		Quality: "retake", Flaws: []string{"blurred"}, Received: at}
	w.rendition = efile.Rendition{ID: efile.NewID(), DocumentID: w.document.ID, CaseID: w.file.ID, Kind: efile.Archival,
		MediaType: "application/pdf", Format: "PDF/A-2u", Key: "renditions/00/x", Size: 7, SHA256: digest("b"), Generation: 1,
		Created: at}
	w.pages = []efile.Page{
		{DocumentID: w.document.ID, Number: 1, Width: 595.3, Height: 842, Rotation: 90, Digital: true, Language: "uk",
			Confidence: 0.5, Text: "текст", Quality: "good", Kind: "digital", Turn: 90,
			PrintImage: "0123456789abcdef", PrintText: "fedcba9876543210", Codes: []efile.PageCode{{Format: "qr", Text: "код"}}},
		{DocumentID: w.document.ID, Number: 2, Blank: true, Code: string(fault.PageTimeout), Codes: []efile.PageCode{}},
	}
	w.segments = []efile.Segment{{Number: 1, First: 1, Last: 1, Type: "passport", Confidence: 0.5}, {Number: 2, First: 2, Last: 2}}
	w.fields = []efile.Field{
		{Name: "surname", Value: "MUSTER", Raw: "Muster", Page: 1, Box: [4]float64{0.1, 0.2, 0.3, 0.4}, Confidence: 0.9, By: "mrz"},
		{Name: "expiry_date", Value: "2030-01-01"},
	}
	w.user = efile.User{ID: efile.NewID(), Login: "m.muster", Name: "M. Muster", Roles: []efile.Role{efile.Caseworker, efile.Admin},
		Language: "de", PasswordHash: "$argon2id$", Disabled: true, Created: at}
	w.code = efile.AccessCode{ID: efile.NewID(), CaseID: w.file.ID, Matter: w.matter.ID, Hash: []byte("code"),
		Expires: at.Add(time.Hour), Created: at}
	w.token = efile.ServiceToken{ID: efile.NewID(), Name: "scanner", Hash: []byte("token"),
		Scopes: []efile.Scope{efile.ScopeSubmit, efile.ScopeEventsRead}, Expires: at.Add(time.Hour), Created: at}
	w.session = efile.Session{Hash: []byte("session"), CSRF: "csrf", Created: at, LastSeen: at, Expires: at.Add(time.Hour),
		Actor: efile.Actor{Kind: efile.Applicant, ID: w.code.ID, Office: w.office.ID, Case: w.file.ID,
			Roles: []efile.Role{}, Scopes: []efile.Scope{}}}
	w.endpoint = efile.Endpoint{ID: efile.NewID(), URL: "https://case-system.example/bell", Algorithm: "v1a",
		Types: []efile.EventType{efile.CaseOpened}, Generation: 2, Rotated: at, State: "active", Created: at}
	w.delivery = efile.Delivery{EndpointID: w.endpoint.ID, EventID: efile.NewID(), Attempt: 1, Status: 204, Answer: "ok",
		Latency: 1500 * time.Microsecond, At: at}
	w.lessons = efile.Lessons{Kind: efile.LessonsLearnt, Made: at, Actor: efile.Actor{Kind: efile.System}, Examples: 40,
		HeldBack: 10, Before: 0.5, After: 0.75, Better: true, File: []byte(`{"w":[1]}`)}
	w.finding = records.Finding{ID: efile.NewID(), Kind: "orphan_object", Subject: "originals/x", DocumentID: w.document.ID,
		Detail: "no row", Found: at}
}

func (w *world) in(t *testing.T, actor efile.Actor, fn func(*records.Tx) error) {
	t.Helper()
	if err := w.store.In(t.Context(), actor, fn); err != nil {
		t.Fatalf("in: %v", err)
	}
}

// applicant is who holds the access code of a case.
func (w *world) applicant(caseID efile.ID) efile.Actor {
	return efile.Actor{Kind: efile.Applicant, ID: efile.NewID(), Office: w.office.ID, Case: caseID}
}

func (w *world) staff(roles ...efile.Role) efile.Actor {
	return efile.Actor{Kind: efile.Staff, ID: efile.NewID(), Office: w.office.ID, Roles: roles}
}

func (w *world) service(scopes ...efile.Scope) efile.Actor {
	return efile.Actor{Kind: efile.Service, ID: efile.NewID(), Office: w.office.ID, Scopes: scopes}
}

// read asks one question in a transaction of its own.
func read[T any](t *testing.T, w *world, actor efile.Actor, question func(*records.Tx) (T, error)) (T, error) {
	t.Helper()
	var answer T
	err := w.store.View(t.Context(), actor, func(tx *records.Tx) (err error) {
		answer, err = question(tx)
		return err
	})
	return answer, err
}

// same asks as the system and compares.
func same[T any](t *testing.T, w *world, what string, want T, question func(*records.Tx) (T, error), opts ...cmp.Option) {
	t.Helper()
	got, err := read(t, w, w.system, question)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", what, diff)
	}
}

func wantCode(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Errorf("%s: got error %v, want a fault %s", what, err, code)
	}
}

// admin connects as the superuser, whom neither grants nor row-level security bind.
func admin(t *testing.T) *pgx.Conn {
	t.Helper()
	return connect(t, testenv.AdminURL(t))
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() {
		if err := conn.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Errorf("close: %v", err)
		}
	})
	return conn
}

// exported lists the methods of Tx.
func exported(t *testing.T) []string {
	t.Helper()
	kind := reflect.TypeFor[*records.Tx]()
	names := make([]string, 0, kind.NumMethod())
	for i := range kind.NumMethod() {
		names = append(names, kind.Method(i).Name)
	}
	return names
}

// logOf reads the whole log of the office.
func logOf(t *testing.T, w *world) []efile.Event {
	t.Helper()
	var all []efile.Event
	for {
		var after int64
		if len(all) > 0 {
			after = all[len(all)-1].Sequence
		}
		part, err := read(t, w, w.system, func(tx *records.Tx) ([]efile.Event, error) {
			return tx.Events(t.Context(), records.EventFilter{After: after, Limit: 500})
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(part) == 0 {
			return all
		}
		all = append(all, part...)
	}
}
