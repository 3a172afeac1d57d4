package transport

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// SealKeyBytes is the length of the key for Seal: AES-256.
const SealKeyBytes = 32

// sealed is the first byte of what Seal returns, so that another way can be told from this one later. It is authenticated.
const sealed = 1

// ErrSeal means that a secret cannot be opened: it was sealed with another key, or changed.
var ErrSeal = errors.New("the sealed secret cannot be opened with this installation's master key")

// Seal encrypts a password for the database with AES-256-GCM. The same secret never looks the same twice.
func Seal(key, secret []byte) ([]byte, error) {
	aead, err := lock(key)
	if err != nil {
		return nil, fmt.Errorf("seal secret: %w", err)
	}
	return aead.Seal([]byte{sealed}, nil, secret, []byte{sealed}), nil //nolint:gosec // no nonce is handed in: lock draws one
}

// Unseal opens what Seal made with the same key; anything else is ErrSeal.
func Unseal(key, box []byte) ([]byte, error) {
	aead, err := lock(key)
	if err != nil {
		return nil, fmt.Errorf("open sealed secret: %w", err)
	}
	if len(box) == 0 || box[0] != sealed {
		return nil, ErrSeal
	}
	secret, err := aead.Open(nil, nil, box[1:], box[:1])
	if err != nil {
		return nil, ErrSeal
	}
	return secret, nil
}

// lock draws a random nonce for every secret and keeps it in front of the ciphertext.
func lock(key []byte) (cipher.AEAD, error) {
	if len(key) != SealKeyBytes {
		return nil, fmt.Errorf("want a key of %d bytes, got %d", SealKeyBytes, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
