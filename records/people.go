package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// Sign-in looks people up before anyone acts: it runs as efile.SystemIn(office), the office being known from the
// address or from the token itself.

const userColumns = "id, login, name, roles, language, password_hash, disabled, created"

func scanUser(row pgx.Row) (u efile.User, err error) {
	err = row.Scan(&u.ID, &u.Login, &u.Name, &u.Roles, &u.Language, &u.PasswordHash, &u.Disabled, at(&u.Created))
	return u, err
}

// AddUser adds a user to the office. A login that is taken is fault.Conflict.
func (tx *Tx) AddUser(ctx context.Context, u efile.User) error {
	doing := fmt.Sprintf("add user %s", u.ID)
	if err := tx.may(doing, efile.ManageUsers); err != nil {
		return err
	}
	return tx.exec(ctx, doing, `
		insert into users (office_id, id, login, name, roles, language, password_hash, disabled, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.actor.Office, u.ID, u.Login, u.Name, list(u.Roles), u.Language, u.PasswordHash, u.Disabled, orNow(u.Created))
}

// SaveUser changes everything of a user but ID and Created. Another password or disabling ends the user's sessions.
func (tx *Tx) SaveUser(ctx context.Context, u efile.User) error {
	doing := fmt.Sprintf("save user %s", u.ID)
	if err := tx.may(doing, efile.ManageUsers); err != nil {
		return err
	}
	err := tx.exec(ctx, doing, `
		delete from sessions s using users u
		where u.id = $1 and s.actor_kind = 'staff' and s.actor_id = u.id and ($3 or u.password_hash <> $2)`,
		u.ID, u.PasswordHash, u.Disabled)
	if err != nil {
		return err
	}
	return tx.change(ctx, doing, `
		update users set login = $2, name = $3, roles = $4, language = $5, password_hash = $6, disabled = $7 where id = $1`,
		u.ID, u.Login, u.Name, list(u.Roles), u.Language, u.PasswordHash, u.Disabled)
}

// UserByLogin returns the user who signs in with this name, disabled or not.
func (tx *Tx) UserByLogin(ctx context.Context, login string) (efile.User, error) {
	if err := tx.may("get user by login", efile.ManageUsers); err != nil {
		return efile.User{}, err
	}
	return one(ctx, tx, "get user by login", scanUser, "select "+userColumns+" from users where login = $1", login)
}

// User returns a user. Everyone may see themselves.
func (tx *Tx) User(ctx context.Context, id efile.ID) (efile.User, error) {
	doing := fmt.Sprintf("get user %s", id)
	if err := tx.may(doing, efile.ManageUsers); err != nil && (tx.actor.Kind != efile.Staff || tx.actor.ID != id) {
		return efile.User{}, err
	}
	return one(ctx, tx, doing, scanUser, "select "+userColumns+" from users where id = $1", id)
}

// Users returns the users of the office by login.
func (tx *Tx) Users(ctx context.Context) ([]efile.User, error) {
	if err := tx.may("list users", efile.ManageUsers); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list users", scanUser, "select "+userColumns+" from users order by login")
}

const accessCodeColumns = "id, case_id, matter_id, hash, expires, revoked, created"

func scanAccessCode(row pgx.Row) (c efile.AccessCode, err error) {
	err = row.Scan(&c.ID, &c.CaseID, &c.Matter, &c.Hash, at(&c.Expires), &c.Revoked, at(&c.Created))
	return c, err
}

// AddAccessCode lets an applicant in to a case. Who works on cases hands codes out.
func (tx *Tx) AddAccessCode(ctx context.Context, c efile.AccessCode) error {
	doing := fmt.Sprintf("add access code %s", c.ID)
	if err := tx.may(doing, efile.ManageUsers, efile.WriteCases); err != nil {
		return err
	}
	return tx.exec(ctx, doing, `
		insert into access_codes (office_id, id, case_id, matter_id, hash, expires, revoked, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.actor.Office, c.ID, c.CaseID, c.Matter, c.Hash, c.Expires, c.Revoked, orNow(c.Created))
}

// AccessCodeByHash returns the code with this digest, also one that is revoked or has expired: that is the caller's to
// judge. Only the product itself asks.
func (tx *Tx) AccessCodeByHash(ctx context.Context, hash []byte) (efile.AccessCode, error) {
	if err := tx.may("get access code", efile.Process); err != nil {
		return efile.AccessCode{}, err
	}
	return one(ctx, tx, "get access code", scanAccessCode,
		"select "+accessCodeColumns+" from access_codes where hash = $1", hash)
}

// AccessCodes returns the codes of a case, the newest first.
func (tx *Tx) AccessCodes(ctx context.Context, caseID efile.ID) ([]efile.AccessCode, error) {
	doing := fmt.Sprintf("list access codes of case %s", caseID)
	if err := tx.may(doing, efile.ManageUsers, efile.WriteCases); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanAccessCode,
		"select "+accessCodeColumns+" from access_codes where case_id = $1 order by created desc, id desc", caseID)
}

// RevokeAccessCode shuts a code and ends the sessions it opened.
func (tx *Tx) RevokeAccessCode(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("revoke access code %s", id)
	if err := tx.may(doing, efile.ManageUsers, efile.WriteCases); err != nil {
		return err
	}
	if err := tx.change(ctx, doing, "update access_codes set revoked = true where id = $1", id); err != nil {
		return err
	}
	return tx.exec(ctx, doing, "delete from sessions where actor_kind = 'applicant' and actor_id = $1", id)
}

const serviceTokenColumns = "id, name, hash, scopes, expires, revoked, created"

func scanServiceToken(row pgx.Row) (t efile.ServiceToken, err error) {
	err = row.Scan(&t.ID, &t.Name, &t.Hash, &t.Scopes, at(&t.Expires), &t.Revoked, at(&t.Created))
	return t, err
}

// AddServiceToken lets a machine in.
func (tx *Tx) AddServiceToken(ctx context.Context, t efile.ServiceToken) error {
	doing := fmt.Sprintf("add service token %s", t.ID)
	if err := tx.may(doing, efile.ManageUsers); err != nil {
		return err
	}
	return tx.exec(ctx, doing, `
		insert into service_tokens (office_id, id, name, hash, scopes, expires, revoked, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.actor.Office, t.ID, t.Name, t.Hash, list(t.Scopes), at(&t.Expires), t.Revoked, orNow(t.Created))
}

// ServiceTokenByHash returns the token with this digest, also one that is revoked or has expired: that is the caller's
// to judge. Only the product itself asks.
func (tx *Tx) ServiceTokenByHash(ctx context.Context, hash []byte) (efile.ServiceToken, error) {
	if err := tx.may("get service token", efile.Process); err != nil {
		return efile.ServiceToken{}, err
	}
	return one(ctx, tx, "get service token", scanServiceToken,
		"select "+serviceTokenColumns+" from service_tokens where hash = $1", hash)
}

// ServiceTokens returns the tokens of the office, the newest first.
func (tx *Tx) ServiceTokens(ctx context.Context) ([]efile.ServiceToken, error) {
	if err := tx.may("list service tokens", efile.ManageUsers); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list service tokens", scanServiceToken,
		"select "+serviceTokenColumns+" from service_tokens order by created desc, id desc")
}

// RevokeServiceToken shuts a token.
func (tx *Tx) RevokeServiceToken(ctx context.Context, id efile.ID) error {
	doing := fmt.Sprintf("revoke service token %s", id)
	if err := tx.may(doing, efile.ManageUsers); err != nil {
		return err
	}
	return tx.change(ctx, doing, "update service_tokens set revoked = true where id = $1", id)
}
