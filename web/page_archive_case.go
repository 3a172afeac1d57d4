package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

// caseRetention is the part of the e-file's page that is about its way out: facts, and what the reader may do.
type caseRetention struct {
	Facts               []pair
	Badge               badge
	Period              string // where unit and start of the period go
	Unit, From          string // as they are now
	Close, Reopen, Hold string // where the forms go; empty: not now, or not for this caller
	CloseHint           string
	Holds               []holdView
	Disposal            string
	Saved               bool
}

// holdView is a hold of a case file.
type holdView struct{ Reason, Who, Lift string }

// readRetention reads what the page tells of retention. Who may not see it gets nothing.
func (f *caseFound) readRetention(r *Request, tx *records.Tx, id efile.ID) (err error) {
	if !r.Actor.May(efile.Archive) && !r.Actor.May(efile.WriteCases) {
		return nil
	}
	if f.retention, err = tx.Retention(r.Context(), id); err != nil {
		return err
	}
	f.holds, err = tx.Holds(r.Context(), id)
	return err
}

// retentionView says where a case file stands on its way out of the office; nil for those who have no part in it.
func (s *Server) retentionView(r *Request, f caseFound) *caseRetention {
	writes, archives := r.Actor.May(efile.WriteCases), r.Actor.May(efile.Archive)
	if !writes && !archives {
		return nil
	}
	t, k, path := r.Text, f.retention, casePath(r, f.c.ID)
	v := &caseRetention{Badge: stageBadge(r, k), Hold: path + "/holds", Period: path + "/retention", Unit: k.Unit}
	if !k.From.IsZero() {
		v.From = k.From.Format(time.DateOnly)
	}
	v.Facts = pairs(pair{t.T("archive.closed"), t.Time(local(f.c.Closed))}, pair{t.T("archive.unit"), unitOf(k)},
		pair{t.T("archive.from"), t.Date(k.From)},
		pair{t.T("archive.due"), dueText(r, k)}, pair{t.T("archive.basis"), k.Basis})
	if f.c.Closed.IsZero() && writes {
		v.Close = path + "/close"
		if f.c.Reviews > 0 {
			v.CloseHint = t.T("code.documents_pending.what") + " " + t.T("code.documents_pending.todo")
		}
	}
	if !f.c.Closed.IsZero() {
		v.Reopen = path + "/reopen"
	}
	for _, h := range f.holds {
		if h.Lifted.IsZero() {
			v.Holds = append(v.Holds, holdView{h.Reason, t.T("archive.held_by", "name", cmp.Or(f.names[h.SetBy], t.T("archive.somebody")), "when", t.Time(local(h.Set))),
				path + "/holds/" + h.ID.Public(efile.PrefixHold) + "/lift"})
		}
	}
	return v
}

func stageBadge(r *Request, t efile.Retention) badge {
	b := badge{r.Text.T("archive.stage." + string(t.Stage)), "info", "info"}
	switch {
	case t.Held:
		b.Text, b.Kind, b.Icon = b.Text+" · "+r.Text.T("archive.held"), "warning", "warning"
	case t.Stage == efile.StageDue:
		b.Icon = "check"
	}
	return b
}

// closeCase puts a case file to the files (zdA), tells the feed, and computes when it is due.
func (s *Server) closeCase(w http.ResponseWriter, r *Request) error {
	return s.changeCase(w, r, func(tx *records.Tx, id efile.ID) error {
		c, changed, err := tx.CloseCase(r.Context(), id, time.Time{})
		if err != nil || !changed {
			return err
		}
		if err := tellStatus(r, tx, c); err != nil {
			return err
		}
		return s.retain(r, tx, id)
	})
}

// retain applies the office's table to a case file that was just closed. A table that makes no sense does not keep it open:
// its due date comes when the table is mended.
func (s *Server) retain(r *Request, tx *records.Tx, id efile.ID) error {
	rules, err := tx.RetentionRules(r.Context())
	if err != nil {
		return err
	}
	file, err := tx.ClosedFile(r.Context(), id)
	if err != nil {
		return err
	}
	t, err := efile.Due(rules, file)
	if err != nil {
		s.log.WarnContext(r.Context(), "no due date", "request", r.ID, "error", err)
		return nil
	}
	return tx.SaveRetention(r.Context(), t)
}

