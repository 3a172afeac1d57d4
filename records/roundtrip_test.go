package records_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/records"
)

// TestEveryAggregateComesBackAsItWasWritten reads through every method what newWorld wrote.
func TestEveryAggregateComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	stored := w.document
	stored.Version = 1
	if d, err := read(t, w, w.system, func(tx *records.Tx) (efile.Document, error) { return tx.Document(ctx, w.document.ID) }); err != nil {
		t.Fatal(err)
	} else if time.Since(d.Changed) > time.Minute || d.Changed.After(time.Now().Add(time.Minute)) {
		t.Errorf("document changed at %v, want about now", d.Changed)
	} else {
		stored.Changed = d.Changed
	}
	file := w.file
	file.Documents, file.Reviews = 1, 1
	if c, err := read(t, w, w.system, func(tx *records.Tx) (efile.Case, error) { return tx.Case(ctx, file.ID) }); err != nil {
		t.Fatal(err)
	} else if !c.Changed.After(file.Changed) {
		t.Errorf("case changed at %v, want later than %v: a document was added", c.Changed, file.Changed)
	} else {
		file.Changed = c.Changed
	}
	submission := w.submission
	submission.Files, submission.Bytes = 1, w.document.Size

	same(t, w, "case", file, func(tx *records.Tx) (efile.Case, error) { return tx.Case(ctx, file.ID) })
	same(t, w, "case by reference", file, func(tx *records.Tx) (efile.Case, error) { return tx.CaseByReference(ctx, file.Reference) })
	same(t, w, "case by outside reference", file, func(tx *records.Tx) (efile.Case, error) { return tx.CaseByExternal(ctx, "fachverfahren", "F-1") })
	same(t, w, "matter", w.matter, func(tx *records.Tx) (efile.Matter, error) { return tx.Matter(ctx, w.matter.ID) })
	same(t, w, "matters", []efile.Matter{w.matter}, func(tx *records.Tx) ([]efile.Matter, error) { return tx.Matters(ctx, file.ID) })
	same(t, w, "parties", []efile.Party{w.party}, func(tx *records.Tx) ([]efile.Party, error) { return tx.Parties(ctx, w.matter.ID) })
	same(t, w, "submission", submission, func(tx *records.Tx) (efile.Submission, error) { return tx.Submission(ctx, w.submission.ID) })
	same(t, w, "submissions", []efile.Submission{submission}, func(tx *records.Tx) ([]efile.Submission, error) { return tx.Submissions(ctx, file.ID) })
	same(t, w, "upload", w.upload, func(tx *records.Tx) (efile.Upload, error) { return tx.Upload(ctx, w.upload.ID) })
	same(t, w, "expired uploads", []efile.Upload{w.upload}, func(tx *records.Tx) ([]efile.Upload, error) {
		return tx.ExpiredUploads(ctx, w.upload.Expires.Add(time.Microsecond), 10)
	})
	same(t, w, "uploads that expire at that moment", []efile.Upload{}, func(tx *records.Tx) ([]efile.Upload, error) {
		return tx.ExpiredUploads(ctx, w.upload.Expires, 10)
	})
	same(t, w, "files of the case", 2, func(tx *records.Tx) (int, error) { return tx.CaseFilesSince(ctx, file.ID, clock()) })
	same(t, w, "files of the case after them", 0, func(tx *records.Tx) (int, error) {
		return tx.CaseFilesSince(ctx, file.ID, clock().Add(time.Microsecond))
	})
	same(t, w, "document", stored, func(tx *records.Tx) (efile.Document, error) { return tx.Document(ctx, stored.ID) })
	same(t, w, "documents", []efile.Document{stored}, func(tx *records.Tx) ([]efile.Document, error) { return tx.Documents(ctx, file.ID) })
	same(t, w, "documents of the submission", []efile.Document{stored}, func(tx *records.Tx) ([]efile.Document, error) {
		return tx.DocumentsOf(ctx, w.submission.ID)
	})
	same(t, w, "reviews", []efile.Document{stored}, func(tx *records.Tx) ([]efile.Document, error) { return tx.Reviews(ctx, 10) })
	same(t, w, "pages", w.pages, func(tx *records.Tx) ([]efile.Page, error) { return tx.Pages(ctx, stored.ID) })
	same(t, w, "page", w.pages[1], func(tx *records.Tx) (efile.Page, error) { return tx.Page(ctx, stored.ID, 2) })
	same(t, w, "rendition", w.rendition, func(tx *records.Tx) (efile.Rendition, error) { return tx.Rendition(ctx, stored.ID, efile.Archival, 0) })
	same(t, w, "all objects", []efile.Rendition{w.rendition}, func(tx *records.Tx) ([]efile.Rendition, error) {
		return tx.AllObjects(ctx, efile.ID{}, 10)
	})
	same(t, w, "segments", w.segments, func(tx *records.Tx) ([]efile.Segment, error) { return tx.Segments(ctx, stored.ID) })
	same(t, w, "fields", w.fields, func(tx *records.Tx) ([]efile.Field, error) { return tx.Fields(ctx, stored.ID) })
	same(t, w, "fields of the case", map[efile.ID][]efile.Field{stored.ID: w.fields}, func(tx *records.Tx) (map[efile.ID][]efile.Field, error) {
		return tx.CaseFields(ctx, file.ID)
	})
	same(t, w, "request", w.request, func(tx *records.Tx) (efile.Request, error) { return tx.Request(ctx, w.request.ID) })
	same(t, w, "requests", []efile.Request{w.request}, func(tx *records.Tx) ([]efile.Request, error) { return tx.Requests(ctx, file.ID) })
	same(t, w, "user", w.user, func(tx *records.Tx) (efile.User, error) { return tx.User(ctx, w.user.ID) })
	same(t, w, "user by login", w.user, func(tx *records.Tx) (efile.User, error) { return tx.UserByLogin(ctx, w.user.Login) })
	same(t, w, "users", []efile.User{w.user}, func(tx *records.Tx) ([]efile.User, error) { return tx.Users(ctx) })
	same(t, w, "access code", w.code, func(tx *records.Tx) (efile.AccessCode, error) { return tx.AccessCodeByHash(ctx, w.code.Hash) })
	same(t, w, "access codes", []efile.AccessCode{w.code}, func(tx *records.Tx) ([]efile.AccessCode, error) { return tx.AccessCodes(ctx, file.ID) })
	same(t, w, "service token", w.token, func(tx *records.Tx) (efile.ServiceToken, error) { return tx.ServiceTokenByHash(ctx, w.token.Hash) })
	same(t, w, "service tokens", []efile.ServiceToken{w.token}, func(tx *records.Tx) ([]efile.ServiceToken, error) { return tx.ServiceTokens(ctx) })
	same(t, w, "session", w.session, func(tx *records.Tx) (efile.Session, error) { return tx.SessionByHash(ctx, w.session.Hash) })
	same(t, w, "endpoint", w.endpoint, func(tx *records.Tx) (efile.Endpoint, error) { return tx.Endpoint(ctx, w.endpoint.ID) })
	same(t, w, "endpoints", []efile.Endpoint{w.endpoint}, func(tx *records.Tx) ([]efile.Endpoint, error) { return tx.Endpoints(ctx) })
	same(t, w, "deliveries", []efile.Delivery{w.delivery}, func(tx *records.Tx) ([]efile.Delivery, error) {
		return tx.Deliveries(ctx, w.endpoint.ID, 10)
	})
	same(t, w, "last success", w.delivery.At, func(tx *records.Tx) (time.Time, error) { return tx.LastSuccess(ctx, w.endpoint.ID) })
	same(t, w, "last success of nobody", time.Time{}, func(tx *records.Tx) (time.Time, error) { return tx.LastSuccess(ctx, efile.NewID()) })
	same(t, w, "findings", []records.Finding{w.finding}, func(tx *records.Tx) ([]records.Finding, error) { return tx.Findings(ctx, true) })
	same(t, w, "lessons in use", w.lessons, func(tx *records.Tx) (efile.Lessons, error) { return tx.LessonsInUse(ctx) })
	same(t, w, "sheets", []records.Sheet{}, func(tx *records.Tx) ([]records.Sheet, error) { return tx.SheetsOf(ctx, file.ID) })
	checkpoints, err := read(t, w, w.system, func(tx *records.Tx) ([]records.Checkpoint, error) { return tx.Checkpoints(ctx) })
	if err != nil || len(checkpoints) != 1 || checkpoints[0].Consumer != "case-system" || checkpoints[0].Sequence != 1 {
		t.Errorf("checkpoints: got %v, %v; want case-system at 1", checkpoints, err)
	}
	office, err := w.store.OfficeByKey(ctx, w.office.Key)
	if err != nil || office != w.office {
		t.Errorf("office by key: got %v, %v; want %v", office, err, w.office)
	}
	office, err = w.store.OfficeByID(ctx, w.office.ID)
	if err != nil || office != w.office {
		t.Errorf("office by id: got %v, %v; want %v", office, err, w.office)
	}
}

func TestWhatIsSavedReplacesWhatWasThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.office.Name, w.office.Limits = "Neu", efile.Limits{FileBytes: 5}
	w.file.Title, w.file.Status, w.file.Closed, w.file.ExternalRef = "Neu", efile.CaseCompleted, time.Time{}, "F-2"
	w.matter.Facts, w.matter.Application, w.matter.Closed = map[string]bool{"x": true}, nil, time.Time{}
	w.party.Surname = "Neu"
	w.upload.Offset, w.upload.Parts, w.upload.Done = 1<<31, []efile.UploadPart{}, true
	w.user.Roles, w.user.Disabled = []efile.Role{}, false
	w.endpoint.State, w.endpoint.Types = "off", []efile.EventType{}
	w.request.State, w.request.Due = efile.RequestFulfilled, time.Time{}
	w.request.Items[0].State, w.request.Items[0].DocumentID = "received", w.document.ID
	w.request.Items = append(w.request.Items, efile.RequestItem{Number: 2, DocumentType: "contract", State: "open"})
	w.segments, w.fields = w.segments[:1], w.fields[:1]
	w.in(t, w.system, func(tx *records.Tx) error {
		return errors.Join(tx.SaveOffice(ctx, w.office), tx.SaveCase(ctx, w.file), tx.SaveMatter(ctx, w.matter),
			tx.SaveParty(ctx, w.party), tx.SaveUpload(ctx, w.upload), tx.SaveUser(ctx, w.user),
			tx.SaveEndpoint(ctx, w.endpoint), tx.SaveRequest(ctx, w.request),
			tx.SaveReading(ctx, w.document.ID, w.segments, w.fields), tx.CloseSubmission(ctx, w.submission.ID, clock()),
			tx.CloseSubmission(ctx, w.submission.ID, clock().Add(time.Hour)),
			tx.RevokeAccessCode(ctx, w.code.ID), tx.RevokeServiceToken(ctx, w.token.ID),
			tx.ResolveFinding(ctx, w.finding.ID), tx.SaveCheckpoint(ctx, "case-system", 7))
	})
	if o, err := w.store.OfficeByID(ctx, w.office.ID); err != nil || o != w.office {
		t.Errorf("office: got %v, %v; want %v", o, err, w.office)
	}
	c, err := read(t, w, w.system, func(tx *records.Tx) (efile.Case, error) { return tx.CaseByExternal(ctx, "fachverfahren", "F-2") })
	if err != nil || c.Title != "Neu" || c.Status != efile.CaseCompleted || !c.Closed.IsZero() {
		t.Errorf("case: got %+v, %v", c, err)
	}
	same(t, w, "matter", w.matter, func(tx *records.Tx) (efile.Matter, error) { return tx.Matter(ctx, w.matter.ID) })
	same(t, w, "parties", []efile.Party{w.party}, func(tx *records.Tx) ([]efile.Party, error) { return tx.Parties(ctx, w.matter.ID) })
	same(t, w, "upload", w.upload, func(tx *records.Tx) (efile.Upload, error) { return tx.Upload(ctx, w.upload.ID) })
	same(t, w, "user", w.user, func(tx *records.Tx) (efile.User, error) { return tx.User(ctx, w.user.ID) })
	same(t, w, "endpoint", w.endpoint, func(tx *records.Tx) (efile.Endpoint, error) { return tx.Endpoint(ctx, w.endpoint.ID) })
	same(t, w, "request", w.request, func(tx *records.Tx) (efile.Request, error) { return tx.Request(ctx, w.request.ID) })
	same(t, w, "segments", w.segments, func(tx *records.Tx) ([]efile.Segment, error) { return tx.Segments(ctx, w.document.ID) })
	same(t, w, "fields", w.fields, func(tx *records.Tx) ([]efile.Field, error) { return tx.Fields(ctx, w.document.ID) })
	s, err := read(t, w, w.system, func(tx *records.Tx) (efile.Submission, error) { return tx.Submission(ctx, w.submission.ID) })
	if err != nil || s.Status != efile.SubmissionComplete || !s.Closed.Equal(clock()) {
		t.Errorf("submission closed twice: got %+v, %v; want complete since %v", s, err, clock())
	}
	a, err := read(t, w, w.system, func(tx *records.Tx) (efile.AccessCode, error) { return tx.AccessCodeByHash(ctx, w.code.Hash) })
	if err != nil || !a.Revoked {
		t.Errorf("access code: got %+v, %v; want revoked", a, err)
	}
	_, err = read(t, w, w.system, func(tx *records.Tx) (efile.Session, error) { return tx.SessionByHash(ctx, w.session.Hash) })
	wantCode(t, "session of a revoked code", err, fault.NotFound)
	k, err := read(t, w, w.system, func(tx *records.Tx) (efile.ServiceToken, error) { return tx.ServiceTokenByHash(ctx, w.token.Hash) })
	if err != nil || !k.Revoked {
		t.Errorf("service token: got %+v, %v; want revoked", k, err)
	}
	same(t, w, "open findings", []records.Finding{}, func(tx *records.Tx) ([]records.Finding, error) { return tx.Findings(ctx, true) })
}

func TestCasesAreFoundPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	ids := []efile.ID{w.file.ID}
	for _, title := range []string{"100% sicher", "Öztürk, Ayşe", "Dritter"} {
		c := efile.Case{Title: title}
		w.in(t, w.system, func(tx *records.Tx) error { c.ID = efile.ID{}; c.Reference = ""; return tx.AddCase(ctx, &c) })
		ids = append(ids, c.ID)
	}
	cases := []struct {
		name   string
		filter records.CaseFilter
		want   []int
	}{
		{"all, newest first", records.CaseFilter{}, []int{3, 2, 1, 0}},
		{"first page of two", records.CaseFilter{Limit: 2}, []int{3, 2}},
		{"second page of two", records.CaseFilter{Limit: 2, After: ids[2]}, []int{1, 0}},
		{"by part of the title in another letter case", records.CaseFilter{Query: "ztürk, ay"}, []int{2}},
		{"a per cent sign is a per cent sign", records.CaseFilter{Query: "%"}, []int{1}},
		{"an underscore is an underscore", records.CaseFilter{Query: "_"}, nil},
		{"by reference", records.CaseFilter{Query: w.file.Reference}, []int{0}},
		{"by status", records.CaseFilter{Status: efile.CaseReceived}, []int{0}},
		{"only with a review", records.CaseFilter{Review: true}, []int{0}},
		{"changed since tomorrow", records.CaseFilter{ChangedSince: time.Now().Add(24 * time.Hour)}, nil},
		{"changed since yesterday", records.CaseFilter{ChangedSince: time.Now().Add(-24 * time.Hour)}, []int{3, 2, 1, 0}},
	}
	for _, c := range cases {
		want := []efile.ID{}
		for _, i := range c.want {
			want = append(want, ids[i])
		}
		same(t, w, c.name, want, func(tx *records.Tx) ([]efile.ID, error) {
			found, err := tx.Cases(ctx, c.filter)
			got := []efile.ID{}
			for _, f := range found {
				got = append(got, f.ID)
			}
			return got, err
		})
	}
}

func TestReferencesCountWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	second := efile.Case{Opened: clock()}
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddCase(t.Context(), &second) })
	if w.file.Reference != "2026-000001" || second.Reference != "2026-000002" {
		t.Errorf("got references %q and %q, want 2026-000001 and 2026-000002", w.file.Reference, second.Reference)
	}
	taken := efile.Case{Reference: "2026-000001"}
	err := w.store.In(t.Context(), w.system, func(tx *records.Tx) error { return tx.AddCase(t.Context(), &taken) })
	wantCode(t, "a reference that is taken", err, fault.Conflict)
}

func TestTheSameBytesAreInACaseOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	again := w.document
	again.ID = efile.NewID()
	w.in(t, w.system, func(tx *records.Tx) error {
		wantCode(t, "the same bytes again", tx.AddDocument(ctx, again), fault.Conflict)
		d, found, err := tx.DocumentByDigest(ctx, w.file.ID, again.SHA256) // the transaction goes on
		if err != nil || !found || d.ID != w.document.ID {
			t.Errorf("document by digest: got %v %v %v, want the first one", d.ID, found, err)
		}
		return nil
	})
	part := again
	part.ParentID = w.document.ID
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddDocument(ctx, part) })
	same(t, w, "parts", 1, func(tx *records.Tx) (int, error) {
		children, err := tx.Children(ctx, w.document.ID)
		return len(children), err
	})
	w.in(t, w.applicant(w.file.ID), func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.Status = efile.Withdrawn
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	afresh := w.document
	afresh.ID = efile.NewID()
	w.in(t, w.system, func(tx *records.Tx) error {
		if _, found, err := tx.DocumentByDigest(ctx, w.file.ID, afresh.SHA256); found || err != nil {
			t.Errorf("document by digest after it was withdrawn: got %v, %v; want none", found, err)
		}
		return tx.AddDocument(ctx, afresh)
	})
}

