package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/eakte/eakte/pipeline"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheInstallationsCatalogueIsUsed(t *testing.T) {
	t.Parallel()
	reader, err := newTypeReader()
	if err != nil {
		t.Fatal(err)
	}
	builtIn, err := reader.classifier(t.TempDir(), "")
	if err != nil || builtIn != reader.builtIn {
		t.Errorf("without a catalogue: %v, want the built-in classifier", err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "catalogue", "document-types.yaml"), "document_types:\n  - key: payslip\n    names: {de: Lohnzettel}\n")
	own, err := reader.classifier(dir, "catalogue")
	if err != nil || own == builtIn {
		t.Fatalf("with a catalogue: %v, want a classifier of its own", err)
	}
	if again, err := reader.classifier(dir, "catalogue"); err != nil || again != own {
		t.Errorf("the same catalogue again: %v, want the same classifier", err)
	}
	write(t, filepath.Join(dir, "catalogue", "document-types.yaml"), "document_types:\n  - key: passport_photo_of_a_cat\n    drop: true\n")
	if _, err := reader.classifier(dir, "catalogue"); err == nil {
		t.Error("a catalogue that drops what is not there is taken")
	}
	if _, err := reader.classifier(dir, "../catalogue"); err == nil {
		t.Error("a catalogue outside the job is taken")
	}
}

func TestSeparatorSheetsEndSegments(t *testing.T) {
	t.Parallel()
	reader, err := newTypeReader()
	if err != nil {
		t.Fatal(err)
	}
	letter := "Arbeitsvertrag zwischen Muster GmbH (Arbeitgeber) und Frau Kovalenko (Arbeitnehmerin). Probezeit, Bruttogehalt, Kündigungsfrist, Arbeitszeit, Urlaub."
	pages := []pipeline.Page{
		{Number: 1, Text: letter, Confidence: 1}, {Number: 2, Codes: []pipeline.Code{{Format: "qr", Text: "eakte:separator"}}},
		{Number: 3, Text: letter, Confidence: 1},
	}
	data, err := json.Marshal(pages)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "words.json"), string(data))
	reading, err := reader.run(t.Context(), dir, pipeline.ReadRequest{Words: []string{"words.json"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range reading.Segments {
		if s.First <= 2 && s.Last >= 2 {
			t.Errorf("segment %d to %d holds the separator sheet", s.First, s.Last)
		}
	}
	if len(reading.Segments) != 2 {
		t.Errorf("got %d segments, want 2", len(reading.Segments))
	}
}

func TestWhatIsLearntIsMinded(t *testing.T) {
	t.Parallel()
	reader, err := newTypeReader()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	page := `[{"number":1,"text":"Zweckverband Quellental\nDas Quellblatt bescheinigt den Bezug von Quellwasser."}]`
	write(t, filepath.Join(dir, "words.json"), page)
	request := pipeline.LearnRequest{}
	for range 24 {
		request.Examples = append(request.Examples, pipeline.Example{Words: []string{"words.json"}, Type: "training_contract"})
	}
	learned, err := reader.learn(t.Context(), dir, request)
	if err != nil || !learned.Better {
		t.Fatalf("got %+v, %v; want better lessons", learned, err)
	}
	read := pipeline.ReadRequest{Words: []string{"words.json"}, Lessons: learned.File}
	if got, err := reader.run(t.Context(), dir, read); err != nil || got.Candidates[0].Type != "training_contract" {
		t.Errorf("with the lessons: got %+v, %v; want training_contract first", got.Candidates, err)
	}
	read.Lessons = "../lessons.json"
	if _, err := reader.run(t.Context(), dir, read); err == nil {
		t.Error("lessons outside the job are taken")
	}
}
