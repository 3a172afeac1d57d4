package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// lose removes the passport's object from the store and has it quarantined. It returns its key.
func (s *site) lose(t *testing.T) string {
	t.Helper()
	var original efile.Rendition
	s.in(t, func(ctx context.Context, tx *records.Tx) (err error) {
		if original, err = tx.Rendition(ctx, s.docs["Reisepass-Foto.jpg"], efile.Original, 0); err != nil {
			return err
		}
		_, err = tx.Quarantine(ctx, original, records.DetailMissing, time.Now())
		return err
	})
	if err := s.store.Delete(t.Context(), original.Key); err != nil {
		t.Fatal(err)
	}
	return original.Key
}

// browse asks as a browser's address bar does.
func (v *visitor) browse(path string) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.site.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	return v.do(req)
}

func TestNobodyGetsWhatIsInQuarantine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.lose(t)
	content := "/v1/documents/" + s.docs["Reisepass-Foto.jpg"].Public(efile.PrefixDocument)
	archivist, _ := s.staff(t, efile.Archivist)
	for name, v := range map[string]*visitor{"applicant": s.applicant(t), "caseworker": s.caseworker(t), "archivist": archivist} {
		for _, path := range []string{content + "/content", content + "/content?rendition=original", content + "/pages/1/image"} {
			if got := v.get(path); got.status != http.StatusInternalServerError || !strings.Contains(got.body, `"code":"digest_mismatch"`) {
				t.Errorf("%s at %s: got %d %s", name, path, got.status, got.body)
			}
		}
		v.lang = "tr"
		got := v.browse(content + "/content")
		if got.status != http.StatusInternalServerError || !strings.Contains(got.body, "<html lang=\"tr\"") || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%s with a browser: got %d %s", name, got.status, got.body)
		}
	}
	if got := archivist.get(content); !strings.Contains(got.body, `"withheld":true`) {
		t.Errorf("the document does not tell: %s", got.body)
	}
	page := s.caseworker(t).get(s.documentPath("Reisepass-Foto.jpg"))
	for _, want := range []string{"Das Original ist beschädigt", "Die Archivfassung ist beschädigt", "Noch kein Bild"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page.body, "/content?rendition=") {
		t.Error("the page offers what nobody gets")
	}
}

func TestFindingsAreSeenAndReleased(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	key := s.lose(t)
	findings := s.home() + "findings"
	if got := s.caseworker(t).get(findings); got.status != http.StatusForbidden {
		t.Errorf("a caseworker: got %d", got.status)
	}
	admin, first := s.staff(t, efile.Admin)
	if first.path != findings || first.status != http.StatusOK {
		t.Errorf("an administrator's first page: got %s, %d", first.path, first.status)
	}
	archivist, first := s.staff(t, efile.Archivist)
	if !strings.Contains(first.body, `href="`+findings+`"`) {
		t.Error("an archivist's first page does not lead to the findings")
	}
	for name, v := range map[string]*visitor{"administrator": admin, "archivist": archivist} {
		got := v.get(findings)
		if !strings.Contains(got.body, key) || !strings.Contains(got.body, "Die Datei fehlt.") || strings.Contains(got.body, "Reisepass") {
			t.Errorf("%s: got %s", name, got.body)
		}
	}
	_, rest, _ := strings.Cut(archivist.get(findings).body, `action="`+findings+"/")
	recheck := findings + "/" + rest[:strings.Index(rest, `"`)]
	if got := archivist.post(findings, recheck, url.Values{}); got.path != findings+"?checked=wrong" || !strings.Contains(got.body, key) {
		t.Errorf("still missing: got %s", got.path)
	}
	keller := s.caseworker(t)
	if got := keller.post(s.documentPath("Reisepass-Foto.jpg"), recheck, url.Values{}); got.status != http.StatusForbidden {
		t.Errorf("a caseworker releases: got %d", got.status)
	}
	doc := s.docs["Reisepass-Foto.jpg"]
	if _, err := s.store.PutFile(t.Context(), s.office.ID, doc, filepath.Join("..", "testdata", "demo", "Reisepass-Foto.jpg")); err != nil {
		t.Fatal(err)
	}
	if got := archivist.post(findings, recheck, url.Values{}); got.path != findings+"?checked=right" || !strings.Contains(got.body, "Keine offenen Befunde") {
		t.Errorf("restored: got %s %s", got.path, got.body)
	}
	if got := keller.get("/v1/documents/" + doc.Public(efile.PrefixDocument) + "/content"); got.status != http.StatusOK {
		t.Errorf("released: got %d", got.status)
	}
}
