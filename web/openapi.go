package web

import (
	_ "embed"
	"net/http"
)

// openAPIDocument is the contract of the API. A test compares it with the table of routes in both directions.
//
//go:embed openapi.json
var openAPIDocument []byte

func (s *Server) openAPI(w http.ResponseWriter, r *Request) error {
	tag := tagOf(openAPIDocument)
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "public, max-age=300")
	if tagMatches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/openapi+json")
	_, err := w.Write(openAPIDocument)
	return ignoreGone(err)
}
