package xdomea

import "cmp"

// Limits bound what reading a message may cost. A zero field takes its default, which suits our own messages (orDefault).
type Limits struct {
	Size int64 // bytes of the message
	// Record bounds the bytes of one case file with all below it, and half a KiB more for each record and file. Memory
	// depends on it.
	Record     int64
	Text       int // bytes of one text, tag or comment
	Attributes int // bytes of the attributes of one element
	Depth      int // elements within elements
	Records    int // records and files, decisions or results
}

// AnswerLimits suit the answers of an archive, which are lists of UUIDs.
func AnswerLimits() Limits { return Limits{Size: 64 << 20, Record: 1 << 20, Text: 64 << 10} }

// orDefault holds every default, once.
func (l Limits) orDefault() Limits {
	return Limits{
		Size:       cmp.Or(l.Size, 1<<30),
		Record:     cmp.Or(l.Record, 64<<20),
		Text:       cmp.Or(l.Text, 1<<20),
		Attributes: cmp.Or(l.Attributes, 16<<10),
		Depth:      cmp.Or(l.Depth, 64),
		Records:    cmp.Or(l.Records, 1_000_000),
	}
}
