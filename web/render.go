package web

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/locale"
)

// view is what every template gets. Data is the page's own.
type view struct {
	Text      locale.Printer // {{.Text.T "upload.title"}}
	Lang      string
	Dir       string // ltr or rtl
	Languages []string
	Path      string // of this page, for the language links; empty where the path must not be repeated
	Actor     efile.Actor
	Office    efile.Office
	FormToken string // for <input type="hidden" name="csrf">
	Data      any
}

// render answers with a page. The template is executed before the header is written, so an error in it becomes an error
// page and not half a page.
func (s *Server) render(w http.ResponseWriter, r *Request, status int, name string, data any) error {
	v := view{
		Text: r.Text, Lang: r.Text.Lang(), Dir: r.Text.Dir(), Languages: languages, Path: r.URL.Path,
		Actor: r.Actor, Office: r.Office, FormToken: r.FormToken(), Data: data,
	}
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, name, v); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", v.Lang)
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return ignoreGone(err)
}

// redirect sends the browser on with a GET: after a form, so that reloading does not send it again.
func redirect(w http.ResponseWriter, r *Request, path string) error {
	http.Redirect(w, r.Request, path, http.StatusSeeOther)
	return nil
}

// failPage tells a person what is wrong and what to do. Who is not signed in and asked for a page gets to sign in.
func (s *Server) failPage(w http.ResponseWriter, r *Request, p problem) {
	if p.Code == fault.Unauthenticated && r.Method == http.MethodGet {
		http.Redirect(w, r.Request, signInPath(r), http.StatusSeeOther)
		return
	}
	data := errorPage{Problem: p, Todo: r.Text.T("code." + string(p.Code) + ".todo")}
	if err := s.render(w, r, p.Status, "error.html", data); err != nil {
		s.log.ErrorContext(r.Context(), "render error page", "request", r.ID, "error", err)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(p.Status)
		_, _ = io.WriteString(w, p.Text+"\n") // a caller who has gone needs no answer
	}
}

// errorPage is the Data of error.html.
type errorPage struct {
	Problem problem
	Todo    string // what the person can do now
}
