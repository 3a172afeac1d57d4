// Package setup is what the programs share: the configuration, read once from the environment and checked as a whole, and
// the wiring of rooms to each other. Nothing below cmd reads the environment.
//
// Start reading at Config; open.go wires it.
package setup

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/eakte/eakte/archive/transport"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/storage"
)

// Config is everything an installation may set. The names of the variables stand behind the fields; README.md has the
// same table for operators. A new field's zero value keeps old installations as they are.
type Config struct {
	Data             string         // EAKTE_DATA: where `eakte up` keeps everything, absolute
	DatabaseURL      string         // EAKTE_DATABASE_URL: as the application's role
	DatabaseAdminURL string         // EAKTE_DATABASE_ADMIN_URL: as the schema's owner; only for migrating
	Store            storage.Config // EAKTE_S3_…
	LockDays         int            // EAKTE_S3_LOCK_DAYS: originals are locked so long, where the store enforces it; 0: not
	FixityRate       int64          // EAKTE_FIXITY_RATE: stored objects are read back at so many bytes a second; 0: as fast as possible
	FixityDays       int            // EAKTE_FIXITY_DAYS: each at least so often
	SecondDigest     bool           // EAKTE_SECOND_DIGEST=sha512: take and keep a SHA-512 too
	MasterKey        []byte         // EAKTE_MASTER_KEY(_FILE): 32 bytes, base64; every other key is derived from it
	Listen           string         // EAKTE_LISTEN
	MetricsListen    string         // EAKTE_METRICS_LISTEN: empty is off
	PublicURL        string         // EAKTE_PUBLIC_URL
	Installation     string         // EAKTE_INSTALLATION: stands in the source of events
	TrustedProxies   []netip.Prefix // EAKTE_TRUSTED_PROXIES
	WebhookNetworks  []netip.Prefix // EAKTE_WEBHOOK_NETWORKS: own networks that webhooks may reach
	Clamd            string         // EAKTE_CLAMD: "host:port" or a socket's path; empty: no virus scan
	Limits           efile.Limits   // EAKTE_LIMIT_…
	Cores            int            // EAKTE_READERS: pages read side by side; 0: one per core
	ReaderPages      int            // EAKTE_READER_PAGES: a reader process is replaced after so many pages; 0: 2,000
	Unfenced         bool           // EAKTE_UNFENCED_READERS=1: development only
	Catalogue        string         // EAKTE_CATALOGUE: folder of overrides; empty: the built-in catalogue
	VeraPDF          string         // EAKTE_VERAPDF: a second validator of archival renditions; empty: none is asked
	Connections      int32          // EAKTE_DATABASE_CONNECTIONS: of one process; 0: a sensible default
	Transfers        string         // EAKTE_TRANSFERS: folder that holds the archives' directories; empty: directories are refused
	Schemas          string         // EAKTE_XDOMEA_SCHEMAS: folder of the schemas of xdomea, one folder a version; empty: not compared
	PlainWebDAV      bool           // EAKTE_PLAIN_WEBDAV=1: archives may be reached by http without encryption on other hosts
	Log              *slog.Logger
}

