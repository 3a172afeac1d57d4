package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
)

// Overrides returns the files of a folder that Load would lay over the built-in catalogue, by name, so that they can be
// handed on to a process that does not see the folder. A file that is not there is not among them.
func Overrides(dir fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, name := range []string{typesFile, proceduresFile} {
		data, err := fs.ReadFile(dir, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("catalogue file %s: %w", name, err)
		}
		files[name] = data
	}
	return files, nil
}
