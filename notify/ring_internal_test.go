package notify

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzAnswer feeds what a consumer can send back: a header and a body.
func FuzzAnswer(f *testing.F) {
	f.Add("120", "thanks")
	f.Add("Fri, 31 Dec 2999 23:59:59 GMT", "\x00\xff")
	f.Add("-9223372036854775808", strings.Repeat("ü", 1000))
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header, body string) {
		if wait := retryAfter(header, now); wait < 0 || wait > maxRetryAfter {
			t.Errorf("retry after %q: got %v", header, wait)
		}
		if text := storable([]byte(body)); len(text) > answerBytes || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			t.Errorf("answer %q: got %q", body, text)
		}
	})
}
