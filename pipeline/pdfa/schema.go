package pdfa

import (
	_ "embed"
	"maps"
	"regexp"
	"strings"
	"sync"
)

//go:embed tables/xmp.txt
var schemasText string

// schema is what is known of a namespace: its properties with the types of their values, and the structures that are such
// types.
type schema struct {
	properties map[string]string
	types      map[string]valueType
}

// valueType is a structure, or plain text if it has no fields.
type valueType struct {
	space  string
	fields map[string]string
}

// predefined are the schemas of tables/xmp.txt by namespace, all with the same types.
var predefined = sync.OnceValue(func() map[string]*schema {
	types := map[string]valueType{}
	out := map[string]*schema{}
	var fields map[string]string
	for line := range strings.Lines(schemasText) {
		line = strings.TrimRight(line, "\n")
		if field, is := strings.CutPrefix(line, "\t"); is {
			key, value, _ := strings.Cut(field, ": ")
			fields[key] = value
			continue
		}
		word := strings.Fields(line)
		if len(word) != 3 || word[0] == "#" {
			continue
		}
		fields = map[string]string{}
		if word[0] == "schema" {
			out[word[2]] = &schema{properties: fields, types: types}
		} else {
			types[strings.ToLower(word[1])] = valueType{space: word[2], fields: fields}
		}
	}
	return out
})

// predefinedTypes returns a copy of the structures of the predefined schemas.
func predefinedTypes() map[string]valueType {
	return maps.Clone(predefined()[nsPDFAID].types)
}

var choice = regexp.MustCompile(`(?:open |closed )?choice(?: of | |$)`)

// plainType writes a type in small letters, without what says that its values are chosen from some.
func plainType(typ string) string {
	typ = strings.TrimSpace(choice.ReplaceAllString(strings.ToLower(typ), ""))
	switch {
	case typ == "":
		return "text"
	case strings.HasSuffix(typ, "lang alt"):
		return typ
	case strings.HasSuffix(typ, "bag"), strings.HasSuffix(typ, "seq"), strings.HasSuffix(typ, "alt"):
		return typ + " text"
	}
	return typ
}

// arrayOf splits an array type.
func arrayOf(typ string) (kind, string, bool) {
	for prefix, k := range map[string]kind{"bag ": bag, "seq ": seq, "alt ": alt} {
		if item, is := strings.CutPrefix(typ, prefix); is {
			return k, item, true
		}
	}
	return simple, "", false
}

// simpleTypes are the types that are text of a certain form.
var simpleTypes = map[string]*regexp.Regexp{
	"boolean":        regexp.MustCompile(`\A(?:True|False)\z`),
	"integer":        regexp.MustCompile(`\A[+-]?\d+\z`),
	"real":           regexp.MustCompile(`\A[+-]?(?:\d+\.?\d*|\d*\.?\d+)\z`),
	"mimetype":       regexp.MustCompile(`\A[-\w+.]+/[-\w+.]+\z`),
	"gpscoordinate":  regexp.MustCompile(`\A\d{1,3},\d{1,2}(?:,\d{1,2}|\.\d+)[NSEW]\z`),
	"date":           regexp.MustCompile(`\A(?:-?\d+(?:-(?:0?\d|1[0-2])(?:-(?:[0-2]?\d|3[01])(?:T(?:[01]?\d|2[0-3])(?::[0-5]?\d(?::[0-5]?\d(?:\.\d+)?)?(?:Z|[+-](?:[01]?\d|2[0-3])(?::[0-5]?\d)?)?)?)?)?)?)?\z`),
	"propername":     nil,
	"text":           nil,
	"agentname":      nil,
	"rational":       nil,
	"renditionclass": nil,
	"locale":         nil,
	"uri":            nil,
	"url":            nil,
	"xpath":          nil,
}

// knows reports whether a type is defined.
func (s *schema) knows(typ string) bool {
	typ = plainType(typ)
	for {
		_, item, is := arrayOf(typ)
		if !is {
			break
		}
		typ = item
	}
	if _, known := simpleTypes[typ]; known || typ == "lang alt" {
		return true
	}
	_, known := s.types[typ]
	return known
}

// fits reports whether a property's value is of a type.
func (s *schema) fits(p *property, typ string) bool {
	typ = plainType(typ)
	switch typ {
	case "any":
		return true
	case "lang alt":
		return p.languages()
	}
	if k, item, is := arrayOf(typ); is {
		if p.kind != k {
			return false
		}
		for _, i := range p.items {
			if !s.fits(i, item) {
				return false
			}
		}
		return true
	}
	if t, known := s.types[typ]; known {
		return s.fitsStructure(p, t)
	}
	pattern, known := simpleTypes[typ]
	return known && p.kind == simple && (pattern == nil || pattern.MatchString(p.value))
}

func (s *schema) fitsStructure(p *property, t valueType) bool {
	if len(t.fields) == 0 {
		return p.kind == simple
	}
	if p.kind != structure {
		return false
	}
	for _, field := range p.items {
		typ, known := t.fields[field.name]
		if !known || field.space != t.space || !s.fits(field, typ) {
			return false
		}
	}
	return true
}
