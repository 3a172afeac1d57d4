package normalise

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
)

// photoQuality is for photographs that come in a format that a PDF cannot hold. It is below what an eye or OCR notices.
const photoQuality = 92

// photo encodes a decoded photograph as JPEG.
func photo(picture image.Image) (raster, error) {
	picture = flatten(picture)
	var buffer bytes.Buffer
	if err := jpeg.Encode(&buffer, picture, &jpeg.Options{Quality: photoQuality}); err != nil {
		return raster{}, fmt.Errorf("encode photo: %w", err)
	}
	space := "DeviceRGB"
	if _, gray := picture.(*image.Gray); gray {
		space = "DeviceGray"
	}
	size := picture.Bounds()
	return raster{width: size.Dx(), height: size.Dy(), filter: "DCTDecode", space: space, bits: 8, data: buffer.Bytes(), direct: true}, nil
}

// lossless keeps every pixel: one bit if there is only black and white, else grey or colour.
func lossless(picture image.Image) (raster, error) {
	picture = flatten(picture)
	size := picture.Bounds()
	out := raster{width: size.Dx(), height: size.Dy(), filter: "FlateDecode", bits: 8}
	var rows [][]byte
	channels := 1
	switch p := picture.(type) {
	case *image.Gray:
		out.space = "DeviceGray"
		rows = grayRows(p)
		if bilevel(p) {
			out.bits, rows = 1, bitRows(p)
		}
	case *image.RGBA:
		out.space, channels = "DeviceRGB", 3
		rows = colourRows(p)
	default:
		return raster{}, fmt.Errorf("encode picture: %T is not flattened", picture)
	}
	data, err := deflate(rows, channels)
	if err != nil {
		return raster{}, err
	}
	out.data = data
	out.parameters = fmt.Sprintf("/Predictor 15 /Colors %d /BitsPerComponent %d /Columns %d", channels, out.bits, out.width)
	return out, nil
}

// flatten returns an opaque *image.Gray if there is no colour, else an *image.RGBA on white paper.
func flatten(picture image.Image) image.Image {
	switch p := picture.(type) {
	case *image.Gray:
		return p
	case *image.YCbCr:
		return onPaper(p)
	}
	if grey(picture) {
		size := picture.Bounds()
		out := image.NewGray(image.Rect(0, 0, size.Dx(), size.Dy()))
		draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(out, out.Rect, picture, size.Min, draw.Over)
		return out
	}
	return onPaper(picture)
}

// onPaper draws a picture on white.
func onPaper(picture image.Image) *image.RGBA {
	size := picture.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, size.Dx(), size.Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, picture, size.Min, draw.Over)
	return out
}

// grey reports whether no pixel has a colour.
func grey(picture image.Image) bool {
	switch p := picture.(type) {
	case *image.Gray16:
		return true
	case *image.Paletted:
		for _, c := range p.Palette {
			if !neutral(c) {
				return false
			}
		}
		return true
	}
	size := picture.Bounds()
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if !neutral(picture.At(x, y)) {
				return false
			}
		}
	}
	return true
}

// neutral reports whether a colour is a grey.
func neutral(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return r == g && g == b
}

// bilevel reports whether there is only black and white.
func bilevel(p *image.Gray) bool {
	for _, v := range p.Pix {
		if v != 0 && v != 255 {
			return false
		}
	}
	return true
}

func grayRows(p *image.Gray) [][]byte {
	rows := make([][]byte, p.Rect.Dy())
	for y := range rows {
		rows[y] = p.Pix[y*p.Stride:][:p.Rect.Dx()]
	}
	return rows
}

func bitRows(p *image.Gray) [][]byte {
	width := p.Rect.Dx()
	rows := make([][]byte, p.Rect.Dy())
	for y := range rows {
		row := make([]byte, (width+7)/8)
		for x, v := range p.Pix[y*p.Stride:][:width] {
			if v != 0 {
				row[x/8] |= 0x80 >> (x % 8)
			}
		}
		rows[y] = row
	}
	return rows
}

func colourRows(p *image.RGBA) [][]byte {
	width := p.Rect.Dx()
	rows := make([][]byte, p.Rect.Dy())
	for y := range rows {
		row, from := make([]byte, 3*width), p.Pix[y*p.Stride:]
		for x := range width {
			row[3*x], row[3*x+1], row[3*x+2] = from[4*x], from[4*x+1], from[4*x+2]
		}
		rows[y] = row
	}
	return rows
}

// deflate compresses rows with PNG's "up" predictor, which suits pages: most rows are like the one above.
func deflate(rows [][]byte, channels int) ([]byte, error) {
	var buffer bytes.Buffer
	level := zlib.DefaultCompression
	if channels > 1 { // colour photographs gain little and take long
		level = zlib.BestSpeed
	}
	w, err := zlib.NewWriterLevel(&buffer, level)
	if err != nil {
		return nil, fmt.Errorf("compress picture: %w", err)
	}
	var above, line []byte
	for _, row := range rows {
		line = append(line[:0], 2)
		for i, v := range row {
			if above != nil {
				v -= above[i]
			}
			line = append(line, v)
		}
		if _, err = w.Write(line); err != nil {
			break
		}
		above = row
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("compress picture: %w", err)
	}
	return buffer.Bytes(), nil
}
