package records

import (
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// moment reads and writes a time whose zero value is NULL in the database. Times come back in UTC with microseconds,
// as PostgreSQL keeps them.
type moment time.Time

// ScanTimestamptz implements pgtype.TimestamptzScanner.
func (m *moment) ScanTimestamptz(v pgtype.Timestamptz) error {
	*m = moment{}
	if v.Valid {
		*m = moment(v.Time.UTC())
	}
	return nil
}

// TimestamptzValue implements pgtype.TimestamptzValuer.
func (m moment) TimestamptzValue() (pgtype.Timestamptz, error) {
	return pgtype.Timestamptz{Time: time.Time(m), Valid: !time.Time(m).IsZero()}, nil
}

// ScanDate implements pgtype.DateScanner.
func (m *moment) ScanDate(v pgtype.Date) error {
	*m = moment{}
	if v.Valid {
		*m = moment(v.Time.UTC())
	}
	return nil
}

// DateValue implements pgtype.DateValuer.
func (m moment) DateValue() (pgtype.Date, error) {
	return pgtype.Date{Time: time.Time(m), Valid: !time.Time(m).IsZero()}, nil
}

func at(t *time.Time) *moment { return (*moment)(t) }

func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func orNow(t time.Time) time.Time {
	if t.IsZero() {
		return now()
	}
	return t
}

// page bounds how many rows one question may return.
func page(limit, fallback, most int) int {
	if limit <= 0 {
		return fallback
	}
	return min(limit, most)
}

// list gives a NOT NULL column an empty array instead of NULL.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// clean drops what PostgreSQL cannot keep as text: NUL and broken UTF-8. Recognised text may hold either.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