// Read reads the configuration from the environment (getenv is os.Getenv). All mistakes are named at once.
func Read(getenv func(string) string) (Config, error) {
	r := reading{getenv: getenv}
	c := Config{
		Data:             r.path("EAKTE_DATA", ".eakte"),
		DatabaseURL:      r.text("EAKTE_DATABASE_URL", ""),
		DatabaseAdminURL: r.text("EAKTE_DATABASE_ADMIN_URL", ""),
		Store: storage.Config{
			Endpoint: r.text("EAKTE_S3_ENDPOINT", ""), Socket: r.text("EAKTE_S3_SOCKET", ""),
			Region: r.text("EAKTE_S3_REGION", ""), Bucket: r.text("EAKTE_S3_BUCKET", "eakte"),
			AccessKey: r.text("EAKTE_S3_ACCESS_KEY", ""), SecretKey: storage.Secret(r.secret("EAKTE_S3_SECRET_KEY")),
			TLS: r.flag("EAKTE_S3_TLS"), ObjectLock: r.flag("EAKTE_S3_OBJECT_LOCK"),
		},
		LockDays:        int(r.numberOr("EAKTE_S3_LOCK_DAYS", 30)),
		FixityRate:      r.numberOr("EAKTE_FIXITY_RATE", 20<<20),
		FixityDays:      int(r.days("EAKTE_FIXITY_DAYS", 30)),
		SecondDigest:    r.choice("EAKTE_SECOND_DIGEST", "", "sha512") != "",
		MasterKey:       r.key("EAKTE_MASTER_KEY"),
		Listen:          r.text("EAKTE_LISTEN", "127.0.0.1:8080"),
		MetricsListen:   r.text("EAKTE_METRICS_LISTEN", ""),
		PublicURL:       r.text("EAKTE_PUBLIC_URL", ""),
		Installation:    r.text("EAKTE_INSTALLATION", "eakte"),
		TrustedProxies:  r.networks("EAKTE_TRUSTED_PROXIES"),
		WebhookNetworks: r.networks("EAKTE_WEBHOOK_NETWORKS"),
		Clamd:           r.text("EAKTE_CLAMD", ""),
		Limits: efile.Limits{
			FileBytes: r.number("EAKTE_LIMIT_FILE"), SubmissionFiles: int(r.number("EAKTE_LIMIT_SUBMISSION_FILES")),
			SubmissionBytes: r.number("EAKTE_LIMIT_SUBMISSION_BYTES"), CaseFilesPerDay: int(r.number("EAKTE_LIMIT_CASE_FILES_PER_DAY")),
		},
		Cores:       int(r.number("EAKTE_READERS")),
		ReaderPages: int(r.number("EAKTE_READER_PAGES")),
		Unfenced:    r.flag("EAKTE_UNFENCED_READERS"),
		Catalogue:   r.text("EAKTE_CATALOGUE", ""),
		VeraPDF:     r.text("EAKTE_VERAPDF", ""),
		Connections: int32(min(r.number("EAKTE_DATABASE_CONNECTIONS"), 1000)), //nolint:gosec // bounded
		Transfers:   r.folder("EAKTE_TRANSFERS"),
		Schemas:     r.folder("EAKTE_XDOMEA_SCHEMAS"),
		PlainWebDAV: r.flag("EAKTE_PLAIN_WEBDAV"),
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	if c.Cores <= 0 {
		c.Cores = runtime.NumCPU()
	}
	c.Log = r.logger("EAKTE_LOG", "EAKTE_LOG_LEVEL")
	return c, errors.Join(r.mistakes...)
}

// Serving checks what web and worker cannot do without.
func (c Config) Serving() error {
	var missing []error
	need := func(ok bool, name string) {
		if !ok {
			missing = append(missing, fmt.Errorf("%s is not set", name))
		}
	}
	need(c.DatabaseURL != "", "EAKTE_DATABASE_URL")
	need(c.Store.Endpoint != "" || c.Store.Socket != "", "EAKTE_S3_ENDPOINT")
	need(c.Store.AccessKey != "", "EAKTE_S3_ACCESS_KEY")
	need(c.Store.SecretKey != "", "EAKTE_S3_SECRET_KEY")
	need(len(c.MasterKey) > 0, "EAKTE_MASTER_KEY")
	return errors.Join(missing...)
}

// TransportKey is the key under which passwords of archives' transports are sealed (transport.Seal), derived from the master
// key.
func (c Config) TransportKey() ([]byte, error) {
	if len(c.MasterKey) == 0 {
		return nil, errors.New("derive transport key: EAKTE_MASTER_KEY is not set")
	}
	key, err := hkdf.Key(sha256.New, c.MasterKey, nil, "eakte archive transport passwords", transport.SealKeyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive transport key: %w", err)
	}
	return key, nil
}

// LogTo returns a text log of level info, for a program that shows something else on its terminal.
func LogTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// reading collects mistakes while the fields are read.
type reading struct {
	getenv   func(string) string
	mistakes []error
}

func (r *reading) mistake(name string, why any) {
	r.mistakes = append(r.mistakes, fmt.Errorf("%s: %v", name, why))
}

func (r *reading) text(name, fallback string) string {
	if v := r.getenv(name); v != "" {
		return v
	}
	return fallback
}

func (r *reading) path(name, fallback string) string {
	path, err := filepath.Abs(r.text(name, fallback))
	if err != nil {
		r.mistake(name, err)
	}
	return path
}

// folder is path without a default. It need not be there yet: a share may be mounted later.
func (r *reading) folder(name string) string {
	if r.getenv(name) == "" {
		return ""
	}
	return r.path(name, "")
}

func (r *reading) flag(name string) bool {
	v := r.text(name, "false")
	on, err := strconv.ParseBool(v)
	if err != nil {
		r.mistake(name, "want true or false")
	}
	return on
}

// number reads a count or a number of bytes with an optional suffix K, M or G (powers of 1024).
func (r *reading) number(name string) int64 {
	v := r.text(name, "0")
	shift := map[byte]int{'K': 10, 'M': 20, 'G': 30}[v[len(v)-1]]
	if shift > 0 {
		v = v[:len(v)-1]
	}
	n, err := strconv.ParseInt(v, 10, 63-shift)
	if err != nil || n < 0 {
		r.mistake(name, "want a whole number, such as 20 or 500M")
	}
	return n << shift
}

// numberOr is number with a default.
func (r *reading) numberOr(name string, fallback int64) int64 {
	if r.getenv(name) == "" {
		return fallback
	}
	return r.number(name)
}

// days is a number of days, at least one.
func (r *reading) days(name string, fallback int64) int64 {
	n := r.numberOr(name, fallback)
	if n < 1 || n > 36500 {
		r.mistake(name, "want a number of days, at least 1")
	}
	return n
}

// choice reads one of a few words; the first is the default.
func (r *reading) choice(name string, words ...string) string {
	v := r.text(name, words[0])
	if !slices.Contains(words, v) {
		r.mistake(name, "want "+strings.TrimLeft(strings.Join(words, " or "), " or"))
	}
	return v
}

// secret reads NAME, or the file that NAME_FILE names, without white space around.
func (r *reading) secret(name string) string {
	if v := r.getenv(name); v != "" {
		return v
	}
	path := r.getenv(name + "_FILE")
	if path == "" {
		return ""
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		r.mistake(name+"_FILE", err)
	}
	return strings.TrimSpace(string(data))
}

// KeyBytes is the length of the master key.
const KeyBytes = 32

func (r *reading) key(name string) []byte {
	text := r.secret(name)
	if text == "" {
		return nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != KeyBytes {
		r.mistake(name, "want 32 random bytes in base64, for example from `openssl rand -base64 32`")
		return nil
	}
	return key
}

func (r *reading) networks(name string) []netip.Prefix {
	var all []netip.Prefix
	for _, word := range strings.FieldsFunc(r.getenv(name), func(c rune) bool { return c == ',' || c == ' ' }) {
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			r.mistake(name, "want networks such as 10.1.0.0/16")
			continue
		}
		all = append(all, prefix)
	}
	return all
}

func (r *reading) logger(formatName, levelName string) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if v := r.getenv(levelName); v != "" {
		var level slog.Level
		if err := level.UnmarshalText([]byte(v)); err != nil {
			r.mistake(levelName, "want debug, info, warn or error")
		}
		options.Level = level
	}
	switch r.text(formatName, "text") {
	case "json":
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	case "text":
	default:
		r.mistake(formatName, "want json or text")
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
