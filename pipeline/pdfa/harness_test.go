package pdfa

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestHarness(t *testing.T) {
	dir := filepath.Join(os.Getenv("EAKTE_TEST_DATA"), "corpus", "pdfa")
	list, _ := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	right, wrong := 0, 0
	var slow time.Duration
	for i, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		if i == 0 {
			continue
		}
		col := strings.Split(line, "\t")
		data, err := os.ReadFile(filepath.Join(dir, col[0]))
		if err != nil {
			t.Fatal(err)
		}
		level := Level2B
		if strings.HasPrefix(col[1], "PDF_A-2u") {
			level = Level2U
		}
		t0 := time.Now()
		r := Validate(data, level)
		if d := time.Since(t0); d > slow {
			slow = d
		}
		if r.Conforms == (col[2] == "pass") {
			right++
			if os.Getenv("WHY") != "" && !r.Conforms {
				c := ""
				for _, b := range r.Broken { c += " " + b.Clause }
				fmt.Println("ok", col[0], c)
			}
			continue
		}
		wrong++
		s := ""
		for _, b := range r.Broken {
			s += fmt.Sprintf(" %s(%d %v)", b.Clause, b.Count, b.Places)
		}
		fmt.Println(col[0], s)
	}
	fmt.Println(right, wrong, slow)
}
