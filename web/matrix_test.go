package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
)

// The matrix: every route is asked by every kind of caller, about its own and about foreign things. What must come out is
// written down here by hand and not derived from the code it checks. A route without a line fails.

// may names who passes a route's door; everybody else who is signed in gets 403, and who is not gets 401.
var (
	everyone = []string{"*"}

	reads     = []string{"applicant", "session-applicant", "caseworker", "archivist", "service-documents", "service-cases"}
	deskReads = []string{"caseworker", "archivist", "service-documents", "service-cases"}
	submits   = []string{"applicant", "session-applicant", "caseworker", "service-submit"}
	writes    = []string{"caseworker", "service-cases"}
	asks      = []string{"caseworker", "service-requests"}
	corrects  = []string{"caseworker", "service-cases"}
	follows   = []string{"admin", "service-events", "service-admin"}
	manages   = []string{"admin", "service-admin"}
	either    = []string{"applicant", "session-applicant", "caseworker", "archivist", "service-documents", "service-cases", "service-submit"}
)

var matrix = map[string][]string{
	"GET /healthz":         everyone,
	"GET /readyz":          everyone,
	"GET /v1/openapi.json": everyone,

	"POST /v1/submissions":                         submits,
	"GET /v1/submissions/{submission}":             either,
	"POST /v1/submissions/{submission}/complete":   submits,
	"GET /v1/submissions/{submission}/stream":      either,
	"POST /v1/submissions/{submission}/documents":  submits,
	"POST /v1/submissions/{submission}/uploads":    submits,
	"OPTIONS /v1/submissions/{submission}/uploads": everyone,
	"OPTIONS /v1/uploads/{upload}":                 everyone,
	"HEAD /v1/uploads/{upload}":                    submits,
	"GET /v1/uploads/{upload}":                     submits,
	"PATCH /v1/uploads/{upload}":                   submits,
	"DELETE /v1/uploads/{upload}":                  submits,

	"GET /v1/cases":                                       deskReads,
	"GET /v1/cases/{case}":                                reads,
	"GET /v1/cases/{case}/documents":                      reads,
	"GET /v1/cases/by-ref/{system}/{ref}":                 deskReads,
	"PUT /v1/cases/by-ref/{system}/{ref}":                 writes,
	"POST /v1/cases/{case}/document-requests":             asks,
	"DELETE /v1/cases/{case}/document-requests/{request}": asks,
	"GET /v1/documents/{document}":                        reads,
	"GET /v1/documents/{document}/content":                append([]string{"security"}, reads...),
	"GET /v1/documents/{document}/pages/{page}/image":     reads,
	"PUT /v1/documents/{document}/classification":         corrects,
	"POST /v1/documents/{document}/withdraw":              submits,
	"GET /v1/events":                                      follows,
	"PUT /v1/consumers/{consumer}/checkpoint":             follows,
	"GET /v1/endpoints":                                   manages,
	"POST /v1/endpoints":                                  manages,
	"POST /v1/endpoints/{endpoint}/rotate":                manages,
	"POST /v1/endpoints/{endpoint}/replay":                manages,
	"POST /v1/endpoints/{endpoint}/test":                  manages,
	"GET /v1/endpoints/{endpoint}/deliveries":             manages,
}

// bodies are valid orders, so that a refusal is one of rights and not of form.
func (m *scene) body(rt route, own things) (body string, headers []string) {
	switch rt.method + " " + rt.pattern {
	case "POST /v1/submissions":
		return `{"case":"` + own.kase + `"}`, nil
	case "POST /v1/submissions/{submission}/documents":
		b, media := form(m.t, "a.pdf", efile.NewID().String())
		text := new(strings.Builder)
		if r, ok := b.(fmt.Stringer); ok {
			text.WriteString(r.String())
		}
		return text.String(), []string{"Content-Type", media}
	case "POST /v1/submissions/{submission}/uploads":
		return "", with(tusHeaders, "Upload-Length", "10")
	case "PATCH /v1/uploads/{upload}":
		return "", with(tusHeaders, "Upload-Offset", "0", "Content-Type", tusMedia)
	case "HEAD /v1/uploads/{upload}", "DELETE /v1/uploads/{upload}":
		return "", tusHeaders
	case "PUT /v1/cases/by-ref/{system}/{ref}":
		return `{"procedure":"` + m.s.home.matter.Procedure + `"}`, nil
	case "POST /v1/cases/{case}/document-requests":
		return `{"items":[{"documentType":"passport"}]}`, nil
	case "PUT /v1/documents/{document}/classification":
		return `{"documentType":"passport"}`, nil
	case "PUT /v1/consumers/{consumer}/checkpoint":
		return `{"cursor":"` + cursorText(0) + `"}`, nil
	case "POST /v1/endpoints":
		return `{"url":"http://127.0.0.1:1/"}`, nil
	case "POST /v1/endpoints/{endpoint}/replay":
		return `{"from":"2020-01-01T00:00:00Z","to":"2020-01-02T00:00:00Z"}`, nil
	}
	return "", nil
}

// things are what addresses name: of one case.
type things struct{ kase, submission, upload, document, request, endpoint, ref string }

// scene is a site with things in three places: the callers' own case, a neighbour's, another office's.
type scene struct {
	t *testing.T
	s *site
}

