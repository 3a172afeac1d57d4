package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/records"
)

// idIn reads a public id from the address. One that is none is as unknown as a foreign one.
func idIn(r *Request, name string, prefix efile.Prefix) (efile.ID, error) {
	id, err := efile.ParsePublic(prefix, r.PathValue(name))
	if err != nil {
		return efile.ID{}, missing(name + " is not an id")
	}
	return id, nil
}

// publicOr is the public form of an id, empty for the zero ID.
func publicOr(id efile.ID, prefix efile.Prefix) string {
	if id.IsZero() {
		return ""
	}
	return id.Public(prefix)
}

type submissionOrder struct {
	Case           string        `json:"case"`
	ExternalSystem string        `json:"externalSystem"`
	ExternalRef    string        `json:"externalRef"`
	Channel        efile.Channel `json:"channel"`
	Language       string        `json:"language"`
}

// openSubmission begins one act of uploading. An applicant's case is that of the access code; others name it.
func (s *Server) openSubmission(w http.ResponseWriter, r *Request) error {
	var order submissionOrder
	if err := readJSON(r, &order); err != nil {
		return err
	}
	if order.Language != "" && !slices.Contains(languages, order.Language) {
		return wrong("/language", "one of %s", strings.Join(languages, ", "))
	}
	caseID, err := s.caseOf(r, order)
	if err != nil {
		return err
	}
	channel, err := channelOf(r.Actor, order.Channel)
	if err != nil {
		return err
	}
	sub, err := s.cfg.Intake.Open(r.Context(), r.Actor, intake.OpenRequest{CaseID: caseID, Channel: channel, Language: order.Language})
	if err != nil {
		return err
	}
	limits, err := s.cfg.Intake.LimitsOf(r.Context(), r.Actor.Office)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/v1/submissions/"+sub.ID.Public(efile.PrefixSubmission))
	answer := s.submissionJSON(r, sub, nil)
	answer.Limits = &limits
	return writeJSON(w, http.StatusCreated, answer)
}

func (s *Server) caseOf(r *Request, order submissionOrder) (efile.ID, error) {
	switch {
	case order.Case != "":
		id, err := efile.ParsePublic(efile.PrefixCase, order.Case)
		if err != nil || (r.Actor.Kind == efile.Applicant && id != r.Actor.Case) {
			return efile.ID{}, missing("case")
		}
		return id, nil
	case r.Actor.Kind == efile.Applicant:
		return r.Actor.Case, nil
	case order.ExternalRef != "" && order.ExternalSystem != "":
		var c efile.Case
		err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
			var err error
			c, err = tx.CaseByExternal(r.Context(), order.ExternalSystem, order.ExternalRef)
			return err
		})
		return c.ID, err
	}
	return efile.ID{}, wrong("/case", "name a case, or externalSystem and externalRef")
}

// channelOf says on which road a submission came. Only a machine can speak for other roads than its own.
func channelOf(a efile.Actor, asked efile.Channel) (efile.Channel, error) {
	switch {
	case a.Kind == efile.Applicant:
		return efile.ChannelPortal, nil
	case asked == "" && a.Kind == efile.Service:
		return efile.ChannelDrop, nil
	case asked == "":
		return efile.ChannelScan, nil
	}
	known := []efile.Channel{efile.ChannelPortal, efile.ChannelFITConnect, efile.ChannelDrop, efile.ChannelEmail, efile.ChannelScan}
	if !slices.Contains(known, asked) {
		return "", wrong("/channel", "not a channel")
	}
	return asked, nil
}

type submissionJSON struct {
	ID        string                 `json:"id"`
	Case      string                 `json:"case"`
	Status    efile.SubmissionStatus `json:"status"`
	Channel   efile.Channel          `json:"channel"`
	Language  string                 `json:"language"`
	Opened    string                 `json:"opened"`
	Closed    string                 `json:"closed,omitempty"`
	Settled   bool                   `json:"settled"` // no document is on its way any more
	Limits    *efile.Limits          `json:"limits,omitempty"`
	Documents []statusJSON           `json:"documents"`
}

// statusJSON says how far a document is, in words for whoever sent it.
type statusJSON struct {
	ID          string               `json:"id"`
	Parent      string               `json:"parent,omitempty"`
	FileName    string               `json:"fileName"`
	Status      efile.DocumentStatus `json:"status"`
	StatusText  string               `json:"statusText"`
	Station     efile.Station        `json:"station,omitempty"`
	StationText string               `json:"stationText,omitempty"`
	Code        string               `json:"code,omitempty"`
	What        string               `json:"what,omitempty"` // what is the matter
	Todo        string               `json:"todo,omitempty"` // what the sender can do
	Notes       []string             `json:"notes,omitempty"`
	SimilarTo   string               `json:"similarTo,omitempty"`
	Advice      *adviceJSON          `json:"advice,omitempty"`
	Type        string               `json:"type,omitempty"`
	Pages       int                  `json:"pages,omitempty"`
	Size        int64                `json:"size"`
	SHA256      string               `json:"sha256"`
	Version     int                  `json:"version"`
	Received    string               `json:"received"`
	Changed     string               `json:"changed"`
}

