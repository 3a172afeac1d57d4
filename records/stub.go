package records

import (
	"context"
	"time"

	"github.com/eakte/eakte/efile"
)

// Append buffers an event; it is written at the end of the transaction.
func (tx *Tx) Append(event efile.Event) {}

// Offices is written below soon.
func (s *Store) Offices(ctx context.Context) ([]efile.Office, error) { return nil, errMissing }

// OfficeByKey is written below soon.
func (s *Store) OfficeByKey(ctx context.Context, key string) (efile.Office, error) {
	return efile.Office{}, errMissing
}

// OfficeByID is written below soon.
func (s *Store) OfficeByID(ctx context.Context, id efile.ID) (efile.Office, error) {
	return efile.Office{}, errMissing
}

// CreateOffice is written below soon.
func (s *Store) CreateOffice(ctx context.Context, office efile.Office) error { return errMissing }

// WaitEvents is written below soon.
func (s *Store) WaitEvents(ctx context.Context, office efile.ID, after int64) error {
	return errMissing
}

// SaveOffice is written below soon.
func (tx *Tx) SaveOffice(ctx context.Context, office efile.Office) error { return errMissing }

// AddUser is written below soon.
func (tx *Tx) AddUser(ctx context.Context, u efile.User) error { return errMissing }

// SaveUser is written below soon.
func (tx *Tx) SaveUser(ctx context.Context, u efile.User) error { return errMissing }

// UserByLogin is written below soon.
func (tx *Tx) UserByLogin(ctx context.Context, login string) (efile.User, error) {
	return efile.User{}, errMissing
}

// User is written below soon.
func (tx *Tx) User(ctx context.Context, id efile.ID) (efile.User, error) {
	return efile.User{}, errMissing
}

// Users is written below soon.
func (tx *Tx) Users(ctx context.Context) ([]efile.User, error) { return nil, errMissing }

// AddAccessCode is written below soon.
func (tx *Tx) AddAccessCode(ctx context.Context, c efile.AccessCode) error { return errMissing }

// AccessCodeByHash is written below soon.
func (tx *Tx) AccessCodeByHash(ctx context.Context, hash []byte) (efile.AccessCode, error) {
	return efile.AccessCode{}, errMissing
}

// AccessCodes is written below soon.
func (tx *Tx) AccessCodes(ctx context.Context, caseID efile.ID) ([]efile.AccessCode, error) {
	return nil, errMissing
}

// RevokeAccessCode is written below soon.
func (tx *Tx) RevokeAccessCode(ctx context.Context, id efile.ID) error { return errMissing }

// AddServiceToken is written below soon.
func (tx *Tx) AddServiceToken(ctx context.Context, t efile.ServiceToken) error { return errMissing }

// ServiceTokenByHash is written below soon.
func (tx *Tx) ServiceTokenByHash(ctx context.Context, hash []byte) (efile.ServiceToken, error) {
	return efile.ServiceToken{}, errMissing
}

// ServiceTokens is written below soon.
func (tx *Tx) ServiceTokens(ctx context.Context) ([]efile.ServiceToken, error) {
	return nil, errMissing
}

// RevokeServiceToken is written below soon.
func (tx *Tx) RevokeServiceToken(ctx context.Context, id efile.ID) error { return errMissing }

// AddSession is written below soon.
func (tx *Tx) AddSession(ctx context.Context, s efile.Session) error { return errMissing }

// SessionByHash is written below soon.
func (tx *Tx) SessionByHash(ctx context.Context, hash []byte) (efile.Session, error) {
	return efile.Session{}, errMissing
}

// TouchSession is written below soon.
func (tx *Tx) TouchSession(ctx context.Context, hash []byte, at time.Time) error { return errMissing }

// EndSession is written below soon.
func (tx *Tx) EndSession(ctx context.Context, hash []byte) error { return errMissing }

