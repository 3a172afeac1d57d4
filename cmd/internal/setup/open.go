package setup

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/riverqueue/river"

	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/intake"
	"github.com/eakte/eakte/locale"
	"github.com/eakte/eakte/malware"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/reader"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/web"
	"github.com/eakte/eakte/workers"
)

// Rooms are the opened rooms that every serving program needs. Close them when done.
type Rooms struct {
	Config
	Records   *records.Store
	Objects   *storage.Store
	Queue     *river.Client[pgx.Tx] // inserts only
	Intake    *intake.Service
	Catalogue *catalogue.Catalogue
	Overrides map[string][]byte // the files that changed it
	Signer    *notify.Signer
	Metrics   *prometheus.Registry
}

// Open connects to database and store and wires what web, worker and operator share.
func Open(ctx context.Context, c Config) (*Rooms, error) {
	if err := c.Serving(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	all, err := OpenCatalogue(c)
	if err != nil {
		return nil, err
	}
	overrides, err := OpenOverrides(c)
	if err != nil {
		return nil, err
	}
	signer, err := notify.NewSigner(c.MasterKey)
	if err != nil {
		return nil, fmt.Errorf("derive signing keys: %w", err)
	}
	rec, err := records.Open(ctx, c.DatabaseURL, records.Options{MaxConns: c.Connections, Log: c.Log})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	store, err := storage.Open(ctx, c.Store)
	if err != nil {
		rec.Close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	queue, err := workers.NewInserter(rec.Pool())
	if err != nil {
		rec.Close()
		return nil, err
	}
	rec.SetOutbox(workers.Outbox(queue))
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Rooms{
		Config: c, Records: rec, Objects: store, Queue: queue, Catalogue: all, Overrides: overrides, Signer: signer, Metrics: metrics,
		Intake: &intake.Service{Records: rec, Store: store, Queue: queue, Limits: c.Limits, Log: c.Log},
	}, nil
}

// Close lets go of the database.
func (r *Rooms) Close() { r.Records.Close() }

// OpenCatalogue loads the built-in catalogue with the installation's overrides.
func OpenCatalogue(c Config) (*catalogue.Catalogue, error) {
	if c.Catalogue == "" {
		return catalogue.Default(), nil
	}
	all, err := catalogue.Load(os.DirFS(c.Catalogue))
	if err != nil {
		return nil, fmt.Errorf("load catalogue from %s: %w", c.Catalogue, err)
	}
	return all, nil
}

// OpenOverrides reads the files of the installation's catalogue, for the readers, which do not see its folder; nil if it
// has none.
func OpenOverrides(c Config) (map[string][]byte, error) {
	if c.Catalogue == "" {
		return nil, nil
	}
	return catalogue.Overrides(os.DirFS(c.Catalogue))
}

// Web wires the site.
func (r *Rooms) Web() (*web.Server, error) {
	texts, err := locale.New()
	if err != nil {
		return nil, fmt.Errorf("load texts: %w", err)
	}
	secret, err := hkdf.Key(sha256.New, r.MasterKey, nil, "eakte web form tokens", 32)
	if err != nil {
		return nil, fmt.Errorf("derive form key: %w", err)
	}
	return web.New(web.Config{
		Records: r.Records, Store: r.Objects, Intake: r.Intake, Queue: r.Queue, Texts: texts, Catalogue: r.Catalogue,
		Signer: r.Signer, Installation: r.Installation, PublicURL: r.PublicURL, Secret: secret,
		TrustedProxies: r.TrustedProxies, CheckDestination: notify.CheckDestination(r.WebhookNetworks),
		Checks: map[string]func(context.Context) error{"database": r.Records.Ping, "store": r.Objects.Ping},
		Filed: func(ctx context.Context, tx *records.Tx, doc efile.Document) error {
			return workers.Filed(ctx, tx, r.Catalogue, doc)
		},
		Recheck: r.Fixity().Recheck,
		Split: func(ctx context.Context, tx *records.Tx, office efile.Office, to efile.ReceivingArchive, cases []efile.ID) ([][]efile.ID, error) {
			return workers.Split(ctx, tx, office, to, cases, r.Catalogue)
		},
		Log: r.Log,
	})
}

// Readers opens the pool of reader processes; their program lies beside this one.
func (c Config) Readers(ctx context.Context, size int) (*reader.Pool, error) {
	program, err := Beside("eakte-reader")
	if err != nil {
		return nil, err
	}
	return reader.Open(ctx, reader.Config{
		Program: program, Dir: filepath.Join(c.Data, "readers"), Size: size, AllowUnfenced: c.Unfenced, Log: c.Log,
		RecyclePages: c.ReaderPages,
		StepTime: map[pipeline.Step]time.Duration{
			pipeline.StepInspect: time.Minute, pipeline.StepNormalise: 4 * time.Minute, pipeline.StepRecognise: 2 * time.Minute,
			pipeline.StepCompose: 4 * time.Minute, pipeline.StepRead: 30 * time.Second,
			pipeline.StepConform: time.Minute, pipeline.StepSchema: 10 * time.Minute, pipeline.StepAnswer: 2 * time.Minute,
		},
	})
}

// Worker wires the workers. Readers are one more than pages are read side by side, so that short steps find one free.
func (r *Rooms) Worker(readers *reader.Pool) (*workers.Workers, error) {
	key, err := r.TransportKey()
	if err != nil {
		return nil, err
	}
	return workers.New(workers.Deps{
		Records: r.Records, Store: r.Objects, Readers: readers, Intake: r.Intake, Catalogue: r.Catalogue, Overrides: r.Overrides,
		Scanner: malware.Scanner{Addr: r.Clamd}, Signer: r.Signer, Ringer: notify.NewRinger(r.WebhookNetworks),
		Archives: workers.Archives{
			Dir: filepath.Join(r.Data, "archives"), Transfers: r.Transfers, Schemas: r.Schemas, Plain: r.PlainWebDAV, Release: Release(),
			Unseal: func(sealed []byte) ([]byte, error) { return transport.Unseal(key, sealed) },
		},
		Installation: r.Installation, Log: r.Log, Metrics: r.Metrics, Cores: r.Cores, VeraPDF: r.VeraPDF,
		Locked: time.Duration(r.LockDays) * 24 * time.Hour,
		Fixity: workers.Reading{Rate: r.FixityRate, Every: time.Duration(r.FixityDays) * 24 * time.Hour, Second: r.SecondDigest},
	})
}

// Fixity reads stored objects back by hand: at once and without a pace.
func (r *Rooms) Fixity() workers.Fixity {
	return workers.Fixity{Records: r.Records, Store: r.Objects, Log: r.Log, Second: r.SecondDigest}
}

// Beside finds another of our programs in the folder of this one.
func Beside(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find own program: %w", err)
	}
	path := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("program %s is missing beside %s: %w", name, filepath.Base(self), err)
	}
	return path, nil
}
