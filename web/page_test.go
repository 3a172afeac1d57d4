package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/web"
	"github.com/eakte/eakte/workers"
)

// site is a running server with an office, a case full of documents in every state, a caseworker and an access code.
type site struct {
	url     string
	records *records.Store
	store   *storage.Store
	office  efile.Office
	kase    efile.Case
	matter  efile.Matter
	code    string
	docs    map[string]efile.ID // by file name
	leaving map[string]string   // archivists' pages by name, once there is something on them
}

const password = "Krokodil-im-Kanzleramt"

func newSite(t *testing.T) *site {
	t.Helper()
	rec, store := testenv.Database(t), testenv.Store(t)
	queue, err := river.NewClient(riverpgxv5.New(rec.Pool()), &river.Config{LeaderElectionDisabled: true})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locale.New()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := notify.NewSigner(bytes.Repeat([]byte("m"), 32))
	if err != nil {
		t.Fatal(err)
	}
	many := web.Rate{PerSecond: 1e6, Burst: 1e6}
	s := &site{records: rec, store: store, office: testenv.Office(t, rec), docs: map[string]efile.ID{}}
	config := web.Config{
		Records: rec, Store: store, Queue: queue, Texts: texts, Catalogue: catalogue.Default(), Installation: "test", Signer: signer,
		Rates:  web.Rates{Reading: many, Writing: many, Uploading: many, Status: many, SignIn: many, Account: many, Guessing: many, AddressFactor: 1},
		Intake: &intake.Service{Records: rec, Store: store, Queue: queue, Spool: t.TempDir(), Log: testenv.Log(t)},
		Secret: bytes.Repeat([]byte("s"), 32), PublicURL: "http://localhost", Log: testenv.Log(t),
		Recheck: workers.Fixity{Records: rec, Store: store, Log: testenv.Log(t)}.Recheck,
		Split: func(ctx context.Context, tx *records.Tx, office efile.Office, to efile.ReceivingArchive, cases []efile.ID) ([][]efile.ID, error) {
			return workers.Split(ctx, tx, office, to, cases, catalogue.Default())
		},
	}
	server := httptest.NewUnstartedServer(nil)
	config.PublicURL = "http://" + server.Listener.Addr().String()
	handler, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(handler.Close)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.fill(t)
	return s
}

func (s *site) in(t *testing.T, fn func(context.Context, *records.Tx) error) {
	t.Helper()
	err := s.records.In(t.Context(), efile.SystemIn(s.office.ID), func(tx *records.Tx) error { return fn(t.Context(), tx) })
	if err != nil {
		t.Fatal(err)
	}
}

// fill records the examples.
func (s *site) fill(t *testing.T) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	s.kase = efile.Case{ID: efile.NewID(), Reference: "ABH-2026-004711", Title: "Ogunleye, Adaeze Folake", Language: "en", Status: efile.CaseProcessing, Opened: now, Changed: now}
	s.matter = efile.Matter{ID: efile.NewID(), CaseID: s.kase.ID, Procedure: "residence_employment", Opened: now,
		Facts: map[string]bool{"dependent_employment": true, "academic": true, "foreign_qualification": true, "renewal": true}}
	code, hash := web.NewAccessCode()
	s.code = code
	user := efile.User{ID: efile.NewID(), Login: "keller", Name: "Frau Keller", Roles: []efile.Role{efile.Caseworker}, Language: "de", PasswordHash: web.HashPassword(password), Created: now}
	s.in(t, func(ctx context.Context, tx *records.Tx) error {
		if err := tx.AddCase(ctx, &s.kase); err != nil {
			return err
		}
		if err := tx.AddMatter(ctx, s.matter); err != nil {
			return err
		}
		if err := tx.AddUser(ctx, user); err != nil {
			return err
		}
		return tx.AddAccessCode(ctx, efile.AccessCode{ID: efile.NewID(), CaseID: s.kase.ID, Hash: hash, Expires: now.Add(time.Hour), Created: now})
	})
	s.fillDocuments(t, now)
}

