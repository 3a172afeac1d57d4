package reader

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// nobody is the number a reader sees as its own when the worker runs as root: inside its user namespace it then has no
// rights over the kernel at all.
const nobody = 65534

// walls are the namespaces a reader gets. The fence itself (landlock) it puts up around itself.
type walls struct {
	flags uintptr
}

// candidates are the walls to try, strongest first. A network namespace has no network. Creating them needs root or user
// namespaces, and many containers allow neither.
//
// A process namespace would take every process with it when its reader ends, but landlock in a cgo program goes through
// libpsx, which looks for the threads of "process 1" in the /proc of the outer namespace and then spins for ever. What
// leaves the process group is found by killBelow instead.
func candidates() []walls {
	const spaces = unix.CLONE_NEWNET | unix.CLONE_NEWIPC
	list := []walls{{unix.CLONE_NEWUSER | spaces}}
	if os.Geteuid() == 0 {
		list = append(list, walls{spaces}, walls{unix.CLONE_NEWNET})
	} else {
		list = append(list, walls{unix.CLONE_NEWUSER | unix.CLONE_NEWNET})
	}
	return append(list, walls{})
}

// isolated reports whether there is no network at all.
func (w walls) isolated() bool { return w.flags&unix.CLONE_NEWNET != 0 }

// String names the namespaces.
func (w walls) String() string {
	var names []string
	for _, n := range []struct {
		flag uintptr
		name string
	}{{unix.CLONE_NEWUSER, "user"}, {unix.CLONE_NEWNET, "network"}, {unix.CLONE_NEWIPC, "ipc"}} {
		if w.flags&n.flag != 0 {
			names = append(names, n.name)
		}
	}
	if len(names) == 0 {
		return "no namespaces"
	}
	return strings.Join(names, "+") + " namespaces"
}

// attributes are how a reader is started: in its own process group, killed when the worker dies, behind the walls.
func (w walls) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: unix.SIGKILL, Cloneflags: w.flags}
	if w.flags&unix.CLONE_NEWUSER == 0 {
		return a
	}
	uid, gid := os.Geteuid(), os.Getegid()
	inside, insideGroup := uid, gid
	if uid == 0 {
		inside, insideGroup = nobody, nobody
	}
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: inside, HostID: uid, Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: insideGroup, HostID: gid, Size: 1}}
	return a
}

// killBelow kills every process whose working directory is dir or below it, until there is none: programs of a reader
// that have left its process group. Steps and tools work in job directories, so nobody else is there.
func killBelow(dir string) {
	for range 100 { // a process that forks faster than this will be met again at the next Open
		found := false
		links, err := filepath.Glob("/proc/[0-9]*/cwd")
		if err != nil {
			return
		}
		for _, link := range links {
			cwd, err := os.Readlink(link)
			if err != nil || cwd != dir && !strings.HasPrefix(cwd, dir+"/") {
				continue
			}
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			if err == nil && pid != os.Getpid() && unix.Kill(pid, unix.SIGKILL) == nil {
				found = true
			}
		}
		if !found {
			return
		}
	}
}
