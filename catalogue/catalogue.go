// Package catalogue knows the types of documents and the procedures that ask for them: what each is called in the seven
// languages, how it is recognised, who has to hand it in and when. The knowledge is YAML, embedded (data/) and open to
// change by an office without a new release.
//
// It leaves to others: which type a file is (pipeline/classify), what is in a case (records), texts that are not names of
// catalogue entries (locale). A catalogue is read-only once loaded and safe for use by many goroutines.
//
// Start reading at Load, then Checklist.
package catalogue

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"github.com/eakte/eakte/efile"
)

// Languages are those every name comes in, German first.
var Languages = []string{"de", "en", "tr", "uk", "ru", "ar", "fr"}

//go:embed data/*.yaml
var embedded embed.FS

// Tier says how soon a type must be recognised.
type Tier string

// The tiers.
const (
	Core     Tier = "core"     // the classifier knows it
	Extended Tier = "extended" // may end as "other" until enough examples exist
)

// Retention is a hint how long a document is needed. It is not legal advice.
type Retention string

// The hints.
const (
	WithCase  Retention = "case_file" // lives and dies with the case file
	Minimise  Retention = "minimise"  // keep only while the check is open
	Transient Retention = "transient" // useless after the appointment
	Linked    Retention = "linked"    // as long as the document it belongs to
)

// Names are one name per language, keyed by BCP 47.
type Names map[string]string

// In returns the name in lang, else the German one.
func (n Names) In(lang string) string {
	if name, ok := n[lang]; ok {
		return name
	}
	return n["de"]
}

// DocumentType is a kind of document, such as "passport".
type DocumentType struct {
	Key             string    `yaml:"key"`
	Tier            Tier      `yaml:"tier"`
	Names           Names     `yaml:"names"`
	Issuers         []string  `yaml:"issuers"`  // who issues it, in German
	Keywords        []string  `yaml:"keywords"` // cues in lower case, in every script originals come in
	MRZ             string    `yaml:"mrz"`      // TD1, TD2, TD3, MRVA, MRVB or none
	MRZAlternatives []string  `yaml:"mrz_alternatives"`
	Dates           string    `yaml:"dates"` // which date matters: expiry, issue, period or none
	Retention       Retention `yaml:"retention"`
	Note            string    `yaml:"note"` // for people who maintain the catalogue
}

// Need says how a document is asked for.
type Need string

// The needs.
const (
	Mandatory   Need = "mandatory"   // always, unless a condition lifts it
	Conditional Need = "conditional" // when one of the conditions holds
	OneOf       Need = "one_of"      // one document of the same group
	Optional    Need = "optional"    // may be added
)

// Rule bounds what satisfies a demand. Zero fields ask for nothing.
type Rule struct {
	MaxAgeMonths   int    `yaml:"max_age_months"`   // from issue to upload
	MinValidMonths int    `yaml:"min_valid_months"` // of the expiry date
	Count          int    `yaml:"count"`            // pieces
	PeriodMonths   int    `yaml:"period_months"`    // the last n months must be covered
	Level          string `yaml:"level"`            // of a language: A1 … C2
	Value          string `yaml:"value"`            // free text in German
}

// Demand is one line of a procedure's list.
type Demand struct {
	Type    string          `yaml:"type"`
	Need    Need            `yaml:"need"`
	When    []string        `yaml:"when"`   // condition keys; one suffices
	Unless  []string        `yaml:"unless"` // condition keys; one lifts the demand
	Group   string          `yaml:"group"`  // only with OneOf
	Party   efile.PartyRole `yaml:"party"`  // whose document; empty in the file means applicant
	Rule    Rule            `yaml:"rule"`
	Basis   string          `yaml:"basis"` // statute, in German
	Sources []string        `yaml:"src"`
}

// Service is the public service (OZG) a procedure belongs to.
type Service struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// ServiceKey is a key of the German catalogue of administrative services (LeiKa).
type ServiceKey struct {
	Key    string `yaml:"key"`
	Scope  string `yaml:"scope"` // service: this very key; object: the group of services
	Name   string `yaml:"name"`
	Source string `yaml:"src"`
}

// Procedure is a kind of matter and the documents it asks for.
type Procedure struct {
	Key           string          `yaml:"key"`
	Names         Names           `yaml:"names"`
	Service       Service         `yaml:"ozg_service"`
	ServiceKeys   []ServiceKey    `yaml:"leika_keys"`
	LegalBasis    []string        `yaml:"legal_basis"`
	ApplicantKind efile.PartyRole `yaml:"applicant_kind"` // who applies; empty in the file means applicant
	Documents     []Demand        `yaml:"documents"`
	Note          string          `yaml:"note_de"`
}

// FieldKind is how the value of a field is to be read.
type FieldKind string

// The kinds of fields.
const (
	FieldText   FieldKind = "text"
	FieldDate   FieldKind = "date"   // ISO 8601
	FieldMoney  FieldKind = "money"  // "1234.50"
	FieldNumber FieldKind = "number" // "38.5"
	FieldCode   FieldKind = "code"   // without blanks, upper case: numbers of documents, IBAN, ICAO codes
	FieldPeriod FieldKind = "period" // "2026-05" or two ISO dates with a slash
)

// Field is something that can be read from a document, such as "expiry_date".
type Field struct {
	Key   string    `yaml:"key"`
	Kind  FieldKind `yaml:"kind"`
	Names Names     `yaml:"names"` // German and English
	// Also is a second key under which `eakte process` gives the value, for programs that know it by that one.
	Also string `yaml:"also"`
}

