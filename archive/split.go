package archive

import "github.com/eakte/eakte/efile"

// Load is a case file with the bytes that it brings into a container.
type Load struct {
	CaseID efile.ID
	Bytes  int64
}

// What a delivery holds besides the files, on the safe side: headers in the container, and what the message says.
const (
	formatOverhead = 2 << 10
	recordOverhead = 8 << 10
	entryOverhead  = 512 // of the log
)

// LoadOf is a case file as it would be delivered (Telling.Delivery), its part of the message estimated upwards.
func LoadOf(f File) Load {
	l := Load{CaseID: f.ID, Bytes: recordLoad(f.Record) + documentsLoad(f.Documents)}
	for _, m := range f.Matters {
		l.Bytes += recordLoad(m.Record) + documentsLoad(m.Documents)
	}
	return l
}

func recordLoad(r Record) int64 { return recordOverhead + int64(len(r.History))*entryOverhead }

func documentsLoad(documents []Document) (bytes int64) {
	for _, d := range documents {
		bytes += recordLoad(d.Record) + documentsLoad(d.Attachments)
		for _, f := range d.Formats {
			bytes += f.Size + formatOverhead
		}
	}
	return bytes
}

// Split puts case files into as many disposals as containers of limit bytes need, in the given order, so that what belongs
// together for an office stays together. A case file is never divided: one that is larger than the limit is alone. A limit
// of 0 is none. No case files are no disposals.
func Split(loads []Load, limit int64) [][]efile.ID {
	var parts [][]efile.ID
	room := int64(-1)
	for _, l := range loads {
		if len(parts) == 0 || limit > 0 && l.Bytes > room {
			parts, room = append(parts, nil), limit
		}
		last := len(parts) - 1
		parts[last] = append(parts[last], l.CaseID)
		room -= l.Bytes
	}
	return parts
}
