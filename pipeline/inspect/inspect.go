// Package inspect says what an uploaded file is and whether it may pass. Only its bytes decide: the sender's name and media
// type are a hint that can make things worse (a program named like a photo), never better.
//
// It opens as little as it can: signatures of formats, headers of pictures, the directory of ZIP containers, and for PDFs
// the answers of qpdf and poppler. Only photos and the like are decoded, small: its sender may still have the paper at hand and
// take a better one (quality.go). What is inside is found out by normalise, which may still refuse.
//
// Accepted are PDF, JPEG, PNG, TIFF, WebP, HEIC, AVIF, DOCX, ODT, RTF, DOC, single e-mails, and several photos as one document (pipeline.MediaPhotos). Refused, with a reason, is
// everything else; among it, on purpose, animated and old picture formats (GIF, BMP), spreadsheets and slides, archives,
// mailboxes and Outlook's MSG, HTML, SVG, PostScript, XML, plain text and programs.
//
// Start reading at Run; sniff.go lists the signatures.
package inspect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

// askTime is how long each program may take to answer a question about a PDF.
const askTime = 10 * time.Second

// Run inspects request.File in dir. It changes nothing there. Faults are as listed at pipeline.Inspection.
func Run(ctx context.Context, dir string, request pipeline.InspectRequest) (pipeline.Inspection, error) {
	limits := request.Limits.Or()
	f, err := os.Open(filepath.Join(dir, request.File))
	if err != nil {
		return pipeline.Inspection{}, fmt.Errorf("open file to inspect: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return pipeline.Inspection{}, fmt.Errorf("open file to inspect: %w", err)
	}
	if info.Size() == 0 {
		return pipeline.Inspection{}, fault.New(fault.Reject, fault.Empty, nil)
	}
	file := file{ReaderAt: f, size: info.Size()}
	kind, err := sniff(file)
	if err != nil {
		return pipeline.Inspection{}, err
	}
	switch kind {
	case pipeline.MediaPDF:
		return inspectPDF(ctx, dir, request.File, file, limits)
	case pipeline.MediaDOCX, pipeline.MediaODT, pipeline.MediaRTF, pipeline.MediaDOC:
		return inspectOffice(kind, file, limits)
	case pipeline.MediaMail:
		return pipeline.Inspection{MediaType: kind}, nil
	case pipeline.MediaPhotos:
		return inspectPhotos(file, limits)
	}
	if strings.HasPrefix(kind, "image/") {
		out, err := inspectPicture(kind, file, limits)
		if err == nil && kind != pipeline.MediaTIFF { // that is what scanners make
			out.Quality = quality(ctx, dir, request.File, kind, limits)
		}
		return out, err
	}
	return pipeline.Inspection{}, refuse(kind, request.Claimed)
}

// refuse says no. That a known other thing bears an accepted type's name is worth its own code: the sender may not know.
func refuse(kind, claimed string) error {
	err := fmt.Errorf("file is %s", kind)
	if kind != unknown && accepted(claimed) {
		return fault.New(fault.Reject, fault.TypeMismatch, err)
	}
	return fault.New(fault.Reject, fault.TypeNotAccepted, err)
}

// accepted reports whether a claimed extension or media type belongs to something we take.
func accepted(claimed string) bool {
	switch strings.ToLower(strings.TrimSpace(claimed)) {
	case ".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".avif", ".docx", ".odt", ".rtf", ".doc", ".eml",
		pipeline.MediaPDF, pipeline.MediaJPEG, pipeline.MediaPNG, pipeline.MediaTIFF, pipeline.MediaWebP, pipeline.MediaHEIC,
		"image/heif", pipeline.MediaAVIF, pipeline.MediaDOCX, pipeline.MediaODT, pipeline.MediaRTF, "text/rtf", pipeline.MediaDOC,
		pipeline.MediaMail, pipeline.MediaPhotos:
		return true
	}
	return false
}

// inspectPicture refuses a picture by its header, before anything decodes it.
func inspectPicture(kind string, file file, limits pipeline.Limits) (pipeline.Inspection, error) {
	header, err := picture.Read(file, file.size, limits.Pages)
	switch {
	case errors.Is(err, picture.ErrPages):
		return pipeline.Inspection{}, fault.New(fault.Reject, fault.TooComplex, err)
	case errors.Is(err, picture.ErrBroken):
		return pipeline.Inspection{}, fault.New(fault.Review, fault.Unreadable, err)
	case err != nil:
		return pipeline.Inspection{}, err
	}
	if header.Pixels() > limits.Pixels || header.Samples > 8*limits.Pixels {
		return pipeline.Inspection{}, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("picture of %d × %d pixels", header.Width, header.Height))
	}
	out := pipeline.Inspection{MediaType: kind, Pages: header.Pages}
	if kind == pipeline.MediaJPEG && foreignTail(file, []byte("\xff\xd9")) {
		out.Notes = append(out.Notes, pipeline.NoteSecondFormat)
	}
	return out, nil
}

