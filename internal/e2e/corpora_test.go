package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/internal/client"
	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/testenv"
)

// Memory a process of each kind may take, readers apart.
const (
	siteMemory   = 150 << 20
	workerMemory = 300 << 20
)

// specimen is a file of a corpus with the answer its manifest wants.
type specimen struct {
	Material
	path string
	want string
	note string
}

// TestCorpora takes the hostile corpus, and the real one where it is at hand, through two sites and two workers as compose
// would run them. Every file ends filed, in review or rejected, with the code its manifest wants; no process but a reader
// dies, and memory stays within its limits.
func TestCorpora(t *testing.T) {
	scanner := testenv.Clamd(t)
	p := Start(t, Size{Sites: 2, Workers: 2, Cores: 1, Env: []string{"EAKTE_CLAMD=" + scanner}})
	files := specimens(t, corpus.Own(t, "hostile"))
	if os.Getenv("EAKTE_TEST_DATA") == "" {
		t.Log("EAKTE_TEST_DATA is not set: the real corpus is left out")
	} else {
		files = append(files, specimens(t, corpus.Extern(t, "corpus/real"))...)
	}
	before := p.pids()
	ctx, cancel := context.WithTimeout(t.Context(), 25*time.Minute)
	defer cancel()
	answers := p.takeThrough(ctx, t, files)
	for i, f := range files {
		if err := f.judge(answers[i]); err != nil {
			t.Errorf("%s: %v (%s)", f.path, err, f.note)
		}
	}
	if after := p.pids(); !slices.Equal(before, after) {
		t.Errorf("processes were %v, are %v: one has died", before, after)
	}
	for _, g := range p.programs {
		limit := map[string]int64{"eakte-web": siteMemory, "eakte-worker": workerMemory}[g.name]
		if peak := peakMemory(g.pid()); peak > limit {
			t.Errorf("%s took %d MB, may take %d", g.name, peak>>20, limit>>20)
		} else {
			t.Logf("%s took %d MB at most", g.name, peak>>20)
		}
	}
	counts := map[string]int{}
	for _, a := range answers {
		counts[a.status+" "+a.code]++
	}
	t.Logf("%d files: %v", len(files), counts)
}

// answer is what became of a file.
type answer struct {
	status, code string
	children     []answer
}

// takeThrough uploads all files, some side by side, and waits for their ends. Each file has a case of its own, so that
// equal bytes are not taken for a repetition.
func (p *Plant) takeThrough(ctx context.Context, t *testing.T, files []specimen) []answer {
	t.Helper()
	var (
		team    sync.WaitGroup
		answers = make([]answer, len(files))
		next    = make(chan int)
	)
	for range 8 {
		team.Go(func() {
			for i := range next {
				var err error
				if answers[i], err = p.takeOne(ctx, i, files[i]); err != nil {
					t.Errorf("%s: %v", files[i].path, err)
				}
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	team.Wait()
	return answers
}

func (p *Plant) takeOne(ctx context.Context, number int, f specimen) (answer, error) {
	sender, err := p.NewSender(ctx, fmt.Sprintf("corpus-%d", number))
	if err != nil {
		return answer{}, err
	}
	receipt, err := sender.Upload(ctx, f.Material, number%2 == 0)
	if problem, ok := errors.AsType[*client.Problem](err); ok && problem.Status < 500 {
		return answer{status: "rejected", code: problem.Code}, nil
	}
	if err != nil {
		return answer{}, fmt.Errorf("upload: %w", err)
	}
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		submission, err := sender.next().Submission(ctx, sender.Submission)
		if err == nil && submission.Settled && len(submission.Documents) > 0 {
			return answerOf(submission, receipt.Document), nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return answer{}, errors.Join(errTime, err)
		}
	}
}

func answerOf(s client.Submission, id string) answer {
	var a answer
	for _, d := range s.Documents {
		if d.ID == id {
			a.status, a.code = d.Status, d.Code
		} else {
			a.children = append(a.children, answer{status: d.Status, code: d.Code})
		}
	}
	return a
}

// undecided are reasons for a review of a document that was read well: nobody could say what it is.
var undecided = []string{
	string(fault.UnknownType), string(fault.UnsureType), string(fault.PoorImage), "combined", string(fault.ConverterMissing),
}

// kind puts an answer into the words of the manifests.
func (a answer) kind() string {
	switch {
	case a.status == string(efile.Filed), a.status == string(efile.Review) && slices.Contains(undecided, a.code):
		return "normalise"
	case a.status == string(efile.Review) && a.code != "" && a.code != string(fault.GaveUp):
		return "keep"
	case a.status == string(efile.Rejected) && a.code == string(fault.Malware):
		return "quarantine"
	case a.status == string(efile.Rejected) && a.code != "":
		return "reject"
	}
	return a.status + " " + a.code
}

// judge compares an answer with the manifest. A rejection stands for "keep" where the sender is asked for another file:
// the original is kept all the same.
func (f specimen) judge(a answer) error {
	kind := a.kind()
	want := strings.Split(f.want, " or ")
	switch {
	case slices.Contains(want, kind):
		return nil
	case f.want == "quarantine" && slices.ContainsFunc(a.children, func(c answer) bool { return c.kind() == "quarantine" }):
		return nil // the infected part of an e-mail
	case slices.Contains(want, "keep") && kind == "reject":
		return nil
	case slices.Contains(want, "keep") && strings.HasPrefix(f.path, "image/") && kind == "normalise":
		return nil // partly decodable, with a note
	case f.want == "ok" && (kind == "normalise" || refusedKind(f.path) && kind == "reject"):
		return nil
	case f.want == "encrypted" && a.code == string(fault.Encrypted):
		return nil
	case f.want == "encrypted" && strings.HasSuffix(f.path, ".doc") && kind == "reject":
		return nil
	case f.want == "corrupt" && (kind == "keep" || kind == "reject"):
		return nil
	}
	return fmt.Errorf("got %s %s, want %s", a.status, a.code, f.want)
}

// refusedKind tells the formats of the real corpus that we decided not to take.
func refusedKind(path string) bool {
	return slices.Contains([]string{".xls", ".xlsx", ".mbox", ".msg"}, filepath.Ext(path))
}

// specimens reads a corpus by its manifest. Files stored in base64, so that no scanner trips over them, are decoded.
func specimens(t *testing.T, root string) []specimen {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "manifest.tsv")) //nolint:gosec // a corpus
	if err != nil {
		t.Fatal(err)
	}
	lines := csv.NewReader(bytes.NewReader(data))
	lines.Comma, lines.LazyQuotes, lines.FieldsPerRecord = '\t', true, -1
	rows, err := lines.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string {
		if i := slices.Index(rows[0], name); i >= 0 && i < len(row) {
			return row[i]
		}
		return ""
	}
	var all []specimen
	for _, row := range rows[1:] {
		s := specimen{path: column(row, "path"), want: column(row, "expected"), note: column(row, "note") + column(row, "what it is and what must hold")}
		s.Name = strings.TrimSuffix(filepath.Base(s.path), ".b64")
		if s.Data, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(s.path))); err != nil { //nolint:gosec // a corpus
			t.Fatal(err)
		}
		if strings.HasSuffix(s.path, ".b64") {
			if s.Data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(s.Data)), "")); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, s)
	}
	return all
}

// pids are the processes of the plant that must not die.
func (p *Plant) pids() []int {
	var all []int
	for _, g := range p.programs {
		all = append(all, g.pid())
	}
	return all
}

// peakMemory is the highest resident memory of a process so far, in bytes.
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	if err != nil {
		return 0
	}
	return kib << 10
}
