package container

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Flaw is something that a container may not be, or have in it. As an error it is about the container, not about the disk.
type Flaw struct {
	Code  string // one of the constants, for which there is a text
	Entry string // its name as it stands there, which may be anything; empty: the container itself
}

// The codes of flaws.
const (
	FlawFormat   = "container_format"   // neither a whole ZIP nor XML
	FlawLimit    = "container_limit"    // too large, too many entries, or it grows too much when unpacked
	FlawMessage  = "container_message"  // no XML, or several and none called as the container
	FlawName     = "container_name"     // a folder, a path, or a name that not every system can take
	FlawTwice    = "container_twice"    // two entries of one name, if only with other letters, or a file and a folder
	FlawKind     = "container_kind"     // a link, a device, something encrypted or packed by a method that not everybody knows
	FlawOverlap  = "container_overlap"  // entries that lie in each other
	FlawEntry    = "container_entry"    // an entry that cannot be unpacked, or whose checksum is wrong
	FlawDiffers  = "container_differs"  // its two descriptions of an entry differ
	FlawForeign  = "container_foreign"  // bytes that belong to no entry
	FlawStreamed = "container_streamed" // sizes that stand behind the entry
)

// Error returns the code. The name of the entry is left out: it may be a person's.
func (f Flaw) Error() string { return f.Code }

// mostFlaws are named of one container; whoever sees them needs no more to know what to think of it.
const mostFlaws = 100

const (
	encryptedFlags = 1 | 1<<6 | 1<<13
	streamedFlag   = 1 << 3
)

// flaws looks at the directory.
func (r *Reader) flaws() []Flaw {
	var found []Flaw
	add := func(code, entry string) {
		if len(found) < mostFlaws {
			found = append(found, Flaw{Code: code, Entry: entry})
		}
	}
	if len(r.entries) > r.limits.Entries {
		add(FlawLimit, "")
	}
	var total uint64
	seen := make(map[string]bool, len(r.entries))
	for _, e := range r.entries {
		folder := r.paths && strings.HasSuffix(e.Name, "/")
		if r.checkName(e.Name) != nil || e.Flags&utf8Flag == 0 && !ascii(e.Name) {
			add(FlawName, e.Name)
		}
		if folded := fold(e.Name); seen[folded] {
			add(FlawTwice, e.Name)
		} else {
			seen[folded] = true
		}
		if !e.Mode().IsRegular() && !folder || e.Flags&encryptedFlags != 0 || e.Method != methodStore && e.Method != methodDeflate {
			add(FlawKind, e.Name)
		}
		// Each is checked before it is added, so the sum cannot wrap around.
		if r.tooLarge(e) {
			add(FlawLimit, e.Name)
		} else if total += e.UncompressedSize64; total > uint64(r.limits.Total) {
			add(FlawLimit, "")
			break
		}
	}
	if r.paths {
		if name, is := fileAsFolder(seen); is {
			add(FlawTwice, name)
		}
	}
	if r.overlap() {
		add(FlawOverlap, "")
	}
	return found
}

// fileAsFolder finds a file that others lie in, as no disk can hold it. Names come as fold leaves them; that of a folder ends
// with a slash.
func fileAsFolder(names map[string]bool) (string, bool) {
	sorted := make([]string, 0, len(names))
	for name := range names {
		sorted = append(sorted, strings.ReplaceAll(name, "/", "\x00")) // what lies in a file comes directly behind it
	}
	slices.Sort(sorted)
	for i := 1; i < len(sorted); i++ {
		if file := sorted[i-1]; strings.HasPrefix(sorted[i], file+"\x00") && !strings.HasSuffix(file, "\x00") {
			return strings.ReplaceAll(file, "\x00", "/"), true
		}
	}
	return "", false
}

// checkName takes the names that this container may have; a folder's ends with a slash.
func (r *Reader) checkName(name string) error {
	if r.paths {
		return checkPath(strings.TrimSuffix(name, "/"))
	}
	return CheckName(name)
}

func ascii(name string) bool {
	return !slices.ContainsFunc([]byte(name), func(b byte) bool { return b >= utf8.RuneSelf })
}

// tooLarge looks at what the directory claims of an entry. Small ones may shrink as they like: a page of white is no bomb.
func (r *Reader) tooLarge(e *zip.File) bool {
	size, packed := e.UncompressedSize64, e.CompressedSize64
	if size > uint64(r.limits.Entry) || packed > uint64(r.size) {
		return true
	}
	return size > 1<<20 && size/uint64(r.limits.Ratio) > packed
}

// overlap reports whether entries share bytes, as those of a bomb do that unpacks one piece many times.
func (r *Reader) overlap() bool {
	type span struct{ start, end int64 }
	spans := make([]span, 0, len(r.entries))
	for _, e := range r.entries {
		start, err := e.DataOffset()
		if err != nil || e.CompressedSize64 > uint64(r.size) || start > r.size-int64(e.CompressedSize64) {
			return true
		}
		spans = append(spans, span{start - localBytes - int64(len(e.Name)), start + int64(e.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(min(max(a.start-b.start, -1), 1)) })
	for i := 1; i < len(spans); i++ {
		if spans[i].start < spans[i-1].end {
			return true
		}
	}
	return false
}

// Strict reads the headers before the entries, one behind the other from the first byte on, and compares them with the
// directory. A container of ours passes: every receiver, whichever of the two it reads, sees the same files, and there is
// nothing else in it. Others may be sound without passing. The error means that the file could not be read.
func (r *Reader) Strict() ([]Flaw, error) {
	if r.bare {
		return nil, nil
	}
	var flaws []Flaw
	var at int64
	for _, e := range r.entries {
		next, code, err := r.step(at, e)
		if err != nil {
			return nil, err
		}
		if code != "" {
			flaws = append(flaws, Flaw{Code: code, Entry: e.Name})
		}
		if next == 0 || len(flaws) >= mostFlaws {
			return flaws, nil
		}
		at = next
	}
	mark := make([]byte, 4)
	if _, err := r.file.ReadAt(mark, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if binary.LittleEndian.Uint32(mark) != dirMark {
		flaws = append(flaws, Flaw{Code: FlawForeign})
	}
	return flaws, nil
}

// step reads the header at a place, which is to be that of e, and returns where the next one begins; 0: nowhere.
func (r *Reader) step(at int64, e *zip.File) (next int64, code string, err error) {
	raw := make([]byte, localBytes+len(e.Name))
	if _, err := r.file.ReadAt(raw, at); errors.Is(err, io.EOF) {
		return 0, FlawForeign, nil
	} else if err != nil {
		return 0, "", err
	}
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(raw[at:]) }
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(raw[at:]) }
	if u32(0) != localMark || int(u16(26)) != len(e.Name) || string(raw[localBytes:]) != e.Name {
		return 0, FlawForeign, nil
	}
	next = at + int64(len(raw)) + int64(u16(28)) + int64(e.CompressedSize64)
	sizes := func(narrow uint32, wide uint64) bool {
		return uint64(narrow) == wide || narrow == math.MaxUint32 && u16(28) == zip64Bytes
	}
	switch {
	case u16(6)&streamedFlag != 0:
		return next, FlawStreamed, nil
	case u16(6) != e.Flags || u16(8) != e.Method || u32(14) != e.CRC32:
		return next, FlawDiffers, nil
	case !sizes(u32(18), e.CompressedSize64) || !sizes(u32(22), e.UncompressedSize64):
		return next, FlawDiffers, nil
	}
	return next, "", nil
}
