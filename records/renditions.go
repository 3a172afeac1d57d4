package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
)

const renditionColumns = `r.id, r.document_id, r.case_id, r.kind, r.page, r.media_type, r.format, r.object_key, r.size,
	r.sha256, r.sha512, r.generation, r.created, r.checked, r.quarantined`

func scanRendition(row pgx.Row) (r efile.Rendition, err error) {
	err = row.Scan(&r.ID, &r.DocumentID, &r.CaseID, &r.Kind, &r.Page, &r.MediaType, &r.Format, &r.Key, &r.Size,
		&r.SHA256, &r.SHA512, &r.Generation, at(&r.Created), at(&r.Checked), at(&r.Quarantined))
	return r, err
}

// AddRendition records a stored object of a document. The same document, kind, page and generation again replaces the
// record, so that a step may run twice; what was known of the former object is forgotten. A zero ID is minted, a zero
// Generation is the document's.
func (tx *Tx) AddRendition(ctx context.Context, r efile.Rendition) error {
	doing := fmt.Sprintf("add %s rendition of document %s", r.Kind, r.DocumentID)
	action := efile.Process
	if r.Kind == efile.Original {
		action = efile.Submit
	}
	if err := tx.may(doing, action); err != nil {
		return err
	}
	if r.ID.IsZero() {
		r.ID = efile.NewID()
	}
	return tx.change(ctx, doing, `
		insert into renditions (office_id, id, case_id, document_id, kind, page, media_type, format, object_key, size,
			sha256, generation, created)
		select office_id, $2, case_id, id, $3, $4, $5, $6, $7, $8, $9, coalesce(nullif($10::int, 0), generation), $11
		from documents where id = $1
		on conflict (office_id, document_id, kind, page, generation) do update set media_type = excluded.media_type,
			format = excluded.format, object_key = excluded.object_key, size = excluded.size, sha256 = excluded.sha256,
			created = excluded.created, sha512 = '', checked = null, quarantined = null`,
		r.DocumentID, r.ID, r.Kind, r.Page, r.MediaType, r.Format, r.Key, r.Size, r.SHA256, r.Generation,
		orNow(r.Created))
}

// current joins a rendition with its document and keeps what belongs to the document's generation; the original
// belongs to every generation. $1 says whether the actor may have originals that are withheld: those found infected,
// those no scanner has passed, and those not inspected yet.
const current = ` from renditions r join documents d on d.id = r.document_id
	where (r.kind = 'original' or r.generation = d.generation)
		and ($1 or r.kind <> 'original' or (d.status <> 'received' and d.code not in ('malware', 'not_scanned')))`

// Renditions returns the stored objects of a document's generation, and its original. A withheld original is not among
// them unless the actor may read withheld ones. Those in quarantine are, marked: whoever wants their bytes must look.
func (tx *Tx) Renditions(ctx context.Context, docID efile.ID) ([]efile.Rendition, error) {
	doing := fmt.Sprintf("list renditions of document %s", docID)
	if err := tx.may(doing, efile.ReadCases, efile.ReadWithheld); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanRendition,
		"select "+renditionColumns+current+" and r.document_id = $2 order by r.kind, r.page, r.generation",
		tx.actor.May(efile.ReadWithheld), docID)
}

// Rendition returns one stored object of a document's generation; page is 0 for one that shows the whole document.
// A withheld original is fault.Forbidden for those who may not read withheld ones; one in quarantine is
// fault.DigestMismatch for everybody.
func (tx *Tx) Rendition(ctx context.Context, docID efile.ID, kind efile.RenditionKind, page int) (efile.Rendition, error) {
	doing := fmt.Sprintf("get %s rendition of document %s", kind, docID)
	if err := tx.may(doing, efile.ReadCases, efile.ReadWithheld); err != nil {
		return efile.Rendition{}, err
	}
	const where = " and r.document_id = $2 and r.kind = $3 and r.page = $4 order by r.generation desc limit 1"
	found, err := many(ctx, tx, doing, scanRendition, "select "+renditionColumns+current+where,
		tx.actor.May(efile.ReadWithheld), docID, kind, page)
	if err != nil {
		return efile.Rendition{}, err
	}
	if len(found) == 1 {
		return found[0], Sound(found[0])
	}
	if _, err := one(ctx, tx, doing, scanRendition, "select "+renditionColumns+current+where, true, docID, kind, page); err != nil {
		return efile.Rendition{}, err
	}
	return efile.Rendition{}, tx.forbidden(doing)
}

// Sound returns the fault DigestMismatch (review) for a rendition in quarantine, nil for any other. Whoever lists renditions
// and uses their bytes asks it.
func Sound(r efile.Rendition) error {
	if r.Quarantined.IsZero() {
		return nil
	}
	return fault.New(fault.Review, fault.DigestMismatch, fmt.Errorf("%s rendition of document %s is in quarantine", r.Kind, r.DocumentID))
}

// AllObjects walks every stored object of the office, of every generation and messages to and from archives, by id: after is the last one of the
// page before, zero the beginning.
func (tx *Tx) AllObjects(ctx context.Context, after efile.ID, limit int) ([]efile.Rendition, error) {
	if err := tx.may("list objects", efile.Process); err != nil {
		return nil, err
	}
	// Each half stops at the limit by itself, so that the big one is read by its index.
	return many(ctx, tx, "list objects", scanRendition, `
		(select `+renditionColumns+` from renditions r where $1::uuid is null or r.id > $1 order by r.id limit $2)
		union all
		(select `+renditionColumns+` from `+transfers+` where $1::uuid is null or r.id > $1 order by r.id limit $2)
		order by 1 limit $2`, after, page(limit, 100, 1000))
}

// Read is one entry of the access log.
type Read struct {
	DocumentID efile.ID
	Kind       efile.RenditionKind
	Page       int
	Actor      efile.Actor // Kind and ID
	At         time.Time
}

// NoteRead writes into the access log that the actor reads this content. It needs In, and commits before the first
// byte is sent.
func (tx *Tx) NoteRead(ctx context.Context, docID efile.ID, kind efile.RenditionKind, page int) error {
	doing := fmt.Sprintf("note reading of document %s", docID)
	if err := tx.may(doing, efile.ReadCases, efile.ReadWithheld); err != nil {
		return err
	}
	return tx.change(ctx, doing, `
		insert into content_reads (office_id, id, case_id, document_id, kind, page, actor_kind, actor_id)
		select office_id, $2, case_id, id, $3, $4, $5, $6 from documents where id = $1`,
		docID, efile.NewID(), kind, page, tx.actor.Kind, tx.actor.ID)
}

// Reads returns who read a document's content, the newest first.
func (tx *Tx) Reads(ctx context.Context, docID efile.ID, limit int) ([]Read, error) {
	doing := fmt.Sprintf("list readings of document %s", docID)
	if err := tx.may(doing, efile.ManageUsers, efile.Archive, efile.Correct); err != nil {
		return nil, err
	}
	scan := func(row pgx.Row) (r Read, err error) {
		err = row.Scan(&r.DocumentID, &r.Kind, &r.Page, &r.Actor.Kind, &r.Actor.ID, at(&r.At))
		return r, err
	}
	return many(ctx, tx, doing, scan, `
		select document_id, kind, page, actor_kind, actor_id, at from content_reads
		where document_id = $1 order by at desc, id desc limit $2`, docID, page(limit, 100, 1000))
}
