package recognise

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/recognise/fingerprint"
	"github.com/eakte/eakte/pipeline/tool"
)

// maxWords is how many words of one page we take: more is no page for people.
const maxWords = 100_000

// digital reads pages that have their own text. It returns those whose text is missing or cannot be trusted.
func (r *run) digital(ctx context.Context, pages []pipeline.SoundPage) ([]pipeline.SoundPage, error) {
	var distrusted []pipeline.SoundPage
	for len(pages) > 0 {
		n := sameRun(pages, func(pipeline.SoundPage) int { return 0 })
		bad, err := r.digitalRun(ctx, pages[:n])
		if err != nil {
			return nil, err
		}
		distrusted, pages = append(distrusted, bad...), pages[n:]
	}
	return distrusted, nil
}

func (r *run) digitalRun(ctx context.Context, pages []pipeline.SoundPage) ([]pipeline.SoundPage, error) {
	first, last := pages[0].Number, pages[len(pages)-1].Number
	out, err := tool.Run(ctx, r.dir, "pdftotext", []string{
		"-q", "-cropbox", "-nodiag", "-bbox-layout", "-enc", "UTF-8", "-f", fmt.Sprint(first), "-l", fmt.Sprint(last), r.request.File, "-",
	}, tool.Limits{})
	if ctx.Err() != nil || tool.Missing(err) {
		return nil, err
	}
	var read [][]pipeline.Word
	if err == nil {
		read, err = parseLayout(out, pages)
	}
	if err != nil { // no text from it: the page itself can still be read
		return pages, nil //nolint:nilerr // see above
	}
	var trusted, distrusted []pipeline.SoundPage
	for i, p := range pages {
		if !trustworthy(text(read[i])) {
			distrusted = append(distrusted, p)
			continue
		}
		trusted = append(trusted, p)
		page := digitalPage(p, read[i])
		r.written(&page)
		r.done = append(r.done, page)
	}
	return distrusted, r.pictures(ctx, trusted)
}

func digitalPage(p pipeline.SoundPage, words []pipeline.Word) pipeline.Page {
	page := pipeline.Page{Number: p.Number, Width: p.Width, Height: p.Height, Digital: true, Confidence: 1, Words: words, Text: text(words)}
	page.Language = language(page.Text)
	page.Print.Text = fingerprint.Text(page.Text)
	return page
}

// pictures renders trusted pages for the screen and for the codes on them. Where no picture is wanted, a plain page needs
// none: a code would have to be drawn.
func (r *run) pictures(ctx context.Context, pages []pipeline.SoundPage) error {
	if r.request.NoImages {
		pages = slices.DeleteFunc(pages, func(p pipeline.SoundPage) bool { return r.pdf.Plain(p.Number) })
	}
	for len(pages) > 0 {
		n := sameRun(pages, func(pipeline.SoundPage) int { return 0 })
		err := r.render(ctx, pages[:n], 0, func(p pipeline.SoundPage, picture *tool.Picture) error {
			page := r.found(p.Number)
			codesOfDigital(page, picture)
			return r.show(page, picture, 0)
		})
		if ctx.Err() != nil || tool.Missing(err) || errors.Is(err, errEngine) {
			return err
		}
		// A page that cannot be rendered has its text all the same; it just has no picture.
		pages = pages[n:]
	}
	return nil
}

func (r *run) found(number int) *pipeline.Page {
	for i := range r.done {
		if r.done[i].Number == number {
			return &r.done[i]
		}
	}
	return &pipeline.Page{Number: number}
}

// parseLayout reads what pdftotext -bbox-layout writes for pages. Boxes become shares of the page.
func parseLayout(out []byte, pages []pipeline.SoundPage) ([][]pipeline.Word, error) {
	d := xml.NewDecoder(bytes.NewReader(legible(out)))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	var read [][]pipeline.Word
	line := -1
	var word *pipeline.Word
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.New("layout of pdftotext cannot be read") // the parser's words may quote the document
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "page":
				read, line = append(read, nil), -1
			case "line":
				line++
			case "word":
				if len(read) == 0 || len(read) > len(pages) || len(read[len(read)-1]) >= maxWords {
					return nil, errors.New("layout of pdftotext has too many pages or words")
				}
				word = &pipeline.Word{Box: shares(t.Attr, pages[len(read)-1]), Confidence: 1, Line: max(line, 0)}
			}
		case xml.CharData:
			if word != nil {
				word.Text += string(t)
			}
		case xml.EndElement:
			if t.Name.Local == "word" && word != nil {
				if word.Text = strings.TrimSpace(word.Text); word.Text != "" {
					word.RTL = rightToLeft(word.Text)
					read[len(read)-1] = append(read[len(read)-1], *word)
				}
				word = nil
			}
		}
	}
	if len(read) != len(pages) {
		return nil, errors.New("layout of pdftotext has too few pages")
	}
	for i, p := range pages {
		read[i] = inOrder(printed(read[i], p))
	}
	return read, nil
}

