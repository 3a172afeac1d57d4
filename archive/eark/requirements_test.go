package eark_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// node is an element as an independent reader sees it: nothing here knows how the package was written.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []node     `xml:",any"`
	Text     string     `xml:",chardata"`
}

const (
	csip  = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
	xlink = "http://www.w3.org/1999/xlink"
)

func read(t *testing.T, file string) node {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var n node
	if err := xml.Unmarshal(content, &n); err != nil {
		t.Fatalf("%s: %v", filepath.Base(file), err)
	}
	return n
}

// at returns an attribute; its name may carry a namespace before a space.
func (n node) at(name string) string {
	space, local, ok := strings.Cut(name, " ")
	if !ok {
		space, local = "", name
	}
	for _, a := range n.Attrs {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// all returns the elements at a path below n.
func (n node) all(names string) []node {
	found := []node{n}
	for name := range strings.SplitSeq(names, "/") {
		var next []node
		for _, f := range found {
			for _, c := range f.Children {
				if c.XMLName.Local == name {
					next = append(next, c)
				}
			}
		}
		found = next
	}
	return found
}

func with(all []node, name, value string) []node {
	return slices.DeleteFunc(slices.Clone(all), func(n node) bool { return n.at(name) != value })
}

// rule is a requirement of the profiles.
type rule struct {
	id    string
	holds func(mets node) bool
}

func dated(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil }

func every(all []node, holds func(node) bool) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(n node) bool { return !holds(n) })
}

// reference is what all references to files have in common: CSIP22 to CSIP30, CSIP36 to CSIP44, CSIP68 to CSIP79.
func reference(described, located node) map[string]bool {
	size, err := strconv.ParseInt(described.at("SIZE"), 10, 64)
	return map[string]bool{
		"locator": located.at("LOCTYPE") == "URL", "link": located.at(xlink+" type") == "simple", "href": located.at(xlink+" href") != "",
		"mime": strings.Contains(described.at("MIMETYPE"), "/"), "size": err == nil && size >= 0, "created": dated(described.at("CREATED")),
		"checksum": len(described.at("CHECKSUM")) == 64, "checksumtype": described.at("CHECKSUMTYPE") == "SHA-256",
	}
}

func refers(path, part string) func(node) bool {
	return func(m node) bool {
		return every(m.all(path), func(n node) bool {
			located := n
			if n.XMLName.Local == "file" {
				located = n.all("FLocat")[0]
			}
			return reference(n, located)[part]
		})
	}
}

