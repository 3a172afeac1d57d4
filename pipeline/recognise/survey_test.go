package recognise_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline/internal/steptest"
	"github.com/eakte/eakte/pipeline/recognise"
)

// TestSurvey prints a line per page of the synthetic corpus: EAKTE_SURVEY=<pattern of ids> go test -run Survey -v.
func TestSurvey(t *testing.T) {
	pattern := os.Getenv("EAKTE_SURVEY")
	if pattern == "" {
		t.Skip("EAKTE_SURVEY is not set")
	}
	engine := recognise.New(recognise.Options{})
	defer engine.Close()
	files, err := filepath.Glob(corpus.Extern(t, "corpus/synthetic/truth") + "/" + pattern + ".json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		id := strings.TrimSuffix(filepath.Base(f), ".json")
		known := steptest.TruthOf(t, id)
		if ext := filepath.Ext(known.File); ext != ".pdf" && ext != ".jpg" {
			continue
		}
		dir := t.TempDir()
		in := steptest.Sound(t, dir, known.File)
		began, cpu := time.Now(), cpuTime()
		got, err := engine.Run(t.Context(), dir, in)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		wall, used := time.Since(began), cpuTime()-cpu
		for i, p := range got.Pages {
			want := known.Pages[i]
			zone, state := "", ""
			for _, s := range known.Segments {
				if s.MRZ != nil {
					zone = strings.Join(s.MRZ.Lines, "|")
				}
			}
			if zone != "" || len(p.Zones) > 0 {
				state = "mrz none"
				if len(p.Zones) > 0 {
					state = fmt.Sprintf("mrz %s valid %v same %v", p.Zones[0].Format, p.Zones[0].Valid, strings.Join(p.Zones[0].Lines, "|") == zone)
				}
			}
			mark := ""
			if p.Rotation != want.Rotation && !want.Blank {
				mark = "!"
			}
			t.Logf("%s/%d %-18s %-7s cer %5.2f%% conf %.2f rot%s %d/%d skew %.2f blank %v/%v lang %s %+v dpi %d %s %s cpu %.2f wall %.2f", id, p.Number, known.Profile, in.Pages[i].Kind,
				100*min(steptest.ErrorRate(p.Text, want.Text), steptest.ErrorRate(p.Text, want.Flow+"")), p.Confidence, mark, p.Rotation, want.Rotation, p.Skew, p.Blank, want.Blank, p.Language, p.Quality, p.DPI, p.Code, state,
				used.Seconds()/float64(len(got.Pages)), wall.Seconds()/float64(len(got.Pages)))
		}
	}
}

func cpuTime() time.Duration {
	var self, children syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &self)
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children)
	return time.Duration(self.Utime.Nano() + self.Stime.Nano() + children.Utime.Nano() + children.Stime.Nano())
}
