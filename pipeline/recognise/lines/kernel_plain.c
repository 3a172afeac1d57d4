#include "kernel.h"

#define KERNEL eakte_lines_plain
#include "kernel_body.h"

// part gives away the next count elements, in whole lines of the cache.
#define part(type, count) ((type *)(scratch + size)), size += ((long)sizeof(type) * (count) + 63) / 64 * 64

static long divide(const eakte_network *net, int n, const int32_t *steps, char *scratch, eakte_scratch *s) {
	long total = 0;
	for (int i = 0; i < n; i++) total += steps[i];
	long size = 0, widest = net->down.out / 4, in = net->down.in, out = net->down.out, rows = n > 64 ? n : 64;
	for (int i = 0; i < 3; i++) {
		const eakte_matrix *m = &net->along[i];
		if (m->out / 4 > widest) widest = m->out / 4;
		if (m->in > in) in = m->in;
		if (m->out > out) out = m->out;
	}
	s->picture = part(int16_t, (3L * steps[0] + 2) * (net->height + 2)); // the widest comes first
	s->maps = part(int16_t, net->height / 3 * total * net->maps);
	s->one = part(int16_t, total * widest);
	s->two = part(int16_t, total * widest);
	s->in = part(int16_t, rows * in);
	s->state = part(float, rows * widest);
	s->gates = part(float, rows * out);
	return size;
}

eakte_scratch eakte_lines_divide(const eakte_network *net, int n, const int32_t *steps, char *scratch) {
	eakte_scratch s;
	divide(net, n, steps, scratch, &s);
	return s;
}

long eakte_lines_scratch(const eakte_network *net, int n, const int32_t *steps) {
	eakte_scratch s;
	return divide(net, n, steps, 0, &s);
}

eakte_kernel eakte_lines_kernel(void) {
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
				__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")
			? EAKTE_LINES_VNNI
			: EAKTE_LINES_AVX2;
#endif
	return EAKTE_LINES_PLAIN;
}

void eakte_lines_run(const eakte_network *net, int n, const int32_t *steps, const int8_t *pixels, float *probabilities, char *scratch) {
	switch (net->kernel) {
#ifdef __x86_64__
	case EAKTE_LINES_VNNI:
		eakte_lines_vnni(net, n, steps, pixels, probabilities, scratch);
		return;
	case EAKTE_LINES_AVX2:
		eakte_lines_avx2(net, n, steps, pixels, probabilities, scratch);
		return;
#endif
	default:
		eakte_lines_plain(net, n, steps, pixels, probabilities, scratch);
	}
}
