package compose

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/pipeline/tool"
)

// amend appends text layers, and turns, to the sound PDF as an update of it: all of its bytes stay. It returns the pages,
// by number, that surely show what they showed before. tool.ErrInexact: the file does not allow it.
func amend(dir string, in pipeline.ComposeRequest, pages []pipeline.Page, added map[int]bool) (map[int]bool, error) {
	sound, err := tool.OpenExact(filepath.Join(dir, in.File))
	if err != nil {
		return nil, err
	}
	defer func() { _ = sound.Close() }() // only read
	if err := appendLayers(dir, in, pages, added, sound); err != nil {
		return nil, err
	}
	result, err := tool.OpenExact(filepath.Join(dir, archival))
	if err != nil {
		return nil, err
	}
	defer func() { _ = result.Close() }() // only read
	if result.Pages() != len(pages) || sound.Pages() != len(pages) {
		return nil, tool.ErrInexact
	}
	proven := map[int]bool{}
	compared := tool.NewComparison(sound, result)
	for i, p := range pages {
		if added[i] {
			proven[p.Number] = compared.SameBelow(i+1, p.Rotation)
		} else {
			proven[p.Number] = compared.Same(i + 1)
		}
	}
	return proven, nil
}

// appendLayers writes the file.
func appendLayers(dir string, in pipeline.ComposeRequest, pages []pipeline.Page, added map[int]bool, sound *tool.Exact) error {
	name := filepath.Join(dir, archival)
	if err := copyFile(filepath.Join(dir, in.File), name); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := &updater{Update: sound.Append(file)}
	before, font := w.reserve(), w.reserve()
	w.stream(before, "", []byte("q"))
	var codes codes
	for i, p := range pages {
		if !added[i] {
			continue
		}
		m, err := sound.Upright(i+1, p.Rotation)
		if err != nil {
			return errors.Join(err, file.Close())
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, "Q\nq\n%.4f %.4f %.4f %.4f %.4f %.4f cm\n", m[0], m[1], m[2], m[3], m[4], m[5])
		layer(&b, newGeometry(in.Pages[i], p), p.Words, &codes)
		b.WriteString("Q\n")
		after := w.reserve()
		w.deflated(after, "", b.Bytes())
		if err := w.Page(i+1, tool.Layer{Before: before, After: after, Font: layerFont, FontObject: font, Turn: p.Rotation}); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	codes.writeFont(w, font)
	return errors.Join(w.err, w.Finish(), file.Close())
}

// updater writes objects into an update.
type updater struct {
	*tool.Update
	err error
}

func (u *updater) reserve() int { return u.Reserve() }

func (u *updater) object(n int, body string) { u.Object(n, []byte(body)) }

func (u *updater) stream(n int, entries string, data []byte) {
	u.Object(n, fmt.Appendf(nil, "<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data))
}

func (u *updater) deflated(n int, entries string, data []byte) {
	packed, err := deflate(data)
	u.err = errors.Join(u.err, err)
	u.stream(n, entries+"/Filter/FlateDecode", packed)
}
