package main

// #include <malloc.h>
import "C"

// fewArenas keeps the C library from reserving 64 MB of address space for every thread: on a machine with many cores the
// reservations alone would use up the limit.
func fewArenas() { C.mallopt(C.M_ARENA_MAX, 2) }
