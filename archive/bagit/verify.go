package bagit

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/md5"  //nolint:gosec // old bags have nothing else; it finds accidents, not attackers
	"crypto/sha1" //nolint:gosec // as above
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"github.com/eakte/eakte/archive"
)

// The codes of findings.
const (
	FoundDeclaration = "bag_declaration" // bagit.txt is missing, or not of a version and encoding that we know
	FoundNoData      = "bag_no_data"     // no folder data
	FoundNoManifest  = "bag_no_manifest" // no list of digests for the payload
	FoundManifest    = "bag_manifest"    // a list that is none, or names a file twice
	FoundPath        = "bag_path"        // a list that names a path outside
	FoundAlgorithm   = "bag_algorithm"   // a list of digests that we cannot compute
	FoundFetch       = "bag_fetch"       // parts are elsewhere (fetch.txt); we fetch nothing
	FoundMissing     = "bag_missing"     // listed, not there
	FoundUnlisted    = "bag_unlisted"    // there, not listed
	FoundDigest      = "bag_digest"      // other bytes than the list promises
	FoundOxum        = "bag_oxum"        // not as many bytes and files as bag-info.txt says
	FoundLink        = "bag_link"        // a link or device
	FoundMany        = "bag_many"        // more files or findings than are looked at
)

const (
	mostFiles    = 1_000_000
	mostFindings = 1000
	tagBytes     = 256 << 20 // of one file about the bag
)

// algorithm returns the hash that the name of a manifest ends with.
func algorithm(name string) func() hash.Hash {
	switch name {
	case "md5":
		return md5.New
	case "sha1":
		return sha1.New
	case "sha224":
		return sha256.New224
	case "sha256":
		return sha256.New
	case "sha384":
		return sha512.New384
	case "sha512":
		return sha512.New
	}
	return nil
}

// Verify reports what keeps a bag from being complete and valid (RFC 8493, section 3), at most a thousand findings. It
// reads every file once. fsys is the bag's folder; one from os.Root.FS keeps links from leading out of it. The error means
// that the bag could not be read.
func Verify(ctx context.Context, fsys fs.FS) ([]archive.Finding, error) {
	v := &verifier{fsys: fsys, sizes: map[string]int64{}, digests: map[string]map[string]string{}}
	for _, step := range []func(context.Context) error{v.walk, v.declared, v.manifests, v.oxum, v.bytes} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("verify bag: %w", err)
		}
	}
	return v.found, nil
}

type verifier struct {
	fsys    fs.FS
	found   []archive.Finding
	names   []string         // in order
	sizes   map[string]int64 // of what is there
	digests map[string]map[string]string
	data    bool
}

func (v *verifier) add(code, subject string) {
	switch {
	case len(v.found) < mostFindings:
		v.found = append(v.found, archive.Finding{Code: code, Subject: subject})
	case len(v.found) == mostFindings:
		v.found = append(v.found, archive.Finding{Code: FoundMany})
	}
}

// walk notes every file.
func (v *verifier) walk(ctx context.Context) error {
	return fs.WalkDir(v.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.IsDir() {
			v.data = v.data || name == "data"
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			v.add(FoundLink, name)
			return nil
		}
		if len(v.names) == mostFiles {
			v.add(FoundMany, "")
			return fs.SkipAll
		}
		v.names = append(v.names, name)
		v.sizes[name] = info.Size()
		return nil
	})
}

var version = regexp.MustCompile(`^BagIt-Version: (0\.9[3-7]|1\.0)\r?\nTag-File-Character-Encoding: [Uu][Tt][Ff]-8\r?\n?$`)

func (v *verifier) declared(context.Context) error {
	content, err := v.read("bagit.txt")
	if err != nil {
		return err
	}
	if !version.Match(content) {
		v.add(FoundDeclaration, "bagit.txt")
	}
	if !v.data {
		v.add(FoundNoData, "")
	}
	if _, ok := v.sizes["fetch.txt"]; ok {
		v.add(FoundFetch, "fetch.txt")
	}
	return nil
}

// read returns a file about the bag; nil if it is not there.
func (v *verifier) read(name string) ([]byte, error) {
	if size, ok := v.sizes[name]; !ok {
		return nil, nil
	} else if size > tagBytes {
		v.add(FoundMany, name)
		return nil, nil
	}
	f, err := v.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, tagBytes))
	if Unsound(err) {
		v.add(FoundDigest, name)
		return nil, nil
	}
	return content, err
}

