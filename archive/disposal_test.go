package archive_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

func states() []efile.DisposalState {
	return []efile.DisposalState{efile.DisposalOpen, efile.DisposalOffered, efile.DisposalAppraised, efile.DisposalDelivered,
		efile.DisposalArchived, efile.DisposalClosed, efile.DisposalCancelled}
}

// TestEveryStepFromEveryState holds the whole table: what may be taken, and where it leads ("+": blocked).
func TestEveryStepFromEveryState(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"open":                "offer:offered recall:open cancel:cancelled",
		"open two-step":       "appraise:appraised recall:open cancel:cancelled",
		"offered":             "appraise:appraised recall:offered+ cancel:cancelled",
		"offered two-step":    "appraise:appraised recall:offered+ cancel:cancelled",
		"offered+":            "appraise:appraised+ recall:offered+ unblock:offered cancel:cancelled",
		"appraised":           "deliver:delivered nothing:archived recall:appraised+ cancel:cancelled",
		"appraised two-step":  "deliver:delivered nothing:archived recall:appraised+ cancel:cancelled",
		"appraised+":          "recall:appraised+ unblock:appraised cancel:cancelled",
		"delivered":           "confirm:archived finish:closed recall:delivered cancel:cancelled",
		"delivered two-step":  "confirm:archived finish:closed recall:delivered cancel:cancelled",
		"archived":            "finish:closed recall:archived",
		"archived two-step":   "finish:closed recall:archived",
		"offered two-step+":   "appraise:appraised+ recall:offered+ unblock:offered cancel:cancelled",
		"appraised two-step+": "recall:appraised+ unblock:appraised cancel:cancelled",
	}
	name := func(p archive.Position) string {
		s := string(p.State)
		if p.TwoStep {
			s += " two-step"
		}
		if p.Blocked {
			s += "+"
		}
		return s
	}
	for _, state := range states() {
		for bits := range 4 {
			p := archive.Position{State: state, TwoStep: bits&1 > 0, Blocked: bits&2 > 0}
			if p.Blocked && state != efile.DisposalOffered && state != efile.DisposalAppraised {
				continue
			}
			var got []string
			for _, s := range archive.Allowed(p) {
				to, err := archive.Next(p, s)
				if err != nil || to.TwoStep != p.TwoStep {
					t.Errorf("%s, %s: %v, %v", name(p), s, to, err)
				}
				to.TwoStep = false
				got = append(got, fmt.Sprintf("%s:%s", s, name(to)))
			}
			if strings.Join(got, " ") != want[name(p)] {
				t.Errorf("%s: got %q, want %q", name(p), strings.Join(got, " "), want[name(p)])
			}
		}
	}
}

func TestAStepThatDoesNotFitChangesNothing(t *testing.T) {
	t.Parallel()
	for _, state := range append(states(), "", "nonsense") {
		for _, step := range append(archive.Steps(), "", "nonsense") {
			for bits := range 4 {
				p := archive.Position{State: state, TwoStep: bits&1 > 0, Blocked: bits&2 > 0}
				got, err := archive.Next(p, step)
				if err != nil && (got != p || !fault.Is(err, fault.WrongStage) && !fault.Is(err, fault.Blocked)) {
					t.Errorf("%+v, %s: got %+v, %v", p, step, got, err)
				}
			}
		}
	}
}

// TestNoWayAroundTheArchive walks at random: nothing is archived without having been appraised, nothing blocked is delivered,
// and what is over stays over.
func TestNoWayAroundTheArchive(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	steps := archive.Steps()
	for range 20000 {
		p := archive.Position{State: efile.DisposalOpen, TwoStep: r.IntN(2) == 0}
		appraised, offered := false, false
		for range 12 {
			before, step := p, steps[r.IntN(len(steps))]
			next, err := archive.Next(p, step)
			if err != nil {
				continue
			}
			p = next
			appraised = appraised || p.State == efile.DisposalAppraised
			offered = offered || p.State == efile.DisposalOffered
			switch {
			case !appraised && (p.State == efile.DisposalDelivered || p.State == efile.DisposalArchived || p.State == efile.DisposalClosed),
				appraised && !offered && !p.TwoStep,
				before.Blocked && p.State == efile.DisposalDelivered,
				before.Blocked && !p.Blocked && step != archive.Unblock && p.State != efile.DisposalCancelled,
				before.State == efile.DisposalClosed, before.State == efile.DisposalCancelled:
				t.Fatalf("%+v, %s: %+v", before, step, p)
			}
		}
	}
}

// TestAHostileAnswerIsNeverTaken changes one thing at a time in an answer that would be taken.
func TestAHostileAnswerIsNeverTaken(t *testing.T) {
	t.Parallel()
	d := efile.Disposal{ID: efile.NewID(), Archive: efile.NewID(), State: efile.DisposalOffered}
	a, b := efile.NewID(), efile.NewID()
	records := []efile.DisposalRecord{{Disposal: d.ID, ID: a}, {Disposal: d.ID, ID: b, Recalled: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, {Disposal: efile.NewID(), ID: efile.NewID()}}
	good := archive.Reply{Archive: d.Archive, Process: d.ID, Type: efile.MessageAppraisal, Records: []efile.ID{a, b}}
	if err := archive.Accept(d, records, good); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for name, change := range map[string]func(*archive.Reply){
		"no process":                       func(r *archive.Reply) { r.Process = efile.ID{} },
		"another process":                  func(r *archive.Reply) { r.Process = efile.NewID() },
		"another archive":                  func(r *archive.Reply) { r.Archive = efile.NewID() },
		"a record of nobody":               func(r *archive.Reply) { r.Records = []efile.ID{a, efile.NewID()} },
		"a record of another process":      func(r *archive.Reply) { r.Records = []efile.ID{records[2].ID} },
		"a record twice":                   func(r *archive.Reply) { r.Records = []efile.ID{a, a} },
		"about nothing":                    func(r *archive.Reply) { r.Records = nil },
		"our own message":                  func(r *archive.Reply) { r.Type = efile.MessageOffer },
		"an import that was not delivered": func(r *archive.Reply) { r.Type = efile.MessageImport },
		"a receipt of what was not sent":   func(r *archive.Reply) { r.Type = efile.MessageDeliveryReceipt },
		"a type that does not exist":       func(r *archive.Reply) { r.Type = "0599" },
		"no type":                          func(r *archive.Reply) { r.Type = "" },
	} {
		r := good
		change(&r)
		if err := archive.Accept(d, records, r); !fault.Is(err, fault.AnswerUnexpected) {
			t.Errorf("%s: got %v, want answer_unexpected", name, err)
		}
	}
	for _, state := range states() {
		moved := d
		moved.State = state
		if err := archive.Accept(moved, records, good); (err == nil) != (state == efile.DisposalOffered) {
			t.Errorf("an appraisal of what is %s: %v", state, err)
		}
	}
	if err := archive.Accept(efile.Disposal{}, nil, archive.Reply{}); err == nil {
		t.Error("an empty answer to no disposal was taken")
	}
}
