package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// maxAnswer bounds an answer that a person brings. Appraisals of a whole office are a few MiB.
const maxAnswer = 64 << 20

// answerView is what an archive sent.
type answerView struct {
	Name, Received, File, Size, SHA256, Archive, Disposal, Why string
	Badge                                                      badge
	Seen                                                       string // where to say that it was seen; empty: nothing to say
}

func answerViewOf(r *Request, a efile.Answer, archives []efile.ReceivingArchive) answerView {
	t := r.Text
	v := answerView{Name: t.T("archive.message_unknown"), Received: t.Time(local(a.Received)), File: a.File, Size: t.Bytes(a.Size), SHA256: a.SHA256,
		Badge: badge{t.T("archive.answer_state." + string(a.State)), "info", "info"}}
	if a.Type != "" {
		v.Name = t.T("archive.message." + string(a.Type))
	}
	if !a.Disposal.IsZero() {
		v.Disposal = disposalPath(r, a.Disposal)
	}
	if i := slices.IndexFunc(archives, func(of efile.ReceivingArchive) bool { return of.ID == a.Archive }); i >= 0 {
		v.Archive = archives[i].Name
	}
	switch a.State {
	case efile.AnswerTaken:
		v.Badge.Kind, v.Badge.Icon = "success", "success"
	case efile.AnswerUnexpected:
		v.Badge.Kind, v.Badge.Icon = "warning", "warning"
		v.Seen = archivePath(r, "/answers/"+a.ID.Public(efile.PrefixAnswer)+"/seen")
	}
	if a.Code != "" {
		v.Why, _ = problemText(r, a.Code)
	}
	return v
}

// takeAnswer keeps a message that a person brought from the archive and has it read. It acts on nothing itself. Where the
// archive has a transport, its word comes that way only: nobody may put words into its mouth.
func (s *Server) takeAnswer(w http.ResponseWriter, r *Request) error {
	id, err := disposalIn(r)
	if err != nil {
		return err
	}
	var d efile.Disposal
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) (err error) {
		if d, err = tx.Disposal(r.Context(), id); err != nil {
			return err
		}
		a, err := tx.Archive(r.Context(), d.Archive)
		if err == nil && !carried(a) {
			err = fault.New(fault.Reject, fault.WrongStage, errors.New("people carry nothing from this archive"))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("take answer to disposal %s: %w", id, err)
	}
	take, err := s.storeAnswer(r)
	if err != nil {
		return fmt.Errorf("take answer to disposal %s: %w", id, err)
	}
	take.Office, take.Archive = r.Actor.Office, d.Archive
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		data, err := json.Marshal(map[string]string{"upload": take.Upload.String(), "sha256": take.SHA256})
		if err != nil {
			return err
		}
		tx.Append(efile.Event{Type: efile.AuditAnswerUploaded, Subject: "disposals/" + id.Public(efile.PrefixDisposal), Data: data})
		return s.enqueue(r, tx, take)
	})
	if err != nil {
		return fmt.Errorf("take answer to disposal %s: %w", id, err)
	}
	return redirect(w, r, disposalPath(r, id)+"?brought=1#answers")
}

// storeAnswer streams the file of the form into the store. Its size is known only at its end, so it waits in the spool
// folder in between, without a name.
func (s *Server) storeAnswer(r *Request) (take job.Take, err error) {
	if r.Parts == nil {
		return take, fault.New(fault.Reject, fault.UnsupportedMedia, errors.New("not multipart/form-data"))
	}
	part, err := r.Parts.NextPart()
	if errors.Is(err, io.EOF) {
		return take, fault.New(fault.Reject, fault.Empty, errors.New("form without a file"))
	} else if err != nil {
		return take, brokenForm(err)
	}
	spool, err := os.CreateTemp(s.cfg.Intake.Spool, "answer-*")
	if err != nil {
		return take, fmt.Errorf("spool answer: %w", err)
	}
	defer func() { err = errors.Join(err, spool.Close()) }()
	if err := os.Remove(spool.Name()); err != nil {
		return take, fmt.Errorf("spool answer: %w", err)
	}
	sum := sha256.New()
	take.Size, err = io.Copy(io.MultiWriter(spool, sum), io.LimitReader(part, maxAnswer+1))
	switch {
	case err != nil:
		return take, brokenForm(err)
	case take.Size == 0:
		return take, fault.New(fault.Reject, fault.Empty, errors.New("empty answer"))
	case take.Size > maxAnswer:
		return take, fault.New(fault.Reject, fault.TooLarge, errors.New("answer over the limit"))
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return take, fmt.Errorf("spool answer: %w", err)
	}
	take.Upload, take.SHA256 = efile.NewID(), hex.EncodeToString(sum.Sum(nil))
	return take, s.putAnswer(r, take, spool)
}

