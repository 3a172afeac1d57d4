package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

// disposalPage is the Data of archive_disposal.html.
type disposalPage struct {
	Title    string
	Badge    badge
	Facts    []pair
	Steps    []stepView
	Next     string // what comes next, in a sentence
	Problem  string // why the last step did not succeed; empty: all is well
	Todo     string
	Blocked  bool
	Buttons  []button
	Cancel   string // the step that calls it off; empty: too late
	Process  string
	Refresh  string // content of the refresh; empty: nothing is in motion
	Moving   string // what is in motion
	Saved    bool
	Path     string
	Files    []recordView
	Appraise bool // decisions may be entered
	ByHand   bool // what the archive has taken over is entered by hand
	Early    bool // the archive's appraisal is still awaited: decisions by hand need a reason
	// Unexplained: what the form said was refused, for it gave no reason. It stands there again.
	Unexplained bool
	Instead     bool   // of its message, which does not come: with a reason
	Letter      string // where that is offered; empty: it is not
	After       string
	NextPage    string
	First       string
	Messages    []messageView
	Answers     []answerView
	Upload      bool // answers are brought by people
	Doomed      doomedView
	Sample      string
	Crumbs      []crumb
}

// stepView is a step of the bar.
type stepView struct {
	Name string
	Done bool
	Here bool
}

// button is a step that may be taken.
type button struct{ Step, Name, Kind string }

// recordView is a case file or matter of a disposal.
type recordView struct {
	Key, Path, Reference, Name    string
	Matter                        bool
	Proposal, Decision, By        string
	Letter                        efile.Decision
	Reason, State, ArchiveRef     string
	Confirmed                     string // by whom in the archive's place, and why
	Archived, Open, Kept, Editing bool
}

// disposalFound is what is read for the page, in one transaction.
type disposalFound struct {
	d            efile.Disposal
	a            efile.ReceivingArchive
	records      []efile.DisposalRecord
	shown        []efile.DisposalRecord // those of this page
	next         efile.ID               // the last case file of this page, if there is another page
	matters      map[efile.ID]efile.Matter
	messages     []efile.Message
	answers      []efile.Answer
	destructions []efile.Destruction
	names        map[efile.ID]string // of people
}

// showDisposal shows where a disposal stands, what is in it, and what comes next.
func (s *Server) showDisposal(w http.ResponseWriter, r *Request) error {
	id, err := disposalIn(r)
	if err != nil {
		return err
	}
	return s.disposal(w, r, id, http.StatusOK)
}

// disposal answers with a disposal's page. With a status that refuses the form of the appraisal, what it said is kept.
func (s *Server) disposal(w http.ResponseWriter, r *Request, id efile.ID, status int) (err error) {
	var f disposalFound
	if err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error { return f.read(r, tx, id) }); err != nil {
		return fmt.Errorf("show disposal %s: %w", id, err)
	}
	if f.names, err = s.staffNames(r); err != nil {
		return err
	}
	data := s.disposalView(r, f)
	if status != http.StatusOK {
		data.Unexplained, data.Early = true, true
		for i := range data.Files {
			data.Files[i].said(r)
		}
	}
	return s.render(w, r, status, "archive_disposal.html", data)
}

// said takes what a form said of the record, unsaved.
func (v *recordView) said(r *Request) {
	if v.Editing {
		v.Letter, v.Reason = efile.Decision(r.PostFormValue("d_"+v.Key)), r.PostFormValue("r_"+v.Key)
	}
}

func (f *disposalFound) read(r *Request, tx *records.Tx, id efile.ID) (err error) {
	ctx := r.Context()
	if f.d, err = tx.Disposal(ctx, id); err != nil {
		return err
	}
	if f.a, err = tx.Archive(ctx, f.d.Archive); err != nil {
		return err
	}
	if f.records, err = tx.DisposalRecords(ctx, id); err != nil {
		return err
	}
	if f.messages, err = tx.Messages(ctx, id); err != nil {
		return err
	}
	if f.answers, err = tx.ArchiveAnswers(ctx, records.AnswerFilter{Disposal: id}); err != nil {
		return err
	}
	if f.destructions, err = allDestructions(r, tx, records.DestructionFilter{Disposal: id}); err != nil {
		return err
	}
	f.choose(r)
	return f.readMatters(r, tx)
}

// afterIn is where a page begins: what its address says, or a form of it.
func afterIn(r *Request) string { return cmp.Or(r.URL.Query().Get("after"), r.PostFormValue("after")) }