// EndExpiredSessions is written below soon.
func (tx *Tx) EndExpiredSessions(ctx context.Context, before time.Time) (int64, error) {
	return 0, errMissing
}

// AddCase is written below soon.
func (tx *Tx) AddCase(ctx context.Context, c *efile.Case) error { return errMissing }

// SaveCase is written below soon.
func (tx *Tx) SaveCase(ctx context.Context, c efile.Case) error { return errMissing }

// Case is written below soon.
func (tx *Tx) Case(ctx context.Context, id efile.ID) (efile.Case, error) {
	return efile.Case{}, errMissing
}

// CaseByReference is written below soon.
func (tx *Tx) CaseByReference(ctx context.Context, reference string) (efile.Case, error) {
	return efile.Case{}, errMissing
}

// CaseByExternal is written below soon.
func (tx *Tx) CaseByExternal(ctx context.Context, system, ref string) (efile.Case, error) {
	return efile.Case{}, errMissing
}

// Cases is written below soon.
func (tx *Tx) Cases(ctx context.Context, f CaseFilter) ([]efile.Case, error) { return nil, errMissing }

// AddMatter is written below soon.
func (tx *Tx) AddMatter(ctx context.Context, m efile.Matter) error { return errMissing }

// SaveMatter is written below soon.
func (tx *Tx) SaveMatter(ctx context.Context, m efile.Matter) error { return errMissing }

// Matter is written below soon.
func (tx *Tx) Matter(ctx context.Context, id efile.ID) (efile.Matter, error) {
	return efile.Matter{}, errMissing
}

// Matters is written below soon.
func (tx *Tx) Matters(ctx context.Context, caseID efile.ID) ([]efile.Matter, error) {
	return nil, errMissing
}

// AddParty is written below soon.
func (tx *Tx) AddParty(ctx context.Context, p efile.Party) error { return errMissing }

// SaveParty is written below soon.
func (tx *Tx) SaveParty(ctx context.Context, p efile.Party) error { return errMissing }

// Parties is written below soon.
func (tx *Tx) Parties(ctx context.Context, matterID efile.ID) ([]efile.Party, error) {
	return nil, errMissing
}

// AddSubmission is written below soon.
func (tx *Tx) AddSubmission(ctx context.Context, s efile.Submission) error { return errMissing }

// Submission is written below soon.
func (tx *Tx) Submission(ctx context.Context, id efile.ID) (efile.Submission, error) {
	return efile.Submission{}, errMissing
}

// Submissions is written below soon.
func (tx *Tx) Submissions(ctx context.Context, caseID efile.ID) ([]efile.Submission, error) {
	return nil, errMissing
}

// CloseSubmission is written below soon.
func (tx *Tx) CloseSubmission(ctx context.Context, id efile.ID, at time.Time) error {
	return errMissing
}

// CaseFilesSince is written below soon.
func (tx *Tx) CaseFilesSince(ctx context.Context, caseID efile.ID, since time.Time) (int, error) {
	return 0, errMissing
}

// AddUpload is written below soon.
func (tx *Tx) AddUpload(ctx context.Context, u efile.Upload) error { return errMissing }

// Upload is written below soon.
func (tx *Tx) Upload(ctx context.Context, id efile.ID) (efile.Upload, error) {
	return efile.Upload{}, errMissing
}

// LockUpload is written below soon.
func (tx *Tx) LockUpload(ctx context.Context, id efile.ID) (efile.Upload, error) {
	return efile.Upload{}, errMissing
}

// SaveUpload is written below soon.
func (tx *Tx) SaveUpload(ctx context.Context, u efile.Upload) error { return errMissing }

// DeleteUpload is written below soon.
func (tx *Tx) DeleteUpload(ctx context.Context, id efile.ID) error { return errMissing }

// ExpiredUploads is written below soon.
func (tx *Tx) ExpiredUploads(ctx context.Context, before time.Time, limit int) ([]efile.Upload, error) {
	return nil, errMissing
}