func (s *site) fillDocuments(t *testing.T, now time.Time) {
	t.Helper()
	sub := efile.Submission{ID: efile.NewID(), CaseID: s.kase.ID, MatterID: s.matter.ID, Channel: efile.ChannelPortal, Status: efile.SubmissionComplete, Language: "en", Opened: now, Closed: now}
	s.in(t, func(ctx context.Context, tx *records.Tx) error { return tx.AddSubmission(ctx, sub) })
	for _, d := range []efile.Document{
		{FileName: "Reisepass-Foto.jpg", Status: efile.Filed, Station: efile.File, Type: "passport", TypeConfidence: 0.97, TypeBy: "rule", Pages: 1, MediaType: "image/jpeg", Notes: []string{"location", "low_confidence"}},
		{FileName: "Arbeitsvertrag.pdf", Status: efile.Filed, Station: efile.File, Type: "employment_contract", TypeConfidence: 0.74, TypeBy: "model", Pages: 3, MediaType: "application/pdf"},
		{FileName: "IMG_20260413.heic", Status: efile.Review, Station: efile.File, Code: string(fault.UnsureType), Type: "university_degree", TypeConfidence: 0.41, TypeBy: "model", Pages: 1, MediaType: "image/heic",
			Quality: "retake", Flaws: []string{"cut", "blurred"}, Notes: []string{"similar"}},
		{FileName: "Kontoauszug.pdf", Status: efile.Rejected, Station: efile.Inspect, Code: string(fault.Encrypted), MediaType: "application/pdf"},
		{FileName: "ein sehr langer Dateiname ohne jede Absicht aber mit vielen Wörtern und noch mehr_Unterstrichen_die_nicht_umbrechen.pdf", Status: efile.Processing, Station: efile.Recognise, Pages: 42, MediaType: "application/pdf"},
		{FileName: "<script>alert(1)</script>.jpg", Status: efile.Received, Station: efile.Inspect, MediaType: "image/jpeg"},
		{FileName: "Rechnung.pdf", Status: efile.Rejected, Station: efile.Inspect, Code: string(fault.Malware), MediaType: "application/pdf"},
	} {
		d.ID, d.CaseID, d.MatterID, d.SubmissionID, d.Channel = efile.NewID(), s.kase.ID, s.matter.ID, sub.ID, efile.ChannelPortal
		d.Size, d.Received, d.SHA256 = 271360, now, digest(d.ID.String())
		if d.Quality != "" {
			d.SimilarTo = s.docs["Arbeitsvertrag.pdf"]
		}
		s.docs[d.FileName] = d.ID
		s.in(t, func(ctx context.Context, tx *records.Tx) error { return s.addDocument(ctx, tx, d) })
	}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (s *site) addDocument(ctx context.Context, tx *records.Tx, d efile.Document) error {
	if err := tx.AddDocument(ctx, d); err != nil {
		return err
	}
	subject := "cases/" + d.CaseID.Public(efile.PrefixCase) + "/documents/" + d.ID.Public(efile.PrefixDocument)
	tx.Append(efile.Event{Type: efile.DocumentReceived, CaseID: d.CaseID, Subject: subject, Actor: efile.Actor{Kind: efile.Applicant, ID: efile.NewID()}})
	if d.Type != "passport" {
		return nil
	}
	tx.Append(efile.Event{Type: efile.DocumentClassified, CaseID: d.CaseID, Subject: subject})
	picture := filepath.Join("..", "testdata", "demo", d.FileName)
	object, err := s.store.PutFile(ctx, s.office.ID, d.ID, picture)
	if err != nil {
		return err
	}
	for _, kind := range []efile.RenditionKind{efile.Original, efile.Archival, efile.PageImage} {
		n := efile.Rendition{DocumentID: d.ID, CaseID: d.CaseID, Kind: kind, MediaType: "image/jpeg", Key: object.Key, Size: object.Size, SHA256: object.SHA256}
		if kind == efile.PageImage {
			n.Page = 1
		}
		if err := tx.AddRendition(ctx, n); err != nil {
			return err
		}
	}
	page := efile.Page{DocumentID: d.ID, Number: 1, Width: 595, Height: 793, Language: "en", Confidence: 0.83, Quality: "readable", Recognised: true, Codes: []efile.PageCode{{Format: "data_matrix", Text: "Lichtbild <7F3A>"}},
		Text: "FEDERAL REPUBLIC OF NIGERIA\nPASSPORT\nOGUNLEYE\nADAEZE FOLAKE\nP<NGAOGUNLEYE<<ADAEZE<FOLAKE<<<<<<<<<<<<<<<<<"}
	if err := tx.SavePages(ctx, d.ID, []efile.Page{page}); err != nil {
		return err
	}
	if err := tx.SaveRecognised(ctx, d.ID, []efile.Page{page}); err != nil {
		return err
	}
	return tx.SaveReading(ctx, d.ID, []efile.Segment{{Number: 1, First: 1, Last: 1, Type: "passport", Confidence: 0.97}}, []efile.Field{
		{Name: "surname", Value: "OGUNLEYE", Raw: "OGUNLEYE", Page: 1, Confidence: 0.99, By: "mrz"},
		{Name: "given_names", Value: "ADAEZE FOLAKE", Raw: "ADAEZE FOLAKE", Page: 1, Confidence: 0.99, By: "mrz"},
		{Name: "expiry_date", Value: "2031-02-14", Raw: "14 FEB 2031", Page: 1, Confidence: 0.66, By: "rule"},
	})
}

// visitor is a browser: it keeps cookies and sends forms with their token.
type visitor struct {
	*http.Client
	t    *testing.T
	site *site
	lang string
}

func (s *site) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{&http.Client{Jar: jar}, t, s, "de"}
}