// printed makes stretches of the lines that pdftotext found. It gives words and letters from left to right, in the order
// in which they stand on paper, whatever their script.
func printed(words []pipeline.Word, p pipeline.SoundPage) []stretch {
	var out []stretch
	for len(words) > 0 {
		n := 1
		for n < len(words) && words[n].Line == words[0].Line {
			n++
		}
		line := words[:n]
		slices.SortStableFunc(line, func(a, b pipeline.Word) int { return cmp.Compare(a.Box[0], b.Box[0]) })
		for i := range line {
			if line[i].RTL {
				line[i].Text = string(turnAround([]rune(line[i].Text)))
			}
		}
		out = append(out, printedLine(speakable(line), p))
		words = words[n:]
	}
	return out
}

// Of a font's box, which is what pdftotext gives as a word's: how far above its bottom the baseline lies, and how tall
// the letters are. Fonts differ by a few hundredths.
const (
	descent = 0.22
	letters = 0.7
)

func printedLine(line []pipeline.Word, p pipeline.SoundPage) stretch {
	s := stretch{words: line, left: math.Inf(1), right: math.Inf(-1)}
	for _, w := range line {
		s.left, s.right = min(s.left, w.Box[0]*p.Width), max(s.right, w.Box[2]*p.Width)
	}
	tall := (line[0].Box[3] - line[0].Box[1]) * p.Height
	s.tall = letters * tall
	s.middle = line[0].Box[3]*p.Height - descent*tall - s.tall/2
	return s
}

// shares reads the box of a word.
func shares(attributes []xml.Attr, p pipeline.SoundPage) (box [4]float64) {
	for _, a := range attributes {
		f, err := strconv.ParseFloat(a.Value, 64)
		if err != nil || f != f {
			continue
		}
		switch a.Name.Local {
		case "xMin":
			box[0] = unit(f / p.Width)
		case "yMin":
			box[1] = unit(f / p.Height)
		case "xMax":
			box[2] = unit(f / p.Width)
		case "yMax":
			box[3] = unit(f / p.Height)
		}
	}
	return box
}

func unit(f float64) float64 { return min(1, max(0, f)) }

// legible replaces what XML cannot hold by U+FFFD, which the trust test counts.
func legible(in []byte) []byte {
	return bytes.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0xFFFE || c == 0xFFFF {
			return unicode.ReplacementChar
		}
		return c
	}, bytes.ToValidUTF8(in, []byte("\uFFFD")))
}

// trustworthy judges a page's own text by its characters: hardly any that mean nothing, mostly letters and digits, and
// vowels as in any language, which a font with a scrambled table has not.
func trustworthy(text string) bool {
	all, bad, letters, digits, latin, vowels := 0, 0, 0, 0, 0, 0
	for _, c := range strings.ToLower(text) {
		if unicode.IsSpace(c) {
			continue
		}
		all++
		switch {
		case c == unicode.ReplacementChar, unicode.IsControl(c), unicode.Is(unicode.Co, c):
			bad++
		case unicode.IsLetter(c) || unicode.IsMark(c):
			letters++
		case unicode.IsDigit(c):
			digits++
		}
		if unicode.Is(unicode.Latin, c) {
			latin++
			if strings.ContainsRune("aeiouyäöüáàâãåæéèêëíìîïıóòôõøœúùûýāēīōūąęėįų", c) {
				vowels++
			}
		}
	}
	return all > 0 && bad*50 < all && (letters+digits)*10 >= all*6 && letters*5 >= all && (latin < 50 || vowels*5 >= latin)
}
