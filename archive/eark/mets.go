package eark

import (
	"cmp"
	"time"
)

const (
	profile = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml" // CSIP6, SIP2

	metsOpen = `<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
		`xmlns:csip="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" xmlns:sip="https://DILCIS.eu/XML/METS/SIPExtensionMETS" ` +
		`OBJID="%s" TYPE="Mixed" PROFILE="%s" csip:CONTENTINFORMATIONTYPE="OTHER" csip:OTHERCONTENTINFORMATIONTYPE="xdomea">` + "\n"

	fixity = `SIZE="%s" CREATED="%s" CHECKSUM="%s" CHECKSUMTYPE="SHA-256"`
	locate = `LOCTYPE="URL" xlink:type="simple" xlink:href="%s"`
)

// header says who made the package, for whom (CSIP117 to CSIP16, SIP4 to SIP31).
func (b *builder) header(o *out) {
	m := b.p.Message
	o.f(`<metsHdr CREATEDATE="%s" RECORDSTATUS="NEW" csip:OAISPACKAGETYPE="SIP">`+"\n", stamp(m.Created))
	o.f(`<agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="SOFTWARE"><name>%s</name><note csip:NOTETYPE="SOFTWARE VERSION">%s</note></agent>`+"\n",
		cmp.Or(m.Product, "eakte"), cmp.Or(m.Release, "unknown"))
	agent := func(role, name, prefix, key string) {
		o.f(`<agent ROLE="%s" TYPE="ORGANIZATION"><name>%s</name>`, role, cmp.Or(name, "unknown"))
		if key != "" {
			code := key
			if prefix != "" {
				code = prefix + ":" + key
			}
			o.f(`<note csip:NOTETYPE="IDENTIFICATIONCODE">%s</note>`, code)
		}
		o.raw("</agent>\n")
	}
	agent("ARCHIVIST", m.Sender.Name, m.Sender.Prefix, m.Sender.Key) // whose records they are
	agent("CREATOR", m.Sender.Name, m.Sender.Prefix, m.Sender.Key)   // who submits them
	agent("PRESERVATION", m.Receiver.Name, m.Receiver.Prefix, m.Receiver.Key)
	o.raw("</metsHdr>\n")
}

// packageMETS describes the package as a whole.
func (b *builder) packageMETS(o *out) {
	o.f(metsOpen, b.base, profile)
	b.header(o)
	created := stamp(b.p.Message.Created)
	reference := func(l listed, kind string) {
		o.f(`<mdRef `+locate+` MDTYPE="%s"`, href(l.path), kind)
		if kind == "OTHER" {
			o.raw(` OTHERMDTYPE="xdomea"`)
		}
		o.f(` MIMETYPE="%s" `+fixity+`/>`, l.mime, l.Size, created, l.SHA256)
	}
	o.f(`<dmdSec ID="%s" CREATED="%s" STATUS="CURRENT">`, b.descriptive.id, created)
	reference(b.descriptive, "OTHER")
	o.raw("</dmdSec>\n")
	o.f(`<amdSec ID="amd"><digiprovMD ID="%s" STATUS="CURRENT">`, b.preservation.id)
	reference(b.preservation, "PREMIS")
	o.raw("</digiprovMD></amdSec>\n")
	o.raw(`<fileSec ID="files">` + "\n")
	b.group(o, "grp-documentation", "Documentation", b.documentation)
	b.group(o, "grp-schemas", "Schemas", b.schemas)
	for i, rep := range b.reps {
		b.group(o, "grp-"+rep.id, "Representations/"+repName(rep), b.reps[i:i+1])
	}
	o.raw("</fileSec>\n")
	b.structure(o)
	o.raw("</mets>\n")
}

func repName(l listed) string { return l.id[len("rep-"):] }

// group lists files of the package (CSIP60 to CSIP79).
func (b *builder) group(o *out, id, use string, files []listed) {
	o.f(`<fileGrp ID="%s" USE="%s"`, id, use)
	if use != "Documentation" && use != "Schemas" {
		o.raw(` csip:CONTENTINFORMATIONTYPE="OTHER" csip:OTHERCONTENTINFORMATIONTYPE="xdomea"`) // CSIP62, CSIP63
	}
	o.raw(">\n")
	for _, f := range files {
		o.f(`<file ID="%s" MIMETYPE="%s" `+fixity+`><FLocat `+locate+`/></file>`+"\n",
			f.id, f.mime, f.Size, stamp(b.p.Message.Created), f.SHA256, href(f.path))
	}
	o.raw("</fileGrp>\n")
}

// structure is the one map that CSIP80 to CSIP119 want.
func (b *builder) structure(o *out) {
	o.f(`<structMap ID="structure" TYPE="PHYSICAL" LABEL="CSIP"><div ID="div-package" LABEL="%s">`+"\n", b.base)
	o.f(`<div ID="div-metadata" LABEL="Metadata" ADMID="%s" DMDID="%s"/>`+"\n", b.preservation.id, b.descriptive.id)
	o.raw(`<div ID="div-documentation" LABEL="Documentation"><fptr FILEID="grp-documentation"/></div>` + "\n")
	o.raw(`<div ID="div-schemas" LABEL="Schemas"><fptr FILEID="grp-schemas"/></div>` + "\n")
	for _, rep := range b.reps {
		o.f(`<div ID="div-%s" LABEL="Representations/%s"><mptr `+locate+` xlink:title="grp-%s"/></div>`+"\n",
			rep.id, repName(rep), href(rep.path), rep.id)
	}
	o.raw("</div></structMap>\n")
}

// representationMETS lists the files of one representation.
func (b *builder) representationMETS(o *out, rep representation) {
	o.f(metsOpen, rep.name, profile)
	b.header(o)
	o.raw(`<fileSec ID="files">` + "\n")
	o.f(`<fileGrp ID="grp-data" USE="Representations/%s/data" csip:CONTENTINFORMATIONTYPE="OTHER" csip:OTHERCONTENTINFORMATIONTYPE="xdomea">`+"\n", rep.name)
	for f, err := range b.formats() {
		if err != nil {
			o.fail(err)
			return
		}
		if f.Archival == rep.archival {
			b.dataFile(o, f)
		}
	}
	o.raw("</fileGrp>\n</fileSec>\n")
	o.f(`<structMap ID="structure" TYPE="PHYSICAL" LABEL="CSIP"><div ID="div-representation" LABEL="%s">`+"\n", rep.name)
	o.raw(`<div ID="div-metadata" LABEL="Metadata"/>` + "\n")
	o.raw(`<div ID="div-data" LABEL="Representations"><fptr FILEID="grp-data"/></div>` + "\n</div></structMap>\n</mets>\n")
}

func (b *builder) dataFile(o *out, f formatOf) {
	made := f.Made
	if made.Equal(time.Time{}) {
		made = b.p.Message.Created
	}
	o.f(`<file ID="file-%s" OWNERID="%s" MIMETYPE="%s" `+fixity, f.ID, f.ID, cmp.Or(f.MediaType, "application/octet-stream"),
		f.Size, stamp(made), f.SHA256)
	if f.Standard != "" {
		o.f(` sip:FILEFORMATNAME="%s"`, f.Standard)
	}
	o.f(`><FLocat `+locate+`/></file>`+"\n", href("data/"+b.p.Name(f.Format)))
}
