// What differs from processor to processor: how wide a vector is, how inputs and weights are held, how they are multiplied.

#include <stdint.h>

#define BLOCK 16 // outputs that are computed at once

#if defined __AVX512VNNI__
#include <immintrin.h>
#define LANES 16
#define ROWS 8 // of inputs that share a load of weights
#define GROUP 4
#define ZERO 128 // the processor multiplies unsigned bytes with signed ones: inputs are held as so much more, which biases make up for
typedef uint8_t value;
typedef int8_t weight;
#else
#define LANES 8
#define ROWS 4
#define GROUP 2
#define ZERO 0
typedef int16_t value;
typedef int16_t weight;
#endif

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));

// sums computes BLOCK outputs of one block of weights for so many rows of inputs, stride apart. least, greatest and larger are those of
// each pair; quotient is p / q to about seven digits, in a third of the time of a division.
#if defined __AVX512VNNI__
static inline __attribute__((always_inline)) void sums(const weight *w, int groups, const value *x, int stride, int rows, int32_t out[][BLOCK]) {
	__m512i sum[ROWS];
	for (int r = 0; r < rows; r++) sum[r] = _mm512_setzero_si512();
	for (int g = 0; g < groups; g++, w += GROUP * BLOCK) {
		__m512i weights = _mm512_loadu_si512(w);
		for (int r = 0; r < rows; r++) {
			int32_t group;
			__builtin_memcpy(&group, x + r * stride + GROUP * g, sizeof group);
			sum[r] = _mm512_dpbusd_epi32(sum[r], _mm512_set1_epi32(group), weights);
		}
	}
	for (int r = 0; r < rows; r++) _mm512_storeu_si512(out[r], sum[r]);
}

static inline __attribute__((always_inline)) floats least(floats a, floats b) { return (floats)_mm512_min_ps((__m512)a, (__m512)b); }

static inline __attribute__((always_inline)) floats greatest(floats a, floats b) { return (floats)_mm512_max_ps((__m512)a, (__m512)b); }

static inline __attribute__((always_inline)) ints larger(ints a, ints b) { return (ints)_mm512_max_epi32((__m512i)a, (__m512i)b); }

static inline __attribute__((always_inline)) floats quotient(floats p, floats q) {
	floats r = (floats)_mm512_rcp14_ps((__m512)q);
	return p * (r * (2.0f - q * r));
}
#elif defined __AVX2__
#include <immintrin.h>

static inline __attribute__((always_inline)) void sums(const weight *w, int groups, const value *x, int stride, int rows, int32_t out[][BLOCK]) {
	__m256i sum[ROWS][2];
	for (int r = 0; r < rows; r++) sum[r][0] = sum[r][1] = _mm256_setzero_si256();
	for (int g = 0; g < groups; g++, w += GROUP * BLOCK) {
		__m256i first = _mm256_loadu_si256((const __m256i *)w), second = _mm256_loadu_si256((const __m256i *)(w + BLOCK));
		for (int r = 0; r < rows; r++) {
			int32_t group;
			__builtin_memcpy(&group, x + r * stride + GROUP * g, sizeof group);
			__m256i both = _mm256_set1_epi32(group);
			sum[r][0] = _mm256_add_epi32(sum[r][0], _mm256_madd_epi16(first, both));
			sum[r][1] = _mm256_add_epi32(sum[r][1], _mm256_madd_epi16(second, both));
		}
	}
	for (int r = 0; r < rows; r++) {
		_mm256_storeu_si256((__m256i *)out[r], sum[r][0]);
		_mm256_storeu_si256((__m256i *)(out[r] + LANES), sum[r][1]);
	}
}

static inline __attribute__((always_inline)) floats least(floats a, floats b) { return (floats)_mm256_min_ps((__m256)a, (__m256)b); }

static inline __attribute__((always_inline)) floats greatest(floats a, floats b) { return (floats)_mm256_max_ps((__m256)a, (__m256)b); }

static inline __attribute__((always_inline)) ints larger(ints a, ints b) { return (ints)_mm256_max_epi32((__m256i)a, (__m256i)b); }

static inline __attribute__((always_inline)) floats quotient(floats p, floats q) {
	floats r = (floats)_mm256_rcp_ps((__m256)q);
	return p * (r * (2.0f - q * r));
}
#else
static inline __attribute__((always_inline)) void sums(const weight *w, int groups, const value *x, int stride, int rows, int32_t out[][BLOCK]) {
	for (int r = 0; r < rows; r++) {
		int32_t sum[BLOCK] = {0};
		const weight *at = w;
		const value *in = x + r * stride;
		for (int g = 0; g < groups; g++, at += GROUP * BLOCK, in += GROUP)
			for (int o = 0; o < BLOCK; o++) sum[o] += at[2 * o] * in[0] + at[2 * o + 1] * in[1];
		__builtin_memcpy(out[r], sum, sizeof sum);
	}
}

static inline __attribute__((always_inline)) floats least(floats a, floats b) {
	ints first = a < b;
	return (floats)(((ints)a & first) | ((ints)b & ~first));
}

static inline __attribute__((always_inline)) floats greatest(floats a, floats b) { return -least(-a, -b); }

static inline __attribute__((always_inline)) ints larger(ints a, ints b) {
	ints first = a > b;
	return (a & first) | (b & ~first);
}

static inline __attribute__((always_inline)) floats quotient(floats p, floats q) { return p / q; }
#endif
