package intake

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/storage"
)

// Attachment is a file found inside a document, such as a part of an e-mail.
type Attachment struct {
	Parent    efile.ID
	Number    int    // of the part in its parent, from 1; the same number is the same part
	Path      string // of a file that stays as it is meanwhile
	Name      string // as it stood there; cleaned before it is kept
	MediaType string
}

// Attach records an attachment as a document of its own, below its parent and in its submission, and starts its way.
// Doing it again gives the same document and changes nothing: its id follows from parent and number. The limits of
// senders do not count here; how many parts an e-mail may have is pipeline.Limits' business. office is the parent's.
func (s *Service) Attach(ctx context.Context, office efile.ID, a Attachment) (efile.Document, error) {
	actor := efile.SystemIn(office)
	id := childID(a.Parent, a.Number)
	doc, found, err := s.attached(ctx, actor, id)
	if err != nil || found {
		return doc, err
	}
	key := storage.OriginalKey(true, office, id, "")
	object, err := s.storeFile(ctx, key, a.Path)
	if err != nil {
		return efile.Document{}, fmt.Errorf("attach part %d of document %s: %w", a.Number, a.Parent, err)
	}
	err = s.Records.In(ctx, actor, func(tx *records.Tx) error {
		parent, err := tx.LockDocument(ctx, a.Parent)
		if err != nil {
			return err
		}
		if doc, err = tx.Document(ctx, id); err == nil || !fault.Is(err, fault.NotFound) {
			return err // another worker was faster
		}
		doc = s.child(parent, id, a, object)
		return s.addDocument(ctx, tx, office, doc, key)
	})
	if err != nil {
		return efile.Document{}, fmt.Errorf("attach part %d of document %s: %w", a.Number, a.Parent, err)
	}
	return doc, nil
}

func (s *Service) attached(ctx context.Context, actor efile.Actor, id efile.ID) (doc efile.Document, found bool, err error) {
	err = s.Records.View(ctx, actor, func(tx *records.Tx) error {
		doc, err = tx.Document(ctx, id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return efile.Document{}, false, nil
	}
	if err != nil {
		return efile.Document{}, false, fmt.Errorf("look for document %s: %w", id, err)
	}
	return doc, true, nil
}

func (s *Service) child(parent efile.Document, id efile.ID, a Attachment, object storage.Object) efile.Document {
	now := s.now()
	return efile.Document{
		ID: id, CaseID: parent.CaseID, MatterID: parent.MatterID, SubmissionID: parent.SubmissionID, ParentID: parent.ID,
		Status: efile.Received, Station: efile.Inspect, Generation: 1, Version: 1, FileName: efile.CleanName(a.Name),
		MediaType: cleanMedia(a.MediaType), Size: object.Size, SHA256: object.SHA256, Channel: parent.Channel,
		RequestID: parent.RequestID, Received: now, Changed: now,
	}
}

// childID is the parent's time with bits that follow from parent and number: a version 7 UUID like any other.
func childID(parent efile.ID, number int) efile.ID {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte("eakte.part.v1"), parent[:]...), uint64(number)))
	id := parent
	copy(id[6:], sum[:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

func (s *Service) storeFile(ctx context.Context, key, path string) (storage.Object, error) {
	f, err := os.Open(path) //nolint:gosec // the worker's own file
	if err != nil {
		return storage.Object{}, err
	}
	defer func() { _ = f.Close() }() // only read
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return storage.Object{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return storage.Object{}, err
	}
	object, err := s.Store.Put(ctx, key, f, size)
	if err == nil && object.SHA256 != hex.EncodeToString(sum.Sum(nil)) {
		err = fmt.Errorf("file of %s changed while it was stored", key)
	}
	return object, err
}
