package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
)

// Finding is something in a finished container that a receiver refuses, complains of or, worse, does not notice.
type Finding struct {
	Code    string   // stable; there is a text for it
	Record  efile.ID // zero: not about a record
	Subject string   // the entry or value it is about, shortened; never a title
}

// The codes that Check adds to those of its examiner, of the schema and of package container.
const (
	FoundName           = "name_pattern"     // the container is not called as the version demands
	FoundNameDiffers    = "name_differs"     // it is not called as it should be
	FoundXMLName        = "xml_name_differs" // the message in it is not called as the container
	FoundSum            = "sum_differs"      // the container is not the one that was built
	FoundUnnamed        = "entry_unnamed"    // in the container, but not named in the message
	FoundAbsent         = "entry_absent"     // named in the message, but not in the container
	FoundSurplus        = "entry_surplus"    // in the container, but not to be delivered
	FoundMissing        = "entry_missing"    // to be delivered, but not in the container
	FoundHash           = "hash_differs"     // not the bytes that were stored at the ingest
	FoundHashNamed      = "hash_named_wrong" // the message tells another hash or size
	FoundProcess        = "process_differs"  // not the process of the name
	FoundRecordTwice    = "record_twice"     // two records of one UUID
	FoundRecordMissing  = "record_missing"   // decided A, not in the message
	FoundRecordSurplus  = "record_surplus"   // in the message, not decided A
	FoundFileTwice      = "file_twice"       // named twice in the message
	FoundFormat         = "format_unknown"   // a code that is not in the list Dateiformat
	FoundFilesWithout   = "files_in_offer"   // a message that holds no files came with some
	FoundMessageBroken  = "message_unread"   // the message could not be read to its end
	FoundSchema         = "schema_violated"  // what the schema says, where the validator gives no code of its own
	FoundMoreThanListed = "more_than_listed" // there are more findings; always the last one
)

// mostFindings are told. Whoever sees a thousand needs no more to know that the container must not leave.
const mostFindings = 1000

// Expected is what a finished container must be. It comes from the records, not from the container.
type Expected struct {
	File    string // name of the container
	Version string // of xdomea
	Process efile.ID
	Type    efile.MessageType
	SHA256  string               // of the container; empty: not compared
	Entries []efile.MessageEntry // the files, without the message, with the hashes from the ingest

	// Records are the case files and matters decided A, Frames those that may be there only to hold them. Nil Records: not
	// compared, since the message names none (0505).
	Records []efile.ID
	Frames  []efile.ID

	// Size and Count bound what is opened; zero: twice what Entries say, and a gibibyte for the message.
	Size  int64
	Count int
}

// Contents is what an examiner saw in the message.
type Contents struct {
	Process efile.ID
	Records []efile.ID // case files and matters, in their order
	Files   []NamedFile
}

// NamedFile is a file that the message names.
type NamedFile struct {
	Name   string
	Code   string // of Dateiformat; empty: not told
	SHA256 string // empty: not told
	Size   int64  // 0: not told
}

// Examiner reads the message and knows its rules. What is wrong with the message are findings; an error ends the reading of
// the message, not the check.
type Examiner func(context.Context, io.Reader) (Contents, []Finding, error)

// Validator holds the message against its schema.
type Validator func(context.Context, io.Reader) ([]Finding, error)

// Check opens a finished container again and holds it against what it should be: names, structure, every hash, the
// message. It shares no code with what built it but the reading of ZIP files. Nothing is handed over, and nothing is
// destroyed, unless it finds nothing.
//
// It never stops at the first finding; they are in the order of the steps, at most a thousand and one. validate may be nil
// if the schema is checked elsewhere. The error means that the check could not be made: nothing is known then.
func Check(ctx context.Context, file string, want Expected, examine Examiner, validate Validator) ([]Finding, error) {
	c := &checker{want: want, told: map[Finding]bool{}}
	r, flaws, err := container.Inspect(file, want.limits())
	if flaw, ok := errors.AsType[container.Flaw](err); ok {
		c.flaws([]container.Flaw{flaw})
		return c.found, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check container: %w", err)
	}
	defer func() { _ = r.Close() }()
	c.name(path.Base(file), r)
	c.flaws(flaws)
	strict, err := r.Strict()
	if err != nil {
		return nil, fmt.Errorf("check container: %w", err)
	}
	c.flaws(strict)
	sum := startSum(ctx, r, want.SHA256)
	err = errors.Join(c.entries(ctx, r), c.message(ctx, r, examine, validate))
	got, sumErr := sum()
	if err = errors.Join(err, sumErr); err != nil {
		return nil, fmt.Errorf("check container: %w", err)
	}
	if got != want.SHA256 {
		c.add(FoundSum, got)
	}
	return c.found, nil
}

