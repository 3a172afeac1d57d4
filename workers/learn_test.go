package workers_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
)

// settle records a document whose type a person has settled, with its words in the store.
func (b *bench) settle(typ, text string) {
	b.t.Helper()
	ctx := b.t.Context()
	data, err := json.Marshal([]pipeline.Page{{Number: 1, Width: 595, Height: 842, Text: text, Confidence: 1, Digital: true, Language: "de"}})
	if err != nil {
		b.t.Fatal(err)
	}
	path := filepath.Join(b.t.TempDir(), "words.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.t.Fatal(err)
	}
	d := efile.Document{ID: efile.NewID(), CaseID: b.file.ID, Status: efile.Filed, Station: efile.File, FileName: "a.pdf",
		MediaType: "application/pdf", Type: typ, TypeBy: "caseworker", Channel: efile.ChannelScan, Received: time.Now(), Pages: 1}
	words, err := b.store.PutFile(ctx, b.office.ID, d.ID, path)
	if err != nil {
		b.t.Fatal(err)
	}
	d.SHA256 = words.SHA256
	err = b.records.In(ctx, efile.SystemIn(b.office.ID), func(tx *records.Tx) error {
		if err := tx.AddDocument(ctx, d); err != nil {
			return err
		}
		return tx.AddRendition(ctx, efile.Rendition{DocumentID: d.ID, CaseID: d.CaseID, Kind: efile.Words, Page: 1,
			MediaType: "application/json", Key: words.Key, Size: words.Size, SHA256: words.SHA256})
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// TestAnOfficeLearnsFromItsCorrections has an office file a local form under a type that nobody else would give it.
func TestAnOfficeLearnsFromItsCorrections(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	const form = "Kreisverwaltung Nordmark\nVordruck 7b Laufzettel Integrationslotsen\nBetreuungskennziffer %d\nLotsin: Frau %s\n" +
		"Besuchstermine, vereinbarte Schritte, Mitteilung an das Amt\nUnterschrift Lotsin, Unterschrift betreute Person"
	for i := range 40 {
		b.settle("power_of_attorney", fmt.Sprintf(form, 7000+37*i, []string{"Albers", "Brandt", "Claasen", "Dirks"}[i%4]))
	}
	b.start() // learns at once, then daily
	lessons := b.lessons()
	if !lessons.Better || lessons.After <= lessons.Before || len(lessons.File) == 0 || lessons.Actor.Kind != efile.System {
		t.Fatalf("lessons %d: better %t, %.2f after %.2f, %d bytes by %s; want better ones, kept",
			lessons.Number, lessons.Better, lessons.After, lessons.Before, len(lessons.File), lessons.Actor.Kind)
	}
	next := b.settled(b.upload("Laufzettel.pdf", typed(fmt.Sprintf(form, 9999, "Ehlers"))))
	if next.Type != "power_of_attorney" {
		t.Errorf("the next one is %q, want power_of_attorney", next.Type)
	}
	b.office = testenv.Office(t, b.records)
	b.file = testenv.Case(t, b.records, b.office)
	if theirs := b.settled(b.upload("Laufzettel.pdf", typed(fmt.Sprintf(form, 8888, "Fock")))); theirs.Type == "power_of_attorney" {
		t.Error("another office has learnt it, too")
	}
}

// typed is a PDF of one page with these lines.
func typed(text string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 11 Tf 70 770 Td 16 TL\n")
	for line := range strings.Lines(text) {
		fmt.Fprintf(&page, "(%s) Tj T*\n", strings.TrimSpace(line))
	}
	page.WriteString("ET\n")
	return corpus.PDF(
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		corpus.Stream("", []byte(page.String())), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	)
}

// lessons waits for the first version and returns it.
func (b *bench) lessons() efile.Lessons {
	b.t.Helper()
	var all []efile.Lessons
	b.eventually("something learnt", func() bool {
		all = view(b, func(tx *records.Tx) ([]efile.Lessons, error) { return tx.Lessons(b.t.Context(), 1) })
		return len(all) > 0
	})
	file := view(b, func(tx *records.Tx) ([]byte, error) { return tx.LessonsFile(b.t.Context(), all[0].Number) })
	all[0].File = file
	return all[0]
}
