package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// filesPerPage is how many case files the archivists' list shows at once.
const filesPerPage = 50

// archiveStages are the tiles, in the order of the way out.
var archiveStages = []efile.Stage{efile.StageOpen, efile.StageKept, efile.StageDue, efile.StageOffered, efile.StageAppraised,
	efile.StageDelivered, efile.StageArchived, efile.StageDestroyed}

// archivePage is the Data of archive.html.
type archivePage struct {
	Tiles       []tile
	Stage       string // its name
	Hint        string // what the stage means
	Files       []fileRow
	Choose      bool // the files may be put into a disposal
	Archives    []choice
	Unit        string
	Held        bool
	StageValue  string
	Next, First string
	Disposals   []disposalRow
	Unexpected  string // answers that a person should see; empty: none
	Proposed    string // destructions that wait for a second person; empty: none
	Alone       string // documents that are due before their case file; empty: none
	Made        string // how many disposals were just put together, where it took several
	Links       archiveLinks
}

// archiveLinks are the addresses of the archivists' pages.
type archiveLinks struct{ Home, Start, Rules, Answers, Destructions, Alone, Sample string }

// tile is a stage with the number of case files in it.
type tile struct {
	Name, Path string
	Count      int
	Here       bool
}

// fileRow is a case file in the archivists' list.
type fileRow struct {
	ID, Path, Reference, Title, Unit, Due, Basis, Proposal, Disposal, Documents string
	Held                                                                        bool
}

// disposalRow is a line of the list of disposals.
type disposalRow struct {
	Path, Number, Archive, Created, Files string
	Badge                                 badge
}

// mostMade is the highest number of new disposals that the page repeats from its address.
const mostMade = 10_000

func archivePath(r *Request, rest string) string { return officePath(r.Office.Key, "archive"+rest) }

func linksOf(r *Request) archiveLinks {
	return archiveLinks{Home: archivePath(r, ""), Start: archivePath(r, "/disposals"), Rules: archivePath(r, "/rules"),
		Answers: archivePath(r, "/answers"), Destructions: archivePath(r, "/destructions"), Alone: alonePath(r), Sample: archivePath(r, "/sample")}
}

// archiveFound is what is read for the page, in one transaction.
type archiveFound struct {
	counts     map[efile.Stage]int
	lines      []records.RetentionLine
	archives   []efile.ReceivingArchive
	disposals  []efile.Disposal
	unexpected []efile.Answer
	open       []efile.Destruction
	alone      int // documents
}

// showArchive is the archivists' first page: how many case files stand where, and those of one stage.
func (s *Server) showArchive(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	filter := retentionFilter(r)
	var f archiveFound
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error { return f.read(r, tx, filter) })
	if err != nil {
		return fmt.Errorf("show archive: %w", err)
	}
	return s.render(w, r, http.StatusOK, "archive.html", archiveView(r, f, filter))
}

func (f *archiveFound) read(r *Request, tx *records.Tx, filter records.RetentionFilter) (err error) {
	ctx := r.Context()
	if f.counts, err = tx.StageCounts(ctx); err != nil {
		return err
	}
	if f.lines, err = tx.Retentions(ctx, filter); err != nil {
		return err
	}
	if f.archives, err = tx.Archives(ctx); err != nil {
		return err
	}
	if f.disposals, err = tx.Disposals(ctx, records.DisposalFilter{Limit: 20}); err != nil {
		return err
	}
	if f.unexpected, err = tx.ArchiveAnswers(ctx, records.AnswerFilter{State: efile.AnswerUnexpected}); err != nil {
		return err
	}
	if f.alone, _, err = tx.CountAlone(ctx); err != nil {
		return err
	}
	f.open, err = tx.Destructions(ctx, records.DestructionFilter{Open: true, Limit: 500})
	return err
}

// retentionFilter reads the address. An unknown stage is the one that waits for archivists.
func retentionFilter(r *Request) records.RetentionFilter {
	q := r.URL.Query()
	f := records.RetentionFilter{Stage: efile.Stage(q.Get("stage")), Unit: strings.TrimSpace(q.Get("unit")), Held: q.Get("held") != "",
		Limit: filesPerPage + 1}
	if !slices.Contains(archiveStages, f.Stage) || f.Stage == efile.StageDestroyed {
		f.Stage = efile.StageDue
	}
	if after, err := efile.ParsePublic(efile.PrefixCase, q.Get("after")); err == nil {
		f.After = after
	}
	return f
}

