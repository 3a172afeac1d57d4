package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/internal/eval"
	"github.com/eakte/eakte/internal/testenv"
	"github.com/eakte/eakte/pipeline/tool"
)

// own are pages of the project's own corpus with much text and nothing else.
var own = []string{"c0000-02.pdf", "c0028-01b.pdf", "c0037-02.pdf", "c0012-03b.pdf"}

// BenchmarkPeers prints, for each kind of document, what OCRmyPDF, the bare library and we need and how many characters
// are wrong. It measures once: the figures are ratios inside one run. EAKTE_PEER restricts it to kinds with that in their
// name.
func BenchmarkPeers(b *testing.B) {
	if _, err := exec.LookPath("ocrmypdf"); err != nil {
		b.Skip("left out: needs the Debian package ocrmypdf")
	}
	w := newBench(b)
	inputs, err := w.inputs()
	if err != nil {
		b.Fatal(err)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0) // the log of a benchmark is cut off after ten lines
	fmt.Fprintln(table, "input\tours CPU s\twall s\tOCRmyPDF CPU s\twall s\tfloor CPU s\tours/OCRmyPDF\twall/OCRmyPDF\tours/floor\tCER ours\tours, from the PDF\tOCRmyPDF\tfloor\tbytes added per page")
	for _, in := range inputs {
		if !strings.Contains(in.name, os.Getenv("EAKTE_PEER")) {
			continue
		}
		ours, theirs, floor := w.ours(b, in), w.theirs(b, in), w.floor(b, in)
		fmt.Fprintf(table, "%s\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.3f\t%.3f\t%s\t%s\t%s\t%s\t%s\t%d\n", in.name, ours.cpu, ours.wall, theirs.cpu, theirs.wall, floor.cpu,
			ours.cpu/theirs.cpu, ours.wall/theirs.wall, ratio(ours.cpu, floor.cpu), percent(ours.cer), percent(ours.copied), percent(theirs.copied), percent(floor.cer), ours.added/len(in.truth))
		if err := table.Flush(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPages prints what many pages cost: whether it stays the same per page, how many more a warm reader reads in a
// second than the line above, and what memory the largest reader holds.
// 1,000 scanned pages take half an hour: they are read with EAKTE_BENCH=full only.
func BenchmarkPages(b *testing.B) {
	w := newBench(b)
	scans, err := w.scan("noisy grey scan", noisy, 75)
	if err != nil {
		b.Fatal(err)
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0) // the log of a benchmark is cut off after ten lines
	fmt.Fprintln(table, "pages\tkind\tCPU s\tCPU s per page\tpages/s per core\tfurther pages/s per core\twall s\tlargest reader MB\tbytes added per page")
	var before struct {
		kind  string
		pages int
		cpu   float64
	}
	for _, c := range []struct {
		kind, file string
		pages      int
	}{{"scan", scans.file, 10}, {"scan", scans.file, 100}, {"scan", scans.file, 1000}, {"digital", w.files[0], 10}, {"digital", w.files[0], 100}, {"digital", w.files[0], 1000}} {
		if c.kind == "scan" && c.pages == 1000 && os.Getenv("EAKTE_BENCH") != "full" || !strings.Contains(c.kind, os.Getenv("EAKTE_PEER")) {
			continue
		}
		in, err := w.many(c.kind, c.file, len(scans.truth), c.pages)
		if err != nil {
			b.Fatal(err)
		}
		m := w.ours(b, in)
		further := "–"
		if before.kind == c.kind { // warm: what starts with the document is in both
			further = fmt.Sprintf("%.1f", float64(c.pages-before.pages)/(m.cpu-before.cpu))
		}
		before.kind, before.pages, before.cpu = c.kind, c.pages, m.cpu
		fmt.Fprintf(table, "%d\t%s\t%.1f\t%.3f\t%.1f\t%s\t%.1f\t%d\t%d\n", c.pages, c.kind, m.cpu, m.cpu/float64(c.pages), float64(c.pages)/m.cpu, further, m.wall,
			m.peak>>20, m.added/c.pages)
		if err := table.Flush(); err != nil {
			b.Fatal(err)
		}
	}
}

func ratio(a, of float64) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", a/of)
}

// percent of characters wrong; – where it was not measured.
func percent(rate float64) string {
	if rate < 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f %%", 100*rate)
}

// bench is the workshop with the programs.
type bench struct {
	*workshop
	eakte string
}

func newBench(b *testing.B) bench {
	b.Helper()
	if os.Getenv("OMP_THREAD_LIMIT") != "1" {
		b.Fatal("OMP_THREAD_LIMIT must be 1 in the environment: otherwise the OCR library computes on threads of its own, " +
			"which the floor does not count, and all figures are worthless (make bench sets it)")
	}
	var files []string
	for _, name := range own {
		files = append(files, corpus.Own(b, "synthetic/files/"+name))
	}
	dir := os.Getenv("EAKTE_PEER_DIR") // to look at what was made
	if dir == "" {
		dir = b.TempDir()
	}
	w, err := newWorkshop(dir, files)
	if err != nil {
		b.Fatal(err)
	}
	testenv.Program(b, "eakte-reader")
	return bench{workshop: w, eakte: testenv.Program(b, "eakte")}
}

// measured is what one of the three needed for one input.
type measured struct {
	cpu, wall float64 // seconds; CPU with all child processes
	cer       float64 // of the text it reports; -1: not measured
	copied    float64 // of the text that pdftotext takes out of its PDF
	added     int     // bytes of its PDF more than of the source
	peak      int     // bytes resident in its largest reader
}

// command runs a program and measures it.
func command(b *testing.B, name string, args ...string) measured {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	var log strings.Builder
	cmd.Stderr = &log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	peak := watch(cmd.Process.Pid)
	err := cmd.Wait()
	out := measured{wall: time.Since(began).Seconds(), cer: -1, copied: -1, peak: peak()}
	if err != nil {
		b.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, log.String())
	}
	out.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return out
}

// watch notes the most memory that any reader below the process pid has held; the returned function ends it.
func watch(pid int) func() int {
	done, result := make(chan struct{}), make(chan int)
	go func() {
		tick, most := time.NewTicker(100*time.Millisecond), 0
		defer tick.Stop()
		for {
			select {
			case <-done:
				result <- most
				return
			case <-tick.C:
				most = max(most, resident(pid))
			}
		}
	}()
	return func() int { close(done); return <-result }
}

// resident returns the peak of the largest child called eakte-reader, in bytes.
func resident(pid int) int {
	most := 0
	children, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid)) // a process may be gone by now, here and below
	for _, file := range children {
		list, _ := os.ReadFile(file) //nolint:gosec // proc
		for child := range strings.FieldsSeq(string(list)) {
			status, _ := os.ReadFile("/proc/" + child + "/status") //nolint:gosec // proc
			for line := range strings.Lines(string(status)) {
				if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok && strings.Contains(string(status), "eakte-reader") {
					n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kib), " kB")) // not a number: 0
					most = max(most, n<<10)
				}
			}
			number, _ := strconv.Atoi(child) // not a number: 0, which has no children
			most = max(most, resident(number))
		}
	}
	return most
}

