#include "project.h"

#include <stdlib.h>

enum { SPAN = 16, ONE = 1 << 16 };

// line is where SPAN pixels of the result lie on the picture, in parts of ONE, and what they are multiplied by: the first of each,
// and what is added from one to the next.
typedef struct {
	int x, dx, y, dy, gain, step;
} line;

#if defined(__x86_64__)
#include <immintrin.h>

// packed_bytes returns the pixels of a grey picture row by row in their order, as wide as they are in words; NULL where the processor cannot
// take several at a time.
static unsigned char *packed_bytes(PIX *pix) {
	size_t n = (size_t)pixGetWpl(pix) * pixGetHeight(pix);
	l_uint32 *data = pixGetData(pix), *out = __builtin_cpu_supports("avx2") ? malloc(4 * n + 8) : NULL; // a pixel is read with what follows
	for (size_t i = 0; out && i < n; i++) out[i] = __builtin_bswap32(data[i]);
	return (unsigned char *)out;
}

// eight computes pixels as eakte_pix_project does one, from places x, y.
__attribute__((target("avx2"))) static __m256i eight(const unsigned char *src, int stride, __m256i x, __m256i y, __m256i gain) {
	const __m256i low = _mm256_set1_epi32(255), all = _mm256_set1_epi32(256);
	__m256i at = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_srai_epi32(y, 16), _mm256_set1_epi32(stride)), _mm256_srai_epi32(x, 16));
	__m256i upper = _mm256_i32gather_epi32((const int *)src, at, 1), lower = _mm256_i32gather_epi32((const int *)(src + stride), at, 1);
	__m256i fx = _mm256_and_si256(_mm256_srli_epi32(x, 8), low), fy = _mm256_and_si256(_mm256_srli_epi32(y, 8), low);
	// Of each pair of neighbours one in the lower and one in the upper half of 32 bits, and what they count likewise.
	__m256i second = _mm256_set1_epi32(0xff00), count = _mm256_or_si256(_mm256_sub_epi32(all, fx), _mm256_slli_epi32(fx, 16));
	upper = _mm256_or_si256(_mm256_and_si256(upper, low), _mm256_slli_epi32(_mm256_and_si256(upper, second), 8));
	lower = _mm256_or_si256(_mm256_and_si256(lower, low), _mm256_slli_epi32(_mm256_and_si256(lower, second), 8));
	__m256i sum = _mm256_add_epi32(_mm256_mullo_epi32(_mm256_madd_epi16(upper, count), _mm256_sub_epi32(all, fy)),
		_mm256_mullo_epi32(_mm256_madd_epi16(lower, count), fy));
	__m256i value = _mm256_srai_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(1 << 15)), 16);
	return _mm256_min_epi32(_mm256_srai_epi32(_mm256_mullo_epi32(value, gain), 16), low);
}

// project_span writes SPAN pixels that all lie on the picture.
__attribute__((target("avx2"))) static void project_span(const unsigned char *src, int stride, const line *l, l_uint32 *out) {
	const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
	__m256i part[2];
	for (int i = 0; i < 2; i++) {
		__m256i n = _mm256_add_epi32(index, _mm256_set1_epi32(8 * i));
		__m256i x = _mm256_add_epi32(_mm256_set1_epi32(l->x), _mm256_mullo_epi32(n, _mm256_set1_epi32(l->dx)));
		__m256i y = _mm256_add_epi32(_mm256_set1_epi32(l->y), _mm256_mullo_epi32(n, _mm256_set1_epi32(l->dy)));
		__m256i gain = _mm256_add_epi32(_mm256_set1_epi32(l->gain), _mm256_mullo_epi32(n, _mm256_set1_epi32(l->step)));
		part[i] = eight(src, stride, x, y, gain);
	}
	__m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(part[0], part[1]), 0xd8); // 16 bits each, in their order
	__m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
	const __m128i turn = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12); // the first pixel is in a word's highest byte
	_mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(bytes, turn));
}
#else
static unsigned char *packed_bytes(PIX *pix) { return NULL; }
static void project_span(const unsigned char *src, int stride, const line *l, l_uint32 *out) {}
#endif

// inside reports whether all pixels of a span lie between 0 and end.
static int inside(long first, long step, long end) {
	long last = first + (SPAN - 1) * step;
	return first >= 0 && last >= 0 && first < end && last < end;
}

// mild reports whether no product of a grey value and a gain needs more than 31 bits.
static int mild(int gain, int step) {
	int last = gain + (SPAN - 1) * step;
	return gain >= 0 && last >= 0 && gain < 1 << 23 && last < 1 << 23;
}

