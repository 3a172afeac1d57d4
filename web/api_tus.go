package web

import (
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
)

// The tus protocol, version 1.0.0, with the extensions creation, creation-with-upload, termination and expiration.
// https://tus.io/protocols/resumable-upload
const (
	tusVersion    = "1.0.0"
	tusExtensions = "creation,creation-with-upload,termination,expiration"
	tusMedia      = "application/offset+octet-stream"
)

// describeUploads tells a client what the server can do, before it has any rights.
func (s *Server) describeUploads(w http.ResponseWriter, r *Request) error {
	h := w.Header()
	h.Set("Tus-Resumable", tusVersion)
	h.Set("Tus-Version", tusVersion)
	h.Set("Tus-Extension", tusExtensions)
	h.Set("Tus-Max-Size", strconv.FormatInt(s.cfg.Intake.Limits.Or(intake.DefaultLimits()).FileBytes, 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// speaksTus refuses requests of another version of the protocol.
func speaksTus(w http.ResponseWriter, r *Request) error {
	w.Header().Set("Tus-Resumable", tusVersion)
	if r.Header.Get("Tus-Resumable") != tusVersion {
		w.Header().Set("Tus-Version", tusVersion)
		return fault.New(fault.Reject, fault.PreconditionFailed, errors.New("another version of tus"))
	}
	return nil
}

// createUpload announces a file, and takes its first bytes when the request has a body.
func (s *Server) createUpload(w http.ResponseWriter, r *Request) error {
	submission, err := idIn(r, "submission", efile.PrefixSubmission)
	if err != nil {
		return err
	}
	if err := speaksTus(w, r); err != nil {
		return err
	}
	info, err := fileInfo(r)
	if err != nil {
		return err
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	withBody := media == tusMedia
	if withBody && r.ContentLength > info.Length {
		return fault.New(fault.Reject, fault.TooLarge, errors.New("more bytes than announced"))
	}
	up, err := s.cfg.Intake.Create(r.Context(), r.Actor, submission, info)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Location", "/v1/uploads/"+up.ID.Public(efile.PrefixUpload))
	var receipt *efile.Receipt
	if withBody {
		if up, receipt, err = s.cfg.Intake.Write(r.Context(), r.Actor, up.ID, 0, r.Body); err != nil {
			h.Del("Location")
			return err
		}
	}
	setUploadHeaders(h, up, receipt)
	w.WriteHeader(http.StatusCreated)
	return nil
}

// fileInfo reads what a creation request says about its file.
func fileInfo(r *Request) (intake.FileInfo, error) {
	if r.Header.Get("Upload-Defer-Length") != "" {
		return intake.FileInfo{}, fault.New(fault.Reject, fault.LengthRequired, errors.New("deferred length is not supported"))
	}
	length, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil || length < 0 {
		return intake.FileInfo{}, fault.New(fault.Reject, fault.LengthRequired, errors.New("no Upload-Length"))
	}
	meta, err := parseMetadata(r.Header.Get("Upload-Metadata"))
	if err != nil {
		return intake.FileInfo{}, fault.New(fault.Reject, fault.Validation, err)
	}
	return intake.FileInfo{
		Name: firstOf(meta, "filename", "name"), MediaType: firstOf(meta, "filetype", "type"), Length: length,
	}, nil
}

func firstOf(meta map[string]string, keys ...string) string {
	for _, k := range keys {
		if meta[k] != "" {
			return meta[k]
		}
	}
	return ""
}

// parseMetadata reads Upload-Metadata: pairs separated by commas, a key and its value in base64 separated by a blank.
func parseMetadata(header string) (map[string]string, error) {
	meta := map[string]string{}
	if len(header) > 8<<10 {
		return nil, errors.New("metadata is too long")
	}
	for pair := range strings.SplitSeq(header, ",") {
		key, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		if key == "" {
			continue
		}
		if _, twice := meta[key]; twice {
			return nil, errors.New("metadata has a key twice")
		}
		value, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if err != nil {
			return nil, fmt.Errorf("metadata is not base64: %w", err)
		}
		meta[key] = string(value)
	}
	return meta, nil
}

// setUploadHeaders says how far the upload is, and once it is recorded gives the receipt.
func setUploadHeaders(h http.Header, up efile.Upload, receipt *efile.Receipt) {
	h.Set("Upload-Offset", strconv.FormatInt(up.Offset, 10))
	if receipt == nil {
		h.Set("Upload-Expires", up.Expires.UTC().Format(http.TimeFormat))
		return
	}
	h.Set("Eakte-Document", receipt.DocumentID.Public(efile.PrefixDocument))
	h.Set("Eakte-Sha256", receipt.SHA256)
	h.Set("Eakte-Received", timeText(receipt.Received))
	h.Set("Eakte-Duplicate", strconv.FormatBool(receipt.Duplicate))
}

// headUpload tells where to go on.
func (s *Server) headUpload(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "upload", efile.PrefixUpload)
	if err != nil {
		return err
	}
	if err := speaksTus(w, r); err != nil {
		return err
	}
	up, receipt, err := s.cfg.Intake.Head(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	setUploadHeaders(w.Header(), up, receipt)
	w.Header().Set("Upload-Length", strconv.FormatInt(up.Length, 10))
	w.WriteHeader(http.StatusOK)
	return nil
}

type receiptJSON struct {
	Document  string `json:"document"`
	SHA256    string `json:"sha256"`
	Size      int64  `json:"size"`
	Received  string `json:"received"`
	Duplicate bool   `json:"duplicate"` // the same bytes were in the case already
}

func receiptOf(r *efile.Receipt) *receiptJSON {
	if r == nil {
		return nil
	}
	return &receiptJSON{r.DocumentID.Public(efile.PrefixDocument), r.SHA256, r.Size, timeText(r.Received), r.Duplicate}
}

type uploadJSON struct {
	ID         string       `json:"id"`
	Submission string       `json:"submission"`
	Offset     int64        `json:"offset"`
	Length     int64        `json:"length"`
	Expires    string       `json:"expires"`
	Receipt    *receiptJSON `json:"receipt,omitempty"`
}

// getUpload is HEAD for people with a JSON reader: it gives the receipt again as long as the upload is remembered.
func (s *Server) getUpload(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "upload", efile.PrefixUpload)
	if err != nil {
		return err
	}
	up, receipt, err := s.cfg.Intake.Head(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, uploadJSON{
		ID: up.ID.Public(efile.PrefixUpload), Submission: up.SubmissionID.Public(efile.PrefixSubmission), Offset: up.Offset,
		Length: up.Length, Expires: timeText(up.Expires), Receipt: receiptOf(receipt),
	})
}

// patchUpload adds bytes. The answer to the last ones carries the receipt in its headers.
func (s *Server) patchUpload(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "upload", efile.PrefixUpload)
	if err != nil {
		return err
	}
	if err := speaksTus(w, r); err != nil {
		return err
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != tusMedia {
		return fault.New(fault.Reject, fault.UnsupportedMedia, errors.New("not "+tusMedia))
	}
	offset, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return fault.New(fault.Reject, fault.Validation, errors.New("no Upload-Offset"))
	}
	up, receipt, err := s.cfg.Intake.Write(r.Context(), r.Actor, id, offset, r.Body)
	if err != nil {
		return err
	}
	setUploadHeaders(w.Header(), up, receipt)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteUpload gives an unfinished upload up.
func (s *Server) deleteUpload(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "upload", efile.PrefixUpload)
	if err != nil {
		return err
	}
	if err := speaksTus(w, r); err != nil {
		return err
	}
	if err := s.cfg.Intake.Terminate(r.Context(), r.Actor, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
