package normalise

import (
	"context"
	"image"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/eakte/eakte/pipeline/tool"
)

// How a PDF is looked at. Three hundred pixels show every line of a page as a grey bar: enough to see that something is
// missing, and cheap.
const (
	lookTime    = 20 * time.Second
	lookEdge    = 300
	lookPages   = 20
	lookWhite   = 250  // grey values above are paper
	differGrey  = 80   // grey values further apart differ
	differShare = 0.01 // of the pixels may
	wordShare   = 0.99 // of the words must agree
)

// view is what poppler shows of a PDF: all its text, and small grey pictures of up to lookPages pages.
type view struct {
	texts    []string
	words    map[string]int
	count    int
	pictures map[int]*image.Gray
	pages    int
	complete bool // every page was looked at
}

// look renders and reads a PDF of so many pages.
func look(ctx context.Context, dir, in string, pages int) (*view, error) {
	v := &view{words: map[string]int{}, pages: pages}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		var err error
		v.texts, err = tool.Text(ctx, dir, in, tool.Limits{Time: lookTime})
		return err
	})
	group.Go(func() error { return v.render(ctx, dir, in) })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, text := range v.texts {
		for word := range strings.FieldsSeq(text) {
			v.words[word]++
			v.count++
		}
	}
	return v, nil
}

// glance is look for a PDF of ours that holds no text.
func glance(ctx context.Context, dir, in string, pages int) (*view, error) {
	v := &view{pages: pages}
	return v, v.render(ctx, dir, in)
}

// render makes the pictures.
func (v *view) render(ctx context.Context, dir, in string) error {
	v.pictures, v.complete = map[int]*image.Gray{}, v.pages <= lookPages
	for _, span := range samples(v.pages) {
		o := tool.GrayOptions{First: span[0], Last: span[1], LongEdge: lookEdge}
		err := tool.Gray(ctx, dir, in, o, tool.Limits{Time: lookTime}, func(number int, picture *image.Gray) error {
			v.pictures[number] = picture
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// samples are the runs of pages to look at: all of a short document, the beginning, middle and end of a long one.
func samples(pages int) [][2]int {
	if pages <= lookPages {
		return [][2]int{{1, pages}}
	}
	middle := pages / 2
	return [][2]int{{1, 7}, {middle, middle + 6}, {pages - 5, pages}}
}

// sameAs reports whether other shows the same: as many pages, the same words but for one in a hundred, the same picture.
// Where poppler itself counts pages that it then cannot show (a loop in the page tree), only those it shows must agree.
func (v *view) sameAs(other *view) bool {
	shown := len(v.texts)
	if shown == v.pages && (len(other.texts) != shown || len(other.pictures) != len(v.pictures)) || len(other.texts) < shown {
		return false
	}
	shared := 0
	for word, n := range v.words {
		shared += min(n, other.words[word])
	}
	if float64(shared) < wordShare*float64(max(v.count, other.count)) {
		return false
	}
	for number, picture := range v.pictures {
		if number <= shown && !alike(picture, other.pictures[number]) {
			return false
		}
	}
	return true
}

// shows reports whether there is anything to compare with.
func (v *view) shows() bool { return v != nil && (v.count > 0 || !v.blank()) }

// blank reports whether no picture shows anything.
func (v *view) blank() bool {
	for _, picture := range v.pictures {
		for _, grey := range picture.Pix {
			if grey < lookWhite {
				return false
			}
		}
	}
	return true
}

// blank reports whether no page of a short PDF shows anything. Pages are only rendered until one shows something.
func blank(ctx context.Context, dir string, facts tool.PDFFacts, texts []string) (bool, error) {
	if len(facts.Pages) > lookPages {
		return false, nil
	}
	for i, page := range facts.Pages {
		if i < len(texts) && strings.TrimSpace(texts[i]) != "" {
			return false, nil
		}
		if page.Images == 0 && page.Paint == 0 && page.Text == 0 {
			continue
		}
		v := view{pictures: map[int]*image.Gray{}}
		o := tool.GrayOptions{First: i + 1, Last: i + 1, LongEdge: lookEdge}
		err := tool.Gray(ctx, dir, soundFile, o, tool.Limits{Time: lookTime}, func(number int, picture *image.Gray) error {
			v.pictures[number] = picture
			return nil
		})
		if err != nil || !v.blank() {
			return false, err
		}
	}
	return true, nil
}

// alike compares two small pictures. A size that differs by a pixel is rounding.
func alike(a, b *image.Gray) bool {
	if a == nil || b == nil {
		return false
	}
	width, height := min(a.Rect.Dx(), b.Rect.Dx()), min(a.Rect.Dy(), b.Rect.Dy())
	if max(a.Rect.Dx(), b.Rect.Dx())-width > 1 || max(a.Rect.Dy(), b.Rect.Dy())-height > 1 {
		return false
	}
	differ := 0
	for y := range height {
		rowA, rowB := a.Pix[y*a.Stride:][:width], b.Pix[y*b.Stride:][:width]
		for x := range rowA {
			if d := int(rowA[x]) - int(rowB[x]); d > differGrey || d < -differGrey {
				differ++
			}
		}
	}
	return float64(differ) <= differShare*float64(width*height)
}
