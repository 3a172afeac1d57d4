#ifdef __x86_64__
#pragma GCC target("avx2,fma")
#include "kernel.h"

#define KERNEL eakte_lines_avx2
#include "kernel_body.h"
#endif
