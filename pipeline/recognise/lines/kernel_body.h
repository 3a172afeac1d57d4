// The network itself, compiled once for each kind of processor; KERNEL is the function's name, kernel_vectors.h what differs.

#include <string.h>

#include "kernel_vectors.h"

static inline __attribute__((always_inline)) floats load(const float *from) {
	floats v;
	memcpy(&v, from, sizeof v);
	return v;
}

static inline __attribute__((always_inline)) ints whole(const int32_t *from) {
	ints v;
	memcpy(&v, from, sizeof v);
	return v;
}

// scaled writes the sums of one row and block as numbers.
static inline __attribute__((always_inline)) void scaled(const eakte_matrix *m, int block, const int32_t *sum, float *y) {
	const int32_t *bias = m->bias + block * BLOCK;
	const float *scale = m->scale + block * BLOCK;
	for (int o = 0; o < BLOCK; o += LANES) {
		floats v = __builtin_convertvector(whole(sum + o) + whole(bias + o), floats) * load(scale + o);
		memcpy(y + o, &v, sizeof v);
	}
}

// multiply computes y = m·x for so many rows of inputs x, stride apart; y is rows × m->out.
static void multiply(const eakte_matrix *m, int rows, const value *x, int stride, float *y) {
	int groups = m->in / GROUP;
	for (int block = 0; block < m->out / BLOCK; block++) {
		const weight *w = (const weight *)m->w + (long)block * BLOCK * m->in;
		int32_t sum[ROWS][BLOCK];
		for (int r = 0, n; r < rows; r += n) {
			const value *in = x + (long)r * stride;
			if (rows - r >= ROWS)
				sums(w, groups, in, stride, n = ROWS, sum);
			else if (rows - r >= 4)
				sums(w, groups, in, stride, n = 4, sum);
			else if (rows - r >= 2)
				sums(w, groups, in, stride, n = 2, sum);
			else
				sums(w, groups, in, stride, n = 1, sum);
			for (int i = 0; i < n; i++) scaled(m, block, sum[i], y + (long)(r + i) * m->out + block * BLOCK);
		}
	}
}

// within keeps x between low and high.
static inline __attribute__((always_inline)) floats within(floats x, float low, float high) {
	return least(greatest(x, (floats){} + low), (floats){} + high);
}

// tangent is tanh as a quotient of polynomials, right to about seven digits.
static inline __attribute__((always_inline)) floats tangent(floats x) {
	x = within(x, -7.90531110763549805f, 7.90531110763549805f);
	floats s = x * x;
	floats p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
	p = p * s + -8.60467152213735e-11f;
	p = p * s + 5.12229709037114e-08f;
	p = p * s + 1.48572235717979e-05f;
	p = p * s + 6.37261928875436e-04f;
	p = p * s + 4.89352455891786e-03f;
	floats q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
	q = q * s + 2.26843463243900e-03f;
	q = q * s + 4.89352518554385e-03f;
	return quotient(x * p, q);
}

static inline __attribute__((always_inline)) floats logistic(floats x) { return tangent(x * 0.5f) * 0.5f + 0.5f; }

// bytes rounds numbers in -1…1 to -127…127, half away from zero.
static inline __attribute__((always_inline)) void bytes(floats v, value *to) {
	typedef value values __attribute__((vector_size(LANES * sizeof(value))));
	ints half = ((ints)v & INT32_MIN) | 0x3f000000; // 0.5 with v's sign
	values rounded = __builtin_convertvector(__builtin_convertvector(v * 127.0f + (floats)half, ints) + ZERO, values);
	memcpy(to, &rounded, sizeof rounded);
}

// spread copies a line's picture column by column, with a border of zeros, between black and white: what lies outside.
static void spread(const int8_t *picture, int width, int height, value *to) {
	memset(to, ZERO, sizeof(value) * (width + 2) * (height + 2));
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) to[(x + 1) * (height + 2) + y + 1] = picture[y * width + x] + ZERO;
}

// convolved writes the largest sums of each 3 × 3 pixels of one line, through tanh: 16 rows (of height 48) of maps values a step, as
// to[row][step][map], rows being apart. spare holds the picture spread out, window the pixels around nine.
static void convolved(const eakte_network *net, const int8_t *picture, int steps, value *to, long apart, value *spare, value *window) {
	int height = net->height, maps = net->maps, column = height + 2;
	const eakte_matrix *m = &net->convolution;
	spread(picture, 3 * steps, height, spare);
	for (int row = 0; row < height / 3; row++) {
		for (int step = 0; step < steps; step++) {
			value *in = window;
			for (int y = 3 * row; y < 3 * row + 3; y++)
				for (int x = 3 * step; x < 3 * step + 3; x++, in += m->in)
					for (int dx = 0; dx < 3; dx++) memcpy(in + 3 * dx, spare + (x + dx) * column + y, 3 * sizeof(value));
			int32_t largest[BLOCK], sum[ROWS][BLOCK];
			sums(m->w, m->in / GROUP, window, m->in, 1, sum);
			memcpy(largest, sum[0], sizeof largest);
			for (int i = 1; i < 9; i += ROWS) {
				sums(m->w, m->in / GROUP, window + i * m->in, m->in, ROWS, sum);
				for (int r = 0; r < ROWS; r++)
					for (int o = 0; o < BLOCK; o += LANES) {
						ints more = larger(whole(sum[r] + o), whole(largest + o));
						memcpy(largest + o, &more, sizeof more);
					}
			}
			float y[BLOCK];
			scaled(m, 0, largest, y);
			value *out = to + row * apart + (long)step * maps;
			for (int o = 0; o < maps; o += LANES) bytes(tangent(load(y + o)), out + o);
		}
	}
}