// answer is a page as it came.
type answer struct {
	status int
	path   string
	header http.Header
	body   string
}

func (v *visitor) do(req *http.Request) answer {
	v.t.Helper()
	req.Header.Set("Accept-Language", v.lang)
	res, err := v.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Request.URL.RequestURI(), res.Header, string(body)}
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.site.url+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(req)
}

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// post sends a form to path with the token of the page at from.
func (v *visitor) post(from, path string, form url.Values) answer {
	v.t.Helper()
	token := tokenField.FindStringSubmatch(v.get(from).body)
	if token == nil {
		v.t.Fatalf("%s has no form", from)
	}
	form.Set("csrf", token[1])
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.site.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

// upload sends files as the form does.
func (v *visitor) upload(path, accept string, files ...[2]string) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	token := tokenField.FindStringSubmatch(v.get(path).body)
	if token == nil {
		v.t.Fatalf("%s has no form", path)
	}
	_ = form.WriteField("csrf", token[1])
	for _, f := range files {
		w, err := form.CreateFormFile("files", f[0])
		if err != nil {
			v.t.Fatal(err)
		}
		_, _ = io.WriteString(w, f[1])
	}
	_ = form.Close()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.site.url+path, &body)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Accept", accept)
	return v.do(req)
}

func (s *site) home() string { return "/o/" + s.office.Key + "/" }

func (s *site) applicant(t *testing.T) *visitor {
	t.Helper()
	v := s.visitor(t)
	if got := v.post(s.home(), s.home(), url.Values{"code": {strings.ToLower(s.code)}}); got.path != s.home()+"upload" {
		t.Fatalf("access code led to %s (%d): %s", got.path, got.status, got.body)
	}
	return v
}

func (s *site) caseworker(t *testing.T) *visitor {
	t.Helper()
	v := s.visitor(t)
	got := v.post(s.home()+"sign-in", s.home()+"sign-in", url.Values{"login": {"keller"}, "password": {password}})
	if got.path != s.home()+"cases" {
		t.Fatalf("password led to %s (%d): %s", got.path, got.status, got.body)
	}
	return v
}

// staff signs a user of a role in.
func (s *site) staff(t *testing.T, role efile.Role) (*visitor, answer) {
	t.Helper()
	user := efile.User{ID: efile.NewID(), Login: efile.NewID().String(), Roles: []efile.Role{role}, PasswordHash: web.HashPassword(password), Created: time.Now()}
	s.in(t, func(ctx context.Context, tx *records.Tx) error { return tx.AddUser(ctx, user) })
	v := s.visitor(t)
	return v, v.post(s.home()+"sign-in", s.home()+"sign-in", url.Values{"login": {user.Login}, "password": {password}})
}

func (s *site) casePath() string { return s.home() + "cases/" + s.kase.ID.Public(efile.PrefixCase) }

func (s *site) documentPath(name string) string {
	return s.casePath() + "/documents/" + s.docs[name].Public(efile.PrefixDocument)
}

