package xdomea

import (
	"strconv"
	"strings"
)

// versions reads a VersionType: every form of it is a file.
func (r *reader) versions(x *Record) error {
	return r.children(func(name string) error {
		if name != "Format" {
			return r.skip()
		}
		if err := r.counted(); err != nil {
			return err
		}
		var f FileRef
		err := r.children(func(name string) error { return r.format(name, &f) })
		x.Files = append(x.Files, f)
		return err
	})
}

func (r *reader) format(name string, f *FileRef) error {
	switch name {
	case "Name":
		return r.code(&f.Code)
	case "SonstigerName":
		return r.into(&f.Other)
	case "Version":
		return r.into(&f.Standard)
	case "Primaerdokument":
		return r.children(func(name string) error { return r.primary(name, f) })
	}
	return r.skip()
}

func (r *reader) primary(name string, f *FileRef) error {
	switch name {
	case "Dateiname":
		return r.into(&f.Name)
	case "DateinameOriginal":
		return r.into(&f.Original)
	case "Ersteller":
		return r.into(&f.Creator)
	case "DatumUhrzeit":
		return r.moment(&f.Made)
	case "SignaturSiegel":
		return r.children(func(name string) error { return r.signature(name, f) })
	case "Hash":
		return r.hash(f)
	}
	return r.skip()
}

func (r *reader) signature(name string, f *FileRef) error {
	switch name {
	case "SignaturSiegelEingebettet":
		return r.flag(&f.Signed)
	case "SignaturSiegelDatei":
		var detached string
		err := r.into(&detached)
		f.Detached = append(f.Detached, detached)
		return err
	}
	return r.skip()
}

// hash takes the value if the algorithm is ours.
func (r *reader) hash(f *FileRef) error {
	var value, algorithm string
	err := r.children(func(name string) error {
		switch name {
		case "Wert":
			return r.into(&value)
		case "Algorithmus":
			return r.code(&algorithm)
		}
		return r.skip()
	})
	if algorithm == digestAlgorithm {
		f.SHA256 = strings.ToLower(value)
	}
	return err
}

// extension reads an AnwendungsspezifischeErweiterung and adds the checksums in it if it is ours.
func (r *reader) extension(sums map[string]FileRef) error {
	var key string
	var found []FileRef
	err := r.children(func(name string) error {
		switch name {
		case "Kennung":
			return r.into(&key)
		case "Feldgruppe":
			sum, err := r.sum()
			found = append(found, sum)
			return err
		}
		return r.skip()
	})
	if key == extensionKey {
		for _, sum := range found {
			sums[sum.Name] = sum
		}
	}
	return err
}

// sum reads a Feldgruppe: the name of a file and what we say of it.
func (r *reader) sum() (FileRef, error) {
	var f FileRef
	err := r.children(func(name string) error {
		switch name {
		case "Name":
			return r.into(&f.Name)
		case "Feld":
			return r.sumField(&f)
		}
		return r.skip()
	})
	return f, err
}

func (r *reader) sumField(f *FileRef) error {
	var field, value string
	err := r.children(func(name string) error {
		switch name {
		case "Name":
			return r.into(&field)
		case "Wert":
			return r.into(&value)
		}
		return r.skip()
	})
	switch field {
	case fieldDigest:
		f.SHA256 = strings.ToLower(value)
	case fieldSize:
		f.Size, _ = strconv.ParseInt(value, 10, 64) // of foreign making it may be anything; 0 is "not told"
	}
	return err
}
