package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

type caseJSON struct {
	ID             string           `json:"id"`
	Reference      string           `json:"reference"`
	Title          string           `json:"title,omitempty"` // for people of the office only
	Language       string           `json:"language"`
	Status         efile.CaseStatus `json:"status"`
	ExternalSystem string           `json:"externalSystem,omitempty"`
	ExternalRef    string           `json:"externalRef,omitempty"`
	Documents      int              `json:"documents"`
	Reviews        int              `json:"reviews"`
	Opened         string           `json:"opened"`
	Changed        string           `json:"changed"`
	Closed         string           `json:"closed,omitempty"`
	Matters        []matterJSON     `json:"matters,omitempty"`
	Requests       []requestJSON    `json:"requests,omitempty"`
	Href           string           `json:"href"`
}

type matterJSON struct {
	ID        string          `json:"id"`
	Procedure string          `json:"procedure"`
	Facts     map[string]bool `json:"facts"`
	Opened    string          `json:"opened"`
	Closed    string          `json:"closed,omitempty"`
}

func caseOut(r *Request, c efile.Case) caseJSON {
	id := c.ID.Public(efile.PrefixCase)
	out := caseJSON{
		ID: id, Reference: c.Reference, Language: c.Language, Status: c.Status, ExternalSystem: c.ExternalSystem,
		ExternalRef: c.ExternalRef, Documents: c.Documents, Reviews: c.Reviews, Opened: timeText(c.Opened),
		Changed: timeText(c.Changed), Closed: timeText(c.Closed), Href: "/v1/cases/" + id,
	}
	if r.Actor.Kind == efile.Staff {
		out.Title = c.Title
	}
	return out
}

// listCases pages through the case files, the newest first; with changedSince a case system finds what it missed.
func (s *Server) listCases(w http.ResponseWriter, r *Request) error {
	q := r.URL.Query()
	filter := records.CaseFilter{Status: efile.CaseStatus(q.Get("status")), Limit: 100}
	var err error
	if v := q.Get("changedSince"); v != "" {
		if filter.ChangedSince, err = time.Parse(time.RFC3339, v); err != nil {
			return wrong("", "changedSince is not a time (RFC 3339)")
		}
	}
	if v := q.Get("after"); v != "" {
		if filter.After, err = efile.ParsePublic(efile.PrefixCase, v); err != nil {
			return wrong("", "after is not the id of a case")
		}
	}
	if filter.Limit, err = numberIn(q, "limit", 100, 1, 500); err != nil {
		return err
	}
	var cases []efile.Case
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		cases, err = tx.Cases(r.Context(), filter)
		return err
	})
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	answer := struct {
		Cases []caseJSON `json:"cases"`
		Next  string     `json:"next,omitempty"`
	}{Cases: []caseJSON{}}
	for _, c := range cases {
		answer.Cases = append(answer.Cases, caseOut(r, c))
	}
	if len(cases) == filter.Limit {
		answer.Next = cases[len(cases)-1].ID.Public(efile.PrefixCase)
	}
	return writeTagged(w, r, answer)
}

// numberIn reads a whole number from a query.
func numberIn(q url.Values, name string, fallback, low, high int) (int, error) {
	v := q.Get(name)
	if v == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		return 0, wrong("", "%s is not a number from %d to %d", name, low, high)
	}
	return n, nil
}

func (s *Server) getCase(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	return s.answerCase(w, r, func(ctx context.Context, tx *records.Tx) (efile.Case, error) { return tx.Case(ctx, id) })
}

func (s *Server) getCaseByRef(w http.ResponseWriter, r *Request) error {
	return s.answerCase(w, r, func(ctx context.Context, tx *records.Tx) (efile.Case, error) {
		return tx.CaseByExternal(ctx, r.PathValue("system"), r.PathValue("ref"))
	})
}

func (s *Server) answerCase(w http.ResponseWriter, r *Request, find func(context.Context, *records.Tx) (efile.Case, error)) error {
	var answer caseJSON
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		c, err := find(r.Context(), tx)
		if err != nil {
			return err
		}
		answer, err = wholeCase(r, tx, c)
		return err
	})
	if err != nil {
		return fmt.Errorf("get case: %w", err)
	}
	return writeTagged(w, r, answer)
}

// wholeCase adds matters and requests.
func wholeCase(r *Request, tx *records.Tx, c efile.Case) (caseJSON, error) {
	out := caseOut(r, c)
	matters, err := tx.Matters(r.Context(), c.ID)
	if err != nil {
		return caseJSON{}, err
	}
	for _, m := range matters {
		facts := m.Facts
		if facts == nil {
			facts = map[string]bool{}
		}
		out.Matters = append(out.Matters, matterJSON{m.ID.Public(efile.PrefixMatter), m.Procedure, facts, timeText(m.Opened), timeText(m.Closed)})
	}
	if !r.Actor.May(efile.ReadCases) {
		return out, nil
	}
	requests, err := tx.Requests(r.Context(), c.ID)
	if err != nil {
		return caseJSON{}, err
	}
	for _, q := range requests {
		out.Requests = append(out.Requests, requestOut(q))
	}
	return out, nil
}

// listDocuments tells what is in a case.
func (s *Server) listDocuments(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	answer := struct {
		Documents []statusJSON `json:"documents"`
	}{Documents: []statusJSON{}}
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		if _, err := tx.Case(r.Context(), id); err != nil {
			return err
		}
		docs, err := tx.Documents(r.Context(), id)
		for _, d := range docs {
			answer.Documents = append(answer.Documents, s.statusJSON(r, d))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list documents of case %s: %w", id, err)
	}
	return writeTagged(w, r, answer)
}

