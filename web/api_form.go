package web

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
)

// formSlack is what the borders and headers of a form may add to its files.
const formSlack = 1 << 20

// fileResult is what became of one file of a form: a receipt or a problem.
type fileResult struct {
	FileName string       `json:"fileName"`
	Receipt  *receiptJSON `json:"receipt,omitempty"`
	Problem  *problem     `json:"problem,omitempty"`
}

// postDocuments takes the files of a form, one after the other as they come in. A file that is refused does not spoil the
// others; the answer says for each what became of it. 201 if one was kept, otherwise the first problem's status.
func (s *Server) postDocuments(w http.ResponseWriter, r *Request) error {
	submission, err := idIn(r, "submission", efile.PrefixSubmission)
	if err != nil {
		return err
	}
	files, err := s.takeFiles(r, submission)
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if kept(files) == 0 {
		status = files[0].Problem.Status
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "10")
	}
	return writeJSON(w, status, map[string]any{"files": files})
}

func kept(files []fileResult) int {
	n := 0
	for _, f := range files {
		if f.Receipt != nil {
			n++
		}
	}
	return n
}

// takeFiles reads a multipart form (r.Parts) and hands its files to intake while they arrive. It returns one result per
// file; an error only if the form as a whole cannot be taken: none, far too large, or broken off. Fields that are not
// files are skipped, and so are file fields a browser sends empty because nothing was chosen. Behind a field "together"
// the photos among the files are the pages of one document, in their order.
func (s *Server) takeFiles(r *Request, submission efile.ID) ([]fileResult, error) {
	if r.Parts == nil {
		return nil, fault.New(fault.Reject, fault.UnsupportedMedia, errors.New("not multipart/form-data"))
	}
	limits, err := s.cfg.Intake.LimitsOf(r.Context(), r.Actor.Office)
	if err != nil {
		return nil, err
	}
	if r.ContentLength > limits.SubmissionBytes+formSlack {
		return nil, fault.New(fault.Reject, fault.SubmissionTooBig, fmt.Errorf("form of %d bytes", r.ContentLength))
	}
	form := filesForm{s: s, r: r, submission: submission}
	defer form.abort()
	for {
		part, err := r.Parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, brokenForm(err)
		}
		goOn, err := form.take(part)
		if err != nil {
			return nil, err
		}
		if !goOn || len(form.files) > 2*limits.SubmissionFiles {
			break
		}
	}
	if err := form.end(); err != nil {
		return nil, err
	}
	if len(form.files) == 0 {
		return nil, fault.New(fault.Reject, fault.Empty, errors.New("form without a file"))
	}
	return form.files, nil
}

// filesForm is a form with files while it comes in.
type filesForm struct {
	s          *Server
	r          *Request
	submission efile.ID
	files      []fileResult
	together   bool
	photos     *intake.Photos // the document that photos become together; nil before the first
	ofPhotos   []int          // which of files belong to it
}

// take takes one part. goOn is false when reading further files is of no use.
func (f *filesForm) take(part *multipart.Part) (goOn bool, err error) {
	name := part.FileName()
	switch {
	case name == "" && part.FormName() == "together":
		f.together = true
		return true, nil
	case name == "":
		return true, nil
	case f.together && isPhoto(name, part.Header.Get("Content-Type")):
		return true, f.addPhoto(name, part)
	}
	result, goOn, err := f.s.takeFile(f.r, f.submission, intake.FileInfo{
		Name: name, MediaType: part.Header.Get("Content-Type"), Length: -1,
	}, part)
	f.files = append(f.files, result)
	return goOn, err
}

// isPhoto reports whether a file claims to be one. What it is, its bytes say later.
func isPhoto(name, mediaType string) bool {
	if strings.HasPrefix(mediaType, "image/") {
		return true
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".tif", ".tiff", ".avif":
		return true
	}
	return false
}

func (f *filesForm) addPhoto(name string, body io.Reader) error {
	if f.photos == nil {
		title := f.r.Text.T("upload.together_name", "name", efile.CleanName(name))
		f.photos = f.s.cfg.Intake.Photos(f.r.Context(), f.r.Actor, f.submission, title)
	}
	f.ofPhotos = append(f.ofPhotos, len(f.files))
	f.files = append(f.files, fileResult{FileName: efile.CleanName(name)})
	if err := f.photos.Add(body); err != nil {
		return brokenForm(err)
	}
	return nil
}

// end settles the document of photos: what became of it became of each of them.
func (f *filesForm) end() error {
	if f.photos == nil {
		return nil
	}
	receipt, err := f.photos.Close()
	f.photos = nil
	result, _, err := f.s.resultOf(f.r, receipt, err)
	if err != nil {
		return err
	}
	for _, i := range f.ofPhotos {
		f.files[i].Receipt, f.files[i].Problem = result.Receipt, result.Problem
	}
	return nil
}

// abort gives up a document of photos that did not come to its end.
func (f *filesForm) abort() {
	if f.photos != nil {
		f.photos.Abort(errors.New("form broken off"))
	}
}

// brokenForm is the sender's doing in any case: cut off, or no form at all.
func brokenForm(err error) error {
	if _, broken := errors.AsType[*bodyError](err); broken {
		return err
	}
	return fault.New(fault.Reject, fault.Validation, fmt.Errorf("read form: %w", err))
}

// takeFile takes one file. goOn is false when reading further files is of no use: a neighbour is away.
func (s *Server) takeFile(r *Request, submission efile.ID, info intake.FileInfo, body io.Reader) (result fileResult, goOn bool, err error) {
	receipt, err := s.cfg.Intake.Whole(r.Context(), r.Actor, submission, info, body)
	result, goOn, err = s.resultOf(r, receipt, err)
	result.FileName = efile.CleanName(info.Name)
	return result, goOn, err
}

// resultOf is what intake's answer means for a file.
func (s *Server) resultOf(r *Request, receipt *efile.Receipt, err error) (result fileResult, goOn bool, _ error) {
	if err == nil {
		result.Receipt = receiptOf(receipt)
		return result, true, nil
	}
	if gone(r.Context(), err) {
		return result, false, err
	}
	f := fault.Of(err)
	if f.Code == fault.NotFound || f.Code == fault.Forbidden {
		return result, false, err
	}
	if statusOf(f) >= http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "file of a form not taken", "request", r.ID, "code", string(f.Code), "error", err)
	}
	p := s.problemOf(r, f)
	result.Problem = &p
	return result, f.Treatment == fault.Reject, nil
}
