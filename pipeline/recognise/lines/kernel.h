#ifndef EAKTE_LINES_KERNEL_H
#define EAKTE_LINES_KERNEL_H

#include <stdint.h>

// The network is compiled for each kind of processor: any, those with AVX2 and FMA, those that also multiply bytes (AVX-512 VNNI).
typedef enum { EAKTE_LINES_PLAIN, EAKTE_LINES_AVX2, EAKTE_LINES_VNNI } eakte_kernel;

// eakte_lines_kernel is the fastest that this processor can run.
eakte_kernel eakte_lines_kernel(void);

// A matrix of weights times a vector of bytes in -127…127. Outputs are in blocks of 16, inputs in groups: w[block][group][16][of group].
// VNNI takes groups of 4 and weights of 8 bits, the others groups of 2 and 16 bits. out is a multiple of 16, in of a group; what is
// added to get there is zero. Weights are aligned to 64 bytes.
typedef struct {
	int32_t out, in;
	const void *w;
	const int32_t *bias; // in the unit of the sums; for VNNI, which takes inputs as 128 more than they are, less what that comes to
	const float *scale;  // of the sums
} eakte_matrix;

// The one shape that all of tesseract's fast models have: convolution of 3 × 3, largest of 3 × 3, a recurrent layer down each column,
// three along the line (the second from its end), and the probabilities. The four gates of a recurrent layer (input, input gate,
// forget gate, output gate) are one matrix, gate after gate.
typedef struct {
	int32_t height;  // of a line's picture in pixels, a multiple of 3
	int32_t classes; // of the last layer, before it is padded
	int32_t maps;    // of the convolution
	eakte_kernel kernel; // for which its matrices are laid out
	eakte_matrix convolution, down, along[3], last;
} eakte_network;

// eakte_lines_run runs the network over n lines, the widest first. Line i is steps[i] × 3 columns wide; pixels holds the lines'
// pictures one after the other, each row by row, in -127…127. probabilities gets, line after line, last.out values a step.
// scratch has at least eakte_lines_scratch bytes and is aligned to 64.
void eakte_lines_run(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);

// The same, for a network of that kernel.
void eakte_lines_plain(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);
void eakte_lines_avx2(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);
void eakte_lines_vnni(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch);

// What a kernel needs besides: a line's picture spread out; the maps of the convolution, [row][step][map]; what one layer hands to the next, twice; and, for the
// rows that are worked on at once, inputs, states and gates.
typedef struct {
	void *picture, *maps, *one, *two, *in; // of 8 or 16 bits, by kernel
	float *state, *gates;
} eakte_scratch;

eakte_scratch eakte_lines_divide(const eakte_network *net, int n, const int32_t *steps, char *scratch);
long eakte_lines_scratch(const eakte_network *net, int n, const int32_t *steps);

#endif
