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
	Replaced   Change = 1 << iota // bytes that are no UTF-8, line ends, and characters that XML does not know
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
	if _, err := ParseVersion(string(x.Version)); err != nil {
		return err
	}
	switch m.Type {
	case efile.MessageOffer, efile.MessageDelivery, efile.MessageAppraisalReceipt:
	default:
		return &Error{Code: CodeNotOurs, Element: MessageName(m.Type)}
	}
	e := newEmitter(w, x)
	e.root(m)
	if x.Version.four() {
		e.headFour(m)
	} else {
		e.headThree(m)
	}
	if err := e.files(m); err != nil {
		return err
	}
	e.close(MessageName(m.Type))
	e.raw("\n")
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// root writes the declaration and the start of the root element: first of all the namespace, by which programs tell what the
// file is. Product and standard are attributes in 4.0.0 (type NachrichtType).
func (e *emitter) root(m archive.Message) {
	e.raw(`<?xml version="1.0" encoding="UTF-8"?>`)
	e.line()
	e.raw("<xdomea:", MessageName(m.Type), ` xmlns:xdomea="`, e.version.Namespace(), `"`)
	if e.version.four() {
		e.attribute("produkt", product(m))
		e.attribute("produkthersteller", maker)
		if m.Release != "" {
			e.attribute("produktversion", m.Release)
		}
		e.attribute("standard", "xdomea")
		e.attribute("version", string(e.version))
	}
	e.raw(">")
	e.depth++
}

func (e *emitter) attribute(name, value string) {
	e.raw(" ", name, `="`, escape(e.simple(name, value)), `"`)
}

const maker = "eakte"

func product(m archive.Message) string {
	if m.Product == "" {
		return maker
	}
	return m.Product
}

// files writes one Schriftgutobjekt per case file. An offer or a delivery of nothing is not valid.
func (e *emitter) files(m archive.Message) error {
	if m.Type == efile.MessageAppraisalReceipt {
		return e.err
	}
	r := recorder{emitter: e, delivery: m.Type == efile.MessageDelivery, product: product(m)}
	count := 0
	if m.Files != nil {
		for f, err := range m.Files {
			if err != nil {
				return err
			}
			count++
			if r.within("Schriftgutobjekt", func() { r.file(f) }); e.err != nil {
				return e.err
			}
		}
	}
	if e.record = (efile.ID{}); count == 0 {
		e.fail(CodeMissing, "Schriftgutobjekt")
	}
	return e.err
}
