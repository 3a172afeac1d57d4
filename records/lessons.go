package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const lessonsColumns = `number, kind, made, actor_kind, actor_id, again, examples, held_back, before, after, better`

func scanLessons(row pgx.Row) (l efile.Lessons, err error) {
	err = row.Scan(&l.Number, &l.Kind, at(&l.Made), &l.Actor.Kind, &l.Actor.ID, &l.Again, &l.Examples, &l.HeldBack,
		&l.Before, &l.After, &l.Better)
	return l, err
}

// AddLessons adds a version and fills its Number, and Made if it is zero. The actor is the transaction's.
func (tx *Tx) AddLessons(ctx context.Context, l *efile.Lessons) error {
	if err := tx.may("add lessons", efile.Process, efile.ManageUsers); err != nil {
		return err
	}
	l.Made, l.Actor = orNow(l.Made), efile.Actor{Kind: tx.actor.Kind, ID: tx.actor.ID}
	// Two at a time would take the same number: the key refuses the second.
	row := tx.pgx.QueryRow(ctx, `
		insert into lessons (office_id, number, kind, made, actor_kind, actor_id, again, examples, held_back, before, after,
			better, file)
		select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from lessons
		returning number`,
		tx.actor.Office, l.Kind, l.Made, l.Actor.Kind, l.Actor.ID, l.Again, l.Examples, l.HeldBack, l.Before, l.After,
		l.Better, list(l.File))
	return explain(ctx, "add lessons", row.Scan(&l.Number))
}

// Lessons returns the versions of the office's lessons, the newest first, without their files.
func (tx *Tx) Lessons(ctx context.Context, limit int) ([]efile.Lessons, error) {
	if err := tx.may("list lessons", efile.Process, efile.ManageUsers); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list lessons", scanLessons,
		"select "+lessonsColumns+" from lessons order by number desc limit $1", page(limit, 20, 1000))
}

// LessonsFile returns the file of a version; empty if it has none. A version that does not exist is fault.NotFound.
func (tx *Tx) LessonsFile(ctx context.Context, number int) ([]byte, error) {
	doing := fmt.Sprintf("get lessons %d", number)
	if err := tx.may(doing, efile.Process, efile.ManageUsers); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (file []byte, err error) { return file, row.Scan(&file) }
	return one(ctx, tx, doing, scan, "select file from lessons where number = $1", number)
}

// LessonsInUse returns the version that the office works with, with its file: the newest that was better or chosen, or
// that says that there is to be none. The zero value means that there is none yet.
func (tx *Tx) LessonsInUse(ctx context.Context) (efile.Lessons, error) {
	if err := tx.may("get lessons in use", efile.Process, efile.ManageUsers); err != nil {
		return efile.Lessons{}, err
	}
	found, err := many(ctx, tx, "get lessons in use", scanLessons,
		"select "+lessonsColumns+" from lessons where better or kind <> 'learnt' order by number desc limit 1")
	if err != nil || len(found) == 0 {
		return efile.Lessons{}, err
	}
	found[0].File, err = tx.LessonsFile(ctx, found[0].Number)
	return found[0], err
}

// Taught returns the documents of the office whose type a person has settled, the newest at most, the oldest first. Its
// renditions tell what is on them.
func (tx *Tx) Taught(ctx context.Context, limit int) ([]efile.Document, error) {
	if err := tx.may("list settled documents", efile.Process); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list settled documents", scanDocument, "select "+documentColumns+` from (
			select * from documents where type_by = 'caseworker' and status = 'filed' and type <> ''
			order by changed desc, id limit $1) newest
		order by changed, id`, page(limit, 500, 5000))
}
