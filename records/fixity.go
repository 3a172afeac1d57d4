package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

// FixityRound is one reading of everything that was due when it began. An open one is also the place where reading goes on
// after a restart.
type FixityRound struct {
	Number     int
	Started    time.Time
	Due        time.Time // what was last read before this belongs to the round
	Ended      time.Time // zero: it goes on
	Algorithms string    // "sha256", "sha256 sha512": what the objects were held against
	Objects    int64
	Bytes      int64
	Differing  int64
	Missing    int64
}

const roundColumns = "number, started, due, ended, algorithms, objects, bytes, differing, missing"

func scanRound(row pgx.Row) (r FixityRound, err error) {
	err = row.Scan(&r.Number, at(&r.Started), at(&r.Due), at(&r.Ended), &r.Algorithms, &r.Objects, &r.Bytes, &r.Differing, &r.Missing)
	return r, err
}

// LastFixityRound returns the round that goes on or else the last one; Number 0: there was none.
func (tx *Tx) LastFixityRound(ctx context.Context) (FixityRound, error) {
	const doing = "get last fixity round"
	if err := tx.may(doing, efile.Process, efile.ManageEndpoints, efile.Archive); err != nil {
		return FixityRound{}, err
	}
	found, err := many(ctx, tx, doing, scanRound, "select "+roundColumns+" from fixity_rounds order by number desc limit 1")
	if err != nil || len(found) == 0 {
		return FixityRound{}, err
	}
	return found[0], nil
}

// BeginFixityRound opens a round of the office. Only one can be open: another is fault.Conflict.
func (tx *Tx) BeginFixityRound(ctx context.Context, r FixityRound) error {
	const doing = "begin fixity round"
	if err := tx.may(doing, efile.Process); err != nil {
		return err
	}
	return tx.exec(ctx, doing, `
		insert into fixity_rounds (office_id, number, started, due, algorithms) values ($1, $2, $3, $4, $5)`,
		tx.actor.Office, r.Number, r.Started, r.Due, r.Algorithms)
}

// EndFixityRound closes a round. Closing it again changes nothing.
func (tx *Tx) EndFixityRound(ctx context.Context, number int, ended time.Time) error {
	doing := fmt.Sprintf("end fixity round %d", number)
	if err := tx.may(doing, efile.Process); err != nil {
		return err
	}
	return tx.change(ctx, doing, "update fixity_rounds set ended = coalesce(ended, $2) where number = $1", number, ended)
}

// ObjectsDue returns stored objects that were last read before due, or never: who waits longest comes first. Those made
// after made belong to the next round, those in quarantine to none, and those in without are passed over. What belongs to no
// document, messages to and from archives, comes last.
func (tx *Tx) ObjectsDue(ctx context.Context, due, made time.Time, without []efile.ID, limit int) ([]efile.Rendition, error) {
	const doing = "list objects due"
	if err := tx.may(doing, efile.Process); err != nil {
		return nil, err
	}
	limit = page(limit, 100, 1000)
	some, err := many(ctx, tx, doing, scanRendition, "select "+renditionColumns+` from renditions r
		where r.quarantined is null and (r.checked is null or r.checked < $1) and r.created <= $2 and r.id <> all($3)
		order by r.checked nulls first, r.id limit $4`, due, made, list(without), limit)
	if err != nil || len(some) == limit {
		return some, err
	}
	more, err := tx.transfersDue(ctx, doing, due, made, without, limit-len(some))
	return append(some, more...), err
}

// Checked is what came of reading an object back.
type Checked struct {
	Rendition efile.Rendition // as it was read
	SHA512    string          // taken while reading; empty: not
	Problem   string          // DetailMissing, DetailDiffers; empty: sound
}

// What is wrong with an object, as a finding's Detail.
const (
	DetailMissing    = "missing"    // nothing lies under its key
	DetailDiffers    = "differs"    // size or digest is not the recorded one
	DetailUnreadable = "unreadable" // the store is there and does not give it
	DetailAll        = "all"        // Subject is no key: everything is missing, which is no loss but a mistake
)

