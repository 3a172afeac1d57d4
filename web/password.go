package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// argonParams are the costs of a password hash: RFC 9106, second recommendation, with less memory so that a burst of
// sign-ins does not outgrow the process.
type argonParams struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

var currentArgon = argonParams{memory: 19 << 10, time: 2, threads: 1}

var errPassword = errors.New("password does not match")

// HashPassword returns an argon2id hash in PHC string form.
func HashPassword(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	p := currentArgon
	key := argon2.IDKey([]byte(password), salt, p.time, p.memory, p.threads, 32)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.threads, enc.EncodeToString(salt), enc.EncodeToString(key))
}

// checkPassword compares. With an empty or unreadable hash it does the same work and then refuses, so that time does not
// tell whether an account exists.
func checkPassword(hash, password string) error {
	p, salt, want, err := parseArgon(hash)
	if err != nil {
		p, salt, want = currentArgon, make([]byte, 16), make([]byte, 32)
	}
	got := argon2.IDKey([]byte(password), salt, p.time, p.memory, p.threads, uint32(len(want)))
	if subtle.ConstantTimeCompare(got, want) != 1 || err != nil {
		return errPassword
	}
	return nil
}

// parseArgon reads what HashPassword wrote, with any costs up to 1 GiB.
func parseArgon(hash string) (p argonParams, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errors.New("not an argon2id hash")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return p, nil, nil, fmt.Errorf("read costs of a password hash: %w", err)
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(err1, err2); err != nil {
		return p, nil, nil, fmt.Errorf("read password hash: %w", err)
	}
	if p.memory > 1<<20 || p.time < 1 || p.time > 100 || p.threads < 1 || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, errors.New("password hash has unreasonable costs")
	}
	return p, salt, key, nil
}
