package records

import (
	"context"
	"time"

	"github.com/eakte/eakte/efile"
)

// What lies in the store without belonging to a document, as fixity tells it.
const (
	KindContainer efile.RenditionKind = "container" // of a message, for people to carry
	KindAnswer    efile.RenditionKind = "answer"    // of an archive
)

// transfers are the objects of archive_messages and archive_answers in the columns of a rendition.
const transfers = `(
	select id, null::uuid as document_id, null::uuid as case_id, 'container' as kind, 0 as page, 'application/zip' as media_type,
		'' as format, object_key, size, sha256, sha512, 0 as generation, created, read_back as checked, quarantined
		from archive_messages where object_key <> ''
	union all
	select id, null, null, 'answer', 0, '', '', object_key, size, sha256, sha512, 0, received, read_back, quarantined
		from archive_answers where object_key <> '') r`

// transfersDue is the part of ObjectsDue that belongs to no document.
func (tx *Tx) transfersDue(ctx context.Context, doing string, due, made time.Time, without []efile.ID, limit int) ([]efile.Rendition, error) {
	return many(ctx, tx, doing, scanRendition, "select "+renditionColumns+" from "+transfers+`
		where r.quarantined is null and (r.checked is null or r.checked < $1) and r.created <= $2 and r.id <> all($3)
		order by r.checked nulls first, r.id limit $4`, due, made, list(without), limit)
}

// saveTransfers is the part of SaveChecked for objects that were sound and belong to no document.
func (tx *Tx) saveTransfers(ctx context.Context, doing string, ids []efile.ID, keys, seconds []string, when time.Time) error {
	for _, table := range []string{"archive_messages", "archive_answers"} {
		err := tx.exec(ctx, doing, `
			update `+table+` r set read_back = $4, sha512 = case when r.sha512 = '' then c.sha512 else r.sha512 end
			from unnest($1::uuid[], $2::text[], $3::text[]) c (id, object_key, sha512)
			where r.id = c.id and r.object_key = c.object_key and r.quarantined is null`, ids, list(keys), list(seconds), when)
		if err != nil {
			return err
		}
	}
	return nil
}

// quarantineTransfer is the part of Quarantine for what belongs to no document. A container that is being destroyed with a
// case file goes before its row forgets it, and is no finding.
func (tx *Tx) quarantineTransfer(ctx context.Context, doing string, r efile.Rendition, when time.Time) (bool, error) {
	update := `
		update archive_answers set quarantined = coalesce(quarantined, $3), read_back = $3 where object_key = $1 and sha256 = $2`
	if r.Kind == KindContainer {
		update = `
		update archive_messages m set quarantined = coalesce(quarantined, $3), read_back = $3 where object_key = $1 and sha256 = $2
			and not exists (select from destructions x join disposal_records d on d.office_id = x.office_id and d.case_id = x.case_id
				where d.disposal_id = m.disposal_id and x.begun is not null and x.done is null and x.withdrawn is null)`
	}
	tag, err := tx.pgx.Exec(ctx, update, r.Key, r.SHA256, when)
	return err == nil && tag.RowsAffected() > 0, explain(ctx, doing, err)
}

// releaseTransfers is the part of Release for what belongs to no document.
func (tx *Tx) releaseTransfers(ctx context.Context, doing, key string, when time.Time) error {
	for _, table := range []string{"archive_messages", "archive_answers"} {
		err := tx.exec(ctx, doing, "update "+table+" set quarantined = null, read_back = $2 where object_key = $1", key, when)
		if err != nil {
			return err
		}
	}
	return nil
}