// SaveChecked writes down that objects were read at a time, in the round of that number (0: in none). One that is wrong
// goes into quarantine, with a finding, in all records that name it. What was replaced while it was read is left alone. It
// returns those that went into quarantine.
func (tx *Tx) SaveChecked(ctx context.Context, round int, when time.Time, all []Checked) ([]Checked, error) {
	const doing = "save checked objects"
	if err := tx.may(doing, efile.Process); err != nil {
		return nil, err
	}
	var sum FixityRound
	var ids []efile.ID
	var keys, seconds []string
	var bad []Checked
	for _, c := range all {
		if c.Problem == "" {
			ids, keys, seconds = append(ids, c.Rendition.ID), append(keys, c.Rendition.Key), append(seconds, c.SHA512)
			sum.Bytes += c.Rendition.Size
			continue
		}
		hit, err := tx.Quarantine(ctx, c.Rendition, c.Problem, when)
		if err != nil {
			return nil, err
		}
		if !hit {
			continue
		}
		bad = append(bad, c)
		if c.Problem == DetailMissing {
			sum.Missing++
		} else {
			sum.Differing++
		}
	}
	err := tx.exec(ctx, doing, `
		update renditions r set checked = $4, sha512 = case when r.sha512 = '' then c.sha512 else r.sha512 end
		from unnest($1::uuid[], $2::text[], $3::text[]) c (id, object_key, sha512)
		where r.id = c.id and r.object_key = c.object_key and r.quarantined is null`, ids, list(keys), list(seconds), when)
	if err == nil {
		err = tx.saveTransfers(ctx, doing, ids, keys, seconds, when)
	}
	if err != nil || round == 0 {
		return bad, err
	}
	return bad, tx.change(ctx, doing, `
		update fixity_rounds set objects = objects + $2, bytes = bytes + $3, differing = differing + $4, missing = missing + $5
		where number = $1`, round, len(ids)+len(bad), sum.Bytes, sum.Differing, sum.Missing)
}

// Quarantine withholds an object from everybody, in all records of the office that name it, and notes the finding. It
// reports whether any record still names it; one that does not is no finding, nor is one that is being destroyed: its object
// goes before its record.
func (tx *Tx) Quarantine(ctx context.Context, r efile.Rendition, detail string, when time.Time) (bool, error) {
	doing := fmt.Sprintf("quarantine %s rendition of document %s", r.Kind, r.DocumentID)
	if err := tx.may(doing, efile.Process); err != nil {
		return false, err
	}
	if r.Kind == KindContainer || r.Kind == KindAnswer {
		hit, err := tx.quarantineTransfer(ctx, doing, r, when)
		if err != nil || !hit {
			return false, err
		}
		return true, tx.AddFinding(ctx, Finding{Kind: string(fault.DigestMismatch), Subject: r.Key, Detail: detail, Found: when})
	}
	tag, err := tx.pgx.Exec(ctx, `
		update renditions set quarantined = coalesce(quarantined, $3), checked = $3 where object_key = $1 and sha256 = $2
			and not exists (select from destructions x
				where x.case_id = renditions.case_id and x.begun is not null and x.done is null and x.withdrawn is null
					and (x.whole or renditions.document_id = any(x.documents)))`,
		r.Key, r.SHA256, when)
	if err != nil || tag.RowsAffected() == 0 {
		return false, explain(ctx, doing, err)
	}
	return true, tx.AddFinding(ctx, Finding{
		Kind: string(fault.DigestMismatch), Subject: r.Key, DocumentID: r.DocumentID, Detail: detail, Found: when,
	})
}

// CheckSoon makes the objects of a document the next to be read back.
func (tx *Tx) CheckSoon(ctx context.Context, docID efile.ID) error {
	doing := fmt.Sprintf("have objects of document %s checked", docID)
	if err := tx.may(doing, efile.Process); err != nil {
		return err
	}
	return tx.exec(ctx, doing, "update renditions set checked = null where document_id = $1", docID)
}

// InQuarantine returns the objects in quarantine, at most 1000 of documents and as many others.
func (tx *Tx) InQuarantine(ctx context.Context) ([]efile.Rendition, error) {
	const doing = "list objects in quarantine"
	if err := tx.may(doing, efile.Process, efile.ManageEndpoints, efile.Archive); err != nil {
		return nil, err
	}
	some, err := many(ctx, tx, doing, scanRendition, "select "+renditionColumns+` from renditions r
		where r.quarantined is not null order by r.id limit 1000`)
	if err != nil {
		return nil, err
	}
	more, err := many(ctx, tx, doing, scanRendition, "select "+renditionColumns+" from "+transfers+`
		where r.quarantined is not null order by r.id limit 1000`)
	return append(some, more...), err
}

// ObjectsUnder returns the records that name a key.
func (tx *Tx) ObjectsUnder(ctx context.Context, key string) ([]efile.Rendition, error) {
	const doing = "list objects by key"
	if err := tx.may(doing, efile.Process, efile.ManageEndpoints, efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanRendition, "select "+renditionColumns+` from renditions r where r.object_key = $1
		union all select `+renditionColumns+" from "+transfers+" where r.object_key = $1 order by 1", key)
}

// Release ends the quarantine of an object that was read back and found right, and closes its findings. It is for who may
// see findings, and for the product.
func (tx *Tx) Release(ctx context.Context, key string, when time.Time) error {
	const doing = "release object"
	if err := tx.may(doing, efile.ManageEndpoints, efile.Archive); err != nil {
		return err
	}
	if err := tx.exec(ctx, doing, "update renditions set quarantined = null, checked = $2 where object_key = $1", key, when); err != nil {
		return err
	}
	if err := tx.releaseTransfers(ctx, doing, key, when); err != nil {
		return err
	}
	return tx.exec(ctx, doing, "update findings set resolved = $2, resolved_by = $3 where subject = $1 and resolved is null",
		key, when, tx.actor.ID)
}