// ours measures `eakte process --out`.
func (w bench) ours(b *testing.B, in input) measured {
	b.Helper()
	out := filepath.Join(w.dir, "ours-"+strings.ReplaceAll(filepath.Base(in.file), ".", "-"))
	report := out + ".jsonl"
	script := `exec "$0" process --jsonl --out "$1" "$2" > "$3"`
	m := command(b, "/bin/sh", "-c", script, w.eakte, out, in.file, report)
	data, err := os.ReadFile(report) //nolint:gosec // ours
	if err != nil {
		b.Fatal(err)
	}
	var line struct {
		Status string
		Pages  []struct{ Text string }
	}
	if err := json.Unmarshal(data, &line); err != nil || len(line.Pages) != len(in.truth) {
		b.Fatalf("%s: %d pages for %d, %s: %v", in.name, len(line.Pages), len(in.truth), line.Status, err)
	}
	var texts []string
	for _, p := range line.Pages {
		texts = append(texts, p.Text)
	}
	m.cer = wrong(in.truth, texts)
	_ = filepath.WalkDir(out, func(path string, _ fs.DirEntry, _ error) error { // nothing found: not measured
		if strings.HasSuffix(path, ".pdf") {
			m.copied, m.added = wrong(in.truth, copied(b, path)), size(b, path)-size(b, in.file)
		}
		return nil
	})
	return m
}

// theirs measures OCRmyPDF.
func (w bench) theirs(b *testing.B, in input) measured {
	b.Helper()
	out := filepath.Join(w.dir, "theirs.pdf")
	m := command(b, "ocrmypdf", append(append([]string{"-q", "-l", "deu+eng", "-j", "2"}, in.options...), in.file, out)...)
	m.copied, m.added = wrong(in.truth, copied(b, out)), size(b, out)-size(b, in.file)
	return m
}

// floor measures the bare library, warm, on the same pictures, decoded before: nothing but recognition.
func (w bench) floor(b *testing.B, in input) measured {
	b.Helper()
	if len(in.scans) == 0 {
		return measured{cer: -1}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	engine, err := tool.OpenTesseract(tool.ModelFolder(), "deu", "eng")
	if err != nil {
		b.Fatal(err)
	}
	defer engine.Close()
	var m measured
	var texts []string
	for _, file := range in.scans {
		text, seconds := bare(b, engine, file)
		texts, m.cpu = append(texts, text), m.cpu+seconds
	}
	m.cer = wrong(in.truth, texts)
	return m
}

// bare reads one picture as the library does by itself.
func bare(b *testing.B, engine *tool.Tesseract, file string) (text string, seconds float64) {
	b.Helper()
	data, err := os.ReadFile(file) //nolint:gosec // ours
	if err != nil {
		b.Fatal(err)
	}
	picture, err := tool.DecodePicture(data, 100_000_000)
	if err != nil {
		b.Fatal(err)
	}
	defer picture.Close()
	began := threadTime(b)
	words, err := engine.Read(b.Context(), picture, tool.SegmentPage, 300, 10*time.Minute)
	if err != nil {
		b.Fatal(err)
	}
	seconds = threadTime(b) - began
	var parts []string
	for _, word := range words {
		parts = append(parts, word.Text)
	}
	return strings.Join(parts, " "), seconds
}

func threadTime(b *testing.B) float64 {
	b.Helper()
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// copied takes the text of each page out of a PDF, as a person would who copies it.
func copied(b *testing.B, file string) []string {
	b.Helper()
	out, err := exec.CommandContext(b.Context(), "pdftotext", "-q", "-nodiag", file, "-").Output() //nolint:gosec // ours
	if err != nil {
		b.Fatal(err)
	}
	pages := strings.Split(string(out), "\f")
	return pages[:len(pages)-1]
}

func size(b *testing.B, file string) int {
	b.Helper()
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	return int(info.Size())
}

// wrong is the mean rate of errors over the pages that are not blank.
func wrong(truth, got []string) float64 {
	sum, n := 0.0, 0
	for i, want := range truth {
		if strings.TrimSpace(want) == "" {
			continue
		}
		n++
		if i >= len(got) {
			sum++
			continue
		}
		sum += eval.CER(want, got[i])
	}
	return sum / float64(max(n, 1))
}
