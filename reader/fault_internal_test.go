package reader

import (
	"testing"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

func TestOnlyVerdictsOfStepsAreBelieved(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, code, treatment string
		wantCode              fault.Code
		wantTreatment         fault.Treatment
	}{
		{"a document that needs a password", "encrypted", "reject", fault.Encrypted, fault.Reject},
		{"a damaged one", "unreadable", "review", fault.Unreadable, fault.Review},
		{"a page out of time", "page_timeout", "retry", fault.PageTimeout, fault.Retry},
		{"a virus, which only the scanner finds", "malware", "reject", fault.Internal, fault.Retry},
		{"a sender's word", "withdrawn_by_sender", "cancel", fault.Internal, fault.Retry},
		{"waiting for ever", "unreadable", "wait", fault.Internal, fault.Retry},
		{"a neighbour that is away", "scanner_unavailable", "wait", fault.Internal, fault.Retry},
		{"a code that there is not", "<script>", "reject", fault.Internal, fault.Retry},
		{"a treatment that there is not", "encrypted", "approve", fault.Internal, fault.Retry},
	} {
		got := fault.Of(faultOf(&pipeline.Fault{Code: test.code, Treatment: test.treatment, Detail: "x"}))
		if got.Code != test.wantCode || got.Treatment != test.wantTreatment {
			t.Errorf("%s: got %s %s, want %s %s", test.name, got.Treatment, got.Code, test.wantTreatment, test.wantCode)
		}
	}
}