// adviceJSON says that a picture should be taken again, and what to do better.
type adviceJSON struct {
	Verdict string   `json:"verdict"`
	Flaws   []string `json:"flaws"`
	What    string   `json:"what"`
	Todo    []string `json:"todo"`
}

func adviceOf(r *Request, d efile.Document) *adviceJSON {
	if d.Quality == "" || d.Status == efile.Rejected || d.Status == efile.Withdrawn {
		return nil
	}
	a := &adviceJSON{Verdict: d.Quality, Flaws: d.Flaws, What: r.Text.T("upload.advice_" + d.Quality)}
	for _, flaw := range d.Flaws {
		a.Todo = append(a.Todo, r.Text.T("upload.flaw_"+flaw))
	}
	return a
}

func (s *Server) submissionJSON(r *Request, sub efile.Submission, docs []efile.Document) submissionJSON {
	out := submissionJSON{
		ID: sub.ID.Public(efile.PrefixSubmission), Case: sub.CaseID.Public(efile.PrefixCase), Status: sub.Status,
		Channel: sub.Channel, Language: sub.Language, Opened: timeText(sub.Opened), Closed: timeText(sub.Closed),
		Settled: true, Documents: []statusJSON{},
	}
	for _, d := range docs {
		out.Documents = append(out.Documents, s.statusJSON(r, d))
		if d.Status.Passing() {
			out.Settled = false
		}
	}
	return out
}

func (s *Server) statusJSON(r *Request, d efile.Document) statusJSON {
	out := statusJSON{
		ID: d.ID.Public(efile.PrefixDocument), Parent: publicOr(d.ParentID, efile.PrefixDocument), FileName: d.FileName,
		Status: d.Status, StatusText: r.Text.T("status." + string(d.Status)), Station: d.Station, Code: d.Code, Notes: d.Notes,
		Type: d.Type, Pages: d.Pages, Size: d.Size, SHA256: d.SHA256, Version: d.Version,
		SimilarTo: publicOr(d.SimilarTo, efile.PrefixDocument), Advice: adviceOf(r, d),
		Received: timeText(d.Received), Changed: timeText(d.Changed),
	}
	if d.Station != "" {
		out.StationText = r.Text.T("station." + string(d.Station))
	}
	if d.Code != "" {
		out.What, out.Todo = r.Text.T("code."+d.Code+".what"), r.Text.T("code."+d.Code+".todo")
	}
	return out
}

// lookAtSubmission reads what there is to tell about a submission.
func (s *Server) lookAtSubmission(r *Request, id efile.ID) (submissionJSON, error) {
	var sub efile.Submission
	var docs []efile.Document
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		var err error
		if sub, err = tx.Submission(r.Context(), id); err != nil {
			return err
		}
		docs, err = tx.DocumentsOf(r.Context(), id)
		return err
	})
	if err != nil {
		return submissionJSON{}, fmt.Errorf("look at submission %s: %w", id, err)
	}
	return s.submissionJSON(r, sub, docs), nil
}

// getSubmission is made for polling: an unchanged answer is 304.
func (s *Server) getSubmission(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "submission", efile.PrefixSubmission)
	if err != nil {
		return err
	}
	answer, err := s.lookAtSubmission(r, id)
	if err != nil {
		return err
	}
	return writeTagged(w, r, answer)
}

// completeSubmission says that nothing more comes. Documents are on their way already; this only closes the door.
func (s *Server) completeSubmission(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "submission", efile.PrefixSubmission)
	if err != nil {
		return err
	}
	if err := s.cfg.Intake.Close(r.Context(), r.Actor, id); err != nil {
		return err
	}
	answer, err := s.lookAtSubmission(r, id)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// tagOf is an entity tag of an answer.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
}

// writeTagged answers with a body and its tag, or 304 if the caller has it.
func writeTagged(w http.ResponseWriter, r *Request, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	tag := tagOf(b)
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization, Cookie, Accept-Language")
	if tagMatches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", "application/json")
	_, err = w.Write(append(b, '\n'))
	return ignoreGone(err)
}

func tagMatches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == tag || candidate == "*" {
			return true
		}
	}
	return false
}
