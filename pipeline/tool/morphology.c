#include "morphology.h"

// squeeze has n pixels, from each one on to the right (dx) or downwards (dy), all of them black (erode) or leave black behind (!erode):
// first of two, then of four, and so on. What lies outside is white.
static int squeeze(PIX *pix, PIX *spare, int dx, int dy, int n, int erode) {
	int w = pixGetWidth(pix), h = pixGetHeight(pix);
	for (int seen = 1, step; seen < n; seen += step) {
		step = seen < n - seen ? seen : n - seen;
		int x = dx * step, y = dy * step;
		if (!pixCopy(spare, pix)) return 1;
		if (erode) {
			pixRasterop(pix, 0, 0, w - x, h - y, PIX_SRC & PIX_DST, spare, x, y);
			pixRasterop(pix, w - x, 0, x, h, PIX_CLR, NULL, 0, 0);
			pixRasterop(pix, 0, h - y, w, y, PIX_CLR, NULL, 0, 0);
		} else {
			pixRasterop(pix, x, y, w - x, h - y, PIX_SRC | PIX_DST, spare, 0, 0);
		}
	}
	return 0;
}

PIX *eakte_open(PIX *pixs, int across, int down) {
	if (!pixs || pixGetDepth(pixs) != 1 || across < 1 || down < 1) return NULL;
	PIX *pix = pixCopy(NULL, pixs), *spare = pixCreateTemplate(pixs);
	if (!pix || !spare || squeeze(pix, spare, 1, 0, across, 1) || squeeze(pix, spare, 0, 1, down, 1) || squeeze(pix, spare, 1, 0, across, 0) ||
		squeeze(pix, spare, 0, 1, down, 0))
		pixDestroy(&pix);
	pixDestroy(&spare);
	return pix;
}

// pixOpenBrick stands in for leptonica's function of that name, for the linker takes a program's own before a library's. With it tesseract
// looks for ruled lines on every page, as long as a quarter of an inch: leptonica goes over the page twice for each pixel of such a line,
// which takes half as long as finding the lines of text.
PIX *pixOpenBrick(PIX *pixd, PIX *pixs, l_int32 hsize, l_int32 vsize) {
	PIX *opened = eakte_open(pixs, hsize, vsize);
	if (!opened || !pixd) return opened;
	pixCopy(pixd, opened);
	pixDestroy(&opened);
	return pixd;
}
