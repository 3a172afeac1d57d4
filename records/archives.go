package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const archiveColumns = `id, name, short, prefix, key, version, two_step, originals, size_limit, bag, transport, sender,
	created`

func scanArchive(row pgx.Row) (a efile.ReceivingArchive, err error) {
	err = row.Scan(&a.ID, &a.Name, &a.Short, &a.Prefix, &a.Key, &a.Version, &a.TwoStep, &a.Originals, &a.SizeLimit,
		&a.Bag, &a.Transport, &a.Sender, at(&a.Created))
	return a, err
}

// SaveArchive adds an archive, or changes everything of it but ID and Created. A zero ID is minted.
func (tx *Tx) SaveArchive(ctx context.Context, a *efile.ReceivingArchive) error {
	if a.ID.IsZero() {
		a.ID = efile.NewID()
	}
	doing := fmt.Sprintf("save archive %s", a.ID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	a.Created = orNow(a.Created)
	return tx.exec(ctx, doing, `
		insert into archives (office_id, id, name, short, prefix, key, version, two_step, originals, size_limit, bag,
			transport, sender, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		on conflict (office_id, id) do update set name = excluded.name, short = excluded.short, prefix = excluded.prefix,
			key = excluded.key, version = excluded.version, two_step = excluded.two_step, originals = excluded.originals,
			size_limit = excluded.size_limit, bag = excluded.bag, transport = excluded.transport, sender = excluded.sender`,
		tx.actor.Office, a.ID, a.Name, a.Short, a.Prefix, a.Key, a.Version, a.TwoStep, a.Originals, a.SizeLimit,
		a.Bag, a.Transport, a.Sender, a.Created)
}

// Archive returns an archive, with the sealed secret of its transport.
func (tx *Tx) Archive(ctx context.Context, id efile.ID) (efile.ReceivingArchive, error) {
	doing := fmt.Sprintf("get archive %s", id)
	if err := tx.may(doing, efile.Archive); err != nil {
		return efile.ReceivingArchive{}, err
	}
	return one(ctx, tx, doing, scanArchive, "select "+archiveColumns+" from archives where id = $1", id)
}

// Archives returns the archives of the office by name.
func (tx *Tx) Archives(ctx context.Context) ([]efile.ReceivingArchive, error) {
	if err := tx.may("list archives", efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list archives", scanArchive, "select "+archiveColumns+" from archives order by name, id")
}
