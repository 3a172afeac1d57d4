package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/malware"
	"github.com/eakte/eakte/migrations"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// probe is one line of `eakte check`. A probe that is advice only cannot fail the check.
type probe struct {
	name   string
	advice bool
	run    func(context.Context, setup.Config) (string, error)
}

func probes() []probe {
	return []probe{
		{name: "configuration", run: func(_ context.Context, c setup.Config) (string, error) { return "complete", c.Serving() }},
		{name: "database", run: checkDatabase},
		{name: "database role", run: checkRole},
		{name: "clock", run: checkClock},
		{name: "store", run: checkStore},
		{name: "store locks", advice: true, run: checkLocks},
		{name: "readers", run: checkReaders},
		{name: "programs", run: checkPrograms},
		{name: "OCR languages", run: checkLanguages},
		{name: "office documents", advice: true, run: checkOffice},
		{name: "virus scanner", advice: true, run: checkScanner},
		{name: "disk", run: checkDisk},
	}
}

var errCheck = errors.New("the installation is not fit to work")

// check proves the installation, one line each, and fails if anything needed is missing.
func check(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	if err := parse(newFlags("check"), args, 0, 0); err != nil {
		return err
	}
	config, err := running(config)
	if err != nil {
		return err
	}
	failed := false
	for _, p := range probes() {
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		says, err := p.run(ctx, config)
		cancel()
		switch {
		case err == nil:
			fmt.Fprintf(out, "ok      %-17s %s\n", p.name, says)
		case p.advice:
			fmt.Fprintf(out, "note    %-17s %v\n", p.name, err)
		default:
			failed = true
			fmt.Fprintf(out, "FAILED  %-17s %v\n", p.name, err)
		}
	}
	if failed {
		return errCheck
	}
	return nil
}

func checkDatabase(ctx context.Context, c setup.Config) (string, error) {
	rec, err := records.Open(ctx, c.DatabaseURL, records.Options{MaxConns: 1, Log: c.Log})
	if err != nil {
		return "", err
	}
	defer rec.Close()
	have, err := migrations.Current(ctx, c.DatabaseURL)
	if err != nil {
		return "", err
	}
	if have != migrations.Version() {
		return "", fmt.Errorf("schema is at %d, this program needs %d: run `eakte migrate`", have, migrations.Version())
	}
	return fmt.Sprintf("reachable, schema %d", have), nil
}

// checkRole refuses a role that row-level security does not hold.
func checkRole(ctx context.Context, c setup.Config) (string, error) {
	conn, err := pgx.Connect(ctx, c.DatabaseURL)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	var (
		name   string
		bypass bool
	)
	err = conn.QueryRow(ctx, "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").Scan(&name, &bypass)
	if err != nil {
		return "", err
	}
	if bypass {
		return "", fmt.Errorf("role %s bypasses row-level security: use eakte_app", name)
	}
	return name + " is held by row-level security", nil
}

// maxDrift is how far clocks may be apart: signatures of webhooks are good for five minutes.
const maxDrift = 5 * time.Second

func checkClock(ctx context.Context, c setup.Config) (string, error) {
	conn, err := pgx.Connect(ctx, c.DatabaseURL)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	var theirs time.Time
	before := time.Now()
	if err := conn.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&theirs); err != nil {
		return "", err
	}
	drift := theirs.Sub(before).Abs()
	if drift > maxDrift {
		return "", fmt.Errorf("differs from the database's by %s", drift.Round(time.Second))
	}
	return fmt.Sprintf("within %s of the database's", max(drift, time.Millisecond).Round(time.Millisecond)), nil
}

func checkStore(ctx context.Context, c setup.Config) (string, error) {
	store, err := storage.Open(ctx, c.Store)
	if err != nil {
		return "", err
	}
	if err := store.Ping(ctx); err != nil {
		return "", err
	}
	if _, err := store.Probe(ctx); err != nil {
		return "", fmt.Errorf("cannot write: %w", err)
	}
	return "reachable, writable", nil
}

func checkLocks(ctx context.Context, c setup.Config) (string, error) {
	store, err := storage.Open(ctx, c.Store)
	if err != nil {
		return "", err
	}
	can, err := store.Probe(ctx)
	if err != nil {
		return "", err
	}
	if !can.Lock {
		return "", errors.New("the store does not enforce retention locks: originals are protected by digests and rights only")
	}
	return "retention locks are enforced", nil
}

func checkReaders(ctx context.Context, c setup.Config) (string, error) {
	pool, err := c.Readers(ctx, 1)
	if err != nil {
		return "", err
	}
	defer func() { _ = pool.Close() }()
	stats := pool.Stats()
	switch {
	case !stats.Fenced:
		return "", errors.New("readers are NOT fenced (landlock is missing); for development only")
	case !stats.Isolated:
		return "fenced by landlock; no namespaces, so keep the network away by other means", nil
	}
	return "fenced by landlock, without network", nil
}

func checkPrograms(context.Context, setup.Config) (string, error) {
	var missing []string
	for _, name := range []string{"qpdf", "pdftotext", "pdftoppm", "pdftocairo", "pdfsig", "gs", "heif-convert", "tiffcp"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("missing: %s", strings.Join(missing, ", "))
	}
	return "qpdf, poppler, ghostscript, libheif, libtiff", nil
}

// languages are tesseract's names of the seven languages of the product.
var languages = []string{"deu", "eng", "tur", "ukr", "rus", "ara", "fra"}

func checkLanguages(ctx context.Context, _ setup.Config) (string, error) {
	list, err := exec.CommandContext(ctx, "tesseract", "--list-langs").Output()
	if err != nil {
		return "", fmt.Errorf("ask tesseract: %w", err)
	}
	have := strings.Fields(string(list))
	var missing []string
	for _, l := range append([]string{"osd"}, languages...) {
		if !slices.Contains(have, l) {
			missing = append(missing, "tesseract-ocr-"+l)
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("missing Debian packages: %s", strings.Join(missing, " "))
	}
	return strings.Join(languages, " "), nil
}

func checkOffice(context.Context, setup.Config) (string, error) {
	if _, err := exec.LookPath("soffice"); err != nil {
		return "", errors.New("LibreOffice is missing: DOCX, ODT, RTF and e-mails go to review (Debian package libreoffice-writer-nogui)")
	}
	return "LibreOffice", nil
}

func checkScanner(ctx context.Context, c setup.Config) (string, error) {
	scanner := malware.Scanner{Addr: c.Clamd}
	if !scanner.Configured() {
		return "", errors.New("EAKTE_CLAMD is not set: uploads are NOT scanned for viruses")
	}
	if err := scanner.Ping(ctx); err != nil {
		return "", err
	}
	return "clamd answers", nil
}

// minDisk is the least room for spool files and reader directories.
const minDisk = 2 << 30

func checkDisk(_ context.Context, c setup.Config) (string, error) {
	if err := os.MkdirAll(c.Data, 0o711); err != nil { //nolint:gosec // the database runs as another user below it
		return "", err
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(c.Data, &fs); err != nil {
		return "", fmt.Errorf("look at %s: %w", c.Data, err)
	}
	free := fs.Bavail * uint64(fs.Bsize) //nolint:gosec // positive
	if free < minDisk {
		return "", fmt.Errorf("%d MB free in %s, want %d", free>>20, c.Data, minDisk>>20)
	}
	return fmt.Sprintf("%d GB free", free>>30), nil
}
