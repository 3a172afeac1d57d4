package locale_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/pipeline"
)

func texts(t *testing.T) *locale.Texts {
	t.Helper()
	all, err := locale.New()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestNoKeyIsMissing(t *testing.T) {
	t.Parallel()
	all := texts(t)
	german := all.Keys("de")
	if english := all.Keys("en"); !slices.Equal(german, english) {
		t.Errorf("German and English differ: only German %v, only English %v", without(german, english), without(english, german))
	}
	common := slices.DeleteFunc(slices.Clone(german), func(key string) bool {
		part, _, _ := strings.Cut(key, ".")
		return !slices.Contains(locale.Common, part)
	})
	for _, lang := range locale.Languages[2:] {
		if keys := all.Keys(lang); !slices.Equal(common, keys) {
			t.Errorf("%s: missing %v, too many %v", lang, without(common, keys), without(keys, common))
		}
	}
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func TestEveryCodeAndNoteSaysWhatAndWhatToDo(t *testing.T) {
	t.Parallel()
	all := texts(t)
	for _, lang := range locale.Languages {
		keys := all.Keys(lang)
		for _, code := range fault.Codes() {
			for _, part := range []string{".what", ".todo"} {
				if key := "code." + string(code) + part; !slices.Contains(keys, key) {
					t.Errorf("%s: no text for %s", lang, key)
				}
			}
		}
		for _, statement := range catalogue.Statements() {
			if key := "statement." + string(statement); !slices.Contains(keys, key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
		for _, flaw := range pipeline.Flaws() {
			if key := "upload.flaw_" + string(flaw); !slices.Contains(keys, key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
		for _, note := range notes(t) {
			if key := "note." + note; !slices.Contains(keys, key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
}

// notes reads the notes from the source, so that a new constant without texts fails here.
func notes(t *testing.T) []string {
	t.Helper()
	source, err := os.ReadFile("../pipeline/pipeline.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile(`Note\w+\s+Note = "(\w+)"`).FindAllSubmatch(source, -1) {
		found = append(found, string(m[1]))
	}
	if !slices.Contains(found, string(pipeline.NoteRepaired)) {
		t.Fatal("no notes found in the source of pipeline")
	}
	return found
}

func TestNoTextBelongsToACodeThatDoesNotExist(t *testing.T) {
	t.Parallel()
	for _, key := range texts(t).Keys("de") {
		parts := strings.Split(key, ".")
		if slices.Contains([]string{"code", "desk", "desk_reason"}, parts[0]) && !slices.Contains(fault.Codes(), fault.Code(parts[1])) {
			t.Errorf("%s: fault has no such code", key)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// TestPlaceholdersAgree compares each text with the German one. A plural form may leave {n} out ("two files"), nothing else.
func TestPlaceholdersAgree(t *testing.T) {
	t.Parallel()
	german := raw(t, "de")
	for _, lang := range locale.Languages {
		for key, forms := range raw(t, lang) {
			want := placeholders(german[key]["other"])
			for form, s := range forms {
				got := placeholders(s)
				if len(forms) > 1 {
					want, got = without(want, []string{"{n}"}), without(got, []string{"{n}"})
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s %s (%s): got placeholders %v, want %v", lang, key, form, got, want)
				}
				if strings.TrimSpace(s) == "" {
					t.Errorf("%s %s (%s) is empty", lang, key, form)
				}
			}
			if len(german[key]) > 1 && !slices.Equal(slices.Sorted(maps.Keys(forms)), slices.Sorted(slices.Values(locale.Forms(lang)))) {
				t.Errorf("%s %s: got plural forms %v, want %v", lang, key, slices.Sorted(maps.Keys(forms)), locale.Forms(lang))
			}
		}
	}
}

func placeholders(s string) []string {
	found := placeholder.FindAllString(s, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// raw reads a file as key → form → text, plain texts under "other".
func raw(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("texts", lang+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	flat := map[string]map[string]string{}
	var walk func(prefix string, node map[string]any)
	walk = func(prefix string, node map[string]any) {
		for key, value := range node {
			if s, ok := value.(string); ok {
				flat[prefix+key] = map[string]string{"other": s}
				continue
			}
			inner := value.(map[string]any)
			if inner["one"] == nil {
				walk(prefix+key+".", inner)
				continue
			}
			flat[prefix+key] = map[string]string{}
			for form, s := range inner {
				flat[prefix+key][form] = s.(string)
			}
		}
	}
	walk("", root)
	return flat
}

func TestPlural(t *testing.T) {
	t.Parallel()
	all := texts(t)
	tests := []struct {
		lang string
		n    int
		want string
	}{
		{"de", 0, "0 Seiten"}, {"de", 1, "1 Seite"}, {"de", 2, "2 Seiten"},
		{"en", 1, "1 page"}, {"en", 11, "11 pages"},
		{"fr", 0, "0 page"}, {"fr", 1, "1 page"}, {"fr", 2, "2 pages"}, {"fr", 1_000_000, "1000000 pages"},
		{"tr", 5, "5 sayfa"},
		{"uk", 1, "1 сторінка"}, {"uk", 3, "3 сторінки"}, {"uk", 5, "5 сторінок"}, {"uk", 11, "11 сторінок"}, {"uk", 21, "21 сторінка"}, {"uk", 112, "112 сторінок"},
		{"ru", 1, "1 страница"}, {"ru", 22, "22 страницы"}, {"ru", 14, "14 страниц"},
		{"ar", 0, "لا صفحات"}, {"ar", 1, "صفحة واحدة"}, {"ar", 2, "صفحتان"}, {"ar", 3, "3 صفحات"}, {"ar", 11, "11 صفحة"}, {"ar", 100, "100 صفحة"}, {"ar", 103, "103 صفحات"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %d", tt.lang, tt.n), func(t *testing.T) {
			t.Parallel()
			if got := all.For(tt.lang).Plural("upload.pages", tt.n); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPrinter(t *testing.T) {
	t.Parallel()
	all := texts(t)
	at := time.Date(2026, 11, 2, 9, 5, 0, 0, time.UTC)
	tests := []struct{ name, got, want string }{
		{"fills in what is named", all.For("de").T("upload.limit_file", "size", "5 MB"), "Höchstens 5 MB je Datei"},
		{"a value that looks like a placeholder is not filled again", all.For("de").T("staff.page_of", "n", "{total}", "total", 3), "Seite {total} von 3"},
		{"falls back to English", all.For("tr").T("staff.cases"), "Case files"},
		{"an unknown key is shown as it is", all.For("de").T("no.such.key"), "no.such.key"},
		{"a region counts as its language", all.For("de-AT").Lang(), "de"},
		{"an unknown language counts as German", all.For("tlh").Lang(), "de"},
		{"a language is named in itself", all.For("de").Name("tr"), "Türkçe"},
		{"Arabic runs from right to left", all.For("ar").Dir(), "rtl"},
		{"German runs from left to right", all.For("de").Dir(), "ltr"},
		{"a date", all.For("de").Date(at), "02.11.2026"},
		{"a time", all.For("en").Time(at), "2 Nov 2026, 09:05"},
		{"no time", all.For("en").Time(time.Time{}), ""},
		{"bytes", all.For("en").Bytes(1), "1 byte"},
		{"kilobytes", all.For("de").Bytes(3 << 10), "3 KB"},
		{"megabytes with a decimal comma", all.For("de").Bytes(4<<20 + 200<<10), "4,2 MB"},
		{"whole gigabytes", all.For("fr").Bytes(2 << 30), "2 Go"},
		{"percent", all.For("de").Percent(0.934), "93 %"},
		{"the zero printer says keys", locale.Printer{}.T("a.b"), "a.b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header string
		preferred    []string
		want         string
	}{
		{"nothing known is German", "", nil, "de"},
		{"the first of equals", "uk,en", nil, "uk"},
		{"the best quality", "xx, en;q=0.3, ar-SY;q=0.9", nil, "ar"},
		{"a choice counts more than the header", "en", []string{"", "tr"}, "tr"},
		{"an unknown choice does not count", "en", []string{"klingon"}, "en"},
		{"refused languages are not taken", "en;q=0", nil, "de"},
		{"nonsense is German", ";;q=,,q=NaN;fr;q=7", nil, "de"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := locale.Negotiate(tt.header, tt.preferred...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// FuzzNegotiate holds that any header leads to one of our languages.
func FuzzNegotiate(f *testing.F) {
	f.Add("de-DE,de;q=0.9,en;q=0.8")
	f.Add(strings.Repeat("a,", 4000))
	f.Fuzz(func(t *testing.T, header string) {
		if got := locale.Negotiate(header); !slices.Contains(locale.Languages, got) {
			t.Errorf("got %q", got)
		}
	})
}
