package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
)

// pagesAtOnce is how many pages of a document are shown at a time.
const pagesAtOnce = 20

// documentPage is the Data of document.html.
type documentPage struct {
	Title      string // the type, or that it is not known
	FileName   string
	Badge      badge
	Confidence string
	Passing    string   // where it is; empty: it has arrived
	Why        string   // what is the matter; empty: nothing
	Suggestion string   // and what to do
	Notes      []string // remarks
	Withheld   bool
	Damaged    []string // what is in quarantine
	Original   string   // where to download it; empty: not for this caller
	Archival   string
	Facts      []pair
	Fields     []fieldView
	Statements []statementView // what the fields mean
	Segments   []segmentView
	Parts      []documentRow
	Similar    []documentRow // other documents of the case that show the same
	Pages      []pageView
	PageLinks  []pageLink // other parts of a long document
	History    []historyRow
	Correct    string // where the correction goes; empty: nothing to correct
	Types      []choice
	Saved      bool
	Crumbs     []crumb
}

type fieldView struct{ Name, Value, Page, Confidence, By string }

type segmentView struct{ Pages, Type, Confidence string }

// pageView is one page: its picture, and its text beside it.
type pageView struct {
	Number     int
	Image      string // empty: there is none yet
	Width      int    // of the page in points, so that the browser keeps the place free
	Height     int
	Text       string
	Lang       string
	Remarks    []string
	Codes      []string // what the codes on it say
	Confidence string
}

type pageLink struct {
	Name, Path string
	Here       bool
}

type historyRow struct{ When, What, Who string }

// found is what is read for the page, in one transaction.
type found struct {
	c          efile.Case
	d          efile.Document
	pages      []efile.Page
	renditions []efile.Rendition
	fields     []efile.Field
	segments   []efile.Segment
	children   []efile.Document
	similar    []efile.Document
	matter     efile.Matter
	parties    []efile.Party
	events     []efile.Event
}

// showDocument shows a document: what it is, what is the matter with it, its pages as pictures and as text. Looking at it
// is noted in the access log.
func (s *Server) showDocument(w http.ResponseWriter, r *Request) error {
	f, err := s.findDocument(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "document.html", s.documentView(r, f))
}

func (s *Server) findDocument(r *Request) (found, error) {
	var f found
	if err := ownOffice(r); err != nil {
		return f, err
	}
	caseID, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return f, err
	}
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return f, err
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		if err := f.read(r, tx, caseID, id); err != nil {
			return err
		}
		return tx.NoteRead(r.Context(), id, efile.Words, 0)
	})
	if err != nil {
		return f, fmt.Errorf("show document %s: %w", id, err)
	}
	return f, nil
}

func (f *found) read(r *Request, tx *records.Tx, caseID, id efile.ID) error {
	ctx := r.Context()
	var errs [9]error
	if f.d, errs[0] = tx.Document(ctx, id); errs[0] != nil {
		return errs[0]
	}
	if f.d.CaseID != caseID {
		return missing("document of this case")
	}
	f.c, errs[1] = tx.Case(ctx, caseID)
	f.pages, errs[2] = tx.Pages(ctx, id)
	f.renditions, errs[3] = tx.Renditions(ctx, id)
	f.fields, errs[4] = tx.Fields(ctx, id)
	f.segments, errs[5] = tx.Segments(ctx, id)
	f.children, errs[6] = tx.Children(ctx, id)
	f.events, errs[7] = documentEvents(r, tx, f.d)
	f.similar, errs[8] = similarDocuments(r, tx, f.d)
	if err := errors.Join(errs[:]...); err != nil || f.d.MatterID.IsZero() {
		return err
	}
	var err error
	if f.matter, err = tx.Matter(ctx, f.d.MatterID); err != nil {
		return err
	}
	f.parties, err = tx.Parties(ctx, f.d.MatterID)
	return err
}

// documentEvents picks the document's own entries from the log of its case.
func documentEvents(r *Request, tx *records.Tx, d efile.Document) ([]efile.Event, error) {
	var own []efile.Event
	subject := "cases/" + d.CaseID.Public(efile.PrefixCase) + "/documents/" + d.ID.Public(efile.PrefixDocument)
	filter := records.EventFilter{CaseID: d.CaseID, Limit: 500}
	for {
		events, err := tx.Events(r.Context(), filter)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			filter.After = e.Sequence
			if e.Subject == subject {
				own = append(own, e)
			}
		}
		if len(events) < filter.Limit {
			return own, nil
		}
	}
}

