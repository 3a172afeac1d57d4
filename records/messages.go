package records

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const messageColumns = `id, disposal_id, type, number, of, created, through, file, size, sha256, entries, checked, sent,
	findings, object_key, wrapped`

func scanMessage(row pgx.Row) (m efile.Message, err error) {
	err = row.Scan(&m.ID, &m.Disposal, &m.Type, &m.Number, &m.Of, at(&m.Created), &m.Through, &m.File, &m.Size, &m.SHA256,
		&m.Entries, at(&m.Checked), at(&m.Sent), &m.Findings, &m.Key, &m.Wrapped)
	return m, err
}

// AddMessage begins a message of a disposal. It fills what is empty: ID, Number and Of (1), Created, and Through with the
// newest entry of the log. A disposal has one message of a type and number; another is fault.Conflict, and the transaction
// stays usable, so that the caller can take the one that is there (Messages).
func (tx *Tx) AddMessage(ctx context.Context, m *efile.Message) error {
	doing := fmt.Sprintf("add message %s to disposal %s", m.Type, m.Disposal)
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	if m.ID.IsZero() {
		m.ID = efile.NewID()
	}
	m.Number, m.Of, m.Created = max(m.Number, 1), max(m.Of, m.Number, 1), orNow(m.Created)
	err := tx.pgx.QueryRow(ctx, `
		insert into archive_messages (office_id, id, disposal_id, type, number, of, created, through)
		values ($1, $2, $3, $4, $5, $6, $7, coalesce(nullif($8::bigint, 0), (select seq from event_heads), 0))
		on conflict (office_id, disposal_id, type, number) do nothing returning through`,
		tx.actor.Office, m.ID, m.Disposal, m.Type, m.Number, m.Of, m.Created, m.Through).Scan(&m.Through)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Reject, fault.Conflict, fmt.Errorf("%s: it is there already", doing))
	}
	return explain(ctx, doing, err)
}

