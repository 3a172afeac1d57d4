package web

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// getContent sends a document's bytes: the archival rendition, the original, or the text that was read. Everything leaves
// as an attachment: what a sender made is never shown inside our own pages.
func (s *Server) getContent(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("rendition") {
	case "", "archive":
		return s.sendRendition(w, r, id, efile.Archival)
	case "original":
		return s.sendRendition(w, r, id, efile.Original)
	case "text":
		return s.sendText(w, r, id)
	}
	return wrong("", "rendition is archive, original or text")
}

func (s *Server) sendRendition(w http.ResponseWriter, r *Request, id efile.ID, kind efile.RenditionKind) error {
	var d efile.Document
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		d, err = tx.Document(r.Context(), id)
		return err
	})
	if err != nil {
		return err
	}
	rendition, err := s.noteRead(r, id, kind, 0)
	if err != nil {
		return err
	}
	if kind == efile.Original {
		rendition.MediaType = d.MediaType // what was found, not what was claimed
	}
	rendition.MediaType, d.FileName = download(rendition.MediaType, d.FileName)
	return s.sendObject(w, r, rendition, d.FileName)
}

// endings are those that files of a type may keep. The first is added to any other.
var endings = map[string][]string{
	pipeline.MediaPDF: {".pdf"}, pipeline.MediaJPEG: {".jpg", ".jpeg"}, pipeline.MediaPNG: {".png"},
	pipeline.MediaTIFF: {".tif", ".tiff"}, pipeline.MediaWebP: {".webp"}, pipeline.MediaHEIC: {".heic", ".heif"},
	pipeline.MediaAVIF: {".avif"}, pipeline.MediaDOCX: {".docx"}, pipeline.MediaODT: {".odt"}, pipeline.MediaRTF: {".rtf"},
	pipeline.MediaDOC: {".doc"}, pipeline.MediaMail: {".eml"}, pipeline.MediaPhotos: {".zip"},
}

// download returns the type and the name under which a file leaves. A file can be two things at once, and which of them a
// caseworker's machine sees goes by the name's ending: a sound PDF named photo.hta would run. So it ends as its type does,
// and what is none of the types we take as a file that no program opens by itself.
func download(mediaType, name string) (asType, asName string) {
	fitting, known := endings[mediaType]
	if !known {
		mediaType, fitting = "application/octet-stream", []string{".bin"}
	}
	name = efile.CleanName(name)
	for _, ending := range fitting {
		if strings.HasSuffix(strings.ToLower(name), ending) {
			return mediaType, name
		}
	}
	return mediaType, efile.CleanName(name + fitting[0])
}

// noteRead finds a rendition and writes into the access log who reads it, before the first byte leaves.
func (s *Server) noteRead(r *Request, id efile.ID, kind efile.RenditionKind, page int) (efile.Rendition, error) {
	var rendition efile.Rendition
	err := s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		if rendition, err = tx.Rendition(r.Context(), id, kind, page); err != nil {
			return err
		}
		return tx.NoteRead(r.Context(), id, kind, page)
	})
	if err != nil {
		return rendition, fmt.Errorf("get %s of document %s: %w", kind, id, err)
	}
	return rendition, nil
}

// sendText sends what was read from the pages, a form feed between two.
func (s *Server) sendText(w http.ResponseWriter, r *Request, id efile.ID) error {
	var texts []string
	err := s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		pages, err := tx.Pages(r.Context(), id)
		if err != nil {
			return err
		}
		texts = texts[:0]
		for _, p := range pages {
			texts = append(texts, p.Text)
		}
		return tx.NoteRead(r.Context(), id, efile.Words, 0)
	})
	if err != nil {
		return fmt.Errorf("get text of document %s: %w", id, err)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", disposition("text.txt"))
	_, err = io.WriteString(s.flowing(w), strings.Join(texts, "\f"))
	return ignoreGone(err)
}

