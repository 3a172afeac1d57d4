#include "scale.h"

#include <stdlib.h>
#include <string.h>

// The loops below are written so that the compiler can take many pixels at a time. Products and sums of floats stay apart: the
// library rounds after each.
#pragma GCC optimize("O3")
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

enum { HALF = 2, ROWS = 2 * HALF + 1 };

static const float sharp = 0.4f; // what pixScale adds of the difference from the neighbours

// unpack writes the bytes of a row of words, the first pixel of which is in the highest byte, in the order of pixels; pack is its
// opposite.
WIDE static void unpack(const l_uint32 *row, int words, l_uint32 *out) {
	for (int i = 0; i < words; i++) out[i] = __builtin_bswap32(row[i]);
}

// between mixes two rows: the upper one counts 16 - part, the lower one part.
WIDE static void between(const unsigned char *upper, const unsigned char *lower, int part, int n, unsigned short *out) {
	unsigned short a = 16 - part, b = part;
	for (int i = 0; i < n; i++) out[i] = upper[i] * a + lower[i] * b;
}

// across sums up the pixels around each pixel of a row.
WIDE static void across(const unsigned char *row, int n, unsigned short *out) {
	for (int i = HALF; i < n - HALF; i++) out[i] = row[i - 2] + row[i - 1] + row[i] + row[i + 1] + row[i + 2];
}

// sharpen makes a row of the pixels of one and the sums of all around it.
WIDE static void sharpen(const unsigned char *row, unsigned short *const sums[ROWS], int n, unsigned char *out) {
	const unsigned short *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3], *e = sums[4];
	const float share = 1.f / (ROWS * ROWS);
	for (int i = HALF; i < n - HALF; i++) {
		int sum = a[i] + b[i] + c[i] + d[i] + e[i];
		float mean = share * (float)sum, own = row[i];
		int value = (int)(own + sharp * (own - mean) + 0.5f);
		value = value < 0 ? 0 : value;
		out[i] = value > 255 ? 255 : value;
	}
}

// shop is where the work is done: rows of the picture in the order of their pixels, and of the result.
typedef struct {
	int sw, sh, swpl, w, h;
	l_uint32 *data;
	l_uint32 *source[2]; // two neighbouring rows
	int held;            // the number of the first
	unsigned short *mixed;
	int *left;                // the pixel left of each of the result
	unsigned short *part;     // how far behind it, in sixteenths
	unsigned char *row[ROWS]; // of the result, before it is sharpened
	unsigned short *sum[ROWS];
	l_uint32 *out;
} shop;

// scaled writes row y of the result, before it is sharpened. A pixel lies at a sixteenth of a pixel; at the right and lower edge
// what would lie outside counts as the edge.
static void scaled(shop *s, int y, unsigned char *out) {
	float step = 16. * (float)s->sh / (float)s->h;
	int at = (int)(step * (float)y), upper = at >> 4;
	if (upper > s->sh - 1) upper = s->sh - 1;
	int lower = upper + 1 > s->sh - 1 ? s->sh - 1 : upper + 1;
	if (upper != s->held) {
		if (upper == s->held + 1) {
			l_uint32 *spare = s->source[0];
			s->source[0] = s->source[1], s->source[1] = spare;
		} else {
			unpack(s->data + (size_t)upper * s->swpl, s->swpl, s->source[0]);
		}
		unpack(s->data + (size_t)lower * s->swpl, s->swpl, s->source[1]);
		s->held = upper;
	}
	between((unsigned char *)s->source[0], (unsigned char *)s->source[1], at & 15, s->sw, s->mixed);
	s->mixed[s->sw] = s->mixed[s->sw - 1];
	const unsigned short *mixed = s->mixed, *part = s->part;
	const int *left = s->left;
	for (int x = 0; x < s->w; x++) {
		const unsigned short *two = mixed + left[x];
		out[x] = (two[0] * (16 - part[x]) + two[1] * part[x] + 128) >> 8;
	}
}

// fill scales and sharpens row by row; the rows and columns at the edges are not sharpened.
static void fill(shop *s, PIX *dst) {
	int wpl = pixGetWpl(dst);
	l_uint32 *data = pixGetData(dst);
	unsigned char *bytes = (unsigned char *)s->out;
	for (int y = 0; y < s->h + HALF; y++) {
		if (y < s->h) {
			scaled(s, y, s->row[y % ROWS]);
			across(s->row[y % ROWS], s->w, s->sum[y % ROWS]);
		}
		int done = y - HALF;
		if (done < 0) continue;
		memcpy(bytes, s->row[done % ROWS], s->w);
		if (done >= HALF && done < s->h - HALF) sharpen(s->row[done % ROWS], s->sum, s->w, bytes);
		unpack(s->out, wpl, data + (size_t)done * wpl);
	}
}

PIX *eakte_scale(PIX *pix, float factor) {
	int sw = pixGetWidth(pix), sh = pixGetHeight(pix);
	// What pixScale does in this way: less is averaged, more is not sharpened.
	int plain = pixGetDepth(pix) == 8 && !pixGetColormap(pix) && factor >= 0.7 && factor < 1.4 && factor != 1;
	int w = (int)(factor * (float)sw + 0.5), h = (int)(factor * (float)sh + 0.5);
	if (!plain || sw < 16 || sh < 16 || w < 16 || h < 16) return pixScale(pix, factor, factor);
	PIX *dst = pixCreate(w, h, 8);
	if (!dst) return NULL;
	pixCopyResolution(dst, pix);
	pixScaleResolution(dst, factor, factor);
	int swpl = pixGetWpl(pix), wpl = pixGetWpl(dst), padded = 4 * wpl + 64;
	shop s = {.sw = sw, .sh = sh, .swpl = swpl, .w = w, .h = h, .data = pixGetData(pix), .held = -2};
	size_t size = 2 * sizeof(l_uint32) * (swpl + 16) + sizeof(short) * (4 * (size_t)swpl + 16) + (sizeof(int) + sizeof(short)) * (size_t)padded +
		ROWS * 3 * (size_t)padded + sizeof(l_uint32) * (wpl + 16);
	char *memory = calloc(1, size), *next = memory;
	if (!memory) {
		pixDestroy(&dst);
		return NULL;
	}
	for (int i = 0; i < 2; i++) s.source[i] = (l_uint32 *)next, next += sizeof(l_uint32) * (swpl + 16);
	s.out = (l_uint32 *)next, next += sizeof(l_uint32) * (wpl + 16);
	s.left = (int *)next, next += sizeof(int) * (size_t)padded;
	s.part = (unsigned short *)next, next += sizeof(short) * (size_t)padded;
	s.mixed = (unsigned short *)next, next += sizeof(short) * (4 * (size_t)swpl + 16);
	for (int i = 0; i < ROWS; i++) s.sum[i] = (unsigned short *)next, next += 2 * (size_t)padded;
	for (int i = 0; i < ROWS; i++) s.row[i] = (unsigned char *)next, next += padded;
	float step = 16. * (float)sw / (float)w;
	for (int x = 0; x < w; x++) {
		int at = (int)(step * (float)x);
		s.left[x] = at >> 4, s.part[x] = at & 15;
		if (s.left[x] > sw - 1) s.left[x] = sw - 1, s.part[x] = 0;
	}
	fill(&s, dst);
	free(memory);
	return dst;
}
