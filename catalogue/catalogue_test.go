package catalogue_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

func TestEmbeddedCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	c, err := catalogue.Load(nil)
	if err != nil {
		t.Fatalf("Load(nil): %v", err)
	}
	if got := len(c.Types()); got < 40 {
		t.Errorf("types: got %d, want at least 40", got)
	}
	if got := len(c.Procedures()); got < 14 {
		t.Errorf("procedures: got %d, want at least 14", got)
	}
	if !slices.Contains(c.Fields(), "expiry_date") {
		t.Error("field expiry_date is missing")
	}
	for _, ty := range c.Types() {
		for _, lang := range catalogue.Languages {
			if ty.Names[lang] == "" {
				t.Errorf("type %s has no name in %s", ty.Key, lang)
			}
		}
	}
	if diff := cmp.Diff(c.Types(), catalogue.BuiltInTypes()); diff != "" {
		t.Errorf("the built-in types are others: %s", diff)
	}
	for _, typ := range []string{"passport", "payslip", ""} {
		if diff := cmp.Diff(c.FieldsOf(typ), catalogue.FieldsOf(typ)); diff != "" {
			t.Errorf("the fields of %q are others: %s", typ, diff)
		}
	}
	if got := c.Version(); got == "" {
		t.Error("the catalogue has no version")
	}
}

func TestLookupsOfUnknownKeysSayNo(t *testing.T) {
	t.Parallel()
	c := catalogue.Default()
	if _, ok := c.Type("unicorn"); ok {
		t.Error("Type(unicorn) is known")
	}
	if _, ok := c.Procedure("unicorn"); ok {
		t.Error("Procedure(unicorn) is known")
	}
	if got := c.Checklist("unicorn", nil, nil); got != nil {
		t.Errorf("Checklist(unicorn): got %v, want nil", got)
	}
	if got := (catalogue.Names{"de": "Pass"}).In("xx"); got != "Pass" {
		t.Errorf("name in an unknown language: got %q, want the German one", got)
	}
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file, text, wantErr string
		check                     func(*testing.T, *catalogue.Catalogue)
	}{
		{"an entry changes only what it names", "document-types.yaml",
			"document_types: [{key: passport, retention: minimise}]", "",
			func(t *testing.T, c *catalogue.Catalogue) {
				p, _ := c.Type("passport")
				if p.Retention != catalogue.Minimise || p.MRZ != "TD3" || p.Names["ar"] == "" {
					t.Errorf("got %+v, want only the retention changed", p)
				}
				if d, _ := catalogue.Default().Type("passport"); d.Retention != catalogue.WithCase {
					t.Error("the embedded catalogue changed too")
				}
			}},
		{"one name is changed and the others stay", "document-types.yaml",
			"document_types: [{key: passport, names: {de: Nationalpass}}]", "",
			func(t *testing.T, c *catalogue.Catalogue) {
				p, _ := c.Type("passport")
				if p.Names["de"] != "Nationalpass" || p.Names["en"] != "Passport" {
					t.Errorf("got %v", p.Names)
				}
				if d, _ := catalogue.Default().Type("passport"); d.Names["de"] != "Reisepass" {
					t.Error("the embedded catalogue changed too")
				}
			}},
		{"a procedure's list is replaced whole", "procedures.yaml",
			"procedures: [{key: naturalisation, documents: [{type: cv, need: mandatory}]}]", "",
			func(t *testing.T, c *catalogue.Catalogue) {
				p, _ := c.Procedure("naturalisation")
				if len(p.Documents) != 1 || p.Documents[0].Party != efile.PartyApplicant {
					t.Errorf("got %+v, want one line for the applicant", p.Documents)
				}
			}},
		{"an entry is dropped", "procedures.yaml", "procedures: [{key: asylum_seeker_benefits, drop: true}]", "",
			func(t *testing.T, c *catalogue.Catalogue) {
				if _, ok := c.Procedure("asylum_seeker_benefits"); ok {
					t.Error("still there")
				}
			}},
		{"an unknown word is refused", "document-types.yaml", "document_types: [{key: passport, colour: red}]", "colour", nil},
		{"a new type without all names is refused", "document-types.yaml",
			`document_types: [{key: library_card, names: {de: "Bibliotheksausweis"}}]`, "library_card", nil},
		{"a reference to no type is refused", "procedures.yaml",
			"procedures: [{key: naturalisation, documents: [{type: unicorn, need: mandatory}]}]", "unicorn", nil},
		{"a reference to no condition is refused", "procedures.yaml",
			"procedures: [{key: naturalisation, documents: [{type: cv, need: conditional, when: [rainy]}]}]", "rainy", nil},
		{"the same key twice is refused", "document-types.yaml", "document_types: [{key: cv}, {key: cv}]", "twice", nil},
		{"dropping a type a procedure asks for is refused", "document-types.yaml",
			"document_types: [{key: passport, drop: true}]", "passport", nil},
		{"dropping other is refused", "document-types.yaml", "document_types: [{key: other, drop: true}]", "other", nil},
		{"broken YAML is refused", "procedures.yaml", "procedures: [", "procedures.yaml", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := catalogue.Load(fstest.MapFS{tt.file: {Data: []byte(tt.text)}})
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("got error %v, want one that names %q", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			tt.check(t, c)
		})
	}
}