// setPeriod names the filing-plan unit of a case file, and the day on which its period starts where that is not its closing,
// such as the end of a ban on entry.
func (s *Server) setPeriod(w http.ResponseWriter, r *Request) error {
	var from time.Time
	if v := r.PostFormValue("from"); v != "" {
		var err error
		if from, err = time.Parse(time.DateOnly, v); err != nil {
			return wrong("/from", "no date")
		}
	}
	return s.changeCase(w, r, func(tx *records.Tx, id efile.ID) error {
		t, err := tx.Retention(r.Context(), id)
		if err != nil {
			return err
		}
		t.Unit, t.From = cut(strings.TrimSpace(r.PostFormValue("unit")), 60), from
		t.Due, t.Resolved, t.Unlimited, t.Years = time.Time{}, "", false, 0
		if err := tx.SaveRetention(r.Context(), t); err != nil || t.Stage == efile.StageOpen {
			return err
		}
		return s.retain(r, tx, id)
	})
}

// reopenCase takes a closed case file up again and tells the feed.
func (s *Server) reopenCase(w http.ResponseWriter, r *Request) error {
	return s.changeCase(w, r, func(tx *records.Tx, id efile.ID) error {
		c, changed, err := tx.ReopenCase(r.Context(), id)
		if err != nil || !changed {
			return err
		}
		return tellStatus(r, tx, c)
	})
}

// tellStatus tells the feed that a case file was closed or reopened, with the procedure of its newest matter.
func tellStatus(r *Request, tx *records.Tx, c efile.Case) error {
	matters, err := tx.Matters(r.Context(), c.ID)
	if err != nil {
		return err
	}
	var newest efile.Matter
	for _, m := range matters {
		if !m.Opened.Before(newest.Opened) {
			newest = m
		}
	}
	tx.Append(notify.CaseEvent(efile.CaseStatusChanged, c, notify.CaseChange{Procedure: newest.Procedure}))
	return nil
}

// closeMatter puts one matter to the files.
func (s *Server) closeMatter(w http.ResponseWriter, r *Request) error {
	return s.changeMatter(w, r, func(tx *records.Tx, id efile.ID) error { return tx.CloseMatter(r.Context(), id, time.Time{}) })
}

// reopenMatter takes one matter of an open case file up again.
func (s *Server) reopenMatter(w http.ResponseWriter, r *Request) error {
	return s.changeMatter(w, r, func(tx *records.Tx, id efile.ID) error { return tx.ReopenMatter(r.Context(), id) })
}

func (s *Server) changeMatter(w http.ResponseWriter, r *Request, change func(*records.Tx, efile.ID) error) error {
	id, err := idIn(r, "matter", efile.PrefixMatter)
	if err != nil {
		return err
	}
	return s.changeCase(w, r, func(tx *records.Tx, caseID efile.ID) error {
		m, err := tx.Matter(r.Context(), id)
		if err != nil {
			return err
		}
		if m.CaseID != caseID {
			return missing("matter of this case")
		}
		return change(tx, id)
	})
}

// setHold stops a case file from leaving the office. The reason is for people of the office.
func (s *Server) setHold(w http.ResponseWriter, r *Request) error {
	reason := cut(strings.TrimSpace(r.PostFormValue("reason")), 500)
	if reason == "" {
		return wrong("/reason", "a hold has a reason")
	}
	hold := efile.NewID()
	return s.changeCase(w, r, func(tx *records.Tx, id efile.ID) error {
		if _, err := tx.Case(r.Context(), id); err != nil {
			return err
		}
		return tx.AddHold(r.Context(), &efile.Hold{ID: hold, CaseID: id, Reason: reason})
	})
}

// liftHold ends a hold of this case file.
func (s *Server) liftHold(w http.ResponseWriter, r *Request) error {
	hold, err := idIn(r, "hold", efile.PrefixHold)
	if err != nil {
		return err
	}
	return s.changeCase(w, r, func(tx *records.Tx, id efile.ID) error {
		all, err := tx.Holds(r.Context(), id)
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.ID == hold {
				return tx.LiftHold(r.Context(), hold)
			}
		}
		return missing("hold of this case")
	})
}

// changeCase runs a change of the case file that the address names and goes back to its page.
func (s *Server) changeCase(w http.ResponseWriter, r *Request, change func(*records.Tx, efile.ID) error) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	id, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	if err := s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error { return change(tx, id) }); err != nil {
		return fmt.Errorf("change case %s: %w", id, err)
	}
	return redirect(w, r, casePath(r, id)+"?saved=1#retention")
}