// inspectPDF asks for a password, the pages and the signatures. A PDF that poppler cannot open passes with Pages 0:
// normalise knows more ways to open it.
func inspectPDF(ctx context.Context, dir, name string, file file, limits pipeline.Limits) (pipeline.Inspection, error) {
	out := pipeline.Inspection{MediaType: pipeline.MediaPDF}
	var err error
	if out.Pages, err = countPages(ctx, dir, name); err != nil {
		return pipeline.Inspection{}, err
	}
	if out.Pages > limits.Pages {
		return pipeline.Inspection{}, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("%d pages", out.Pages))
	}
	signed, err := mentions(file, "/ByteRange")
	if err != nil {
		return pipeline.Inspection{}, err
	}
	if signed {
		if out.Notes, err = signatureNotes(ctx, dir, name); err != nil {
			return pipeline.Inspection{}, err
		}
	}
	if beforePDF(file) || foreignTail(file, []byte("%%EOF")) {
		out.Notes = append(out.Notes, pipeline.NoteSecondFormat)
	}
	return out, nil
}

// countPages returns the number of pages, 0 if poppler cannot open the file. One that needs a password is a fault. A file to
// the letter is not encrypted and says itself how many pages it has.
func countPages(ctx context.Context, dir, name string) (int, error) {
	if exact, err := tool.OpenExact(filepath.Join(dir, name)); err == nil {
		return exact.Pages(), exact.Close()
	}
	ask := tool.Limits{Time: askTime}
	lock, err := tool.RequiresPassword(ctx, dir, name, ask)
	if err != nil && !tool.Exhausted(err) {
		return 0, err
	}
	if lock == tool.FullLock {
		return 0, fault.New(fault.Reject, fault.Encrypted, nil)
	}
	slow := tool.Exhausted(err)
	info, err := tool.Info(ctx, dir, name, ask)
	if slow && tool.Exhausted(err) {
		return 0, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("count pages: %w", err))
	}
	if err != nil && (tool.Missing(err) || ctx.Err() != nil) {
		return 0, err
	}
	return info.Pages, nil
}

// signatureNotes tells the caseworker what can be said without knowing whom to trust: that there is a signature, whether
// the signed bytes are still the same, and whether anything was added after the last signature.
func signatureNotes(ctx context.Context, dir, name string) ([]pipeline.Note, error) {
	signatures, err := tool.Signatures(ctx, dir, name, tool.Limits{Time: askTime})
	if err != nil && !tool.Missing(err) && !tool.Exhausted(err) {
		if _, ok := errors.AsType[*tool.Failure](err); !ok {
			return nil, err
		}
	}
	if len(signatures) == 0 { // prepared for signing, or nobody here can check it: no claim
		return nil, nil
	}
	notes, whole := []pipeline.Note{pipeline.NoteSigned}, false
	invalid := false
	for _, s := range signatures {
		invalid = invalid || !s.Intact
		whole = whole || s.Whole
	}
	if invalid {
		notes = append(notes, pipeline.NoteSignatureInvalid)
	}
	if !whole {
		notes = append(notes, pipeline.NoteSignatureChanged)
	}
	return notes, nil
}

// file is the upload as its inspectors see it.
type file struct {
	io.ReaderAt
	size int64
}

// head reads up to n bytes from the beginning.
func (f file) head(n int) ([]byte, error) {
	b := make([]byte, min(int64(n), f.size))
	if _, err := f.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read file to inspect: %w", err)
	}
	return b, nil
}

// mentions searches the whole file for text, piece by piece.
func mentions(f file, text ...string) (bool, error) {
	const overlap = 64
	buffer := make([]byte, 1<<20)
	for at := int64(0); at < f.size; at += int64(len(buffer) - overlap) {
		n, err := f.ReadAt(buffer, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, fmt.Errorf("read file to inspect: %w", err)
		}
		for _, t := range text {
			if bytes.Contains(buffer[:n], []byte(t)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// beforePDF reports whether another format stands before the PDF's header.
func beforePDF(f file) bool {
	head, err := f.head(pdfWithin + 8)
	if err != nil {
		return false
	}
	before, _, _ := bytes.Cut(head, []byte("%PDF-"))
	return name(before) != unknown
}

// foreignTail reports whether another format follows the last occurrence of end.
func foreignTail(f file, end []byte) bool {
	const most = 4 << 20
	start := max(0, f.size-most)
	tail := make([]byte, f.size-start)
	if _, err := f.ReadAt(tail, start); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	for {
		at := bytes.Index(tail, end)
		if at < 0 {
			return false
		}
		tail = tail[at+len(end):]
		rest := bytes.TrimLeft(tail, "\x00 \r\n\t\f")
		if kind := name(rest); kind != unknown && kind != pipeline.MediaJPEG {
			return true
		}
	}
}
