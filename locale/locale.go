// Package locale holds every sentence people read, in seven languages, and the rules for filling them in: plural forms,
// dates, sizes, direction of writing, and which language to answer in.
//
// The texts are YAML, one file per language, embedded (texts/). Names of document types, procedures and fields are in
// package catalogue. A Texts is read-only once made and safe for use by many goroutines.
//
// Start reading at Texts.For, then Printer.T.
package locale

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

//go:embed texts/*.yaml
var files embed.FS

// Default is the language of an answer when nothing better is known: offices are German.
const Default = "de"

// Languages are all languages, in the order in which a switch shows them.
var Languages = []string{"de", "en", "tr", "uk", "ru", "ar", "fr"}

// Common are the parts of the key space that every language has. What is missing elsewhere exists in German and English
// only, and Printer falls back to English.
var Common = []string{"language", "format", "code", "note", "status", "station", "reason", "kind", "page", "landing",
	"upload", "error", "statement"}

// Texts are all sentences.
type Texts struct {
	byLang map[string]map[string]text
}

// text is one sentence, or one sentence per plural form.
type text struct {
	plain string
	forms map[string]string
}

// New reads the embedded texts. It fails only if they are broken, which a test excludes.
func New() (*Texts, error) {
	t := &Texts{byLang: make(map[string]map[string]text, len(Languages))}
	for _, lang := range Languages {
		data, err := files.ReadFile("texts/" + lang + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("read texts in %s: %w", lang, err)
		}
		if t.byLang[lang], err = parse(data); err != nil {
			return nil, fmt.Errorf("read texts in %s: %w", lang, err)
		}
	}
	return t, nil
}

// parse flattens a file: nested keys are joined by dots.
func parse(data []byte) (map[string]text, error) {
	var root map[string]any
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	flat := map[string]text{}
	return flat, flatten(flat, "", root)
}

func flatten(flat map[string]text, prefix string, node map[string]any) error {
	for key, value := range node {
		name := prefix + key
		switch v := value.(type) {
		case string:
			flat[name] = text{plain: v}
		case map[string]any:
			if forms, ok := pluralForms(v); ok {
				flat[name] = text{forms: forms}
				continue
			}
			if err := flatten(flat, name+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("text %s is neither a sentence nor a map", name)
		}
	}
	return nil
}

// pluralForms tells a map of plural forms from a map of keys: only the former has nothing but names of categories and at
// least "one" and "other" among them.
func pluralForms(node map[string]any) (map[string]string, bool) {
	if node["one"] == nil || node["other"] == nil {
		return nil, false
	}
	forms := make(map[string]string, len(node))
	for key, value := range node {
		s, isText := value.(string)
		if !isText || !slices.Contains(categories, key) {
			return nil, false
		}
		forms[key] = s
	}
	return forms, true
}

// Keys returns all keys a language has, sorted; nil for a language that is none of ours.
func (t *Texts) Keys(lang string) []string {
	var keys []string
	for k := range t.byLang[lang] {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// For returns the printer of a language. A tag like "de-AT" counts as "de"; anything unknown as Default.
func (t *Texts) For(lang string) Printer {
	lang, _, _ = strings.Cut(strings.ToLower(lang), "-")
	if _, known := t.byLang[lang]; !known {
		lang = Default
	}
	return Printer{texts: t, lang: lang}
}

// Printer says things in one language. Get one from Texts.For; the zero Printer says only keys.
type Printer struct {
	texts *Texts
	lang  string
}

// Lang returns the language's BCP 47 tag, for the attribute lang.
func (p Printer) Lang() string { return p.lang }

// Name returns a language's name in that language: "Türkçe".
func (p Printer) Name(lang string) string {
	if p.texts == nil {
		return lang
	}
	return p.texts.For(lang).T("language.name")
}

// Dir returns the direction of writing, for the attribute dir: "rtl" for Arabic, else "ltr".
func (p Printer) Dir() string {
	if p.lang == "ar" {
		return "rtl"
	}
	return "ltr"
}

// T returns the text of key with {name} filled in from args, which are names and values by turns: T("page.x", "size", 3).
// A key that this language lacks is said in English; one that nobody has is returned as it is, so that it can be seen
// and reported. A placeholder without a value stays. The result is plain text and must be escaped where it is shown.
func (p Printer) T(key string, args ...any) string {
	found, ok := p.find(key)
	if !ok {
		return key
	}
	s := found.plain
	if found.forms != nil {
		s = found.forms["other"]
	}
	return fill(s, args)
}

// Plural is T for a text with plural forms: the form for n is chosen by the rules of the language, and {n} is filled in.
func (p Printer) Plural(key string, n int, args ...any) string {
	found, ok := p.find(key)
	if !ok {
		return key
	}
	s := found.plain
	if found.forms != nil {
		s = found.forms["other"]
		if form, has := found.forms[Category(p.lang, n)]; has {
			s = form
		}
	}
	return fill(s, append([]any{"n", n}, args...))
}

func (p Printer) find(key string) (text, bool) {
	if p.texts == nil {
		return text{}, false
	}
	for _, lang := range []string{p.lang, "en"} {
		if found, ok := p.texts.byLang[lang][key]; ok {
			return found, true
		}
	}
	return text{}, false
}

func fill(s string, args []any) string {
	if len(args) < 2 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Date writes the day of t, in t's own time zone. The zero time is an empty string.
func (p Printer) Date(t time.Time) string { return p.at(t, "format.date") }

// Time writes day and minute of t, in t's own time zone. The zero time is an empty string.
func (p Printer) Time(t time.Time) string { return p.at(t, "format.time") }

func (p Printer) at(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(p.T(layout))
}

// Percent writes a share (0…1) in whole percents.
func (p Printer) Percent(share float64) string {
	return p.T("format.percent", "n", strconv.FormatFloat(100*share, 'f', 0, 64))
}

// Bytes writes a size as people read it: "512 bytes", "3 KB", "4.2 MB". One KB is 1,024 bytes.
func (p Printer) Bytes(n int64) string {
	switch {
	case n < 1<<10:
		return p.Plural("format.bytes", int(n))
	case n < 1<<20:
		return p.T("format.kb", "n", (n+1<<9)>>10)
	case n < 1<<30:
		return p.T("format.mb", "n", p.tenths(n, 1<<20))
	}
	return p.T("format.gb", "n", p.tenths(n, 1<<30))
}

// tenths divides and writes one decimal, unless it is zero.
func (p Printer) tenths(n, unit int64) string {
	s := strconv.FormatFloat(float64(n)/float64(unit), 'f', 1, 64)
	return strings.Replace(strings.TrimSuffix(s, ".0"), ".", p.T("format.decimal"), 1)
}