// Unsound reports whether an error is about the bytes of a bag's ZIP and not about the disk.
func Unsound(err error) bool {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	return corrupt || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF)
}

// manifests reads the lists and compares them with what is there.
func (v *verifier) manifests(context.Context) error {
	lists := 0
	for _, name := range v.names {
		kind, isTag := strings.CutPrefix(name, "tagmanifest-")
		kind, isPayload := strings.CutPrefix(kind, "manifest-")
		kind, isText := strings.CutSuffix(kind, ".txt")
		if strings.Contains(name, "/") || !isText || isTag == isPayload {
			continue
		}
		if isPayload {
			lists++
		}
		if err := v.manifest(name, strings.ToLower(kind), isPayload); err != nil {
			return err
		}
	}
	if lists == 0 {
		v.add(FoundNoManifest, "")
	}
	return nil
}

func (v *verifier) manifest(name, kind string, isPayload bool) error {
	newHash := algorithm(kind)
	if newHash == nil {
		v.add(FoundAlgorithm, name)
		return nil
	}
	content, err := v.read(name)
	if err != nil {
		return err
	}
	lines, err := parseManifest(content, newHash())
	switch {
	case errors.Is(err, errPath):
		v.add(FoundPath, name)
	case err != nil:
		v.add(FoundManifest, name)
	default:
		v.compare(name, kind, isPayload, lines)
	}
	return nil
}

// compare holds a list against what is there and keeps its digests.
func (v *verifier) compare(name, kind string, isPayload bool, lines []line) {
	listed := make(map[string]bool, len(lines))
	for _, l := range lines {
		listed[l.name] = true
		if isPayload != strings.HasPrefix(l.name, payload) || !isPayload && strings.HasPrefix(l.name, "tagmanifest-") {
			v.add(FoundManifest, name)
			continue
		}
		if _, ok := v.sizes[l.name]; !ok {
			v.add(FoundMissing, l.name)
			continue
		}
		if v.digests[l.name] == nil {
			v.digests[l.name] = map[string]string{}
		}
		v.digests[l.name][kind] = l.digest
	}
	for _, file := range v.names {
		if isPayload && strings.HasPrefix(file, payload) && !listed[file] {
			v.add(FoundUnlisted, file)
		}
	}
}

var oxumLine = regexp.MustCompile(`(?mi)^Payload-Oxum[ \t]*:[ \t]*(\S+)[ \t]*\r?$`)

func (v *verifier) oxum(context.Context) error {
	content, err := v.read("bag-info.txt")
	if err != nil {
		return err
	}
	var octets int64
	streams := 0
	for _, name := range v.names {
		if strings.HasPrefix(name, payload) {
			octets += v.sizes[name]
			streams++
		}
	}
	want := strconv.FormatInt(octets, 10) + "." + strconv.Itoa(streams)
	for _, m := range oxumLine.FindAllSubmatch(content, -1) {
		if string(m[1]) != want {
			v.add(FoundOxum, "bag-info.txt")
		}
	}
	return nil
}

// bytes reads what the lists promise, every file once for all of its digests.
func (v *verifier) bytes(ctx context.Context) error {
	for _, name := range v.names {
		want := v.digests[name]
		if len(want) == 0 {
			continue
		}
		got, err := v.digest(ctx, name, want)
		if Unsound(err) {
			v.add(FoundDigest, name)
			continue
		}
		if err != nil {
			return err
		}
		for kind, digest := range want {
			if got[kind] != digest {
				v.add(FoundDigest, name)
				break
			}
		}
	}
	return nil
}

func (v *verifier) digest(ctx context.Context, name string, kinds map[string]string) (map[string]string, error) {
	f, err := v.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	hashes := map[string]hash.Hash{}
	var all []io.Writer
	for kind := range kinds {
		hashes[kind] = algorithm(kind)()
		all = append(all, hashes[kind])
	}
	both := io.MultiWriter(all...)
	buffer := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := f.Read(buffer)
		_, _ = both.Write(buffer[:n]) // a hash never fails
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	got := map[string]string{}
	for kind, h := range hashes {
		got[kind] = hex.EncodeToString(h.Sum(nil))
	}
	return got, nil
}