// Condition is a fact of a matter that makes documents due or lifts them. Its names complete the sentence "needed …".
type Condition struct {
	Key   string
	Names Names
}

// Catalogue is everything known, in the order of the files.
type Catalogue struct {
	version    string
	types      []DocumentType
	procedures []Procedure
	conditions []Condition
	fields     []Field
	everywhere []string            // fields that every document may have
	ofType     map[string][]string // fields that only documents of a type have
}

// parseEmbedded reads the embedded files once: overrides are laid over a copy of what it returns.
var parseEmbedded = sync.OnceValues(func() (*Catalogue, error) {
	base, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, fmt.Errorf("open embedded catalogue: %w", err)
	}
	fields, err := parseFields()
	if err != nil {
		return nil, err
	}
	c := &Catalogue{fields: fields.Fields, everywhere: fields.Everywhere, ofType: fields.OfType}
	return c, c.read(base, true)
})

// parseFields reads the embedded list of fields once.
var parseFields = sync.OnceValues(func() (doc fieldsDoc, err error) {
	err = open(embedded, path.Join("data", fieldsFile), true, func(data []byte) error { return strict(data, &doc) })
	return doc, err
})

// parseTypes reads the embedded types once.
var parseTypes = sync.OnceValues(func() ([]DocumentType, error) {
	var c Catalogue
	err := open(embedded, path.Join("data", typesFile), true, c.readTypes)
	return c.types, err
})

// BuiltInTypes returns the document types of the embedded catalogue, "other" among them. It reads less than Default.
func BuiltInTypes() []DocumentType {
	types, err := parseTypes()
	if err != nil {
		panic(fmt.Sprintf("embedded catalogue: %v", err)) // impossible: a test loads the same bytes
	}
	return slices.Clone(types)
}

// FieldsOf is Catalogue.FieldsOf of any catalogue: fields are the same in every office. It reads less than Default.
func FieldsOf(typ string) []string {
	doc, err := parseFields()
	if err != nil {
		panic(fmt.Sprintf("embedded catalogue: %v", err)) // impossible: a test loads the same bytes
	}
	return slices.Concat(doc.Everywhere, doc.OfType[typ])
}

// KnownField returns the field with this key. It reads less than Default: fields are the same in every office.
func KnownField(key string) (Field, bool) {
	doc, err := parseFields()
	if err != nil {
		panic(fmt.Sprintf("embedded catalogue: %v", err)) // impossible: a test loads the same bytes
	}
	return find(doc.Fields, func(f Field) bool { return f.Key == key })
}

// Default returns the embedded catalogue.
func Default() *Catalogue {
	c, err := Load(nil)
	if err != nil {
		panic(fmt.Sprintf("embedded catalogue: %v", err)) // impossible: a test loads the same bytes
	}
	return c
}

// Load returns the embedded catalogue with an office's changes laid over it. overrides may be nil; of it the files
// document-types.yaml and procedures.yaml count, both optional and in the form of the embedded ones. An entry with a
// known key changes only what it names (a list is replaced whole), one with a new key is added, and "drop: true" takes
// an entry away. An unknown word, a missing name or a reference to nothing is an error that names file and entry.
func Load(overrides fs.FS) (*Catalogue, error) {
	base, err := parseEmbedded()
	if err != nil {
		return nil, err
	}
	c := &Catalogue{base.version, slices.Clone(base.types), slices.Clone(base.procedures), slices.Clone(base.conditions),
		base.fields, base.everywhere, base.ofType}
	if overrides != nil {
		if err := c.read(overrides, false); err != nil {
			return nil, err
		}
	}
	c.complete()
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// Version is the one of the embedded files, or of the overriding ones where they carry one.
func (c *Catalogue) Version() string { return c.version }

// Type returns the document type with this key.
func (c *Catalogue) Type(key string) (DocumentType, bool) {
	return find(c.types, func(t DocumentType) bool { return t.Key == key })
}

// Types returns all document types in the catalogue's order, "other" among them.
func (c *Catalogue) Types() []DocumentType { return slices.Clone(c.types) }

// Procedure returns the procedure with this key.
func (c *Catalogue) Procedure(key string) (Procedure, bool) {
	return find(c.procedures, func(p Procedure) bool { return p.Key == key })
}

// Procedures returns all procedures in the catalogue's order.
func (c *Catalogue) Procedures() []Procedure { return slices.Clone(c.procedures) }

// Condition returns the condition with this key.
func (c *Catalogue) Condition(key string) (Condition, bool) {
	return find(c.conditions, func(v Condition) bool { return v.Key == key })
}

// Conditions returns all conditions; their keys are those of efile.Matter.Facts.
func (c *Catalogue) Conditions() []Condition { return slices.Clone(c.conditions) }

// Field returns the field with this key.
func (c *Catalogue) Field(key string) (Field, bool) {
	return find(c.fields, func(f Field) bool { return f.Key == key })
}

// Fields returns all field keys.
func (c *Catalogue) Fields() []string {
	keys := make([]string, len(c.fields))
	for i, f := range c.fields {
		keys[i] = f.Key
	}
	return keys
}

// FieldsOf returns the keys of the fields that a document of this type may have: those of any document, then its own. A
// type that is not known, or none, has the former.
func (c *Catalogue) FieldsOf(typ string) []string { return slices.Concat(c.everywhere, c.ofType[typ]) }

func find[T any](list []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}
