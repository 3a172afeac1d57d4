// Package transport hands finished containers to an archive and looks for its answers. There are two roads: a directory
// that the archive watches, and a WebDAV collection.
//
// Both keep the same promises, proven by one suite: a name appears with all its bytes or not at all, as far as the server
// can; nothing is ever overwritten or deleted; handing the same file over twice is handing it over once; no name leads out
// of the directory. What an answer means is decided elsewhere.
//
// Start reading at Transport.
package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/fault"
)

// Transport is a road to one archive. What goes wrong on the road is the fault ArchiveUnavailable (wait), whoever is to
// blame; only the errors named here are something else.
type Transport interface {
	// Put hands over the file at path under name. If the name is there already with the same bytes, it has been done; with
	// others, nothing is changed and the error is ErrOtherBytes. A name that CheckName refuses is container.ErrName.
	Put(ctx context.Context, name, path string) error

	// List returns what lies there, answers and our own containers alike, sorted by name. Folders other than the configured
	// ones, links, hidden files and names that are none are left out. Something that is still being written may be among it: its Size and
	// Modified will change.
	List(ctx context.Context) ([]Listed, error)

	// Open opens what List named. A name that is not there, or not one of List's kind, is fs.ErrNotExist. The caller closes
	// it, and limits what is read.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
}

// Listed is a file in the transfer directory.
type Listed struct {
	Name     string // with the subfolder for answers, if it lies in one: "0502/….zip"
	Size     int64
	Modified time.Time // as the server tells it; zero: it does not
}

// ErrOtherBytes means that the archive's directory holds another file under this name. A person must look: the archive may
// have taken that one for ours.
var ErrOtherBytes = errors.New("another file of this name is there already")

// most is how many files are listed. A directory with more is out of use, or an attack.
const most = 20_000

func away(op string, err error) error {
	if errors.Is(err, context.Canceled) || err == nil {
		return err
	}
	return fault.New(fault.Wait, fault.ArchiveUnavailable, fmt.Errorf("%s: %w", op, err))
}

// split checks a listed name and returns its folder, "" for the directory itself, and the name in it.
func split(name string, folders []string) (folder, file string, ok bool) {
	folder, file = path.Split(name)
	folder = strings.TrimSuffix(folder, "/")
	if container.CheckName(file) != nil || strings.HasPrefix(file, ".") {
		return "", "", false
	}
	if folder == "" {
		return "", file, !slices.Contains(folders, file)
	}
	return folder, file, slices.Contains(folders, folder)
}

// checkFolders refuses subfolders that are no plain names.
func checkFolders(folders []string) error {
	for _, f := range folders {
		if err := container.CheckName(f); err != nil {
			return fmt.Errorf("subfolder for answers: %w", err)
		}
	}
	return nil
}
