package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/web"
)

// The demo's office and its people.
const (
	demoOffice = "musterstadt"
	demoSystem = "demo-fachverfahren"
)

// demoSite is the office of the demo: two fresh cases, an applicant with a code, a machine with a token, a case system
// that is rung.
type demoSite struct {
	rooms    *setup.Rooms
	office   efile.Office
	keys     demoKeys
	machine  *client.Client
	cases    []client.Case
	code     string // of the applicant of the first case
	receiver *receiver
	since    string // cursor of the feed when the demo began
}

// demoKeys are kept in the data directory, so that a second start finds the same people.
type demoKeys struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Token    string `json:"token"`
}

// prepareSite opens the demo's office if it is not there yet, and two cases through the API of case systems.
func prepareSite(ctx context.Context, config setup.Config) (*demoSite, error) {
	rooms, err := setup.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	s := &demoSite{rooms: rooms}
	if err := s.prepare(ctx, config); err != nil {
		s.close(ctx)
		return nil, fmt.Errorf("prepare the demo's office: %w", err)
	}
	return s, nil
}

func (s *demoSite) prepare(ctx context.Context, config setup.Config) error {
	if err := s.people(ctx, config); err != nil {
		return err
	}
	s.machine = &client.Client{Site: config.PublicURL, Bearer: demoOffice + "." + s.keys.Token}
	feed, err := s.endOfFeed(ctx)
	if err != nil {
		return err
	}
	s.since = feed
	if s.receiver, err = startReceiver(ctx, s.machine); err != nil {
		return err
	}
	started := time.Now().UTC().Format("20060102-150405")
	for i, c := range []struct{ procedure, language, title string }{
		{"residence_employment", "uk", "Kovalenko, Olena"}, {"family_reunification", "ar", "Haddad, Karim"},
	} {
		ref := fmt.Sprintf("DEMO-%s-%d", started, i+1)
		opened, err := s.openCase(ctx, ref, c.procedure, c.language, c.title)
		if err != nil {
			return err
		}
		s.cases = append(s.cases, opened)
	}
	return s.admit(ctx)
}

// openCase opens a case of a procedure through the API; a catalogue without it has another first one. The title, which
// only caseworkers see, is the office's own.
func (s *demoSite) openCase(ctx context.Context, ref, procedure, language, title string) (client.Case, error) {
	if _, known := s.rooms.Catalogue.Procedure(procedure); !known {
		procedure = s.rooms.Catalogue.Procedures()[0].Key
	}
	opened, err := s.machine.PutCase(ctx, demoSystem, ref, map[string]any{
		"procedure": procedure, "language": language, "facts": map[string]bool{"first_issue": true, "dependent_employment": true},
	})
	if err != nil {
		return opened, fmt.Errorf("open case: %w", err)
	}
	return opened, s.rooms.Records.In(ctx, efile.SystemIn(s.office.ID), func(tx *records.Tx) error {
		c, err := tx.CaseByExternal(ctx, demoSystem, ref)
		if err != nil {
			return err
		}
		c.Title = title
		return tx.SaveCase(ctx, c)
	})
}

