package tool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// PDFFacts is what pdfcpu saw in a PDF while rewriting it.
type PDFFacts struct {
	Pages       []PDFPage `json:"pages"`
	Encrypted   bool      `json:"encrypted,omitempty"`   // opened without a password all the same
	Active      bool      `json:"active,omitempty"`      // scripts, actions or multimedia were taken out
	Attachments bool      `json:"attachments,omitempty"` // embedded files were taken out
	Form        bool      `json:"form,omitempty"`        // form fields were taken out; their looks stay
	External    bool      `json:"external,omitempty"`    // streams kept outside the file were emptied
}

// PDFPage is what pdfcpu and our content scanner saw on a page.
type PDFPage struct {
	Width  float64 `json:"width"` // points, after /Rotate
	Height float64 `json:"height"`
	Rotate int     `json:"rotate"`
	Text   int     `json:"text"`   // bytes of visible text shown
	Hidden int     `json:"hidden"` // bytes of invisible text, such as an earlier OCR's
	Images int     `json:"images"` // pictures drawn
	Cover  float64 `json:"cover"`  // share of the page under the largest picture, 0…1
	Paint  int     `json:"paint"`  // areas and lines painted
	Direct bool    `json:"direct"` // only one upright picture whose bytes OCR can take as they are
	Quick  bool    `json:"quick"`  // all of it was seen, and it does not draw very much
}

// ErrEncrypted says that a PDF needs a password, ErrPages that it has more pages than allowed.
var (
	ErrEncrypted = errors.New("needs a password")
	ErrPages     = errors.New("too many pages")
)

// Sound rewrites the PDF in with pdfcpu as out: without encryption, scripts, actions, forms and attachments, everything
// else as it is. lean also drops outlines, name trees, labels and tags, where damage often sits. It runs in a child
// process (see Child). Errors: ErrEncrypted, ErrPages, a *Failure; anything that pdfcpu cannot read is a *Failure, too.
func Sound(ctx context.Context, dir, in, out string, pages int, lean bool, limits Limits) (PDFFacts, error) {
	mode := "whole"
	if lean {
		mode = "lean"
	}
	data, err := self(ctx, dir, pdfcpuName, []string{childSound, in, out, strconv.Itoa(pages), mode}, limits)
	if err != nil {
		_ = os.Remove(filepath.Join(dir, out)) // half a file is worse than none
		switch Exit(err) {
		case exitEncrypted:
			return PDFFacts{}, ErrEncrypted
		case exitPages:
			return PDFFacts{}, ErrPages
		}
		return PDFFacts{}, err
	}
	var facts PDFFacts
	if err := json.Unmarshal(data, &facts); err != nil {
		return PDFFacts{}, fmt.Errorf("read facts from pdfcpu: %w", err)
	}
	return facts, nil
}

// childExit is the exit code that carries err to Sound.
func childExit(err error) int {
	switch {
	case errors.Is(err, ErrPages):
		return exitPages
	case errors.Is(err, pdfcpu.ErrWrongPassword):
		return exitEncrypted
	}
	return exitFailed
}

// configuration reads leniently, offline, and leaves everything as it is but encryption.
func configuration() *model.Configuration {
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	conf.Optimize = false
	conf.OptimizeBeforeWriting = false
	conf.Cmd = model.OPTIMIZE // the only one that may drop encryption
	conf.RemoveEncryption = true
	conf.Limits.MaxDecodeBytes = 256 << 20
	return conf
}

// rewrite is Sound inside the child.
func rewrite(in, out string, pages int, lean bool) (PDFFacts, error) {
	f, err := os.Open(in)
	if err != nil {
		return PDFFacts{}, err
	}
	defer f.Close()
	doc, err := api.ReadContext(f, configuration())
	if err != nil {
		return PDFFacts{}, fmt.Errorf("read: %w", err)
	}
	facts := PDFFacts{Encrypted: doc.Encrypt != nil}
	if err := strip(doc, lean, &facts); err != nil {
		return PDFFacts{}, err
	}
	if err := api.ValidateContext(doc); err != nil {
		return PDFFacts{}, fmt.Errorf("validate: %w", err)
	}
	if err := doc.EnsurePageCount(); err != nil {
		return PDFFacts{}, fmt.Errorf("count pages: %w", err)
	}
	if doc.PageCount > pages {
		return PDFFacts{}, ErrPages
	}
	if facts.Pages, err = pageFacts(doc); err != nil {
		return PDFFacts{}, err
	}
	w, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return PDFFacts{}, err
	}
	return facts, errors.Join(api.WriteContext(doc, w), w.Close())
}

// pageFacts describes every page and mends boxes that no reader can use.
func pageFacts(doc *model.Context) ([]PDFPage, error) {
	out := make([]PDFPage, 0, doc.PageCount)
	for n := 1; n <= doc.PageCount; n++ {
		page, _, inherited, err := doc.PageDict(n, false)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", n, err)
		}
		box := visibleBox(inherited)
		if box == nil { // what poppler shows in such a case
			box = types.NewRectangle(0, 0, 612, 792)
			page.Update("MediaBox", box.Array())
			page.Delete("CropBox")
		}
		rotate := ((inherited.Rotate % 360) + 360) % 360
		if rotate%90 != 0 {
			rotate = 0
			page.Update("Rotate", types.Integer(0))
		}
		facts := PDFPage{Width: box.Width(), Height: box.Height(), Rotate: rotate}
		if rotate%180 != 0 {
			facts.Width, facts.Height = facts.Height, facts.Width
		}
		scanPage(doc, page, inherited.Resources, box, &facts)
		out = append(out, facts)
	}
	return out, nil
}

// visibleBox is the crop box within the media box; nil when it is no rectangle with an area.
func visibleBox(inherited *model.InheritedPageAttrs) *types.Rectangle {
	box := upright(inherited.MediaBox)
	if box == nil {
		return nil
	}
	if crop := upright(inherited.CropBox); crop != nil {
		cut := types.NewRectangle(math.Max(box.LL.X, crop.LL.X), math.Max(box.LL.Y, crop.LL.Y),
			math.Min(box.UR.X, crop.UR.X), math.Min(box.UR.Y, crop.UR.Y))
		if upright(cut) != nil && cut.Width() > 0 && cut.Height() > 0 {
			return cut
		}
	}
	return box
}

// upright orders the corners; nil when there is no area or a number is none.
func upright(r *types.Rectangle) *types.Rectangle {
	if r == nil {
		return nil
	}
	u := types.NewRectangle(math.Min(r.LL.X, r.UR.X), math.Min(r.LL.Y, r.UR.Y), math.Max(r.LL.X, r.UR.X), math.Max(r.LL.Y, r.UR.Y))
	if !(u.Width() > 0 && u.Height() > 0) || math.IsInf(u.Width(), 0) || math.IsInf(u.Height(), 0) || u.Width() > 1e9 || u.Height() > 1e9 {
		return nil
	}
	return u
}
