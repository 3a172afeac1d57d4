package transport

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
)

func FuzzMultistatus(f *testing.F) {
	f.Add([]byte(`<D:multistatus xmlns:D="DAV:"><D:response><D:href>/dav/a%20b.zip</D:href><D:propstat><D:prop><D:resourcetype/>` +
		`<D:getcontentlength>5</D:getcontentlength><D:getlastmodified>Sun, 29 Nov 2026 12:00:00 GMT</D:getlastmodified></D:prop>` +
		`<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`))
	f.Add([]byte(`<multistatus xmlns="DAV:"><response><href>http://other.example/dav/x</href></response></multistatus>`))
	collection := &url.URL{Scheme: "https", Host: "a.example", Path: "/dav/"}
	f.Fuzz(func(t *testing.T, content []byte) {
		found, err := multistatus(bytes.NewReader(content), collection)
		if err != nil {
			return
		}
		for _, l := range found {
			if l.Name == "" || strings.Contains(l.Name, "/") || l.Size < 0 {
				t.Errorf("got %+v", l)
			}
		}
	})
}