// people makes office, caseworker and token on the first start, and finds them on the later ones.
func (s *demoSite) people(ctx context.Context, config setup.Config) error {
	path := filepath.Join(config.Data, "secrets", "demo.json")
	var err error
	s.office, err = s.rooms.Records.OfficeByKey(ctx, demoOffice)
	if err == nil {
		data, err := os.ReadFile(path) //nolint:gosec // below the data directory
		if err == nil {
			err = json.Unmarshal(data, &s.keys)
		}
		return err
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.office = efile.Office{ID: efile.NewID(), Key: demoOffice, Name: "Ausländerbehörde Musterstadt", Language: "de", Created: time.Now()}
	s.keys = demoKeys{Login: "demo", Password: rand.Text()[:20]}
	var hash []byte
	s.keys.Token, hash = web.NewServiceToken()
	data, err := json.Marshal(s.keys) //nolint:gosec // the made-up person of the demo; the file is the owner's alone
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err == nil {
		err = s.rooms.Records.CreateOffice(ctx, s.office)
	}
	if err != nil {
		return err
	}
	return s.rooms.Records.In(ctx, efile.SystemIn(s.office.ID), func(tx *records.Tx) error {
		err := tx.AddUser(ctx, efile.User{
			ID: efile.NewID(), Login: s.keys.Login, Name: "Dagmar Demo", Roles: []efile.Role{efile.Caseworker, efile.Archivist},
			Language: "de", PasswordHash: web.HashPassword(s.keys.Password), Created: time.Now(),
		})
		if err != nil {
			return err
		}
		return tx.AddServiceToken(ctx, efile.ServiceToken{
			ID: efile.NewID(), Name: "demo", Hash: hash, Created: time.Now(), Scopes: []efile.Scope{
				efile.ScopeCasesWrite, efile.ScopeDocumentsRead, efile.ScopeSubmit, efile.ScopeEventsRead, efile.ScopeAdmin,
			},
		})
	})
}

// admit makes the applicant's access code.
func (s *demoSite) admit(ctx context.Context) error {
	id, err := efile.ParsePublic(efile.PrefixCase, s.cases[0].ID)
	if err != nil {
		return err
	}
	code, hash := web.NewAccessCode()
	s.code = code
	return s.rooms.Records.In(ctx, efile.SystemIn(s.office.ID), func(tx *records.Tx) error {
		now := time.Now()
		return tx.AddAccessCode(ctx, efile.AccessCode{
			ID: efile.NewID(), CaseID: id, Hash: hash, Created: now, Expires: now.AddDate(0, 0, 30),
		})
	})
}

func (s *demoSite) close(ctx context.Context) {
	if s.receiver != nil {
		s.receiver.close(ctx)
	}
	s.rooms.Close()
}

// send uploads files to a case: the first case's as the applicant would, the second's as the office's scanner would.
func (s *demoSite) send(ctx context.Context, number int, files []*demoFile) error {
	sender, order := s.machine, map[string]any{"case": s.cases[number].ID, "channel": "scan"}
	if number == 0 {
		sender, order = &client.Client{Site: s.machine.Site, Bearer: demoOffice + "." + s.code}, map[string]any{}
	}
	submission, err := sender.Open(ctx, order)
	if err != nil {
		return fmt.Errorf("open submission: %w", err)
	}
	documents := map[string]*demoFile{}
	for i, f := range files {
		receipt, err := s.upload(ctx, sender, submission.ID, f, i%2 == 0)
		if err != nil {
			return fmt.Errorf("upload %s: %w", f.name, err)
		}
		documents[receipt.Document] = f
	}
	return s.watch(ctx, sender, submission.ID, documents)
}

// upload takes both roads in turn: resumable, and plain form.
func (s *demoSite) upload(ctx context.Context, sender *client.Client, submission string, f *demoFile, resumable bool) (client.Receipt, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return client.Receipt{}, err
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	if err != nil {
		return client.Receipt{}, err
	}
	f.began = time.Now()
	if resumable {
		return sender.Resumable(ctx, submission, f.name, file, info.Size())
	}
	return sender.Form(ctx, submission, f.name, file)
}

// watch asks for the state of the files until all have settled.
func (s *demoSite) watch(ctx context.Context, sender *client.Client, submission string, documents map[string]*demoFile) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := sender.Submission(ctx, submission)
		if err != nil && !client.Again(err) {
			return fmt.Errorf("ask for submission: %w", err)
		}
		for _, doc := range now.Documents {
			if f, ours := documents[doc.ID]; ours {
				f.set(doc)
			}
		}
		if err == nil && now.Settled {
			return s.confidences(ctx, documents)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.Join(errUnsettled, ctx.Err())
		}
	}
}

// confidences asks as the case system how sure the types are.
func (s *demoSite) confidences(ctx context.Context, documents map[string]*demoFile) error {
	for id, f := range documents {
		doc, err := s.machine.Document(ctx, id)
		if err != nil {
			return fmt.Errorf("ask for document: %w", err)
		}
		f.mu.Lock()
		f.confidence, _ = doc["typeConfidence"].(float64)
		f.mu.Unlock()
	}
	return nil
}

func (s *demoSite) endOfFeed(ctx context.Context) (string, error) {
	cursor := ""
	for {
		page, err := s.machine.Events(ctx, cursor, 0)
		if err != nil {
			return "", fmt.Errorf("read feed: %w", err)
		}
		cursor = page.Next
		if page.CaughtUp {
			return cursor, nil
		}
	}
}

// received prints what the case system was told, by bell and by feed.
func (s *demoSite) received(ctx context.Context, out io.Writer) {
	events := 0
	cursor := s.since
	for {
		page, err := s.machine.Events(ctx, cursor, 0)
		if err != nil {
			fmt.Fprintf(out, "\nthe feed could not be read: %v\n", err)
			return
		}
		events += len(page.Events)
		cursor = page.Next
		if page.CaughtUp {
			break
		}
	}
	s.receiver.await(ctx, events)
	s.receiver.print(out, events)
}

// describe tells how to look around.
func (s *demoSite) describe(out io.Writer) {
	fmt.Fprintf(out, "\n  site         %s/o/%s/\n", s.machine.Site, demoOffice)
	fmt.Fprintf(out, "  caseworker   sign in as %q with %q\n", s.keys.Login, s.keys.Password)
	fmt.Fprintf(out, "  applicant    access code %s\n", s.code)
	for i, c := range s.cases {
		fmt.Fprintf(out, "  case %d       %s/o/%s/cases/%s\n", i+1, s.machine.Site, demoOffice, c.ID)
	}
}
