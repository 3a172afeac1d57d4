package xdomea

import (
	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// The code lists that a message names. Where a schema fixes the version of a list, it is that one.
const (
	listMessages    = "urn:xoev-de:xdomea:codeliste:nachrichtentyp"
	listFormats     = "urn:xoev-de:xdomea:codeliste:dateiformat"
	listSecrecy     = "urn:xoev-de:xdomea:codeliste:vertraulichkeitsstufe"
	listMedia       = "urn:xoev-de:xdomea:codeliste:medium"
	listSorts       = "urn:xoev-de:xdomea:codeliste:aussonderungsart"
	listProposals   = "urn:xoev-de:xdomea:codeliste:bewertungsvorschlag"
	listDirectories = "urn:xoev-de:kosit:codeliste:verzeichnisdienst"
	listAlgorithms  = "urn:xoev-de:kosit:codeliste:xta.serviceprofile.kryptographische-algorithmen"
)

// headThree writes the head of 3.x: types NkBasisType, NkNichtFVDatenEinEmpfaengerMitEmpfangsbestaetigungType (0501) and
// NkAussonderungType (0503).
func (e *emitter) headThree(m archive.Message) {
	e.within("Kopf", func() {
		e.uuid("ProzessID", m.Process)
		e.named("Nachrichtentyp", listMessages, "2.0", string(m.Type), messageNames[m.Type])
		e.created("Erstellungszeitpunkt", m)
		e.exact("Erstellungszeitpunkt", e.stamp("Erstellungszeitpunkt", m.Created))
		e.within("Absender", func() { e.agencyThree(m.Sender) })
		e.within("Empfaenger", func() { e.agencyThree(m.Receiver) })
		e.within("SendendesSystem", func() {
			e.text("Produktname", product(m))
			e.some("Version", m.Release)
		})
		e.wishes(m)
	})
}

// created refuses a message without a time: it would differ each time it is written.
func (e *emitter) created(name string, m archive.Message) {
	if m.Created.IsZero() {
		e.fail(CodeMissing, name)
	}
}

// wishes asks for every answer that there is. Importbestaetigung has to be the literal 1.
func (e *emitter) wishes(m archive.Message) {
	switch m.Type {
	case efile.MessageOffer:
		e.flag("Empfangsbestaetigung", true)
	case efile.MessageDelivery:
		e.flag("Importbestaetigung", true)
		e.flag("RueckmeldungArchivkennung", true)
		e.flag("Empfangsbestaetigung", true)
	}
}

// agencyThree writes a KontaktType of 3.x.
func (e *emitter) agencyThree(a efile.Agency) {
	if a.Key != "" || a.Prefix != "" {
		e.within("Behoerdenkennung", func() {
			if a.Key != "" {
				e.code("Behoerdenschluessel", "", "", a.Key)
			}
			if a.Prefix != "" {
				e.code("Praefix", "", "", a.Prefix)
			}
		})
	}
	e.institution("Institution", a)
}

func (e *emitter) institution(name string, a efile.Agency) {
	e.within(name, func() {
		e.some("Name", a.Name)
		e.some("Kurzbezeichnung", a.Short)
	})
}

// headFour writes the head of 4.0.0 (NachrichtenkopfType) and what stands between it and the records. The elements of
// identifikation.nachricht and verzeichnisdienst come from the XÖV library and have no namespace.
func (e *emitter) headFour(m archive.Message) {
	e.within("nachrichtenkopf", func() {
		e.within("identifikation.nachricht", func() { e.identityFour(m) })
		e.within("leser", func() { e.agencyFour(m.Receiver) })
		e.within("autor", func() { e.agencyFour(m.Sender) })
		e.uuid("ProzessID", m.Process)
	})
	e.wishes(m)
	if m.Type == efile.MessageAppraisalReceipt {
		e.uuid("UUIDUrsprungsnachricht", m.Answers)
	}
	e.number("LfdNrNachrichtProTyp", max(m.Number, 1))
	e.number("GesamtanzahlNachrichtenProTyp", max(m.Number, m.Of, 1))
}

func (e *emitter) identityFour(m archive.Message) {
	if m.ID.IsZero() {
		e.fail(CodeMissing, "nachrichtenUUID")
	}
	e.created("erstellungszeitpunkt", m)
	e.bare("nachrichtenUUID", m.ID.String())
	e.line()
	e.raw(`<nachrichtentyp listURI="`, listMessages, `" listVersionID="3.0">`)
	e.depth++
	e.bare("code", string(m.Type))
	e.bare("name", messageNames[m.Type])
	e.depth--
	e.line()
	e.raw("</nachrichtentyp>")
	e.bare("erstellungszeitpunkt", e.stamp("erstellungszeitpunkt", m.Created))
}

// agencyFour writes a KontaktType of 4.0.0. An identifier is one only within a directory, so it takes both or none.
func (e *emitter) agencyFour(a efile.Agency) {
	if a.Key != "" && a.Prefix != "" {
		e.within("Behoerdenkennung", func() {
			e.code("verzeichnisdienst", listDirectories, "1", a.Prefix)
			e.exact("kennung", escape(e.simple("kennung", a.Key)))
		})
	}
	e.institution("NameInstitution", a)
}
