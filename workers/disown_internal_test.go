package workers

import (
	"testing"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

// TestAnImportThatDeniesWhatAPersonConfirmedIsLookedAt: the one of the two that is acted on must not silently win.
func TestAnImportThatDeniesWhatAPersonConfirmedIsLookedAt(t *testing.T) {
	t.Parallel()
	d := efile.Disposal{ID: efile.NewID(), Archive: efile.NewID(), State: efile.DisposalDelivered}
	file, matter, other := efile.NewID(), efile.NewID(), efile.NewID()
	all := []efile.DisposalRecord{
		{Disposal: d.ID, ID: file, CaseID: file, Level: efile.LevelCase, Decision: efile.Keep},
		{Disposal: d.ID, ID: matter, CaseID: file, Level: efile.LevelMatter, Decision: efile.Keep, Archived: true, ConfirmedBy: efile.NewID()},
		{Disposal: d.ID, ID: other, CaseID: other, Level: efile.LevelCase, Decision: efile.Keep},
	}
	said := func(id efile.ID, success bool) pipeline.AnswerResult {
		return pipeline.AnswerResult{Record: id.String(), Success: success}
	}
	for name, test := range map[string]struct {
		results []pipeline.AnswerResult
		failed  bool
		refused bool
	}{
		"it agrees":                   {[]pipeline.AnswerResult{said(file, true), said(matter, true), said(other, false)}, false, false},
		"of the record it is silent":  {[]pipeline.AnswerResult{said(other, true)}, false, false},
		"it denies it":                {[]pipeline.AnswerResult{said(file, true), said(matter, false), said(other, true)}, false, true},
		"it denies the whole file":    {[]pipeline.AnswerResult{said(file, false), said(other, true)}, false, true},
		"it says that nothing worked": {[]pipeline.AnswerResult{said(other, false)}, true, true},
	} {
		answer := pipeline.ArchiveAnswer{Type: string(efile.MessageImport), Process: d.ID.String(), Results: test.results, Failed: test.failed}
		reply, err := replyOf(d.Archive, answer)
		if err != nil {
			t.Fatal(err)
		}
		if err := archive.Accept(d, all, reply); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := accept(d, all, reply, answer); (err != nil) != test.refused || err != nil && !fault.Is(err, fault.AnswerUnexpected) {
			t.Errorf("%s: got %v, want refused: %v", name, err, test.refused)
		}
	}
}
