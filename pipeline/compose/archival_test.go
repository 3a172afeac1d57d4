package compose_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/compose"
	"github.com/eakte/eakte/pipeline/normalise"
	"github.com/eakte/eakte/pipeline/recognise"
)

// Every PDF of the corpora, the project's own and those of others where they are at hand, becomes PDF/A or goes to a person
// with the reason; nothing else. Pages that are pictures are not read here, which changes nothing for the archive.
func TestEveryDocumentOfTheCorporaBecomesPDFAOrIsReviewed(t *testing.T) {
	t.Parallel()
	engine := recognise.New(recognise.Options{})
	t.Cleanup(func() { engine.Close() })
	routes := map[string]int{}
	for _, root := range roots(t) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(path) == ".pdf" && !slow(path) {
				routes[archive(t, engine, path)]++
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	t.Logf("made %v", routes)
	if routes["rewritten"] == 0 {
		t.Errorf("made %v; most are expected to be rewritten", routes)
	}
}

// roots are the folders of PDF files: those of others only without -short.
func roots(t *testing.T) []string {
	all := []string{filepath.Join(corpus.Root(t), "testdata")}
	if os.Getenv("EAKTE_TEST_DATA") != "" && !testing.Short() {
		all = append(all, corpus.Extern(t, "corpus/real"), corpus.Extern(t, "corpus/hostile"))
	}
	return all
}

// slow are files made to take forever, which the tests of normalise are for.
func slow(path string) bool {
	return slices.ContainsFunc([]string{"bomb", "100000", "exponential"}, func(s string) bool { return strings.Contains(filepath.Base(path), s) })
}

// archive takes a file through all steps and returns how its rendition was made, or why it was not.
func archive(t *testing.T, engine *recognise.Engine, path string) string {
	t.Helper()
	dir := t.TempDir()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "original"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	sound, err := normalise.Run(t.Context(), dir, pipeline.NormaliseRequest{File: "original", MediaType: "application/pdf"})
	if err != nil {
		return "not readable"
	}
	digital := func(p pipeline.SoundPage) bool { return p.Kind == pipeline.PageDigital }
	if os.Getenv("EAKTE_TEST_DATA") == "" && !slices.ContainsFunc(sound.Pages, digital) {
		return "scan" // those of our own are composed by other tests
	}
	in := request(t, dir, pipeline.RecogniseRequest{File: sound.File, Source: sound.Source, Pages: sound.Pages}, wordsOfDigital(t, engine, dir, sound))
	in.Original = "original"
	out, err := compose.Run(t.Context(), dir, in)
	if err != nil {
		if code := fault.Of(err).Code; code != fault.NotConformant && code != fault.NotFaithful {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
		return "review"
	}
	if out.Pages != len(sound.Pages) {
		t.Errorf("%s: %d pages, want %d", filepath.Base(path), out.Pages, len(sound.Pages))
	}
	t.Run(filepath.Base(path), func(t *testing.T) { wellMade(t, dir, out) })
	return string(out.Route)
}

// wordsOfDigital reads the pages that have their own text, and returns the others as if nothing were on them.
func wordsOfDigital(t *testing.T, engine *recognise.Engine, dir string, sound pipeline.Normalised) []pipeline.Page {
	t.Helper()
	var pages []pipeline.Page
	for _, p := range sound.Pages {
		if p.Kind != pipeline.PageDigital {
			pages = append(pages, pipeline.Page{Number: p.Number, Width: p.Width, Height: p.Height})
			continue
		}
		read, err := engine.Run(t.Context(), dir, pipeline.RecogniseRequest{
			File: sound.File, Source: sound.Source, First: p.Number, Last: p.Number, Pages: []pipeline.SoundPage{p}, NoImages: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, read.Pages...)
	}
	return pages
}
