package reader_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
)

func TestMessagesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	var wire bytes.Buffer
	want := pipeline.Call{ID: 7, Step: pipeline.StepInspect, Dir: "/d", Request: []byte(`{"file":"in"}`), Seconds: 1.5}
	for range 2 {
		if err := reader.WriteMessage(&wire, want); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		var got pipeline.Call
		if err := reader.ReadMessage(&wire, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("got another call (-want +got):\n%s", diff)
		}
	}
	if err := reader.ReadMessage(&wire, &want); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: got %v, want io.EOF", err)
	}
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	t.Parallel()
	for name, wire := range map[string][]byte{
		"a length over the limit":   {0xff, 0xff, 0xff, 0xff, '{', '}'},
		"half a length":             {0, 0},
		"a body that is cut off":    {0, 0, 0, 9, '{', '}'},
		"a body that is no JSON":    {0, 0, 0, 2, '{', 'x'},
		"a body of another shape":   {0, 0, 0, 2, '[', ']'},
		"a length and then no body": {0, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var answer pipeline.Answer
			if err := reader.ReadMessage(bytes.NewReader(wire), &answer); !errors.Is(err, reader.ErrMessage) {
				t.Errorf("got %v, want ErrMessage", err)
			}
		})
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Add(append(binary.BigEndian.AppendUint32(nil, 8), `{"id":1}`...))
	f.Fuzz(func(t *testing.T, wire []byte) {
		var answer pipeline.Answer
		if err := reader.ReadMessage(bytes.NewReader(wire), &answer); err != nil {
			return
		}
		var out bytes.Buffer
		if err := reader.WriteMessage(&out, answer); err != nil {
			t.Errorf("an answer that was read cannot be written: %v", err)
		}
	})
}
