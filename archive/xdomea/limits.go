package xdomea

// Limits bound what reading a message may cost. A zero field takes its default.
type Limits struct {
	Size int64 // bytes of the message; default 1 GiB
	// Record bounds the bytes of one case file with all below it, and half a KiB more for each record and file; default
	// 64 MiB. Memory depends on it.
	Record     int64
	Text       int // bytes of one text, tag or comment; default 1 MiB
	Attributes int // bytes of the attributes of one element; default 16 KiB
	Depth      int // elements within elements; default 64
	Records    int // records and files, decisions or results; default 1 000 000
}

// AnswerLimits suit the answers of an archive, which are lists of UUIDs.
func AnswerLimits() Limits { return Limits{Size: 64 << 20, Record: 1 << 20, Text: 64 << 10} }

func (l Limits) orDefault() Limits {
	def := Limits{Size: 1 << 30, Record: 64 << 20, Text: 1 << 20, Attributes: 16 << 10, Depth: 64, Records: 1_000_000}
	if l.Size > 0 {
		def.Size = l.Size
	}
	if l.Record > 0 {
		def.Record = l.Record
	}
	if l.Text > 0 {
		def.Text = l.Text
	}
	if l.Attributes > 0 {
		def.Attributes = l.Attributes
	}
	if l.Depth > 0 {
		def.Depth = l.Depth
	}
	if l.Records > 0 {
		def.Records = l.Records
	}
	return def
}
