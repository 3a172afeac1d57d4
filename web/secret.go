package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// servicePrefix starts every service token's secret and tells it from an access code.
const servicePrefix = "svc_"

// crockford are the letters of access codes: no I, L, O, U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewAccessCode makes an access code of 80 random bits in the form shown to people, XXXX-XXXX-XXXX-XXXX, and the digest
// to keep.
func NewAccessCode() (code string, hash []byte) {
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails: it ends the program instead
	var b strings.Builder
	for i, r := range random {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(crockford[r%32])
	}
	return b.String(), HashAccessCode(b.String())
}

// CanonicalCode returns what is left of a typed code: upper case, without blanks and dashes, with the letters people mix
// up read as the digits they mean (O as 0, I and L as 1).
func CanonicalCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\t', '\u00a0', '–':
			return -1
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(typed))
}

// HashAccessCode is the digest under which a code is kept, whatever way it was typed.
func HashAccessCode(typed string) []byte {
	sum := sha256.Sum256([]byte(CanonicalCode(typed)))
	return sum[:]
}

// NewServiceToken makes the secret of a service token and the digest to keep. A client sends "<office key>.<secret>".
func NewServiceToken() (secret string, hash []byte) {
	secret = servicePrefix + randomText()
	sum := sha256.Sum256([]byte(secret))
	return secret, sum[:]
}

// randomText is 256 random bits, safe in cookies and headers.
func randomText() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(random)
}
