package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/eakte/eakte/locale"
)

// languages are those a person can choose, in the order they are offered.
var languages = locale.Languages

const languageCookie = "eakte-lang"

// chooseLanguage takes ?lang=, which a page remembers in a cookie, else the cookie, else what the browser asks for.
func (s *Server) chooseLanguage(w http.ResponseWriter, r *Request) string {
	if asked := r.URL.Query().Get("lang"); slices.Contains(languages, asked) {
		if r.route.face == page {
			s.setCookie(w, languageCookie, asked, 365*24*time.Hour)
		}
		return asked
	}
	return locale.Negotiate(r.Header.Get("Accept-Language"), s.cookie(r.Request, languageCookie))
}