// every returns all pages as their readers see them, in one language.
func (s *site) every(t *testing.T, lang string) map[string]answer {
	t.Helper()
	nobody, applicant, caseworker := s.visitor(t), s.applicant(t), s.caseworker(t)
	archivist, _ := s.staff(t, efile.Archivist)
	nobody.lang, applicant.lang, caseworker.lang, archivist.lang = lang, lang, lang, lang
	s.in(t, func(ctx context.Context, tx *records.Tx) error {
		return tx.AddFinding(ctx, records.Finding{Kind: string(fault.DigestMismatch), Subject: "originals/00/x", Detail: records.DetailMissing})
	})
	all := map[string]answer{
		"landing": nobody.get(s.home()), "sign-in": nobody.get(s.home() + "sign-in"), "error": nobody.get("/o/nowhere/"),
		"wrong code": nobody.post(s.home(), s.home(), url.Values{"code": {"AAAA"}}),
		"upload":     applicant.get(s.home() + "upload"), "upload list": applicant.get(s.home() + "upload?part=list"),
		"upload none": applicant.upload(s.home()+"upload", "text/html"),
		"cases":       caseworker.get(s.home() + "cases"), "cases none": caseworker.get(s.home() + "cases?q=nobody"), "case": caseworker.get(s.casePath()),
		"findings": archivist.get(s.home() + "findings?checked=wrong"),
	}
	for name := range s.docs {
		all["document "+name] = caseworker.get(s.documentPath(name))
	}
	for name, page := range s.archivistsPages(t, lang) {
		all[name] = page
	}
	return all
}

func TestPagesAreWholeInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	keyLeft := regexp.MustCompile(`\b(code|note|status|station|reason|kind|page|landing|upload|error|staff|desk|case_status|desk_status|finding|event|actor|by|channel|quality|confidence|party|archive|archive_check|archive_answer)\.[a-z_]+`)
	unfilled := regexp.MustCompile(`\{[a-z]+\}`)
	for _, lang := range locale.Languages {
		for name, page := range s.every(t, lang) {
			if page.status >= 500 {
				t.Errorf("%s in %s: got status %d", name, lang, page.status)
			}
			text := regexp.MustCompile(`(?s)<pre.*?</pre>`).ReplaceAllString(page.body, "")
			text = regexp.MustCompile(`/(v1|o|assets)/[^"]*`).ReplaceAllString(text, "")
			if found := keyLeft.FindString(text); found != "" {
				t.Errorf("%s in %s shows the key %q", name, lang, found)
			}
			if found := unfilled.FindString(text); found != "" {
				t.Errorf("%s in %s shows the placeholder %q", name, lang, found)
			}
			if name != "upload list" && !strings.Contains(page.body, `<html lang="`+lang+`"`) {
				t.Errorf("%s is not in %s", name, lang)
			}
			if lang == "ar" && name == "upload" && !strings.Contains(page.body, `dir="rtl"`) {
				t.Errorf("%s does not run from right to left", name)
			}
		}
	}
}

// TestPagesKeepTheirOwnPolicy holds that no page needs what the content security policy forbids.
func TestPagesKeepTheirOwnPolicy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	forbidden := []*regexp.Regexp{
		regexp.MustCompile(`(?i)<script(>| [^>]*>[^<])`), regexp.MustCompile(`(?i)\sstyle=`), regexp.MustCompile(`(?i)<style`), regexp.MustCompile(`(?i)\son[a-z]+="`),
		regexp.MustCompile(`(?i)javascript:`), regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//`), regexp.MustCompile(`(?i)data:`), regexp.MustCompile(`ZgotmplZ`),
	}
	for name, page := range s.every(t, "de") {
		for _, bad := range forbidden {
			if found := bad.FindString(page.body); found != "" {
				t.Errorf("%s has %q", name, found)
			}
		}
		if !strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has no policy", name)
		}
	}
	for _, name := range []string{"eakte.css", "upload.js", "kern/kern.css"} {
		data, err := os.ReadFile(filepath.Join("assets", name))
		if err != nil {
			t.Fatal(err)
		}
		if regexp.MustCompile(`https?://|url\(["']?(data:|//)|@import`).Match(data) {
			t.Errorf("%s asks for something from elsewhere", name)
		}
	}
}

