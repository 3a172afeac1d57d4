package archive

import (
	"fmt"
	"slices"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// Position is where a disposal stands, as far as what may come next depends on it.
type Position struct {
	State   efile.DisposalState
	TwoStep bool
	Blocked bool
}

// PositionOf picks it from a disposal.
func PositionOf(d efile.Disposal) Position { return Position{d.State, d.TwoStep, d.Blocked} }

// Step is something that happens to a disposal.
type Step string

// The steps.
const (
	Offer    Step = "offer"    // the offer is handed over
	Appraise Step = "appraise" // the last record is decided
	Deliver  Step = "deliver"  // the delivery is handed over
	Nothing  Step = "nothing"  // appraised, and nothing is to be delivered
	Confirm  Step = "confirm"  // everything delivered is confirmed
	Finish   Step = "finish"   // everything in it is destroyed or recalled
	Recall   Step = "recall"   // a record was touched and has left
	Unblock  Step = "unblock"  // a person says that it goes on without what was recalled
	Cancel   Step = "cancel"   // called off
)

// Steps are all steps, in the order in which they usually come.
func Steps() []Step {
	return []Step{Offer, Appraise, Deliver, Nothing, Confirm, Finish, Recall, Unblock, Cancel}
}

// moves is the whole table. A two-step disposal is delivered without an offer: it is appraised, as was agreed, where it is
// open. Recall and Unblock stand in Next, for they change no state.
var moves = map[efile.DisposalState]map[Step]efile.DisposalState{
	efile.DisposalOpen:      {Offer: efile.DisposalOffered, Appraise: efile.DisposalAppraised, Cancel: efile.DisposalCancelled},
	efile.DisposalOffered:   {Appraise: efile.DisposalAppraised, Cancel: efile.DisposalCancelled},
	efile.DisposalAppraised: {Deliver: efile.DisposalDelivered, Nothing: efile.DisposalArchived, Cancel: efile.DisposalCancelled},
	efile.DisposalDelivered: {Confirm: efile.DisposalArchived, Finish: efile.DisposalClosed, Cancel: efile.DisposalCancelled},
	efile.DisposalArchived:  {Finish: efile.DisposalClosed},
}

// Next is where a disposal stands after a step; a step that does not fit is fault.WrongStage, and fault.Blocked where a
// person must first say that it goes on without what was recalled. It never leaves p for anything else.
func Next(p Position, s Step) (Position, error) {
	refuse := func(code fault.Code) (Position, error) {
		return p, fault.New(fault.Reject, code, fmt.Errorf("%s a disposal that is %s (two-step %t)", s, p.State, p.TwoStep))
	}
	announced := p.State == efile.DisposalOffered || p.State == efile.DisposalAppraised
	switch s {
	case Recall:
		if moves[p.State] == nil {
			return refuse(fault.WrongStage)
		}
		p.Blocked = p.Blocked || announced
		return p, nil
	case Unblock:
		if !p.Blocked || !announced {
			return refuse(fault.WrongStage)
		}
		p.Blocked = false
		return p, nil
	}
	to, fits := moves[p.State][s]
	if p.State == efile.DisposalOpen && (s == Offer && p.TwoStep || s == Appraise && !p.TwoStep) {
		fits = false
	}
	switch {
	case !fits:
		return refuse(fault.WrongStage)
	case p.Blocked && (s == Deliver || s == Nothing):
		return refuse(fault.Blocked)
	}
	p.State = to
	if !announced || s != Appraise { // an appraisal does not say that a person has seen the recall
		p.Blocked = false
	}
	return p, nil
}

// Allowed lists the steps that may be taken from a position.
func Allowed(p Position) []Step {
	return slices.DeleteFunc(Steps(), func(s Step) bool {
		_, err := Next(p, s)
		return err != nil
	})
}

// waits says in which states a message from an archive is waited for. Receipts may come late: after the next step was taken
// they are still no surprise.
var waits = map[efile.MessageType][]efile.DisposalState{
	efile.MessageOfferReceipt:    {efile.DisposalOffered, efile.DisposalAppraised},
	efile.MessageAppraisal:       {efile.DisposalOffered},
	efile.MessageDeliveryReceipt: {efile.DisposalDelivered, efile.DisposalArchived},
	efile.MessageImport:          {efile.DisposalDelivered},
}

// Reply is what an archive's message says, in no version of any format.
type Reply struct {
	Archive efile.ID // where it was found
	Process efile.ID // as it stands in the message
	Type    efile.MessageType
	Records []efile.ID // about which it says something
}

// Accept says whether a reply may be acted on: the process is this disposal, of that archive, in a state that waits for such
// a message, and every record in it is one of the process, once. Records that were recalled meanwhile may be among them: the
// archive does not know; what it says of them is passed over. Everything else is fault.AnswerUnexpected: it is kept and shown
// to a person. A disposal is never moved by Accept itself, and no reply destroys anything.
func Accept(d efile.Disposal, records []efile.DisposalRecord, r Reply) error {
	refuse := func(why string) error {
		return fault.New(fault.Reject, fault.AnswerUnexpected, fmt.Errorf("message %s for disposal %s: %s", r.Type, d.ID, why))
	}
	switch {
	case d.ID.IsZero() || r.Process != d.ID:
		return refuse("another process")
	case r.Archive != d.Archive:
		return refuse("of another archive")
	case !slices.Contains(waits[r.Type], d.State):
		return refuse("nobody waits for it")
	case len(r.Records) == 0 && (r.Type == efile.MessageAppraisal || r.Type == efile.MessageImport):
		return refuse("it is about nothing")
	}
	known := map[efile.ID]bool{}
	for _, k := range records {
		known[k.ID] = k.Disposal == d.ID
	}
	for _, id := range r.Records {
		if !known[id] {
			return refuse("a record that is not in it, or twice")
		}
		delete(known, id)
	}
	return nil
}