// gates turns what one step's matrix gave into the cell's state and output: n cells; see Hochreiter and Schmidhuber, and lstm.cpp of
// tesseract for where it clips.
static inline __attribute__((always_inline)) void gates(const float *g, int n, float *state, value *out) {
	for (int i = 0; i < n; i += LANES) {
		floats s = load(state + i) * logistic(load(g + 2 * n + i)) + tangent(load(g + i)) * logistic(load(g + n + i));
		s = within(s, -100, 100);
		memcpy(state + i, &s, sizeof s);
		bytes(tangent(s) * logistic(load(g + 3 * n + i)), out + i);
	}
}

// down runs the layer that sums up each column; from is what convolved left, of all lines; to gets cells values a step.
static void down(const eakte_network *net, int rows, int total, const value *from, value *to, value *in, float *state, float *g) {
	const eakte_matrix *m = &net->down;
	int cells = m->out / 4, maps = net->maps;
	enum { AT_ONCE = 64 }; // columns, so that all of it stays in the nearest cache
	for (int first = 0; first < total; first += AT_ONCE) {
		int n = total - first < AT_ONCE ? total - first : AT_ONCE;
		memset(state, 0, sizeof(float) * n * cells);
		memset(in, ZERO, sizeof(value) * n * m->in);
		for (int row = 0; row < rows; row++) {
			for (int i = 0; i < n; i++) memcpy(in + i * m->in, from + ((long)row * total + first + i) * maps, sizeof(value) * maps);
			multiply(m, n, in, m->in, g);
			for (int i = 0; i < n; i++) gates(g + i * m->out, cells, state + i * cells, in + i * m->in + maps);
		}
		for (int i = 0; i < n; i++) memcpy(to + (long)(first + i) * cells, in + i * m->in + maps, sizeof(value) * cells);
	}
}

// along runs a recurrent layer along the lines, all of them step by step; backwards from their ends.
static void along(const eakte_matrix *m, int inputs, int backwards, int n, const int32_t *steps, const value *from, value *to, value *in, float *state, float *g) {
	int cells = m->out / 4;
	memset(state, 0, sizeof(float) * n * cells);
	memset(in, ZERO, sizeof(value) * n * m->in);
	for (int step = 0; step < steps[0]; step++) {
		int rows = 0;
		while (rows < n && steps[rows] > step) rows++; // the widest come first
		long begin = 0;
		for (int i = 0; i < rows; begin += steps[i++])
			memcpy(in + i * m->in, from + (begin + (backwards ? steps[i] - 1 - step : step)) * inputs, sizeof(value) * inputs);
		multiply(m, rows, in, m->in, g);
		begin = 0;
		for (int i = 0; i < rows; begin += steps[i++]) {
			value *out = in + i * m->in + inputs;
			gates(g + i * m->out, cells, state + i * cells, out);
			memcpy(to + (begin + (backwards ? steps[i] - 1 - step : step)) * cells, out, sizeof(value) * cells);
		}
	}
}

// power is e^x for x from -86 to 0: 2^(x / ln 2), the whole part into the exponent, a polynomial for the rest.
static inline __attribute__((always_inline)) floats power(floats x) {
	floats t = x * 1.44269504088896341f;
	ints two = __builtin_convertvector(t - 0.5f, ints); // rounds, for t is not above 0
	floats f = (t - __builtin_convertvector(two, floats)) * 0.693147180559945f;
	floats e = f * (1.0f / 5040) + 1.0f / 720;
	e = e * f + 1.0f / 120;
	e = e * f + 1.0f / 24;
	e = e * f + 1.0f / 6;
	e = e * f + 0.5f;
	e = e * f + 1.0f;
	e = e * f + 1.0f;
	return e * (floats)((two + 127) << 23);
}

// softmax turns the first n of padded values into probabilities, the others into nearly 0.
static void softmax(float *v, int n, int padded) {
	for (int i = n; i < padded; i++) v[i] = -1e9f;
	floats most = load(v);
	for (int i = LANES; i < padded; i += LANES) most = greatest(load(v + i), most);
	float top = most[0];
	for (int k = 1; k < LANES; k++) top = most[k] > top ? most[k] : top;
	floats sums = {};
	for (int i = 0; i < padded; i += LANES) {
		floats e = power(within(load(v + i) - top, -86, 0)); // -86: so that none is zero
		sums += e;
		memcpy(v + i, &e, sizeof e);
	}
	float total = 0;
	for (int k = 0; k < LANES; k++) total += sums[k];
	for (int i = 0; i < padded; i += LANES) {
		floats e = load(v + i) / total;
		memcpy(v + i, &e, sizeof e);
	}
}

void KERNEL(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch) {
	long total = 0;
	for (int i = 0; i < n; i++) total += steps[i];
	int rows = net->height / 3;
	eakte_scratch s = eakte_lines_divide(net, n, steps, scratch);

	long begin = 0;
	value *maps = s.maps, *from = s.one, *to = s.two;
	memset(s.in, ZERO, sizeof(value) * 9 * net->convolution.in);
	for (int i = 0; i < n; begin += steps[i++])
		convolved(net, pixels + begin * 3 * net->height, steps[i], maps + begin * net->maps, total * net->maps, s.picture, s.in);
	down(net, rows, total, maps, from, s.in, s.state, s.gates);
	int inputs = net->down.out / 4;
	for (int layer = 0; layer < 3; layer++) {
		along(&net->along[layer], inputs, layer == 1, n, steps, from, to, s.in, s.state, s.gates);
		inputs = net->along[layer].out / 4;
		value *swap = from;
		from = to, to = swap;
	}
	multiply(&net->last, total, from, inputs, probabilities);
	for (long i = 0; i < total; i++) softmax(probabilities + i * net->last.out, net->classes, net->last.out);
}
