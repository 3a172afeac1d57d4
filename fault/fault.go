// Package fault says how an error wants to be treated. A fault has a stable code, for people and machines, and one of
// five treatments; the chain behind it is for operators only. An error that is no fault is retried.
//
// Every code has a text in seven languages (package locale) and an entry in docs/codes.md; a test checks both.
// Start reading at Error.
package fault

import "errors"

// Treatment is what happens to the document (or request) that met the error.
type Treatment string

// The treatments.
const (
	Retry  Treatment = "retry"  // try again later; also everything unknown
	Wait   Treatment = "wait"   // a neighbour is away: wait without using up attempts
	Reject Treatment = "reject" // this file can never pass; its sender is told what to do
	Review Treatment = "review" // a person must look
	Cancel Treatment = "cancel" // no longer wanted
)

// Code names a fault for ever.
type Code string

// Codes of documents: what a station or the intake found.
const (
	Empty             Code = "empty"              // no bytes
	TooLarge          Code = "too_large"          // over the limit of one file
	TooManyFiles      Code = "too_many_files"     // over the limit of a submission or a day
	SubmissionTooBig  Code = "submission_too_big" // over the total of a submission
	TypeNotAccepted   Code = "type_not_accepted"  // not a format we take
	TypeMismatch      Code = "type_mismatch"      // name and bytes disagree in a way that matters
	Encrypted         Code = "encrypted"          // needs a password
	Unreadable        Code = "unreadable"         // damaged beyond repair
	DynamicXFA        Code = "xfa"                // the page only says "please wait"
	TooComplex        Code = "too_complex"        // too many pages, pixels, parts or endless drawing
	Malware           Code = "malware"            // withheld
	NotScanned        Code = "not_scanned"        // too large for the virus scanner: a person decides
	NoPages           Code = "no_pages"           // opens, but holds nothing
	PoorImage         Code = "poor_image"         // too dark, blurred or small to be read
	UnknownType       Code = "unknown_type"       // classification abstained
	UnsureType        Code = "unsure_type"        // classified, but below the threshold
	Combined          Code = "combined"           // several documents in one file
	NotFaithful       Code = "not_faithful"       // a rendition does not show what the original shows
	NotConformant     Code = "not_conformant"     // the archival rendition fails its check
	DigestMismatch    Code = "digest_mismatch"    // stored bytes are not what was received
	GaveUp            Code = "gave_up"            // the last attempt failed
	PageTimeout       Code = "page_timeout"       // a page took longer than its budget
	Duplicate         Code = "duplicate"          // the same bytes are in the case already
	MailParts         Code = "mail_parts"         // an e-mail too deeply nested or with too many parts
	ConverterMissing  Code = "converter_missing"  // office documents cannot be converted in this installation
	WithdrawnBySender Code = "withdrawn"          // taken back
)

// Codes of neighbours that are away.
const (
	ScannerUnavailable  Code = "scanner_unavailable"
	StorageUnavailable  Code = "storage_unavailable"
	DatabaseUnavailable Code = "database_unavailable"
	EndpointUnavailable Code = "endpoint_unavailable"
	ReaderUnavailable   Code = "reader_unavailable"
	ArchiveUnavailable  Code = "archive_unavailable"
)

// Codes of requests to the API.
const (
	Internal            Code = "internal"
	Unauthenticated     Code = "unauthenticated"
	Forbidden           Code = "forbidden"
	NotFound            Code = "not_found"
	Validation          Code = "validation"
	Conflict            Code = "conflict"
	Locked              Code = "locked"          // another request is writing to this upload
	OffsetMismatch      Code = "offset_mismatch" // tus: not the offset we hold
	Gone                Code = "gone"            // expired or ended
	LengthRequired      Code = "length_required"
	UnsupportedMedia    Code = "unsupported_media" // request body of a kind this address does not take
	PreconditionFailed  Code = "precondition_failed"
	RateLimited         Code = "rate_limited"
	CursorExpired       Code = "cursor_expired"
	IdempotencyConflict Code = "idempotency_conflict"
	CaseClosed          Code = "case_closed"
	UnknownProcedure    Code = "unknown_procedure"
	UnknownDocumentType Code = "unknown_document_type"
	BadCredentials      Code = "bad_credentials"
	CSRF                Code = "csrf"
	SubmissionClosed    Code = "submission_closed"
)

// Codes of the way out: retention, disposal, destruction.
const (
	NotClosed        Code = "not_closed"        // the case file is still open
	DocumentsPending Code = "documents_pending" // documents of the case are in work or wait for a person
	Held             Code = "held"              // a hold stops it
	NotDue           Code = "not_due"           // its retention period, or that of a document, runs, or no rule fits
	InDisposal       Code = "in_disposal"       // in another disposal, or another destruction of it is under way
	WrongStage       Code = "wrong_stage"       // the disposal does not allow this step now
	Blocked          Code = "blocked"           // a record was recalled after the offer
	Recalled         Code = "recalled"          // the case file was touched after it was put into the disposal
	ContainerInvalid Code = "container_invalid" // our own check of a finished container found mistakes: it does not leave
	ContainerChanged Code = "container_changed" // building a message again gave other bytes than those that may have left
	TransferTaken    Code = "transfer_taken"    // the archive's directory holds another file of this name
	ImportFailed     Code = "import_failed"     // the archive says that it could not take over all of it
	AnswerUnexpected Code = "answer_unexpected" // an archive's message that nothing here waits for
	NotArchived      Code = "not_archived"      // not everything that was delivered is confirmed and checked
	FourEyes         Code = "four_eyes"         // who proposed it cannot confirm it
	NotConfirmed     Code = "not_confirmed"     // nobody confirmed the destruction, or it can still be taken back
	BeingDestroyed   Code = "being_destroyed"   // the case file's destruction has begun
)

// Error is a fault. Err is the chain for operators; it may be nil and never reaches a page.
type Error struct {
	Code      Code
	Treatment Treatment
	Err       error
}

// Error returns code and chain, for logs.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns a fault. err may be nil.
func New(t Treatment, c Code, err error) *Error { return &Error{Code: c, Treatment: t, Err: err} }

// Of returns the fault in err's chain, or one of code Internal and treatment Retry when there is none; nil for nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	return &Error{Code: Internal, Treatment: Retry, Err: err}
}

// Is reports whether err's chain holds a fault of this code.
func Is(err error, c Code) bool {
	f, ok := errors.AsType[*Error](err)
	return ok && f.Code == c
}