// TestPagesAreAccessible checks what can be checked without eyes: landmarks, headings, names of controls and pictures.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	input := regexp.MustCompile(`<(?:input|select|textarea)[^>]*>`)
	id := regexp.MustCompile(`\sid="([^"]+)"`)
	for name, page := range s.every(t, "en") {
		if name == "upload list" {
			continue
		}
		for _, want := range []string{"<header", "<main id=\"main\"", "<footer", "<title>", `href="#main"`, `name="viewport"`} {
			if strings.Count(page.body, want) != 1 {
				t.Errorf("%s: got %d times %s, want once", name, strings.Count(page.body, want), want)
			}
		}
		if got := strings.Count(page.body, "<h1"); got != 1 {
			t.Errorf("%s has %d first headings", name, got)
		}
		ids := map[string]int{}
		for _, m := range id.FindAllStringSubmatch(page.body, -1) {
			if ids[m[1]]++; ids[m[1]] == 2 {
				t.Errorf("%s: id %s stands there twice", name, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`aria-(?:labelledby|describedby)="([^"]+)"`).FindAllStringSubmatch(page.body, -1) {
			for _, ref := range strings.Fields(m[1]) {
				if ids[ref] == 0 {
					t.Errorf("%s: nothing has the id %s", name, ref)
				}
			}
		}
		for _, tag := range input.FindAllString(page.body, -1) {
			if strings.Contains(tag, `type="hidden"`) || strings.Contains(tag, `type="checkbox"`) {
				continue // the check box stands inside its label
			}
			if m := id.FindStringSubmatch(tag); m == nil || !strings.Contains(page.body, `for="`+m[1]+`"`) {
				t.Errorf("%s: no label for %s", name, tag)
			}
		}
		for _, tag := range regexp.MustCompile(`<img[^>]*>`).FindAllString(page.body, -1) {
			if !strings.Contains(tag, "alt=") {
				t.Errorf("%s: no text for %s", name, tag)
			}
		}
	}
}

func TestAccessCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tests := []struct{ name, code, want string }{
		{"no code", " ", "Geben Sie Ihren Zugangscode ein."},
		{"a wrong code", "AAAA-BBBB-CCCC-DDDD", "Dieser Zugangscode gilt nicht."},
		{"markup", "<b>", "Dieser Zugangscode gilt nicht."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := s.visitor(t)
			got := v.post(s.home(), s.home(), url.Values{"code": {tt.code}})
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, tt.want) || !strings.Contains(got.body, `aria-invalid="true"`) {
				t.Errorf("got %d without %q at the field", got.status, tt.want)
			}
			if next := v.get(s.home() + "upload"); next.path != s.home() {
				t.Errorf("the upload page is open: %s", next.path)
			}
		})
	}
}

func TestUploadWithoutScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.applicant(t)
	path := s.home() + "upload"

	t.Log("files that are fine lead on, and reloading sends nothing again")
	got := v.upload(path, "text/html", [2]string{"pass.pdf", "%PDF-1.4 one"}, [2]string{"miete.pdf", "%PDF-1.4 two"})
	if got.status != http.StatusOK || got.path != path+"?arrived=2" || !strings.Contains(got.body, "2 Dateien sind angekommen") {
		t.Fatalf("got %d at %s", got.status, got.path)
	}
	t.Log("a file that is refused is named with what to do, and the other is kept")
	got = v.upload(path, "text/html", [2]string{"leer.pdf", ""}, [2]string{"gut.pdf", "%PDF-1.4 three"})
	for _, want := range []string{"1 Datei konnten wir nicht annehmen", "leer.pdf", "Die Datei ist leer.", "gut.pdf", "Die anderen Dateien sind angekommen"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the answer does not say %q", want)
		}
	}
	if got.status != http.StatusUnprocessableEntity {
		t.Errorf("got status %d, want 422", got.status)
	}
	t.Log("the same bytes again are told as such")
	if got = v.upload(path, "text/html", [2]string{"gut-kopie.pdf", "%PDF-1.4 three"}); got.status != http.StatusOK || !strings.Contains(got.body, "Diese Datei haben Sie schon gesendet.") {
		t.Errorf("got %d without the sentence", got.status)
	}
	t.Log("sending nothing is told at the field")
	if got = v.upload(path, "text/html"); !strings.Contains(got.body, "Wählen Sie zuerst mindestens eine Datei aus.") {
		t.Errorf("got %d without the sentence", got.status)
	}
	t.Log("the submission is closed, so that the office sees it as whole")
	s.in(t, func(ctx context.Context, tx *records.Tx) error {
		all, err := tx.Submissions(ctx, s.kase.ID)
		complete := slices.DeleteFunc(all, func(sub efile.Submission) bool { return sub.Status != efile.SubmissionComplete || sub.Files == 0 })
		if len(complete) != 3 {
			t.Errorf("got %d complete submissions with files, want 3", len(complete))
		}
		return err
	})
}

