package texts

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/eakte/eakte/pipeline"
)

//go:embed generated.jsonl.gz
var generatedFile []byte

// Generated is a document of the generator, without noise.
type Generated struct {
	Type     string
	Template string
	Lang     string
	Card     bool
	MRZ      []string
	Pages    []struct {
		Lines []string
		Large []int // the lines in large print
	}
}

// ReadGenerated returns all of them, in the order in which they were made.
func ReadGenerated() ([]Generated, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(generatedFile))
	if err != nil {
		return nil, fmt.Errorf("unpack the generated documents: %w", err)
	}
	var all []Generated
	for decoder := json.NewDecoder(unzipped); ; {
		var g Generated
		switch err := decoder.Decode(&g); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("read generated document %d: %w", len(all), err)
		}
		all = append(all, g)
	}
}

// Document is g as the recogniser might have read it.
func (g Generated) Document(r *rand.Rand) Document {
	d := Document{Type: g.Type, Group: g.Template}
	l := anyLevel(r)
	for i, p := range g.Pages {
		lines := make([]line, len(p.Lines))
		for j, text := range p.Lines {
			lines[j].text = text
		}
		for _, j := range p.Large {
			lines[j].large = true
		}
		page := printed(r, l, lines)
		page.Number, page.Language = i+1, g.Lang
		d.Pages = append(d.Pages, page)
	}
	if format := formatOf(g.MRZ); format != "" && len(d.Pages) > 0 && r.IntN(5) > 0 {
		page := &d.Pages[len(d.Pages)-1]
		page.Zones = []pipeline.MRZ{{Format: format, Lines: g.MRZ, Valid: true}}
	}
	return d
}

// formatOf tells a zone's format by its lines; empty for none.
func formatOf(lines []string) string {
	switch {
	case len(lines) == 3:
		return "TD1"
	case len(lines) != 2:
		return ""
	case len(lines[0]) == 44 && lines[0][0] == 'V':
		return "MRVA"
	case len(lines[0]) == 44:
		return "TD3"
	case lines[0][0] == 'V':
		return "MRVB"
	}
	return "TD2"
}
