package xdomea

import (
	"math"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// recorder writes records. In an offer it leaves out all that has to do with files.
type recorder struct {
	*emitter
	delivery bool
	product  string
}

// file writes an Akte: types AkteType, in 4.0.0 AkteAussonderungType.
func (r recorder) file(f archive.File) {
	r.within("Akte", func() {
		r.identity(f.Record)
		if r.version.four() {
			r.flag("Kontextobjekt", f.Context)
		}
		r.general(f.Record, func() {
			if f.Unit != "" || f.UnitTitle != "" {
				r.within("Aktenplaneinheit", func() {
					r.some("Kennzeichen", f.Unit)
					r.some("BetreffKurz", f.UnitTitle)
				})
			}
		})
		r.disposal(f.Record, f.Context)
		r.period(f.Record)
		r.history(f.Record)
		if len(f.Documents)+len(f.Matters) > 0 {
			r.within("Akteninhalt", func() {
				r.documents(f.Documents)
				for _, m := range f.Matters {
					r.matter(m)
				}
			})
		}
		r.record = f.ID
		r.closed(f.Record)
	})
}

// matter writes a Vorgang: types VorgangType, in 4.0.0 VorgangAussonderungType.
func (r recorder) matter(m archive.Matter) {
	r.within("Vorgang", func() {
		r.identity(m.Record)
		if r.version.four() {
			r.flag("Kontextobjekt", false)
		}
		r.general(m.Record, func() {})
		r.disposal(m.Record, false)
		r.some("Typ", m.Kind)
		r.closed(m.Record)
		r.period(m.Record)
		r.history(m.Record)
		r.documents(m.Documents)
	})
}

func (r recorder) identity(x archive.Record) {
	r.record = x.ID
	r.within("Identifikation", func() {
		if r.version.four() {
			r.uuid("xdomeaUUID", x.ID)
		} else {
			r.uuid("ID", x.ID)
		}
		if x.Number < 0 || x.Number > math.MaxInt32 {
			r.fail(CodeValue, "NummerImUebergeordnetenContainer")
		}
		if x.Number > 0 {
			r.number("NummerImUebergeordnetenContainer", x.Number)
		}
	})
}

// noSubject stands in for a title of which cleaning left nothing: an empty one would make the archive's list useless.
const noSubject = "ohne Betreff"

func (r recorder) subject(s string) {
	s = r.clean("Betreff", s)
	if s == "" {
		r.cleaned(Cleaning{Record: r.record, Element: "Betreff", What: Filled})
		s = noSubject
	}
	r.exact("Betreff", escape(s))
}

// general writes the AllgemeineMetadaten of a case file or matter; last writes what comes after the medium.
func (r recorder) general(x archive.Record, last func()) {
	r.within("AllgemeineMetadaten", func() {
		r.subject(x.Subject)
		r.some("Kennzeichen", x.Reference)
		r.some("Federfuehrung", x.Leading)
		r.some("Aktenfuehrung", x.Leading)
		r.secrecy(x.Confidential)
		if x.Why != "" && !r.version.four() { // which has an element for it
			r.some("Bemerkung", "Begründung des Bewertungsvorschlags: "+x.Why)
		}
		r.medium(x.Medium)
		last()
	})
}

// secrecy writes the level of confidentiality. 4.0.0 has no list of its own and takes that of 3.x, which the archives'
// examples name too.
func (r recorder) secrecy(code string) {
	switch code {
	case "":
		code = "003" // open
	case "001", "002", "003", "004", "005":
	default:
		r.fail(CodeValue, "Vertraulichkeitsstufe")
	}
	if r.version.four() {
		r.within("Geheimhaltung", func() { r.code("Geheimhaltungsgrad", listSecrecy, "1.0", code) })
		return
	}
	r.code("Vertraulichkeitsstufe", listSecrecy, "1.0", code)
}

func (r recorder) medium(m archive.Medium) {
	switch m {
	case "":
		m = archive.Electronic
	case archive.Electronic, archive.Hybrid, archive.Paper:
	default:
		r.fail(CodeValue, "Medium")
	}
	r.code("Medium", listMedia, "1.0", string(m))
}

// disposal writes the metadata that an offer and a delivery must hold, although the schemas do not say so: types
// MetadatenAussonderungType, in 4.0.0 AussonderungsmetadatenType.
func (r recorder) disposal(x archive.Record, frame bool) {
	name := "ArchivspezifischeMetadaten"
	if r.version.four() {
		name = "Aussonderungsmetadaten"
	}
	r.within(name, func() {
		r.within("Aufbewahrungsdauer", func() {
			if x.Retention.Unlimited {
				r.flag("Unbefristet", true)
				return
			}
			if x.Retention.Years < 0 || x.Retention.Years > math.MaxUint16 {
				r.fail(CodeValue, "AnzahlJahre")
			}
			r.number("AnzahlJahre", x.Retention.Years)
		})
		r.within("Aussonderungsart", func() { r.code("Aussonderungsart", listSorts, "1.0", r.sort(x, frame)) })
		if x.Proposal == efile.Keep || x.Proposal == efile.Destroy {
			r.code("Bewertungsvorschlag", listProposals, "1.0", string(x.Proposal))
		}
		if r.version.four() {
			r.some("BewertungsvorschlagBegruendung", x.Why)
		}
		if !x.Retention.Unlimited {
			r.date("Aufbewahrungsende", x.Retention.End)
		}
	})
}

// sort is the Aussonderungsart: everything offered is still to be appraised, everything delivered was kept. Only a frame may
// have been appraised otherwise.
func (r recorder) sort(x archive.Record, frame bool) string {
	switch {
	case !r.delivery:
		return string(efile.Undecided)
	case frame && x.Decision == efile.Destroy:
		return string(efile.Destroy)
	}
	return string(efile.Keep)
}

func (r recorder) period(x archive.Record) {
	if x.From.IsZero() && x.To.IsZero() {
		return
	}
	r.within("Laufzeit", func() {
		r.date("Beginn", x.From)
		r.date("Ende", x.To)
	})
}

func (r recorder) closed(x archive.Record) {
	r.flag("ZdA", !x.Closed.IsZero())
	r.date("ZdADatum", x.Closed)
}

func (r recorder) history(x archive.Record) {
	for _, entry := range x.History {
		r.within("HistorienProtokollInformation", func() {
			r.text("Akteur", entry.Actor)
			if entry.Time.IsZero() {
				r.fail(CodeMissing, "DatumUhrzeit")
			}
			r.moment("DatumUhrzeit", entry.Time)
			r.text("Aktion", entry.What)
		})
	}
}
