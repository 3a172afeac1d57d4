package recognise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/recognise/mrz"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	sureText     = 0.75 // mean confidence below which another script is tried and the page marked
	smallestSkew = 0.5  // degrees: less does no harm
	greatestSkew = 8    // more is not a skew
	sureSkew     = 3    // leptonica's confidence
)

// sheet is a page's picture on its way to being read.
type sheet struct {
	page    *pipeline.Page
	grey    *tool.Picture // upright, at most 300 dpi
	dpi     int
	mapping mapping
	camera  bool           // treated as a photograph, which a picture that was uploaded always is
	flat    *flat          // of a photograph
	photo                  // what else a photograph shows
	end     time.Time      // of the page's budget
	oracle  *oracle        // for what the letters themselves do not show
	scales  picture.Scales // how its print varies, as it was before it was smoothed
	poor    bool           // hardly to be read, however it lies
	// languages are the models that read the page.
	languages []string
}

// picture reads one page from its picture and adds it to the result. began is when work on the page started.
func (r *run) picture(ctx context.Context, p pipeline.SoundPage, picture *tool.Picture, at place, began time.Time) error {
	page := pipeline.Page{Number: p.Number, Width: p.Width, Height: p.Height}
	err := r.read(ctx, &page, picture, at, r.photographed(p, picture), began.Add(r.engine.opts.PageTime))
	switch {
	case err == nil:
	case ctx.Err() != nil || errors.Is(err, errEngine):
		return err
	case errors.Is(err, tool.ErrDeadline):
		page.Code = string(fault.PageTimeout)
	default:
		page.Code = string(fault.Unreadable)
	}
	if page.Code != "" { // people can look at it all the same
		if err := r.show(&page, picture, at.turn); errors.Is(err, errEngine) {
			return err
		}
	}
	r.done = append(r.done, page)
	return nil
}

// read is the way of one picture: upright, blank or not, level, read, judged, shown.
func (r *run) read(ctx context.Context, page *pipeline.Page, picture *tool.Picture, at place, photo bool, end time.Time) error {
	s := sheet{page: page, camera: photo, end: end}
	var err error
	if s.grey, err = s.reduce(picture, at); err != nil {
		return err
	}
	defer func() { s.grey.Close() }()
	if photo {
		if err := s.rectify(picture, at); err != nil {
			return err
		}
	}
	look, err := s.look(photo)
	if err != nil {
		return err
	}
	if look.Blank() && !s.smeared(look) {
		page.Blank = true
		return r.show(page, picture, at.turn)
	}
	if look.Dark() || photo && s.hopeless() {
		page.Quality = s.judge(look)
		return r.show(page, picture, at.turn)
	}
	if err := s.smooth(); err != nil {
		return err
	}
	if photo {
		if err := s.resize(); err != nil {
			return err
		}
	}
	lie, err := s.grey.Lie(s.dpi)
	if err != nil {
		return err
	}
	var zones []mrz.Found
	_, sure := lies(lie)
	early := !sure || photo // a zone tells better how the page lies
	if early {
		if zones, err = r.zones(&s, picture, at); err != nil {
			return err
		}
	}
	s.oracle = &oracle{engine: r.engine, grey: s.grey, dpi: s.dpi}
	if s.poor = s.doubtful(look); s.poor {
		s.end = earlier(s.end, time.Now().Add(r.engine.opts.PageTime/poorShare))
	}
	if err := r.best(ctx, &s, at, lie, zones); err != nil {
		if s.poor && errors.Is(err, tool.ErrDeadline) {
			page.Quality = s.judge(look)
		}
		return err
	}
	if !early && hinted(page) {
		if zones, err = r.zones(&s, picture, at); err != nil {
			return err
		}
	}
	keep(&s, zones, at)
	page.Blank = len(page.Words) == 0 && look.Ink < 0.002 && !s.smeared(look)
	page.Quality = s.judge(look)
	r.marks(&s, at)
	return r.show(page, picture, at.turn+page.Rotation)
}

// attempt reads the sheet turned by so many degrees. lie is how it lies unturned.
func (r *run) attempt(ctx context.Context, s *sheet, grey *tool.Picture, at place, turn int, lie tool.Lie) error {
	var err error
	if s.grey, err = grey.Turn(turn); err != nil {
		return err
	}
	defer func() { s.grey.Close() }()
	if s.page.Rotation = turn; turn%180 != 0 {
		s.page.Width, s.page.Height = s.page.Height, s.page.Width
		if lie, err = s.grey.Lie(s.dpi); err != nil { // a tilt is measured along the lines
			return err
		}
	}
	w, h := s.grey.Size()
	s.mapping = mapping{width: float64(w), height: float64(h), box: picture.TurnBox(at.box, turn), flat: s.flat, turn: turn}
	if err := s.level(lie); err != nil {
		return err
	}
	return r.words(ctx, s)
}

// reduce makes the picture grey, as upright as the page says, and at most 300 dpi.
func (s *sheet) reduce(picture *tool.Picture, at place) (*tool.Picture, error) {
	w, h := picture.Size()
	if at.turn%180 != 0 {
		w, h = h, w
	}
	s.dpi = trueDPI(w, h, (at.box[2]-at.box[0])*s.page.Width)
	s.page.DPI = s.dpi
	grey, err := picture.Grey()
	if err != nil {
		return nil, err
	}
	defer grey.Close()
	factor := min(1, float64(readingDPI)/float64(s.dpi), math.Sqrt(tool.RenderPixels/float64(w*h)))
	if factor > 0.97 {
		factor = 1
	}
	small, err := grey.Scale(factor)
	if err != nil {
		return nil, err
	}
	s.dpi = max(70, int(float64(s.dpi)*factor))
	if at.turn == 0 {
		return small, nil
	}
	defer small.Close()
	return small.Turn(at.turn)
}

