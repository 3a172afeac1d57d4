package transport_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/eakte/eakte/archive/transport"
)

func TestASealedSecretOpensWithItsKeyOnly(t *testing.T) {
	t.Parallel()
	key, other := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	secret := []byte("Passwort für das Archiv")
	box, err := transport.Seal(key, secret)
	if err != nil {
		t.Fatal(err)
	}
	again, err := transport.Seal(key, secret)
	if err != nil || bytes.Equal(box, again) || bytes.Contains(box, []byte("Passwort")) {
		t.Errorf("sealed twice: %x and %x, %v; want two boxes that show nothing", box, again, err)
	}
	if got, err := transport.Unseal(key, box); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("got %q, %v; want %q", got, err, secret)
	}
	for i := range box {
		bent := bytes.Clone(box)
		bent[i] ^= 1
		if got, err := transport.Unseal(key, bent); !errors.Is(err, transport.ErrSeal) {
			t.Fatalf("byte %d changed: got %q, %v; want ErrSeal", i, got, err)
		}
	}
	for name, wrong := range map[string][]byte{"nothing": nil, "one byte": {1}, "cut off": box[:len(box)-1]} {
		if got, err := transport.Unseal(key, wrong); !errors.Is(err, transport.ErrSeal) {
			t.Errorf("%s: got %q, %v; want ErrSeal", name, got, err)
		}
	}
	if got, err := transport.Unseal(other, box); !errors.Is(err, transport.ErrSeal) {
		t.Errorf("another key: got %q, %v; want ErrSeal", got, err)
	}
	if _, err := transport.Seal(key[:16], secret); err == nil {
		t.Error("a short key is taken")
	}
}
