package tool

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// PDFInfo is what poppler says about a PDF.
type PDFInfo struct {
	Pages      int
	Encrypted  bool
	JavaScript bool
	XFA        bool
	Form       bool
}

// Info asks pdfinfo. A PDF that poppler cannot open is a *Failure.
func Info(ctx context.Context, dir, in string, limits Limits) (PDFInfo, error) {
	out, err := Run(ctx, dir, "pdfinfo", []string{in}, limits)
	if err != nil {
		return PDFInfo{}, err
	}
	var info PDFInfo
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); key {
		case "Pages":
			info.Pages, _ = strconv.Atoi(value) // malformed: 0, no pages
		case "Encrypted":
			info.Encrypted = strings.HasPrefix(value, "yes")
		case "JavaScript":
			info.JavaScript = value == "yes"
		case "Form":
			info.XFA, info.Form = value == "XFA", value != "none"
		}
	}
	return info, nil
}

// Text returns the text of each page with pdftotext, in reading order, text outside the crop box included. A PDF that poppler cannot open is a *Failure.
func Text(ctx context.Context, dir, in string, limits Limits) ([]string, error) {
	out, err := Run(ctx, dir, "pdftotext", []string{"-q", "-enc", "UTF-8", in, "-"}, limits)
	if err != nil {
		return nil, err
	}
	pages := strings.Split(string(out), "\f")
	return pages[:len(pages)-1], nil // every page ends with a form feed
}

// GrayOptions says what Gray renders.
type GrayOptions struct {
	First, Last int // pages, 1-based, inclusive
	DPI         int // resolution; ignored when LongEdge is set
	LongEdge    int // in pixels, whatever the page's size: what hostile page boxes cannot blow up
}

// Gray renders pages with pdftoppm as viewers show them, the crop box with /Rotate applied, and calls page for each as it
// comes; page may keep the picture. When page returns an error, rendering stops with it. Pages that poppler cannot render
// are missing or blank.
func Gray(ctx context.Context, dir, in string, o GrayOptions, limits Limits, page func(number int, picture *image.Gray) error) error {
	args := []string{"-q", "-gray", "-cropbox", "-f", strconv.Itoa(o.First), "-l", strconv.Itoa(o.Last)}
	if o.LongEdge > 0 {
		args = append(args, "-scale-to", strconv.Itoa(o.LongEdge))
	} else {
		args = append(args, "-r", strconv.Itoa(o.DPI))
	}
	if limits.Output == 0 {
		limits.Output = 4 << 30 // it is streamed, not held
	}
	return Stream(ctx, dir, "pdftoppm", append(args, in), limits, func(r io.Reader) error {
		buffered := bufio.NewReaderSize(r, 1<<16)
		for number := o.First; ; number++ {
			picture, err := readPGM(buffered)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := page(number, picture); err != nil {
				return err
			}
		}
	})
}

// maxFrame bounds one rendered page, in pixels. Our own callers stay far below.
const maxFrame = 200_000_000

// readPGM reads one binary PGM frame; io.EOF when there is none.
func readPGM(r *bufio.Reader) (*image.Gray, error) {
	var width, height, depth int
	if _, err := r.Peek(1); err != nil {
		return nil, err
	}
	if _, err := fmt.Fscanf(r, "P5\n%d %d\n%d\n", &width, &height, &depth); err != nil {
		return nil, fmt.Errorf("read frame header: %w", io.ErrUnexpectedEOF)
	}
	if width <= 0 || height <= 0 || depth != 255 || int64(width)*int64(height) > maxFrame {
		return nil, fmt.Errorf("frame of %d × %d pixels and depth %d", width, height, depth)
	}
	picture := image.NewGray(image.Rect(0, 0, width, height))
	if _, err := io.ReadFull(r, picture.Pix); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return picture, nil
}

// Redraw has pdftocairo draw in anew as out. Actions, attachments, forms and tags do not survive; looks do.
func Redraw(ctx context.Context, dir, in, out string, limits Limits) error {
	_, err := Run(ctx, dir, "pdftocairo", []string{"-q", "-pdf", in, out}, limits)
	if err != nil {
		_ = os.Remove(filepath.Join(dir, out)) // it may not be there
	}
	return err
}

// Signature is one electronic signature in a PDF, judged without a list of trusted certificates: whether the bytes are
// those that were signed, not by whom.
type Signature struct {
	Intact bool // digest and signature value agree with the signed bytes
	Whole  bool // it covers the file to its end
}

// Signatures lists the signatures with pdfsig. A PDF without any has none and no error.
func Signatures(ctx context.Context, dir, in string, limits Limits) ([]Signature, error) {
	out, err := Run(ctx, dir, "pdfsig", []string{"-nocert", in}, limits)
	if err != nil && Exit(err) != 2 && Exit(err) != 1 {
		return nil, err
	}
	return parseSignatures(out), nil
}

// parseSignatures reads pdfsig's report.
func parseSignatures(report []byte) []Signature {
	var all []Signature
	for line := range bytes.Lines(report) {
		text := strings.TrimSpace(string(line))
		if strings.HasPrefix(text, "Signature #") {
			all = append(all, Signature{})
		}
		if len(all) == 0 {
			continue
		}
		last := &all[len(all)-1]
		switch text {
		case "- Total document signed":
			last.Whole = true
		case "- Signature Validation: Signature is Valid.":
			last.Intact = true
		}
	}
	return all
}