// SaveMessage writes what was built, checked and sent: File, Size, SHA256, Entries, Wrapped, Findings, Key, Checked, Sent. What was
// sent stays as it is: another file for it is fault.Conflict.
func (tx *Tx) SaveMessage(ctx context.Context, m efile.Message) error {
	doing := fmt.Sprintf("save message %s", m.ID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	sent, err := one(ctx, tx, doing, scanMessage,
		"select "+messageColumns+" from archive_messages where id = $1 for no key update", m.ID)
	if err != nil {
		return err
	}
	if !sent.Sent.IsZero() && (sent.SHA256 != m.SHA256 || sent.Size != m.Size || sent.File != m.File || !sent.Sent.Equal(m.Sent)) {
		return fault.New(fault.Reject, fault.Conflict, fmt.Errorf("%s: it was sent already", doing))
	}
	return tx.change(ctx, doing, `
		update archive_messages set file = $2, size = $3, sha256 = $4, entries = $5, checked = $6, sent = $7, findings = $8,
			object_key = $9, wrapped = $10
		where id = $1`,
		m.ID, m.File, m.Size, m.SHA256, list(m.Entries), at(&m.Checked), at(&m.Sent), list(m.Findings), m.Key, m.Wrapped)
}

// Messages returns the messages of a disposal that we send, by type and number.
func (tx *Tx) Messages(ctx context.Context, disposal efile.ID) ([]efile.Message, error) {
	doing := fmt.Sprintf("list messages of disposal %s", disposal)
	if err := tx.may(doing, efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanMessage,
		"select "+messageColumns+" from archive_messages where disposal_id = $1 order by type, number", disposal)
}

const answerColumns = "id, archive_id, disposal_id, type, file, size, sha256, object_key, state, code, received"

func scanAnswer(row pgx.Row) (a efile.Answer, err error) {
	err = row.Scan(&a.ID, &a.Archive, &a.Disposal, &a.Type, &a.File, &a.Size, &a.SHA256, &a.Key, &a.State, &a.Code,
		at(&a.Received))
	return a, err
}

// AddArchiveAnswer keeps a message from an archive. It fills what is empty: ID, Received. The same bytes from the same archive
// are one answer: added is false then, and a is the one that is there.
func (tx *Tx) AddArchiveAnswer(ctx context.Context, a *efile.Answer) (added bool, err error) {
	doing := fmt.Sprintf("add answer of archive %s", a.Archive)
	if err := tx.may(doing, efile.Archive); err != nil {
		return false, err
	}
	if a.ID.IsZero() {
		a.ID = efile.NewID()
	}
	a.Received = orNow(a.Received)
	tag, err := tx.pgx.Exec(ctx, `
		insert into archive_answers (office_id, id, archive_id, disposal_id, type, file, size, sha256, object_key, state,
			code, received)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (office_id, archive_id, sha256) do nothing`,
		tx.actor.Office, a.ID, a.Archive, a.Disposal, a.Type, clean(a.File), a.Size, a.SHA256, a.Key, a.State, a.Code,
		a.Received)
	if err != nil {
		return false, explain(ctx, doing, err)
	}
	if tag.RowsAffected() == 0 {
		*a, err = one(ctx, tx, doing, scanAnswer,
			"select "+answerColumns+" from archive_answers where archive_id = $1 and sha256 = $2", a.Archive, a.SHA256)
		return false, err
	}
	t := efile.AuditAnswerTaken
	if a.State != efile.AnswerTaken {
		t = efile.AuditAnswerUnexpected
	}
	subject := "archives/" + a.Archive.Public(efile.PrefixArchive)
	if !a.Disposal.IsZero() {
		subject = disposalSubject(a.Disposal)
	}
	tx.audit(t, efile.ID{}, subject, map[string]any{"answer": a.ID.String(), "type": a.Type, "sha256": a.SHA256, "code": a.Code})
	return true, nil
}

// HasArchiveAnswer reports whether these bytes are an answer of the archive already.
func (tx *Tx) HasArchiveAnswer(ctx context.Context, archive efile.ID, sha256 string) (has bool, err error) {
	const doing = "look for an answer"
	if err := tx.may(doing, efile.Archive); err != nil {
		return false, err
	}
	err = tx.pgx.QueryRow(ctx, "select exists (select from archive_answers where archive_id = $1 and sha256 = $2)", archive, sha256).Scan(&has)
	return has, explain(ctx, doing, err)
}

// SaveArchiveAnswer changes Disposal, Type, State and Code of an answer.
func (tx *Tx) SaveArchiveAnswer(ctx context.Context, a efile.Answer) error {
	doing := fmt.Sprintf("save answer %s", a.ID)
	if err := tx.may(doing, efile.Archive); err != nil {
		return err
	}
	return tx.change(ctx, doing, `
		update archive_answers set disposal_id = $2, type = $3, state = $4, code = $5 where id = $1`,
		a.ID, a.Disposal, a.Type, a.State, a.Code)
}

// AnswerFilter narrows ArchiveAnswers. The zero value means all.
type AnswerFilter struct {
	State    efile.AnswerState // empty: any
	Disposal efile.ID          // zero: any
	After    efile.ID          // the last one of the page before; zero: the first page
	Limit    int               // 0: 50; at most 500
}

// ArchiveAnswers returns what archives sent, the newest first.
func (tx *Tx) ArchiveAnswers(ctx context.Context, f AnswerFilter) ([]efile.Answer, error) {
	if err := tx.may("list answers of archives", efile.Archive); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list answers of archives", scanAnswer, "select "+answerColumns+` from archive_answers
		where ($1 = '' or state = $1) and ($2::uuid is null or disposal_id = $2) and ($3::uuid is null or id < $3)
		order by id desc limit $4`, string(f.State), f.Disposal, f.After, page(f.Limit, 50, 500))
}
