// Package job names the jobs of the queue and their arguments: ids only, never contents. It is the one part of workers
// that others import, so that intake and web can put a document's first job into their transaction.
//
// Every job carries the office, because row-level security needs it before anything can be read. Every job knows its
// queue and is unique among the jobs not yet finished, so inserting it twice does no harm.
package job

import (
	"github.com/eakte/eakte/efile"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// Queues, one per resource. Rings have a queue per endpoint, see RingQueue.
const (
	QueueInspect       = "inspect"        // short: digests and virus scan
	QueueNormalise     = "normalise"      // conversion
	QueueRecognise     = "recognise"      // OCR of short documents
	QueueRecogniseLong = "recognise_long" // OCR of long documents: fewer workers, so that short ones never wait behind them
	QueueCompose       = "compose"
	QueueFile          = "file"
	QueueArchive       = "archive" // messages to archives: long, and few at a time
	QueueCare          = "care"    // periodic
)

// LongDocument is the number of pages from which a document is read in QueueRecogniseLong.
const LongDocument = 20

// MaxAttempts is how often a station is tried before a person must look.
const MaxAttempts = 5

// Document names a document and the run it belongs to. A job whose generation is not the document's does nothing.
type Document struct {
	Office     efile.ID `json:"office"`
	Document   efile.ID `json:"document"`
	Generation int      `json:"generation"`
}

// Ref returns the document, also from the jobs that embed it.
func (d Document) Ref() Document { return d }

// Inspect is the first station.
type Inspect struct{ Document }

// Kind names the job.
func (Inspect) Kind() string { return string(efile.Inspect) }

// InsertOpts names queue and uniqueness.
func (Inspect) InsertOpts() river.InsertOpts { return options(QueueInspect, MaxAttempts) }

// Normalise makes the sound PDF.
type Normalise struct{ Document }

// Kind names the job.
func (Normalise) Kind() string { return string(efile.Normalise) }

// InsertOpts names queue and uniqueness.
func (Normalise) InsertOpts() river.InsertOpts { return options(QueueNormalise, MaxAttempts) }

// Recognise reads pages First to Last (1-based, at most ten) of a document of Pages pages.
type Recognise struct {
	Document
	First int `json:"first"`
	Last  int `json:"last"`
	Pages int `json:"pages"`
}

// Kind names the job.
func (Recognise) Kind() string { return string(efile.Recognise) }

// InsertOpts names queue and uniqueness; the queue depends on the length of the document.
func (r Recognise) InsertOpts() river.InsertOpts {
	if r.Pages >= LongDocument {
		return options(QueueRecogniseLong, MaxAttempts)
	}
	return options(QueueRecognise, MaxAttempts)
}

// Compose writes the archival rendition.
type Compose struct{ Document }

// Kind names the job.
func (Compose) Kind() string { return string(efile.Compose) }

// InsertOpts names queue and uniqueness.
func (Compose) InsertOpts() river.InsertOpts { return options(QueueCompose, MaxAttempts) }

// File classifies, extracts and puts the document into its place.
type File struct{ Document }

// Kind names the job.
func (File) Kind() string { return string(efile.File) }

// InsertOpts names queue and uniqueness.
func (File) InsertOpts() river.InsertOpts { return options(QueueFile, MaxAttempts) }

// Ring delivers one event to one endpoint.
type Ring struct {
	Office   efile.ID `json:"office"`
	Endpoint efile.ID `json:"endpoint"`
	Event    efile.ID `json:"event"`
	Replay   int64    `json:"replay,omitempty"` // tells deliberate repeats apart
}

// RingAttempts is the length of the retry table of the notification contract.
const RingAttempts = 10

// RingQueue names the queue of one endpoint: a dead consumer must not block the others.
func RingQueue(endpoint efile.ID) string { return "ring_" + endpoint.String() }

// Kind names the job.
func (Ring) Kind() string { return "ring" }

// InsertOpts names queue and uniqueness.
func (r Ring) InsertOpts() river.InsertOpts { return options(RingQueue(r.Endpoint), RingAttempts) }

// Reconcile finds documents in a passing status without a live job.
type Reconcile struct{}

// Kind names the job.
func (Reconcile) Kind() string { return "reconcile" }

// InsertOpts names queue and uniqueness.
func (Reconcile) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// Sweep removes orphaned objects, ended uploads and sessions, and answers kept long enough.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "sweep" }

// InsertOpts names queue and uniqueness.
func (Sweep) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// Fixity reads stored objects back and compares their digests.
type Fixity struct{}

// Kind names the job.
func (Fixity) Kind() string { return "fixity" }

// InsertOpts names queue and uniqueness.
func (Fixity) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// Learn has every office's corrections teach its classifier.
type Learn struct{}

// Kind names the job.
func (Learn) Kind() string { return "learn" }

// InsertOpts names queue and uniqueness.
func (Learn) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// Send builds one message of a disposal, checks it and hands it to the archive.
type Send struct {
	Office   efile.ID          `json:"office"`
	Disposal efile.ID          `json:"disposal"`
	Type     efile.MessageType `json:"type"`
}

// SendAttempts is how often a message is tried; an archive that is away uses up none.
const SendAttempts = 5

// Kind names the job.
func (Send) Kind() string { return "send" }

// InsertOpts names queue and uniqueness.
func (Send) InsertOpts() river.InsertOpts { return options(QueueArchive, SendAttempts) }

// Take reads an answer that a person brought and that lies in the store under storage.AnswerKey.
type Take struct {
	Office  efile.ID `json:"office"`
	Archive efile.ID `json:"archive"`
	Upload  efile.ID `json:"upload"`
	Size    int64    `json:"size"`
	SHA256  string   `json:"sha256"`
}

// Kind names the job.
func (Take) Kind() string { return "take" }

// InsertOpts names queue and uniqueness.
func (Take) InsertOpts() river.InsertOpts { return options(QueueArchive, SendAttempts) }

// Collect looks for answers of archives.
type Collect struct{}

// Kind names the job.
func (Collect) Kind() string { return "collect" }

// InsertOpts names queue and uniqueness.
func (Collect) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// Retain computes when closed case files are due.
type Retain struct{}

// Kind names the job.
func (Retain) Kind() string { return "retain" }

// InsertOpts names queue and uniqueness.
func (Retain) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// Destroy carries out the destructions that are confirmed and whose grace period is over.
type Destroy struct{}

// Kind names the job.
func (Destroy) Kind() string { return "destroy" }

// InsertOpts names queue and uniqueness.
func (Destroy) InsertOpts() river.InsertOpts { return options(QueueCare, 3) }

// options makes a job unique among the unfinished ones. River's default would count completed jobs too, and a document
// could then never pass a station twice.
func options(queue string, attempts int) river.InsertOpts {
	return river.InsertOpts{
		Queue:       queue,
		MaxAttempts: attempts,
		UniqueOpts: river.UniqueOpts{
			ByArgs: true,
			ByState: []rivertype.JobState{
				rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
				rivertype.JobStateRetryable, rivertype.JobStateScheduled,
			},
		},
	}
}