// common are the requirements of every METS, of the package and of a representation.
func common(name string) []rule {
	agent := func(m node) []node { return with(m.all("metsHdr/agent"), "OTHERTYPE", "SOFTWARE") }
	structure := func(m node) node { return with(m.all("structMap"), "LABEL", "CSIP")[0] }
	return []rule{
		{"CSIP1", func(m node) bool { return m.at("OBJID") == name }},
		{"CSIP2", func(m node) bool { return m.at("TYPE") == "Mixed" }},
		{"CSIP3", func(m node) bool { return m.at("TYPE") != "OTHER" || m.at(csip+" OTHERTYPE") != "" }},
		{"CSIP4", func(m node) bool { return m.at(csip+" CONTENTINFORMATIONTYPE") == "OTHER" }},
		{"CSIP5", func(m node) bool { return m.at(csip+" OTHERCONTENTINFORMATIONTYPE") == "xdomea" }},
		{"CSIP6, SIP2", func(m node) bool { return m.at("PROFILE") == "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml" }},
		{"CSIP117", func(m node) bool { return len(m.all("metsHdr")) == 1 }},
		{"CSIP7", func(m node) bool { return dated(m.all("metsHdr")[0].at("CREATEDATE")) }},
		{"CSIP9, SIP4", func(m node) bool { return m.all("metsHdr")[0].at(csip+" OAISPACKAGETYPE") == "SIP" }},
		{"CSIP10, CSIP13", func(m node) bool { return len(agent(m)) == 1 }},
		{"CSIP11", func(m node) bool { return agent(m)[0].at("ROLE") == "CREATOR" }},
		{"CSIP12", func(m node) bool { return agent(m)[0].at("TYPE") == "OTHER" }},
		{"CSIP14", func(m node) bool { return agent(m)[0].all("name")[0].Text == "eakte" }},
		{"CSIP15", func(m node) bool {
			return len(agent(m)[0].all("note")) == 1 && agent(m)[0].all("note")[0].Text == "1.2"
		}},
		{"CSIP16", func(m node) bool { return agent(m)[0].all("note")[0].at(csip+" NOTETYPE") == "SOFTWARE VERSION" }},
		{"SIP9 to SIP12", func(m node) bool {
			a := with(m.all("metsHdr/agent"), "ROLE", "ARCHIVIST")
			return len(a) == 1 && a[0].at("TYPE") == "ORGANIZATION" && a[0].all("name")[0].Text == "Ausländerbehörde <Musterstadt>"
		}},
		{"SIP15 to SIP20", func(m node) bool {
			a := with(with(m.all("metsHdr/agent"), "ROLE", "CREATOR"), "TYPE", "ORGANIZATION")
			return len(a) == 1 && a[0].all("name")[0].Text != "" && a[0].all("note")[0].at(csip+" NOTETYPE") == "IDENTIFICATIONCODE"
		}},
		{"SIP26 to SIP31", func(m node) bool {
			a := with(m.all("metsHdr/agent"), "ROLE", "PRESERVATION")
			return len(a) == 1 && a[0].at("TYPE") == "ORGANIZATION" && a[0].all("note")[0].Text == "4711"
		}},
		{"CSIP58", func(m node) bool { return len(m.all("fileSec")) == 1 }},
		{"CSIP59", func(m node) bool { return m.all("fileSec")[0].at("ID") != "" }},
		{"CSIP62, CSIP63", func(m node) bool {
			return every(m.all("fileSec/fileGrp"), func(g node) bool {
				return !strings.HasPrefix(g.at("USE"), "Representations") || g.at(csip+" OTHERCONTENTINFORMATIONTYPE") == "xdomea"
			})
		}},
		{"CSIP64", func(m node) bool {
			return every(m.all("fileSec/fileGrp"), func(g node) bool { return g.at("USE") != "" })
		}},
		{"CSIP65", func(m node) bool {
			return every(m.all("fileSec/fileGrp"), func(g node) bool { return g.at("ID") != "" })
		}},
		{"CSIP66", func(m node) bool {
			return every(m.all("fileSec/fileGrp"), func(g node) bool { return len(g.all("file")) > 0 })
		}},
		{"CSIP67", func(m node) bool {
			return every(m.all("fileSec/fileGrp/file"), func(f node) bool { return f.at("ID") != "" })
		}},
		{"CSIP68", refers("fileSec/fileGrp/file", "mime")},
		{"CSIP69", refers("fileSec/fileGrp/file", "size")},
		{"CSIP70", refers("fileSec/fileGrp/file", "created")},
		{"CSIP71", refers("fileSec/fileGrp/file", "checksum")},
		{"CSIP72", refers("fileSec/fileGrp/file", "checksumtype")},
		{"CSIP76", func(m node) bool {
			return every(m.all("fileSec/fileGrp/file"), func(f node) bool { return len(f.all("FLocat")) == 1 })
		}},
		{"CSIP77", refers("fileSec/fileGrp/file", "locator")},
		{"CSIP78", refers("fileSec/fileGrp/file", "link")},
		{"CSIP79", refers("fileSec/fileGrp/file", "href")},
		{"CSIP80, CSIP82", func(m node) bool { return len(m.all("structMap")) == 1 && m.all("structMap")[0].at("LABEL") == "CSIP" }},
		{"CSIP81", func(m node) bool { return structure(m).at("TYPE") == "PHYSICAL" }},
		{"CSIP83", func(m node) bool { return structure(m).at("ID") != "" }},
		{"CSIP84", func(m node) bool { return len(structure(m).all("div")) == 1 }},
		{"CSIP85, CSIP89, CSIP94, CSIP98, CSIP102, CSIP106", func(m node) bool {
			divs := append(structure(m).all("div"), structure(m).all("div/div")...)
			return every(divs, func(d node) bool { return d.at("ID") != "" })
		}},
		{"CSIP88, CSIP90", func(m node) bool { return len(with(structure(m).all("div/div"), "LABEL", "Metadata")) == 1 }},
		{"identifiers are unique and references lead to one", identifiers},
	}
}