// similarDocuments are those of the case that show the same as d: the one it was marked with, and those marked with it.
func similarDocuments(r *Request, tx *records.Tx, d efile.Document) ([]efile.Document, error) {
	all, err := tx.Documents(r.Context(), d.CaseID)
	return documentsWhere(all, func(other efile.Document) bool {
		return other.Status != efile.Withdrawn && (other.ID == d.SimilarTo || other.SimilarTo == d.ID)
	}), err
}

func (s *Server) documentView(r *Request, f found) documentPage {
	t, d := r.Text, f.d
	data := documentPage{
		Title: cmp.Or(s.typeName(r, d.Type), t.T("staff.type_unknown")), FileName: d.FileName, Badge: staffBadge(r, d.Status),
		Notes: notesOf(r, d), Facts: documentFacts(r, f), Fields: s.fieldViews(r, f.fields), History: history(r, f.events),
		Withheld: d.Code == string(fault.Malware) || d.Code == string(fault.NotScanned), Saved: r.URL.Query().Get("saved") != "",
		Crumbs: []crumb{{t.T("staff.cases"), officePath(r.Office.Key, "cases")}, {f.c.Reference, casePath(r, f.c.ID)}, {d.FileName, ""}},
	}
	if d.Type != "" && d.TypeBy != "caseworker" {
		data.Confidence = sureness(r, d.TypeConfidence) + " (" + t.Percent(d.TypeConfidence) + ")"
	}
	if d.Status.Passing() {
		data.Passing = t.T("staff.progress", "station", t.T("station."+string(cmp.Or(d.Station, efile.Inspect))))
	}
	if d.Code != "" {
		data.Why, data.Suggestion = t.T("desk_reason."+d.Code), t.T("desk."+d.Code)
	}
	data.Statements = append(s.judged(r, f.matter, d.Type, f.fields), belongs(r, peopleOf(f.c, f.parties), f.fields)...)
	s.addDownloads(&data, r, f)
	s.addSegments(&data, r, f)
	addPages(&data, r, f)
	if r.Actor.May(efile.Correct) && (d.Status == efile.Filed || d.Status == efile.Review) {
		data.Correct, data.Types = documentPath(r, d.CaseID, d.ID)+"/type", s.typeChoices(r, d.Type)
	}
	return data
}

func notesOf(r *Request, d efile.Document) []string {
	var all []string
	for _, note := range d.Notes {
		if note == string(pipeline.NoteSimilar) { // said with a link
			continue
		}
		all = append(all, r.Text.T("note."+note))
	}
	return all
}

func documentFacts(r *Request, f found) []pair {
	t, d := r.Text, f.d
	pages := ""
	if d.Pages > 0 {
		pages = strconv.Itoa(d.Pages)
	}
	return pairs(pair{t.T("staff.file_name"), d.FileName}, pair{t.T("staff.received"), t.Time(local(d.Received))},
		pair{t.T("staff.channel"), t.T("channel." + string(d.Channel))}, pair{t.T("staff.page_count"), pages},
		pair{t.T("staff.media_type"), d.MediaType}, pair{t.T("staff.size"), t.Bytes(d.Size)},
		pair{t.T("staff.digest"), d.SHA256}, pair{t.T("staff.public_id"), d.ID.Public(efile.PrefixDocument)})
}

func (s *Server) fieldViews(r *Request, fields []efile.Field) []fieldView {
	var all []fieldView
	for _, f := range fields {
		name := f.Name
		if known, ok := s.cfg.Catalogue.Field(f.Name); ok {
			name = known.Names.In(r.Text.Lang())
		}
		all = append(all, fieldView{name, cmp.Or(f.Raw, f.Value), strconv.Itoa(f.Page), sureness(r, f.Confidence), r.Text.T("by." + f.By)})
	}
	return all
}

// addDownloads offers what exists and may be had: records lists a withheld original only to those who may reach it.
func (s *Server) addDownloads(data *documentPage, r *Request, f found) {
	content := "/v1/documents/" + f.d.ID.Public(efile.PrefixDocument) + "/content?rendition="
	for _, n := range f.renditions {
		damaged := !n.Quarantined.IsZero()
		switch {
		case n.Kind == efile.Original:
			data.Original, data.Withheld = content+"original", false
			if damaged {
				data.Original, data.Damaged = "", append(data.Damaged, r.Text.T("staff.damaged_original"))
			}
		case n.Kind == efile.Archival && damaged:
			data.Damaged = append(data.Damaged, r.Text.T("staff.damaged_archival"))
		case n.Kind == efile.Archival:
			data.Archival = content + "archive"
		}
	}
	for _, child := range f.children {
		data.Parts = append(data.Parts, s.documentRow(r, f.c, child))
	}
	for _, other := range f.similar {
		data.Similar = append(data.Similar, s.documentRow(r, f.c, other))
	}
}

