package main

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// noSockets lets socket(2) succeed for unix sockets only, for every thread and program from now on. Landlock knows TCP
// but, before ABI 10, no UDP, and not every machine lets us have a network namespace. LibreOffice needs unix sockets.
func noSockets() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("forbid sockets: %w", err)
	}
	const number, architecture, family = 0, 4, 16 // offsets in struct seccomp_data; family is the first argument
	const foreign = 0x40000000                    // from here on: the numbers of another calling convention (x32)
	load, jump, give := uint16(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS), uint16(unix.BPF_JMP|unix.BPF_K), uint16(unix.BPF_RET|unix.BPF_K)
	filter := []unix.SockFilter{
		{Code: load, K: architecture},
		{Code: jump | unix.BPF_JEQ, K: native(), Jf: 7}, // 32-bit calls have other numbers
		{Code: load, K: number},
		{Code: jump | unix.BPF_JGE, K: foreign, Jt: 5},
		{Code: jump | unix.BPF_JEQ, K: unix.SYS_IO_URING_SETUP, Jt: 4}, // a second door to sockets
		{Code: jump | unix.BPF_JEQ, K: unix.SYS_SOCKET, Jf: 2},
		{Code: load, K: family},
		{Code: jump | unix.BPF_JEQ, K: unix.AF_UNIX, Jf: 1},
		{Code: give, K: unix.SECCOMP_RET_ALLOW},
		{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES)},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]} //nolint:gosec // ten
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&program))) //nolint:gosec // the only way to hand the kernel a structure
	if errno != 0 {
		return fmt.Errorf("forbid sockets: %w", errno)
	}
	return nil
}

// native is the kernel's name of the architecture we are built for; 0 forbids everything, so that a new one is noticed.
func native() uint32 {
	switch runtime.GOARCH {
	case "amd64":
		return unix.AUDIT_ARCH_X86_64
	case "arm64":
		return unix.AUDIT_ARCH_AARCH64
	}
	return 0
}
