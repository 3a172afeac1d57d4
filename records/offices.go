package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const officeColumns = "id, key, name, language, limits, created"

func scanOffice(row pgx.Row) (o efile.Office, err error) {
	err = row.Scan(&o.ID, &o.Key, &o.Name, &o.Language, &o.Limits, at(&o.Created))
	return o, err
}

// Offices returns the directory, by key. It is public.
func (s *Store) Offices(ctx context.Context) ([]efile.Office, error) {
	rows, err := s.pool.Query(ctx, "select "+officeColumns+" from offices order by key")
	if err != nil {
		return nil, explain(ctx, "list offices", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (efile.Office, error) { return scanOffice(row) })
	return list, explain(ctx, "list offices", err)
}

// OfficeByKey finds an office by the key in its addresses.
func (s *Store) OfficeByKey(ctx context.Context, key string) (efile.Office, error) {
	o, err := scanOffice(s.pool.QueryRow(ctx, "select "+officeColumns+" from offices where key = $1", key))
	return o, explain(ctx, "get office by key", err)
}

// OfficeByID finds an office.
func (s *Store) OfficeByID(ctx context.Context, id efile.ID) (efile.Office, error) {
	o, err := scanOffice(s.pool.QueryRow(ctx, "select "+officeColumns+" from offices where id = $1", id))
	return o, explain(ctx, fmt.Sprintf("get office %s", id), err)
}

// CreateOffice adds an office to the directory. It asks nobody: only the operator's command and tests call it.
// A key that is taken is fault.Conflict.
func (s *Store) CreateOffice(ctx context.Context, o efile.Office) error {
	_, err := s.pool.Exec(ctx,
		"insert into offices (id, key, name, language, limits, created) values ($1, $2, $3, $4, $5, $6)",
		o.ID, o.Key, o.Name, o.Language, o.Limits, orNow(o.Created))
	return explain(ctx, fmt.Sprintf("create office %s", o.ID), err)
}

// SaveOffice changes the actor's own office: name, language, limits. Its key never changes.
func (tx *Tx) SaveOffice(ctx context.Context, o efile.Office) error {
	doing := fmt.Sprintf("save office %s", o.ID)
	if err := tx.may(doing, efile.ManageUsers); err != nil {
		return err
	}
	return tx.change(ctx, doing, "update offices set name = $2, language = $3, limits = $4 where id = $1",
		o.ID, o.Name, o.Language, o.Limits)
}
