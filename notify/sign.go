package notify

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
)

// The headers of Standard Webhooks 1.0.0.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// The signature algorithms.
const (
	AlgorithmHMAC    = "v1"  // HMAC-SHA256, a secret per endpoint
	AlgorithmEd25519 = "v1a" // Ed25519, one key per installation
)

// Prefixes of keys in text form.
const (
	secretPrefix = "whsec_"
	publicPrefix = "whpk_"
)

// bothSecrets is how long after a rotation the former secret signs too.
const bothSecrets = 24 * time.Hour

// leastMaster is the least length of a master key, in bytes.
const leastMaster = 16

// Signer signs webhooks. All its keys come from the installation's master key, so no secret of an endpoint is stored
// anywhere: whoever has the master key, the endpoint's id and its generation has the secret.
type Signer struct {
	master  []byte
	private ed25519.PrivateKey
}

// NewSigner derives the keys. The master key has at least 16 random bytes.
func NewSigner(master []byte) (*Signer, error) {
	if len(master) < leastMaster {
		return nil, fmt.Errorf("master key has %d bytes, want at least %d", len(master), leastMaster)
	}
	seed, err := hkdf.Key(sha256.New, master, nil, "eakte notify ed25519", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("derive signing key: %w", err)
	}
	return &Signer{master: master, private: ed25519.NewKeyFromSeed(seed)}, nil
}

// PublicKey returns the key with which every consumer verifies v1a signatures: "whpk_…".
func (s *Signer) PublicKey() string {
	return publicPrefix + base64.StdEncoding.EncodeToString(s.private[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// SecretOf returns the endpoint's secret of its generation, "whsec_…", to be shown once to whoever sets the consumer up.
func (s *Signer) SecretOf(endpoint efile.Endpoint) string {
	return secretPrefix + base64.StdEncoding.EncodeToString(s.secret(endpoint.ID, endpoint.Generation))
}

// secret cannot fail: 32 bytes are far below what HKDF can give.
func (s *Signer) secret(endpoint efile.ID, generation int) []byte {
	info := fmt.Sprintf("eakte notify hmac endpoint %s generation %d", endpoint, generation)
	key, err := hkdf.Key(sha256.New, s.master, nil, info, sha256.Size)
	if err != nil {
		panic(err) // impossible, see above
	}
	return key
}

// Headers returns the headers of a webhook: its id, which is the event's and never changes, the time of this attempt and
// the signatures. An endpoint of algorithm v1 also gets v1a; in the 24 hours after a rotation it gets v1 twice.
func (s *Signer) Headers(endpoint efile.Endpoint, event efile.ID, body []byte, now time.Time) (http.Header, error) {
	id, stamp := event.Public(efile.PrefixEvent), strconv.FormatInt(now.Unix(), 10)
	content := signed(id, stamp, body)
	var signatures []string
	switch endpoint.Algorithm {
	case AlgorithmEd25519:
	case AlgorithmHMAC:
		if endpoint.Generation > 1 && now.Before(endpoint.Rotated.Add(bothSecrets)) {
			signatures = append(signatures, signHMAC(s.secret(endpoint.ID, endpoint.Generation-1), content))
		}
		signatures = append(signatures, signHMAC(s.secret(endpoint.ID, endpoint.Generation), content))
	default:
		return nil, fmt.Errorf("endpoint %s: no algorithm %q", endpoint.ID, endpoint.Algorithm)
	}
	signatures = append(signatures, signEd25519(s.private, content))
	return http.Header{
		"Content-Type": {ContentType}, HeaderID: {id}, HeaderTimestamp: {stamp}, HeaderSignature: {strings.Join(signatures, " ")},
	}, nil
}

// signed is what is signed: id, time and body, byte for byte.
func signed(id, stamp string, body []byte) []byte {
	return append([]byte(id+"."+stamp+"."), body...)
}

func signHMAC(secret, content []byte) string {
	mac := hmac.New(sha256.New, secret)
	_, _ = mac.Write(content) // a hash never fails
	return AlgorithmHMAC + "," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func signEd25519(key ed25519.PrivateKey, content []byte) string {
	return AlgorithmEd25519 + "," + base64.StdEncoding.EncodeToString(ed25519.Sign(key, content))
}

// Why a webhook is refused.
var (
	ErrHeaders   = errors.New("webhook: id, timestamp or signature is missing or malformed")
	ErrTimestamp = errors.New("webhook: timestamp is more than five minutes off")
	ErrSignature = errors.New("webhook: no signature fits")
)

// tolerance is how far a webhook's time may be from the consumer's.
const tolerance = 5 * time.Minute

// maxSignatures bounds how many signatures of a webhook are tried.
const maxSignatures = 16

// Verifier is the consumer's side: it checks that a webhook comes from an installation. The demo's case system uses it,
// and so may any consumer written in Go.
type Verifier struct {
	secrets [][]byte
	publics []ed25519.PublicKey
}

// NewVerifier takes the keys a consumer was given: secrets ("whsec_…") and public keys ("whpk_…"), at least one.
func NewVerifier(keys ...string) (*Verifier, error) {
	v := &Verifier{}
	for i, key := range keys {
		prefix, body, _ := strings.Cut(key, "_")
		raw, err := base64.StdEncoding.DecodeString(body)
		switch {
		case err == nil && prefix+"_" == secretPrefix && len(raw) >= leastMaster:
			v.secrets = append(v.secrets, raw)
		case err == nil && prefix+"_" == publicPrefix && len(raw) == ed25519.PublicKeySize:
			v.publics = append(v.publics, raw)
		default:
			return nil, fmt.Errorf("key %d of a webhook consumer is neither a secret nor a public key", i+1)
		}
	}
	if len(v.secrets)+len(v.publics) == 0 {
		return nil, errors.New("a webhook consumer needs a key")
	}
	return v, nil
}

// Verify returns the id of a webhook that was signed by one of the keys not more than five minutes from now, else
// ErrHeaders, ErrTimestamp or ErrSignature. The consumer then remembers the id: the same one may come again.
func (v *Verifier) Verify(header http.Header, body []byte, now time.Time) (id string, err error) {
	id, stamp := header.Get(HeaderID), header.Get(HeaderTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	signatures := strings.Fields(header.Get(HeaderSignature))
	if id == "" || err != nil || len(signatures) == 0 || len(signatures) > maxSignatures {
		return "", ErrHeaders
	}
	if off := now.Sub(time.Unix(seconds, 0)); off > tolerance || off < -tolerance {
		return "", ErrTimestamp
	}
	content := signed(id, stamp, body)
	for _, signature := range signatures {
		if v.fits(signature, content) {
			return id, nil
		}
	}
	return "", ErrSignature
}

// fits compares one signature with every key of its algorithm. An unknown algorithm is passed over: a later version of
// the contract may add one.
func (v *Verifier) fits(signature string, content []byte) bool {
	algorithm, text, _ := strings.Cut(signature, ",")
	got, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return false
	}
	switch algorithm {
	case AlgorithmHMAC:
		for _, secret := range v.secrets {
			mac := hmac.New(sha256.New, secret)
			_, _ = mac.Write(content) // a hash never fails
			if hmac.Equal(mac.Sum(nil), got) {
				return true
			}
		}
	case AlgorithmEd25519:
		for _, key := range v.publics {
			if ed25519.Verify(key, content, got) {
				return true
			}
		}
	}
	return false
}
