// Package peer holds reading against its peers: OCRmyPDF, which does the same job as `eakte process --out`, and the bare
// OCR library, below which nobody gets on the same pages with the same models. Inputs are made here from pages of the
// project's own corpus, so the true text is known.
//
// It is a benchmark (`make bench BENCH=Peers`), needs the Debian package ocrmypdf, and prints a table; what it measures is
// written to docs/benchmarks.md by hand. sheet.go makes pages look scanned or photographed, this file the documents of them.
// Start reading at inputs.
package peer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// input is one document and how OCRmyPDF is best asked to read it.
type input struct {
	name    string
	file    string
	truth   []string // the text of each page; empty for a blank one
	options []string // of OCRmyPDF
	scans   []string // picture files for the bare library, upright and level; none if there is nothing to compare
}

// workshop makes inputs in a folder from pages with their own text.
type workshop struct {
	dir   string
	pages []sheet
	texts []string
	files []string // PDFs of one page each
}

// newWorkshop renders one-page PDFs at 300 dpi.
func newWorkshop(dir string, files []string) (*workshop, error) {
	w := &workshop{dir: dir, files: files}
	for i, file := range files {
		picture, err := render(file, filepath.Join(dir, fmt.Sprintf("own-%d", i)))
		if err != nil {
			return nil, err
		}
		text, err := exec.CommandContext(context.Background(), "pdftotext", "-q", "-layout", "-nodiag", file, "-").Output() //nolint:gosec // our own corpus
		if err != nil {
			return nil, fmt.Errorf("text of %s: %w", file, err)
		}
		w.pages, w.texts = append(w.pages, picture), append(w.texts, string(text))
	}
	return w, nil
}

// inputs makes one document of each kind.
func (w *workshop) inputs() ([]input, error) {
	var all []input
	for _, make := range []func() (input, error){
		func() (input, error) { return w.scan("noisy grey scan", noisy, 75) },
		func() (input, error) { return w.scan("clean grey scan", same, 90) },
		w.bilevel, w.tilted, w.mixed, w.photo, w.digital,
	} {
		in, err := make()
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}

// scan makes a document of all pages, each changed by change and stored as a JPEG.
func (w *workshop) scan(name string, change func(sheet, int) sheet, quality int) (input, error) {
	in := input{name: name, file: w.path(name + ".pdf"), truth: w.texts}
	var pictures []jpegPage
	for i, page := range w.pages {
		changed := change(page, i)
		data, err := changed.jpeg(quality)
		if err != nil {
			return input{}, err
		}
		pictures = append(pictures, jpegPage{data: data, width: changed.width(), height: changed.height()})
		upright := w.path(fmt.Sprintf("%s-%d.jpg", name, i))
		if err := os.WriteFile(upright, data, 0o600); err != nil {
			return input{}, err
		}
		in.scans = append(in.scans, upright)
	}
	return in, os.WriteFile(in.file, jpegPDF(pictures), 0o600)
}

// bilevel stores the pages in black and white, CCITT Group 4.
func (w *workshop) bilevel() (input, error) {
	in := input{name: "bilevel G4", file: w.path("bilevel.pdf"), truth: w.texts}
	var parts []string
	for i, page := range w.pages {
		plain, packed := w.path(fmt.Sprintf("bilevel-%d.tif", i)), w.path(fmt.Sprintf("bilevel-%d-g4.tif", i))
		if err := os.WriteFile(plain, page.bilevelTIFF(), 0o600); err != nil {
			return input{}, err
		}
		if err := run("tiffcp", "-c", "g4", plain, packed); err != nil {
			return input{}, err
		}
		parts, in.scans = append(parts, packed), append(in.scans, packed)
	}
	all := w.path("bilevel.tif")
	if err := run("tiffcp", append(parts, all)...); err != nil {
		return input{}, err
	}
	return in, run("tiff2pdf", "-o", in.file, all)
}

// tilted makes pages that lie askew or on their side; the bare library gets them upright.
func (w *workshop) tilted() (input, error) {
	in, err := w.scan("skewed and turned", lying, 75)
	if err != nil {
		return input{}, err
	}
	straight, err := w.scan("straight", noisy, 75)
	in.scans, in.options = straight.scans, []string{"--rotate-pages", "--deskew"}
	return in, err
}

// mixed makes twenty pages: scans, blank pages, and pages with their own text.
func (w *workshop) mixed() (input, error) {
	in := input{name: "mixed 20 pages", file: w.path("mixed.pdf"), options: []string{"--skip-text"}}
	blanks, err := (&workshop{dir: w.dir, pages: []sheet{w.pages[0].blank()}, texts: []string{""}}).scan("blank", noisy, 75)
	if err != nil {
		return input{}, err
	}
	scans := w.path("noisy grey scan.pdf") // made before
	args := []string{"--empty", "--pages"}
	for i := range 20 {
		n := i % len(w.pages)
		switch i % 5 {
		case 0, 2:
			args, in.truth = append(args, scans, fmt.Sprint(n+1)), append(in.truth, w.texts[n])
		case 4:
			args, in.truth = append(args, blanks.file, "1"), append(in.truth, "")
		default:
			args, in.truth = append(args, w.files[n], "1"), append(in.truth, w.texts[n])
		}
	}
	return in, run("qpdf", append(args, "--", in.file)...)
}

// photo makes a photograph of 12 megapixels of the first page.
func (w *workshop) photo() (input, error) {
	in := input{name: "12 MP phone photo", file: w.path("photo.jpg"), truth: w.texts[:1], options: []string{"--image-dpi", "300"}, scans: []string{w.path("photo.jpg")}}
	data, err := w.pages[0].photographed().jpeg(88)
	if err != nil {
		return input{}, err
	}
	return in, os.WriteFile(in.file, data, 0o600)
}

// many makes a document of so many pages out of one with fewer, which come again and again.
func (w *workshop) many(kind, file string, of, pages int) (input, error) {
	in := input{name: fmt.Sprintf("%d pages, %s", pages, kind), file: w.path(fmt.Sprintf("many-%s-%d.pdf", kind, pages))}
	args := []string{"--empty", "--pages"}
	for i := range pages {
		if kind == "digital" {
			of = 1
		}
		args, in.truth = append(args, file, fmt.Sprint(i%of+1)), append(in.truth, "")
	}
	return in, run("qpdf", append(args, "--", in.file)...)
}

func (w *workshop) digital() (input, error) {
	return input{name: "born-digital, one page, cold", file: w.files[0], truth: w.texts[:1], options: []string{"--skip-text"}}, nil
}

func (w *workshop) path(name string) string {
	return filepath.Join(w.dir, strings.ReplaceAll(name, " ", "-"))
}

func run(name string, args ...string) error {
	if out, err := exec.CommandContext(context.Background(), name, args...).CombinedOutput(); err != nil { //nolint:gosec // programs named here, files made here
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}