// startSum digests the whole file beside the check of its entries.
func startSum(ctx context.Context, r *container.Reader, want string) func() (string, error) {
	if want == "" {
		return func() (string, error) { return "", nil }
	}
	var got string
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		got, err = r.Sum(ctx)
	}()
	return func() (string, error) {
		<-done
		return got, err
	}
}

func (want Expected) limits() container.Limits {
	size, count := want.Size, want.Count
	if size == 0 {
		for _, e := range want.Entries {
			size += e.Size
		}
		size = size*2 + 1<<30
	}
	if count == 0 {
		count = len(want.Entries)*2 + 1000
	}
	return container.Ours(count, size)
}

// checker collects findings, each once.
type checker struct {
	want  Expected
	found []Finding
	told  map[Finding]bool
}

func (c *checker) add(code, subject string) { c.put(Finding{Code: code, Subject: shorten(subject)}) }

func (c *checker) put(f Finding) {
	if c.told[f] || len(c.found) > mostFindings {
		return
	}
	if len(c.found) == mostFindings {
		f = Finding{Code: FoundMoreThanListed}
	}
	c.told[f] = true
	c.found = append(c.found, f)
}

func (c *checker) flaws(flaws []container.Flaw) {
	for _, f := range flaws {
		c.add(f.Code, f.Entry)
	}
}

