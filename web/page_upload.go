package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/records"
)

// accepted is what a file dialogue offers first. It is a convenience: what a file is, its bytes say.
const accepted = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.tif,.tiff,.webp,.docx,.odt,.rtf,.eml,application/pdf,image/*"

// uploadPage is the Data of upload.html.
type uploadPage struct {
	Reference string
	Action    string
	Accept    string
	Kinds     []string // what may be sent, in words
	Limits    []string
	MaxBytes  int64
	Arrived   int           // how many files of the form just sent were taken
	Refused   []refusedFile // and which were not
	Known     []refusedFile // and which were there already
	Wrong     string        // what is wrong at the field; empty: nothing
	Files     []sentFile
	Stream    string // where news of files on their way comes from; empty: none is on its way
	Part      string // address of the list alone
}

// refusedFile is a file of the form that was not taken.
type refusedFile struct {
	Name string `json:"name"`
	What string `json:"what"`
	Todo string `json:"todo"`
}

// sentFile is a file that was taken, as its sender sees it.
type sentFile struct {
	ID       string
	Name     string
	Badge    badge
	Passing  bool
	Step     int // of Steps
	Steps    int
	Station  string
	What     string // what is the matter; empty: nothing
	Todo     string
	Advice   *adviceJSON // the picture should be taken again; nil: it need not be
	Similar  string      // that it was sent before; empty: it was not
	Type     string      // what it was recognised as; empty: not yet
	Pages    string
	Received string
	Size     string
	SHA256   string
}

// showUpload is the applicant's page: the form, and what became of the files sent so far. With ?part=list it is only the
// list, for the script that keeps it up to date.
func (s *Server) showUpload(w http.ResponseWriter, r *Request) error {
	arrived, err := strconv.Atoi(r.URL.Query().Get("arrived"))
	if err != nil || arrived < 0 || arrived > 1000 {
		arrived = 0 // not our redirect
	}
	return s.upload(w, r, http.StatusOK, uploadPage{Arrived: arrived})
}

func (s *Server) upload(w http.ResponseWriter, r *Request, status int, data uploadPage) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	if err := s.fillUpload(r, &data); err != nil {
		return err
	}
	if r.URL.Query().Get("part") == "list" {
		return s.render(w, r, status, "upload-list", data)
	}
	return s.render(w, r, status, "upload.html", data)
}

func (s *Server) fillUpload(r *Request, data *uploadPage) error {
	limits, err := s.cfg.Intake.LimitsOf(r.Context(), r.Actor.Office)
	if err != nil {
		return err
	}
	var c efile.Case
	var docs []efile.Document
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		if c, err = tx.Case(r.Context(), r.Actor.Case); err != nil {
			return err
		}
		docs, err = tx.Documents(r.Context(), c.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("show upload page of case %s: %w", r.Actor.Case, err)
	}
	data.Reference, data.Action, data.Accept, data.MaxBytes = c.Reference, officePath(r.Office.Key, "upload"), accepted, limits.FileBytes
	data.Part = data.Action + "?part=list&lang=" + r.Text.Lang()
	for _, kind := range []string{"pdf", "photo", "text", "mail"} {
		data.Kinds = append(data.Kinds, r.Text.T("kind."+kind))
	}
	data.Limits = []string{
		r.Text.T("upload.limit_file", "size", r.Text.Bytes(limits.FileBytes)),
		r.Text.Plural("upload.limit_files", limits.SubmissionFiles),
	}
	s.listSent(r, data, docs)
	return nil
}

// listSent shows what came on this road, the newest first. Attachments stand below their e-mail in the office's file and
// are left out here: the sender sent one file.
func (s *Server) listSent(r *Request, data *uploadPage, docs []efile.Document) {
	for _, d := range slices.Backward(docs) {
		if d.Channel != efile.ChannelPortal || !d.ParentID.IsZero() {
			continue
		}
		f := s.sentFile(r, d)
		f.Similar = similarText(r, d, docs)
		data.Files = append(data.Files, f)
		if f.Passing && data.Stream == "" {
			data.Stream = "/v1/submissions/" + d.SubmissionID.Public(efile.PrefixSubmission) + "/stream"
		}
	}
}

func (s *Server) sentFile(r *Request, d efile.Document) sentFile {
	f := sentFile{
		ID: d.ID.Public(efile.PrefixDocument), Name: d.FileName, Badge: badgeOf(r, d.Status), Passing: d.Status.Passing(),
		Steps: len(efile.Stations()), Type: s.typeName(r, d.Type), Received: r.Text.Time(local(d.Received)), Size: r.Text.Bytes(d.Size), SHA256: d.SHA256,
	}
	if d.Pages > 0 {
		f.Pages = r.Text.Plural("upload.pages", d.Pages)
	}
	f.Advice = adviceOf(r, d)
	if d.Code != "" {
		f.What, f.Todo = r.Text.T("code."+d.Code+".what"), r.Text.T("code."+d.Code+".todo")
	}
	if f.Passing {
		at := cmp.Or(d.Station, efile.Inspect)
		f.Step, f.Station = max(0, slices.Index(efile.Stations(), at)), r.Text.T("station."+string(at))
	}
	return f
}

// similarText tells the sender of a document that another one of theirs shows the same. Of what the office got on another
// road nothing is said.
func similarText(r *Request, d efile.Document, docs []efile.Document) string {
	at := slices.IndexFunc(docs, func(other efile.Document) bool { return other.ID == d.SimilarTo })
	if d.SimilarTo.IsZero() || at < 0 || docs[at].Channel != efile.ChannelPortal || docs[at].Status == efile.Withdrawn {
		return ""
	}
	return r.Text.T("upload.similar", "name", docs[at].FileName)
}

// takeUpload takes the files of the form. Without a script it answers with the page: straight on when all is well, else
// with what is wrong at the field; the other files are kept. The script asks for JSON and sends each file by itself, all
// but the last with ?more=1, so that together they are one submission.
func (s *Server) takeUpload(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	submission, err := s.submissionFor(r)
	if err != nil {
		return err
	}
	files, err := s.takeFiles(r, submission)
	script := strings.Contains(r.Header.Get("Accept"), "application/json")
	if err != nil {
		return s.noneTaken(w, r, err, script)
	}
	if kept(files) > 0 && r.URL.Query().Get("more") == "" {
		if err := s.cfg.Intake.Close(r.Context(), r.Actor, submission); err != nil {
			return err
		}
	}
	refused, known := s.refused(r, files), s.known(r, files)
	arrived := kept(files) - len(known)
	switch {
	case script:
		return writeJSON(w, http.StatusOK, scriptAnswer{Arrived: arrived, Refused: refused, Known: known})
	case len(refused) > 0:
		return s.upload(w, r, http.StatusUnprocessableEntity, uploadPage{Arrived: arrived, Refused: refused, Known: known})
	case len(known) > 0:
		return s.upload(w, r, http.StatusOK, uploadPage{Arrived: arrived, Known: known})
	}
	return redirect(w, r, fmt.Sprintf("%s?arrived=%d", officePath(r.Office.Key, "upload"), arrived))
}

// known are the files whose bytes were in the case already.
func (s *Server) known(r *Request, files []fileResult) []refusedFile {
	all := []refusedFile{}
	for _, f := range files {
		if f.Receipt != nil && f.Receipt.Duplicate {
			code := "code." + string(fault.Duplicate)
			all = append(all, refusedFile{f.FileName, r.Text.T(code + ".what"), r.Text.T(code + ".todo")})
		}
	}
	return all
}

// submissionFor is the submission that is still open, or a new one.
func (s *Server) submissionFor(r *Request) (efile.ID, error) {
	var open efile.ID
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		all, err := tx.Submissions(r.Context(), r.Actor.Case)
		for _, sub := range slices.Backward(all) {
			if sub.Status == efile.SubmissionOpen && sub.Channel == efile.ChannelPortal {
				open = sub.ID
			}
		}
		return err
	})
	if err != nil {
		return efile.ID{}, fmt.Errorf("find open submission of case %s: %w", r.Actor.Case, err)
	}
	if !open.IsZero() {
		return open, nil
	}
	sub, err := s.cfg.Intake.Open(r.Context(), r.Actor, intake.OpenRequest{
		CaseID: r.Actor.Case, Channel: efile.ChannelPortal, Language: r.Text.Lang()})
	return sub.ID, err
}

// scriptAnswer is what the upload script gets. Its sentences are ready to be shown.
type scriptAnswer struct {
	Arrived int           `json:"arrived"`
	Refused []refusedFile `json:"refused"`
	Known   []refusedFile `json:"known"`
}

// noneTaken tells why the form as a whole was not taken.
func (s *Server) noneTaken(w http.ResponseWriter, r *Request, err error, script bool) error {
	f := fault.Of(err)
	if gone(r.Context(), err) || statusOf(f) >= http.StatusInternalServerError && !script {
		return err
	}
	why := r.Text.T("code." + string(f.Code) + ".what")
	if f.Code == fault.Empty {
		why = r.Text.T("upload.none_chosen") // intake's word for a form without a file
	}
	if script {
		todo := r.Text.T("code." + string(f.Code) + ".todo")
		return writeJSON(w, statusOf(f), scriptAnswer{Refused: []refusedFile{{What: why, Todo: todo}}})
	}
	return s.upload(w, r, http.StatusUnprocessableEntity, uploadPage{Wrong: why})
}

// refused are the files that were not taken, with what is wrong and what can be done.
func (s *Server) refused(r *Request, files []fileResult) []refusedFile {
	all := []refusedFile{}
	for _, f := range files {
		if f.Problem != nil {
			all = append(all, refusedFile{f.FileName, f.Problem.Text, r.Text.T("code." + string(f.Problem.Code) + ".todo")})
		}
	}
	return all
}
