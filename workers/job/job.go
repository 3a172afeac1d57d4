// Package job names the jobs of the queue and their arguments: ids only, never contents. It is the one part of workers
// that others import, so that intake and web can put a document's first job into their transaction.
//
// Every job carries the office, because row-level security needs it before anything can be read.
package job

import "github.com/eakte/eakte/efile"

// Queues, one per resource.
const (
	QueueInspect   = "inspect"   // short: digests and virus scan
	QueueNormalise = "normalise" // conversion
	QueueRecognise = "recognise" // OCR, the long one
	QueueCompose   = "compose"
	QueueFile      = "file"
	QueueCare      = "care" // periodic
)

// Document names a document and the run it belongs to. A job whose generation is not the document's does nothing.
type Document struct {
	Office     efile.ID `json:"office"     river:"unique"`
	Document   efile.ID `json:"document"   river:"unique"`
	Generation int      `json:"generation" river:"unique"`
}

// Inspect is the first station.
type Inspect struct{ Document }

// Kind names the job.
func (Inspect) Kind() string { return "inspect" }

// Normalise makes the sound PDF.
type Normalise struct{ Document }

// Kind names the job.
func (Normalise) Kind() string { return "normalise" }

// Recognise reads pages First to Last (1-based, at most ten).
type Recognise struct {
	Document
	First int `json:"first" river:"unique"`
	Last  int `json:"last"  river:"unique"`
}

// Kind names the job.
func (Recognise) Kind() string { return "recognise" }

// Compose writes the archival rendition.
type Compose struct{ Document }

// Kind names the job.
func (Compose) Kind() string { return "compose" }

// File classifies, extracts and puts the document into its place.
type File struct{ Document }

// Kind names the job.
func (File) Kind() string { return "file" }

// Ring delivers one event to one endpoint.
type Ring struct {
	Office   efile.ID `json:"office"   river:"unique"`
	Endpoint efile.ID `json:"endpoint" river:"unique"`
	Event    efile.ID `json:"event"    river:"unique"`
	Replay   int      `json:"replay,omitempty" river:"unique"` // counts deliberate repeats
}

// Kind names the job.
func (Ring) Kind() string { return "ring" }

// Reconcile finds documents in a passing status without a live job, orphaned objects, stale uploads.
type Reconcile struct{}

// Kind names the job.
func (Reconcile) Kind() string { return "reconcile" }

// Fixity reads stored objects back and compares their digests.
type Fixity struct{}

// Kind names the job.
func (Fixity) Kind() string { return "fixity" }
