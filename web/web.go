// Package web is the product's HTTP face: pages for applicants, caseworkers and archivists, the upload and case API for
// portals and case systems, health and metrics. It speaks HTTP and nothing else: accepting bytes is intake's business,
// what is known is records', who may do what is efile's table, held again by row-level security below.
//
// Start reading at routes.go: one table says for every address, page or API, who may call it, what it costs and which
// function answers. A handler returns an error; problem.go is the one place where errors become answers. Pages are in
// page_*.go, one file each, API actions in api_*.go.
//
// The package renders no uploaded bytes: originals leave as attachments with a digest that was checked on the way.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// Config is what a Server needs. Fields without a remark are required.
type Config struct {
	Records   *records.Store
	Store     *storage.Store
	Intake    *intake.Service
	Queue     intake.Inserter
	Texts     *locale.Texts
	Catalogue *catalogue.Catalogue
	Signer    *notify.Signer

	Installation string // stands in the source of events: [a-z0-9-]{1,63}
	PublicURL    string // as people type it, "https://akte.example.de"; https makes cookies Secure
	Secret       []byte // at least 32 bytes, the same in all processes: binds form tokens before sign-in

	// TrustedProxies may name the client in X-Forwarded-For. Empty: the peer of the connection is the client.
	TrustedProxies []netip.Prefix
	// Checks are asked by /readyz, by name. A nil error is healthy.
	Checks map[string]func(context.Context) error
	// CheckDestination decides whether a webhook address may be used. Nil: notify's rule without exceptions.
	CheckDestination func(context.Context, *url.URL) error
	// Filed is run, in the transaction, when a document gets its place by a person's word: it ticks requests and counts the
	// checklist (workers.Filed). Nil: nothing more than the document's own events.
	Filed func(context.Context, *records.Tx, efile.Document) error
	// Recheck reads the object of a finding again and, if it is right, lets it go and closes the finding, in the name of the
	// actor (workers.Fixity.Recheck). Nil: findings can only be looked at.
	Recheck func(ctx context.Context, actor efile.Actor, finding efile.ID) error
	// Split puts case files into as many disposals as an archive's limit of size needs (workers.Split). Nil: into one.
	Split func(ctx context.Context, tx *records.Tx, office efile.Office, to efile.ReceivingArchive, cases []efile.ID) ([][]efile.ID, error)
	Log   *slog.Logger // nil: slog.Default
	Now   func() time.Time
	Times Times
	Rates Rates // zero: DefaultRates
}

// Times bound how long things last. A zero field means its default.
type Times struct {
	StaffIdle     time.Duration // a caseworker's session without a request; default 30 min
	StaffMax      time.Duration // a caseworker's session at all; default 10 h
	ApplicantIdle time.Duration // default 60 min
	ApplicantMax  time.Duration // default 12 h
	Stall         time.Duration // an upload or download without progress; default 20 s
	Request       time.Duration // an ordinary request; default 30 s
	Stream        time.Duration // a stream of server-sent events; default 5 min, then the browser comes back
	Heartbeat     time.Duration // between signs of life on a stream; default 15 s
	Poll          time.Duration // between looks at a submission that is in work; default 2 s
	FeedKept      time.Duration // how far back the feed goes; default 90 days
}

func (t Times) or() Times {
	fill := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	fill(&t.StaffIdle, 30*time.Minute)
	fill(&t.StaffMax, 10*time.Hour)
	fill(&t.ApplicantIdle, time.Hour)
	fill(&t.ApplicantMax, 12*time.Hour)
	fill(&t.Stall, 20*time.Second)
	fill(&t.Request, 30*time.Second)
	fill(&t.Stream, 5*time.Minute)
	fill(&t.Heartbeat, 15*time.Second)
	fill(&t.Poll, 2*time.Second)
	fill(&t.FeedKept, 90*24*time.Hour)
	return t
}

func (c Config) check() error {
	var all []error
	if c.Records == nil || c.Store == nil || c.Intake == nil || c.Queue == nil || c.Texts == nil || c.Catalogue == nil || c.Signer == nil {
		all = append(all, errors.New("records, store, intake, queue, texts, catalogue and signer are all needed"))
	}
	if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		all = append(all, errors.New("public URL is not an http or https address"))
	}
	if len(c.Secret) < 32 {
		all = append(all, errors.New("secret is shorter than 32 bytes"))
	}
	if c.Installation == "" {
		all = append(all, errors.New("installation has no name"))
	}
	return errors.Join(all...)
}

// secure reports whether people reach us by https.
func (c Config) secure() bool {
	u, err := url.Parse(c.PublicURL)
	return err == nil && u.Scheme == "https"
}

var _ http.Handler = (*Server)(nil)
