package efile

import "time"

// Upload is a file on its way in: a tus upload or one part of a form. It lives until its document is recorded or it
// expires.
type Upload struct {
	ID           ID
	CaseID       ID
	SubmissionID ID
	DocumentID   ID     // minted with the upload, so the object's key is known from the first byte
	FileName     string // cleaned for display
	MediaType    string // the sender's claim
	Length       int64  // announced
	Offset       int64  // safely stored
	Multipart    string // the store's id of the multipart upload; empty: none yet
	Parts        []UploadPart
	Tail         string // key of the object holding the bytes after the last full part; empty: none
	TailSize     int64
	HashState    []byte    // SHA-256 midstate over the first Offset bytes (encoding.BinaryMarshaler)
	Writer       ID        // the one request that may write now; zero: none
	WriterUntil  time.Time // end of the writer's lease, prolonged while bytes flow; a killed process loses it by then
	Done         bool      // the document is recorded
	Expires      time.Time
	Created      time.Time
}

// UploadPart is one stored part of a multipart upload.
type UploadPart struct {
	Number int    `json:"number"`
	ETag   string `json:"etag"`
	Size   int64  `json:"size"`
}

// Receipt is the promise given for an upload, only after object, record and first job are committed.
type Receipt struct {
	DocumentID ID
	SHA256     string
	Size       int64
	Received   time.Time
	Duplicate  bool // the same bytes are in the case already; DocumentID names that document
}
