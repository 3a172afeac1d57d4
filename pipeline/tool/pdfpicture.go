package tool

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// PDF is a sound PDF, read by pdfcpu: only for files that normalise or compose wrote, for pdfcpu can hang or exhaust
// memory over others. What was read sits in memory.
type PDF struct {
	ctx    *model.Context
	before int // pages of the file before those that were read
	total  int // pages of the file
}

// OpenPages reads the pages from first to last of a sound PDF, which costs time and memory as they do, not as the whole
// file does. Pages keep their numbers.
func OpenPages(path string, first, last int) (*PDF, error) {
	x, err := openExact(path)
	if errors.Is(err, ErrInexact) {
		return OpenPDF(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read sound PDF: %w", err)
	}
	defer func() { _ = x.Close() }() // only read
	part, err := x.Part(first, min(last, x.Pages()))
	if errors.Is(err, ErrInexact) {
		return OpenPDF(path)
	}
	if err != nil {
		return nil, err
	}
	pdf, err := ReadPDF(bytes.NewReader(part))
	if err != nil {
		return nil, err
	}
	pdf.before, pdf.total = first-1, x.Pages()
	return pdf, nil
}

// OpenPDF reads a sound PDF.
func OpenPDF(path string) (*PDF, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read sound PDF: %w", err)
	}
	return ReadPDF(bytes.NewReader(data))
}

// ReadPDF reads a sound PDF.
func ReadPDF(r io.ReadSeeker) (*PDF, error) {
	api.DisableConfigDir()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.Offline = true
	ctx, err := api.ReadContext(r, conf)
	if err != nil {
		return nil, errors.New("pdfcpu could not read the sound PDF") // its words may quote the document
	}
	if err := ctx.EnsurePageCount(); err != nil {
		return nil, errors.New("pdfcpu could not count the pages")
	}
	return &PDF{ctx: ctx, total: ctx.PageCount}, nil
}

// Pages returns the number of pages of the file.
func (p *PDF) Pages() int { return p.total }

// Holds reports whether a page was read.
func (p *PDF) Holds(page int) bool { return page > p.before && page <= p.before+p.ctx.PageCount }

// page returns a page's dictionary and what it inherits; nil if it was not read.
func (p *PDF) page(number int) (types.Dict, *model.InheritedPageAttrs) {
	if !p.Holds(number) {
		return nil, nil
	}
	dict, _, inherited, err := p.ctx.PageDict(number-p.before, false)
	if err != nil {
		return nil, nil
	}
	return dict, inherited
}

// Direct is the one picture that makes up a page, encoded as it lies in the file.
type Direct struct {
	Filter     string // DCTDecode or CCITTFaxDecode
	Data       []byte
	Width      int // pixels
	Height     int
	Components int        // 1 grey, 3 RGB
	Profile    []byte     // ICC profile, if the picture has its own
	BlackIs1   bool       // CCITT only
	Page       [4]float64 // the page's box in points: left, bottom, right, top
	Place      [4]float64 // of the picture on the page before Rotate, in points from the page's top left: left, top, right, bottom
	Rotate     int        // /Rotate of the page: 0, 90, 180, 270
	Text       bool       // there is invisible text from an earlier recognition, too
	Matrix     [6]float64 // takes the unit square to the picture's place, in the page's own coordinates
	Odd        bool       // there are settings of the encoding beside those above that mean something
}

// Direct returns the picture of a page (from 1) that consists of one upright JPEG or Group 4 picture and nothing else that
// shows. False says that the page must be rendered.
func (p *PDF) Direct(page int) (Direct, bool) {
	out, ok := p.Drawn(page)
	if !ok || !upright6(out.Matrix) {
		return Direct{}, false
	}
	box := out.Place
	pageWidth, pageHeight := out.Page[2]-out.Page[0], out.Page[3]-out.Page[1]
	shown := math.Max(0, min(box[2], pageWidth)-max(box[0], 0)) * math.Max(0, min(box[3], pageHeight)-max(box[1], 0))
	return out, shown >= pageWidth*pageHeight/2
}

// Layered reports whether the document has layers, which may hide what its pages draw.
func (p *PDF) Layered() bool {
	catalog, err := p.ctx.Catalog()
	return err != nil || catalog["OCProperties"] != nil
}

