package records

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// FixityReport is what is known of an office's stored objects.
type FixityReport struct {
	Round       FixityRound // the one that goes on, else the last
	Objects     int64       // recorded now
	Bytes       int64
	Second      int64     // of Objects: those with a second digest
	Quarantined int64     // of Objects
	Oldest      time.Time // when the one that waits longest was read, or else stored; zero: there is none
	Never       int64     // of Objects: not read back since they were stored
	Findings    int64     // open ones, of every kind
}

// FixityReport sums up the office's stored objects.
func (tx *Tx) FixityReport(ctx context.Context) (FixityReport, error) {
	const doing = "report on fixity"
	if err := tx.may(doing, efile.Process, efile.ManageEndpoints, efile.Archive); err != nil {
		return FixityReport{}, err
	}
	round, err := tx.LastFixityRound(ctx)
	if err != nil {
		return FixityReport{}, err
	}
	scan := func(row pgx.Row) (r FixityReport, err error) {
		err = row.Scan(&r.Objects, &r.Bytes, &r.Second, &r.Quarantined, at(&r.Oldest), &r.Never, &r.Findings)
		return r, err
	}
	r, err := one(ctx, tx, doing, scan, `
		select count(*), coalesce(sum(size), 0)::bigint, count(*) filter (where sha512 <> ''), count(quarantined),
			min(coalesce(checked, created)) filter (where quarantined is null), count(*) filter (where checked is null),
			(select count(*) from findings where resolved is null)
		from (select size, sha512, quarantined, checked, created from renditions
			union all select r.size, r.sha512, r.quarantined, r.checked, r.created from `+transfers+`) r`)
	r.Round = round
	return r, err
}

// FixityState is the little of a report that is asked for often: it reads two small indexes.
type FixityState struct {
	Quarantined int64
	Findings    int64     // open ones, of every kind
	Oldest      time.Time // when the one that waits longest was read, or else stored; zero: there is none
}

// FixityState tells what alarms are made of.
func (tx *Tx) FixityState(ctx context.Context) (FixityState, error) {
	const doing = "get state of fixity"
	if err := tx.may(doing, efile.Process); err != nil {
		return FixityState{}, err
	}
	scan := func(row pgx.Row) (s FixityState, err error) {
		err = row.Scan(&s.Quarantined, &s.Findings, at(&s.Oldest))
		return s, err
	}
	return one(ctx, tx, doing, scan, `
		select (select count(*) from renditions where quarantined is not null)
				+ (select count(*) from `+transfers+` where r.quarantined is not null),
			(select count(*) from findings where resolved is null),
			least((select min(checked) from renditions where quarantined is null),
				(select min(created) from renditions where quarantined is null and checked is null),
				(select min(coalesce(r.checked, r.created)) from `+transfers+` where r.quarantined is null))`)
}