// trueDPI returns the resolution of a picture of w × h pixels that is width points wide on its page. A page size that
// makes no sense is replaced by that of a sheet of A4.
func trueDPI(w, h int, width float64) int {
	if dpi := float64(w) / (width / 72); dpi >= 150 && dpi <= 1200 {
		return int(math.Round(dpi))
	}
	return max(1, int(float64(max(w, h))/11.69))
}

// level turns a tilted sheet back, for reading only.
func (s *sheet) level(lie tool.Lie) error {
	if s.flat != nil {
		s.page.Skew = math.Round(s.flat.tilt*100) / 100
	}
	if lie.SkewConfidence <= sureSkew || math.Abs(lie.Skew) > greatestSkew {
		return nil
	}
	s.page.Skew = math.Round((s.page.Skew+lie.Skew)*100) / 100
	if math.Abs(lie.Skew) <= smallestSkew {
		return nil
	}
	s.mapping.skew = lie.Skew * math.Pi / 180
	level, err := s.grey.Rotate(-s.mapping.skew)
	if err != nil {
		return err
	}
	s.grey.Close()
	s.grey = level
	return nil
}

// words finds the lines of the sheet, reads them, with another script's models where the first do not fit, and fills the page.
func (r *run) words(ctx context.Context, s *sheet) error {
	places, err := r.places(ctx, s)
	if err != nil {
		return err
	}
	places = mostlyUpright(places)
	s.languages = []string{latin}
	read, err := r.recognise(ctx, s, places, s.languages, true)
	if err != nil {
		return err
	}
	if err := r.otherScripts(ctx, s, places, read); err != nil {
		return err
	}
	fill(s.page, together(read), s.mapping)
	s.page.Language = language(s.page.Text)
	return nil
}

// places finds the lines of the sheet, as fine as it is: at two thirds of 300 dpi it takes half the time, but loses lines of
// small print and whole parts of tables.
func (r *run) places(ctx context.Context, s *sheet) ([]tool.TextLine, error) {
	finder, err := r.engine.layout()
	if err != nil {
		return nil, err
	}
	segmentation := tool.SegmentPage
	if s.camera {
		segmentation = tool.SegmentColumn
	}
	return finder.Lines(ctx, s.grey, segmentation, s.dpi)
}

// mostlyUpright leaves out lines that lie on a side if most do: such a page lies wrong, and is to be read so as nobody would.
func mostlyUpright(places []tool.TextLine) []tool.TextLine {
	some := slices.DeleteFunc(slices.Clone(places), func(l tool.TextLine) bool { return l.Turn != 0 })
	if 2*len(some) < len(places) {
		return some
	}
	return places
}

// together returns the words of all places, those of a line in the order in which they are spoken: it may have been read in
// parts. Words without any confidence are none.
func together(read [][]tool.ReadWord) []tool.ReadWord {
	words := slices.DeleteFunc(slices.Concat(read...), func(w tool.ReadWord) bool { return w.Confidence <= 0 })
	slices.SortStableFunc(words, func(a, b tool.ReadWord) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Box[0], b.Box[0]))
	})
	var out []tool.ReadWord
	for len(words) > 0 {
		n := 1
		for n < len(words) && words[n].Line == words[0].Line {
			n++
		}
		out = append(out, spoken(words[:n], func(w tool.ReadWord) string { return w.Text })...)
		words = words[n:]
	}
	return out
}

// recognise reads places of the sheet in languages.
func (r *run) recognise(ctx context.Context, s *sheet, places []tool.TextLine, languages []string, carefully bool) ([][]tool.ReadWord, error) {
	reader, err := r.engine.reader(languages)
	if err != nil {
		return nil, err
	}
	return reader.read(ctx, s.grey, places, s.dpi, carefully, time.Until(s.end))
}

// confidence is the mean over the characters.
func confidence(words []tool.ReadWord) float64 {
	sum, n := 0.0, 0
	for _, w := range words {
		l := len([]rune(w.Text))
		sum, n = sum+w.Confidence*float64(l), n+l
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// fill writes the words into the page, in reading order. Marks that are no words are left out, but count against the
// confidence: a page full of them has not been read.
func fill(page *pipeline.Page, words []tool.ReadWord, m mapping) {
	page.Confidence = math.Round(confidence(words)*1000) / 1000
	page.Words = inOrder(stretches(signed(uncluttered(words)), m))
	page.Text = text(page.Words)
}

// text joins words to lines.
func text(words []pipeline.Word) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 && w.Line != words[i-1].Line {
			b.WriteByte('\n')
		} else if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// show writes the page's picture for the screen, if one is wanted.
func (r *run) show(page *pipeline.Page, picture *tool.Picture, turn int) error {
	if r.request.NoImages {
		return nil
	}
	w, h := picture.Size()
	small, err := picture.Shrink(min(1, screenEdge/float64(max(w, h))))
	if err != nil {
		return err
	}
	defer small.Close()
	upright, err := small.Turn(turn % 360)
	if err != nil {
		return err
	}
	defer upright.Close()
	data, err := upright.JPEG(screenJPEG)
	if err != nil {
		return err
	}
	page.Image = fmt.Sprintf("page-%04d.jpg", page.Number)
	if err := os.WriteFile(filepath.Join(r.dir, page.Image), data, 0o600); err != nil {
		return fmt.Errorf("%w: write picture of page %d: %w", errEngine, page.Number, err)
	}
	return nil
}
