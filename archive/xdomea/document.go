package xdomea

import (
	"strconv"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// documents writes documents below a case file or matter. In 4.0.0 an element stands between, which says whether the
// document has parts of its own; ours have none.
func (r recorder) documents(all []archive.Document) {
	for _, d := range all {
		if !r.version.four() {
			r.within("Dokument", func() { r.documentThree(d) })
			continue
		}
		r.within("DokumentOderDokumentMitSchriftstueck", func() {
			r.within("Dokument", func() { r.documentFour(d) })
		})
	}
}

// documentThree writes the inside of a DokumentType of 3.x.
func (r recorder) documentThree(d archive.Document) {
	r.describe(d)
	r.versions(d)
	for _, a := range d.Attachments {
		r.within("Anlage", func() { // AnlageDokumentType: a DokumentType and, last, a number
			r.documentThree(a)
			r.ordinal(a)
		})
	}
	r.record = d.ID
	r.sender("Absender", d.Author)
	r.digests(d)
}

// documentFour writes the inside of a DokumentType of 4.0.0, which has its files at the end.
func (r recorder) documentFour(d archive.Document) {
	r.describe(d)
	for _, a := range d.Attachments {
		r.within("Anlage", func() {
			r.within("Dokument", func() { r.documentFour(a) })
			r.ordinal(a)
		})
	}
	r.record = d.ID
	r.sender("Autor", d.Author)
	r.versions(d)
}

func (r recorder) ordinal(a archive.Document) {
	if a.Number > 0 {
		r.exact("Nummer", strconv.Itoa(a.Number))
	}
}

// describe writes what comes first in all versions.
func (r recorder) describe(d archive.Document) {
	r.identity(d.Record)
	r.within("AllgemeineMetadaten", func() {
		r.subject(d.Subject)
		r.some("Kennzeichen", d.Reference)
		r.some("Federfuehrung", d.Leading)
		if d.Confidential != "" {
			r.secrecy(d.Confidential)
		}
		r.some("Bemerkung", d.Remark)
		r.medium(d.Medium)
	})
	r.date("Posteingangsdatum", d.Received)
	r.date("DatumDesSchreibens", d.Dated)
	r.some("Typ", d.Kind)
	r.history(d.Record)
}

// sender writes the part that a document's sender has in the matter. Who it was, no message tells.
func (r recorder) sender(name, author string) {
	if author = r.clean(name, author); author == "" {
		return
	}
	r.within(name, func() {
		if r.version.four() {
			r.exact("Rolle", escape(author))
			return
		}
		r.code("Rolle", "", "", author)
	})
}

// versions writes the files as forms of one version: the archival one first, then the file as handed in. They say the same,
// so they are no two versions.
func (r recorder) versions(d archive.Document) {
	if !r.delivery || len(d.Formats) == 0 {
		return
	}
	r.within("Version", func() {
		r.exact("Nummer", "1")
		for _, archival := range [...]bool{true, false} {
			for _, f := range d.Formats {
				if f.Archival == archival {
					r.within("Format", func() { r.format(d, f) })
				}
			}
		}
	})
}

// format writes a FormatType. Its child name is not allowed in 3.x, so it is left out everywhere.
func (r recorder) format(d archive.Document, f archive.Format) {
	known := formatOf(f)
	r.code("Name", listFormats, "1.0", known.code)
	if known.code == other {
		media := f.MediaType
		if media == "" {
			media = "application/octet-stream"
		}
		r.text("SonstigerName", media)
	}
	r.text("Version", f.Standard)
	r.within("Primaerdokument", func() {
		if f.ID.IsZero() {
			r.fail(CodeMissing, "Dateiname")
		}
		r.exact("Dateiname", FileName(f))
		if f.Original != "" {
			r.original(f.Original)
		}
		if f.Archival {
			r.some("Ersteller", r.product)
		} else {
			r.some("Ersteller", d.Author)
		}
		r.moment("DatumUhrzeit", f.Made)
		if f.Signed {
			r.within("SignaturSiegel", func() { r.flag("SignaturSiegelEingebettet", true) })
		}
		if r.version.four() {
			r.moment("ZeitpunktLetzteAenderung", f.Made)
			r.hash(f)
		}
	})
}

// original writes the name as handed in. It was cleaned when the file came; should that have been forgotten, it is now.
func (r recorder) original(name string) {
	cleaned := efile.CleanName(name)
	if cleaned != name {
		r.cleaned(Cleaning{Record: r.record, Element: "DateinameOriginal", What: Replaced})
	}
	r.some("DateinameOriginal", cleaned)
}

func (r recorder) hash(f archive.Format) {
	if f.SHA256 == "" {
		return
	}
	r.within("Hash", func() {
		r.exact("Wert", r.digest("Hash", f.SHA256))
		r.named("Algorithmus", listAlgorithms, "1.0.0", "SHA-256", "http://www.w3.org/2001/04/xmlenc#sha256")
	})
}

// Our extension of 3.x, which has no place for checksums: a Feldgruppe for each file, named like it, with these fields.
const (
	extensionKey    = "urn:eakte:xdomea:pruefsummen"
	fieldAlgorithm  = "Algorithmus"
	fieldDigest     = "Wert"
	fieldSize       = "Bytes"
	digestAlgorithm = "SHA-256"
)

// digests writes the AnwendungsspezifischeErweiterung of a document of 3.x.
func (r recorder) digests(d archive.Document) {
	told := false
	for _, f := range d.Formats {
		told = told || f.SHA256 != ""
	}
	if !r.delivery || !told {
		return
	}
	r.within("AnwendungsspezifischeErweiterung", func() {
		r.exact("Kennung", extensionKey)
		r.exact("Name", "Prüfsummen der Primärdokumente")
		r.exact("Versionsnummer", "1")
		for _, f := range d.Formats {
			if f.SHA256 != "" {
				r.within("Feldgruppe", func() { r.digestOf(f) })
			}
		}
	})
}

func (r recorder) digestOf(f archive.Format) {
	r.exact("Name", FileName(f))
	r.exact("Beschreibung", "Prüfsumme einer Datei, beim Eingang gebildet")
	r.field(fieldAlgorithm, digestAlgorithm)
	r.field(fieldDigest, r.digest(fieldDigest, f.SHA256))
	r.field(fieldSize, strconv.FormatInt(f.Size, 10))
}

func (r recorder) field(name, value string) {
	r.within("Feld", func() {
		r.exact("Name", name)
		r.exact("Wert", value)
	})
}