// AddDocument is written below soon.
func (tx *Tx) AddDocument(ctx context.Context, d efile.Document) error { return errMissing }

// Document is written below soon.
func (tx *Tx) Document(ctx context.Context, id efile.ID) (efile.Document, error) {
	return efile.Document{}, errMissing
}

// LockDocument is written below soon.
func (tx *Tx) LockDocument(ctx context.Context, id efile.ID) (efile.Document, error) {
	return efile.Document{}, errMissing
}

// SaveDocument is written below soon.
func (tx *Tx) SaveDocument(ctx context.Context, d efile.Document) error { return errMissing }

// DocumentByDigest is written below soon.
func (tx *Tx) DocumentByDigest(ctx context.Context, caseID efile.ID, sha256 string) (efile.Document, bool, error) {
	return efile.Document{}, false, errMissing
}

// Documents is written below soon.
func (tx *Tx) Documents(ctx context.Context, caseID efile.ID) ([]efile.Document, error) {
	return nil, errMissing
}

// DocumentsOf is written below soon.
func (tx *Tx) DocumentsOf(ctx context.Context, submissionID efile.ID) ([]efile.Document, error) {
	return nil, errMissing
}

// Children is written below soon.
func (tx *Tx) Children(ctx context.Context, documentID efile.ID) ([]efile.Document, error) {
	return nil, errMissing
}

// SavePages is written below soon.
func (tx *Tx) SavePages(ctx context.Context, docID efile.ID, pages []efile.Page) error {
	return errMissing
}

// SaveRecognised is written below soon.
func (tx *Tx) SaveRecognised(ctx context.Context, docID efile.ID, pages []efile.Page) error {
	return errMissing
}

// PagesLeft is written below soon.
func (tx *Tx) PagesLeft(ctx context.Context, docID efile.ID) (int, error) { return 0, errMissing }

// Pages is written below soon.
func (tx *Tx) Pages(ctx context.Context, docID efile.ID) ([]efile.Page, error) {
	return nil, errMissing
}

// Page is written below soon.
func (tx *Tx) Page(ctx context.Context, docID efile.ID, n int) (efile.Page, error) {
	return efile.Page{}, errMissing
}

// AddRendition is written below soon.
func (tx *Tx) AddRendition(ctx context.Context, r efile.Rendition) error { return errMissing }

// Renditions is written below soon.
func (tx *Tx) Renditions(ctx context.Context, docID efile.ID) ([]efile.Rendition, error) {
	return nil, errMissing
}

// Rendition is written below soon.
func (tx *Tx) Rendition(ctx context.Context, docID efile.ID, kind efile.RenditionKind, page int) (efile.Rendition, error) {
	return efile.Rendition{}, errMissing
}

// SaveReading is written below soon.
func (tx *Tx) SaveReading(ctx context.Context, docID efile.ID, segments []efile.Segment, fields []efile.Field) error {
	return errMissing
}

// Segments is written below soon.
func (tx *Tx) Segments(ctx context.Context, docID efile.ID) ([]efile.Segment, error) {
	return nil, errMissing
}

// Fields is written below soon.
func (tx *Tx) Fields(ctx context.Context, docID efile.ID) ([]efile.Field, error) {
	return nil, errMissing
}

// Reviews is written below soon.
func (tx *Tx) Reviews(ctx context.Context, limit int) ([]efile.Document, error) {
	return nil, errMissing
}

// Stuck is written below soon.
func (tx *Tx) Stuck(ctx context.Context, olderThan time.Time, limit int) ([]efile.Document, error) {
	return nil, errMissing
}

// LiveJobs is written below soon.
func (tx *Tx) LiveJobs(ctx context.Context, docID efile.ID) (int, error) { return 0, errMissing }

// AllObjects is written below soon.
func (tx *Tx) AllObjects(ctx context.Context, after efile.ID, limit int) ([]efile.Rendition, error) {
	return nil, errMissing
}

