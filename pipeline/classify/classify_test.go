package classify_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/classify"
)

func classifier(t testing.TB) *classify.Classifier {
	t.Helper()
	c, err := classify.New(catalogue.Default().Types())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClassify(t *testing.T) {
	t.Parallel()
	c := classifier(t)
	td1 := func(line string) []pipeline.MRZ { return []pipeline.MRZ{{Format: "TD1", Lines: []string{line}}} }
	for _, test := range []struct {
		name string
		page pipeline.Page
		want string
	}{
		{"a title is enough", pipeline.Page{Text: "Mietvertrag\nzwischen Vermieter und Mieter\nWohnfläche 60 qm, Kaltmiete"}, "rental_contract"},
		{"a title with misread letters", pipeline.Page{Text: "Immatrikulatlonsbeschelnigung\nSommersemester 2026 Matrikelnummer"}, "enrolment_certificate"},
		{"another script", pipeline.Page{Text: "СВІДОЦТВО ПРО НАРОДЖЕННЯ\nБатько\nМати"}, "birth_certificate"},
		{"from right to left", pipeline.Page{Text: "شهادة ميلاد\nاسم الأب\nاسم الأم"}, "birth_certificate"},
		{"a passport's zone", pipeline.Page{Zones: []pipeline.MRZ{{Format: "TD3", Lines: []string{"P<UTO"}}}}, "passport"},
		{"an identity card's zone", pipeline.Page{Zones: td1("IDUTO")}, "national_id_card"},
		{"a residence card's zone", pipeline.Page{Zones: td1("ARD<<")}, "residence_document"},
		{"nothing to go by", pipeline.Page{Text: "Lorem ipsum dolor sit amet"}, ""},
		{"an empty page", pipeline.Page{Blank: true}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.page.Number = 1
			if got := c.Classify([]pipeline.Page{test.page}, nil); got.Type != test.want {
				t.Errorf("got %q (%v), want %q", got.Type, got.Candidates, test.want)
			}
		})
	}
}

func TestACombinedScanIsSplitWhereTheTypeChanges(t *testing.T) {
	t.Parallel()
	got := classifier(t).Classify([]pipeline.Page{
		{Number: 1, Text: "Mietvertrag\nVermieter Mieter Kaltmiete Wohnfläche Kaution"},
		{Number: 2, Text: "Unterschriften"},
		{Number: 3, Text: "Meldebescheinigung\nMelderegister Bundesmeldegesetz Einzugsdatum"},
	}, nil)
	if !got.Combined() || got.Type != "" || len(got.Segments) != 2 || got.Segments[0].Last != 2 || got.Segments[1].Type != "registration_certificate" {
		t.Errorf("got type %q, segments %+v; want none and a change at page 3", got.Type, got.Segments)
	}
}

func TestTheSidesOfACardStayTogether(t *testing.T) {
	t.Parallel()
	front := "AUFENTHALTSTITEL\nRESIDENCE PERMIT YR1JLLFG6\nNAME; VORNAMEN / SURNAME, FORENAMES\nMUSTER\nERIKA\nSTAATSANGEHÖRIGKEIT / NATIONALITY\nUTO\nART DES TITELS / TYPE OF PERMIT\nAUFENTHALTSERLAUBNIS\nKARTE GÜLTIG BIS / CARD EXPIRY\n07 01 2029"
	back := "GEBURTSORT / PLACE OF BIRTH\nNEUSTADT\nAUGENFARBE / EYES GRÖSSE / HEIGHT\nANSCHRIFT / ADDRESS\nROSENWEG 8\nAUSSTELLENDE BEHÖRDE / AUTHORITY\nSTADT NEUSTADT"
	zone := []pipeline.MRZ{{Format: "TD1", Lines: []string{"ARD<<YR1JLLFG60<<<<<<<<<<<<<<<<", "6906159F2901075UTO<<<<<<<<<<<4", "MUSTER<<ERIKA<<<<<<<<<<<<<<<<<"}}}
	got := classifier(t).Classify([]pipeline.Page{{Number: 1, Text: front}, {Number: 2, Text: back, Zones: zone}}, nil)
	if got.Type != "residence_document" || len(got.Segments) != 1 {
		t.Errorf("got %q in %+v, want one residence_document", got.Type, got.Segments)
	}
}

func TestTwoOfTheSameTypeAreTwo(t *testing.T) {
	t.Parallel()
	slip := func(month, number string) string {
		return "Entgeltabrechnung " + month + "\nPersonal-Nr.: " + number + "\nSteuerklasse 1 Bruttoentgelt 3.200,00\nLohnsteuer 412,10 Krankenversicherung 240,00\nAuszahlungsbetrag 2.104,33\nSeite 1 von 1"
	}
	got := classifier(t).Classify([]pipeline.Page{{Number: 1, Text: slip("Mai 2026", "100234")}, {Number: 2, Text: slip("Juni 2026", "100234")}}, nil)
	if got.Type != "payslip" || len(got.Segments) != 2 || got.Combined() {
		t.Errorf("got %q in %+v, want two payslips", got.Type, got.Segments)
	}
}

