package compose

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"golang.org/x/sys/unix"

	"github.com/eakte/eakte/pipeline/tool"
)

// Broken is a rule of ISO 19005-2 that a file breaks.
type Broken struct {
	Clause string // such as 6.1.2-1, the clause and a number; "own" for what only our own files need, "read" for no PDF
	What   string // never quotes the file
}

// Check holds a file against those rules of PDF/A-2u that concern what we write: form of the file, streams, metadata,
// output intent, pictures, fonts, actions. It is no full validator: annotations, transparency, colour in content streams
// and font programs of others are not looked at. A file that pdfcpu cannot read breaks rule "read".
func Check(data []byte) []Broken {
	c := &checker{data: data}
	c.form()
	c.content(data)
	return c.broken
}

// form checks how the file is written.
func (c *checker) form() {
	c.header()
	c.trailer()
	c.syntax()
}

// content checks what the objects say; pdf is the file, with or without the data of its pictures.
func (c *checker) content(pdf []byte) {
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.Offline = true
	ctx, err := api.ReadContext(bytes.NewReader(pdf), conf)
	if err == nil {
		err = ctx.EnsurePageCount()
	}
	if err != nil {
		c.breaks("read", "pdfcpu cannot read the file")
		return
	}
	c.ctx = ctx
	c.catalog()
	c.objects()
}

// checkWritten reads the file back: it must keep the form of PDF/A-2u, hold nothing that we do not write, and every
// picture unchanged. The pictures, nearly all of a long scan, are never held in memory.
func checkWritten(path string, want written) error {
	x, err := tool.OpenExact(path)
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	defer x.Close()
	slim, err := x.WithoutPictures()
	if err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	data, unmap, err := mapped(path)
	if err != nil {
		return err
	}
	defer unmap()
	c := &checker{data: data}
	c.form()
	c.content(slim)
	if len(c.broken) > 0 {
		return fmt.Errorf("%d rules broken, first %s: %s", len(c.broken), c.broken[0].Clause, c.broken[0].What)
	}
	if c.ctx.PageCount != want.Pages || x.Pages() != want.Pages {
		return fmt.Errorf("%d pages, not %d", c.ctx.PageCount, want.Pages)
	}
	if c.ctx.Info != nil {
		return fmt.Errorf("there is an Info dictionary")
	}
	if extra := extraKeys(c.ctx); extra != "" {
		return fmt.Errorf("there is an entry that we do not write: %s", extra)
	}
	for n := range want.Pages {
		sum, err := x.PictureSum(n+1, "Im0")
		if err != nil {
			return fmt.Errorf("picture of page %d: %w", n+1, err)
		}
		if sum != want.Pictures[n] {
			return fmt.Errorf("picture of page %d is not what was written", n+1)
		}
	}
	return nil
}

// mapped maps a file of ours into memory, where it lies only as long as it is looked at.
func mapped(path string) (data []byte, unmap func(), err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if data, err = unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE); err != nil {
		return nil, nil, fmt.Errorf("map %d bytes: %w", info.Size(), err)
	}
	return data, func() { _ = unix.Munmap(data) }, nil // a mapping that was made can be undone
}

// checker collects what is broken.
type checker struct {
	data   []byte
	ctx    *model.Context
	broken []Broken
}

func (c *checker) breaks(clause, what string) {
	if b := (Broken{clause, what}); !slices.Contains(c.broken, b) {
		c.broken = append(c.broken, b)
	}
}

var (
	headerLine  = regexp.MustCompile(`\A%PDF-1\.[0-7](\r\n|\r|\n)`)
	lastEOF     = regexp.MustCompile(`%%EOF(\r\n|\r|\n)?\z`)
	startXref   = regexp.MustCompile(`startxref[\r\n ]+(\d{1,12})[\r\n ]+%%EOF`)
	tableHead   = regexp.MustCompile(`\Axref(\r\n|\r|\n)`)
	sectionHead = regexp.MustCompile(`\A(\d{1,8}) (\d{1,8}) ?(\r\n|\r|\n)`)
	tableEntry  = regexp.MustCompile(`\A(\d{10}) (\d{5}) ([nf])( \r| \n|\r\n)`)
	objectHead  = regexp.MustCompile(`\A\d{1,10} \d{1,5} obj(\r\n|\r|\n)`)
	streamStart = regexp.MustCompile(`>>\s*stream([^a-z])`)
	lengthKey   = regexp.MustCompile(`/Length\s+(\d{1,12})(\s+(\d{1,5})\s+R)?`)
)

func (c *checker) header() {
	end := headerLine.FindIndex(c.data)
	if end == nil {
		c.breaks("6.1.2-1", "the header is not %PDF-1.n on a line of its own at the start")
		return
	}
	rest := c.data[end[1]:]
	high := len(rest) > 4 && rest[0] == '%'
	for _, b := range rest[min(1, len(rest)):min(5, len(rest))] {
		high = high && b > 127
	}
	if !high {
		c.breaks("6.1.2-2", "no comment of four bytes above 127 follows the header")
	}
}