func stageAddress(r *Request, f records.RetentionFilter, after efile.ID) string {
	q := url.Values{"stage": {string(f.Stage)}}
	if f.Unit != "" {
		q.Set("unit", f.Unit)
	}
	if f.Held {
		q.Set("held", "1")
	}
	if !after.IsZero() {
		q.Set("after", after.Public(efile.PrefixCase))
	}
	return archivePath(r, "?"+q.Encode())
}

func archiveView(r *Request, f archiveFound, filter records.RetentionFilter) archivePage {
	t := r.Text
	data := archivePage{
		Stage: t.T("archive.stage." + string(filter.Stage)), Hint: t.T("archive.stage_hint." + string(filter.Stage)),
		StageValue: string(filter.Stage), Unit: filter.Unit, Held: filter.Held, Choose: filter.Stage == efile.StageDue, Links: linksOf(r),
		Disposals: disposalRows(r, f.disposals, f.archives),
	}
	for _, stage := range archiveStages {
		path := archivePath(r, "?stage="+string(stage))
		if stage == efile.StageDestroyed {
			path = data.Links.Destructions
		}
		data.Tiles = append(data.Tiles, tile{t.T("archive.stage." + string(stage)), path, f.counts[stage], stage == filter.Stage})
	}
	if len(f.lines) == filter.Limit {
		f.lines = f.lines[:filesPerPage]
		data.Next = stageAddress(r, filter, f.lines[filesPerPage-1].Retention.CaseID)
	}
	if !filter.After.IsZero() {
		data.First = stageAddress(r, filter, efile.ID{})
	}
	for _, l := range f.lines {
		data.Files = append(data.Files, fileRowOf(r, l))
	}
	for _, a := range f.archives {
		data.Archives = append(data.Archives, choice{a.ID.Public(efile.PrefixArchive), a.Name, len(f.archives) == 1})
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("made")); err == nil && n > 1 && n <= mostMade {
		data.Made = t.Plural("archive.made_count", n)
	}
	if n := len(f.unexpected); n > 0 {
		data.Unexpected = t.Plural("archive.unexpected_count", n)
	}
	waiting := slices.DeleteFunc(slices.Clone(f.open), func(x efile.Destruction) bool { return !x.Confirmed.IsZero() })
	if n := len(waiting); n > 0 {
		data.Proposed = t.Plural("archive.proposed_count", n)
	}
	if f.alone > 0 {
		data.Alone = t.Plural("archive.alone_count", f.alone)
	}
	return data
}

func fileRowOf(r *Request, l records.RetentionLine) fileRow {
	t := l.Retention
	row := fileRow{
		ID: t.CaseID.Public(efile.PrefixCase), Path: casePath(r, t.CaseID), Reference: l.Reference, Title: l.Title, Unit: unitOf(t),
		Due: dueText(r, t), Basis: t.Basis, Held: t.Held, Documents: r.Text.Plural("staff.documents_count", l.Documents),
	}
	if t.Proposal == efile.Keep || t.Proposal == efile.Destroy {
		row.Proposal = r.Text.T("archive.decision." + string(t.Proposal))
	}
	if !l.Disposal.IsZero() {
		row.Disposal = disposalPath(r, l.Disposal)
	}
	return row
}

func unitOf(t efile.Retention) string {
	if t.Resolved != "" {
		return t.Resolved
	}
	return t.Unit
}

// dueText says when a case file may be offered. The date is one already: it is not moved to another time zone.
func dueText(r *Request, t efile.Retention) string {
	switch {
	case t.Unlimited:
		return r.Text.T("archive.due_never")
	case !t.Due.IsZero():
		return r.Text.Date(t.Due)
	case t.Stage == efile.StageOpen:
		return r.Text.T("archive.due_open")
	}
	return r.Text.T("archive.due_unknown")
}

func disposalPath(r *Request, id efile.ID) string {
	return archivePath(r, "/disposals/"+id.Public(efile.PrefixDisposal))
}

// shortNumber is enough of an id to tell disposals apart in a list.
func shortNumber(id efile.ID) string {
	text := id.Public(efile.PrefixDisposal)
	return strings.ToUpper(text[max(0, len(text)-6):])
}

