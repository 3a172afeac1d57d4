package xdomea

import "github.com/eakte/eakte/archive"

// top reads a Schriftgutobjekt or Anschreiben and hands the record in it on. The size of each is bounded, since it is in
// memory as a whole.
func (r *reader) top(name string, each func(Record) error) error {
	r.begin()
	defer r.finish()
	hand := func(kind Kind) error {
		rec, err := r.record(kind)
		if err == nil && each != nil {
			err = each(rec)
		}
		return err
	}
	if name == "Anschreiben" && !r.four() {
		return hand(KindLetter)
	}
	return r.children(func(child string) error {
		kind, ok := tops[child]
		switch {
		case !ok:
			return r.skip()
		case name == "Anschreiben":
			kind = KindLetter
		}
		return hand(kind)
	})
}

var tops = map[string]Kind{
	"Akte": KindFile, "Vorgang": KindMatter, "Dokument": KindDocument, "DokumentMitSchriftstueck": KindDocument,
}

// record reads an Akte, Vorgang or Dokument of any version. Kinds that cannot stand where they do are the schema's business.
func (r *reader) record(kind Kind) (Record, error) {
	if err := r.counted(); err != nil {
		return Record{}, err
	}
	x := Record{Kind: kind, Number: -1}
	sums := map[string]FileRef{}
	err := r.children(func(name string) error {
		switch name {
		case "AnwendungsspezifischeErweiterung":
			return r.extension(sums)
		default:
			return r.below(name, &x)
		}
	})
	for i, f := range x.Files {
		if sum, ok := sums[f.Name]; ok && f.SHA256 == "" {
			x.Files[i].SHA256, x.Files[i].Size = sum.SHA256, sum.Size
		}
	}
	if err == nil && x.ID.IsZero() {
		err = r.error(CodeMissing, "Identifikation")
	}
	return x, err
}

// below reads a part of a record, or a record that stands in it.
func (r *reader) below(name string, x *Record) error {
	var kind Kind
	switch name {
	case "Vorgang", "Teilvorgang":
		kind = KindMatter
	case "Teilakte":
		kind = KindFile
	case "Dokument", "DokumentMitSchriftstueck", "Schriftstueck":
		kind = KindDocument
	case "Anlage":
		kind = KindAttachment
	case "Akteninhalt", "DokumentOderDokumentMitSchriftstueck":
		return r.children(func(name string) error { return r.below(name, x) })
	default:
		return r.part(name, x)
	}
	if kind == KindAttachment && r.four() { // the document stands one level deeper
		return r.children(func(name string) error {
			if tops[name] != KindDocument {
				return r.skip()
			}
			return r.add(KindAttachment, x)
		})
	}
	return r.add(kind, x)
}

func (r *reader) add(kind Kind, x *Record) error {
	below, err := r.record(kind)
	x.Records = append(x.Records, below)
	return err
}

// part reads one of the elements that say something of the record itself.
func (r *reader) part(name string, x *Record) error {
	switch name {
	case "Identifikation":
		return r.children(func(name string) error { return r.identity(name, x) })
	case "Kontextobjekt":
		return r.flag(&x.Context)
	case "AllgemeineMetadaten":
		return r.children(func(name string) error { return r.general(name, x) })
	case "ArchivspezifischeMetadaten", "Aussonderungsmetadaten":
		x.Disposal = &Disposal{}
		return r.children(func(name string) error { return r.disposal(name, x.Disposal) })
	case "Typ":
		return r.into(&x.Type)
	case "Laufzeit":
		return r.children(func(name string) error { return r.period(name, x) })
	case "ZdA":
		return r.flag(&x.Closed)
	case "ZdADatum":
		return r.date(&x.ClosedOn)
	case "Posteingangsdatum":
		return r.date(&x.Received)
	case "DatumDesSchreibens":
		return r.date(&x.Dated)
	case "HistorienProtokollInformation":
		return r.entry(x)
	case "Absender", "Autor":
		return r.sender(x)
	case "Version":
		return r.versions(x)
	}
	return r.skip()
}

func (r *reader) identity(name string, x *Record) (err error) {
	switch name {
	case "ID", "xdomeaUUID":
		x.UUID, err = r.id(&x.ID)
		return err
	case "NummerImUebergeordnetenContainer":
		return r.integer(&x.Number)
	}
	return r.skip()
}

func (r *reader) general(name string, x *Record) error {
	switch name {
	case "Betreff":
		return r.into(&x.Subject)
	case "Kennzeichen":
		return r.into(&x.Reference)
	case "Federfuehrung":
		return r.into(&x.Leading)
	case "Aktenfuehrung":
		return r.into(&x.Keeping)
	case "Bemerkung":
		return r.into(&x.Remark)
	case "Medium":
		return r.code((*string)(&x.Medium))
	case "Vertraulichkeitsstufe":
		return r.code(&x.Confidential)
	case "Geheimhaltung":
		return r.children(func(name string) error {
			if name == "Geheimhaltungsgrad" {
				return r.code(&x.Confidential)
			}
			return r.skip()
		})
	case "Aktenplaneinheit":
		return r.children(func(name string) error { return r.unit(name, x) })
	}
	return r.skip()
}

// unit takes the short title before the long one.
func (r *reader) unit(name string, x *Record) error {
	switch {
	case name == "Kennzeichen":
		return r.into(&x.Unit)
	case name == "BetreffKurz", name == "Inhaltsangabe" && x.UnitTitle == "":
		return r.into(&x.UnitTitle)
	}
	return r.skip()
}

func (r *reader) disposal(name string, d *Disposal) error {
	switch name {
	case "Aufbewahrungsdauer":
		return r.children(func(name string) error {
			switch name {
			case "AnzahlJahre":
				return r.integer(&d.Retention.Years)
			case "Unbefristet":
				return r.flag(&d.Retention.Unlimited)
			}
			return r.skip()
		})
	case "Aussonderungsart":
		return r.children(func(name string) error {
			switch name {
			case "Aussonderungsart":
				return r.code(&d.Sort)
			case "AussonderungsartKonfigurierbar":
				return r.into(&d.Sort)
			}
			return r.skip()
		})
	case "Bewertungsvorschlag":
		return r.code((*string)(&d.Proposal))
	case "BewertungsvorschlagBegruendung":
		return r.into(&d.Why)
	case "Aufbewahrungsende":
		return r.date(&d.Retention.End)
	}
	return r.skip()
}

func (r *reader) period(name string, x *Record) error {
	switch name {
	case "Beginn":
		return r.date(&x.From)
	case "Ende":
		return r.date(&x.To)
	}
	return r.skip()
}

func (r *reader) entry(x *Record) error {
	var entry archive.Entry
	err := r.children(func(name string) error {
		switch name {
		case "Akteur":
			return r.into(&entry.Actor)
		case "DatumUhrzeit":
			return r.moment(&entry.Time)
		case "Aktion":
			return r.into(&entry.What)
		}
		return r.skip()
	})
	x.History = append(x.History, entry)
	return err
}

// sender reads the part of the first sender. In 3.x it is a code, in 4.0.0 a word.
func (r *reader) sender(x *Record) error {
	return r.children(func(name string) error {
		switch {
		case name != "Rolle" || x.Author != "":
			return r.skip()
		case r.four():
			return r.into(&x.Author)
		}
		return r.code(&x.Author)
	})
}