// Drawn is Direct for a picture that lies in any way; Place holds only if it lies upright.
func (p *PDF) Drawn(page int) (Direct, bool) {
	dict, inherited := p.page(page)
	if dict == nil || inherited == nil {
		return Direct{}, false
	}
	var out Direct
	if !p.pageBox(&out, dict, inherited) {
		return Direct{}, false
	}
	content, err := p.content(dict)
	if err != nil {
		return Direct{}, false
	}
	drawn, ok := onlyDrawing(content)
	if !ok {
		return Direct{}, false
	}
	m := drawn.matrix
	out.Matrix, out.Text = m, drawn.text
	out.Place = [4]float64{m[4] - out.Page[0], out.Page[3] - m[5] - m[3], m[4] + m[0] - out.Page[0], out.Page[3] - m[5]}
	stream := p.xobject(dict, inherited, drawn.name)
	return out, stream != nil && p.picture(&out, stream)
}

// pageBox fills Page and Rotate; false if the page is cropped or odd.
func (p *PDF) pageBox(out *Direct, dict types.Dict, inherited *model.InheritedPageAttrs) bool {
	media, crop, rotate := inherited.MediaBox, inherited.CropBox, inherited.Rotate
	if o, found := dict.Find("Rotate"); found {
		f, err := p.ctx.DereferenceNumber(o)
		if err != nil {
			return false
		}
		rotate = int(f)
	}
	if r := p.rectangle(dict, "MediaBox"); r != nil {
		media = r
	}
	if r := p.rectangle(dict, "CropBox"); r != nil {
		crop = r
	}
	if media == nil || rotate%90 != 0 {
		return false
	}
	if _, found := dict.Find("UserUnit"); found {
		return false
	}
	if crop != nil && (math.Abs(crop.LL.X-media.LL.X) > 1 || math.Abs(crop.LL.Y-media.LL.Y) > 1 ||
		math.Abs(crop.UR.X-media.UR.X) > 1 || math.Abs(crop.UR.Y-media.UR.Y) > 1) {
		return false
	}
	if annotations, found := dict.Find("Annots"); found {
		if a, err := p.ctx.DereferenceArray(annotations); err != nil || len(a) > 0 {
			return false
		}
	}
	out.Page = [4]float64{media.LL.X, media.LL.Y, media.UR.X, media.UR.Y}
	out.Rotate = ((rotate % 360) + 360) % 360
	return media.UR.X > media.LL.X && media.UR.Y > media.LL.Y
}

func (p *PDF) rectangle(dict types.Dict, key string) *types.Rectangle {
	o, found := dict.Find(key)
	if !found {
		return nil
	}
	a, err := p.ctx.DereferenceArray(o)
	if err != nil || len(a) != 4 {
		return nil
	}
	var f [4]float64
	for i := range a {
		if f[i], err = p.ctx.DereferenceNumber(a[i]); err != nil {
			return nil
		}
	}
	return types.NewRectangle(min(f[0], f[2]), min(f[1], f[3]), max(f[0], f[2]), max(f[1], f[3]))
}

