package web

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
)

//go:embed templates
var templateFiles embed.FS

// parseTemplates reads all pages. Every page is a template of its own name, "error.html".
func parseTemplates() (*template.Template, error) {
	return template.New("pages").ParseFS(templateFiles, "templates/*.html")
}

// pageRoutes are the pages' lines of the table.
func pageRoutes() []route {
	return []route{}
}

// signInPath is where who is not signed in is sent. The page comes back to where it was asked for.
func signInPath(r *Request) string {
	return "/sign-in?next=" + url.QueryEscape(r.URL.Path)
}

var _ = http.MethodGet
