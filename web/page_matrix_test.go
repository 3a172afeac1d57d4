package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/efile"
)

var (
	readers    = []string{"caseworker", "archivist"}
	keepers    = []string{"archivist"}
	desk       = []string{"caseworker"}
	overseers  = []string{"archivist", "admin"}
	pageMatrix = map[string][]string{
		"GET /o/{office}/cases":                                           readers,
		"GET /o/{office}/cases/{case}":                                    readers,
		"GET /o/{office}/cases/{case}/documents/{document}":               readers,
		"POST /o/{office}/cases/{case}/documents/{document}/type":         desk,
		"POST /o/{office}/cases/{case}/close":                             desk,
		"POST /o/{office}/cases/{case}/reopen":                            readers,
		"POST /o/{office}/cases/{case}/matters/{matter}/close":            desk,
		"POST /o/{office}/cases/{case}/matters/{matter}/reopen":           desk,
		"POST /o/{office}/cases/{case}/retention":                         readers,
		"POST /o/{office}/cases/{case}/holds":                             readers,
		"POST /o/{office}/cases/{case}/holds/{hold}/lift":                 readers,
		"GET /o/{office}/findings":                                        overseers,
		"POST /o/{office}/findings/{finding}/recheck":                     overseers,
		"GET /o/{office}/archive":                                         keepers,
		"GET /o/{office}/archive/rules":                                   keepers,
		"GET /o/{office}/archive/sample":                                  keepers,
		"GET /o/{office}/archive/answers":                                 keepers,
		"POST /o/{office}/archive/answers/{answer}/seen":                  keepers,
		"GET /o/{office}/archive/destructions":                            keepers,
		"GET /o/{office}/archive/documents":                               keepers,
		"POST /o/{office}/archive/documents":                              keepers,
		"POST /o/{office}/archive/disposals":                              keepers,
		"GET /o/{office}/archive/disposals/{disposal}":                    keepers,
		"POST /o/{office}/archive/disposals/{disposal}/step":              keepers,
		"POST /o/{office}/archive/disposals/{disposal}/decisions":         keepers,
		"POST /o/{office}/archive/disposals/{disposal}/confirmations":     keepers,
		"POST /o/{office}/archive/disposals/{disposal}/destructions":      keepers,
		"POST /o/{office}/archive/disposals/{disposal}/answers":           keepers,
		"GET /o/{office}/archive/disposals/{disposal}/messages/{message}": keepers,
	}
)

// pageOf fills an address with ids of things that are not there: whoever may ask is told so, everybody else is not.
func pageOf(p *place, pattern string) string {
	return strings.NewReplacer("{office}", p.office.Key, "{case}", efile.NewID().Public(efile.PrefixCase), "{document}", efile.NewID().Public(efile.PrefixDocument),
		"{matter}", efile.NewID().Public(efile.PrefixMatter), "{hold}", efile.NewID().Public(efile.PrefixHold), "{answer}", efile.NewID().Public(efile.PrefixAnswer),
		"{finding}", efile.NewID().String(), "{disposal}", efile.NewID().Public(efile.PrefixDisposal), "{message}", efile.NewID().Public(efile.PrefixMessage)).Replace(pattern)
}

// TestPagesOfTheOfficeMatrix asks every page behind a sign-in of the office as everybody, and as people of another office.
func TestPagesOfTheOfficeMatrix(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	callers := map[string]*caller{"nobody": s.as(s.home, ""), "applicant": s.signedIn(s.home, "applicant")}
	strangers := map[string]*caller{}
	for _, role := range roles {
		callers[string(role)], strangers[string(role)] = s.signedIn(s.home, role), s.signedIn(s.abroad, role)
	}
	form := url.Values{"reason": {"x"}, "step": {"cancel"}, "do": {"propose"}, "type": {"passport"}}.Encode()
	ask := func(c *caller, rt route) int {
		return c.do(rt.method, pageOf(s.home, rt.pattern), strings.NewReader(form), "Content-Type", "application/x-www-form-urlencoded").StatusCode
	}
	for _, rt := range pageRoutes() {
		name := rt.method + " " + rt.pattern
		allowed, listed := pageMatrix[name]
		if rt.who != staff {
			continue
		}
		if !listed {
			t.Errorf("%s has no line in the matrix", name)
			continue
		}
		for who, c := range callers {
			got := ask(c, rt)
			switch may := slices.Contains(allowed, who); {
			case may && (got == http.StatusUnauthorized || got == http.StatusForbidden || got >= 500):
				t.Errorf("%s by %s: got %d, but is allowed", name, who, got)
			case !may && who == "nobody" && got != http.StatusUnauthorized && got != http.StatusSeeOther, !may && who != "nobody" && got != http.StatusForbidden:
				t.Errorf("%s by %s: got %d, but is not allowed", name, who, got)
			}
		}
		for who, c := range strangers {
			if got := ask(c, rt); got != http.StatusForbidden && got != http.StatusUnauthorized && got != http.StatusSeeOther {
				t.Errorf("%s by %s of another office: got %d", name, who, got)
			}
		}
	}
}
