package xdomea

import (
	"io"

	"github.com/eakte/eakte/efile"
)

// Want is what an offer or a delivery has to be. Version, Process and Type are always compared, the rest where it is given.
type Want struct {
	Version Version
	Process efile.ID
	Type    efile.MessageType
	ID      efile.ID     // of the message, in 4.0.0
	Number  int          // of the message, in 4.0.0
	Of      int          // messages of the type, in 4.0.0
	Sender  efile.Agency // as the archive knows us: Prefix and Key

	// Records are the case files and matters that must be in the message, frames included, and no others. Nil: not compared.
	Records map[efile.ID]bool

	Limits   Limits
	Findings int // how many are collected at most; default 1000
}

// Contents is what Examine saw. It grows with the number of records and files, not with what is said about them.
type Contents struct {
	Message
	Records   []Seen // case files and matters, in the order of the message
	Documents int    // attachments too
	Files     []Named
}

// Seen is a case file or a matter of a message.
type Seen struct {
	ID      efile.ID
	Kind    Kind
	Context bool
}

// Named is a file that the message names: it must be in the container, once and under exactly this name. Findings tell of
// names that a container cannot hold.
type Named struct {
	Name     string
	Document efile.ID
	Code     string // of Dateiformat
	SHA256   string // hexadecimal, lower case; empty: not told
	Size     int64  // 0: not told
}

// Finding is something in a message that a receiver refuses, complains of or, worse, does not notice.
type Finding struct {
	Code    string   // one of the Found… constants, for which there is a text
	Record  efile.ID // zero: the message itself
	Subject string   // the name or value it is about, shortened; never a title
}

// The codes of findings.
const (
	FoundVersion       = "version_differs"  // not the version wanted
	FoundProcess       = "process_differs"  // not the process wanted
	FoundType          = "type_differs"     // not the type wanted
	FoundCode          = "code_differs"     // Nachrichtentyp is not that of the name
	FoundMessage       = "message_differs"  // not the UUID wanted
	FoundNumber        = "number_differs"   // not the number, or the count of messages, wanted
	FoundSender        = "sender_differs"   // not the Behoerdenkennung that the archive knows
	FoundUpper         = "uuid_upper"       // a UUID in capital letters
	FoundRecordTwice   = "record_twice"     // two records of one UUID
	FoundRecordMissing = "record_missing"   // wanted, not there
	FoundRecordSurplus = "record_surplus"   // there, not wanted
	FoundNoRecords     = "records_none"     // nothing in it
	FoundLoose         = "document_loose"   // a document in no case file or matter
	FoundDeep          = "nesting_deep"     // more than five levels
	FoundMixedNumbers  = "numbers_mixed"    // some siblings have a number, others none
	FoundNumberTwice   = "number_twice"     // two siblings have the same number
	FoundNoSubject     = "subject_empty"    // no Betreff
	FoundNoPeriod      = "period_empty"     // a case file or matter without Laufzeit
	FoundNoDisposal    = "disposal_missing" // a case file or matter without the metadata of disposal
	FoundNoFile        = "file_missing"     // a document of a delivery without a file
	FoundFileInOffer   = "file_in_offer"    // an offer that names files
	FoundFileTwice     = "file_twice"       // a name used twice, also if only the case of letters differs
	FoundFileName      = "file_name"        // a name that does not begin with a UUID, or that no flat container can hold
	FoundFileIsRecord  = "file_is_record"   // a file that bears the UUID of a record
	FoundFormat        = "format_unknown"   // a code that is not in the list Dateiformat
	FoundFormatUnnamed = "format_unnamed"   // code 100, other, without saying which
	FoundNoHash        = "hash_missing"     // a file without a hash in 4.0.0
)

// FindingCodes returns every code of a finding, in the order of declaration, so that a test can prove that each has its text.
func FindingCodes() []string {
	return []string{
		FoundVersion, FoundProcess, FoundType, FoundCode, FoundMessage, FoundNumber, FoundSender, FoundUpper, FoundRecordTwice,
		FoundRecordMissing, FoundRecordSurplus, FoundNoRecords, FoundLoose, FoundDeep, FoundMixedNumbers, FoundNumberTwice,
		FoundNoSubject, FoundNoPeriod, FoundNoDisposal, FoundNoFile, FoundFileInOffer, FoundFileTwice, FoundFileName,
		FoundFileIsRecord, FoundFormat, FoundFormatUnnamed, FoundNoHash,
	}
}

// Examine reads an offer or a delivery and reports what is wrong with it though its schema may hold: docs/archive.md calls
// it the check. The error is that of Read, bar CodeTypeDiffers, which is a finding here; findings made until then are
// returned with it. A message of another type is read and found wanting.
func Examine(r io.Reader, want Want) (Contents, []Finding, error) {
	if want.Findings <= 0 {
		want.Findings = 1000
	}
	x := &examiner{want: want, ids: map[efile.ID]bool{}, names: map[string]bool{}, fileIDs: map[efile.ID]efile.ID{}}
	in, err := newReader(r, want.Limits)
	if err != nil {
		return x.contents, nil, err
	}
	m, err := in.message(func(rec Record) error {
		x.top(rec, in)
		return nil
	})
	x.contents.Message = m
	if err == nil {
		x.head(m, in.processAs)
		x.whole()
	}
	return x.contents, x.findings, err
}
