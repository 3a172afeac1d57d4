// Package bagit packs a delivery as BagIt 1.0 (RFC 8493), for roads that have no check of their own, and checks bags. A bag
// is a folder with the files under data/ and lists of their digests. It knows nothing of what is in the files.
//
// Start reading at Entries and Verify.
package bagit

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eakte/eakte/archive/container"
)

// Info is what bag-info.txt says. Empty fields are left out.
type Info struct {
	Source     string // the office that sends it
	Identifier string // External-Identifier, such as the ProzessID
	Summary    string // External-Description
	Software   string // Bag-Software-Agent
	Date       time.Time
}

const (
	declaration = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
	payload     = "data/"
)

// Entries returns a bag: payload are the files with their path below data/, in their order. Its names stand below the
// folder base, or at the root if base is empty; container.WriteTree and container.WriteFolder write it. RFC 8493 wants one
// folder in a ZIP, of the bag's name.
//
// The same files and the same Info give the same bag. The files are read once, while they are written.
func Entries(base string, info Info, files container.Entries) container.Entries {
	if base != "" {
		base += "/"
	}
	return func(yield func(container.Entry, error) bool) {
		b := &bag{base: base, yield: yield}
		if !b.tag("bagit.txt", declaration) {
			return
		}
		for e, err := range files {
			if err != nil {
				yield(container.Entry{}, err)
				return
			}
			if !b.payload(e) {
				return
			}
		}
		_ = b.tag("bag-info.txt", info.text(b.octets, b.streams)) &&
			b.tag("manifest-sha512.txt", b.manifest.String()) &&
			b.put("tagmanifest-sha512.txt", b.tags.String())
	}
}

// bag hands over one entry after another and keeps their digests.
type bag struct {
	base     string
	yield    func(container.Entry, error) bool
	manifest strings.Builder
	tags     strings.Builder
	octets   int64
	streams  int
}

// payload hands over a file and notes what it was. It returns when the file is written.
func (b *bag) payload(e container.Entry) bool {
	sum := sha512.New()
	counted := int64(0)
	name := payload + e.Name
	e.Name = b.base + name
	switch open, write := e.Open, e.Write; {
	case write != nil:
		e.Write = func(w io.Writer) error { return write(io.MultiWriter(w, sum, (*octets)(&counted))) }
	case open != nil:
		e.Open = func(ctx context.Context) (io.ReadCloser, error) {
			r, err := open(ctx)
			if err != nil {
				return nil, err
			}
			return digesting{io.TeeReader(r, io.MultiWriter(sum, (*octets)(&counted))), r}, nil
		}
	}
	if !b.yield(e, nil) {
		return false
	}
	b.octets += counted
	b.streams++
	fmt.Fprintf(&b.manifest, "%x  %s\n", sum.Sum(nil), encode(name))
	return true
}

// tag hands over a file about the bag that the tag manifest lists.
func (b *bag) tag(name, content string) bool {
	fmt.Fprintf(&b.tags, "%x  %s\n", sha512.Sum512([]byte(content)), name)
	return b.put(name, content)
}

func (b *bag) put(name, content string) bool {
	return b.yield(container.Entry{Name: b.base + name, Size: container.Unknown, Write: func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}}, nil)
}

type digesting struct {
	io.Reader
	io.Closer
}

type octets int64

// Write counts.
func (o *octets) Write(b []byte) (int, error) {
	*o += octets(len(b))
	return len(b), nil
}

// text is bag-info.txt (RFC 8493, 2.2.2). A value stays on its line: folding is read differently by different readers.
func (i Info) text(octets int64, streams int) string {
	var out strings.Builder
	add := func(label, value string) {
		if value = strings.Join(strings.Fields(strings.ToValidUTF8(value, "\uFFFD")), " "); value != "" {
			fmt.Fprintf(&out, "%s: %s\n", label, value)
		}
	}
	add("Source-Organization", i.Source)
	add("External-Identifier", i.Identifier)
	add("External-Description", i.Summary)
	if !i.Date.IsZero() {
		add("Bagging-Date", i.Date.Format(time.DateOnly))
	}
	add("Payload-Oxum", strconv.FormatInt(octets, 10)+"."+strconv.Itoa(streams))
	add("Bag-Software-Agent", i.Software)
	return out.String()
}

// encode writes a path as a manifest does (2.1.3): only what would break the line, and the sign of encoding itself.
func encode(name string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(name)
}

// decode reads a path of a manifest. Other encoded characters stay as they are: RFC 8493 knows these three only.
func decode(name string) string {
	return strings.NewReplacer("%25", "%", "%0D", "\r", "%0d", "\r", "%0A", "\n", "%0a", "\n").Replace(name)
}

// line is a line of a manifest.
type line struct {
	digest string
	name   string
}

var (
	errManifest = errors.New("not a manifest")
	errPath     = errors.New("a path that leads out of the bag")
)

// parseManifest reads a manifest for digests of a hash. Names are as they are in the bag, each once.
func parseManifest(content []byte, h hash.Hash) ([]line, error) {
	var lines []line
	seen := map[string]bool{}
	for raw := range bytes.Lines(content) {
		text := strings.TrimRight(string(raw), "\r\n")
		if text == "" {
			continue
		}
		digest, name, ok := strings.Cut(text, " ")
		if tab := strings.IndexByte(text, '\t'); tab >= 0 && (!ok || tab < len(digest)) {
			digest, name, ok = text[:tab], text[tab+1:], true
		}
		// md5sum and its kin put a star before the name.
		name = decode(strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(name, " \t"), "*"), "./"))
		if sum, err := hex.DecodeString(digest); !ok || err != nil || len(sum) != h.Size() || name == "" {
			return nil, errManifest
		}
		if !inside(name) {
			return nil, errPath
		}
		if seen[name] {
			return nil, errManifest
		}
		seen[name] = true
		lines = append(lines, line{strings.ToLower(digest), name})
	}
	return lines, nil
}

// inside reports whether a path stays in the bag on every system.
func inside(name string) bool {
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.ContainsAny(name, "\\\x00") || len(name) > 1 && name[1] == ':' {
		return false
	}
	return !slices.ContainsFunc(strings.Split(name, "/"), func(e string) bool { return e == "" || e == "." || e == ".." })
}
