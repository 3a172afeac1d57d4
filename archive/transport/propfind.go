package transport

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// listBytes bounds the answer to PROPFIND; a file takes about half a kilobyte of it.
const listBytes = 32 << 20

const propfind = `<?xml version="1.0" encoding="utf-8"?>` +
	`<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>`

// List implements Transport.
func (w *WebDAV) List(ctx context.Context) ([]Listed, error) {
	var all []Listed
	for _, folder := range append([]string{""}, w.answers...) {
		found, err := w.list(ctx, folder)
		if errors.Is(err, fs.ErrNotExist) && folder != "" {
			continue
		}
		if err != nil {
			return nil, away("list transfer directory", err)
		}
		if all = append(all, found...); len(all) > most {
			return nil, away("list transfer directory", errors.New("too many files"))
		}
	}
	slices.SortFunc(all, func(a, b Listed) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b Listed) bool { return a.Name == b.Name }), nil
}

// Open implements Transport.
func (w *WebDAV) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	folder, file, ok := split(name, w.answers)
	if !ok {
		return nil, fmt.Errorf("open answer: %w", fs.ErrNotExist)
	}
	body, err := w.get(ctx, w.base.JoinPath(url.PathEscape(folder), url.PathEscape(file)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open answer: %w", fs.ErrNotExist)
	}
	if err != nil {
		return nil, away("open answer", err)
	}
	return body, nil
}

func (w *WebDAV) list(ctx context.Context, folder string) ([]Listed, error) {
	target := w.base
	if folder != "" {
		target = w.base.JoinPath(url.PathEscape(folder), "/")
	}
	ctx, watch, stop := watchdog(ctx, w.stall)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, "PROPFIND", target.String(), strings.NewReader(propfind))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Depth", "1")
	req.Header.Set("Content-Type", "application/xml")
	resp, err := w.do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusMultiStatus {
		return nil, &statusError{method: "PROPFIND", status: resp.StatusCode}
	}
	found, err := multistatus(watch.reader(resp.Body), target)
	if err != nil {
		return nil, err
	}
	return w.named(found, folder), nil
}

// named keeps the names that may be opened, with their folder.
func (w *WebDAV) named(found []Listed, folder string) []Listed {
	kept := found[:0]
	for _, f := range found {
		if folder != "" {
			f.Name = folder + "/" + f.Name
		}
		if _, _, ok := split(f.Name, w.answers); ok {
			kept = append(kept, f)
		}
	}
	return kept
}

// response is what we read of an element of a multistatus (RFC 4918, 14.24).
type response struct {
	Href     string `xml:"DAV: href"`
	Propstat []struct {
		Status string `xml:"DAV: status"`
		Prop   struct {
			Type struct {
				Collection *struct{} `xml:"DAV: collection"`
			} `xml:"DAV: resourcetype"`
			Length   int64  `xml:"DAV: getcontentlength"`
			Modified string `xml:"DAV: getlastmodified"`
		} `xml:"DAV: prop"`
	} `xml:"DAV: propstat"`
}

// multistatus reads the files directly below the collection. Whatever else the server names is left out.
func multistatus(r io.Reader, collection *url.URL) ([]Listed, error) {
	limited := &io.LimitedReader{R: r, N: listBytes}
	dec := xml.NewDecoder(limited)
	var found []Listed
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && limited.N > 0 {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read list: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name != (xml.Name{Space: "DAV:", Local: "response"}) {
			continue
		}
		var one response
		if err := dec.DecodeElement(&one, &start); err != nil {
			return nil, fmt.Errorf("read list: %w", err)
		}
		if listed, ok := one.file(collection); ok {
			found = append(found, listed)
		}
		if len(found) > most {
			return nil, errors.New("read list: too many files")
		}
	}
}

func (r response) file(collection *url.URL) (Listed, bool) {
	at, err := collection.Parse(strings.TrimSpace(r.Href))
	if err != nil || !sameHost(at, collection) && at.Host != "" && !strings.EqualFold(at.Hostname(), collection.Hostname()) {
		return Listed{}, false
	}
	name, below := strings.CutPrefix(at.Path, collection.Path)
	if !below || name == "" || strings.Contains(name, "/") {
		return Listed{}, false
	}
	listed := Listed{Name: name}
	for _, stat := range r.Propstat {
		if !strings.Contains(stat.Status, " 200") {
			continue
		}
		if stat.Prop.Type.Collection != nil {
			return Listed{}, false
		}
		listed.Size = max(listed.Size, stat.Prop.Length)
		if when, err := time.Parse(http.TimeFormat, stat.Prop.Modified); err == nil {
			listed.Modified = when
		}
	}
	return listed, true
}
