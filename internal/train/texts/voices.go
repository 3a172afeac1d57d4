// Package texts makes the pages on which the classifier is trained: from wordings that were written down as such documents
// are known to be worded (voices/*.yaml), and from the generator's documents (generated.jsonl.gz, made by export.py).
// Everything is deterministic: the same seed gives the same pages.
//
// Start reading at Composer.Document.
package texts

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed voices/*.yaml
var voiceFiles embed.FS

// Voice is one institution's way to word documents of one type. The texts hold placeholders such as {name}.
type Voice struct {
	Type   string `yaml:"-"`
	ID     string `yaml:"-"` // type and number: what is held out when the classifier is measured
	Lang   string
	Weight float64  // how much more often it is drawn than others; 0 stands for 1
	Card   bool     // an identity card or the page of a booklet: few words, no letterhead
	Title  []string // one or none is printed, near the top
	Head   []string // lines of a letterhead: none to three
	Labels []string // of a form or table: some, in any order, up to three in a line
	Lines  []string // sentences: some, in any order
	Foot   []string // none to two, at the bottom
	Next   []string // lines of a second page, which has no title
}

// Voices returns all that are written down, those of one type together.
func Voices() ([]Voice, error) {
	entries, err := voiceFiles.ReadDir("voices")
	if err != nil {
		return nil, fmt.Errorf("list voices: %w", err)
	}
	var all []Voice
	for _, entry := range entries {
		voices, err := readVoices(path.Join("voices", entry.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, voices...)
	}
	return all, nil
}

// readVoices reads the voices of one type; a key that is not known is an error.
func readVoices(name string) ([]Voice, error) {
	body, err := voiceFiles.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	var file struct{ Voices []Voice }
	decoder := yaml.NewDecoder(bytes.NewReader(body))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	typ := strings.TrimSuffix(path.Base(name), ".yaml")
	for i := range file.Voices {
		v := &file.Voices[i]
		v.Type, v.ID = typ, fmt.Sprintf("%s#%d", typ, i)
		if v.Weight == 0 {
			v.Weight = 1
		}
	}
	return file.Voices, nil
}
