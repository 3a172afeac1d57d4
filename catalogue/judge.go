package catalogue

import (
	"slices"
	"strings"
	"time"
)

// StatementKey names what can be said of a document. Each has a text in package locale ("statement."+StatementKey) with
// the placeholders {date}, {limit}, {level} and {wanted}, as far as the statement has them.
type StatementKey string

// The statements.
const (
	Expires       StatementKey = "expires"         // runs out on Date, not before today
	Expired       StatementKey = "expired"         // ran out on Date
	ValidEnough   StatementKey = "valid_enough"    // valid until Date, at least until Limit as the rule asks
	ValidTooShort StatementKey = "valid_too_short" // valid until Date, but Limit is asked for
	ExpiryUnread  StatementKey = "expiry_unread"   // the rule asks how long it is valid, no date was read
	Recent        StatementKey = "recent"          // issued on Date, not before Limit
	TooOld        StatementKey = "too_old"         // issued on Date, before Limit
	IssueUnread   StatementKey = "issue_unread"    // the rule asks for its age, no date was read
	IssuedLater   StatementKey = "issued_later"    // issued on Date, which is still to come
	LevelReached  StatementKey = "level_reached"   // Level is Wanted or above
	LevelBelow    StatementKey = "level_below"     // Level is below Wanted
	LevelUnread   StatementKey = "level_unread"    // the rule asks for Wanted, no level was read
	PeriodRecent  StatementKey = "period_recent"   // is about a time that ends on Date, not before Limit
	PeriodOld     StatementKey = "period_old"      // is about a time that ended on Date, before Limit
	PeriodUnread  StatementKey = "period_unread"   // the rule asks for the last months, no time was read
)

// Statements returns all keys.
func Statements() []StatementKey {
	return []StatementKey{
		Expires, Expired, ValidEnough, ValidTooShort, ExpiryUnread, Recent, TooOld, IssueUnread, IssuedLater, LevelReached,
		LevelBelow, LevelUnread, PeriodRecent, PeriodOld, PeriodUnread,
	}
}

// Statement is one plain thing that a document's fields say, measured by a rule. Holds is false where somebody should
// look: the rule is not met, or what it needs was not read.
type Statement struct {
	Key    StatementKey
	Holds  bool
	Date   time.Time // zero where the statement has none; the day, in UTC
	Limit  time.Time // the same
	Level  string    // of a language, such as "B1"
	Wanted string    // the level that the rule asks for
}

// levels are those of the Common European Framework of Reference, the lowest first.
var levels = []string{"A1", "A2", "B1", "B2", "C1", "C2"}

// Judge says what the fields of one document mean under a rule on the day of today: whether it has run out, whether it is
// valid long enough and recent enough, whether a language level is reached, whether the time it is about is recent enough
// to count. fields are values by key of the catalogue, normalised as FieldKind says; what is no date is not read. How many
// pieces there are is the checklist's part. The zero rule still tells of an expiry date. Nil if there is nothing to say.
func Judge(rule Rule, fields map[string]string, today time.Time) []Statement {
	today = day(today)
	var said []Statement
	said = append(said, judgeExpiry(rule, fields, today)...)
	said = append(said, judgeAge(rule, fields, today)...)
	said = append(said, judgeLevel(rule, fields)...)
	return append(said, judgePeriod(rule, fields, today)...)
}

func judgeExpiry(rule Rule, fields map[string]string, today time.Time) []Statement {
	expiry, known := date(fields["expiry_date"])
	limit := months(today, rule.MinValidMonths)
	switch asked := rule.MinValidMonths > 0; {
	case !known && !asked:
		return nil
	case !known:
		return []Statement{{Key: ExpiryUnread, Limit: limit}}
	case expiry.Before(today):
		return []Statement{{Key: Expired, Date: expiry}}
	case !asked:
		return []Statement{{Key: Expires, Holds: true, Date: expiry}}
	case expiry.Before(limit):
		return []Statement{{Key: ValidTooShort, Date: expiry, Limit: limit}}
	default:
		return []Statement{{Key: ValidEnough, Holds: true, Date: expiry, Limit: limit}}
	}
}

func judgeAge(rule Rule, fields map[string]string, today time.Time) []Statement {
	issued, known := date(fields["issue_date"])
	limit := months(today, -rule.MaxAgeMonths)
	switch asked := rule.MaxAgeMonths > 0; {
	case known && issued.After(today):
		return []Statement{{Key: IssuedLater, Date: issued}}
	case !asked:
		return nil
	case !known:
		return []Statement{{Key: IssueUnread, Limit: limit}}
	case issued.Before(limit):
		return []Statement{{Key: TooOld, Date: issued, Limit: limit}}
	default:
		return []Statement{{Key: Recent, Holds: true, Date: issued, Limit: limit}}
	}
}

func judgeLevel(rule Rule, fields map[string]string) []Statement {
	wanted := slices.Index(levels, strings.ToUpper(rule.Level))
	if wanted < 0 {
		return nil
	}
	s := Statement{Key: LevelUnread, Level: strings.ToUpper(fields["level"]), Wanted: levels[wanted]}
	if has := slices.Index(levels, s.Level); has >= 0 {
		s.Key, s.Holds = LevelBelow, has >= wanted
		if s.Holds {
			s.Key = LevelReached
		}
	}
	return []Statement{s}
}

// judgePeriod asks whether the time a document is about reaches into the months that must be covered. The month of today
// does not count: nobody has its papers yet.
func judgePeriod(rule Rule, fields map[string]string, today time.Time) []Statement {
	if rule.PeriodMonths <= 0 {
		return nil
	}
	first := today.AddDate(0, 0, 1-today.Day())
	limit := months(first, -rule.PeriodMonths)
	end, known := date(fields["period_end"])
	if month, ok := date(fields["period"]); !known && ok { // the first day of the month it is for
		end, known = months(month, 1).AddDate(0, 0, -1), true
	}
	switch {
	case !known:
		return []Statement{{Key: PeriodUnread, Limit: limit}}
	case end.Before(limit):
		return []Statement{{Key: PeriodOld, Date: end, Limit: limit}}
	default:
		return []Statement{{Key: PeriodRecent, Holds: true, Date: end, Limit: limit}}
	}
}

// date reads a day, or a month as its first day.
func date(s string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// day is the date of t where t is, as midnight in UTC.
func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// months adds whole months. A day that the month does not have is its last one, as in § 188 (3) BGB.
func months(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
