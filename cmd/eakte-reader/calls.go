package main

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forbidden are the calls of the kernel that no step needs and a reader that a document has taken over would like:
//
//   - sockets of every kind. Landlock stops neither UDP before ABI 10 nor a connection to a unix socket by its path before
//     ABI 9, and the database's and the store's may lie within the reach of the same user. LibreOffice and the C library
//     ask for a socket to look a user up, and go on without;
//   - io_uring, a second door to sockets and files;
//   - shared memory, semaphores and queues of other processes of the same user;
//   - looking into other processes, which landlock forbids too;
//   - namespaces, mounts, keys, file handles and the rarer parts of the kernel, where its own faults mostly are.
func forbidden() []uint32 {
	return []uint32{
		unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_IO_URING_SETUP,
		unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMTIMEDOP, unix.SYS_SEMCTL,
		unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_MQ_OPEN,
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PIDFD_GETFD, unix.SYS_KCMP,
		unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT, unix.SYS_MOUNT, unix.SYS_UMOUNT2,
		unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE, unix.SYS_FSOPEN, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR,
		unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_KEYCTL,
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_FANOTIFY_INIT,
	}
}

// newNamespaces are the flags of clone(2) that unshare(2) would take.
const newNamespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP

// forbidCalls refuses the forbidden calls to every thread and program from now on. They fail as a file without rights
// would, so that a library that tries one takes its other way.
func forbidCalls() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("forbid calls: %w", err)
	}
	filter := filterOf(native())
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]} //nolint:gosec // about a hundred
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC,
		uintptr(unsafe.Pointer(&program))) //nolint:gosec // the only way to hand the kernel a structure
	if errno != 0 {
		return fmt.Errorf("forbid calls: %w", errno)
	}
	return nil
}

// filterOf writes the filter in the kernel's language. Every "if" is followed by what happens then; a jump skips over it.
func filterOf(architecture uint32) []unix.SockFilter {
	const number, arch, flags = 0, 4, 16 // offsets in struct seccomp_data; the flags are clone's first argument
	const foreign = 0x40000000           // from here on: the numbers of another calling convention (x32)
	load, jump := uint16(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS), uint16(unix.BPF_JMP|unix.BPF_K)
	give := func(what uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: what}
	}
	refuse := give(unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES))
	filter := []unix.SockFilter{
		{Code: load, K: arch},
		{Code: jump | unix.BPF_JEQ, K: architecture, Jt: 1}, refuse, // 32-bit calls have other numbers
		{Code: load, K: number},
		{Code: jump | unix.BPF_JGE, K: foreign, Jf: 1}, refuse,
	}
	for _, call := range forbidden() {
		filter = append(filter, unix.SockFilter{Code: jump | unix.BPF_JEQ, K: call, Jf: 1}, refuse)
	}
	return append(filter,
		// clone3 has its flags behind a pointer, where no filter can look. C libraries take clone when it is not there.
		unix.SockFilter{Code: jump | unix.BPF_JEQ, K: unix.SYS_CLONE3, Jf: 1}, give(unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)),
		unix.SockFilter{Code: jump | unix.BPF_JEQ, K: unix.SYS_CLONE, Jt: 1}, give(unix.SECCOMP_RET_ALLOW),
		unix.SockFilter{Code: load, K: flags},
		unix.SockFilter{Code: jump | unix.BPF_JSET, K: newNamespaces, Jf: 1}, refuse,
		give(unix.SECCOMP_RET_ALLOW),
	)
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
