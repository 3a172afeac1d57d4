package tool

/*
#include <stdlib.h>
#include <math.h>
#include <leptonica/allheaders.h>
#include "project.h"

// eakte_pix_thumb writes w*h packed RGB bytes: of each cell of the picture the mean of at most 4 × 4 pixels.
static void eakte_pix_thumb(PIX *pix, int w, int h, unsigned char *out) {
	int sw = pixGetWidth(pix), sh = pixGetHeight(pix), wpl = pixGetWpl(pix), depth = pixGetDepth(pix);
	l_uint32 *data = pixGetData(pix);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++, out += 3) {
			int sum[3] = {0, 0, 0};
			for (int j = 0; j < 4; j++) {
				l_uint32 *row = data + (size_t)((y + (j + 0.5) / 4) * sh / h) * wpl;
				for (int i = 0; i < 4; i++) {
					int at = (x + (i + 0.5) / 4) * sw / w;
					if (depth == 32) {
						l_uint32 v = row[at];
						sum[0] += v >> 24, sum[1] += v >> 16 & 255, sum[2] += v >> 8 & 255;
					} else {
						int v = GET_DATA_BYTE(row, at);
						sum[0] += v, sum[1] += v, sum[2] += v;
					}
				}
			}
			for (int c = 0; c < 3; c++) out[c] = sum[c] / 16;
		}
}

// eakte_pix_text returns the median height of what looks like letters on a binary picture, 0 if there are fewer than 30.
static int eakte_pix_text(PIX *bin) {
	BOXA *boxes = pixConnCompBB(bin, 8);
	if (!boxes) return 0;
	int count[101] = {0}, n = 0, seen = 0, median = 0;
	for (int i = 0; i < boxaGetCount(boxes); i++) {
		l_int32 w, h;
		boxaGetBoxGeometry(boxes, i, NULL, NULL, &w, &h);
		if (h >= 4 && h <= 100 && 5 * w > h && w < 2 * h) count[h]++, n++;
	}
	boxaDestroy(&boxes);
	if (n < 30) return 0;
	while (median < 100 && 2 * (seen += count[median]) < n) median++;
	return median;
}

// eakte_pix_pieces counts the connected pieces of a grey picture's dark side.
static int eakte_pix_pieces(PIX *pix) {
	PIX *bin = NULL;
	l_int32 n = 0;
	if (pixOtsuAdaptiveThreshold(pix, 2000, 2000, 0, 0, 0.1, NULL, &bin)) return -1;
	if (pixCountConnComp(bin, 8, &n)) n = -1;
	pixDestroy(&bin);
	return n;
}

static PIX *eakte_pix_half_binary(PIX *pix) {
	PIX *half = pixScaleAreaMap2(pix), *bin = NULL;
	if (!half) return NULL;
	pixOtsuAdaptiveThreshold(half, 2000, 2000, 0, 0, 0.1, NULL, &bin);
	pixDestroy(&half);
	return bin;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// DecodeSmaller decodes a JPEG or PNG of at most maxPixels pixels. A JPEG that is longer than edge is shrunk by two, four
// or eight while it is decoded, which costs a fraction of the time, but not below edge. It returns the true size as well.
func DecodeSmaller(data []byte, maxPixels int64, edge int) (p *Picture, width, height int, err error) {
	if len(data) == 0 {
		return nil, 0, 0, errPicture
	}
	bytes := (*C.l_uint8)(unsafe.Pointer(&data[0]))
	var format, w, h, bps, spp, iscmap C.l_int32
	if C.pixReadHeaderMem(bytes, C.size_t(len(data)), &format, &w, &h, &bps, &spp, &iscmap) != 0 {
		return nil, 0, 0, errPicture
	}
	width, height = int(w), int(h)
	if width < 1 || height < 1 || int64(width)*int64(height) > maxPixels {
		return nil, width, height, fmt.Errorf("picture of %d × %d: %w", width, height, ErrPixels)
	}
	by := 1
	for by < 8 && max(width, height)/(2*by) >= edge {
		by *= 2
	}
	if format != C.IFF_JFIF_JPEG || by == 1 {
		p, err = DecodePicture(data, maxPixels)
		return p, width, height, err
	}
	p, err = picture(C.pixReadMemJpeg(bytes, C.size_t(len(data)), 0, C.l_int32(by), nil, 0))
	return p, width, height, err
}

// Thumb returns the picture shrunk to a long edge of at most edge pixels, as packed rows of red, green and blue: for
// looking at it, not for reading.
func (p *Picture) Thumb(edge int) (rgb []byte, width, height int) {
	width, height = p.Size()
	if long := max(width, height); long > edge {
		width, height = max(1, width*edge/long), max(1, height*edge/long)
	}
	rgb = make([]byte, 3*width*height)
	C.eakte_pix_thumb(p.pix, C.int(width), C.int(height), (*C.uchar)(unsafe.Pointer(&rgb[0])))
	return rgb, width, height
}

// Light is how bright paper is on a picture, from 0 to 255: a coarse map over the whole of it. The zero value means
// that it is not known.
type Light struct {
	Pix           []byte
	Width, Height int
}

// Project returns a grey picture of width × height pixels seen through m: its point x, y shows this picture's at
// (m0·x + m1·y + m2, m3·x + m4·y + m5) / (m6·x + m7·y + m8). What lies outside is white. Where light is known, paper
// comes out evenly bright. Where that shrinks by more than half, fine print suffers: scale first.
func (p *Picture) Project(m [9]float64, width, height int, light Light) (*Picture, error) {
	if C.pixGetDepth(p.pix) != 8 || width < 1 || height < 1 || len(light.Pix) != light.Width*light.Height {
		return nil, errPicture
	}
	var levels *C.uchar
	if len(light.Pix) > 0 {
		levels = (*C.uchar)(unsafe.Pointer(&light.Pix[0]))
	}
	return picture(C.eakte_pix_project(p.pix, (*C.double)(unsafe.Pointer(&m[0])), C.int(width), C.int(height), levels, C.int(light.Width), C.int(light.Height), 1))
}

// TextHeight returns the median height of the letters on a grey picture in pixels, to about two pixels; 0 if there are too
// few to say. Capitals count as well as small letters.
func (p *Picture) TextHeight() (int, error) {
	bin := C.eakte_pix_half_binary(p.pix)
	if bin == nil {
		return 0, errPicture
	}
	defer C.pixDestroy(&bin)
	return 2 * int(C.eakte_pix_text(bin)), nil
}

// Pieces counts the marks on a grey picture: letters and parts of letters, lines, specks. A page has some thousands.
func (p *Picture) Pieces() (int, error) {
	n := int(C.eakte_pix_pieces(p.pix))
	if n < 0 {
		return 0, errPicture
	}
	return n, nil
}

// sameProjection reports whether Project's result is the same when pixels are computed one by one; for tests.
func (p *Picture) sameProjection(m [9]float64, width, height int, light Light) (bool, error) {
	var levels *C.uchar
	if len(light.Pix) > 0 {
		levels = (*C.uchar)(unsafe.Pointer(&light.Pix[0]))
	}
	single, err := picture(C.eakte_pix_project(p.pix, (*C.double)(unsafe.Pointer(&m[0])), C.int(width), C.int(height), levels, C.int(light.Width), C.int(light.Height), 0))
	if err != nil {
		return false, err
	}
	defer single.Close()
	several, err := p.Project(m, width, height, light)
	if err != nil {
		return false, err
	}
	defer several.Close()
	var same C.l_int32
	if C.pixEqual(single.pix, several.pix, &same) != 0 {
		return false, errPicture
	}
	return same == 1, nil
}
