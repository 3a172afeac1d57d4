package web

import (
	"net/http"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// landingPage is the Data of landing.html.
type landingPage struct {
	Action string // where the form goes
	SignIn string // for staff
	Upload string // set when an applicant is signed in already
	Wrong  string // what is wrong with the code; empty: nothing
	Todo   string
}

// showLanding is an office's first page: where applicants enter their access code.
func (s *Server) showLanding(w http.ResponseWriter, r *Request) error {
	return s.landing(w, r, http.StatusOK, "", "")
}

func (s *Server) landing(w http.ResponseWriter, r *Request, status int, wrong, todo string) error {
	signedIn := r.Actor.Kind == efile.Applicant && r.Office.Key == r.PathValue("office")
	if err := s.publicOffice(r); err != nil {
		return err
	}
	data := landingPage{Action: officePath(r.Office.Key, ""), SignIn: officePath(r.Office.Key, "sign-in"), Wrong: wrong, Todo: todo}
	if signedIn {
		data.Upload = officePath(r.Office.Key, "upload")
	}
	return s.render(w, r, status, "landing.html", data)
}

// enterCode lets an applicant in. A wrong code is told at the field.
func (s *Server) enterCode(w http.ResponseWriter, r *Request) error {
	key, code := r.PathValue("office"), strings.TrimSpace(r.PostFormValue("code"))
	if code == "" {
		return s.landing(w, r, http.StatusUnprocessableEntity, r.Text.T("landing.code_missing"), "")
	}
	err := s.signInCode(r, key, code)
	if fault.Is(err, fault.BadCredentials) {
		return s.landing(w, r, http.StatusUnprocessableEntity, r.Text.T("landing.code_wrong"), r.Text.T("landing.code_todo"))
	}
	if err != nil {
		return err
	}
	return redirect(w, r, officePath(key, "upload"))
}