func TestUploadWithScript(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.applicant(t)
	path := s.home() + "upload"
	got := v.upload(path, "application/json", [2]string{"pass.pdf", "%PDF-1.4 one"})
	if got.status != http.StatusOK || strings.TrimSpace(got.body) != `{"arrived":1,"refused":[],"known":[]}` {
		t.Errorf("got %d %s", got.status, got.body)
	}
	got = v.upload(path, "application/json", [2]string{"again.pdf", "%PDF-1.4 one"})
	if !strings.Contains(got.body, `"arrived":0`) || !strings.Contains(got.body, "Diese Datei haben Sie schon gesendet.") {
		t.Errorf("the same bytes again: got %d %s", got.status, got.body)
	}
	got = v.upload(path, "application/json", [2]string{"leer.pdf", ""})
	if !strings.Contains(got.body, `"what":"Die Datei ist leer."`) {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestApplicantSeesOnlyTheUploadPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.applicant(t)
	page := v.get(s.home() + "upload")
	for _, want := range []string{"Kontoauszug.pdf", "mit einem Passwort geschützt", "Speichern Sie die Datei ohne Passwort", "Reisepass", "&lt;script&gt;"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, secret := range []string{s.kase.Title, "OGUNLEYE"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the page says %q", secret)
		}
	}
	for _, path := range []string{"cases", "cases/" + s.kase.ID.Public(efile.PrefixCase)} {
		if got := v.get(s.home() + path); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, got.status)
		}
	}
}

func TestStaffSignIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	asked := s.documentPath("Reisepass-Foto.jpg")
	got := v.get(asked)
	if !strings.HasPrefix(got.path, s.home()+"sign-in?next=") {
		t.Fatalf("without sign-in: got %s", got.path)
	}
	wrong := v.post(got.path, s.home()+"sign-in", url.Values{"login": {"keller"}, "password": {"nonsense"}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, "Anmeldename oder Passwort stimmen nicht.") {
		t.Errorf("wrong password: got %d", wrong.status)
	}
	in := v.post(got.path, s.home()+"sign-in", url.Values{"login": {"keller"}, "password": {password}, "next": {asked}})
	if in.path != asked {
		t.Errorf("signed in: got %s, want %s", in.path, asked)
	}
	if out := v.post(s.home()+"cases", s.home()+"sign-out", url.Values{}); out.path != s.home() {
		t.Errorf("signed out: got %s", out.path)
	}
	if again := v.get(s.home() + "cases"); !strings.Contains(again.path, "sign-in") {
		t.Errorf("after signing out: got %s", again.path)
	}
}

func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, next := range []string{"https://example.org/", "//example.org", "/o/other/cases", s.home() + "cases/../../../v1/cases", `/o/x\cases`} {
		v := s.visitor(t)
		got := v.post(s.home()+"sign-in", s.home()+"sign-in", url.Values{"login": {"keller"}, "password": {password}, "next": {next}})
		if got.path != s.home()+"cases" {
			t.Errorf("next %q led to %s", next, got.path)
		}
	}
}

