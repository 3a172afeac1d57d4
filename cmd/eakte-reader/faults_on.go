//go:build faultinjection

package main

/*
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void crash_in_c(void) { volatile int *p = 0; *p = 1; }
static void abort_in_c(void) { abort(); }
static void hang_in_c(void) { volatile int going = 1; while (going) usleep(1000); }
static int eat_in_c(void) {
	for (;;) {
		char *p = malloc(64 << 20);
		if (!p) return 0;
		memset(p, 1, 64 << 20);
	}
}
*/
import "C"

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/eakte/eakte/pipeline"
)

// bad is the request of a faulty step.
type bad struct {
	Path string `json:"path"` // what to read, write or connect to
}

// faultySteps misbehave in every way a document could make a library misbehave. Only test builds have them.
func faultySteps() map[pipeline.Step]step {
	one := func(bad) int { return 1 }
	does := func(f func(dir, path string) (string, error)) step {
		return of(func(_ context.Context, dir string, b bad) (string, error) { return f(dir, b.Path) }, one)
	}
	return map[pipeline.Step]step{
		"bad-nothing":  does(func(_, _ string) (string, error) { return "fine", nil }),
		"bad-segfault": does(func(_, _ string) (string, error) { C.crash_in_c(); return "", nil }),
		"bad-abort":    does(func(_, _ string) (string, error) { C.abort_in_c(); return "", nil }),
		"bad-hang":     does(func(_, _ string) (string, error) { C.hang_in_c(); return "", nil }),
		"bad-malloc":   does(func(_, _ string) (string, error) { C.eat_in_c(); C.abort(); return "", nil }),
		"bad-heap":     does(func(_, _ string) (string, error) { return eat(), nil }),
		"bad-stack":    does(func(_, _ string) (string, error) { return fmt.Sprint(overflow(1)), nil }),
		"bad-panic":    does(func(_, _ string) (string, error) { panic("secret contents") }),
		"bad-exit":     does(func(_, _ string) (string, error) { os.Exit(3); return "", nil }),
		"bad-stderr":   does(flood),
		"bad-stdout":   does(func(_, _ string) (string, error) { fmt.Fprintln(os.Stdout, "hello, protocol"); return "fine", nil }),
		"bad-read":     does(func(_, path string) (string, error) { b, err := os.ReadFile(path); return string(b), err }),
		"bad-write":    does(func(_, path string) (string, error) { return "", os.WriteFile(path, []byte("x"), 0o600) }),
		"bad-link":     does(func(dir, path string) (string, error) { return "", os.Symlink(path, filepath.Join(dir, "out")) }),
		"bad-connect":  does(connect),
		"bad-socket":   does(unixSocket),
		"bad-call":     does(call),
		"bad-signal":   does(signalParent),
		"bad-orphans":  does(orphans),
		"bad-environ":  does(func(_, _ string) (string, error) { return fmt.Sprint(os.Environ()), nil }),
		"bad-files":    does(openFiles),
		"bad-rubbish":  does(rubbish),
	}
}

// eat allocates in Go for ever.
func eat() string {
	var all [][]byte
	for {
		all = append(all, bytes.Repeat([]byte{1}, 64<<20))
	}
}

// overflow never returns.
func overflow(n int) int { return overflow(n+1) + n }

// flood writes 8 MB to standard error, in one line and in many.
func flood(_, _ string) (string, error) {
	for range 64 {
		fmt.Fprintln(os.Stderr, string(bytes.Repeat([]byte("secret contents "), 8<<10)))
	}
	for range 4096 {
		fmt.Fprintln(os.Stderr, "eakte-reader: noise")
	}
	return "fine", nil
}

// connect tries TCP and UDP.
func connect(_, address string) (string, error) {
	for _, network := range []string{"tcp", "udp"} {
		c, err := net.Dial(network, address)
		if err == nil {
			return "connected by " + network, c.Close()
		}
	}
	return "refused", nil
}

// unixSocket tries a connection to a unix socket by its path.
func unixSocket(_, path string) (string, error) {
	c, err := net.Dial("unix", path)
	if err != nil {
		return "", err
	}
	return "connected", c.Close()
}

// call makes calls of the kernel that would open a way out, and names those that worked.
func call(_, _ string) (string, error) {
	const datagrams = syscall.SOCK_DGRAM // a pair of them could still speak to others
	var worked []string
	if _, err := syscall.Socketpair(syscall.AF_UNIX, datagrams, 0); !errors.Is(err, syscall.EACCES) {
		worked = append(worked, fmt.Sprintf("socketpair: %v", err))
	}
	for name, args := range map[string][2]uintptr{
		"io_uring_setup": {unix.SYS_IO_URING_SETUP, 1},
		"unshare":        {unix.SYS_UNSHARE, unix.CLONE_NEWUSER},
		"clone":          {unix.SYS_CLONE, unix.CLONE_NEWUSER | unix.CLONE_THREAD}, // not allowed together: fails anyway
		"shmget":         {unix.SYS_SHMGET, 0},
		"ptrace":         {unix.SYS_PTRACE, 0},
		"keyctl":         {unix.SYS_KEYCTL, 0},
	} {
		if _, _, errno := syscall.RawSyscall(args[0], args[1], 0, 0); errno != syscall.EACCES {
			worked = append(worked, fmt.Sprintf("%s: %v", name, errno))
		}
	}
	if _, _, errno := syscall.RawSyscall(unix.SYS_CLONE3, 0, 0, 0); errno != syscall.ENOSYS {
		worked = append(worked, fmt.Sprintf("clone3: %v", errno))
	}
	return fmt.Sprint(worked), nil
}

// signalParent asks whether the worker could be killed.
func signalParent(_, _ string) (string, error) {
	return "", syscall.Kill(os.Getppid(), 0)
}

// orphans starts programs that leave the process group and would live on.
func orphans(dir, mark string) (string, error) {
	for range 3 {
		cmd := exec.Command("sleep", mark)
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := cmd.Start(); err != nil {
			return "", err
		}
	}
	C.crash_in_c()
	return "", nil
}

// openFiles lists the open descriptors and what they are.
func openFiles(_, _ string) (string, error) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return "", err
	}
	var list []string
	for _, e := range entries {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil {
			list = append(list, e.Name()+"="+target)
		}
	}
	return fmt.Sprint(list), nil
}

// rubbish answers with something that is no message.
func rubbish(_, _ string) (string, error) {
	for fd := 3; fd < 32; fd++ {
		_, _ = syscall.Write(fd, []byte{0xff, 0xff, 0xff, 0xff, 'x'}) // one of them is the protocol's
	}
	C.hang_in_c()
	return "", nil
}
