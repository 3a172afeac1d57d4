package inspect

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
)

// Limits of an office file. An honest one has a few dozen members; text of ten thousand pages stays below the size.
const (
	maxMembers  = 2000
	maxInflated = 200 << 20 // of all members, counted while inflating: the sizes in the directory are only claims
	maxXML      = 64 << 20  // of one XML member
)

// zipKind recognises what a ZIP container holds by the names in its directory.
func zipKind(f file) string {
	archive, err := zip.NewReader(f, f.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return "an archive"
	}
	for _, member := range archive.File {
		switch {
		case strings.HasPrefix(member.Name, "word/document") && strings.HasSuffix(member.Name, ".xml"):
			return pipeline.MediaDOCX
		case strings.HasPrefix(member.Name, "xl/"):
			return "a spreadsheet"
		case strings.HasPrefix(member.Name, "ppt/"):
			return "slides"
		case member.Name == "mimetype":
			return openDocument(member)
		}
	}
	return "an archive"
}

// openDocument reads the member that says what kind of OpenDocument it is.
func openDocument(member *zip.File) string {
	r, err := member.Open()
	if err != nil {
		return "an archive"
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, 200))
	if err != nil {
		return "an archive"
	}
	switch kind := strings.TrimSpace(string(text)); {
	case kind == pipeline.MediaODT, kind == pipeline.MediaODT+"-template":
		return pipeline.MediaODT
	case kind == pipeline.MediaPhotos:
		return pipeline.MediaPhotos
	case strings.Contains(kind, "spreadsheet"):
		return "a spreadsheet"
	case strings.Contains(kind, "presentation"):
		return "slides"
	}
	return "an archive"
}

// oleKind recognises what an OLE container holds by the names of its streams, which stand there in UTF-16.
func oleKind(f file) (string, error) {
	for _, known := range []struct{ stream, kind string }{
		{"EncryptedPackage", pipeline.MediaDOCX},
		{"__properties_version1.0", "an Outlook message"},
		{"WordDocument", pipeline.MediaDOC},
		{"Workbook", "a spreadsheet"},
		{"Book", "a spreadsheet"},
		{"PowerPoint Document", "slides"},
	} {
		found, err := mentions(f, utf16le(known.stream))
		if err != nil {
			return "", err
		}
		if found {
			return known.kind, nil
		}
	}
	return "an unknown OLE file", nil
}

