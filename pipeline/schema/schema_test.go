package schema_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/schema"
)

const letterXSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
	targetNamespace="urn:letter" xmlns="urn:letter">
	<xs:include schemaLocation="parts/line.xsd"/>
	<xs:element name="letter"><xs:complexType><xs:sequence>
		<xs:element name="line" type="Line" maxOccurs="unbounded"/>
	</xs:sequence></xs:complexType></xs:element>
</xs:schema>`

const lineXSD = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:letter">
	<xs:simpleType name="Line"><xs:restriction base="xs:int"/></xs:simpleType>
</xs:schema>`

func TestRunSaysWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, xml string
		valid     bool
		says      string
	}{
		{"a letter that fits", `<letter xmlns="urn:letter"><line>1</line></letter>`, true, ""},
		{"a value of the wrong type", "<letter xmlns=\"urn:letter\">\n<line>one</line></letter>", false, "'one' is not a valid value"},
		{"a value that sounds like a broken schema", `<letter xmlns="urn:letter"><line>failed to compile</line></letter>`, false, ""},
		{"an unknown element", `<letter xmlns="urn:letter"><word/></letter>`, false, "not expected"},
		{"another namespace", `<letter xmlns="urn:other"><line>1</line></letter>`, false, "No matching global"},
		{"an end that is missing", `<letter xmlns="urn:letter"><line>1</line>`, false, ""},
		{"nothing at all", ``, false, ""},
		{"no XML", "%PDF-1.7", false, ""},
		{"entities that grow", `<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
			<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">
			<!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">]><letter xmlns="urn:letter"><line>&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;</line></letter>`, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t, test.xml)
			got, err := schema.Run(t.Context(), dir, pipeline.SchemaRequest{File: "letter.xml", Schema: "letter.xsd"})
			if err != nil {
				t.Fatal(err)
			}
			if got.Valid != test.valid || (got.Count == 0) != test.valid {
				t.Fatalf("got %+v, want valid %v", got, test.valid)
			}
			if test.says != "" && !strings.Contains(got.Errors[0].Text, test.says) {
				t.Errorf("got %q, want it to say %q", got.Errors[0].Text, test.says)
			}
		})
	}
}

func TestRunWithoutAUsableSchemaIsAnError(t *testing.T) {
	t.Parallel()
	dir := folder(t, `<letter xmlns="urn:letter"><line>1</line></letter>`)
	if err := os.WriteFile(filepath.Join(dir, "broken.xsd"), []byte("<xs:schema"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"missing.xsd", "broken.xsd", "../letter.xsd", "/etc/passwd"} {
		if got, err := schema.Run(t.Context(), dir, pipeline.SchemaRequest{File: "letter.xml", Schema: name}); err == nil {
			t.Errorf("%s: got %+v, want an error", name, got)
		}
	}
}

// folder holds the schemas and a letter.
func folder(t *testing.T, letter string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "parts"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"letter.xsd": letterXSD, "parts/line.xsd": lineXSD, "letter.xml": letter} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
