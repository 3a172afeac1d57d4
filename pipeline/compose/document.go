package compose

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/pdfa"
	"github.com/eakte/eakte/pipeline/picture"
	"github.com/eakte/eakte/pipeline/tool"
)

const (
	renderDPI  = 300 // of pages whose own picture cannot be taken over
	renderJPEG = 85  // their quality
)

// written is what the file must hold when it is read back.
type written struct {
	Pages    int
	Pictures [][sha256.Size]byte // digest of each page's encoded picture
}

// composer writes one document.
type composer struct {
	w        *writer
	dir      string
	request  pipeline.ComposeRequest
	sound    pagesOf
	dpi      int // of pages that are rendered
	codes    codes
	tree     int // object number of the page tree
	font     int
	kids     []string
	pictures [][sha256.Size]byte
	shared   map[string]int // object numbers of the pictures that were written, by what they are
}

// image is a page's picture as it goes into the file.
type image struct {
	data          []byte
	entries       string // of its dictionary, without size and length
	width, height int
	profile       []byte // its own ICC profile, or nil
	components    int
	box           [4]float64 // on the sound PDF's page as it is shown, in shares
	turn          int        // how it is turned there, clockwise
}

// document writes everything in an order that depends on the input alone.
func (c *composer) document(ctx context.Context, pages []pipeline.Page) error {
	root, meta, intent, profile := c.w.reserve(), c.w.reserve(), c.w.reserve(), c.w.reserve()
	c.tree, c.font = c.w.reserve(), c.w.reserve()
	for i, p := range pages {
		if err := ctx.Err(); err != nil {
			return err
		}
		picture, err := c.image(ctx, c.request.Pages[i])
		if err != nil {
			return fmt.Errorf("page %d: %w", p.Number, err)
		}
		c.page(newGeometry(c.request.Pages[i], p), p, picture)
	}
	c.w.object(root, fmt.Sprintf("<</Type/Catalog/Pages %d 0 R/Metadata %d 0 R/OutputIntents[%d 0 R]/Lang(%s)>>", c.tree, meta, intent, language(c.request.Lang)))
	c.w.stream(meta, "/Type/Metadata/Subtype/XML", metadata(c.request.Title, c.request.Made, pdfa.Level2U))
	c.w.object(intent, fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)/DestOutputProfile %d 0 R>>", profile))
	c.w.deflated(profile, "/N 3", sRGBProfile())
	c.w.object(c.tree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(c.kids), strings.Join(c.kids, " ")))
	if len(c.codes.runes) == 0 {
		c.codes.encode([]rune{' '}) // a font of a document without text still has one code
	}
	c.codes.writeFont(c.w, c.font)
	return c.w.finish(root)
}

// languageTag is a simple form of what may stand in /Lang without being quoted.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)

// language is the document's language, German when it is unknown.
func language(asked string) string {
	if languageTag.MatchString(asked) {
		return asked
	}
	return "de"
}

// page writes a page, its content and, unless a page before has shown it, its picture.
func (c *composer) page(g geometry, p pipeline.Page, picture image) {
	page, content := c.w.reserve(), c.w.reserve()
	object := c.picture(picture)
	c.kids = append(c.kids, fmt.Sprintf("%d 0 R", page))
	c.w.object(page, fmt.Sprintf("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</Im0 %d 0 R>>/Font<</%s %d 0 R>>>>>>",
		c.tree, g.Width, g.Height, content, object, layerFont, c.font))
	var b bytes.Buffer
	fmt.Fprintf(&b, "q\n%s\n/Im0 Do\nQ\n", g.matrix(picture.box, picture.turn))
	layer(&b, g, p.Words, &c.codes)
	c.w.deflated(content, "", b.Bytes())
}

// picture writes a page's picture and returns its object number. One that several pages show, as forms and letterheads do, is
// written once: the file must not outgrow its source.
func (c *composer) picture(picture image) int {
	sum := sha256.Sum256(picture.data)
	c.pictures = append(c.pictures, sum)
	entries := fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d", picture.width, picture.height)
	same := fmt.Sprintf("%s%s %d %x %x", entries, picture.entries, picture.components, sha256.Sum256(picture.profile), sum)
	if object, written := c.shared[same]; written {
		return object
	}
	object := c.w.reserve()
	space := "/DeviceRGB"
	if picture.components == 1 {
		space = "/DeviceGray"
	}
	if fits(picture.profile, picture.components) {
		own := c.w.reserve()
		c.w.deflated(own, fmt.Sprintf("/N %d", picture.components), picture.profile)
		space = fmt.Sprintf("[/ICCBased %d 0 R]", own)
	}
	c.w.stream(object, entries+"/ColorSpace"+space+picture.entries, picture.data)
	c.shared[same] = object
	return object
}

// image returns a page's own picture if it is one that may stay as it is, else the page rendered.
func (c *composer) image(ctx context.Context, p pipeline.SoundPage) (image, error) {
	sound, err := c.sound.at(p.Number)
	if err != nil {
		return image{}, err
	}
	d, ok := sound.Direct(p.Number)
	if !ok {
		return c.rendered(ctx, p)
	}
	w, h := p.Width, p.Height
	if d.Rotate%180 != 0 {
		w, h = h, w
	}
	out := image{data: d.Data, width: d.Width, height: d.Height, profile: d.Profile, components: d.Components, turn: d.Rotate}
	out.box = picture.TurnBox([4]float64{d.Place[0] / w, d.Place[1] / h, d.Place[2] / w, d.Place[3] / h}, d.Rotate)
	out.entries = "/BitsPerComponent 8/Filter/DCTDecode"
	if d.Filter == "CCITTFaxDecode" {
		out.entries = fmt.Sprintf("/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns %d/Rows %d/BlackIs1 %v>>", d.Width, d.Height, d.BlackIs1)
	}
	return out, nil
}

// rendered returns a page as a JPEG, in grey if it has no colour.
func (c *composer) rendered(ctx context.Context, p pipeline.SoundPage) (image, error) {
	page := tool.RenderPage{Number: p.Number, Width: p.Width, Height: p.Height}
	out := image{entries: "/BitsPerComponent 8/Filter/DCTDecode", components: 3, box: [4]float64{0, 0, 1, 1}}
	err := tool.Render(ctx, c.dir, c.request.File, []tool.RenderPage{page}, page.Resolution(c.dpi), 0, time.Minute, func(_ tool.RenderPage, picture *tool.Picture) error {
		out.width, out.height = picture.Size()
		if picture.Colourless() {
			grey, err := picture.Grey()
			if err != nil {
				return err
			}
			defer grey.Close()
			picture, out.components = grey, 1
		}
		var err error
		out.data, err = picture.JPEG(renderJPEG)
		return err
	})
	if err == nil && out.data == nil {
		err = errors.New("page was not rendered")
	}
	return out, err
}
