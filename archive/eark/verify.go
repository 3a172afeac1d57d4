package eark

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strconv"
	"strings"
	"syscall"

	"github.com/eakte/eakte/archive"
)

// The codes of findings about a package.
const (
	FoundMETS      = "eark_mets"      // METS.xml is missing, or no METS
	FoundPath      = "eark_path"      // a METS that names a place outside of the package
	FoundAlgorithm = "eark_algorithm" // a digest of a kind that is not looked at, or none
	FoundMissing   = "eark_missing"   // named, not there
	FoundUnnamed   = "eark_unnamed"   // there, not named
	FoundDigest    = "eark_digest"    // other bytes than METS promises
	FoundKind      = "eark_link"      // a link or device
	FoundMany      = "eark_many"      // more findings than are told
)

const (
	mostFindings = 1000
	mostMETS     = 1 << 30
	deepest      = 3 // METS within METS
)

// Verify reports what differs between a package and its METS files: every file that one of them names, with its digest, and
// no other. It does not judge the METS itself. fsys is the package's folder; one from os.Root.FS keeps links from leading
// out of it. The error means that the package could not be read.
func Verify(ctx context.Context, fsys fs.FS) ([]archive.Finding, error) {
	v := &verifier{ctx: ctx, fsys: fsys, named: map[string]bool{}}
	if err := v.mets("METS.xml", 0); err != nil {
		return nil, fmt.Errorf("verify package: %w", err)
	}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || entry.IsDir():
			return err
		case !entry.Type().IsRegular():
			v.add(FoundKind, name)
		case !v.named[name] && name != "METS.xml":
			v.add(FoundUnnamed, name)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("verify package: %w", err)
	}
	return v.found, nil
}

type verifier struct {
	ctx   context.Context //nolint:containedctx // lives as long as one Verify
	fsys  fs.FS
	named map[string]bool
	found []archive.Finding
}

func (v *verifier) add(code, subject string) {
	switch {
	case len(v.found) > mostFindings:
		return
	case len(v.found) == mostFindings:
		code, subject = FoundMany, ""
	}
	if len(subject) > 200 {
		subject = strings.ToValidUTF8(subject[:200], "") + "…"
	}
	v.found = append(v.found, archive.Finding{Code: code, Subject: subject})
}

// reference is a file that a METS names, with what it says of it.
type reference struct {
	size, sum, kind string
	href            string
}

// mets goes through a METS file and looks at everything it names, relative to its folder.
func (v *verifier) mets(name string, depth int) error {
	f, err := v.fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		v.add(FoundMETS, name)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	references, err := readMETS(io.LimitReader(f, mostMETS))
	if disk, ok := errors.AsType[*fs.PathError](err); ok {
		return disk
	}
	if err != nil {
		v.add(FoundMETS, name)
		return nil
	}
	for _, r := range references {
		at, err := url.PathUnescape(r.href)
		at = path.Join(path.Dir(name), at)
		if err != nil || !fs.ValidPath(at) || path.IsAbs(r.href) {
			v.add(FoundPath, r.href)
			continue
		}
		if err := v.file(at, r); err != nil {
			return err
		}
		if path.Base(at) == "METS.xml" && at != name && depth < deepest {
			if err := v.mets(at, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

var errNoMETS = errors.New("not a METS")

// readMETS returns the files with their digests: mdRef, and file with its FLocat.
func readMETS(r io.Reader) (all []reference, err error) {
	d := xml.NewDecoder(r)
	var file reference
	root := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && root {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !root && start.Name != (xml.Name{Space: "http://www.loc.gov/METS/", Local: "mets"}) {
			return nil, errNoMETS
		}
		root = true
		switch said := referenceOf(start); start.Name.Local {
		case "file":
			file = said
		case "FLocat":
			file.href = said.href
			all = append(all, file)
		case "mdRef":
			all = append(all, said)
		}
	}
}

func referenceOf(e xml.StartElement) (r reference) {
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "SIZE":
			r.size = a.Value
		case "CHECKSUM":
			r.sum = a.Value
		case "CHECKSUMTYPE":
			r.kind = a.Value
		case "href":
			r.href = a.Value
		}
	}
	return r
}

// file compares one file with what a METS says of it.
func (v *verifier) file(name string, want reference) error {
	if v.named[name] {
		return nil
	}
	v.named[name] = true
	if want.kind != "SHA-256" {
		v.add(FoundAlgorithm, name)
		return nil
	}
	info, err := fs.Lstat(v.fsys, name)
	_, disk := errors.AsType[syscall.Errno](err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.add(FoundMissing, name)
		return nil
	case disk:
		return err
	case err != nil || !info.Mode().IsRegular():
		return nil // a link or device, or behind one: Verify tells when it comes by
	}
	f, err := v.fsys.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	n, err := io.Copy(sum, cancellable{v.ctx, f})
	if err != nil {
		return err
	}
	if !strings.EqualFold(hex.EncodeToString(sum.Sum(nil)), want.sum) || strconv.FormatInt(n, 10) != want.size {
		v.add(FoundDigest, name)
	}
	return nil
}

// cancellable ends when nobody waits any more.
type cancellable struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	r   io.Reader
}

// Read reads on, or says why not.
func (c cancellable) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
