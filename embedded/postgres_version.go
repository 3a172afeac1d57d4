package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// oldestMajor is the oldest PostgreSQL we are tested with.
const oldestMajor = 15

// debianBinaries is where Debian keeps every major version's programs.
const debianBinaries = "/usr/lib/postgresql"

// binariesFor returns the folder of the programs that fit the cluster in data, or the newest ones if there is none yet.
func binariesFor(data string) (string, error) {
	installed, err := installedMajors()
	if err != nil {
		return "", err
	}
	if len(installed) == 0 {
		return "", errors.New("no PostgreSQL programs found: install the Debian package postgresql, " +
			"or name an existing server in EAKTE_DATABASE_URL")
	}
	want, err := clusterMajor(data)
	if err != nil {
		return "", err
	}
	if want == 0 {
		return newest(installed)
	}
	if bin, ok := installed[want]; ok {
		return bin, nil
	}
	return "", fmt.Errorf("the data was written by PostgreSQL %d, which is not installed: install the Debian package "+
		"postgresql-%d, or dump it where that version still runs (pg_dumpall), move %s away and restore", want, want, data)
}

func newest(installed map[int]string) (string, error) {
	best := 0
	for major := range installed {
		best = max(best, major)
	}
	if best < oldestMajor {
		return "", fmt.Errorf("PostgreSQL %d is too old: at least %d is needed (Debian package postgresql)", best, oldestMajor)
	}
	return installed[best], nil
}

// clusterMajor returns the major version that made the cluster; 0 if there is none.
func clusterMajor(data string) (int, error) {
	b, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("read %s/PG_VERSION: %w", data, err)
	}
	return major, nil
}

// installedMajors maps each installed major version to the folder of its programs: Debian's own folders, and what the
// PATH offers for versions Debian's folders lack.
func installedMajors() (map[int]string, error) {
	installed := map[int]string{}
	if onPath, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(onPath); err == nil {
			onPath = real
		}
		if major, err := programMajor(onPath); err == nil {
			installed[major] = filepath.Dir(onPath)
		}
	}
	found, err := filepath.Glob(debianBinaries + "/*/bin/postgres")
	if err != nil {
		return nil, err
	}
	for _, program := range found {
		major, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(program))))
		if err != nil {
			continue // not one of Debian's version folders
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(program), "initdb")); err == nil {
			installed[major] = filepath.Dir(program)
		}
	}
	return installed, nil
}

// programMajor asks a server program for its version: "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".
func programMajor(program string) (int, error) {
	out, err := exec.Command(program, "--version").Output() //nolint:gosec,noctx // answers at once
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", program, err)
	}
	_, rest, _ := strings.Cut(string(out), "(PostgreSQL) ")
	digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if digits <= 0 {
		return 0, fmt.Errorf("%s does not tell its version", program)
	}
	return strconv.Atoi(rest[:digits])
}