func utf16le(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

// inspectOffice refuses what is locked or blows up and notes what will not be run or fetched.
func inspectOffice(kind string, f file, limits pipeline.Limits) (pipeline.Inspection, error) {
	out := pipeline.Inspection{MediaType: kind}
	head, err := f.head(8)
	if err != nil {
		return out, err
	}
	var active bool
	switch {
	case name(head) == "ole":
		if active, err = inspectOLE(f); err != nil {
			return out, err
		}
	case kind == pipeline.MediaRTF:
		if active, err = mentions(f, `\object`, `\*\template`, "INCLUDEPICTURE", "INCLUDETEXT", "DDEAUTO"); err != nil {
			return out, err
		}
	default:
		if active, err = inspectZip(f, limits); err != nil {
			return out, err
		}
	}
	if active {
		out.Notes = append(out.Notes, pipeline.NoteMacros)
	}
	return out, nil
}

// inspectOLE finds locks: an encrypted package, or the flag in the header of the Word stream, which begins a sector.
func inspectOLE(f file) (active bool, err error) {
	locked, err := mentions(f, utf16le("EncryptedPackage"))
	if err != nil {
		return false, err
	}
	var header [12]byte
	for at := int64(512); at+12 <= f.size && !locked; at += 512 {
		if _, err := f.ReadAt(header[:], at); err != nil {
			return false, fmt.Errorf("read file to inspect: %w", err)
		}
		if header[0] == 0xec && header[1] == 0xa5 {
			locked = binary.LittleEndian.Uint16(header[10:])&0x0100 != 0
			break
		}
	}
	if locked {
		return false, fault.New(fault.Reject, fault.Encrypted, nil)
	}
	return mentions(f, utf16le("_VBA_PROJECT"), utf16le("Macros"))
}

// inspectZip reads every member once, counting, and searches the XML ones for what no office program writes.
func inspectZip(f file, limits pipeline.Limits) (active bool, err error) {
	archive, err := zip.NewReader(f, f.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return false, fault.New(fault.Review, fault.Unreadable, fmt.Errorf("open office container: %w", err))
	}
	if len(archive.File) > maxMembers {
		return false, fault.New(fault.Reject, fault.TooComplex, fmt.Errorf("office container of %d members", len(archive.File)))
	}
	left := min(int64(maxInflated), limits.FileBytes)
	for _, member := range archive.File {
		if member.Flags&1 != 0 {
			return false, fault.New(fault.Reject, fault.Encrypted, nil)
		}
		text, n, err := inflate(member, left)
		if err != nil {
			return false, err
		}
		if left -= n; left < 0 {
			return false, fault.New(fault.Reject, fault.TooComplex, errors.New("office container inflates beyond its limit"))
		}
		found, err := inspectMember(member.Name, text)
		if err != nil {
			return false, err
		}
		active = active || found
	}
	return active, nil
}

// inflate returns the contents of an XML member, nil for others, and how large it is; more than left if it is too large.
func inflate(member *zip.File, left int64) (text []byte, n int64, err error) {
	r, err := member.Open()
	if err != nil {
		return nil, 0, fault.New(fault.Review, fault.Unreadable, fmt.Errorf("open office member: %w", err))
	}
	defer r.Close()
	limited := io.LimitReader(r, left+1)
	var buffer bytes.Buffer
	sink := io.Discard
	if strings.HasSuffix(member.Name, ".xml") || strings.HasSuffix(member.Name, ".rels") {
		limited, sink = io.LimitReader(r, min(left, maxXML)+1), &buffer
	}
	n, err = io.Copy(sink, limited)
	if err != nil {
		return nil, n, fault.New(fault.Review, fault.Unreadable, fmt.Errorf("inflate office member: %w", err))
	}
	if sink == &buffer && n > maxXML {
		return nil, left + 1, nil
	}
	return buffer.Bytes(), n, nil
}

// inspectMember looks into one member. A document type definition in an office file is an attack: no program writes one.
func inspectMember(name string, text []byte) (active bool, err error) {
	if bytes.Contains(text, []byte("<!DOCTYPE")) || bytes.Contains(text, []byte("<!ENTITY")) ||
		bytes.Contains(text, []byte(utf16le("<!ENTITY"))) || bytes.Contains(text, []byte("\x00<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y")) {
		return false, fault.New(fault.Reject, fault.TooComplex, errors.New("office file with a document type definition"))
	}
	switch {
	case strings.HasSuffix(name, "vbaProject.bin"), strings.HasPrefix(name, "Basic/"), strings.HasPrefix(name, "Scripts/"):
		return true, nil
	case name == "META-INF/manifest.xml" && bytes.Contains(text, []byte("encryption-data")):
		return false, fault.New(fault.Reject, fault.Encrypted, nil)
	case strings.HasSuffix(name, ".rels"):
		return fetches(text), nil
	case name == "content.xml" || name == "styles.xml":
		for _, part := range bytes.Split(text, []byte("<draw:image"))[1:] {
			element, _, _ := bytes.Cut(part, []byte(">"))
			if bytes.Contains(element, []byte("://")) {
				return true, nil
			}
		}
		return bytes.Contains(text, []byte("<script:event-listener")), nil
	}
	return false, nil
}

// fetches reports whether relations of a DOCX lead outside in a way that Word would follow by itself; a hyperlink is none.
func fetches(text []byte) bool {
	for _, part := range bytes.Split(text, []byte("<Relationship"))[1:] {
		element, _, _ := bytes.Cut(part, []byte(">"))
		if bytes.Contains(element, []byte(`"External"`)) && !bytes.Contains(element, []byte("/hyperlink\"")) {
			return true
		}
	}
	return false
}
