#ifdef __x86_64__
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")
#include "kernel.h"

#define KERNEL eakte_lines_vnni
#include "kernel_body.h"
#endif
