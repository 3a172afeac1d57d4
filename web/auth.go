package web

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// identify finds out who calls: a bearer secret or a session. Without either the caller is nobody, which is no error
// here; a bearer that is wrong is.
func (s *Server) identify(r *Request) error {
	if header := r.Header.Get("Authorization"); header != "" {
		return s.identifyBearer(r, header)
	}
	return s.identifySession(r)
}

// identifyBearer reads "Bearer <office key>.<secret>". Failures use up the address's budget for guesses and take the
// same way through the database as successes.
func (s *Server) identifyBearer(r *Request, header string) error {
	address := "addr " + s.address(r.Request)
	if err := s.limiter.exhausted(guessing, address); err != nil {
		return err
	}
	scheme, rest, _ := strings.Cut(header, " ")
	key, secret, _ := strings.Cut(strings.TrimSpace(rest), ".")
	if !strings.EqualFold(scheme, "Bearer") {
		key, secret = "", ""
	}
	office, actor, err := s.lookup(r.Context(), key, secret)
	if fault.Is(err, fault.BadCredentials) {
		_ = s.limiter.allow(guessing, address) // what counts is that it is used up
		return fault.New(fault.Reject, fault.Unauthenticated, err)
	}
	if err != nil {
		return err
	}
	r.Office, r.Actor = office, actor
	return nil
}

// lookup finds the actor behind a secret. Anything wrong with it is BadCredentials; a database that is away is not.
func (s *Server) lookup(ctx context.Context, officeKey, secret string) (efile.Office, efile.Actor, error) {
	office, err := s.cfg.Records.OfficeByKey(ctx, officeKey)
	if fault.Is(err, fault.NotFound) {
		office = efile.Office{ID: efile.NewID()} // an office without anything: the search below finds nothing and costs the same
	} else if err != nil {
		return efile.Office{}, efile.Actor{}, fmt.Errorf("look up office: %w", err)
	}
	actor := efile.Actor{Office: office.ID}
	err = s.cfg.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
		if strings.HasPrefix(secret, servicePrefix) {
			return s.lookupToken(ctx, tx, secret, &actor)
		}
		return s.lookupCode(ctx, tx, secret, &actor)
	})
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Reject, fault.BadCredentials, err)
	}
	return office, actor, err
}

func (s *Server) lookupToken(ctx context.Context, tx *records.Tx, secret string, actor *efile.Actor) error {
	sum := sha256.Sum256([]byte(secret))
	token, err := tx.ServiceTokenByHash(ctx, sum[:])
	if err != nil {
		return fmt.Errorf("look up service token: %w", err)
	}
	if token.Revoked || s.past(token.Expires) {
		return badCredentials("service token %s has ended", token.ID)
	}
	actor.Kind, actor.ID, actor.Scopes = efile.Service, token.ID, token.Scopes
	return nil
}

func (s *Server) lookupCode(ctx context.Context, tx *records.Tx, secret string, actor *efile.Actor) error {
	code, err := tx.AccessCodeByHash(ctx, HashAccessCode(secret))
	if err != nil {
		return fmt.Errorf("look up access code: %w", err)
	}
	if code.Revoked || s.past(code.Expires) {
		return badCredentials("access code %s has ended", code.ID)
	}
	actor.Kind, actor.ID, actor.Case = efile.Applicant, code.ID, code.CaseID
	return nil
}

// past reports whether a point in time is over; the zero time never is.
func (s *Server) past(t time.Time) bool { return !t.IsZero() && !s.now().Before(t) }

func badCredentials(format string, args ...any) error {
	return fault.New(fault.Reject, fault.BadCredentials, fmt.Errorf(format, args...))
}

// signInCode starts a session for whoever shows an access code of the office.
func (s *Server) signInCode(r *Request, officeKey, code string) error {
	if strings.HasPrefix(code, servicePrefix) {
		return badCredentials("a service token is no access code")
	}
	return s.signIn(r, "", func(ctx context.Context) (efile.Actor, efile.Office, error) {
		office, actor, err := s.lookup(ctx, officeKey, code)
		return actor, office, err
	})
}

// signInPassword starts a session for a user of the office.
func (s *Server) signInPassword(r *Request, officeKey, login, password string) error {
	name := officeKey + "/" + strings.ToLower(login)
	return s.signIn(r, name, func(ctx context.Context) (efile.Actor, efile.Office, error) {
		return s.lookupUser(ctx, officeKey, login, password)
	})
}

// signIn holds what both ways have in common: budgets per address and account before the lookup, a new session after.
func (s *Server) signIn(r *Request, name string, lookup func(context.Context) (efile.Actor, efile.Office, error)) error {
	address := "addr " + s.address(r.Request)
	if err := s.limiter.exhausted(guessing, address); err != nil {
		return err
	}
	if name != "" {
		if err := s.limiter.allow(account, name); err != nil {
			return err
		}
	}
	actor, office, err := lookup(r.Context())
	if fault.Is(err, fault.BadCredentials) {
		_ = s.limiter.allow(guessing, address) // what counts is that it is used up
	}
	if err != nil {
		return err
	}
	return s.startSession(r, office, actor)
}

// lookupUser compares a password. An unknown login, a disabled user and one who signs in elsewhere cost the same work.
func (s *Server) lookupUser(ctx context.Context, officeKey, login, password string) (efile.Actor, efile.Office, error) {
	if len(password) > 1024 {
		return efile.Actor{}, efile.Office{}, badCredentials("password of %d bytes", len(password))
	}
	var user efile.User
	office, err := s.cfg.Records.OfficeByKey(ctx, officeKey)
	if err == nil {
		err = s.cfg.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
			var err error
			user, err = tx.UserByLogin(ctx, login)
			return err
		})
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return efile.Actor{}, office, fmt.Errorf("look up user: %w", err)
	}
	if wrong := checkPassword(user.PasswordHash, password); wrong != nil || err != nil || user.Disabled {
		return efile.Actor{}, office, badCredentials("sign in: %w", errors.Join(wrong, err))
	}
	return efile.Actor{Kind: efile.Staff, ID: user.ID, Office: office.ID, Roles: user.Roles}, office, nil
}