// NoteRead is written below soon.
func (tx *Tx) NoteRead(ctx context.Context, docID efile.ID, kind efile.RenditionKind, page int) error {
	return errMissing
}

// AddRequest is written below soon.
func (tx *Tx) AddRequest(ctx context.Context, r efile.Request) error { return errMissing }

// Request is written below soon.
func (tx *Tx) Request(ctx context.Context, id efile.ID) (efile.Request, error) {
	return efile.Request{}, errMissing
}

// Requests is written below soon.
func (tx *Tx) Requests(ctx context.Context, caseID efile.ID) ([]efile.Request, error) {
	return nil, errMissing
}

// SaveRequest is written below soon.
func (tx *Tx) SaveRequest(ctx context.Context, r efile.Request) error { return errMissing }

// Events is written below soon.
func (tx *Tx) Events(ctx context.Context, f EventFilter) ([]efile.Event, error) {
	return nil, errMissing
}

// Event is written below soon.
func (tx *Tx) Event(ctx context.Context, id efile.ID) (efile.Event, error) {
	return efile.Event{}, errMissing
}

// VerifyEvents is written below soon.
func (tx *Tx) VerifyEvents(ctx context.Context, anchors ...Anchor) (entries int64, broken *Broken, err error) {
	return 0, nil, errMissing
}

// EventAnchor is written below soon.
func (tx *Tx) EventAnchor(ctx context.Context) (Anchor, error) { return Anchor{}, errMissing }

// SaveCheckpoint is written below soon.
func (tx *Tx) SaveCheckpoint(ctx context.Context, consumer string, sequence int64) error {
	return errMissing
}

// Checkpoints is written below soon.
func (tx *Tx) Checkpoints(ctx context.Context) ([]Checkpoint, error) { return nil, errMissing }

// AddEndpoint is written below soon.
func (tx *Tx) AddEndpoint(ctx context.Context, e efile.Endpoint) error { return errMissing }

// SaveEndpoint is written below soon.
func (tx *Tx) SaveEndpoint(ctx context.Context, e efile.Endpoint) error { return errMissing }

// Endpoint is written below soon.
func (tx *Tx) Endpoint(ctx context.Context, id efile.ID) (efile.Endpoint, error) {
	return efile.Endpoint{}, errMissing
}

// Endpoints is written below soon.
func (tx *Tx) Endpoints(ctx context.Context) ([]efile.Endpoint, error) { return nil, errMissing }

// AddDelivery is written below soon.
func (tx *Tx) AddDelivery(ctx context.Context, d efile.Delivery) error { return errMissing }

// Deliveries is written below soon.
func (tx *Tx) Deliveries(ctx context.Context, endpointID efile.ID, limit int) ([]efile.Delivery, error) {
	return nil, errMissing
}

// LastSuccess is written below soon.
func (tx *Tx) LastSuccess(ctx context.Context, endpointID efile.ID) (time.Time, error) {
	return time.Time{}, errMissing
}

// Answered is written below soon.
func (tx *Tx) Answered(ctx context.Context, key string, bodyHash []byte) (answer []byte, status int, found bool, err error) {
	return nil, 0, false, errMissing
}

// SaveAnswer is written below soon.
func (tx *Tx) SaveAnswer(ctx context.Context, key string, bodyHash []byte, status int, answer []byte) error {
	return errMissing
}

// ForgetAnswers is written below soon.
func (tx *Tx) ForgetAnswers(ctx context.Context, before time.Time) (int64, error) {
	return 0, errMissing
}

// AddFinding is written below soon.
func (tx *Tx) AddFinding(ctx context.Context, f Finding) error { return errMissing }

// Findings is written below soon.
func (tx *Tx) Findings(ctx context.Context, open bool) ([]Finding, error) { return nil, errMissing }

// ResolveFinding is written below soon.
func (tx *Tx) ResolveFinding(ctx context.Context, id efile.ID) error { return errMissing }
