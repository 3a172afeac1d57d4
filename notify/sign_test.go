package notify_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func newSigner(t testing.TB) *notify.Signer {
	t.Helper()
	s, err := notify.NewSigner([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newVerifier(t testing.TB, keys ...string) *notify.Verifier {
	t.Helper()
	v, err := notify.NewVerifier(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type vectorFile struct {
	Seed     string `json:"ed25519_private_seed"`
	Public   string `json:"ed25519_public"`
	Current  string `json:"secret_current"`
	Previous string `json:"secret_previous"`
	Vectors  []struct {
		Name, Body string
		ID         string `json:"webhook-id"`
		Timestamp  string `json:"webhook-timestamp"`
		Signature  string `json:"webhook-signature"`
		V1Current  string `json:"signature_v1_current"`
		V1Previous string `json:"signature_v1_previous"`
		V1a        string `json:"signature_v1a"`
	}
}

func vectors(t testing.TB) vectorFile {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "vectors", "standard-webhooks.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f vectorFile
	if err := json.Unmarshal(b, &f); err != nil || len(f.Vectors) == 0 {
		t.Fatalf("vectors: %v", err)
	}
	return f
}

func TestVerifyAcceptsTheVectorsWithEachKeyAlone(t *testing.T) {
	t.Parallel()
	f := vectors(t)
	for _, vector := range f.Vectors {
		for name, test := range map[string]struct{ key, signature string }{
			"current secret":            {f.Current, vector.V1Current},
			"previous secret":           {f.Previous, vector.V1Previous},
			"public key":                {f.Public, vector.V1a},
			"current secret among all":  {f.Current, vector.Signature},
			"previous secret among all": {f.Previous, vector.Signature},
			"public key among all":      {f.Public, vector.Signature},
		} {
			header, now := vectorHeader(t, vector.ID, vector.Timestamp, test.signature)
			id, err := newVerifier(t, test.key).Verify(header, []byte(vector.Body), now)
			if err != nil || id != vector.ID {
				t.Errorf("%s with the %s: got %q and %v", vector.Name, name, id, err)
			}
		}
	}
}

func vectorHeader(t testing.TB, id, stamp, signature string) (http.Header, time.Time) {
	t.Helper()
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	header.Set("webhook-id", id)
	header.Set("webhook-timestamp", stamp)
	header.Set("webhook-signature", signature)
	return header, time.Unix(seconds, 0)
}

func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	f := vectors(t)
	vector := f.Vectors[0]
	for _, test := range []struct {
		name string
		key  string
		bend func(header http.Header, body []byte, now *time.Time) []byte
		want error
	}{
		{"a flipped bit of the body", f.Current, func(_ http.Header, b []byte, _ *time.Time) []byte { b[len(b)/2] ^= 1; return b }, notify.ErrSignature},
		{"a flipped bit of the body with Ed25519", f.Public, func(_ http.Header, b []byte, _ *time.Time) []byte { b[0] ^= 1; return b }, notify.ErrSignature},
		{"a byte more", f.Current, func(_ http.Header, b []byte, _ *time.Time) []byte { return append(b, ' ') }, notify.ErrSignature},
		{"another id", f.Current, func(h http.Header, b []byte, _ *time.Time) []byte { h.Set("webhook-id", "evt_x"); return b }, notify.ErrSignature},
		{"another key", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", keep, notify.ErrSignature},
		{"another time within the tolerance", f.Current, func(h http.Header, b []byte, _ *time.Time) []byte {
			h.Set("webhook-timestamp", "1795166056")
			return b
		}, notify.ErrSignature},
		{"an old webhook", f.Current, func(_ http.Header, b []byte, now *time.Time) []byte {
			*now = now.Add(5*time.Minute + time.Second)
			return b
		}, notify.ErrTimestamp},
		{"a webhook from the future", f.Current, func(_ http.Header, b []byte, now *time.Time) []byte {
			*now = now.Add(-5*time.Minute - time.Second)
			return b
		}, notify.ErrTimestamp},
		{"a time that is no number", f.Current, func(h http.Header, b []byte, _ *time.Time) []byte { h.Set("webhook-timestamp", "now"); return b }, notify.ErrHeaders},
		{"no id", f.Current, without("webhook-id"), notify.ErrHeaders},
		{"no time", f.Current, without("webhook-timestamp"), notify.ErrHeaders},
		{"no signature", f.Current, without("webhook-signature"), notify.ErrHeaders},
		{"a flood of signatures", f.Current, func(h http.Header, b []byte, _ *time.Time) []byte {
			h.Set("webhook-signature", strings.Repeat("v1,AAAA ", 10_000))
			return b
		}, notify.ErrHeaders},
		{"a secret's signature under the name of the other algorithm", f.Current, func(h http.Header, b []byte, _ *time.Time) []byte {
			h.Set("webhook-signature", "v1a"+strings.TrimPrefix(vector.V1Current, "v1"))
			return b
		}, notify.ErrSignature},
		{"an unknown algorithm only", f.Current, func(h http.Header, b []byte, _ *time.Time) []byte { h.Set("webhook-signature", "v9,AAAA"); return b }, notify.ErrSignature},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			header, now := vectorHeader(t, vector.ID, vector.Timestamp, vector.Signature)
			body := test.bend(header, []byte(vector.Body), &now)
			if _, err := newVerifier(t, test.key).Verify(header, body, now); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func keep(_ http.Header, b []byte, _ *time.Time) []byte { return b }

func without(name string) func(http.Header, []byte, *time.Time) []byte {
	return func(h http.Header, b []byte, _ *time.Time) []byte { h.Del(name); return b }
}

func TestHeadersAreAcceptedByTheReferenceLibrary(t *testing.T) {
	t.Parallel()
	s, body := newSigner(t), []byte(`{"specversion":"1.0"}`)
	endpoint := efile.Endpoint{ID: efile.NewID(), Algorithm: notify.AlgorithmHMAC, Generation: 1}
	headers, err := s.Headers(endpoint, efile.NewID(), body, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	reference, err := standard.NewWebhook(s.SecretOf(endpoint))
	if err != nil {
		t.Fatal(err)
	}
	if err := reference.Verify(body, headers); err != nil {
		t.Errorf("reference library: %v", err)
	}
	public, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.PublicKey(), "whpk_"))
	if err != nil || len(public) != ed25519.PublicKeySize {
		t.Errorf("public key %s: %v", s.PublicKey(), err)
	}
}

func TestBothSecretsSignForADayAfterARotation(t *testing.T) {
	t.Parallel()
	s, body, event, now := newSigner(t), []byte("{}"), efile.NewID(), time.Now()
	before := efile.Endpoint{ID: efile.NewID(), Algorithm: notify.AlgorithmHMAC, Generation: 3}
	after := before
	after.Generation, after.Rotated = 4, now
	for _, test := range []struct {
		name string
		at   time.Time
		old  error
	}{
		{"at once", now, nil},
		{"after 23 hours", now.Add(23 * time.Hour), nil},
		{"after 25 hours", now.Add(25 * time.Hour), notify.ErrSignature},
	} {
		headers, err := s.Headers(after, event, body, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newVerifier(t, s.SecretOf(before)).Verify(headers, body, test.at); !errors.Is(err, test.old) {
			t.Errorf("%s the former secret: got %v, want %v", test.name, err, test.old)
		}
		if _, err := newVerifier(t, s.SecretOf(after)).Verify(headers, body, test.at); err != nil {
			t.Errorf("%s the new secret: %v", test.name, err)
		}
	}
}

func TestKeysDifferByInstallationEndpointAndGeneration(t *testing.T) {
	t.Parallel()
	other, err := notify.NewSigner([]byte("another master key of some bytes"))
	if err != nil {
		t.Fatal(err)
	}
	s, one := newSigner(t), efile.Endpoint{ID: efile.NewID(), Generation: 1}
	next, stranger := one, one
	next.Generation, stranger.ID = 2, efile.NewID()
	seen := map[string]bool{s.SecretOf(one): true, s.SecretOf(next): true, s.SecretOf(stranger): true, other.SecretOf(one): true,
		s.PublicKey(): true, other.PublicKey(): true}
	if len(seen) != 6 {
		t.Errorf("got %d different keys, want 6", len(seen))
	}
	if again := newSigner(t).SecretOf(one); !seen[again] {
		t.Error("the same endpoint has another secret after a restart")
	}
	if _, err := notify.NewSigner([]byte("short")); err == nil {
		t.Error("a short master key: got no error")
	}
	if _, err := s.Headers(efile.Endpoint{Algorithm: "v2"}, efile.NewID(), nil, time.Now()); err == nil {
		t.Error("an unknown algorithm: got no error")
	}
}

func TestAVerifierNeedsRealKeys(t *testing.T) {
	t.Parallel()
	for _, keys := range [][]string{nil, {""}, {"whsec_"}, {"whsec_AAAA"}, {"whpk_AAAA"}, {"AAAA"}, {"whsec_!"}} {
		if _, err := notify.NewVerifier(keys...); err == nil {
			t.Errorf("%q: got no error", keys)
		}
	}
}

func FuzzVerify(f *testing.F) {
	file := vectors(f)
	for _, v := range file.Vectors {
		f.Add(v.ID, v.Timestamp, v.Signature, []byte(v.Body))
	}
	f.Add("", "-1", "v1a, v1,=", []byte(nil))
	genuine := map[string]bool{}
	for _, v := range file.Vectors {
		genuine[v.ID+"."+v.Timestamp+"."+v.Body] = true
	}
	verifier := newVerifier(f, file.Current, file.Previous, file.Public)
	f.Fuzz(func(t *testing.T, id, stamp, signature string, body []byte) {
		header := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {stamp}, "Webhook-Signature": {signature}}
		seconds, _ := strconv.ParseInt(stamp, 10, 64)
		_, err := verifier.Verify(header, body, time.Unix(seconds, 0))
		if err == nil && !genuine[id+"."+stamp+"."+string(body)] {
			t.Errorf("accepted what nobody signed: %q %q %q %q", id, stamp, signature, body)
		}
	})
}
