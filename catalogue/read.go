package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/eakte/eakte/efile"
)

// The files of a catalogue.
const (
	typesFile      = "document-types.yaml"
	proceduresFile = "procedures.yaml"
	fieldsFile     = "fields.yaml"
)

// typesDoc and proceduresDoc are the files as a whole. Entries are read twice: once strictly, to refuse unknown words,
// and once over the entry they change.
type typesDoc struct {
	Version   string      `yaml:"version"`
	Languages []string    `yaml:"languages"`
	Types     []typeEntry `yaml:"document_types"`
}

type typeEntry struct {
	DocumentType `yaml:",inline"`
	Drop         bool `yaml:"drop"`
}

type proceduresDoc struct {
	Version    string            `yaml:"version"`
	Languages  []string          `yaml:"languages"`
	Conditions map[string]Names  `yaml:"conditions"`
	Procedures []procedureEntry  `yaml:"procedures"`
	Sources    map[string]source `yaml:"sources"`
}

type procedureEntry struct {
	Procedure `yaml:",inline"`
	Drop      bool `yaml:"drop"`
}

type source struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
}

type fieldsDoc struct {
	Fields     []Field             `yaml:"fields"`
	Everywhere []string            `yaml:"everywhere"`
	OfType     map[string][]string `yaml:"of_type"`
}

// read lays the files of dir over c. All files are optional in an override; fields, which nobody overrides, are not among them.
func (c *Catalogue) read(dir fs.FS, whole bool) error {
	if err := open(dir, typesFile, whole, c.readTypes); err != nil {
		return err
	}
	if err := open(dir, proceduresFile, whole, c.readProcedures); err != nil {
		return err
	}
	return nil
}

func open(dir fs.FS, name string, required bool, read func([]byte) error) error {
	data, err := fs.ReadFile(dir, name)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return nil
	}
	if err == nil {
		err = read(data)
	}
	if err != nil {
		return fmt.Errorf("catalogue file %s: %w", name, err)
	}
	return nil
}

func (c *Catalogue) readTypes(data []byte) error {
	var doc typesDoc
	if err := strict(data, &doc); err != nil {
		return err
	}
	var raw struct {
		Types []yaml.Node `yaml:"document_types"`
	}
	if len(c.types) > 0 { // what is laid over
		if err := yaml.Unmarshal(data, &raw); err != nil {
			return err
		}
	}
	if doc.Version != "" {
		c.version = doc.Version
	}
	seen := map[string]bool{}
	for i, entry := range doc.Types {
		if err := once(seen, entry.Key); err != nil {
			return err
		}
		at := slices.IndexFunc(c.types, func(t DocumentType) bool { return t.Key == entry.Key })
		switch {
		case entry.Drop && at < 0:
			return fmt.Errorf("document type %q: cannot drop what is not there", entry.Key)
		case entry.Drop:
			c.types = slices.Delete(c.types, at, at+1)
		case at < 0:
			c.types = append(c.types, entry.DocumentType)
		default: // there before the file: once refuses a key that stands in it twice
			over := c.types[at]
			over.Names = maps.Clone(over.Names)
			if err := raw.Types[i].Decode(&over); err != nil {
				return fmt.Errorf("document type %q: %w", entry.Key, err)
			}
			c.types[at] = over
		}
	}
	return nil
}

func (c *Catalogue) readProcedures(data []byte) error {
	var doc proceduresDoc
	if err := strict(data, &doc); err != nil {
		return err
	}
	var raw struct {
		Conditions yaml.Node   `yaml:"conditions"`
		Procedures []yaml.Node `yaml:"procedures"`
	}
	if err := yaml.Unmarshal(data, &raw); err != nil {
		return err
	}
	c.readConditions(doc.Conditions, &raw.Conditions)
	seen := map[string]bool{}
	for i, entry := range doc.Procedures {
		if err := once(seen, entry.Key); err != nil {
			return err
		}
		at := slices.IndexFunc(c.procedures, func(p Procedure) bool { return p.Key == entry.Key })
		switch {
		case entry.Drop && at < 0:
			return fmt.Errorf("procedure %q: cannot drop what is not there", entry.Key)
		case entry.Drop:
			c.procedures = slices.Delete(c.procedures, at, at+1)
		case at < 0:
			c.procedures = append(c.procedures, entry.Procedure)
		default:
			over := c.procedures[at]
			over.Names = maps.Clone(over.Names)
			if err := raw.Procedures[i].Decode(&over); err != nil {
				return fmt.Errorf("procedure %q: %w", entry.Key, err)
			}
			c.procedures[at] = over
		}
	}
	return nil
}

// readConditions keeps the order of the file, which a Go map loses: the node's keys alternate with their values.
func (c *Catalogue) readConditions(conditions map[string]Names, node *yaml.Node) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i].Value
		names, known := conditions[key]
		if !known {
			continue // an alias or merge key: named by no one
		}
		at := slices.IndexFunc(c.conditions, func(v Condition) bool { return v.Key == key })
		if at < 0 {
			c.conditions = append(c.conditions, Condition{Key: key, Names: names})
			continue
		}
		merged := maps.Clone(c.conditions[at].Names)
		maps.Copy(merged, names)
		c.conditions[at].Names = merged
	}
}

// strict decodes data and refuses words that into does not know. An empty file is fine.
func strict(data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func once(seen map[string]bool, key string) error {
	if key == "" {
		return errors.New("an entry without a key")
	}
	if seen[key] {
		return fmt.Errorf("key %q stands there twice", key)
	}
	seen[key] = true
	return nil
}

// complete fills in what the files leave out because it is the usual.
func (c *Catalogue) complete() {
	for i := range c.procedures {
		p := &c.procedures[i]
		if p.ApplicantKind == "" {
			p.ApplicantKind = efile.PartyApplicant
		}
		p.Documents = slices.Clone(p.Documents)
		for j := range p.Documents {
			if p.Documents[j].Party == "" {
				p.Documents[j].Party = efile.PartyApplicant
			}
		}
	}
}