func (s *Server) putAnswer(r *Request, take job.Take, body io.Reader) error {
	ctx, stop := context.WithTimeout(r.Context(), 2*time.Minute)
	defer stop()
	stored, err := s.cfg.Store.Put(ctx, storage.AnswerKey(r.Actor.Office, take.Upload), body, take.Size)
	if err == nil && stored.SHA256 != take.SHA256 {
		err = fault.New(fault.Review, fault.DigestMismatch, errors.New("answer changed on its way to the store"))
	}
	return err
}

// answersPage is the Data of archive_answers.html.
type answersPage struct {
	Answers []answerView
	All     string // address of the list with those seen; empty: it is this one
	Next    string
	Crumbs  []crumb
}

// showAnswers lists what archives sent and nothing waited for; with ?all=1 everything that they sent.
func (s *Server) showAnswers(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	filter := records.AnswerFilter{State: efile.AnswerUnexpected, Limit: filesPerPage}
	here := archivePath(r, "/answers")
	data := answersPage{All: here + "?all=1", Crumbs: []crumb{{r.Text.T("archive.title"), archivePath(r, "")}, {r.Text.T("archive.answers"), ""}}}
	if r.URL.Query().Get("all") != "" {
		filter.State, data.All = "", ""
	}
	if after, err := efile.ParsePublic(efile.PrefixAnswer, r.URL.Query().Get("after")); err == nil {
		filter.After = after
	}
	var found []efile.Answer
	var archives []efile.ReceivingArchive
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) (err error) {
		if found, err = tx.ArchiveAnswers(r.Context(), filter); err != nil {
			return err
		}
		archives, err = tx.Archives(r.Context())
		return err
	})
	if err != nil {
		return fmt.Errorf("show answers: %w", err)
	}
	for _, a := range found {
		data.Answers = append(data.Answers, answerViewOf(r, a, archives))
	}
	if len(found) == filter.Limit {
		data.Next = here + "?all=" + r.URL.Query().Get("all") + "&after=" + found[len(found)-1].ID.Public(efile.PrefixAnswer)
	}
	return s.render(w, r, http.StatusOK, "archive_answers.html", data)
}

// seeAnswer notes that a person has seen an answer that nothing waited for.
func (s *Server) seeAnswer(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	id, err := idIn(r, "answer", efile.PrefixAnswer)
	if err != nil {
		return err
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		a, err := findAnswer(r, tx, id)
		if err != nil || a.State != efile.AnswerUnexpected {
			return err
		}
		a.State = efile.AnswerSeen
		return tx.SaveArchiveAnswer(r.Context(), a)
	})
	if err != nil {
		return fmt.Errorf("see answer %s: %w", id, err)
	}
	return redirect(w, r, archivePath(r, "/answers"))
}

// findAnswer pages to an answer: the list is by id, the newest first.
func findAnswer(r *Request, tx *records.Tx, id efile.ID) (efile.Answer, error) {
	filter := records.AnswerFilter{Limit: 500}
	for {
		all, err := tx.ArchiveAnswers(r.Context(), filter)
		if err != nil {
			return efile.Answer{}, err
		}
		for _, a := range all {
			if filter.After = a.ID; a.ID == id {
				return a, nil
			}
		}
		if len(all) < filter.Limit {
			return efile.Answer{}, missing("answer")
		}
	}
}