func TestADocumentThatNamesAnotherIsNotTheOther(t *testing.T) {
	t.Parallel()
	c := classifier(t)
	for _, test := range []struct{ name, text, want string }{
		{"an application for a permit", "Antrag auf Aufenthaltserlaubnis / Application for residence permit\nZweck des Aufenthalts\nEinreisedatum", "application_form"},
		{"an identity card that calls itself a passport", "ПАСПОРТ ГРОМАДЯНИНА УКРАЇНИ\nID number\nКартка", "national_id_card"},
	} {
		if got := c.Classify([]pipeline.Page{{Number: 1, Text: test.text}}, nil); len(got.Candidates) == 0 || got.Candidates[0].Type != test.want {
			t.Errorf("%s: got %v, want %s", test.name, got.Candidates, test.want)
		}
	}
	receipt := c.Classify([]pipeline.Page{{Number: 1, Text: "Quittung\nGebühr Aufenthaltstitel 100,00"}}, nil)
	if receipt.Confidence > 0.9 {
		t.Errorf("one mention gives confidence %.2f, want less than 0.9", receipt.Confidence)
	}
}

// TestCorpus measures on the synthetic corpus's true texts how far a confidence can be believed, documents of no type of
// ours included. The model was trained on texts of the same templates, so this is how well it fits, not how well it will
// do: docs/quality.md has figures on templates that it has not seen.
func TestCorpus(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EAKTE_TEST_DATA")
	if root == "" {
		t.Skip("EAKTE_TEST_DATA is not set: the figures on the synthetic corpus are left out")
	}
	files, err := filepath.Glob(filepath.Join(root, "corpus/synthetic/truth/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files, %v", len(files), err)
	}
	c := classifier(t)
	all := 0
	answered, right := map[float64]int{}, map[float64]int{}
	levels := []float64{classify.Threshold, 0.75, 0.9}
	for _, name := range files {
		want, pages := truth(t, name)
		if want == "" {
			continue
		}
		all++
		got := c.Classify(pages, nil)
		for _, level := range levels {
			if got.Type == "" || got.Confidence < level {
				continue
			}
			answered[level]++
			if got.Type == want {
				right[level]++
			} else if level == 0.75 {
				t.Logf("%s: got %s (%.2f), want %s", filepath.Base(name), got.Type, got.Confidence, want)
			}
		}
	}
	for _, level := range levels {
		t.Logf("%d documents: %d answered with %.2f and more, %d of these right", all, answered[level], level, right[level])
	}
	if right[0.75]*100 < answered[0.75]*97 || answered[0.75]*100 < all*75 {
		t.Errorf("with 0.75 and more: got %d right of %d answered of %d, want at least 97 %% right and 75 %% answered", right[0.75], answered[0.75], all)
	}
}

// truth reads what a document of the corpus is and says; type empty: several in one.
func truth(t *testing.T, name string) (string, []pipeline.Page) {
	t.Helper()
	var known struct {
		Type  *string
		Pages []struct {
			Page  int
			Blank bool
			Text  string
		}
	}
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &known); err != nil {
		t.Fatal(err)
	}
	if known.Type == nil {
		return "", nil
	}
	var pages []pipeline.Page
	for _, p := range known.Pages {
		pages = append(pages, pipeline.Page{Number: p.Page, Blank: p.Blank, Text: p.Text})
	}
	return *known.Type, pages
}

func FuzzClassify(f *testing.F) {
	f.Add("Mietvertrag\nKaltmiete", "I")
	f.Add("\xff\u0301", "")
	c := classifier(f)
	f.Fuzz(func(t *testing.T, text, mrz string) {
		got := c.Classify([]pipeline.Page{{Number: 1, Text: text, Zones: []pipeline.MRZ{{Format: "TD1", Lines: []string{mrz}}}}}, nil)
		if got.Confidence < 0 || got.Confidence > 1 {
			t.Errorf("got confidence %v, want 0 to 1", got.Confidence)
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	c := classifier(b)
	page := pipeline.Page{Number: 1, Text: strings.Repeat("Mietvertrag über Wohnraum zwischen Vermieter und Mieter\nWohnfläche 60 qm, Kaltmiete 640,00 EUR\n", 20)}
	for b.Loop() {
		c.Classify([]pipeline.Page{page}, nil)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		classifier(b)
	}
}
