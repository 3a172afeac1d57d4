package catalogue_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/catalogue"
)

func on(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestJudge(t *testing.T) {
	t.Parallel()
	type rule = catalogue.Rule
	for _, test := range []struct {
		name   string
		rule   rule
		fields map[string]string
		today  string
		want   []catalogue.Statement
	}{
		{"nothing asked and nothing read", rule{}, nil, "2026-06-01", nil},
		{"a passport that runs out today is valid", rule{}, map[string]string{"expiry_date": "2026-06-01"}, "2026-06-01", []catalogue.Statement{{Key: "expires", Holds: true, Date: on(t, "2026-06-01")}}},
		{"a passport that ran out yesterday is not", rule{MinValidMonths: 6}, map[string]string{"expiry_date": "2026-05-31"}, "2026-06-01", []catalogue.Statement{{Key: "expired", Date: on(t, "2026-05-31")}}},
		{"a passport valid for exactly the months asked for", rule{MinValidMonths: 6}, map[string]string{"expiry_date": "2027-02-28"}, "2026-08-31", []catalogue.Statement{{Key: "valid_enough", Holds: true, Date: on(t, "2027-02-28"), Limit: on(t, "2027-02-28")}}},
		{"a passport valid for a day less", rule{MinValidMonths: 6}, map[string]string{"expiry_date": "2027-02-27"}, "2026-08-31", []catalogue.Statement{{Key: "valid_too_short", Date: on(t, "2027-02-27"), Limit: on(t, "2027-02-28")}}},
		{"an expiry date that was not read", rule{MinValidMonths: 6}, map[string]string{"expiry_date": "soon"}, "2026-08-31", []catalogue.Statement{{Key: "expiry_unread", Limit: on(t, "2027-02-28")}}},
		{"a certificate of the last day that counts", rule{MaxAgeMonths: 3}, map[string]string{"issue_date": "2026-02-28"}, "2026-05-31", []catalogue.Statement{{Key: "recent", Holds: true, Date: on(t, "2026-02-28"), Limit: on(t, "2026-02-28")}}},
		{"a certificate that is a day too old", rule{MaxAgeMonths: 3}, map[string]string{"issue_date": "2026-02-27"}, "2026-05-31", []catalogue.Statement{{Key: "too_old", Date: on(t, "2026-02-27"), Limit: on(t, "2026-02-28")}}},
		{"a certificate without a date", rule{MaxAgeMonths: 3}, nil, "2026-05-31", []catalogue.Statement{{Key: "issue_unread", Limit: on(t, "2026-02-28")}}},
		{"a letter from tomorrow, whatever the rule", rule{}, map[string]string{"issue_date": "2026-06-02"}, "2026-06-01", []catalogue.Statement{{Key: "issued_later", Date: on(t, "2026-06-02")}}},
		{"a level above the one asked for", rule{Level: "B1"}, map[string]string{"level": "C1"}, "2026-06-01", []catalogue.Statement{{Key: "level_reached", Holds: true, Level: "C1", Wanted: "B1"}}},
		{"a level below", rule{Level: "B1"}, map[string]string{"level": "A2"}, "2026-06-01", []catalogue.Statement{{Key: "level_below", Level: "A2", Wanted: "B1"}}},
		{"no level", rule{Level: "B1"}, nil, "2026-06-01", []catalogue.Statement{{Key: "level_unread", Wanted: "B1"}}},
		{"a payslip of a month that counts", rule{PeriodMonths: 3}, map[string]string{"period": "2026-03-01"}, "2026-06-15", []catalogue.Statement{{Key: "period_recent", Holds: true, Date: on(t, "2026-03-31"), Limit: on(t, "2026-03-01")}}},
		{"a payslip of the month before", rule{PeriodMonths: 3}, map[string]string{"period": "2026-02"}, "2026-06-15", []catalogue.Statement{{Key: "period_old", Date: on(t, "2026-02-28"), Limit: on(t, "2026-03-01")}}},
		{"a bank statement with its last day", rule{PeriodMonths: 3}, map[string]string{"period_end": "2026-05-31"}, "2026-06-15", []catalogue.Statement{{Key: "period_recent", Holds: true, Date: on(t, "2026-05-31"), Limit: on(t, "2026-03-01")}}},
		{"a payslip without a month", rule{PeriodMonths: 3}, nil, "2026-06-15", []catalogue.Statement{{Key: "period_unread", Limit: on(t, "2026-03-01")}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, catalogue.Judge(test.rule, test.fields, on(t, test.today))); diff != "" {
				t.Errorf("got other statements (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryTypeHasFieldsThatExist(t *testing.T) {
	t.Parallel()
	c := catalogue.Default()
	for _, typ := range c.Types() {
		seen := map[string]bool{}
		for _, key := range c.FieldsOf(typ.Key) {
			if _, ok := c.Field(key); !ok || seen[key] {
				t.Errorf("%s: field %s does not exist or is there twice", typ.Key, key)
			}
			seen[key] = true
		}
		if typ.Dates == "expiry" && !seen["expiry_date"] {
			t.Errorf("%s: its expiry date matters, but it has none", typ.Key)
		}
	}
}