func TestADocumentIsSavedOnlyByWhoHoldsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	err := w.store.In(ctx, w.system, func(tx *records.Tx) error {
		d, err := tx.Document(ctx, w.document.ID)
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	if err == nil || !strings.Contains(err.Error(), "does not hold") {
		t.Errorf("save without holding: got %v, want a refusal", err)
	}
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.Status, d.Code, d.Notes = efile.Filed, "", nil
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	d, err := read(t, w, w.system, func(tx *records.Tx) (efile.Document, error) { return tx.Document(ctx, w.document.ID) })
	if err != nil || d.Status != efile.Filed || d.Version != 2 || len(d.Notes) != 0 || d.FileName != w.document.FileName {
		t.Errorf("after saving: got %+v, %v; want filed, version 2, no notes", d, err)
	}
	err = w.store.In(ctx, w.applicant(w.file.ID), func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.Type = "other"
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	wantCode(t, "an applicant who corrects", err, fault.Forbidden)
}

func TestADocumentMovesWithAllThatHangsOnIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	other := testenv.Case(t, w.store, w.office)
	w.in(t, w.staff(efile.Caseworker), func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.CaseID, d.MatterID, d.RequestID = other.ID, efile.ID{}, efile.ID{}
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	seen, err := read(t, w, w.applicant(other.ID), func(tx *records.Tx) (int, error) {
		pages, err1 := tx.Pages(ctx, w.document.ID)
		fields, err2 := tx.Fields(ctx, w.document.ID)
		segments, err3 := tx.Segments(ctx, w.document.ID)
		renditions, err4 := tx.Renditions(ctx, w.document.ID)
		return len(pages) + len(fields) + len(segments) + len(renditions), errors.Join(err1, err2, err3, err4)
	})
	if err != nil || seen != 7 {
		t.Errorf("the applicant of the new case sees %d things, %v; want 7", seen, err)
	}
	_, err = read(t, w, w.applicant(w.file.ID), func(tx *records.Tx) (efile.Document, error) { return tx.Document(ctx, w.document.ID) })
	wantCode(t, "the applicant of the old case", err, fault.NotFound)
}

func TestPagesAreRecognisedRangeByRange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	left := func(tx *records.Tx) (int, error) { return tx.PagesLeft(ctx, w.document.ID) }
	same(t, w, "before", 2, left)
	page := w.pages[1]
	page.Text, page.Recognised = "hostile \x00 and \xff bytes", true
	for range 2 { // a job may run twice
		w.in(t, w.system, func(tx *records.Tx) error { return tx.SaveRecognised(ctx, w.document.ID, []efile.Page{page}) })
	}
	same(t, w, "after one", 1, left)
	page.Text = "hostile  and \uFFFD bytes"
	same(t, w, "the page", page, func(tx *records.Tx) (efile.Page, error) { return tx.Page(ctx, w.document.ID, 2) })
	w.in(t, w.system, func(tx *records.Tx) error { return tx.SavePages(ctx, w.document.ID, w.pages[:1]) })
	same(t, w, "after a new run", w.pages[:1], func(tx *records.Tx) ([]efile.Page, error) { return tx.Pages(ctx, w.document.ID) })
	err := w.store.In(ctx, w.system, func(tx *records.Tx) error { return tx.SavePages(ctx, efile.NewID(), w.pages) })
	wantCode(t, "pages of no document", err, fault.NotFound)
}

func TestRenditionsBelongToTheGeneration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	original := efile.Rendition{DocumentID: w.document.ID, Kind: efile.Original, MediaType: "application/pdf", Key: "o",
		Size: 1, SHA256: w.document.SHA256, Generation: 1}
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.Generation = 2
		return errors.Join(err, tx.AddRendition(ctx, original), tx.SaveDocument(ctx, d))
	})
	_, err := read(t, w, w.system, func(tx *records.Tx) (efile.Rendition, error) {
		return tx.Rendition(ctx, w.document.ID, efile.Archival, 0)
	})
	wantCode(t, "the rendition of the generation before", err, fault.NotFound)
	again := w.rendition
	again.ID, again.Generation, again.Key = efile.ID{}, 0, "first"
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddRendition(ctx, again) })
	again.Key = "second"
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddRendition(ctx, again) })
	same(t, w, "renditions", []string{"second", "o"}, func(tx *records.Tx) ([]string, error) {
		list, err := tx.Renditions(ctx, w.document.ID)
		keys := []string{}
		for _, r := range list {
			keys = append(keys, r.Key)
		}
		return keys, err
	})
	same(t, w, "objects of every generation", 3, func(tx *records.Tx) (int, error) {
		list, err := tx.AllObjects(ctx, efile.ID{}, 0)
		return len(list), err
	})
}

func TestAWithheldOriginalIsForSecurityOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.Status, d.Code = efile.Rejected, string(fault.Malware)
		return errors.Join(err, tx.SaveDocument(ctx, d), tx.AddRendition(ctx, efile.Rendition{DocumentID: d.ID,
			Kind: efile.Original, MediaType: "application/pdf", Key: "o", Size: 1, SHA256: d.SHA256}))
	})
	original := func(tx *records.Tx) (efile.Rendition, error) {
		return tx.Rendition(ctx, w.document.ID, efile.Original, 0)
	}
	_, err := read(t, w, w.staff(efile.Caseworker), original)
	wantCode(t, "a caseworker", err, fault.Forbidden)
	_, err = read(t, w, w.applicant(w.file.ID), original)
	wantCode(t, "the applicant", err, fault.Forbidden)
	if _, err = read(t, w, w.staff(efile.Security), original); err != nil {
		t.Errorf("security: %v", err)
	}
	listed, err := read(t, w, w.staff(efile.Caseworker), func(tx *records.Tx) ([]efile.Rendition, error) {
		return tx.Renditions(ctx, w.document.ID)
	})
	if err != nil || len(listed) != 1 || listed[0].Kind != efile.Archival {
		t.Errorf("renditions for a caseworker: got %v, %v; want the archival one", listed, err)
	}
}

func TestStuckDocumentsAndTheirJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		d.Status = efile.Processing
		return errors.Join(err, tx.SaveDocument(ctx, d))
	})
	stuck := func(olderThan time.Time) func(tx *records.Tx) (int, error) {
		return func(tx *records.Tx) (int, error) {
			list, err := tx.Stuck(ctx, olderThan, 10)
			return len(list), err
		}
	}
	same(t, w, "unchanged for a minute", 0, stuck(time.Now().Add(-time.Minute)))
	same(t, w, "unchanged until in a minute", 1, stuck(time.Now().Add(time.Minute)))
	conn := admin(t)
	for _, job := range []struct{ id, state string }{
		{w.document.ID.String(), "running"}, {w.document.ID.String(), "retryable"},
		{w.document.ID.String(), "completed"}, {efile.NewID().String(), "available"},
	} {
		_, err := conn.Exec(ctx, `insert into river_job (state, finalized_at, max_attempts, args, kind)
			values ($1::text::river_job_state, case when $1::text = 'completed' then now() end, 1, jsonb_build_object('document', $2::text), 'inspect')`,
			job.state, job.id)
		if err != nil {
			t.Fatal(err)
		}
	}
	same(t, w, "live jobs", 2, func(tx *records.Tx) (int, error) { return tx.LiveJobs(ctx, w.document.ID) })
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	later := clock().Add(time.Minute)
	w.in(t, w.system, func(tx *records.Tx) error {
		return errors.Join(tx.TouchSession(ctx, w.session.Hash, later), tx.TouchSession(ctx, w.session.Hash, clock()))
	})
	w.session.LastSeen = later
	session := func(tx *records.Tx) (efile.Session, error) { return tx.SessionByHash(ctx, w.session.Hash) }
	same(t, w, "touched", w.session, session)
	ended := func(before time.Time) (n int64) {
		w.in(t, w.system, func(tx *records.Tx) (err error) { n, err = tx.EndExpiredSessions(ctx, before); return err })
		return n
	}
	if n := ended(w.session.Expires); n != 0 {
		t.Errorf("sessions ended at the moment they expire: got %d, want 0", n)
	}
	if n := ended(w.session.Expires.Add(time.Microsecond)); n != 1 {
		t.Errorf("sessions ended after they expired: got %d, want 1", n)
	}
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddSession(ctx, w.session) })
	w.in(t, w.system, func(tx *records.Tx) error {
		return errors.Join(tx.EndSession(ctx, w.session.Hash), tx.EndSession(ctx, w.session.Hash))
	})
	_, err := read(t, w, w.system, session)
	wantCode(t, "after signing out", err, fault.NotFound)
}

