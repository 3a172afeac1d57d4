package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// formField is the name of the hidden field that carries the form token; scripts send it in formHeader. In a multipart
// form it must be the first field.
const (
	formField  = "csrf"
	formHeader = "X-Csrf-Token"
)

// touchEvery is how often a session's last use is written down.
const touchEvery = time.Minute

// cookieName adds the prefix with which browsers refuse a cookie from a neighbouring host, where https allows it.
func (s *Server) cookieName(name string) string {
	if s.cfg.secure() {
		return "__Host-" + name
	}
	return name
}

func (s *Server) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // all three are set; Secure follows the public address
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: int(age.Seconds()),
		HttpOnly: true, Secure: s.cfg.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (s *Server) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

const sessionCookie = "eakte"

func sessionHash(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

// startSession signs the actor in under a new id; a session that came with the request ends.
func (s *Server) startSession(r *Request, office efile.Office, actor efile.Actor) error {
	if err := s.endSession(r); err != nil {
		return err
	}
	now := s.now()
	_, longest := s.sessionTimes(actor)
	value := office.Key + "." + randomText()
	session := efile.Session{Hash: sessionHash(value), Actor: actor, CSRF: randomText(), Created: now, LastSeen: now, Expires: now.Add(longest)}
	err := s.cfg.Records.In(r.Context(), efile.SystemIn(office.ID), func(tx *records.Tx) error {
		return tx.AddSession(r.Context(), session)
	})
	if err != nil {
		return fmt.Errorf("start session: %w", err)
	}
	s.setCookie(r.w, sessionCookie, value, longest)
	r.Actor, r.Office, r.Session = actor, office, &session
	return nil
}

// endSession signs out: the session is gone on the server, whatever the browser keeps. Without a session it does nothing.
func (s *Server) endSession(r *Request) error {
	if r.Session == nil {
		return nil
	}
	err := s.cfg.Records.In(r.Context(), efile.SystemIn(r.Session.Actor.Office), func(tx *records.Tx) error {
		return tx.EndSession(r.Context(), r.Session.Hash)
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	s.setCookie(r.w, sessionCookie, "", -time.Second)
	r.Session, r.Actor, r.Office = nil, efile.Actor{}, efile.Office{}
	return nil
}

func (s *Server) sessionTimes(a efile.Actor) (idle, longest time.Duration) {
	if a.Kind == efile.Applicant {
		return s.times.ApplicantIdle, s.times.ApplicantMax
	}
	return s.times.StaffIdle, s.times.StaffMax
}

// identifySession finds the session of the cookie, if there is one and it still lasts. Rights are those of now, not
// those of the sign-in: a user disabled or a code revoked meanwhile is nobody.
func (s *Server) identifySession(r *Request) error {
	value := s.cookie(r.Request, sessionCookie)
	key, _, found := strings.Cut(value, ".")
	if !found {
		return nil
	}
	ctx := r.Context()
	office, err := s.cfg.Records.OfficeByKey(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return fmt.Errorf("look up office of session: %w", err)
	}
	var session efile.Session
	err = s.cfg.Records.View(ctx, efile.SystemIn(office.ID), func(tx *records.Tx) error {
		var err error
		if session, err = tx.SessionByHash(ctx, sessionHash(value)); err != nil {
			return err
		}
		return s.refresh(r, tx, &session)
	})
	if fault.Is(err, fault.NotFound) {
		s.setCookie(r.w, sessionCookie, "", -time.Second)
		return nil
	} else if err != nil {
		return fmt.Errorf("look up session: %w", err)
	}
	r.Actor, r.Office, r.Session = session.Actor, office, &session
	return s.touch(r)
}

// refresh checks a session's end and its owner, and fills in what the owner may do now. NotFound: it no longer counts.
func (s *Server) refresh(r *Request, tx *records.Tx, session *efile.Session) error {
	over := fault.New(fault.Reject, fault.NotFound, errors.New("session is over"))
	idle, _ := s.sessionTimes(session.Actor)
	if s.past(session.Expires) || s.past(session.LastSeen.Add(idle)) {
		return over
	}
	if session.Actor.Kind == efile.Staff {
		user, err := tx.User(r.Context(), session.Actor.ID)
		if err == nil && user.Disabled {
			err = over
		}
		session.Actor.Roles = user.Roles
		return err
	}
	codes, err := tx.AccessCodes(r.Context(), session.Actor.Case)
	if err != nil {
		return err
	}
	valid := slices.ContainsFunc(codes, func(c efile.AccessCode) bool {
		return c.ID == session.Actor.ID && !c.Revoked && !s.past(c.Expires)
	})
	if !valid {
		return over
	}
	return nil
}

func (s *Server) touch(r *Request) error {
	now := s.now()
	if now.Sub(r.Session.LastSeen) < min(touchEvery, s.times.StaffIdle/4, s.times.ApplicantIdle/4) {
		return nil
	}
	err := s.cfg.Records.In(r.Context(), efile.SystemIn(r.Office.ID), func(tx *records.Tx) error {
		return tx.TouchSession(r.Context(), r.Session.Hash, now)
	})
	if err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// FormToken is what a form of this caller carries in its hidden field "csrf". Before sign-in it is bound to a cookie of
// its own, which is set on first use, so it must be called before the answer's header is written.
func (r *Request) FormToken() string {
	if r.Session != nil {
		return r.Session.CSRF
	}
	if r.visitor == "" {
		r.visitor = r.server.cookie(r.Request, visitorCookie)
	}
	if r.visitor == "" {
		r.visitor = randomText()
		r.server.setCookie(r.w, visitorCookie, r.visitor, 24*time.Hour)
	}
	return r.server.visitorToken(r.visitor)
}

const visitorCookie = "eakte-form"

func (s *Server) visitorToken(visitor string) string {
	mac := hmac.New(sha256.New, s.cfg.Secret)
	_, _ = io.WriteString(mac, "form "+visitor) // a hash never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// checkForm refuses changing requests that another site may have sent. A foreign Origin is refused always; a request
// that is authorised by a cookie, or that signs someone in, must also carry the form token. Bearer requests need none: no
// browser sends a bearer by itself.
func (s *Server) checkForm(r *Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return nil
	}
	if err := s.origins.Check(r.Request); err != nil {
		return fault.New(fault.Reject, fault.CSRF, err)
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "multipart/form-data" {
		parts, err := r.MultipartReader()
		if err != nil {
			return fault.New(fault.Reject, fault.Validation, fmt.Errorf("read multipart body: %w", err))
		}
		r.Parts = parts
	}
	if r.Session == nil && (!r.Actor.ID.IsZero() || r.route.face != page) {
		return nil
	}
	token, err := r.sentToken()
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(r.FormToken())) != 1 {
		return fault.New(fault.Reject, fault.CSRF, errors.New("form token is missing or wrong"))
	}
	return nil
}

// sentToken finds the token in the header, the first multipart field or the form.
func (r *Request) sentToken() (string, error) {
	if token := r.Header.Get(formHeader); token != "" {
		return token, nil
	}
	if r.Parts != nil {
		part, err := r.Parts.NextPart()
		if err != nil || part.FormName() != formField {
			return "", fault.New(fault.Reject, fault.CSRF, errors.New("multipart form does not start with the form token"))
		}
		token, err := io.ReadAll(io.LimitReader(part, 256))
		if err != nil {
			return "", fault.New(fault.Reject, fault.CSRF, fmt.Errorf("read form token: %w", err))
		}
		return string(token), nil
	}
	if r.route.body == streamed {
		return "", nil // a raw body is not a form: it is not read in search of a token
	}
	if err := r.ParseForm(); err != nil {
		return "", fault.New(fault.Reject, fault.Validation, fmt.Errorf("read form: %w", err))
	}
	return r.PostForm.Get(formField), nil
}
