package web

import (
	"net/http"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// signInPage is the Data of sign-in.html.
type signInPage struct {
	Action        string
	Next          string // where to go afterwards
	Login         string // as typed before
	LoginWrong    string // what is wrong at the field; empty: nothing
	PasswordWrong string
	Wrong         string // wrong together
	Todo          string
	Home          string
}

// showSignIn asks staff for name and password.
func (s *Server) showSignIn(w http.ResponseWriter, r *Request) error {
	key, next := r.PathValue("office"), r.URL.Query().Get("next")
	if r.Actor.Kind == efile.Staff && r.Office.Key == key {
		return redirect(w, r, afterSignIn(r, key, next))
	}
	return s.askPassword(w, r, http.StatusOK, signInPage{Next: next})
}

func (s *Server) askPassword(w http.ResponseWriter, r *Request, status int, data signInPage) error {
	if err := s.publicOffice(r); err != nil {
		return err
	}
	data.Action, data.Home = officePath(r.Office.Key, "sign-in"), officePath(r.Office.Key, "")
	return s.render(w, r, status, "sign-in.html", data)
}

// enterPassword signs a user in. What is wrong is told at the fields; which of the two is wrong is told to nobody.
func (s *Server) enterPassword(w http.ResponseWriter, r *Request) error {
	key, password := r.PathValue("office"), r.PostFormValue("password")
	data := signInPage{Login: strings.TrimSpace(r.PostFormValue("login")), Next: r.PostFormValue("next")}
	if data.Login == "" {
		data.LoginWrong = r.Text.T("staff.login_missing")
	}
	if password == "" {
		data.PasswordWrong = r.Text.T("staff.password_missing")
	}
	if data.LoginWrong != "" || data.PasswordWrong != "" {
		return s.askPassword(w, r, http.StatusUnprocessableEntity, data)
	}
	err := s.signInPassword(r, key, data.Login, password)
	if fault.Is(err, fault.BadCredentials) {
		data.Wrong, data.Todo = r.Text.T("code.bad_credentials.what"), r.Text.T("code.bad_credentials.todo")
		return s.askPassword(w, r, http.StatusUnprocessableEntity, data)
	}
	if err != nil {
		return err
	}
	return redirect(w, r, afterSignIn(r, key, data.Next))
}

// signOut ends the session, on the server too, and goes to the office's first page.
func (s *Server) signOut(w http.ResponseWriter, r *Request) error {
	if err := s.endSession(r); err != nil {
		return err
	}
	return redirect(w, r, officePath(r.PathValue("office"), ""))
}
