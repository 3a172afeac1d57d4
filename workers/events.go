package workers

import (
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

// appendDocument puts an event about a document into the log; archival is the rendition just written, nil when none was.
func appendDocument(tx *records.Tx, t efile.EventType, doc efile.Document, archival *efile.Rendition) {
	tx.Append(notify.DocumentEvent(t, doc, archival))
}