func TestCaseworkerWorksThroughACase(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.caseworker(t)
	list := v.get(s.home() + "cases?q=ogunleye&review=1&status=processing")
	if !strings.Contains(list.body, s.kase.Reference) || !strings.Contains(list.body, "1 zu prüfen") {
		t.Errorf("the list does not show the case with its review")
	}
	file := v.get(s.casePath())
	for _, want := range []string{s.kase.Title, "Aufenthaltstitel Erwerbstätigkeit", "Arbeitsvertrag", "Bestätigen oder ändern Sie die Art", "fehlt", "vorhanden", "0 von 3"} {
		if !strings.Contains(file.body, want) {
			t.Errorf("the e-file does not say %q", want)
		}
	}
	doc := v.get(s.documentPath("Reisepass-Foto.jpg"))
	for _, want := range []string{"OGUNLEYE", "maschinenlesbare Zone", "P&lt;NGAOGUNLEYE", "Das Foto enthielt den Aufnahmeort", "Art bestimmt", "rendition=original", "rendition=archive", "Gültig bis", "Der Name passt zu Ogunleye, Adaeze Folake.", "Data Matrix: Lichtbild &lt;7F3A&gt;"} {
		if !strings.Contains(doc.body, want) {
			t.Errorf("the document does not say %q", want)
		}
	}
	image := regexp.MustCompile(`src="(/v1/documents/[^"]+)"`).FindStringSubmatch(doc.body)
	if image == nil {
		t.Fatal("no page image")
	}
	if got := v.get(image[1]); got.status != http.StatusOK || got.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("page image: got %d %s", got.status, got.header.Get("Content-Type"))
	}
	unsure := s.documentPath("IMG_20260413.heic")
	saved := v.post(unsure, unsure+"/type", url.Values{"type": {"vocational_qualification"}})
	if !strings.Contains(saved.body, "Die Art ist gespeichert.") || !strings.Contains(saved.body, "In der Akte") {
		t.Errorf("after the correction: got %d at %s", saved.status, saved.path)
	}
	if bad := v.post(unsure, unsure+"/type", url.Values{"type": {"unicorn"}}); bad.status != http.StatusUnprocessableEntity {
		t.Errorf("unknown type: got %d, want 422", bad.status)
	}
}

func TestLookingAtADocumentIsNoted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.caseworker(t).get(s.documentPath("Reisepass-Foto.jpg"))
	s.in(t, func(ctx context.Context, tx *records.Tx) error {
		reads, err := tx.Reads(ctx, s.docs["Reisepass-Foto.jpg"], 10)
		if len(reads) != 1 || reads[0].Actor.Kind != efile.Staff {
			t.Errorf("got %v, want one reading by staff", reads)
		}
		return err
	})
}

func TestForeignOfficesAndCasesAreNotThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	other := testenv.Office(t, s.records)
	foreign := testenv.Case(t, s.records, other)
	v := s.caseworker(t)
	for _, path := range []string{s.home() + "cases/" + foreign.ID.Public(efile.PrefixCase), s.home() + "cases/case_nonsense", s.casePath() + "/documents/" + efile.NewID().Public(efile.PrefixDocument)} {
		if got := v.get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.status)
		}
	}
	if got := v.get("/o/" + other.Key + "/cases"); !strings.Contains(got.path, "/o/"+other.Key+"/sign-in") {
		t.Errorf("another office's cases: got %s", got.path)
	}
}

func TestAssetsAreKeptByBrowsers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.visitor(t)
	got := v.get("/assets/kern/kern.css")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(got.header.Get("Cache-Control"), "max-age") {
		t.Errorf("got %d %v", got.status, got.header)
	}
	for _, path := range []string{"/assets/nothing.css", "/assets/", "/assets/../page_assets.go", "/assets/kern/subset.py"} {
		if got := v.get(path); got.status == http.StatusOK {
			t.Errorf("%s: got 200", path)
		}
	}
	css, err := os.ReadFile(filepath.Join("assets", "kern", "kern.css"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`url\("([^"]+)"\)`).FindAllSubmatch(css, -1) {
		if got := v.get("/assets/kern/" + string(m[1])); got.status != http.StatusOK {
			t.Errorf("%s: got %d", m[1], got.status)
		}
	}
}

func TestAdviceAndSimilarDocumentsAreTold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := s.applicant(t).get(s.home() + "upload")
	for _, want := range []string{"Das Bild ist schwer zu lesen.", "alle vier Ecken", "Das Foto ist unscharf", "sieht so aus wie „Arbeitsvertrag.pdf“"} {
		if n := strings.Count(page.body, want); n != 1 {
			t.Errorf("the applicant's page says %q %d times, want once", want, n)
		}
	}
	v := s.caseworker(t)
	if file := v.get(s.casePath()); !strings.Contains(file.body, "Zeigt dasselbe wie ein anderes Dokument der Akte") {
		t.Error("the e-file does not say that two documents show the same")
	}
	for from, to := range map[string]string{"IMG_20260413.heic": "Arbeitsvertrag.pdf", "Arbeitsvertrag.pdf": "IMG_20260413.heic"} {
		if doc := v.get(s.documentPath(from)); !strings.Contains(doc.body, `href="`+s.documentPath(to)+`"`) {
			t.Errorf("the page of %s does not lead to %s", from, to)
		}
	}
}