// eakte_light is the paper's brightness at x, y, pixels of a picture of sw × sh, by bilinear interpolation.
static int eakte_light(const unsigned char *light, int lw, int lh, float x, float y) {
	x -= 0.5f, y -= 0.5f;
	if (x < 0) x = 0;
	if (y < 0) y = 0;
	if (x > lw - 1.001f) x = lw - 1.001f;
	if (y > lh - 1.001f) y = lh - 1.001f;
	int ix = x, iy = y, fx = (x - ix) * 256, fy = (y - iy) * 256;
	const unsigned char *a = light + iy * lw + ix, *b = a + lw;
	return ((a[0] * (256 - fx) + a[1] * fx) * (256 - fy) + (b[0] * (256 - fx) + b[1] * fx) * fy) >> 16;
}

PIX *eakte_pix_project(PIX *src, const double *m, int w, int h, const unsigned char *light, int lw, int lh, int wide) {
	PIX *dst = pixCreateNoInit(w, h, 8);
	if (!dst) return NULL;
	int sw = pixGetWidth(src), sh = pixGetHeight(src), swpl = pixGetWpl(src), dwpl = pixGetWpl(dst);
	l_uint32 *sdata = pixGetData(src), *row = pixGetData(dst);
	long right = (long)(sw - 1) * ONE, bottom = (long)(sh - 1) * ONE;
	unsigned char *packed = wide && sw < 1 << 14 && sh < 1 << 14 ? packed_bytes(src) : NULL;
	for (int y = 0; y < h; y++, row += dwpl) {
		double u = m[0] * 0.5 + m[1] * (y + 0.5) + m[2], v = m[3] * 0.5 + m[4] * (y + 0.5) + m[5], z = m[6] * 0.5 + m[7] * (y + 0.5) + m[8];
		double sx = u / z - 0.5, sy = v / z - 0.5;
		int paper = light ? eakte_light(light, lw, lh, (float)(sx + 0.5) * lw / sw, (float)(sy + 0.5) * lh / sh) : 0;
		for (int x0 = 0; x0 < w; x0 += SPAN) {
			u += SPAN * m[0], v += SPAN * m[3], z += SPAN * m[6];
			double nx = u / z - 0.5, ny = v / z - 0.5;
			int next = light ? eakte_light(light, lw, lh, (float)(nx + 0.5) * lw / sw, (float)(ny + 0.5) * lh / sh) : 0;
			int whole = nx > -1e9 && nx < 1e9 && ny > -1e9 && ny < 1e9 && sx > -1e9 && sx < 1e9 && sy > -1e9 && sy < 1e9;
			long px = whole ? (long)(sx * ONE) : -1, dx = whole ? (long)((nx - sx) * (ONE / SPAN)) : 0;
			long py = whole ? (long)(sy * ONE) : -1, dy = whole ? (long)((ny - sy) * (ONE / SPAN)) : 0;
			// What a grey value is multiplied by, of 65536.
			int gain = paper > 0 ? 240 * ONE / paper : ONE, step = ((next > 0 ? 240 * ONE / next : ONE) - gain) / SPAN;
			if (packed && x0 + SPAN <= w && whole && inside(px, dx, right) && inside(py, dy, bottom) && (!light || mild(gain, step))) {
				const line l = {px, dx, py, dy, light ? gain : ONE, light ? step : 0};
				project_span(packed, 4 * swpl, &l, row + x0 / 4);
				sx = nx, sy = ny, paper = next;
				continue;
			}
			for (int x = x0; x < x0 + SPAN && x < w; x++, px += dx, py += dy, gain += step) {
				int value = 255;
				if (px >= 0 && py >= 0 && px < right && py < bottom) {
					int ix = px >> 16, fx = px >> 8 & 255, fy = py >> 8 & 255;
					l_uint32 *a = sdata + (size_t)(py >> 16) * swpl, *b = a + swpl;
					int top = GET_DATA_BYTE(a, ix) * (256 - fx) + GET_DATA_BYTE(a, ix + 1) * fx;
					int low = GET_DATA_BYTE(b, ix) * (256 - fx) + GET_DATA_BYTE(b, ix + 1) * fx;
					value = (top * (256 - fy) + low * fy + 32768) >> 16;
					if (light) {
						value = (long)value * gain >> 16;
						if (value > 255) value = 255;
					}
				}
				SET_DATA_BYTE(row, x, value);
			}
			sx = nx, sy = ny, paper = next;
		}
	}
	free(packed);
	return dst;
}
