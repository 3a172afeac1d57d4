package records

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const matterColumns = "id, case_id, procedure, facts, application::text, application_schema, opened, closed"

func scanMatter(row pgx.Row) (m efile.Matter, err error) {
	var application *string
	err = row.Scan(&m.ID, &m.CaseID, &m.Procedure, &m.Facts, &application, &m.ApplicationSchema, at(&m.Opened),
		at(&m.Closed))
	if application != nil {
		m.Application = json.RawMessage(*application)
	}
	return m, err
}

// application is the text of the application data as it was received; NULL if there is none.
func application(m efile.Matter) *string {
	if m.Application == nil {
		return nil
	}
	text := string(m.Application)
	return &text
}

func facts(m efile.Matter) map[string]bool {
	if m.Facts == nil {
		return map[string]bool{}
	}
	return m.Facts
}

// AddMatter opens a matter in a case file.
func (tx *Tx) AddMatter(ctx context.Context, m efile.Matter) error {
	doing := fmt.Sprintf("add matter %s", m.ID)
	if err := tx.may(doing, efile.WriteCases); err != nil {
		return err
	}
	tx.cases[m.CaseID] = true
	return tx.exec(ctx, doing, `
		insert into matters (office_id, id, case_id, procedure, facts, application, application_schema, opened, closed)
		values ($1, $2, $3, $4, $5, $6::text::json, $7, $8, $9)`,
		tx.actor.Office, m.ID, m.CaseID, m.Procedure, facts(m), application(m), m.ApplicationSchema, orNow(m.Opened),
		at(&m.Closed))
}

// SaveMatter changes a matter: procedure, facts, application, closed. It stays in its case file.
func (tx *Tx) SaveMatter(ctx context.Context, m efile.Matter) error {
	doing := fmt.Sprintf("save matter %s", m.ID)
	if err := tx.may(doing, efile.WriteCases); err != nil {
		return err
	}
	tx.cases[m.CaseID] = true
	return tx.change(ctx, doing, `
		update matters set procedure = $2, facts = $3, application = $4::text::json, application_schema = $5, closed = $6
		where id = $1`,
		m.ID, m.Procedure, facts(m), application(m), m.ApplicationSchema, at(&m.Closed))
}

// Matter returns a matter.
func (tx *Tx) Matter(ctx context.Context, id efile.ID) (efile.Matter, error) {
	doing := fmt.Sprintf("get matter %s", id)
	if err := tx.may(doing, efile.ReadCases, efile.Submit, efile.WriteCases, efile.RequestDocuments); err != nil {
		return efile.Matter{}, err
	}
	return one(ctx, tx, doing, scanMatter, "select "+matterColumns+" from matters where id = $1", id)
}

// Matters returns the matters of a case file, the oldest first.
func (tx *Tx) Matters(ctx context.Context, caseID efile.ID) ([]efile.Matter, error) {
	doing := fmt.Sprintf("list matters of case %s", caseID)
	if err := tx.may(doing, efile.ReadCases, efile.Submit, efile.WriteCases, efile.RequestDocuments); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanMatter,
		"select "+matterColumns+" from matters where case_id = $1 order by opened, id", caseID)
}

const partyColumns = "id, case_id, matter_id, role, surname, given_names, birth_date, nationality"

func scanParty(row pgx.Row) (p efile.Party, err error) {
	err = row.Scan(&p.ID, &p.CaseID, &p.MatterID, &p.Role, &p.Surname, &p.GivenNames, &p.BirthDate, &p.Nationality)
	return p, err
}

// AddParty adds a person or organisation to a matter.
func (tx *Tx) AddParty(ctx context.Context, p efile.Party) error {
	doing := fmt.Sprintf("add party %s", p.ID)
	if err := tx.may(doing, efile.WriteCases); err != nil {
		return err
	}
	tx.cases[p.CaseID] = true
	return tx.exec(ctx, doing, `
		insert into parties (office_id, id, case_id, matter_id, role, surname, given_names, birth_date, nationality)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.actor.Office, p.ID, p.CaseID, p.MatterID, p.Role, p.Surname, p.GivenNames, p.BirthDate, p.Nationality)
}

// SaveParty changes a party: role, names, birth date, nationality. It stays in its matter.
func (tx *Tx) SaveParty(ctx context.Context, p efile.Party) error {
	doing := fmt.Sprintf("save party %s", p.ID)
	if err := tx.may(doing, efile.WriteCases); err != nil {
		return err
	}
	tx.cases[p.CaseID] = true
	return tx.change(ctx, doing, `
		update parties set role = $2, surname = $3, given_names = $4, birth_date = $5, nationality = $6 where id = $1`,
		p.ID, p.Role, p.Surname, p.GivenNames, p.BirthDate, p.Nationality)
}

// Parties returns the parties of a matter in the order they were added.
func (tx *Tx) Parties(ctx context.Context, matterID efile.ID) ([]efile.Party, error) {
	doing := fmt.Sprintf("list parties of matter %s", matterID)
	if err := tx.may(doing, efile.ReadCases, efile.WriteCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanParty,
		"select "+partyColumns+" from parties where matter_id = $1 order by id", matterID)
}
