package pdfa

import "bytes"

// signature checks 6.4.3.
func (v *validator) signature(o object) {
	f := v.file
	d, num := f.dict(o), numberOf(o)
	if d == nil || !v.once("signature", num) {
		return
	}
	if !v.coversFile(d) {
		v.breaks("6.4.3-1", num)
	}
	contents, _ := f.text(d["Contents"])
	signers, certificates, ok := pkcs7([]byte(contents))
	if !ok || certificates == 0 {
		v.breaks("6.4.3-2", num)
	}
	if ok && signers != 1 {
		v.breaks("6.4.3-3", num)
	}
}

// coversFile reports whether the byte range of a signature is the file without the signature's own Contents. A file that
// was added to after it was signed is covered to the end of the revision that was signed.
func (v *validator) coversFile(d dict) bool {
	r := v.file.array(d["ByteRange"])
	if len(r) != 4 {
		return false
	}
	var n [4]int
	for i := range n {
		var ok bool
		if n[i], ok = v.file.integer(r[i]); !ok || n[i] < 0 {
			return false
		}
	}
	end := n[2] + n[3]
	if n[0] != 0 || n[1] >= n[2] || n[2] > len(v.data) || end > len(v.data) {
		return false
	}
	if !v.revisionEnds(end) {
		return false
	}
	gap := v.data[n[1]:n[2]]
	return len(gap) >= 2 && gap[0] == '<' && gap[len(gap)-1] == '>' && bytes.IndexByte(gap[1:], '<') < 0
}

// revisionEnds reports whether a revision of the file ends at an offset.
func (v *validator) revisionEnds(end int) bool {
	if end == len(v.data) {
		return true
	}
	head := bytes.TrimRight(v.data[:end], "\r\n")
	return bytes.HasSuffix(head, []byte("%%EOF"))
}

// Tags of ASN.1 that a PKCS #7 object is made of.
const (
	tagSequence = 0x30
	tagSet      = 0x31
	tagOID      = 0x06
	tagInteger  = 0x02
	tagContent  = 0xa0 // [0]
	tagCRLs     = 0xa1 // [1]
)

// pkcs7 counts signers and certificates of a SignedData object, which may have bytes of filling behind it.
func pkcs7(data []byte) (signers, certificates int, ok bool) {
	info, _, ok := element(data, tagSequence)
	if !ok {
		return 0, 0, false
	}
	_, rest, ok := element(info, tagOID)
	if !ok {
		return 0, 0, false
	}
	content, _, ok := element(rest, tagContent)
	if !ok {
		return 0, 0, false
	}
	signed, _, ok := element(content, tagSequence)
	if !ok {
		return 0, 0, false
	}
	for _, tag := range []byte{tagInteger, tagSet, tagSequence} { // version, digests, what was signed
		if _, signed, ok = element(signed, tag); !ok {
			return 0, 0, false
		}
	}
	if list, rest, found := element(signed, tagContent); found {
		certificates, signed = count(list), rest
	}
	if _, rest, found := element(signed, tagCRLs); found {
		signed = rest
	}
	infos, _, ok := element(signed, tagSet)
	return count(infos), certificates, ok
}

// count returns how many elements there are in the content of another.
func count(content []byte) int {
	n := 0
	for len(content) > 0 && content[0] != 0 {
		_, rest, ok := element(content, content[0])
		if !ok {
			break
		}
		n++
		content = rest
	}
	return n
}

// element takes the element with a tag off the front of data. A length may be indefinite, as in BER.
func element(data []byte, tag byte) (content, rest []byte, ok bool) {
	if len(data) < 2 || data[0] != tag {
		return nil, nil, false
	}
	size, at := int(data[1]), 2
	if size == 0x80 {
		return indefinite(data[2:])
	}
	if size > 0x80 {
		n := size - 0x80
		if n > 4 || len(data) < 2+n {
			return nil, nil, false
		}
		size = 0
		for _, b := range data[2 : 2+n] {
			size = size<<8 | int(b)
		}
		at += n
	}
	if size > len(data)-at {
		return nil, nil, false
	}
	return data[at : at+size], data[at+size:], true
}

// indefinite finds the end of an element whose length is not given.
func indefinite(data []byte) (content, rest []byte, ok bool) {
	rest = data
	for depth := 1; ; {
		if len(rest) < 2 {
			return nil, nil, false
		}
		switch {
		case rest[0] == 0 && rest[1] == 0:
			if depth--; depth == 0 {
				return data[:len(data)-len(rest)], rest[2:], true
			}
			rest = rest[2:]
		case rest[1] == 0x80:
			depth++
			rest = rest[2:]
		default:
			if _, rest, ok = element(rest, rest[0]); !ok {
				return nil, nil, false
			}
		}
	}
}
