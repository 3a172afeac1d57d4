package embedded

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// owner is the user the server runs as. PostgreSQL refuses to run as root; everybody else runs it as himself.
type owner struct {
	name   string
	uid    int
	gid    int
	groups []int
	other  bool // not the user we run as: folders must be given away and privileges dropped
}

func serverOwner() (owner, error) {
	if uid := os.Geteuid(); uid != 0 {
		groups, err := os.Getgroups()
		return owner{name: "uid " + strconv.Itoa(uid), uid: uid, gid: os.Getegid(), groups: groups}, err
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.Atoi(u.Uid)
		gid, errGID := strconv.Atoi(u.Gid)
		if err := errors.Join(errUID, errGID); err != nil {
			return owner{}, fmt.Errorf("user %s: %w", name, err)
		}
		return owner{name: name, uid: uid, gid: gid, groups: []int{gid}, other: true}, nil
	}
	return owner{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// prepare makes cmd run as the owner, in a folder it can enter, with nothing of our environment.
func (o owner) prepare(cmd *exec.Cmd, dir string) {
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if o.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)} //nolint:gosec // ids are small
	}
	// A Ctrl-C in the terminal goes to the whole foreground group; the order of stopping is ours to decide.
	cmd.SysProcAttr.Setpgid = true
}

// makeFolder makes a folder only the owner may enter.
func (o owner) makeFolder(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if !o.other {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

// canReach reports the first folder on the way to dir that the owner may not pass through.
func (o owner) canReach(dir string) error {
	if !o.other {
		return nil // we got there ourselves
	}
	var way []string
	for p := dir; ; p = filepath.Dir(p) {
		way = append(way, p)
		if p == filepath.Dir(p) {
			break
		}
	}
	slices.Reverse(way)
	for _, p := range way {
		info, err := os.Stat(p)
		if err != nil {
			return err
		}
		if !o.mayEnter(info) {
			return fmt.Errorf("run by root, the server works as user %s, who may not pass through %s (%s): "+
				"put the data elsewhere, or allow it with: chmod o+x %s", o.name, p, info.Mode(), p)
		}
	}
	return nil
}

// mayEnter reads the mode bits. Access lists can say otherwise; then initdb tells.
func (o owner) mayEnter(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	mode := info.Mode().Perm()
	switch {
	case ok && int(stat.Uid) == o.uid:
		return mode&0o100 != 0
	case ok && slices.Contains(o.groups, int(stat.Gid)):
		return mode&0o010 != 0
	}
	return mode&0o001 != 0
}

// socketFolder returns the folder of the unix socket: below dir, or where paths are short if that is too long.
func (o owner) socketFolder(dir string) (string, error) {
	const socketName = "/.s.PGSQL.5432"
	folder := filepath.Join(dir, "run")
	if len(folder)+len(socketName) > maxSocketPath {
		base := os.Getenv("XDG_RUNTIME_DIR")
		if base == "" || o.other {
			base = os.TempDir()
		}
		sum := sha256.Sum256([]byte(dir))
		folder = filepath.Join(base, "eakte-"+hex.EncodeToString(sum[:8]))
	}
	if len(folder)+len(socketName) > maxSocketPath {
		return "", fmt.Errorf("%s is too long for a socket: at most %d bytes", folder, maxSocketPath-len(socketName))
	}
	if err := o.canReach(filepath.Dir(folder)); err != nil {
		return "", err
	}
	if err := o.makeFolder(folder); err != nil {
		return "", err
	}
	return folder, o.checkPrivate(folder)
}

// checkPrivate refuses a socket folder that somebody else prepared, as could happen in a shared temporary folder.
func (o owner) checkPrivate(folder string) error {
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || (ok && int(stat.Uid) != o.uid) {
		return fmt.Errorf("%s is not a private folder of user %s (%s): remove it", folder, o.name, info.Mode())
	}
	return nil
}
