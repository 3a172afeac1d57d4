package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"

	"github.com/eakte/eakte/reader"
)

// readable is what the programs of the steps need: themselves, their libraries, fonts, models and settings. Nothing here
// is about users, passwords or this installation.
var readable = struct{ dirs, files []string }{
	dirs: []string{
		"/usr", "/lib", "/lib64", "/bin", "/etc/alternatives", "/etc/fonts", "/var/cache/fontconfig",
		"/etc/libreoffice", "/var/lib/libreoffice", "/etc/ghostscript", "/var/lib/ghostscript", "/var/lib/fonts",
		"/sys/devices/system/cpu", "/proc/sys/vm",
	},
	files: []string{"/etc/ld.so.cache", "/etc/localtime", "/etc/papersize", "/etc/paperspecs", "/proc/cpuinfo", "/proc/meminfo"},
}

// fence forbids everything that no step needs, for this process and all it starts, and proves it. Without landlock in
// the kernel it fails, unless o says otherwise.
func fence(o options) (reader.Hello, error) {
	version, err := llsys.LandlockGetABIVersion()
	if err != nil || version < 1 {
		if o.unfenced {
			return reader.Hello{}, forbidCalls()
		}
		return reader.Hello{}, errors.New("this kernel offers no landlock: no fence")
	}
	program, err := os.Executable()
	if err != nil {
		return reader.Hello{}, err
	}
	own := landlock.RWDirs(o.dir)
	if version >= 2 {
		own = own.WithRefer() // moving files between directories of one's own; an older kernel never allows it
	}
	rules := []landlock.Rule{
		own,
		landlock.ROFiles(program), // started again for what can exhaust memory
		landlock.RODirs(readable.dirs...).IgnoreIfMissing(),
		landlock.ROFiles(readable.files...).IgnoreIfMissing(),
		landlock.RWFiles("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random").IgnoreIfMissing(),
		landlock.RODirs(ownProc()).IgnoreIfMissing(),
	}
	if models := os.Getenv("TESSDATA_PREFIX"); models != "" {
		rules = append(rules, landlock.RODirs(models).IgnoreIfMissing())
	}
	if err := landlock.V10.BestEffort().Restrict(rules...); err != nil {
		return reader.Hello{}, fmt.Errorf("put up the fence: %w", err)
	}
	if err := forbidCalls(); err != nil {
		return reader.Hello{}, fmt.Errorf("put up the fence: %w", err)
	}
	if err := holds(o.dir); err != nil {
		return reader.Hello{}, fmt.Errorf("the fence does not hold: %w", err)
	}
	return reader.Hello{Fenced: true, Landlock: version}, nil
}

// ownProc is the folder about this process only. /proc/self would do, but the rule belongs to what the name means now.
func ownProc() string {
	if dir, err := filepath.EvalSymlinks("/proc/self"); err == nil {
		return dir
	}
	return "/proc/self"
}

// holds tries what must be forbidden. Landlock's best effort can be none at all, so we look.
func holds(dir string) error {
	for _, name := range []string{"/etc/passwd", "/etc/hostname"} {
		if _, err := os.ReadFile(name); !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s can be read", name)
		}
	}
	outside := filepath.Join(filepath.Dir(filepath.Clean(dir)), "outside")
	if f, err := os.Create(outside); err == nil {
		return errors.Join(errors.New("a file outside can be written"), f.Close(), os.Remove(outside))
	}
	return nil
}