// choose picks the case files of this page, beginning behind ?after=.
func (f *disposalFound) choose(r *Request) {
	after, err := efile.ParsePublic(efile.PrefixCase, afterIn(r))
	on, files := err != nil || !slices.ContainsFunc(f.records, func(k efile.DisposalRecord) bool { return k.ID == after }), 0
	for _, k := range f.records {
		if !on {
			on = k.CaseID == after && k.Level == efile.LevelCase
			continue
		}
		if k.CaseID == after {
			continue
		}
		if k.Level == efile.LevelCase {
			if files++; files > filesPerPage {
				f.next = f.shown[len(f.shown)-1].CaseID
				return
			}
		}
		f.shown = append(f.shown, k)
	}
}

// readMatters finds the names of the matters of this page. What is destroyed has none any more.
func (f *disposalFound) readMatters(r *Request, tx *records.Tx) error {
	f.matters = map[efile.ID]efile.Matter{}
	for _, k := range f.shown {
		if k.Level != efile.LevelCase || !k.Destroyed.IsZero() {
			continue
		}
		all, err := tx.Matters(r.Context(), k.CaseID)
		if err != nil {
			return err
		}
		for _, m := range all {
			f.matters[m.ID] = m
		}
	}
	return nil
}

// staffNames are the office's people by id, so that an archivist reads who did what.
func (s *Server) staffNames(r *Request) (map[efile.ID]string, error) {
	names := map[efile.ID]string{}
	err := s.cfg.Records.View(r.Context(), efile.SystemIn(r.Actor.Office), func(tx *records.Tx) error {
		all, err := tx.Users(r.Context())
		for _, u := range all {
			names[u.ID] = cmp.Or(u.Name, u.Login)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("name people: %w", err)
	}
	return names, nil
}

func (s *Server) disposalView(r *Request, f disposalFound) disposalPage {
	t, d := r.Text, f.d
	title := t.T("archive.disposal") + " " + shortNumber(d.ID)
	data := disposalPage{
		Title: title, Badge: disposalBadge(r, d), Path: disposalPath(r, d.ID), Saved: r.URL.Query().Get("saved") != "",
		Crumbs: []crumb{{t.T("archive.title"), archivePath(r, "")}, {title, ""}}, Steps: stepBar(r, d), Blocked: d.Blocked, Process: d.ID.String(),
		Next: t.T(nextKey(f)), Facts: disposalFacts(r, f), Sample: archivePath(r, "/sample?disposal="+d.ID.Public(efile.PrefixDisposal)),
		Upload: carried(f.a) && !over(d.State), ByHand: d.State == efile.DisposalDelivered && (!sends(f.a) || insteadOf(r, f)), Instead: insteadOf(r, f),
		Appraise: mayDecide(f), Early: sends(f.a) && d.State == efile.DisposalOffered, Buttons: buttons(r, f), After: afterIn(r),
	}
	if _, err := archive.Next(archive.PositionOf(d), archive.Cancel); err == nil {
		data.Cancel = string(archive.Cancel)
	}
	if mayConfirmInstead(f) && !data.Instead {
		data.Letter = data.Path + "?by_hand=1#records"
	}
	if d.Code != "" && !over(d.State) {
		data.Problem, data.Todo = problemText(r, d.Code)
	}
	data.Refresh, data.Moving = inMotion(r, f)
	if data.Refresh != "" {
		data.Buttons = nil
	}
	for _, k := range f.shown {
		data.Files = append(data.Files, s.recordView(r, f, k, data.Appraise))
	}
	page := url.Values{}
	if data.Instead { // on the other pages too
		page.Set("by_hand", "1")
	}
	if data.After != "" {
		data.First = data.Path + "?" + page.Encode() + "#records"
	}
	if !f.next.IsZero() {
		page.Set("after", f.next.Public(efile.PrefixCase))
		data.NextPage = data.Path + "?" + page.Encode() + "#records"
	}
	for _, m := range f.messages {
		data.Messages = append(data.Messages, messageViewOf(r, f, m))
	}
	for _, a := range f.answers {
		data.Answers = append(data.Answers, answerViewOf(r, a, nil))
	}
	data.Doomed = doomedViewOf(r, f, s.now())
	return data
}

// mayConfirmInstead reports whether a person may confirm in the place of an archive that exchanges messages: once the delivery
// is handed over, and as long as no message has confirmed everything.
func mayConfirmInstead(f disposalFound) bool {
	return sends(f.a) && f.d.State == efile.DisposalDelivered && slices.ContainsFunc(f.messages, func(m efile.Message) bool {
		return m.Type == efile.MessageDelivery && !m.Sent.IsZero()
	})
}

// insteadOf reports whether the page is asked for the form of that: it is no everyday thing, and does not stand there unasked.
func insteadOf(r *Request, f disposalFound) bool {
	return mayConfirmInstead(f) && r.URL.Query().Get("by_hand") != ""
}

func over(state efile.DisposalState) bool {
	return state == efile.DisposalClosed || state == efile.DisposalCancelled
}

func disposalFacts(r *Request, f disposalFound) []pair {
	t, d := r.Text, f.d
	way := t.T("archive.four_step")
	if d.TwoStep {
		way = t.T("archive.two_step")
	}
	version := t.T("archive.by_hand")
	if sends(f.a) {
		version = "xdomea " + f.a.Version
	}
	return pairs(pair{t.T("archive.archive"), f.a.Name}, pair{t.T("archive.way"), way + ", " + version},
		pair{t.T("staff.cases"), strconv.Itoa(d.Files)}, pair{t.T("archive.decided"), t.T("archive.of", "n", d.Decided, "total", d.Records)},
		pair{t.T("archive.begun"), strings.TrimSuffix(t.Time(local(d.Created))+" · "+f.names[d.By], " · ")})
}

// stepBar are the steps of a disposal and how far it is.
func stepBar(r *Request, d efile.Disposal) []stepView {
	states := []efile.DisposalState{efile.DisposalOpen, efile.DisposalOffered, efile.DisposalAppraised, efile.DisposalDelivered,
		efile.DisposalArchived, efile.DisposalClosed}
	if d.TwoStep {
		states = slices.Delete(states, 1, 2)
	}
	at := slices.Index(states, d.State)
	var all []stepView
	for i, state := range states {
		name := r.Text.T("archive.state." + string(state))
		if state == efile.DisposalClosed {
			name = r.Text.T("archive.stage.destroyed")
		}
		all = append(all, stepView{name, i < at || d.State == efile.DisposalClosed, i == at})
	}
	return all
}

// nextKey names the sentence that says what comes next.
func nextKey(f disposalFound) string {
	d, key := f.d, "archive.next."+string(f.d.State)
	undecided := d.Decided < d.Records
	switch {
	case d.Blocked:
		return "archive.next.blocked"
	case d.State == efile.DisposalOpen && d.TwoStep && undecided:
		return "archive.next.appraise"
	case (d.State == efile.DisposalOpen && d.TwoStep || d.State == efile.DisposalOffered) && !undecided:
		return "archive.next.decided"
	case !sends(f.a) && (d.State == efile.DisposalOpen || d.State == efile.DisposalOffered || d.State == efile.DisposalDelivered):
		return key + "_by_hand"
	case d.State == efile.DisposalAppraised && !keeps(f.records):
		return "archive.next.nothing"
	case d.State == efile.DisposalAppraised && !sends(f.a):
		return key + "_by_hand"
	}
	return key
}

func keeps(all []efile.DisposalRecord) bool {
	return slices.ContainsFunc(all, func(k efile.DisposalRecord) bool { return live(k) && k.Decision == efile.Keep })
}

// mayDecide reports whether the appraisal may be entered by hand: where the disposal waits for it, and until something left.
func mayDecide(f disposalFound) bool {
	return f.d.State == efile.DisposalOffered || f.d.State == efile.DisposalAppraised || f.d.State == efile.DisposalOpen && f.d.TwoStep
}

// buttons are the steps that a person may take now.
func buttons(r *Request, f disposalFound) []button {
	var all []button
	if unsent(f) {
		all = append(all, button{Step: again, Name: r.Text.T("archive.button.again"), Kind: "primary"})
	}
	for _, step := range archive.Allowed(archive.PositionOf(f.d)) {
		b := button{Step: string(step), Kind: "primary"}
		hand := ""
		if !sends(f.a) {
			hand = "_by_hand"
		}
		switch step {
		case archive.Offer, archive.Deliver:
			if step == archive.Deliver && !keeps(f.records) {
				continue
			}
			b.Name = r.Text.T("archive.button." + string(step) + hand)
		case archive.Appraise:
			if f.d.Decided < f.d.Records || f.d.Records == 0 {
				continue
			}
			b.Name = r.Text.T("archive.button.appraise")
		case archive.Nothing:
			if keeps(f.records) {
				continue
			}
			b.Name = r.Text.T("archive.button.nothing")
		case archive.Unblock:
			b.Name = r.Text.T("archive.button.unblock")
		default: // what happens by itself; what calls it off stands elsewhere
			continue
		}
		all = append(all, b)
	}
	return all
}

// refreshes is how often a page looks by itself whether a job is done: a page that is left open must not keep its session.
const refreshes = 60

// answerRefreshes is the same while an answer is read that a person brought.
const answerRefreshes = 6

// again is a button that is no step of a disposal: a message that was checked is handed over once more.
const again = "again"

// messageOf is the message that is built or handed over in a state, of a disposal with an archive that has messages.
func messageOf(f disposalFound) efile.MessageType {
	switch {
	case !sends(f.a):
		return ""
	case f.d.State == efile.DisposalAppraised, f.d.State == efile.DisposalDelivered:
		return efile.MessageDelivery
	case f.d.State == efile.DisposalOffered, f.d.State == efile.DisposalOpen && !f.d.TwoStep:
		return efile.MessageOffer
	}
	return ""
}

// inMotion says whether a job is under way, and how the browser looks again. A disposal has its new state as soon as the
// message may leave, so it is looked at until the message is there.
func inMotion(r *Request, f disposalFound) (refresh, moving string) {
	q, d := r.URL.Query(), f.d
	wanted, started := messageOf(f), d.State == efile.DisposalOpen || q.Get("since") == string(d.State)
	for _, m := range f.messages {
		if m.Type == wanted {
			started = m.Sent.IsZero() && len(m.Findings) == 0
		}
	}
	n, err := strconv.Atoi(q.Get("n"))
	if err != nil || n < 0 {
		n = 0
	}
	switch {
	case q.Get("brought") != "" && n < answerRefreshes:
		moving = r.Text.T("archive.moving.answer")
		return fmt.Sprintf("5;url=%s?brought=1&n=%d", disposalPath(r, d.ID), n+1), moving
	case wanted == "" || d.Code != "" || d.Blocked || !started:
		return "", ""
	}
	moving = r.Text.T("archive.moving." + string(wanted))
	if n >= refreshes {
		return "", moving
	}
	return fmt.Sprintf("5;url=%s?since=%s&n=%d", disposalPath(r, d.ID), d.State, n+1), moving
}

// unsent reports whether a checked message did not reach the archive: it can be handed over again.
func unsent(f disposalFound) bool {
	wanted := messageOf(f)
	return f.d.Code != "" && slices.ContainsFunc(f.messages, func(m efile.Message) bool {
		return m.Type == wanted && m.Sent.IsZero() && !m.Checked.IsZero()
	})
}

func (s *Server) recordView(r *Request, f disposalFound, k efile.DisposalRecord, appraise bool) recordView {
	t := r.Text
	v := recordView{
		Key: recordKey(k.ID), Reference: k.Reference, Matter: k.Level == efile.LevelMatter, Proposal: t.T("archive.decision." + string(k.Proposal)),
		Decision: t.T("archive.decision." + string(k.Decision)), Letter: k.Decision, Reason: k.Reason, ArchiveRef: k.ArchiveRef,
		Archived: k.Archived, Kept: k.Decision == efile.Keep, Open: live(k), Editing: appraise && live(k) && !keptByArchive(f.a, k),
	}
	if v.Matter {
		v.Name = t.T("staff.matter")
		if m, ok := f.matters[k.ID]; ok {
			v.Name = m.Procedure
			if p, ok := s.cfg.Catalogue.Procedure(m.Procedure); ok {
				v.Name = p.Names.In(t.Lang())
			}
		}
	} else if k.Destroyed.IsZero() {
		v.Path = casePath(r, k.CaseID)
	}
	if k.Decision != efile.Undecided {
		v.By = t.T("archive.decided_by_archive")
		if !k.DecidedBy.IsZero() {
			v.By = f.names[k.DecidedBy]
		}
	}
	if !k.ConfirmedBy.IsZero() {
		v.Confirmed = t.T("archive.confirmed_instead", "name", f.names[k.ConfirmedBy], "reason", k.ConfirmedReason)
	}
	switch {
	case !k.Destroyed.IsZero():
		v.State = t.T("archive.record_destroyed", "when", t.Date(local(k.Destroyed)))
	case !k.Recalled.IsZero():
		v.State = t.T("archive.record_recalled", "when", t.Time(local(k.Recalled)))
	}
	return v
}

// problemText says why a step did not succeed: a code of the check or of a fault.
func problemText(r *Request, code string) (what, todo string) {
	for _, prefix := range []string{"archive_check.", "archive_answer."} {
		if text := r.Text.T(prefix + code); text != prefix+code {
			return text, r.Text.T("archive.check_todo")
		}
	}
	return r.Text.T("code." + code + ".what"), r.Text.T("code." + code + ".todo")
}