func (s *Server) addSegments(data *documentPage, r *Request, f found) {
	if len(f.segments) < 2 {
		return
	}
	for _, g := range f.segments {
		pages := r.Text.T("staff.page", "n", g.First)
		if g.Last > g.First {
			pages = r.Text.T("staff.segment", "first", g.First, "last", g.Last)
		}
		data.Segments = append(data.Segments, segmentView{pages, cmp.Or(s.typeName(r, g.Type), r.Text.T("staff.type_unknown")), sureness(r, g.Confidence)})
	}
}

// addPages shows a part of the pages, beginning at ?from=.
func addPages(data *documentPage, r *Request, f found) {
	from, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || from < 1 || from > len(f.pages) {
		from = 1
	}
	from -= (from - 1) % pagesAtOnce
	images := map[int]bool{}
	for _, n := range f.renditions {
		images[n.Page] = images[n.Page] || n.Kind == efile.PageImage && n.Quarantined.IsZero()
	}
	for _, p := range f.pages[from-1 : min(from-1+pagesAtOnce, len(f.pages))] {
		data.Pages = append(data.Pages, pageViewOf(r, f.d, p, images[p.Number]))
	}
	for first := 1; len(f.pages) > pagesAtOnce && first <= len(f.pages); first += pagesAtOnce {
		last := min(first+pagesAtOnce-1, len(f.pages))
		data.PageLinks = append(data.PageLinks, pageLink{
			Name: fmt.Sprintf("%d–%d", first, last), Path: "?from=" + strconv.Itoa(first) + "#pages", Here: first == from})
	}
}

func pageViewOf(r *Request, d efile.Document, p efile.Page, image bool) pageView {
	t := r.Text
	v := pageView{Number: p.Number, Text: p.Text, Lang: p.Language, Width: int(p.Width), Height: int(p.Height)}
	if image {
		v.Image = "/v1/documents/" + d.ID.Public(efile.PrefixDocument) + "/pages/" + strconv.Itoa(p.Number) + "/image"
	}
	switch {
	case !p.Recognised:
		v.Remarks = append(v.Remarks, t.T("staff.page_waiting"))
	case p.Blank:
		v.Remarks = append(v.Remarks, t.T("staff.page_blank"))
	case p.Text == "":
		v.Remarks = append(v.Remarks, t.T("staff.page_no_text"))
	case p.Digital:
		v.Confidence = t.T("staff.page_digital")
	default:
		v.Confidence = t.T("staff.page_confidence", "percent", t.Percent(p.Confidence))
	}
	if p.Code != "" {
		v.Remarks = append(v.Remarks, t.T("code."+p.Code+".what"))
	}
	for _, c := range p.Codes {
		v.Codes = append(v.Codes, t.T("code_format."+c.Format)+": "+c.Text)
	}
	if p.Quality == "retake" || p.Quality == "unreadable" {
		v.Remarks = append(v.Remarks, t.T("quality."+p.Quality))
	}
	return v
}

func history(r *Request, events []efile.Event) []historyRow {
	var all []historyRow
	for _, e := range slices.Backward(events) {
		all = append(all, historyRow{r.Text.Time(local(e.Time)), r.Text.T("event." + string(e.Type)), r.Text.T("actor." + string(e.Actor.Kind))})
	}
	return all
}

// typeChoices are all types, sorted by name, with "other" at the end.
func (s *Server) typeChoices(r *Request, now string) []choice {
	var all []choice
	for _, t := range s.cfg.Catalogue.Types() {
		all = append(all, choice{t.Key, t.Names.In(r.Text.Lang()), t.Key == now})
	}
	slices.SortFunc(all, func(a, b choice) int {
		if a.Value == "other" || b.Value == "other" {
			return cmp.Compare(boolToInt(a.Value == "other"), boolToInt(b.Value == "other"))
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return all
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// correctType is a caseworker's word on what a document is.
func (s *Server) correctType(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	caseID, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return err
	}
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		d, err := tx.Document(r.Context(), id)
		if err != nil {
			return err
		}
		if d.CaseID != caseID {
			return missing("document of this case")
		}
		return s.classify(r.Context(), tx, id, r.PostFormValue("type"))
	})
	if err != nil {
		return fmt.Errorf("correct type of document %s: %w", id, err)
	}
	return redirect(w, r, documentPath(r, caseID, id)+"?saved=1")
}