// sendObject streams a stored object and checks its digest on the way. The last bytes are held back until the digest is
// known to be right; if it is not, the connection is cut, the operator is told and the object goes into quarantine. A range is a part,
// and a part has no digest. An empty name sends it inline: only our own page images.
func (s *Server) sendObject(w http.ResponseWriter, r *Request, rendition efile.Rendition, name string) error {
	object := storage.Object{Key: rendition.Key, Size: rendition.Size, SHA256: rendition.SHA256}
	h := w.Header()
	tag := `"` + object.SHA256 + `"`
	h.Set("ETag", tag)
	if tagMatches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", rendition.MediaType)
	h.Set("Accept-Ranges", "bytes")
	if name != "" {
		h.Set("Content-Disposition", disposition(name))
	}
	setDigest(h, object.SHA256)
	if first, length, partial := rangeOf(r, object, tag); partial {
		return s.sendRange(w, r, rendition, first, length)
	}
	body, err := s.cfg.Store.Get(r.Context(), object)
	if errors.Is(err, fs.ErrNotExist) {
		return s.broken(r, rendition, records.DetailMissing, err)
	} else if err != nil {
		return fmt.Errorf("open rendition %s: %w", rendition.ID, err)
	}
	defer func() { _ = body.Close() }() // read to its end or given up
	h.Set("Content-Length", strconv.FormatInt(object.Size, 10))
	if r.Method == http.MethodHead {
		return nil
	}
	err = copyHolding(s.flowing(w), body)
	if fault.Is(err, fault.DigestMismatch) {
		return s.broken(r, rendition, records.DetailDiffers, err)
	}
	return ignoreGone(err)
}

// copyHolding writes every chunk only after the next was read without an error, so that bytes which turn out to be wrong
// at the end never make a complete answer.
func copyHolding(w io.Writer, r io.Reader) error {
	held, next := make([]byte, 0, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(r, next)
		ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !ended {
			return err
		}
		if _, err := w.Write(held); err != nil {
			return err
		}
		held, next = next[:n], held[:cap(held)]
		if ended {
			_, err := w.Write(held)
			return err
		}
	}
}

// broken withholds an object that is not what it must be and tells the caller so. One that was replaced in the meantime is
// no finding, and the caller may ask again.
func (s *Server) broken(r *Request, rendition efile.Rendition, detail string, cause error) error {
	err := s.cfg.Records.In(r.Context(), efile.SystemIn(r.Actor.Office), func(tx *records.Tx) error {
		_, err := tx.Quarantine(r.Context(), rendition, detail, s.now())
		return err
	})
	return errors.Join(fault.New(fault.Review, fault.DigestMismatch, cause), err)
}

func (s *Server) sendRange(w http.ResponseWriter, r *Request, rendition efile.Rendition, first, length int64) error {
	object := storage.Object{Key: rendition.Key, Size: rendition.Size, SHA256: rendition.SHA256}
	h := w.Header()
	if length == 0 {
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", object.Size))
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return nil
	}
	body, err := s.cfg.Store.GetRange(r.Context(), object, first, length)
	if errors.Is(err, fs.ErrNotExist) {
		return s.broken(r, rendition, records.DetailMissing, err)
	} else if err != nil {
		return fmt.Errorf("open range: %w", err)
	}
	defer func() { _ = body.Close() }() // only read
	h.Set("Content-Length", strconv.FormatInt(length, 10))
	h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, first+length-1, object.Size))
	w.WriteHeader(http.StatusPartialContent)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = io.Copy(s.flowing(w), body)
	return ignoreGone(err)
}

// rangeOf reads a Range header of one range. partial is false for none, for several, which are answered with the whole,
// and for one that is of another version (If-Range). A length of 0: the range lies outside.
func rangeOf(r *Request, object storage.Object, tag string) (first, length int64, partial bool) {
	spec, found := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	if v := r.Header.Get("If-Range"); !found || strings.Contains(spec, ",") || (v != "" && v != tag) {
		return 0, 0, false
	}
	from, to, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !dash {
		return 0, 0, false
	}
	if from == "" { // the last n bytes
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, false
		}
		n = min(n, object.Size)
		return object.Size - n, n, true
	}
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil || first < 0 {
		return 0, 0, false
	}
	last := object.Size - 1
	if to != "" {
		if last, err = strconv.ParseInt(to, 10, 64); err != nil || last < first {
			return 0, 0, false
		}
	}
	last = min(last, object.Size-1)
	return first, max(last-first+1, 0), true
}

// setDigest names the digest of the whole representation, in the form of RFC 9530 and in the older one of the contract.
func setDigest(h http.Header, sha256 string) {
	sum, err := hex.DecodeString(sha256)
	if err != nil {
		return
	}
	b64 := base64.StdEncoding.EncodeToString(sum)
	h.Set("Repr-Digest", "sha-256=:"+b64+":")
	h.Set("Digest", "SHA-256="+b64)
}

// disposition names a download, whatever letters the name has: plain ASCII for old clients, RFC 8187 for all others.
func disposition(name string) string {
	name = efile.CleanName(name)
	ascii := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || strings.ContainsRune(`"\%;/`, c) {
			return '_'
		}
		return c
	}, name)
	return `attachment; filename="` + ascii + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
