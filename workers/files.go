package workers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
	"github.com/eakte/eakte/workers/job"
)

// rendition finds a rendition of the job's document.
func (s station) rendition(ctx context.Context, ref job.Document, kind efile.RenditionKind, page int) (efile.Rendition, error) {
	var r efile.Rendition
	err := s.w.Records.View(ctx, system(ref.Office), func(tx *records.Tx) error {
		var err error
		r, err = tx.Rendition(ctx, ref.Document, kind, page)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("find %s of document %s: %w", kind, ref.Document, err)
	}
	return r, nil
}

// facts reads what the later stations need: the pages and the files of words so far.
func (s station) facts(ctx context.Context, ref job.Document) (pages []efile.Page, words []efile.Rendition, err error) {
	err = s.w.Records.View(ctx, system(ref.Office), func(tx *records.Tx) error {
		var err error
		if pages, err = tx.Pages(ctx, ref.Document); err != nil {
			return err
		}
		all, err := tx.Renditions(ctx, ref.Document)
		for _, r := range all {
			if r.Kind == efile.Words && r.Generation == ref.Generation {
				words, err = append(words, r), errors.Join(err, records.Sound(r))
			}
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read pages of document %s: %w", ref.Document, err)
	}
	return pages, words, nil
}

// keep puts a file that a step wrote into the store and returns the rendition to be recorded.
func (s station) keep(ctx context.Context, office efile.ID, doc efile.Document, kind efile.RenditionKind, dir, name, mediaType string) (efile.Rendition, error) {
	path, err := inside(dir, name)
	if err != nil {
		return efile.Rendition{}, err
	}
	switch mediaType {
	case "application/pdf":
		err = believeFile(path, pdfBeginning, 0)
	case "image/jpeg":
		err = believeFile(path, jpegBeginning, maxImage)
	}
	if err != nil {
		return efile.Rendition{}, fmt.Errorf("take %s of document %s: %w", kind, doc.ID, err)
	}
	stored, err := s.w.Store.PutFile(ctx, office, doc.ID, path)
	if err != nil {
		return efile.Rendition{}, fmt.Errorf("store %s of document %s: %w", kind, doc.ID, err)
	}
	return efile.Rendition{
		ID: efile.NewID(), DocumentID: doc.ID, CaseID: doc.CaseID, Kind: kind, MediaType: mediaType,
		Key: stored.Key, Size: stored.Size, SHA256: stored.SHA256, Generation: doc.Generation,
	}, nil
}

// fetchWords puts the files of words into dir and returns their names in page order.
func (s station) fetchWords(ctx context.Context, dir string, words []efile.Rendition) ([]string, error) {
	names := make([]string, len(words))
	for i, r := range words {
		names[i] = fmt.Sprintf("words-%04d.json", r.Page)
		if err := s.w.Store.Fetch(ctx, object(r), filepath.Join(dir, names[i])); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// writeWords writes pages as a file of words.
func writeWords(dir string, pages []pipeline.Page) (string, error) {
	const name = "words.json"
	data, err := json.Marshal(pages)
	if err != nil {
		return "", fmt.Errorf("encode words: %w", err)
	}
	return name, os.WriteFile(filepath.Join(dir, name), data, 0o600)
}

// inside joins a file name from a reader's answer to its directory. A reader handles hostile bytes and is not believed:
// the name must be a plain one, and what it names a regular file, not a link out of the directory. (storage.PutFile does
// not follow a link either, should it be put there in between.)
func inside(dir, name string) (string, error) {
	if name == "" || filepath.Base(name) != name || !filepath.IsLocal(name) {
		return "", nonsense("a file outside the job's directory")
	}
	path := filepath.Join(dir, name)
	info, err := os.Lstat(path)
	if err != nil {
		return "", nonsense("a file that is not there")
	}
	if !info.Mode().IsRegular() {
		return "", nonsense("something that is no file")
	}
	return path, nil
}

func object(r efile.Rendition) storage.Object {
	return storage.Object{Key: r.Key, Size: r.Size, SHA256: r.SHA256}
}
