package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"

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
// files are skipped, and so are file fields a browser sends empty because nothing was chosen.
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
	var files []fileResult
	for {
		part, err := r.Parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, brokenForm(err)
		}
		if part.FileName() == "" {
			continue
		}
		result, goOn, err := s.takeFile(r, submission, intake.FileInfo{
			Name: part.FileName(), MediaType: part.Header.Get("Content-Type"), Length: -1,
		}, part)
		if err != nil {
			return nil, err
		}
		files = append(files, result)
		if !goOn || len(files) > 2*limits.SubmissionFiles {
			break
		}
	}
	if len(files) == 0 {
		return nil, fault.New(fault.Reject, fault.Empty, errors.New("form without a file"))
	}
	return files, nil
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
	result.FileName = efile.CleanName(info.Name)
	receipt, err := s.cfg.Intake.Whole(r.Context(), r.Actor, submission, info, body)
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
