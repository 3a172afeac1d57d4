package container

import (
	"bufio"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"

	"github.com/eakte/eakte/efile"
)

// The standard library's writer puts the sizes of a streamed entry behind it, into a data descriptor. Many receivers refuse
// that for a stored entry, since they would have to guess its end. So this writer goes back and writes sizes and checksum
// into the local header. Numbers of sections mean PKWARE's APPNOTE.TXT 6.3.10.

const (
	localMark  = 0x04034b50
	dirMark    = 0x02014b50
	endMark    = 0x06054b50
	end64Mark  = 0x06064b50
	find64Mark = 0x07064b50

	methodStore   = 0
	methodDeflate = 8

	version20  = 20 // deflate
	version45  = 45 // Zip64
	madeByUnix = 3 << 8
	utf8Flag   = 0x800
	dosDate    = 1<<5 | 1 // 1 January 1980, the first day there is; it says nothing on purpose
	fileMode   = 0o100644 << 16

	zip64ID    = 1
	localBytes = 30
	zip64Bytes = 4 + 16 // in a local header: both sizes

	max16 = math.MaxUint16
	max32 = math.MaxUint32
)

// zipWriter writes entries one behind the other.
type zipWriter struct {
	f     *os.File
	out   *bufio.Writer
	at    int64 // where the next entry begins
	heads []head
	pack  *flate.Writer
}

// head is what the directory says of an entry.
type head struct {
	name         string
	method       uint16
	crc          uint32
	packed, size int64
	offset       int64
	wide         bool // its local header has room for sizes beyond four gibibytes
}

func newZip(f *os.File) *zipWriter { return &zipWriter{f: f, out: bufio.NewWriterSize(f, 512<<10)} }

// add writes an entry and then its header.
func (z *zipWriter) add(ctx context.Context, e Entry, number int) (efile.MessageEntry, error) {
	h := head{name: e.Name, method: methodStore, offset: z.at}
	if shrinks(e.Name) || e.Write != nil {
		h.method = methodDeflate
	}
	// What does not shrink grows a little when it is deflated, by five bytes in 16 KiB at most.
	h.wide = e.Write == nil && e.Size+e.Size/1000+64 >= max32
	start := z.at + localBytes + int64(len(h.name))
	if h.wide {
		start += zip64Bytes
	}
	if _, err := z.out.Write(make([]byte, start-z.at)); err != nil {
		return efile.MessageEntry{}, err
	}
	entry, packed, err := z.data(ctx, e, number, &h)
	if err != nil {
		return efile.MessageEntry{}, err
	}
	h.packed, h.size, z.at = packed, entry.Size, start+packed
	if !h.wide && max(h.packed, h.size) >= max32 {
		return efile.MessageEntry{}, fmt.Errorf("entry %d: four gibibytes or more, which was not known beforehand", number)
	}
	if _, err := z.f.WriteAt(h.local(), h.offset); err != nil {
		return efile.MessageEntry{}, err
	}
	z.heads = append(z.heads, h)
	return entry, nil
}

// data writes an entry's bytes, to the file's end, and returns how many they became.
func (z *zipWriter) data(ctx context.Context, e Entry, number int, h *head) (efile.MessageEntry, int64, error) {
	counted := &counter{w: z.out}
	sum := crc32.NewIEEE()
	var body io.Writer = counted
	if h.method == methodDeflate {
		if err := z.packInto(counted); err != nil {
			return efile.MessageEntry{}, 0, err
		}
		body = z.pack
	}
	entry, err := pour(ctx, e, number, io.MultiWriter(body, sum))
	if err != nil {
		return efile.MessageEntry{}, 0, err
	}
	if h.method == methodDeflate {
		if err := z.pack.Close(); err != nil {
			return efile.MessageEntry{}, 0, err
		}
	}
	h.crc = sum.Sum32()
	return entry, counted.n, z.out.Flush()
}

func (z *zipWriter) packInto(w io.Writer) (err error) {
	if z.pack != nil {
		z.pack.Reset(w)
		return nil
	}
	z.pack, err = flate.NewWriter(w, flate.DefaultCompression)
	return err
}

// little appends numbers of two, four and eight bytes.
type little []byte

func (l *little) u16(v ...uint16) {
	for _, n := range v {
		*l = binary.LittleEndian.AppendUint16(*l, n)
	}
}

func (l *little) u32(v ...uint32) {
	for _, n := range v {
		*l = binary.LittleEndian.AppendUint32(*l, n)
	}
}

func (l *little) u64(v ...int64) {
	for _, n := range v {
		*l = binary.LittleEndian.AppendUint64(*l, uint64(n))
	}
}

// local is the header before an entry (4.3.7).
func (h head) local() []byte {
	var b, extra little
	packed, size, version := uint32(h.packed), uint32(h.size), uint16(version20)
	if h.wide {
		packed, size, version = max32, max32, version45
		extra.u16(zip64ID, 16)
		extra.u64(h.size, h.packed)
	}
	b.u32(localMark)
	b.u16(version, utf8Flag, h.method, 0, dosDate)
	b.u32(h.crc, packed, size)
	b.u16(uint16(len(h.name)), uint16(len(extra)))
	return slices.Concat(b, []byte(h.name), extra)
}

// directory is an entry's line in the directory (4.3.12); its extra field (4.5.3) holds only what has no room elsewhere.
func (h head) directory() []byte {
	var b, extra little
	version := uint16(version20)
	if h.wide {
		version = version45
	}
	put := func(v int64, always bool) uint32 {
		if !always && v < max32 {
			return uint32(v)
		}
		extra.u64(v)
		version = version45
		return max32
	}
	size, packed, offset := put(h.size, h.wide), put(h.packed, h.wide), put(h.offset, false)
	var field little
	if len(extra) > 0 {
		field.u16(zip64ID, uint16(len(extra)))
		field = append(field, extra...)
	}
	b.u32(dirMark)
	b.u16(madeByUnix|version, version, utf8Flag, h.method, 0, dosDate)
	b.u32(h.crc, packed, size)
	b.u16(uint16(len(h.name)), uint16(len(field)), 0, 0, 0)
	b.u32(fileMode, offset)
	return slices.Concat(b, []byte(h.name), field)
}

// finish writes the directory and what ends it (4.3.14 to 4.3.16).
func (z *zipWriter) finish() error {
	if len(z.heads) == 0 {
		return errors.New("a container without entries")
	}
	start := z.at
	for _, h := range z.heads {
		line := h.directory()
		if _, err := z.out.Write(line); err != nil {
			return err
		}
		z.at += int64(len(line))
	}
	end := ending(int64(len(z.heads)), z.at-start, start)
	z.at += int64(len(end))
	if _, err := z.out.Write(end); err != nil {
		return err
	}
	return z.out.Flush()
}

func ending(count, size, start int64) []byte {
	var b little
	if count >= max16 || size >= max32 || start >= max32 {
		b.u32(end64Mark)
		b.u64(44) // bytes of this record behind this number
		b.u16(madeByUnix|version45, version45)
		b.u32(0, 0)
		b.u64(count, count, size, start)
		b.u32(find64Mark, 0)
		b.u64(start + size)
		b.u32(1)
	}
	b.u32(endMark)
	b.u16(0, 0, uint16(min(count, max16)), uint16(min(count, max16)))
	b.u32(uint32(min(size, max32)), uint32(min(start, max32)))
	b.u16(0)
	return b
}
