package web

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/locale"
)

//go:embed templates
var templateFiles embed.FS

// parseTemplates reads all pages. Every page is a template of its own name, "error.html"; layout.html holds what they
// have in common.
func parseTemplates() (*template.Template, error) {
	return template.New("pages").Funcs(template.FuncMap{
		"facts": func(class string, all []pair) any {
			return struct {
				Class string
				Pairs []pair
			}{class, all}
		},
		"inFindings": func(path string) bool { return strings.HasSuffix(path, "/findings") },
		"inArchive":  func(path string) bool { return strings.Contains(path, "/archive") },
		"rows": func(text locale.Printer, all []documentRow) any {
			return struct {
				Text locale.Printer
				Rows []documentRow
			}{text, all}
		},
	}).ParseFS(templateFiles, "templates/*.html")
}

// pageRoutes are the pages' lines of the table. Everything of an office is below /o/<its key>/; /<its key> is the short
// form for letters and posters.
func pageRoutes() []route {
	return []route{
		{"GET", "/{$}", public, "", reading, page, small, (*Server).showOffices},
		{"GET", "/{office}", public, "", reading, page, small, (*Server).goToOffice},
		{"GET", "/o/{office}", public, "", reading, page, small, (*Server).goToOffice},
		{"GET", "/assets/{path...}", public, "", free, plain, small, (*Server).sendAsset},

		{"GET", "/o/{office}/{$}", public, "", reading, page, small, (*Server).showLanding},
		{"POST", "/o/{office}/{$}", public, "", signIn, page, small, (*Server).enterCode},
		{"GET", "/o/{office}/upload", applicant, efile.Submit, status, page, small, (*Server).showUpload},
		{"POST", "/o/{office}/upload", applicant, efile.Submit, uploading, page, streamed, (*Server).takeUpload},

		{"GET", "/o/{office}/sign-in", public, "", reading, page, small, (*Server).showSignIn},
		{"POST", "/o/{office}/sign-in", public, "", signIn, page, small, (*Server).enterPassword},
		{"POST", "/o/{office}/sign-out", public, "", writing, page, small, (*Server).signOut},

		{"GET", "/o/{office}/cases", staff, efile.ReadCases, reading, page, small, (*Server).showCases},
		{"GET", "/o/{office}/cases/{case}", staff, efile.ReadCases, reading, page, small, (*Server).showCase},
		{"GET", "/o/{office}/cases/{case}/documents/{document}", staff, efile.ReadCases, reading, page, small, (*Server).showDocument},
		{"GET", "/o/{office}/findings", staff, "", reading, page, small, (*Server).showFindings},
		{"POST", "/o/{office}/findings/{finding}/recheck", staff, "", writing, page, small, (*Server).recheckFinding},
		{"POST", "/o/{office}/cases/{case}/documents/{document}/type", staff, efile.Correct, writing, page, small, (*Server).correctType},

		{"POST", "/o/{office}/cases/{case}/close", staff, efile.WriteCases, writing, page, small, (*Server).closeCase},
		{"POST", "/o/{office}/cases/{case}/reopen", staff, "", writing, page, small, (*Server).reopenCase},
		{"POST", "/o/{office}/cases/{case}/matters/{matter}/close", staff, efile.WriteCases, writing, page, small, (*Server).closeMatter},
		{"POST", "/o/{office}/cases/{case}/matters/{matter}/reopen", staff, efile.WriteCases, writing, page, small, (*Server).reopenMatter},
		{"POST", "/o/{office}/cases/{case}/retention", staff, "", writing, page, small, (*Server).setPeriod},
		{"POST", "/o/{office}/cases/{case}/holds", staff, "", writing, page, small, (*Server).setHold},
		{"POST", "/o/{office}/cases/{case}/holds/{hold}/lift", staff, "", writing, page, small, (*Server).liftHold},

		{"GET", "/o/{office}/archive", staff, efile.Archive, reading, page, small, (*Server).showArchive},
		{"GET", "/o/{office}/archive/rules", staff, efile.Archive, reading, page, small, (*Server).showRules},
		{"GET", "/o/{office}/archive/sample", staff, efile.Archive, reading, page, small, (*Server).showSample},
		{"GET", "/o/{office}/archive/answers", staff, efile.Archive, reading, page, small, (*Server).showAnswers},
		{"POST", "/o/{office}/archive/answers/{answer}/seen", staff, efile.Archive, writing, page, small, (*Server).seeAnswer},
		{"GET", "/o/{office}/archive/destructions", staff, efile.Archive, reading, page, small, (*Server).showDestructions},
		{"GET", "/o/{office}/archive/documents", staff, efile.Archive, reading, page, small, (*Server).showAlone},
		{"POST", "/o/{office}/archive/documents", staff, efile.Archive, writing, page, small, (*Server).settleAlone},
		{"POST", "/o/{office}/archive/disposals", staff, efile.Archive, writing, page, small, (*Server).startDisposal},
		{"GET", "/o/{office}/archive/disposals/{disposal}", staff, efile.Archive, reading, page, small, (*Server).showDisposal},
		{"POST", "/o/{office}/archive/disposals/{disposal}/step", staff, efile.Archive, writing, page, small, (*Server).takeStep},
		{"POST", "/o/{office}/archive/disposals/{disposal}/decisions", staff, efile.Archive, writing, page, small, (*Server).decide},
		{"POST", "/o/{office}/archive/disposals/{disposal}/confirmations", staff, efile.Archive, writing, page, small, (*Server).confirmArchived},
		{"POST", "/o/{office}/archive/disposals/{disposal}/destructions", staff, efile.Archive, writing, page, small, (*Server).settleDestructions},
		{"POST", "/o/{office}/archive/disposals/{disposal}/answers", staff, efile.Archive, uploading, page, streamed, (*Server).takeAnswer},
		{"GET", "/o/{office}/archive/disposals/{disposal}/messages/{message}", staff, efile.Archive, reading, page, small, (*Server).sendMessage},
	}
}