func TestChecklist(t *testing.T) {
	t.Parallel()
	office := fstest.MapFS{"procedures.yaml": {Data: []byte(`
procedures:
  - key: naturalisation
    documents:
      - {type: passport, need: mandatory, unless: [exempt_language]}
      - {type: payslip, need: conditional, when: [employed, self_employed], rule: {count: 3}}
      - {type: bank_statement, need: one_of, group: livelihood}
      - {type: blocked_account, need: one_of, group: livelihood, when: [studies]}
      - {type: passport, need: optional, party: guest}
`)}}
	c, err := catalogue.Load(office)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		facts   map[string]bool
		present map[string]int
		want    []string // type:present/wanted, ! for open
	}{
		{"nothing there: the mandatory ones are open", nil, nil,
			[]string{"passport:0/1!", "bank_statement:0/1!", "passport:0/1"}},
		{"a fact makes its document due and the group wider", map[string]bool{"employed": true, "studies": true},
			map[string]int{"payslip": 2, "blocked_account": 1},
			[]string{"passport:0/1!", "payslip:2/3!", "bank_statement|blocked_account:1/1", "passport:0/1"}},
		{"a fact lifts a document", map[string]bool{"exempt_language": true}, nil,
			[]string{"bank_statement:0/1!", "passport:0/1"}},
		{"one passport goes to the mandatory line", nil, map[string]int{"passport": 1},
			[]string{"passport:1/1", "bank_statement:0/1!", "passport:0/1"}},
		{"more than wanted counts as wanted", nil, map[string]int{"passport": 5, "bank_statement": 9},
			[]string{"passport:1/1", "bank_statement:1/1", "passport:1/1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, i := range c.Checklist("naturalisation", tt.facts, tt.present) {
				line := strings.Join(i.Types, "|") + ":" + string(rune('0'+i.Present)) + "/" + string(rune('0'+i.Wanted))
				if i.Open() {
					line += "!"
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("checklist (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCountSumsUpAChecklist(t *testing.T) {
	t.Parallel()
	c := catalogue.Default()
	items := c.Checklist("residence_employment", map[string]bool{"dependent_employment": true},
		map[string]int{"passport": 1, "employment_contract": 1})
	got := catalogue.Count(items)
	want := catalogue.Completeness{MandatoryTotal: 2, MandatoryPresent: 1, ConditionalOpen: 1,
		Missing: []string{"employment_declaration", "health_insurance"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
	if got := catalogue.Count(nil); !got.Complete {
		t.Errorf("empty checklist: got %+v, want complete", got)
	}
}

// FuzzLoad holds that no override makes Load panic, and that what loads can be asked.
func FuzzLoad(f *testing.F) {
	f.Add("document_types: [{key: passport, drop: true}]", "procedures: [{key: x, documents: [{type: cv, need: mandatory}]}]")
	f.Add("a: &a [*a]", "conditions: {<<: {x: {de: y}}}")
	f.Add("document_types: [null]", "procedures: [{<<: {key: naturalisation}}]")
	f.Fuzz(func(t *testing.T, types, procedures string) {
		c, err := catalogue.Load(fstest.MapFS{
			"document-types.yaml": {Data: []byte(types)}, "procedures.yaml": {Data: []byte(procedures)}})
		if err != nil {
			return
		}
		for _, p := range c.Procedures() {
			catalogue.Count(c.Checklist(p.Key, map[string]bool{"employed": true}, map[string]int{"passport": 1}))
		}
	})
}
