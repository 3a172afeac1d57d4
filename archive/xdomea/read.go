package xdomea

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/eakte/eakte/efile"
)

// Read reads a message of any of the three versions. Each Akte, Vorgang or Dokument at the top of an offer or a delivery,
// and each Anschreiben, is handed to each, which may be nil; an error of each ends reading and is returned as it is, and so
// is one of r. Every other error is an *Error, and the Message is what was read until then. With CodeTypeDiffers it is
// complete: archives have been seen to publish such messages, and a person may know what was meant.
//
// Reading is bounded by limits, takes UTF-8 only, and knows no document types. Records and files are told as they stand:
// Examine finds fault, Read does not.
func Read(r io.Reader, limits Limits, each func(Record) error) (Message, error) {
	in, err := newReader(r, limits)
	if err != nil {
		return Message{}, err
	}
	m, err := in.message(each)
	if err == nil && m.Code != string(m.Type) {
		err = &Error{Code: CodeTypeDiffers, Element: MessageName(m.Type)}
	}
	return m, err
}

// message reads everything. The code of the message is not compared with its name.
func (r *reader) message(each func(Record) error) (Message, error) {
	var m Message
	if err := r.root(&m); err != nil {
		return m, err
	}
	a := answers{reader: r, Message: &m, seen: map[efile.ID]int{}}
	err := r.children(func(name string) error {
		switch name {
		case "Schriftgutobjekt", "Anschreiben":
			if m.Type == efile.MessageOffer || m.Type == efile.MessageDelivery {
				return r.top(name, each)
			}
		case "BewertetesObjekt", "BewertetesSGO":
			if m.Type == efile.MessageAppraisal {
				return a.decision()
			}
		case "AusgesondertesSGO":
			if m.Type == efile.MessageImport {
				return a.result()
			}
		case "ErfolgOderMisserfolg":
			return a.outcome()
		}
		return r.head(name, &m)
	})
	if err == nil {
		err = r.end()
	}
	if err == nil {
		err = complete(m)
	}
	return m, err
}

// root finds the root element and from its name version and type.
func (r *reader) root(m *Message) error {
	for {
		t, err := r.token()
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		r.space = start.Name.Space
		number, ours := strings.CutPrefix(r.space, namespaceStem)
		if m.Version, err = ParseVersion(number); !ours || err != nil {
			if strings.Contains(r.space, "xdomea") { // versions before 2.3 had other namespaces
				return r.error(CodeVersion, "")
			}
			return r.error(CodeForeign, "")
		}
		r.version = m.Version
		if m.Type = typeOf(start.Name.Local); m.Type == "" {
			return r.error(CodeNotOurs, "")
		}
		r.delivery = m.Type == efile.MessageDelivery
		for _, a := range start.Attr { // 4.0.0 has the product here
			switch a.Name.Local {
			case "produkt":
				m.Product = a.Value
			case "produktversion":
				m.Release = a.Value
			}
		}
		return nil
	}
}

// typeOf knows the names of 0501 to 0507.
func typeOf(name string) efile.MessageType {
	dot := strings.LastIndexByte(name, '.')
	if t := efile.MessageType(name[dot+1:]); dot > 0 && MessageName(t) == name {
		return t
	}
	return ""
}

// complete checks that a message has what we cannot do without.
func complete(m Message) error {
	switch {
	case m.Process.IsZero():
		return &Error{Code: CodeMissing, Element: "ProzessID"}
	case m.Code == "":
		return &Error{Code: CodeMissing, Element: "Nachrichtentyp"}
	case m.Type == efile.MessageAppraisal && len(m.Decisions) == 0:
		return &Error{Code: CodeMissing, Element: "BewertetesObjekt"}
	case m.Type == efile.MessageImport && len(m.Results) == 0 && !m.Version.four(): // 4.0.0 may speak of the whole only
		return &Error{Code: CodeMissing, Element: "AusgesondertesSGO"}
	}
	return nil
}

// head reads the parts of a head. In 3.x they stand in Kopf, in 4.0.0 some in nachrichtenkopf and some beside it.
func (r *reader) head(name string, m *Message) error {
	within := func() error { return r.children(func(name string) error { return r.head(name, m) }) }
	switch name {
	case "Kopf", "nachrichtenkopf", "identifikation.nachricht":
		return within()
	case "ProzessID":
		return r.process(m)
	case "nachrichtenUUID":
		return r.uuid(&m.ID)
	case "UUIDUrsprungsnachricht":
		return r.uuid(&m.Answers)
	case "Nachrichtentyp", "nachrichtentyp":
		return r.code(&m.Code)
	case "Erstellungszeitpunkt", "erstellungszeitpunkt":
		return r.moment(&m.Created)
	case "LfdNrNachrichtProTyp":
		return r.integer(&m.Number)
	case "GesamtanzahlNachrichtenProTyp":
		return r.integer(&m.Of)
	case "Absender", "autor":
		return r.agency(&m.Sender)
	case "Empfaenger", "leser":
		return r.agency(&m.Receiver)
	case "SendendesSystem":
		return r.system(m)
	case "Empfangsbestaetigung":
		return r.flag(&m.AsksReceipt)
	case "Importbestaetigung":
		return r.flag(&m.AsksImport)
	case "RueckmeldungArchivkennung":
		return r.flag(&m.AsksReference)
	}
	return r.skip()
}

// process reads the ProzessID. One that is there twice must be the same: everything hangs on it.
func (r *reader) process(m *Message) error {
	var id efile.ID
	raw, err := r.id(&id)
	if err != nil {
		return err
	}
	if !m.Process.IsZero() && m.Process != id {
		return r.error(CodeContradiction, "ProzessID")
	}
	m.Process, r.processAs = id, raw
	return nil
}

// agency reads a KontaktType: its identifier and institution.
func (r *reader) agency(a *efile.Agency) error {
	return r.children(func(name string) error {
		switch name {
		case "Behoerdenkennung", "Institution", "NameInstitution":
			return r.children(func(name string) error { return r.agencyPart(name, a) })
		}
		return r.skip()
	})
}

func (r *reader) agencyPart(name string, a *efile.Agency) error {
	switch name {
	case "Behoerdenschluessel":
		return r.code(&a.Key)
	case "Praefix", "verzeichnisdienst":
		return r.code(&a.Prefix)
	case "kennung":
		return r.into(&a.Key)
	case "Name":
		return r.into(&a.Name)
	case "Kurzbezeichnung":
		return r.into(&a.Short)
	}
	return r.skip()
}

func (r *reader) system(m *Message) error {
	return r.children(func(name string) error {
		switch name {
		case "Produktname":
			return r.into(&m.Product)
		case "Version":
			return r.into(&m.Release)
		}
		return r.skip()
	})
}
