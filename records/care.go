package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// KnownKeys returns those of the keys under which something of the office lies: renditions, messages to and from
// archives, and what uploads still on their way have stored. Any other key is an orphan.
func (tx *Tx) KnownKeys(ctx context.Context, keys []string) ([]string, error) {
	const doing = "look for keys"
	if err := tx.may(doing, efile.Process); err != nil {
		return nil, err
	}
	rows, err := tx.pgx.Query(ctx, `
		select object_key from renditions where object_key = any($1)
		union select object_key from archive_messages where object_key = any($1)
		union select object_key from archive_answers where object_key = any($1)
		union select k from unnest($1::text[]) k where exists (
			select from uploads where k = tail or k like '%/' || document_id || '/%')`, keys)
	if err != nil {
		return nil, explain(ctx, doing, err)
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return known, explain(ctx, doing, err)
}

// EndedJobs counts the jobs of a document's run that the queue has given up: discarded because a process died with them
// too often, or cancelled.
func (tx *Tx) EndedJobs(ctx context.Context, docID efile.ID, kind string, generation int) (int, error) {
	doing := fmt.Sprintf("count ended jobs of document %s", docID)
	if err := tx.may(doing, efile.Process); err != nil {
		return 0, err
	}
	var n int
	err := tx.pgx.QueryRow(ctx, `
		select count(*) from river_job
		where kind = $2 and state in ('discarded', 'cancelled')
			and args @> jsonb_build_object('document', $1::text, 'generation', $3::int)`, docID.String(), kind, generation).Scan(&n)
	return n, explain(ctx, doing, err)
}
