package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed assets/*.css assets/*.js assets/*.svg assets/kern/kern.css assets/kern/icons/*.svg assets/kern/fonts/*.woff2
var assetFiles embed.FS

// asset is an embedded file with its entity tag.
type asset struct {
	data []byte
	tag  string
	kind string
}

// assets reads and digests the embedded files once.
var assets = sync.OnceValues(func() (map[string]asset, error) {
	all := map[string]asset{}
	err := fs.WalkDir(assetFiles, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := assetFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		all[strings.TrimPrefix(name, "assets/")] = asset{data, `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, kindOf(name)}
		return nil
	})
	return all, err
})

// kindOf does not ask the system's table of media types, which differs from machine to machine.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

// sendAsset answers with a style, script, icon or font. Browsers keep it for an hour and then ask whether it changed.
func (s *Server) sendAsset(w http.ResponseWriter, r *Request) error {
	all, err := assets()
	if err != nil {
		return err
	}
	a, found := all[r.PathValue("path")]
	if !found {
		return missing("asset")
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("ETag", a.tag)
	if tagMatches(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", a.kind)
	_, err = w.Write(a.data)
	return ignoreGone(err)
}
