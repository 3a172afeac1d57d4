package efile

import (
	"database/sql/driver"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// ID names one thing for ever. It is a version 7 UUID (RFC 9562): minted before the first write, so that a retry writes
// the same thing again, and ordered by time, so that indexes stay compact. The zero ID means "none" and is stored as
// NULL.
type ID uuid.UUID

// NewID mints an ID. It panics only if the system has no source of randomness.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// ParseID reads the canonical 36-character form.
func ParseID(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return ID{}, fmt.Errorf("parse id: %q is not a UUID", s)
	}
	return ID(u), nil
}

// IsZero reports whether id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the canonical form; the empty string for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return uuid.UUID(id).String()
}

// MarshalText writes the canonical form, as it stands in job arguments and archive messages.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(b))
	*id = parsed
	return err
}

// Value hands the ID to the database; the zero ID is NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.String(), nil
}

// Scan reads a uuid column; NULL becomes the zero ID.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case string:
		return id.UnmarshalText([]byte(v))
	case []byte:
		if len(v) == 16 {
			copy(id[:], v)
			return nil
		}
		return id.UnmarshalText(v)
	case [16]byte:
		*id = v
		return nil
	}
	return fmt.Errorf("scan id: %T is not a uuid", src)
}

// Prefix says in a public identifier what it names: "doc_01kahq…".
type Prefix string

// Prefixes of the public identifiers, fixed by the event contract.
const (
	PrefixOffice     Prefix = "off"
	PrefixUser       Prefix = "usr"
	PrefixCase       Prefix = "case"
	PrefixMatter     Prefix = "mat"
	PrefixSubmission Prefix = "sub"
	PrefixUpload     Prefix = "upl"
	PrefixDocument   Prefix = "doc"
	PrefixRequest    Prefix = "req"
	PrefixEvent      Prefix = "evt"
	PrefixEndpoint   Prefix = "ep"
)

// Prefixes of the archivists' side. The contract does not know them.
const (
	PrefixHold        Prefix = "hold"
	PrefixArchive     Prefix = "arch"
	PrefixDisposal    Prefix = "dsp"
	PrefixMessage     Prefix = "amsg"
	PrefixAnswer      Prefix = "aans"
	PrefixDestruction Prefix = "dst"
)

// crockford is Douglas Crockford's base 32 in lower case: no i, l, o, u.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

var errPublicID = errors.New("not a public identifier of this kind")

// Public returns the form shown to the outside: prefix, underscore, 26 characters of Crockford base 32.
// The 128 bits are right-aligned in 130, as in a ULID, so that text order is time order.
func (id ID) Public(p Prefix) string {
	var wide [20]byte // 160 bits: 32 characters, of which the last 26 carry the id
	copy(wide[4:], id[:])
	return string(p) + "_" + crockford.EncodeToString(wide[:])[6:]
}

// ParsePublic reads what Public wrote. Any other prefix, length or letter is an error that says nothing about whether
// the thing exists.
func ParsePublic(p Prefix, s string) (ID, error) {
	body, found := strings.CutPrefix(s, string(p)+"_")
	if !found || len(body) != 26 || body[0] > '7' {
		return ID{}, errPublicID
	}
	wide, err := crockford.DecodeString("000000" + body)
	if err != nil {
		return ID{}, errPublicID
	}
	return ID(wide[4:]), nil
}