// caseUpsert is the body of PUT /v1/cases/by-ref/{system}/{ref}.
type caseUpsert struct {
	Procedure string                     `json:"procedure"`
	Language  string                     `json:"language"`
	Facts     map[string]json.RawMessage `json:"facts"`
}

var (
	systemName = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)
	factName   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

// putCaseByRef opens a case for a case system or changes what decides its checklist.
func (s *Server) putCaseByRef(w http.ResponseWriter, r *Request) error {
	system, ref := r.PathValue("system"), r.PathValue("ref")
	if !systemName.MatchString(system) || ref == "" || len(ref) > 128 || strings.ContainsFunc(ref, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return wrong("", "system: [a-z0-9-]{1,63}; reference: 1 to 128 bytes")
	}
	var body caseUpsert
	return s.order(w, r, &body, func(tx *records.Tx) (reply, error) {
		facts, err := s.checkUpsert(body)
		if err != nil {
			return reply{}, err
		}
		c, err := tx.CaseByExternal(r.Context(), system, ref)
		status := http.StatusOK
		switch {
		case fault.Is(err, fault.NotFound):
			status = http.StatusCreated
			c = efile.Case{ExternalSystem: system, ExternalRef: ref, Language: body.Language, Opened: s.now()}
			err = tx.AddCase(r.Context(), &c)
		case err == nil && !c.Closed.IsZero():
			err = fault.New(fault.Reject, fault.CaseClosed, fmt.Errorf("case %s", c.ID))
		case err == nil && body.Language != "" && c.Language != body.Language:
			c.Language = body.Language
			err = tx.SaveCase(r.Context(), c)
		}
		if err != nil {
			return reply{}, err
		}
		if err := s.upsertMatter(r.Context(), tx, c, body.Procedure, facts, status == http.StatusCreated); err != nil {
			return reply{}, err
		}
		if c, err = tx.Case(r.Context(), c.ID); err != nil {
			return reply{}, err
		}
		answer, err := wholeCase(r, tx, c)
		return reply{status, answer}, err
	})
}

// checkUpsert returns the facts of a valid body. Only yes and no decide anything; null takes a fact back.
func (s *Server) checkUpsert(body caseUpsert) (map[string]*bool, error) {
	if _, known := s.cfg.Catalogue.Procedure(body.Procedure); !known {
		return nil, fault.New(fault.Reject, fault.UnknownProcedure, invalid{{"/procedure", "not in the catalogue"}})
	}
	if body.Language != "" && !slices.Contains(languages, body.Language) {
		return nil, wrong("/language", "one of %s", strings.Join(languages, ", "))
	}
	facts := map[string]*bool{}
	for name, raw := range body.Facts {
		var value *bool
		if !factName.MatchString(name) || json.Unmarshal(raw, &value) != nil {
			return nil, wrong("/facts", "names are [a-z][a-z0-9_]*, values true, false or null")
		}
		facts[name] = value
	}
	return facts, nil
}

// upsertMatter opens a matter of the procedure or changes the facts of the newest open one, and tells the feed.
func (s *Server) upsertMatter(ctx context.Context, tx *records.Tx, c efile.Case, procedure string, facts map[string]*bool, opened bool) error {
	matters, err := tx.Matters(ctx, c.ID)
	if err != nil {
		return err
	}
	var m efile.Matter
	for _, have := range matters {
		if have.Procedure == procedure && have.Closed.IsZero() && (m.ID.IsZero() || have.Opened.After(m.Opened)) {
			m = have
		}
	}
	fresh := m.ID.IsZero()
	if fresh {
		m = efile.Matter{ID: efile.NewID(), CaseID: c.ID, Procedure: procedure, Opened: s.now()}
	}
	if m.Facts == nil {
		m.Facts = map[string]bool{}
	}
	before := fmt.Sprint(m.Facts) // maps print in the order of their keys
	for name, value := range facts {
		if value == nil {
			delete(m.Facts, name)
		} else {
			m.Facts[name] = *value
		}
	}
	switch {
	case fresh:
		err = tx.AddMatter(ctx, m)
	case before != fmt.Sprint(m.Facts):
		err = tx.SaveMatter(ctx, m)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	if opened {
		tx.Append(notify.CaseEvent(efile.CaseOpened, c, notify.CaseChange{Procedure: procedure}))
	}
	return s.tellCompleteness(ctx, tx, c, m)
}

// tellCompleteness counts the checklist of a matter after its facts changed.
func (s *Server) tellCompleteness(ctx context.Context, tx *records.Tx, c efile.Case, m efile.Matter) error {
	docs, err := tx.Documents(ctx, c.ID)
	if err != nil {
		return err
	}
	present := map[string]int{}
	for _, d := range docs {
		if d.Status == efile.Filed && d.MatterID == m.ID {
			present[d.Type]++
		}
	}
	n := catalogue.Count(s.cfg.Catalogue.Checklist(m.Procedure, m.Facts, present))
	tx.Append(notify.CaseEvent(efile.CaseCompleteness, c, notify.CaseChange{Procedure: m.Procedure, Completeness: &notify.Completeness{
		MandatoryTotal: n.MandatoryTotal, MandatoryPresent: n.MandatoryPresent, ConditionalOpen: n.ConditionalOpen,
		Complete: n.Complete, Missing: n.Missing,
	}}))
	return nil
}
