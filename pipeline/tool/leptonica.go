package tool

/*
#cgo LDFLAGS: -lleptonica -ltesseract
#include <stdlib.h>
#include "scale.h"

// eakte_pix_fill makes a PIX of packed grey (channels 1) or RGB (channels 3) bytes.
static PIX *eakte_pix_fill(const unsigned char *data, int w, int h, int channels) {
	PIX *pix = pixCreateNoInit(w, h, channels == 3 ? 32 : 8);
	if (!pix) return NULL;
	l_uint32 *row = pixGetData(pix);
	int wpl = pixGetWpl(pix);
	for (int y = 0; y < h; y++, row += wpl) {
		if (channels == 3) {
			for (int x = 0; x < w; x++, data += 3)
				row[x] = ((l_uint32)data[0] << 24) | ((l_uint32)data[1] << 16) | ((l_uint32)data[2] << 8);
		} else {
			for (int x = 0; x < w; x++) SET_DATA_BYTE(row, x, *data++);
			for (int x = w; x < wpl * 4; x++) SET_DATA_BYTE(row, x, 255);
		}
	}
	return pix;
}

// eakte_pix_bytes copies an 8 bit PIX into w*h packed bytes.
static void eakte_pix_bytes(PIX *pix, unsigned char *out) {
	int w = pixGetWidth(pix), h = pixGetHeight(pix), wpl = pixGetWpl(pix);
	l_uint32 *row = pixGetData(pix);
	for (int y = 0; y < h; y++, row += wpl)
		for (int x = 0; x < w; x++) *out++ = GET_DATA_BYTE(row, x);
}

// eakte_pix_binary returns the Otsu-binarised picture, at half its size if asked; input is 8 bit.
static PIX *eakte_pix_binary(PIX *pix, int halve) {
	PIX *half = halve ? pixScaleAreaMap2(pix) : pixClone(pix), *bin = NULL;
	if (!half) return NULL;
	pixOtsuAdaptiveThreshold(half, 2000, 2000, 0, 0, 0.1, NULL, &bin);
	pixDestroy(&half);
	return bin;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

// Picture is a picture in leptonica's memory: grey with 8 bits or colour. Close frees it. Its methods never change it;
// those that return a Picture return a new one.
//
// Leptonica ignores the EXIF orientation, as PDF does.
type Picture struct{ pix *C.PIX }

// errPicture is all that leptonica says.
var errPicture = errors.New("leptonica could not handle the picture")

// QuietLeptonica stops leptonica from writing to standard error, for the whole process.
func QuietLeptonica() { C.setMsgSeverity(C.L_SEVERITY_NONE) }

// DecodePicture decodes a JPEG, TIFF or PNG of at most maxPixels pixels; the header is checked first.
func DecodePicture(data []byte, maxPixels int64) (*Picture, error) {
	if len(data) == 0 {
		return nil, errPicture
	}
	p := (*C.l_uint8)(unsafe.Pointer(&data[0]))
	var format, w, h, bps, spp, iscmap C.l_int32
	if C.pixReadHeaderMem(p, C.size_t(len(data)), &format, &w, &h, &bps, &spp, &iscmap) != 0 {
		return nil, errPicture
	}
	if w < 1 || h < 1 || int64(w)*int64(h) > maxPixels {
		return nil, fmt.Errorf("picture of %d × %d: %w", w, h, ErrPixels)
	}
	pix := C.pixReadMem(p, C.size_t(len(data)))
	if pix == nil {
		return nil, errPicture
	}
	defer C.pixDestroy(&pix)
	if C.pixGetDepth(pix) == 32 {
		return picture(C.pixClone(pix))
	}
	if C.pixGetColormap(pix) != nil {
		return picture(C.pixRemoveColormap(pix, C.REMOVE_CMAP_TO_FULL_COLOR))
	}
	return picture(C.pixConvertTo8(pix, 0))
}

// ErrPixels says that a picture has more pixels than allowed.
var ErrPixels = errors.New("too many pixels")

// NewPicture makes a Picture of packed rows: one byte a pixel (grey) or three (RGB).
func NewPicture(data []byte, width, height, channels int) (*Picture, error) {
	if width < 1 || height < 1 || (channels != 1 && channels != 3) || len(data) != width*height*channels {
		return nil, fmt.Errorf("picture of %d × %d × %d from %d bytes: %w", width, height, channels, len(data), errPicture)
	}
	return picture(C.eakte_pix_fill((*C.uchar)(unsafe.Pointer(&data[0])), C.int(width), C.int(height), C.int(channels)))
}

func picture(pix *C.PIX) (*Picture, error) {
	if pix == nil {
		return nil, errPicture
	}
	return &Picture{pix}, nil
}

// Close frees the picture; again or on nil it does nothing.
func (p *Picture) Close() {
	if p != nil && p.pix != nil {
		C.pixDestroy(&p.pix)
	}
}

// Size returns width and height in pixels.
func (p *Picture) Size() (width, height int) {
	return int(C.pixGetWidth(p.pix)), int(C.pixGetHeight(p.pix))
}

// Grey returns the picture in 8 bit grey.
func (p *Picture) Grey() (*Picture, error) {
	if C.pixGetDepth(p.pix) == 8 && C.pixGetColormap(p.pix) == nil {
		return picture(C.pixClone(p.pix))
	}
	return picture(C.pixConvertTo8(p.pix, 0))
}

// Colourless reports whether every pixel is a shade of grey, as far as the eye can tell.
func (p *Picture) Colourless() bool {
	if C.pixGetDepth(p.pix) != 32 {
		return true
	}
	var share, most C.l_float32
	// Pixels whose components differ by more than 16, among those that are neither white nor black.
	return C.pixColorFraction(p.pix, 10, 250, 16, 1, &share, &most) == 0 && share*most < 0.0001
}

// Turn returns the picture turned clockwise by 0, 90, 180 or 270 degrees.
func (p *Picture) Turn(degrees int) (*Picture, error) {
	if degrees%360 == 0 {
		return picture(C.pixClone(p.pix))
	}
	return picture(C.pixRotateOrth(p.pix, C.l_int32(degrees/90%4)))
}

// Scale returns the picture scaled by factor.
func (p *Picture) Scale(factor float64) (*Picture, error) {
	if factor == 1 {
		return picture(C.pixClone(p.pix))
	}
	return picture(C.eakte_scale(p.pix, C.float(factor)))
}

// Shrink returns the picture scaled by factor, at most 1, in a fraction of the time of Scale, which also sharpens.
func (p *Picture) Shrink(factor float64) (*Picture, error) {
	out, err := picture(C.pixClone(p.pix))
	for ; err == nil && factor <= 0.5; factor *= 2 {
		big := out
		out, err = picture(C.pixScaleAreaMap2(big.pix))
		big.Close()
	}
	if err != nil || factor >= 1 {
		return out, err
	}
	defer out.Close()
	return picture(C.pixScaleGeneral(out.pix, C.l_float32(factor), C.l_float32(factor), 0, 0))
}

// Rotate returns the picture rotated clockwise about its centre by a small angle in radians; same size, corners white.
func (p *Picture) Rotate(radians float64) (*Picture, error) {
	return picture(C.pixRotate(p.pix, C.l_float32(radians), C.L_ROTATE_AREA_MAP, C.L_BRING_IN_WHITE, 0, 0))
}

// Smooth returns a grey picture in which each pixel is the mean of those at most radius away, up and down and to the sides.
func (p *Picture) Smooth(radius int) (*Picture, error) {
	if C.pixGetDepth(p.pix) != 8 {
		return nil, errPicture
	}
	return picture(C.pixBlockconvGray(p.pix, nil, C.l_int32(radius), C.l_int32(radius)))
}

// Crop returns the part of the picture that begins at left, top.
func (p *Picture) Crop(left, top, width, height int) (*Picture, error) {
	box := C.boxCreate(C.l_int32(left), C.l_int32(top), C.l_int32(width), C.l_int32(height))
	defer C.boxDestroy(&box)
	return picture(C.pixClipRectangle(p.pix, box, nil))
}

// JPEG encodes the picture.
func (p *Picture) JPEG(quality int) ([]byte, error) {
	var data *C.l_uint8
	var size C.size_t
	if C.pixWriteMemJpeg(&data, &size, p.pix, C.l_int32(quality), 0) != 0 {
		return nil, errPicture
	}
	defer C.lept_free(unsafe.Pointer(data))
	return C.GoBytes(unsafe.Pointer(data), C.int(size)), nil
}

// Bytes returns the pixels of a grey picture, row by row.
func (p *Picture) Bytes() ([]byte, error) {
	if C.pixGetDepth(p.pix) != 8 {
		return nil, errPicture
	}
	w, h := p.Size()
	out := make([]byte, w*h)
	C.eakte_pix_bytes(p.pix, (*C.uchar)(unsafe.Pointer(&out[0])))
	return out, nil
}

// Lie is how text lies on a grey picture, measured in black and white.
type Lie struct {
	Up             float64 // > 20: Latin text is surely upright; negative: upside down
	Left           float64 // the same for text whose top points left
	Skew           float64 // degrees by which the text is tilted, clockwise positive
	SkewConfidence float64 // trust Skew above 3
	Ink            float64 // share of dark pixels
}

// halfFrom is the resolution from which on Lie looks at half the picture: leptonica knows the heads and feet of letters
// by their size between 150 and 300 dots per inch, and finds none below.
const halfFrom = 250

// Lie measures a picture of dpi dots per inch. What cannot be measured stays zero.
func (p *Picture) Lie(dpi int) (Lie, error) {
	halve := C.int(0)
	if dpi >= halfFrom {
		halve = 1
	}
	bin := C.eakte_pix_binary(p.pix, halve)
	if bin == nil {
		return Lie{}, errPicture
	}
	defer C.pixDestroy(&bin)
	var lie Lie
	var up, left, angle, conf, ink C.l_float32
	if C.pixOrientDetect(bin, &up, &left, 0, 0) == 0 {
		lie.Up, lie.Left = float64(up), float64(left)
	}
	if C.pixFindSkew(bin, &angle, &conf) == 0 {
		lie.Skew, lie.SkewConfidence = -float64(angle), float64(conf)
	}
	if C.pixForegroundFraction(bin, &ink) == 0 {
		lie.Ink = float64(ink)
	}
	return lie, nil
}
