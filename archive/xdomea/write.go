package xdomea

import (
	"io"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// Writer writes messages of one version.
type Writer struct {
	Version Version

	// Cleaned, if set, is told of every text that could not be written as it was. The same message is told the same.
	Cleaned func(Cleaning)
}

// Cleaning tells of a text that was changed.
type Cleaning struct {
	Record  efile.ID // zero: the head of the message
	Element string   // its name
	What    Change
}

// Change is a set of what was done to a text.
type Change uint

// The changes.
const (
	Replaced   Change = 1 << iota // bytes that are no UTF-8, and characters that XML does not know
	Composed                      // brought into NFC
	Cut                           // longer than 64 KiB
	Simplified                    // letters outside DIN 91379, where 4.0.0 allows only those
	Filled                        // nothing was left of a title
)

// Write writes m with no care for what was cleaned. See Writer.Write.
func Write(w io.Writer, v Version, m archive.Message) error {
	return Writer{Version: v}.Write(w, m)
}

// Write writes an offer, a delivery or the receipt of an appraisal. It draws one case file after another from m.Files; an
// error of theirs is returned as it is. The same message gives the same bytes: points in time are written in UTC, dates as
// they stand in their own location, so the caller brings them into the office's.
//
// A message that lacks what the schema demands (an ID, a time, a case file) is an Error with CodeMissing, a value outside of
// the schema's lists one with CodeValue. What has been written until then is no message.
func (x Writer) Write(w io.Writer, m archive.Message) error {
	return nil
}