func (c *checker) trailer() {
	if !lastEOF.Match(c.data) {
		c.breaks("6.1.3-3", "data follow the last %%EOF")
	}
	at := bytes.LastIndex(c.data, []byte("trailer"))
	if at < 0 {
		return
	}
	tail := c.data[at:]
	if !regexp.MustCompile(`/ID\s*\[`).Match(tail) {
		c.breaks("6.1.3-1", "the trailer has no ID")
	}
	if bytes.Contains(tail, []byte("/Encrypt")) {
		c.breaks("6.1.3-2", "the file is encrypted")
	}
}

// syntax looks at every object of the last classic cross-reference table. Files with a stream instead are left to pdfcpu.
func (c *checker) syntax() {
	offsets, table := c.offsets()
	if offsets == nil {
		return
	}
	ends := append(slices.Sorted(maps.Values(offsets)), table)
	for _, at := range offsets {
		i, _ := slices.BinarySearch(ends, at)
		next := ends[i+1]
		c.object(at, next, offsets)
	}
}

// offsets returns where objects begin, by number; the table's own place is the second result.
func (c *checker) offsets() (map[int]int, int) {
	m := startXref.FindAllSubmatch(c.data, -1)
	if len(m) != 1 { // updated files have several tables: the older objects cannot be told from here
		return nil, 0
	}
	table, err := strconv.Atoi(string(m[0][1]))
	if err != nil || table >= len(c.data) || bytes.HasPrefix(bytes.TrimLeft(c.data[table:], "0123456789 "), []byte("obj")) {
		return nil, 0
	}
	rest := c.data[table:]
	head := tableHead.Find(rest)
	if head == nil {
		c.breaks("6.1.4-2", "xref is not on a line of its own")
		return nil, 0
	}
	rest = rest[len(head):]
	offsets := map[int]int{}
	for {
		section := sectionHead.FindSubmatch(rest)
		if section == nil {
			if len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
				c.breaks("6.1.4-1", "a section of the cross-reference table has a wrong head")
			}
			return offsets, table
		}
		first, _ := strconv.Atoi(string(section[1])) // at most eight digits
		count, _ := strconv.Atoi(string(section[2]))
		rest = rest[len(section[0]):]
		for n := first; n < first+count; n++ {
			entry := tableEntry.FindSubmatch(rest)
			if entry == nil {
				c.breaks("6.1.4-1", "an entry of the cross-reference table is not 20 bytes")
				return nil, 0
			}
			if at, _ := strconv.Atoi(string(entry[1])); entry[3][0] == 'n' && at > 0 && at < table {
				offsets[n] = at
			}
			rest = rest[len(entry[0]):]
		}
	}
}

// object checks the spelling of an object and the extent of its stream.
func (c *checker) object(at, next int, offsets map[int]int) {
	body := c.data[at:next]
	head := objectHead.Find(body)
	if head == nil || c.data[at-1] != '\n' && c.data[at-1] != '\r' {
		c.breaks("6.1.9-1", "an object does not begin on a line of its own")
	}
	if !endsInLine(body, "endobj") {
		c.breaks("6.1.9-2", "endobj is not on a line of its own")
	}
	start := streamStart.FindIndex(body)
	if start == nil || bytes.Contains(body[:start[0]], []byte("endobj")) {
		return
	}
	from := start[1] - 1
	switch {
	case bytes.HasPrefix(body[from:], []byte("\r\n")):
		from += 2
	case body[from] == '\n':
		from++
	default:
		c.breaks("6.1.7.1-2", "stream is not followed by a line end")
		return
	}
	length := c.length(body[:start[0]+2], offsets)
	end := bytes.LastIndex(body, []byte("endstream"))
	if length < 0 || end < 0 {
		c.breaks("6.1.7.1-1", "a stream has no length or end")
		return
	}
	if gap := end - from - length; gap == 0 || body[end-1] != '\n' && body[end-1] != '\r' {
		c.breaks("6.1.7.1-2", "endstream does not follow a line end")
	}
	switch rest := string(body[min(len(body), from+length):max(end, min(len(body), from+length))]); rest {
	case "\n", "\r", "\r\n", "":
	default:
		c.breaks("6.1.7.1-1", "the length of a stream is wrong")
	}
	if from+length > end {
		c.breaks("6.1.7.1-1", "the length of a stream is wrong")
	}
}

// endsInLine reports whether body ends with word on a line of its own. A pattern would try every byte of the pictures.
func endsInLine(body []byte, word string) bool {
	rest, found := bytes.CutSuffix(bytes.TrimRight(body, "\t\n\f\r "), []byte(word))
	if !found || len(rest) == 0 || rest[len(rest)-1] != '\n' && rest[len(rest)-1] != '\r' {
		return false
	}
	after := body[len(rest)+len(word):]
	return len(after) > 0 && (after[0] == '\n' || after[0] == '\r')
}

// length returns what a stream's dictionary says about its length, -1 if nothing.
func (c *checker) length(dict []byte, offsets map[int]int) int {
	m := lengthKey.FindSubmatch(dict)
	if m == nil {
		return -1
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return -1
	}
	if m[2] == nil {
		return n
	}
	at, known := offsets[n]
	if !known {
		return -1
	}
	head := objectHead.Find(c.data[at:])
	value := regexp.MustCompile(`\A\s*(\d{1,12})`).FindSubmatch(c.data[at+len(head):])
	if value == nil {
		return -1
	}
	if n, err = strconv.Atoi(string(value[1])); err != nil {
		return -1
	}
	return n
}
