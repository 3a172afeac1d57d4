package intake

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// record makes the stored object a document: row, original, event and first job commit together with the upload's end, or
// none of them. The same bytes already in the case: no document, the receipt names the earlier one, and the new object
// goes.
func (in *ingest) record(ctx context.Context, digest string) (*efile.Receipt, error) {
	limits, err := in.s.LimitsOf(ctx, in.actor.Office)
	if err != nil {
		return nil, err
	}
	receipt, err := in.recordOnce(ctx, limits, digest)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Duplicate) {
		// Someone recorded the same bytes between our look and our insert; the unique index said so. Now we see them.
		receipt, err = in.recordOnce(ctx, limits, digest)
	}
	if err != nil {
		return nil, fmt.Errorf("record upload %s as document %s: %w", in.up.ID, in.up.DocumentID, err)
	}
	in.up.Done, in.up.Writer = true, efile.ID{}
	in.safe = in.up
	if receipt.Duplicate {
		if err := in.s.Store.Delete(ctx, in.key); err != nil {
			in.s.log().WarnContext(ctx, "second copy not removed", "document", in.up.DocumentID.String(), "error", err)
		}
	}
	return receipt, nil
}

func (in *ingest) recordOnce(ctx context.Context, limits efile.Limits, digest string) (*efile.Receipt, error) {
	var receipt *efile.Receipt
	err := in.s.Records.In(ctx, in.actor, func(tx *records.Tx) error {
		receipt = nil
		sub, err := tx.LockSubmission(ctx, in.up.SubmissionID)
		if err != nil {
			return err
		}
		earlier, found, err := tx.DocumentByDigest(ctx, sub.CaseID, digest)
		switch {
		case err != nil:
			return err
		case found:
			receipt = &efile.Receipt{DocumentID: earlier.ID, SHA256: digest, Size: earlier.Size, Received: earlier.Received, Duplicate: true}
		default:
			if err := in.s.fits(ctx, tx, limits, sub, waiting{}, in.up.Length, !in.rowless); err != nil {
				return err
			}
			doc := in.document(sub, digest)
			if err := in.s.addDocument(ctx, tx, in.actor.Office, doc, in.key); err != nil {
				return err
			}
			receipt = &efile.Receipt{DocumentID: doc.ID, SHA256: digest, Size: doc.Size, Received: doc.Received}
		}
		if in.rowless {
			return nil
		}
		return in.endUpload(ctx, tx)
	})
	return receipt, err
}

// document is what intake knows of one.
func (in *ingest) document(sub efile.Submission, digest string) efile.Document {
	now := in.s.now()
	return efile.Document{
		ID: in.up.DocumentID, CaseID: sub.CaseID, MatterID: sub.MatterID, SubmissionID: sub.ID, Status: efile.Received,
		Station: efile.Inspect, Generation: 1, Version: 1, FileName: in.up.FileName, MediaType: in.up.MediaType,
		Size: in.up.Length, SHA256: digest, Channel: sub.Channel, Received: now, Changed: now,
	}
}

// addDocument records a document with its original under key, its event and its first job.
func (s *Service) addDocument(ctx context.Context, tx *records.Tx, office efile.ID, doc efile.Document, key string) error {
	if err := tx.AddDocument(ctx, doc); err != nil {
		return err
	}
	original := efile.Rendition{
		ID: efile.NewID(), DocumentID: doc.ID, CaseID: doc.CaseID, Kind: efile.Original, MediaType: doc.MediaType, Key: key,
		Size: doc.Size, SHA256: doc.SHA256, Generation: doc.Generation, Created: doc.Received,
	}
	if err := tx.AddRendition(ctx, original); err != nil {
		return err
	}
	if err := notify.AppendDocument(ctx, tx, efile.DocumentReceived, doc, nil); err != nil {
		return err
	}
	first := job.Inspect{Document: job.Document{Office: office, Document: doc.ID, Generation: doc.Generation}}
	if _, err := s.Queue.InsertTx(ctx, tx.Pgx(), first, nil); err != nil {
		return fmt.Errorf("insert first job of document %s: %w", doc.ID, err)
	}
	return nil
}

// endUpload closes the upload's row in the transaction that records its document.
func (in *ingest) endUpload(ctx context.Context, tx *records.Tx) error {
	row, err := tx.LockUpload(ctx, in.up.ID)
	if err != nil {
		return err
	}
	if row.Writer != in.up.Writer {
		return fault.New(fault.Reject, fault.Locked, fmt.Errorf("upload %s has another writer", in.up.ID))
	}
	state, err := in.sum.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return fmt.Errorf("digest of upload %s: %w", in.up.ID, err)
	}
	row.Offset, row.HashState, row.Parts, row.Multipart, row.Tail, row.TailSize = in.up.Length, state, nil, "", "", 0
	row.Done, row.Writer, row.WriterUntil = true, efile.ID{}, time.Time{}
	return tx.SaveUpload(ctx, row)
}

// receiptOf gives the receipt of a recorded upload again; nil for one that is not. The document is the one minted with
// the upload, or the earlier one of the same digest.
func receiptOf(ctx context.Context, tx *records.Tx, up efile.Upload) (*efile.Receipt, error) {
	if !up.Done {
		return nil, nil
	}
	doc, err := tx.Document(ctx, up.DocumentID)
	if err == nil {
		return &efile.Receipt{DocumentID: doc.ID, SHA256: doc.SHA256, Size: doc.Size, Received: doc.Received}, nil
	} else if !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	sum := sha256.New()
	if err := sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(up.HashState); err != nil {
		return nil, fmt.Errorf("digest of upload %s: %w", up.ID, err)
	}
	earlier, found, err := tx.DocumentByDigest(ctx, up.CaseID, hex.EncodeToString(sum.Sum(nil)))
	if err != nil {
		return nil, err
	}
	if !found { // withdrawn since
		return nil, fault.New(fault.Reject, fault.Gone, fmt.Errorf("document of upload %s is withdrawn", up.ID))
	}
	return &efile.Receipt{DocumentID: earlier.ID, SHA256: earlier.SHA256, Size: earlier.Size, Received: earlier.Received, Duplicate: true}, nil
}