func shorten(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

const uuidPattern = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

// The names of messages and their containers, written down here once more: a check that asked the writer would share its
// mistakes.
var (
	names3 = regexp.MustCompile(`^` + uuidPattern + `_(Aussonderung\.Anbieteverzeichnis\.0501|Aussonderung\.Bewertungsverzeichnis\.0502|` +
		`Aussonderung\.Aussonderung\.0503|Aussonderung\.AnbietungEmpfangBestaetigen\.0504|` +
		`Aussonderung\.BewertungEmpfangBestaetigen\.0505|Aussonderung\.AussonderungImportBestaetigen\.0506|` +
		`Aussonderung\.AussonderungEmpfangBestaetigen\.0507)$`)
	names4 = regexp.MustCompile(`^` + uuidPattern + `_050[1-7]_[1-9][0-9]*$`)
)

// name compares the names of container and message.
func (c *checker) name(file string, r *container.Reader) {
	stem, zipped := strings.CutSuffix(file, ".zip")
	pattern, kind := names3, strings.HasSuffix(stem, "."+string(c.want.Type))
	if strings.HasPrefix(c.want.Version, "4.") {
		pattern, kind = names4, strings.Contains(stem, "_"+string(c.want.Type)+"_")
	}
	if !zipped || !kind || !pattern.MatchString(stem) || !strings.HasPrefix(stem, c.want.Process.String()+"_") {
		c.add(FoundName, file)
	}
	if file != c.want.File {
		c.add(FoundNameDiffers, file)
	}
	if r.XML() != stem+".xml" {
		c.add(FoundXMLName, r.XML())
	}
}

// entries hashes every entry and holds it against what was stored at the ingest.
func (c *checker) entries(ctx context.Context, r *container.Reader) error {
	want := make(map[string]efile.MessageEntry, len(c.want.Entries))
	for _, e := range c.want.Entries {
		want[e.Name] = e
	}
	for _, e := range r.Entries() {
		if e.Name == r.XML() {
			continue // read when it is examined
		}
		expected, ok := want[e.Name]
		if !ok {
			c.add(FoundSurplus, e.Name)
			continue
		}
		delete(want, e.Name)
		got, err := r.Digest(ctx, e.Name)
		if flaw, ok := errors.AsType[container.Flaw](err); ok {
			c.add(flaw.Code, e.Name)
		} else if err != nil {
			return err
		} else if got.SHA256 != expected.SHA256 || got.Size != expected.Size {
			c.add(FoundHash, e.Name)
		}
	}
	for _, e := range c.want.Entries { // in their order, so that findings are the same every time
		if _, left := want[e.Name]; left {
			c.add(FoundMissing, e.Name)
		}
	}
	return nil
}

// message has the XML examined and validated, and compares what it says with the container.
func (c *checker) message(ctx context.Context, r *container.Reader, examine Examiner, validate Validator) error {
	if r.XML() == "" {
		return nil // told already
	}
	var contents Contents
	complete, err := c.read(r, func(body io.Reader) ([]Finding, error) {
		var found []Finding
		var err error
		contents, found, err = examine(ctx, body)
		return found, err
	})
	if err != nil {
		return err
	}
	if complete {
		c.contents(contents, r)
	}
	if validate == nil {
		return ctx.Err()
	}
	body, err := r.Open(r.XML())
	if err != nil {
		return err
	}
	defer body.Close()
	found, err := validate(ctx, body)
	if err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	for _, f := range found {
		f.Code, f.Subject = cmp.Or(f.Code, FoundSchema), shorten(f.Subject)
		c.put(f)
	}
	return ctx.Err()
}

// read reports whether the message could be read to its end.
func (c *checker) read(r *container.Reader, examine func(io.Reader) ([]Finding, error)) (bool, error) {
	body, err := r.Open(r.XML())
	if err != nil {
		return false, asFinding(c, err, r.XML())
	}
	defer body.Close()
	found, err := examine(body)
	for _, f := range found {
		f.Subject = shorten(f.Subject)
		c.put(f)
	}
	if err == nil {
		// What follows the last element is read too, so that the entry's checksum has its say.
		_, err = io.Copy(io.Discard, body)
	}
	if err != nil {
		return false, asFinding(c, err, r.XML())
	}
	return true, nil
}

// asFinding keeps errors of disk and patience apart from those of the message.
func asFinding(c *checker, err error, entry string) error {
	if _, disk := errors.AsType[*fs.PathError](err); disk || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if flaw, ok := errors.AsType[container.Flaw](err); ok {
		c.add(flaw.Code, entry)
		return nil
	}
	c.add(FoundMessageBroken, entry)
	return nil
}

// contents compares what the message says with what it should say, and with what is in the container.
func (c *checker) contents(got Contents, r *container.Reader) {
	if got.Process != c.want.Process {
		c.add(FoundProcess, got.Process.String())
	}
	c.records(got.Records)
	named := make(map[string]NamedFile, len(got.Files))
	for _, f := range got.Files {
		if _, twice := named[f.Name]; twice {
			c.add(FoundFileTwice, f.Name)
		}
		named[f.Name] = f
		if f.Code != "" && !knownFormat(f.Code) {
			c.add(FoundFormat, f.Code)
		}
	}
	if len(got.Files) > 0 && c.want.Type != efile.MessageDelivery {
		c.add(FoundFilesWithout, "")
	}
	for _, e := range r.Entries() {
		if _, ok := named[e.Name]; !ok && e.Name != r.XML() {
			c.add(FoundUnnamed, e.Name)
		}
	}
	c.named(got.Files, r)
}

// named holds the files that the message names against those that are there, by their bytes as they were hashed at ingest.
func (c *checker) named(files []NamedFile, r *container.Reader) {
	there := map[string]bool{}
	for _, e := range r.Entries() {
		there[e.Name] = true
	}
	ingest := make(map[string]efile.MessageEntry, len(c.want.Entries))
	for _, e := range c.want.Entries {
		ingest[e.Name] = e
	}
	for _, f := range files {
		if !there[f.Name] || f.Name == r.XML() {
			c.add(FoundAbsent, f.Name)
			continue
		}
		e, ok := ingest[f.Name]
		if ok && (f.SHA256 != "" && !strings.EqualFold(f.SHA256, e.SHA256) || f.Size != 0 && f.Size != e.Size) {
			c.add(FoundHashNamed, f.Name)
		}
	}
}

// records holds the case files and matters of the message against the decisions.
func (c *checker) records(got []efile.ID) {
	about := func(code string, id efile.ID) { c.put(Finding{Code: code, Record: id}) }
	seen := make(map[efile.ID]bool, len(got))
	for _, id := range got {
		if seen[id] {
			about(FoundRecordTwice, id)
		}
		seen[id] = true
	}
	if c.want.Records == nil {
		return
	}
	allowed := make(map[efile.ID]bool, len(c.want.Records))
	for _, id := range slices.Concat(c.want.Records, c.want.Frames) {
		allowed[id] = true
	}
	for _, id := range c.want.Records {
		if !seen[id] {
			about(FoundRecordMissing, id)
		}
	}
	for _, id := range got {
		if !allowed[id] {
			about(FoundRecordSurplus, id)
		}
	}
}

// knownFormat knows the codes of Dateiformat 1.0: 001 to 045, and 100 for what is not in the list.
func knownFormat(code string) bool {
	return code == "100" || len(code) == 3 && code >= "001" && code <= "045" && strings.Trim(code, "0123456789") == ""
}