// content joins the content streams with white space between, which pdfcpu's PageContent does not.
func (p *PDF) content(dict types.Dict) ([]byte, error) {
	o, found := dict.Find("Contents")
	if !found {
		return nil, errors.New("no content")
	}
	parts := types.Array{o}
	if resolved, err := p.ctx.Dereference(o); err == nil {
		if a, ok := resolved.(types.Array); ok {
			parts = a
		}
	}
	var out bytes.Buffer
	for _, part := range parts {
		stream, _, err := p.ctx.DereferenceStreamDict(part)
		if err != nil || stream == nil {
			return nil, errors.New("content stream missing")
		}
		if err := stream.Decode(); err != nil {
			return nil, errors.New("content stream cannot be decoded")
		}
		out.Write(stream.Content)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

func (p *PDF) xobject(dict types.Dict, inherited *model.InheritedPageAttrs, name string) *types.StreamDict {
	resources := inherited.Resources
	if o, found := dict.Find("Resources"); found {
		own, err := p.ctx.DereferenceDict(o)
		if err != nil {
			return nil
		}
		resources = own
	}
	o, found := resources.Find("XObject")
	if !found {
		return nil
	}
	objects, err := p.ctx.DereferenceDict(o)
	if err != nil {
		return nil
	}
	if o, found = objects.Find(name); !found {
		return nil
	}
	stream, _, err := p.ctx.DereferenceStreamDict(o)
	if err != nil {
		return nil
	}
	return stream
}

// picture fills what the picture itself says; false if it is not one that can be handed on as it is.
func (p *PDF) picture(out *Direct, s *types.StreamDict) bool {
	for _, key := range []string{"SMask", "Mask", "Decode", "ImageMask", "SMaskInData", "Alternates", "OPI", "F"} {
		if o, found := s.Find(key); found && o != nil && fmt.Sprint(o) != "false" {
			return false
		}
	}
	if sub := s.Subtype(); sub == nil || *sub != "Image" || len(s.FilterPipeline) != 1 {
		return false
	}
	filter := s.FilterPipeline[0]
	width, height := s.IntEntry("Width"), s.IntEntry("Height")
	if width == nil || height == nil || *width < 1 || *height < 1 {
		return false
	}
	out.Filter, out.Data, out.Width, out.Height = filter.Name, s.Raw, *width, *height
	switch filter.Name {
	case "DCTDecode":
		w, h, n, ok := jpegHeader(s.Raw)
		if !ok || w != out.Width || h != out.Height || (n != 1 && n != 3) || len(filter.DecodeParms) > 0 {
			return false
		}
		out.Components = n
		return p.colours(out, s)
	case "CCITTFaxDecode":
		out.Components = 1
		parms := filter.DecodeParms
		k, columns := parms.IntEntry("K"), parms.IntEntry("Columns")
		if k == nil || *k >= 0 || columns == nil || *columns != out.Width {
			return false
		}
		if align := parms.BooleanEntry("EncodedByteAlign"); align != nil && *align {
			return false
		}
		for key := range parms {
			if key != "K" && key != "Columns" && key != "Rows" && key != "BlackIs1" && key != "EndOfLine" && key != "EncodedByteAlign" {
				return false
			}
		}
		rows, ends := parms.IntEntry("Rows"), parms.BooleanEntry("EndOfLine")
		out.Odd = *k != -1 || rows != nil && *rows != out.Height || ends != nil && *ends
		black := parms.BooleanEntry("BlackIs1")
		out.BlackIs1 = black != nil && *black
		o, _ := s.Find("ColorSpace")
		space, err := p.ctx.Dereference(o)
		return err == nil && fmt.Sprint(space) == "DeviceGray"
	}
	return false
}

// colours accepts device spaces and ICC profiles that fit the number of components.
func (p *PDF) colours(out *Direct, s *types.StreamDict) bool {
	o, _ := s.Find("ColorSpace")
	space, err := p.ctx.Dereference(o)
	if err != nil {
		return false
	}
	switch space := space.(type) {
	case types.Name:
		return (space == "DeviceRGB" && out.Components == 3) || (space == "DeviceGray" && out.Components == 1)
	case types.Array:
		if len(space) != 2 || fmt.Sprint(space[0]) != "ICCBased" {
			return false
		}
		profile, _, err := p.ctx.DereferenceStreamDict(space[1])
		if err != nil || profile == nil || profile.Decode() != nil {
			return false
		}
		out.Profile = profile.Content
		return true
	}
	return false
}

// jpegHeader returns size and components of a baseline or progressive JPEG of 8 bits.
func jpegHeader(data []byte) (width, height, components int, ok bool) {
	if len(data) < 4 || data[0] != 0xFF || data[1] != 0xD8 {
		return
	}
	for i := 2; i+9 < len(data); {
		if data[i] != 0xFF {
			return
		}
		marker := data[i+1]
		switch {
		case marker == 0xFF:
			i++
			continue
		case marker >= 0xC0 && marker <= 0xC2:
			return int(binary.BigEndian.Uint16(data[i+7:])), int(binary.BigEndian.Uint16(data[i+5:])), int(data[i+9]), data[i+4] == 8
		case marker == 0xD9 || marker == 0xDA || marker >= 0xC3 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
			return
		}
		i += 2 + int(binary.BigEndian.Uint16(data[i+2:]))
	}
	return
}

// File returns the picture as a file that leptonica decodes: a JPEG as it is, Group 4 behind a TIFF header.
func (d Direct) File() []byte {
	if d.Filter == "DCTDecode" {
		return d.Data
	}
	// TIFF: 0 is white when 1 bits are black, as /BlackIs1 false means that the decoder turns black into 0.
	const entries = 9
	header := make([]byte, 8+2+12*entries+4)
	le := binary.LittleEndian
	copy(header, "II*\x00")
	le.PutUint32(header[4:], 8)
	le.PutUint16(header[8:], entries)
	photometric := uint32(0)
	if d.BlackIs1 {
		photometric = 1
	}
	for i, e := range [entries][3]uint32{ // tag, type (3 short, 4 long), value
		{256, 4, uint32(d.Width)}, {257, 4, uint32(d.Height)}, {258, 3, 1}, {259, 3, 4}, {262, 3, photometric},
		{273, 4, uint32(len(header))}, {277, 3, 1}, {278, 4, uint32(d.Height)}, {279, 4, uint32(len(d.Data))},
	} {
		at := header[10+12*i:]
		le.PutUint16(at, uint16(e[0]))
		le.PutUint16(at[2:], uint16(e[1]))
		le.PutUint32(at[4:], 1)
		le.PutUint32(at[8:], e[2])
	}
	return append(header, d.Data...)
}