// officePath is the address of an office's page.
func officePath(key, rest string) string { return "/o/" + url.PathEscape(key) + "/" + rest }

// signInPath is where who is not signed in is sent: applicants to the access code, staff to the password, which comes
// back to where it was asked for.
func signInPath(r *Request) string {
	key := r.PathValue("office")
	switch {
	case key == "":
		return "/"
	case strings.Contains(r.route.pattern, "/cases"), strings.Contains(r.route.pattern, "/archive"),
		strings.Contains(r.route.pattern, "/findings"):
		return officePath(key, "sign-in?next="+url.QueryEscape(r.URL.RequestURI()))
	}
	return officePath(key, "")
}

// afterSignIn is the address asked for before sign-in, if it is one of this office; anything else is ignored, so that
// nobody can be sent elsewhere. Who may not see cases gets to the findings.
func afterSignIn(r *Request, key, next string) string {
	ours := strings.HasPrefix(next, officePath(key, "cases")) ||
		strings.HasPrefix(next, officePath(key, "archive")) || next == officePath(key, "findings")
	if ours && !strings.ContainsAny(next, "\\\r\n") && !strings.Contains(next, "..") {
		return next
	}
	if !r.Actor.May(efile.ReadCases) && r.Actor.May(efile.ManageEndpoints) {
		return officePath(key, "findings")
	}
	return officePath(key, "cases")
}

// publicOffice finds the office of the address, for pages without sign-in.
func (s *Server) publicOffice(r *Request) error {
	office, err := s.cfg.Records.OfficeByKey(r.Context(), r.PathValue("office"))
	if err != nil {
		return fmt.Errorf("look up office: %w", err)
	}
	r.Office = office
	return nil
}

// ownOffice makes sure that the address names the office the caller is signed in to.
func ownOffice(r *Request) error {
	if r.Office.Key != r.PathValue("office") {
		return fault.New(fault.Reject, fault.Unauthenticated, errors.New("signed in to another office"))
	}
	return nil
}

// local is t as it is shown: in German time.
func local(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(efile.Location())
}

// goToOffice answers the short address. An unknown name is told as such, not as an office.
func (s *Server) goToOffice(w http.ResponseWriter, r *Request) error {
	if err := s.publicOffice(r); err != nil {
		return err
	}
	return redirect(w, r, officePath(r.Office.Key, ""))
}

// showOffices lists the offices of the installation; with only one it goes there.
func (s *Server) showOffices(w http.ResponseWriter, r *Request) error {
	offices, err := s.cfg.Records.Offices(r.Context())
	if err != nil {
		return fmt.Errorf("list offices: %w", err)
	}
	if len(offices) == 1 {
		return redirect(w, r, officePath(offices[0].Key, ""))
	}
	return s.render(w, r, http.StatusOK, "offices.html", offices)
}