func disposalRows(r *Request, disposals []efile.Disposal, archives []efile.ReceivingArchive) []disposalRow {
	var all []disposalRow
	for _, d := range disposals {
		row := disposalRow{Path: disposalPath(r, d.ID), Number: shortNumber(d.ID), Created: r.Text.Date(local(d.Created)),
			Files: r.Text.Plural("staff.cases_count", d.Files), Badge: disposalBadge(r, d)}
		if i := slices.IndexFunc(archives, func(a efile.ReceivingArchive) bool { return a.ID == d.Archive }); i >= 0 {
			row.Archive = archives[i].Name
		}
		all = append(all, row)
	}
	return all
}

func disposalBadge(r *Request, d efile.Disposal) badge {
	b := badge{r.Text.T("archive.state." + string(d.State)), "info", "info"}
	switch {
	case d.State == efile.DisposalCancelled:
		b.Icon = "close"
	case d.State == efile.DisposalClosed:
		b.Kind, b.Icon = "success", "success"
	case d.Blocked:
		b = badge{r.Text.T("archive.blocked"), "warning", "warning"}
	case d.Code != "":
		b.Kind, b.Icon = "warning", "warning"
	}
	return b
}

// startDisposal puts the chosen case files, or all due ones that nothing holds, together for an archive: into several disposals
// where they would not fit into one of its containers. Where the archive appraises, the offers' jobs are part of the same
// transaction.
func (s *Server) startDisposal(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	archiveID, err := efile.ParsePublic(efile.PrefixArchive, r.PostFormValue("archive"))
	if err != nil {
		return wrong("/archive", "no archive is chosen")
	}
	chosen, err := casesIn(r)
	if err != nil {
		return err
	}
	var made []efile.Disposal
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		cases := chosen
		if r.PostFormValue("all") != "" {
			if cases, err = dueCases(r, tx); err != nil {
				return err
			}
		}
		made, err = s.disposalsOf(r, tx, archiveID, cases)
		return err
	})
	if err != nil {
		return fmt.Errorf("start disposal: %w", err)
	}
	if len(made) > 1 {
		return redirect(w, r, archivePath(r, "?made="+strconv.Itoa(len(made))+"#disposals"))
	}
	return redirect(w, r, disposalPath(r, made[0].ID))
}

// disposalsOf adds the disposals that case files need, at least one, and has each offered.
func (s *Server) disposalsOf(r *Request, tx *records.Tx, to efile.ID, cases []efile.ID) (made []efile.Disposal, err error) {
	a, err := tx.Archive(r.Context(), to)
	if err != nil {
		return nil, err
	}
	parts := [][]efile.ID{cases}
	if s.cfg.Split != nil && len(cases) > 1 {
		if parts, err = s.cfg.Split(r.Context(), tx, r.Office, a, cases); err != nil {
			return nil, err
		}
	}
	for _, part := range parts {
		d := efile.Disposal{ID: efile.NewID(), Archive: to}
		if err := tx.AddDisposal(r.Context(), &d, part); err != nil {
			return nil, err
		}
		made = append(made, d)
		if !sends(a) || d.TwoStep {
			continue
		}
		if err := s.enqueue(r, tx, job.Send{Office: r.Actor.Office, Disposal: d.ID, Type: efile.MessageOffer}); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// casesIn are the case files that a form names.
func casesIn(r *Request) ([]efile.ID, error) {
	var all []efile.ID
	for _, v := range r.PostForm["case"] {
		id, err := efile.ParsePublic(efile.PrefixCase, v)
		if err != nil {
			return nil, fault.New(fault.Reject, fault.Validation, err)
		}
		all = append(all, id)
	}
	return all, nil
}

// dueCases are all case files of the list that may go: due, and nothing holds them.
func dueCases(r *Request, tx *records.Tx) ([]efile.ID, error) {
	var all []efile.ID
	f := records.RetentionFilter{Stage: efile.StageDue, Unit: r.PostFormValue("unit"), Limit: 500}
	for {
		lines, err := tx.Retentions(r.Context(), f)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			f.After = l.Retention.CaseID
			if !l.Retention.Held {
				all = append(all, l.Retention.CaseID)
			}
		}
		if len(lines) < f.Limit {
			return all, nil
		}
	}
}

// sends reports whether messages are exchanged with an archive; with one of Version "none" people do it all.
func sends(a efile.ReceivingArchive) bool { return a.Version != "none" }

// carried reports whether people carry containers to an archive, because it has no transport.
func carried(a efile.ReceivingArchive) bool {
	return sends(a) && a.Transport.Directory == "" && a.Transport.URL == ""
}
