package bagit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/efile"
)

// The codes of findings about a bag that is one file.
const (
	FoundFolder  = "bag_folder"  // not one folder, called as the file (RFC 8493, 4.2)
	FoundPayload = "bag_payload" // something else in it than the container that it wraps
)

const wrapped = ".bag.zip"

// WrapName is what a container is called once it is wrapped: x.zip becomes x.bag.zip. It is neither the container's own
// name, so that nobody takes one for the other, nor does it hide which process it belongs to.
func WrapName(container string) string { return strings.TrimSuffix(container, ".zip") + wrapped }

// Wrap writes a bag in one ZIP to file, with the container inner as its only payload. The ZIP holds one folder, called as the
// file without .zip. The container is stored as it is and streamed; one with other bytes than want is the fault
// DigestMismatch. The same container and the same info give the same bytes.
func Wrap(ctx context.Context, file, inner string, want efile.MessageEntry, info Info) (container.Written, error) {
	entry := container.Entry{
		Name: want.Name, Size: want.Size, SHA256: want.SHA256,
		Open: func(context.Context) (io.ReadCloser, error) { return os.Open(inner) }, //nolint:gosec // the caller's own container
	}
	return container.WriteTree(ctx, file, Entries(folderOf(file), info, container.Of(entry)))
}

// folderOf is the folder in a bag's ZIP.
func folderOf(file string) string { return strings.TrimSuffix(filepath.Base(file), path.Ext(file)) }

// Packed is a bag in one ZIP, open.
type Packed struct {
	FS    fs.FS // the bag's folder
	Found []archive.Finding

	reader *container.Reader
}

// Close closes the file.
func (p *Packed) Close() error { return p.reader.Close() }

// mostGrowth bounds what a bag unpacks to, in sizes of its file: payloads are packed in themselves.
const mostGrowth = 4

// ErrNoBag is a file that is no bag in one ZIP.
var ErrNoBag = errors.New("not a bag in one ZIP")

// OpenPacked opens a bag in one ZIP and looks at the ZIP; Verify looks at the bag. With findings of the ZIP (FS is nil then)
// nothing in it may be read. A file that is no ZIP, or has no bagit.txt in a folder, is ErrNoBag.
func OpenPacked(file string) (*Packed, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	limits := container.Ours(mostFiles, info.Size())
	limits.Total = info.Size()*mostGrowth + 1<<30
	r, flaws, err := container.InspectTree(file, limits)
	if _, ok := errors.AsType[container.Flaw](err); ok {
		return nil, ErrNoBag
	}
	if err != nil {
		return nil, err
	}
	p := &Packed{reader: r}
	folder, one := "", true
	for _, e := range r.Entries() {
		top, rest, _ := strings.Cut(e.Name, "/")
		one = one && (folder == "" || folder == top) && (rest != "" || strings.HasSuffix(e.Name, "/"))
		if rest == "bagit.txt" || folder == "" {
			folder = top
		}
	}
	declared, err := fs.Stat(r.Tree(), path.Join(folder, "bagit.txt"))
	if err != nil || !declared.Mode().IsRegular() {
		return nil, errors.Join(ErrNoBag, r.Close())
	}
	for _, f := range flaws {
		p.Found = append(p.Found, archive.Finding{Code: f.Code, Subject: f.Entry})
	}
	if !one || folder != folderOf(file) {
		p.Found = append(p.Found, archive.Finding{Code: FoundFolder, Subject: folder})
	}
	if len(flaws) > 0 {
		return p, nil
	}
	p.FS, err = fs.Sub(r.Tree(), folder)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return p, nil
}

// CheckWrapped opens a wrapped container again and reports what keeps it from being what Wrap promises: a sound ZIP that
// everybody reads the same way, a complete and valid bag, the container want in it and nothing else, and want's bytes. sum is
// the SHA-256 of the file itself. The container is not looked into: whoever checked it under this digest has seen these bytes.
func CheckWrapped(ctx context.Context, file string, want efile.MessageEntry, sum string) ([]archive.Finding, error) {
	p, err := OpenPacked(file)
	if errors.Is(err, ErrNoBag) {
		return []archive.Finding{{Code: container.FlawFormat}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check bag: %w", err)
	}
	defer func() { _ = p.Close() }()
	found := p.Found
	strict, err := p.reader.Strict()
	if err != nil {
		return nil, fmt.Errorf("check bag: %w", err)
	}
	for _, f := range strict {
		found = append(found, archive.Finding{Code: f.Code, Subject: f.Entry})
	}
	if p.FS == nil {
		return found, nil
	}
	bag, err := Verify(ctx, p.FS)
	if err != nil {
		return nil, err
	}
	found = append(found, bag...)
	got, err := p.Payload()
	if err != nil {
		return nil, fmt.Errorf("check bag: %w", err)
	}
	if got != want.Name {
		return append(found, archive.Finding{Code: FoundPayload, Subject: got}), nil
	}
	inside, err := digestOf(ctx, p.FS, payload+got)
	if Unsound(err) {
		return found, nil // Verify told
	}
	if err != nil {
		return nil, fmt.Errorf("check bag: %w", err)
	}
	if inside != (efile.MessageEntry{Name: payload + want.Name, Size: want.Size, SHA256: want.SHA256}) {
		found = append(found, archive.Finding{Code: archive.FoundHash, Subject: got})
	}
	if outside, err := p.reader.Sum(ctx); err != nil {
		return nil, fmt.Errorf("check bag: %w", err)
	} else if outside != sum {
		found = append(found, archive.Finding{Code: archive.FoundSum, Subject: outside})
	}
	return found, nil
}

// Payload is the name of the only file in data; empty: there is none, or something else besides.
func (p *Packed) Payload() (string, error) {
	entries, err := fs.ReadDir(p.FS, "data")
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil || len(entries) != 1 || entries[0].IsDir() {
		return "", err
	}
	return entries[0].Name(), nil
}

// Unpack writes the payload of that name to file.
func (p *Packed) Unpack(name, file string) error {
	from, err := p.FS.Open(payload + name)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the caller's place
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}

func digestOf(ctx context.Context, fsys fs.FS, name string) (efile.MessageEntry, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return efile.MessageEntry{}, err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	var size int64
	buffer := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return efile.MessageEntry{}, err
		}
		n, err := f.Read(buffer)
		_, _ = sum.Write(buffer[:n]) // a hash never fails
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return efile.MessageEntry{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
		}
		if err != nil {
			return efile.MessageEntry{}, err
		}
	}
}