func TestANewPasswordEndsTheSessionsOfItsUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	mine := w.session
	mine.Hash, mine.Actor = []byte("mine"), efile.Actor{Kind: efile.Staff, ID: w.user.ID, Office: w.office.ID}
	other := mine
	other.Hash, other.Actor.ID = []byte("other"), efile.NewID()
	lasts := func(s efile.Session) bool {
		_, err := read(t, w, w.system, func(tx *records.Tx) (efile.Session, error) { return tx.SessionByHash(ctx, s.Hash) })
		return err == nil
	}
	save := func(change func(*efile.User)) {
		change(&w.user)
		w.in(t, w.system, func(tx *records.Tx) error { return tx.SaveUser(ctx, w.user) })
	}
	save(func(u *efile.User) { u.Disabled = false })
	w.in(t, w.system, func(tx *records.Tx) error { return errors.Join(tx.AddSession(ctx, mine), tx.AddSession(ctx, other)) })
	save(func(u *efile.User) { u.Name = "Another" })
	if !lasts(mine) {
		t.Error("a new name ended the session, want it to last")
	}
	save(func(u *efile.User) { u.PasswordHash = "another" })
	if lasts(mine) {
		t.Error("the session outlived its password")
	}
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddSession(ctx, mine) })
	save(func(u *efile.User) { u.Disabled = true })
	if lasts(mine) {
		t.Error("the session outlived the user's disabling")
	}
	if !lasts(other) {
		t.Error("another user's session ended too")
	}
}

func TestAnAnswerIsGivenOncePerKeyAndActor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.in(t, w.system, func(tx *records.Tx) error {
		answer, status, found, err := tx.Answered(ctx, "key", []byte("hash"))
		if string(answer) != "answer" || status != 201 || !found || err != nil {
			t.Errorf("same body: got %q %d %v %v", answer, status, found, err)
		}
		_, _, _, err = tx.Answered(ctx, "key", []byte("other"))
		wantCode(t, "another body", err, fault.IdempotencyConflict)
		_, _, found, err = tx.Answered(ctx, "another key", []byte("hash"))
		if found || err != nil {
			t.Errorf("another key: got %v, %v", found, err)
		}
		return nil
	})
	w.in(t, w.service(efile.ScopeSubmit), func(tx *records.Tx) error {
		_, _, found, err := tx.Answered(ctx, "key", []byte("hash"))
		if found || err != nil {
			t.Errorf("another actor: got %v, %v", found, err)
		}
		return tx.SaveAnswer(ctx, "key", []byte("hash"), 200, nil)
	})
	err := w.store.In(ctx, w.system, func(tx *records.Tx) error { return tx.SaveAnswer(ctx, "key", []byte("x"), 200, nil) })
	wantCode(t, "a second answer", err, fault.Conflict)
	w.in(t, w.system, func(tx *records.Tx) error {
		n, err := tx.ForgetAnswers(ctx, time.Now().Add(time.Hour))
		if n != 3 {
			t.Errorf("forgot %d answers, want 3", n)
		}
		return err
	})
}

func TestAFindingFoundAgainIsTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	again := w.finding
	again.ID, again.Detail = efile.ID{}, "still"
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddFinding(ctx, again) })
	w.finding.Detail = "still"
	findings := func(tx *records.Tx) ([]records.Finding, error) { return tx.Findings(ctx, true) }
	same(t, w, "found again", []records.Finding{w.finding}, findings)
	w.in(t, w.system, func(tx *records.Tx) error {
		return errors.Join(tx.ResolveFinding(ctx, w.finding.ID), tx.AddFinding(ctx, again))
	})
	list, err := read(t, w, w.system, findings)
	if err != nil || len(list) != 1 || list[0].ID == w.finding.ID {
		t.Errorf("found after it was resolved: got %v, %v; want a new one", list, err)
	}
}

