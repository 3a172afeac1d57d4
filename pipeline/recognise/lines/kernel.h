#ifndef EAKTE_LINES_KERNEL_H
#define EAKTE_LINES_KERNEL_H

#include <stdint.h>

// A matrix of weights times a vector of bytes in -127…127, both held as 16 bit integers. Outputs are in blocks of 16, inputs in pairs:
// w[block][pair][16][2]. out is a multiple of 16, in of 2; what is added to get there is zero.
typedef struct {
	int32_t out, in;
	const int16_t *w;
	const int32_t *bias; // in the unit of the sums
	const float *scale;  // of the sums
} eakte_matrix;

// The one shape that all of tesseract's fast models have: convolution of 3 × 3, largest of 3 × 3, a recurrent layer down each column,
// three along the line (the second from its end), and the probabilities. The four gates of a recurrent layer (input, input gate,
// forget gate, output gate) are one matrix, gate after gate.
typedef struct {
	int32_t height;  // of a line's picture in pixels, a multiple of 3
	int32_t classes; // of the last layer, before it is padded
	int32_t maps;    // of the convolution
	eakte_matrix convolution, down, along[3], last;
} eakte_network;

// eakte_lines_run runs the network over n lines, as fast as this processor can, the widest first. Line i is steps[i] × 3 columns wide; pixels holds the lines'
// pictures one after the other, each row by row, in -127…127. probabilities gets, line after line, last.out values a step.
// scratch has at least eakte_lines_scratch bytes and is aligned to 64.
void eakte_lines_run(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);

// The same, for any processor and for those with AVX2 and FMA.
void eakte_lines_plain(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);
void eakte_lines_avx2(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);

// What a kernel needs besides: a line's picture spread out; the maps of the convolution, [row][step][map]; what one layer hands to the next, twice; and, for the
// rows that are worked on at once, inputs, states and gates.
typedef struct {
	int16_t *picture, *maps, *one, *two, *in;
	float *state, *gates;
} eakte_scratch;

eakte_scratch eakte_lines_divide(const eakte_network *net, int n, const int32_t *steps, char *scratch);
long eakte_lines_scratch(const eakte_network *net, int n, const int32_t *steps);

#endif
