package recognise

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/eakte/eakte/pipeline/recognise/lines"
	"github.com/eakte/eakte/pipeline/tool"
)

// errEngine is a failure of ours, not of the page: it ends the call and is retried.
var errEngine = errors.New("engine")

// reader is what reads lines in a set of languages: models of our own engine, or, where one of them is of a kind that it
// cannot run, tesseract.
type reader struct {
	languages string
	models    []*lines.Model
	tesseract *tool.Tesseract // nil: models read
}

func (r *reader) close() {
	for _, m := range r.models {
		m.Close()
	}
	if r.tesseract != nil {
		_ = r.tesseract.Close() // nothing to be done about an engine that does not want to go
	}
}

// warmReaders is how many sets of models stay in memory.
const warmReaders = 3

// models maps BCP 47 primary languages to tesseract's names.
var models = map[string]string{"de": "deu", "en": "eng", "tr": "tur", "uk": "ukr", "ru": "rus", "ar": "ara", "fr": "fra"}

// scripts lists the other languages we read by their script.
var scripts = map[string][]string{"Cyrillic": {"uk", "ru"}, "Arabic": {"ar"}}

func (e *Engine) has(model string) bool { return tool.HasModel(e.opts.Tessdata, model) }

// latin is the built-in model for every language of the Latin script. Pages are read with it first; one in another script
// is noticed by its low confidence.
const latin = "Latin"

// ofScript returns the models for a script, hinted languages first; none if the script is not among ours.
func (e *Engine) ofScript(script string, hints []string) []string {
	known := scripts[script]
	var wanted []string
	for _, h := range hints {
		if primary, _, _ := strings.Cut(strings.ToLower(h), "-"); slices.Contains(known, primary) {
			wanted = append(wanted, models[primary])
		}
	}
	for _, l := range known {
		wanted = append(wanted, models[l])
	}
	return e.installed(wanted...)
}

// installed drops what is missing or double.
func (e *Engine) installed(names ...string) []string {
	var out []string
	for _, n := range names {
		if !slices.Contains(out, n) && e.has(n) {
			out = append(out, n)
		}
	}
	return out
}

// reader returns what reads languages, loading it if need be; what was unused for longest goes.
func (e *Engine) reader(languages []string) (*reader, error) {
	if len(languages) == 0 {
		return nil, fmt.Errorf("%w: no model of tesseract is installed", errEngine)
	}
	key := strings.Join(languages, "+")
	at := slices.IndexFunc(e.readers, func(r *reader) bool { return r.languages == key })
	if at >= 0 {
		r := e.readers[at]
		e.readers = slices.Insert(slices.Delete(e.readers, at, at+1), 0, r)
		return r, nil
	}
	opened, err := e.open(languages)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errEngine, err)
	}
	e.readers = slices.Insert(e.readers, 0, opened)
	if len(e.readers) > warmReaders {
		e.readers[warmReaders].close()
		e.readers = e.readers[:warmReaders]
	}
	return e.readers[0], nil
}

func (e *Engine) open(languages []string) (*reader, error) {
	r := &reader{languages: strings.Join(languages, "+")}
	for _, l := range languages {
		model, err := e.model(l)
		if errors.Is(err, lines.ErrModel) {
			r.close()
			tesseract, err := tool.OpenTesseract(e.opts.Tessdata, languages...)
			return &reader{languages: r.languages, tesseract: tesseract}, err
		}
		if err != nil {
			r.close()
			return nil, err
		}
		r.models = append(r.models, model)
	}
	return r, nil
}

// model loads a model for our own engine; lines.ErrModel if it is of another kind.
func (e *Engine) model(language string) (*lines.Model, error) {
	if language == latin {
		return lines.Load(tool.LatinModel())
	}
	data, err := os.ReadFile(filepath.Join(e.opts.Tessdata, language+".traineddata"))
	if err != nil {
		return nil, err
	}
	return lines.Load(data)
}

// layout returns the warm engine that finds lines.
func (e *Engine) layout() (*tool.Tesseract, error) {
	if e.finder == nil {
		finder, err := tool.OpenLatin()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errEngine, err)
		}
		e.finder = finder
	}
	return e.finder, nil
}

// orientation returns the warm model for orientation and script.
func (e *Engine) orientation() (*tool.OSD, error) {
	if e.osd == nil {
		osd, err := tool.OpenOSD(e.opts.Tessdata)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errEngine, err)
		}
		e.osd = osd
	}
	return e.osd, nil
}

// frequent lists words that tell languages of the Latin script apart.
var frequent = map[string][]string{
	"de": {"der", "die", "und", "das", "ist", "von", "mit", "für", "den", "im", "zu", "nicht", "wird", "herr", "frau", "geboren", "am", "in"},
	"en": {"the", "of", "and", "to", "is", "for", "that", "with", "on", "this", "by", "has", "has", "at", "was", "in"},
	"fr": {"le", "la", "les", "des", "et", "du", "est", "une", "pour", "dans", "né", "née", "par", "au"},
	"tr": {"ve", "bir", "bu", "için", "ile", "olarak", "tarihinde", "tarihi", "adı", "soyadı", "doğum", "türkiye", "cumhuriyeti"},
}

// language guesses the language of a text from its letters and frequent words; empty if nothing speaks for one.
func language(text string) string {
	arabic, cyrillic, latin, ukrainian, russian := 0, 0, 0, 0, 0
	for _, c := range strings.ToLower(text) {
		switch {
		case unicode.Is(unicode.Arabic, c):
			arabic++
		case unicode.Is(unicode.Cyrillic, c):
			cyrillic++
			if strings.ContainsRune("іїєґ", c) {
				ukrainian++
			} else if strings.ContainsRune("ыэъё", c) {
				russian++
			}
		case unicode.Is(unicode.Latin, c):
			latin++
		}
	}
	switch {
	case arabic > latin && arabic > cyrillic:
		return "ar"
	case cyrillic > latin && ukrainian > russian:
		return "uk"
	case cyrillic > latin && russian > 0:
		return "ru"
	}
	count := map[string]int{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(c rune) bool { return !unicode.IsLetter(c) }) {
		for l, words := range frequent {
			if slices.Contains(words, word) {
				count[l]++
			}
		}
	}
	best := ""
	for _, l := range []string{"de", "en", "fr", "tr"} {
		if count[l] > count[best] {
			best = l
		}
	}
	return best
}