func TestSheetsAreThoseOfWholeDocumentsOfTheCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	w.in(t, w.system, func(tx *records.Tx) error { return tx.SaveRecognised(ctx, w.document.ID, w.pages[:1]) })
	same(t, w, "while a page is not read", []records.Sheet{}, func(tx *records.Tx) ([]records.Sheet, error) { return tx.SheetsOf(ctx, w.file.ID) })
	w.in(t, w.system, func(tx *records.Tx) error { return tx.SaveRecognised(ctx, w.document.ID, w.pages[1:]) })
	whole := []records.Sheet{
		{DocumentID: w.document.ID, Number: 1, PrintImage: "0123456789abcdef", PrintText: "fedcba9876543210"},
		{DocumentID: w.document.ID, Number: 2, Blank: true},
	}
	same(t, w, "once all are", whole, func(tx *records.Tx) ([]records.Sheet, error) { return tx.SheetsOf(ctx, w.file.ID) })
	same(t, w, "of another case", []records.Sheet{}, func(tx *records.Tx) ([]records.Sheet, error) { return tx.SheetsOf(ctx, efile.NewID()) })
}

func TestSimilarDocumentsAreOfOneCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	second, other := w.document, testenv.Case(t, w.store, w.office)
	second.ID, second.SHA256, second.SimilarTo = efile.NewID(), digest("c"), w.document.ID
	w.in(t, w.system, func(tx *records.Tx) error { return tx.AddDocument(ctx, second) })
	similar := func(tx *records.Tx) (efile.ID, error) {
		d, err := tx.Document(ctx, second.ID)
		return d.SimilarTo, err
	}
	same(t, w, "in its case", w.document.ID, similar)
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, second.ID)
		if err != nil {
			return err
		}
		d.CaseID, d.MatterID, d.RequestID = other.ID, efile.ID{}, efile.ID{}
		return tx.SaveDocument(ctx, d)
	})
	same(t, w, "moved to another case", efile.ID{}, similar)
}

func TestLessonsAreChosenAmongVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	inUse := func(tx *records.Tx) (int, error) {
		l, err := tx.LessonsInUse(ctx)
		return l.Number, err
	}
	add := func(l efile.Lessons) {
		w.in(t, w.system, func(tx *records.Tx) error { return tx.AddLessons(ctx, &l) })
	}
	same(t, w, "the only one", 1, inUse)
	add(efile.Lessons{Kind: efile.LessonsLearnt, Examples: 50})
	same(t, w, "one that is not better", 1, inUse)
	add(efile.Lessons{Kind: efile.LessonsLearnt, Better: true, File: []byte("{}")})
	same(t, w, "a better one", 3, inUse)
	add(efile.Lessons{Kind: efile.LessonsChosen, Again: 1, File: w.lessons.File})
	same(t, w, "one chosen again", 4, inUse)
	add(efile.Lessons{Kind: efile.LessonsOff})
	same(t, w, "switched off", 5, inUse)
	all, err := read(t, w, w.system, func(tx *records.Tx) ([]efile.Lessons, error) { return tx.Lessons(ctx, 3) })
	if err != nil || len(all) != 3 || all[0].Number != 5 || all[1].Again != 1 || all[2].File != nil {
		t.Errorf("the last three: got %+v, %v", all, err)
	}
	_, err = read(t, w, w.system, func(tx *records.Tx) ([]byte, error) { return tx.LessonsFile(ctx, 9) })
	wantCode(t, "a version that does not exist", err, fault.NotFound)
	stranger := testenv.Office(t, w.store)
	err = w.store.View(ctx, efile.SystemIn(stranger.ID), func(tx *records.Tx) error {
		l, err := tx.LessonsInUse(ctx)
		if l.Number != 0 {
			t.Errorf("another office uses version %d, want none", l.Number)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOnlySettledTypesAreTaught(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testenv.Database(t))
	ctx := t.Context()
	taught := func(tx *records.Tx) (int, error) {
		all, err := tx.Taught(ctx, 10)
		return len(all), err
	}
	same(t, w, "a type that the model gave", 0, taught)
	w.in(t, w.system, func(tx *records.Tx) error {
		d, err := tx.LockDocument(ctx, w.document.ID)
		if err != nil {
			return err
		}
		d.TypeBy, d.Status = "caseworker", efile.Filed
		return tx.SaveDocument(ctx, d)
	})
	same(t, w, "one that a person gave", 1, taught)
}