func (m *scene) things(p *place, who, kase string) things {
	m.t.Helper()
	s, me := m.s, m.s.as(p, who)
	o := things{kase: kase, ref: "REF-" + efile.NewID().String(), submission: s.open(me)}
	o.document = s.hand(me, o.submission, []byte(efile.NewID().String()))
	o.upload = strings.TrimPrefix(s.createUpload(me, o.submission, 10), "/v1/uploads/")
	s.as(p, "service-cases").json("PUT", "/v1/cases/by-ref/advis/"+o.ref, `{"procedure":"`+p.matter.Procedure+`"}`).want(m.t, http.StatusCreated)
	o.request = s.as(p, "service-requests").json("POST", "/v1/cases/"+kase+"/document-requests", `{"items":[{"documentType":"passport"}]}`).want(m.t, http.StatusCreated).get("id")
	o.endpoint = s.as(p, "service-admin").json("POST", "/v1/endpoints", `{"url":"http://127.0.0.1:1/"}`).want(m.t, http.StatusCreated).get("id")
	return o
}

func (o things) path(pattern string) string {
	return strings.NewReplacer("{submission}", o.submission, "{upload}", o.upload, "{case}", o.kase, "{document}", o.document,
		"{request}", o.request, "{endpoint}", o.endpoint, "{system}", "advis", "{ref}", o.ref, "{page}", "1", "{consumer}", "advis").Replace(pattern)
}

func (m *scene) ask(c *caller, rt route, at, own things) int {
	m.t.Helper()
	body, headers := m.body(rt, at)
	path := at.path(rt.pattern)
	if strings.HasSuffix(path, "/stream") {
		return m.status(c, path)
	}
	a := c.do(rt.method, path, strings.NewReader(body), append([]string{"Content-Type", "application/json", "Idempotency-Key", efile.NewID().String()}, headers...)...)
	return a.StatusCode
}

// status asks for a stream and hangs up after the head of the answer.
func (m *scene) status(c *caller, path string) int {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), "GET", c.s.url+path, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	response, err := c.client.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

func TestAuthorisationMatrix(t *testing.T) {
	t.Parallel()
	m := &scene{t, newSite(t, func(c *Config) {
		c.Intake.Limits = efile.Limits{SubmissionFiles: 1e6, CaseFilesPerDay: 1e6}
	})}
	s := m.s
	home, abroad := s.home, s.abroad
	callers := map[string]*caller{"nobody": s.as(home, ""), "applicant": s.as(home, "applicant"), "session-applicant": s.signedIn(home, "applicant")}
	for name := range services {
		callers[name] = s.as(home, name)
	}
	for _, role := range roles {
		callers[string(role)] = s.signedIn(home, role)
	}
	neighbours := m.things(home, "neighbour", home.other.ID.Public(efile.PrefixCase))
	foreign := m.things(abroad, "applicant", abroad.kase.ID.Public(efile.PrefixCase))
	cells := 0
	for _, rt := range apiRoutes() {
		name := rt.method + " " + rt.pattern
		allowed, listed := matrix[name]
		if !listed {
			t.Errorf("%s has no line in the matrix", name)
			continue
		}
		var own things
		for who, c := range callers {
			cells += 3
			if rt.method != "GET" && rt.method != "HEAD" || own.kase == "" {
				own = m.things(home, "applicant", home.kase.ID.Public(efile.PrefixCase)) // the last caller may have used them up
			}
			got := m.ask(c, rt, own, own)
			may := slices.Contains(allowed, who) || slices.Equal(allowed, everyone)
			switch {
			case may && (got == http.StatusUnauthorized || got == http.StatusForbidden && !strings.Contains(name, "content")):
				t.Errorf("%s by %s: got %d, but is allowed", name, who, got)
			case !may && who == "nobody" && got != http.StatusUnauthorized, !may && who != "nobody" && got != http.StatusForbidden:
				t.Errorf("%s by %s: got %d, but is not allowed", name, who, got)
			case may && got >= 500:
				t.Errorf("%s by %s: got %d", name, who, got)
			}
			if !may || !strings.Contains(rt.pattern, "{") || rt.who&public != 0 || strings.Contains(rt.pattern, "{consumer}") {
				continue
			}
			if got := m.ask(c, rt, foreign, own); got != http.StatusNotFound && rt.method+" "+rt.pattern != "PUT /v1/cases/by-ref/{system}/{ref}" {
				t.Errorf("%s by %s in another office: got %d, want 404", name, who, got)
			}
			got = m.ask(c, rt, neighbours, own)
			if isApplicant := strings.HasSuffix(who, "applicant"); isApplicant && got != http.StatusNotFound {
				t.Errorf("%s by %s in a neighbour's case: got %d, want 404", name, who, got)
			}
		}
	}
	for name := range matrix {
		if !slices.ContainsFunc(apiRoutes(), func(r route) bool { return r.method+" "+r.pattern == name }) {
			t.Errorf("%s is in the matrix but no route", name)
		}
	}
	t.Logf("%d cells", cells)
}

func TestForeignAndMissingLookTheSame(t *testing.T) {
	t.Parallel()
	m := &scene{t, newSite(t)}
	foreign := m.things(m.s.abroad, "applicant", m.s.abroad.kase.ID.Public(efile.PrefixCase))
	me := m.s.as(m.s.home, "applicant")
	for path, missing := range map[string]string{
		"/v1/documents/" + foreign.document:     "/v1/documents/" + efile.NewID().Public(efile.PrefixDocument),
		"/v1/cases/" + foreign.kase:             "/v1/cases/" + efile.NewID().Public(efile.PrefixCase),
		"/v1/submissions/" + foreign.submission: "/v1/submissions/" + efile.NewID().Public(efile.PrefixSubmission),
		"/v1/uploads/" + foreign.upload:         "/v1/uploads/nonsense",
	} {
		a, b := me.do("GET", path, nil).want(t, http.StatusNotFound), me.do("GET", missing, nil).want(t, http.StatusNotFound)
		mask := func(x answer) string { return strings.ReplaceAll(string(x.body), x.get("request"), "") }
		if mask(a) != mask(b) {
			t.Errorf("%s: got %s, for a missing one %s", path, a.body, b.body)
		}
	}
}
