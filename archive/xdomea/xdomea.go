// Package xdomea writes and reads the messages of the group Aussonderung of xdomea, the German standard for the exchange
// of files between offices and archives, in the versions 3.0.0, 3.1.0 and 4.0.0.
//
// We write the offer (0501), the delivery (0503) and the receipt of an appraisal (0505), and read 0501 to 0507. Both ways
// are streams: one case file at a time is in memory. The package knows the XML only. The ZIP around it, the hand-over and
// what an answer means for a disposal are others' business.
//
// What a schema can prove is left to the schema: reading takes every message that it understands, whatever the order of its
// elements. Examine finds what the schema does not see.
//
// Start reading at Writer, Read and Examine. Numbers of sections mean the specification of xdomea 3.1.0 or 4.0.0; the names
// of elements and types are those of its schemas.
package xdomea

import (
	"fmt"

	"github.com/eakte/eakte/efile"
)

// Version is a version of xdomea. Which one an archive takes is a setting of that archive.
type Version string

// The versions that are written and read.
const (
	V300 Version = "3.0.0"
	V310 Version = "3.1.0" // for our messages the same as 3.0.0 but for the namespace
	V400 Version = "4.0.0"
)

// ParseVersion knows the three versions. Anything else, such as "2.4.0", is an Error with CodeVersion.
func ParseVersion(s string) (Version, error) {
	switch v := Version(s); v {
	case V300, V310, V400:
		return v, nil
	}
	return "", &Error{Code: CodeVersion}
}

// Namespace returns the namespace of the version's elements.
func (v Version) Namespace() string { return namespaceStem + string(v) }

// four reports whether v has the structure of 4.0.0.
func (v Version) four() bool { return v == V400 }

// SchemaFile is the name of the schema of our messages, in a folder named after the version, as their publisher calls it.
const SchemaFile = "xdomea-Nachrichten-AussonderungDurchfuehren.xsd"

const namespaceStem = "urn:xoev-de:xdomea:schema:"

// Code names for ever why a message could not be read. Each has a text for people.
type Code string

// The codes of errors.
const (
	CodeMalformed     Code = "message_malformed"     // no well-formed XML, cut off, or not the structure of the message
	CodeEncoding      Code = "message_encoding"      // another encoding than UTF-8
	CodeDoctype       Code = "message_doctype"       // a document type, with which entities could be declared
	CodeTooLarge      Code = "message_too_large"     // the whole, one record, one text or the attributes of one element
	CodeTooDeep       Code = "message_too_deep"      // elements within elements
	CodeTooMany       Code = "message_too_many"      // records or files
	CodeForeign       Code = "message_foreign"       // no message of xdomea at all
	CodeVersion       Code = "message_version"       // xdomea, but a version that we do not know, such as 2.4.0
	CodeNotOurs       Code = "message_not_ours"      // a message of xdomea in which an office like ours has no part, such as 0511
	CodeMissing       Code = "message_missing"       // an element that we cannot do without is not there
	CodeValue         Code = "message_value"         // a value that is none of its kind
	CodeTypeDiffers   Code = "message_type_differs"  // the code of the message is not that of its name
	CodeContradiction Code = "message_contradiction" // two different answers about one record
)

// Codes returns every code of an error, in the order of declaration, so that a test can prove that each has its text.
func Codes() []Code {
	return []Code{
		CodeMalformed, CodeEncoding, CodeDoctype, CodeTooLarge, CodeTooDeep, CodeTooMany, CodeForeign, CodeVersion, CodeNotOurs,
		CodeMissing, CodeValue, CodeTypeDiffers, CodeContradiction,
	}
}

// Error says why a message could not be read, or could not be written.
type Error struct {
	Code    Code
	Element string // its local name, where one is to blame; shortened, and of foreign origin when it was read
	Line    int    // 0: not known
}

// Error returns code and place, for logs. It holds nothing of the message's contents.
func (e *Error) Error() string {
	s := "xdomea: " + string(e.Code)
	if e.Element != "" {
		s += fmt.Sprintf(" at %q", e.Element)
	}
	if e.Line > 0 {
		s += fmt.Sprintf(" in line %d", e.Line)
	}
	return s
}

// messageNames holds the names of the messages that we write or read, without their number.
var messageNames = map[efile.MessageType]string{
	efile.MessageOffer:            "Aussonderung.Anbieteverzeichnis",
	efile.MessageAppraisal:        "Aussonderung.Bewertungsverzeichnis",
	efile.MessageDelivery:         "Aussonderung.Aussonderung",
	efile.MessageOfferReceipt:     "Aussonderung.AnbietungEmpfangBestaetigen",
	efile.MessageAppraisalReceipt: "Aussonderung.BewertungEmpfangBestaetigen",
	efile.MessageImport:           "Aussonderung.AussonderungImportBestaetigen",
	efile.MessageDeliveryReceipt:  "Aussonderung.AussonderungEmpfangBestaetigen",
}

// MessageName returns the name of a message's root element, such as "Aussonderung.Aussonderung.0503"; empty for a type that
// is none of 0501 to 0507.
func MessageName(t efile.MessageType) string {
	if name := messageNames[t]; name != "" {
		return name + "." + string(t)
	}
	return ""
}
