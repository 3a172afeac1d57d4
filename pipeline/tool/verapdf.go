package tool

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// javaMemory is the address space that a Java program asks for, most of which it never touches.
const javaMemory = 8 << 30

// VeraPDF asks an installed veraPDF, or a program that answers like it, whether a file conforms to a format such as
// "PDF/A-2u". Exit code 1 means that it does not; the report decides, because other answers share it. A report on no file,
// or on several, is an error.
func VeraPDF(ctx context.Context, dir, program, in, format string, limits Limits) (bool, error) {
	if limits.Memory == 0 {
		limits.Memory = javaMemory
	}
	flavour := strings.TrimPrefix(format, "PDF/A-")
	report, err := Run(ctx, dir, program, []string{"--format", "mrr", "--flavour", flavour, in}, limits)
	if f, failed := errors.AsType[*Failure](err); err != nil && (!failed || f.Exit != 1) {
		return false, fmt.Errorf("run the second validator: %w", err)
	}
	return parseVeraPDF(report)
}

// parseVeraPDF reads the machine-readable report: one element validationReport with isCompliant.
func parseVeraPDF(report []byte) (compliant bool, err error) {
	reader := xml.NewDecoder(bytes.NewReader(report))
	found := 0
	for {
		token, err := reader.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, errors.New("the second validator's report cannot be read")
		}
		element, is := token.(xml.StartElement)
		if !is || element.Name.Local != "validationReport" {
			continue
		}
		found++
		for _, a := range element.Attr {
			if a.Name.Local == "isCompliant" {
				compliant = a.Value == "true"
			}
		}
	}
	if found != 1 {
		return false, fmt.Errorf("the second validator reports on %d files, not 1", found)
	}
	return compliant, nil
}