// identifiers checks CSIP18, CSIP33, CSIP67, CSIP91, CSIP92, CSIP108, CSIP116, CSIP118, CSIP119.
func identifiers(m node) bool {
	seen := map[string]bool{}
	var refs []string
	sound := true
	var walk func(node)
	walk = func(n node) {
		if id := n.at("ID"); id != "" {
			sound = sound && !seen[id] && !strings.ContainsAny(id[:1], "0123456789-.") && !strings.ContainsAny(id, " :/")
			seen[id] = true
		}
		for _, name := range []string{"FILEID", "ADMID", "DMDID", xlink + " title"} {
			refs = append(refs, strings.Fields(n.at(name))...)
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(m)
	return sound && every([]node{m}, func(node) bool { return !slices.ContainsFunc(refs, func(r string) bool { return !seen[r] }) })
}

// whole are the requirements of the METS of a package only.
func whole() []rule {
	div := func(m node, label string) []node { return with(m.all("structMap/div/div"), "LABEL", label) }
	group := func(m node, use string) []node { return with(m.all("fileSec/fileGrp"), "USE", use) }
	points := func(m node, label, use string) bool {
		d, g := div(m, label), group(m, use)
		return len(d) == 1 && len(g) == 1 && d[0].all("fptr")[0].at("FILEID") == g[0].at("ID")
	}
	return []rule{
		{"CSIP17", func(m node) bool { return len(m.all("dmdSec")) == 1 }},
		{"CSIP18", func(m node) bool { return m.all("dmdSec")[0].at("ID") != "" }},
		{"CSIP19", func(m node) bool { return dated(m.all("dmdSec")[0].at("CREATED")) }},
		{"CSIP20", func(m node) bool { return m.all("dmdSec")[0].at("STATUS") == "CURRENT" }},
		{"CSIP21", func(m node) bool { return len(m.all("dmdSec/mdRef")) == 1 }},
		{"CSIP22", refers("dmdSec/mdRef", "locator")}, {"CSIP23", refers("dmdSec/mdRef", "link")}, {"CSIP24", refers("dmdSec/mdRef", "href")},
		{"CSIP25", func(m node) bool { return m.all("dmdSec/mdRef")[0].at("MDTYPE") == "OTHER" }},
		{"CSIP26", refers("dmdSec/mdRef", "mime")}, {"CSIP27", refers("dmdSec/mdRef", "size")}, {"CSIP28", refers("dmdSec/mdRef", "created")},
		{"CSIP29", refers("dmdSec/mdRef", "checksum")}, {"CSIP30", refers("dmdSec/mdRef", "checksumtype")},
		{"CSIP31", func(m node) bool { return len(m.all("amdSec")) == 1 }},
		{"CSIP32", func(m node) bool { return len(m.all("amdSec/digiprovMD")) == 1 }},
		{"CSIP33", func(m node) bool { return m.all("amdSec/digiprovMD")[0].at("ID") != "" }},
		{"CSIP34", func(m node) bool { return m.all("amdSec/digiprovMD")[0].at("STATUS") == "CURRENT" }},
		{"CSIP35", func(m node) bool { return len(m.all("amdSec/digiprovMD/mdRef")) == 1 }},
		{"CSIP36", refers("amdSec/digiprovMD/mdRef", "locator")}, {"CSIP37", refers("amdSec/digiprovMD/mdRef", "link")},
		{"CSIP38", refers("amdSec/digiprovMD/mdRef", "href")},
		{"CSIP39", func(m node) bool { return m.all("amdSec/digiprovMD/mdRef")[0].at("MDTYPE") == "PREMIS" }},
		{"CSIP40", refers("amdSec/digiprovMD/mdRef", "mime")}, {"CSIP41", refers("amdSec/digiprovMD/mdRef", "size")},
		{"CSIP42", refers("amdSec/digiprovMD/mdRef", "created")}, {"CSIP43", refers("amdSec/digiprovMD/mdRef", "checksum")},
		{"CSIP44", refers("amdSec/digiprovMD/mdRef", "checksumtype")},
		{"CSIP60", func(m node) bool { return len(group(m, "Documentation")) == 1 }},
		{"CSIP113", func(m node) bool { return len(group(m, "Schemas")) == 1 }},
		{"CSIP114", func(m node) bool {
			return len(group(m, "Representations/original")) == 1 && len(group(m, "Representations/archival")) == 1
		}},
		{"CSIP91", func(m node) bool { return div(m, "Metadata")[0].at("ADMID") == m.all("amdSec/digiprovMD")[0].at("ID") }},
		{"CSIP92", func(m node) bool { return div(m, "Metadata")[0].at("DMDID") == m.all("dmdSec")[0].at("ID") }},
		{"CSIP93, CSIP95, CSIP96, CSIP116", func(m node) bool { return points(m, "Documentation", "Documentation") }},
		{"CSIP97, CSIP99, CSIP100, CSIP118", func(m node) bool { return points(m, "Schemas", "Schemas") }},
		{"CSIP105, CSIP107 to CSIP112", func(m node) bool {
			return every(m.all("structMap/div/div"), func(d node) bool {
				label := d.at("LABEL")
				if !strings.HasPrefix(label, "Representations/") {
					return true
				}
				p := d.all("mptr")
				return len(p) == 1 && p[0].at("LOCTYPE") == "URL" && p[0].at(xlink+" type") == "simple" &&
					p[0].at(xlink+" title") == group(m, label)[0].at("ID") &&
					p[0].at(xlink+" href") == "representations/"+path.Base(label)+"/METS.xml"
			})
		}},
	}
}

func TestThePackageMeetsTheRequirements(t *testing.T) {
	t.Parallel()
	dir, _ := written(t, sample())
	hold := func(name string, mets node, rules []rule) {
		for _, r := range rules {
			if !r.holds(mets) {
				t.Errorf("%s: %s is not met", name, r.id)
			}
		}
	}
	root := read(t, filepath.Join(dir, "METS.xml"))
	hold("package", root, append(common(filepath.Base(dir)), whole()...))
	for _, rep := range []string{"original", "archival"} {
		mets := read(t, filepath.Join(dir, "representations", rep, "METS.xml"))
		hold(rep, mets, append(common(rep), rule{"CSIP101, CSIP103, CSIP104, CSIP119", func(m node) bool {
			d := with(m.all("structMap/div/div"), "LABEL", "Representations")
			return len(d) == 1 && d[0].all("fptr")[0].at("FILEID") == m.all("fileSec/fileGrp")[0].at("ID")
		}}))
	}
}

// TestEveryFileIsListedOnceWithWhatItIs follows all references and reads what they lead to.
func TestEveryFileIsListedOnceWithWhatItIs(t *testing.T) {
	t.Parallel()
	dir, all := written(t, sample())
	seen := map[string]int{}
	follow := func(base string, described, located node) {
		name, err := url.PathUnescape(located.at(xlink + " href"))
		if err != nil {
			t.Error(err)
		}
		full := path.Join(base, name)
		seen[full]++
		content, err := os.ReadFile(filepath.Join(dir, full))
		if err != nil {
			t.Error(err)
			return
		}
		sum := sha256.Sum256(content)
		if described.at("CHECKSUM") != hex.EncodeToString(sum[:]) || described.at("SIZE") != strconv.Itoa(len(content)) {
			t.Errorf("%s is not what its METS says", full)
		}
	}
	for _, base := range []string{"", "representations/original", "representations/archival"} {
		mets := read(t, filepath.Join(dir, base, "METS.xml"))
		for _, ref := range append(mets.all("dmdSec/mdRef"), mets.all("amdSec/digiprovMD/mdRef")...) {
			follow(base, ref, ref)
		}
		for _, f := range mets.all("fileSec/fileGrp/file") {
			follow(base, f, f.all("FLocat")[0])
		}
	}
	for _, e := range all.Entries {
		name := strings.TrimPrefix(e.Name, filepath.Base(dir)+"/")
		if want := 1; name != "METS.xml" && seen[name] != want {
			t.Errorf("%s is listed %d times, want %d", name, seen[name], want)
		}
	}
}

func TestPreservationMetadata(t *testing.T) {
	t.Parallel()
	dir, _ := written(t, sample())
	premis := read(t, filepath.Join(dir, "metadata", "preservation", "premis.xml"))
	if premis.XMLName.Space != "http://www.loc.gov/premis/v3" || premis.at("version") != "3.0" {
		t.Errorf("got %v, version %s", premis.XMLName, premis.at("version"))
	}
	ids := map[string]string{}
	for _, o := range premis.all("object") {
		id := o.all("objectIdentifier/objectIdentifierValue")[0].Text
		if ids[id] != "" {
			t.Errorf("object %s is there twice", id)
		}
		ids[id] = o.at("http://www.w3.org/2001/XMLSchema-instance type")
		if ids[id] == "file" && (len(o.all("objectCharacteristics/fixity/messageDigest")[0].Text) != 64 ||
			len(o.all("objectCharacteristics/format/formatDesignation/formatName")) != 1 || len(o.all("objectCharacteristics/size")) != 1) {
			t.Errorf("file %s lacks fixity, size or format", id)
		}
	}
	if len(ids) != 10 { // a case file, a matter, two documents, an attachment; five files
		t.Errorf("got %d objects, want 10", len(ids))
	}
	agents := map[string]bool{}
	for _, a := range premis.all("agent") {
		agents[a.all("agentIdentifier/agentIdentifierValue")[0].Text] = true
	}
	events := premis.all("event")
	if len(events) != 5 || len(agents) != 3 {
		t.Errorf("got %d events and %d agents, want 5 and 3", len(events), len(agents))
	}
	for _, e := range events {
		for _, l := range e.all("linkingObjectIdentifier/linkingObjectIdentifierValue") {
			if ids[l.Text] == "" {
				t.Errorf("an event is about %s, which is not there", l.Text)
			}
		}
		for _, l := range e.all("linkingAgentIdentifier/linkingAgentIdentifierValue") {
			if !agents[l.Text] {
				t.Errorf("an event names %s, who is not there", l.Text)
			}
		}
	}
	derived := 0
	for _, r := range premis.all("object/relationship") {
		if r.all("relationshipType")[0].Text == "derivation" {
			derived++
		}
		if to := r.all("relatedObjectIdentifier/relatedObjectIdentifierValue")[0].Text; ids[to] == "" {
			t.Errorf("an object is related to %s, which is not there", to)
		}
	}
	if derived != 2 {
		t.Errorf("got %d derivations, want 2", derived)
	}
}
