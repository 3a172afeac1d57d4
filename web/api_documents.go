package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

type documentJSON struct {
	statusJSON
	Case           string          `json:"case"`
	Matter         string          `json:"matter,omitempty"`
	Submission     string          `json:"submission,omitempty"`
	Channel        efile.Channel   `json:"channel"`
	MediaType      string          `json:"mediaType"`
	TypeConfidence float64         `json:"typeConfidence"`
	TypeBy         string          `json:"typeBy,omitempty"`
	Segments       []segmentJSON   `json:"segments"`
	Fields         []fieldJSON     `json:"fields"`
	Renditions     []renditionJSON `json:"renditions"`
	Parts          []string        `json:"parts,omitempty"` // documents that came inside this one
}

type segmentJSON struct {
	Number     int     `json:"number"`
	First      int     `json:"first"`
	Last       int     `json:"last"`
	Type       string  `json:"type"`
	Confidence float64 `json:"confidence"`
}

type fieldJSON struct {
	Name       string     `json:"name"`
	Value      string     `json:"value"`
	Raw        string     `json:"raw,omitempty"`
	Page       int        `json:"page"`
	Box        [4]float64 `json:"box"`
	Confidence float64    `json:"confidence"`
	By         string     `json:"by"`
}

type renditionJSON struct {
	Rendition string `json:"rendition"` // as in ?rendition=
	MediaType string `json:"mediaType"`
	Format    string `json:"format,omitempty"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
	Href      string `json:"href"`
	Withheld  bool   `json:"withheld,omitempty"` // damaged in the store: its address answers digest_mismatch
}

// getDocument tells everything known of a document but its contents.
func (s *Server) getDocument(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return err
	}
	var answer documentJSON
	err = s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) error {
		answer, err = s.wholeDocument(r, tx, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("get document %s: %w", id, err)
	}
	return writeTagged(w, r, answer)
}

func (s *Server) wholeDocument(r *Request, tx *records.Tx, id efile.ID) (documentJSON, error) {
	ctx := r.Context()
	d, err := tx.Document(ctx, id)
	if err != nil {
		return documentJSON{}, err
	}
	out := documentJSON{
		statusJSON: s.statusJSON(r, d), Case: d.CaseID.Public(efile.PrefixCase), Matter: publicOr(d.MatterID, efile.PrefixMatter),
		Submission: publicOr(d.SubmissionID, efile.PrefixSubmission), Channel: d.Channel, MediaType: d.MediaType,
		TypeConfidence: d.TypeConfidence, TypeBy: d.TypeBy, Segments: []segmentJSON{}, Fields: []fieldJSON{}, Renditions: []renditionJSON{},
	}
	segments, err := tx.Segments(ctx, id)
	if err != nil {
		return documentJSON{}, err
	}
	for _, g := range segments {
		out.Segments = append(out.Segments, segmentJSON{g.Number, g.First, g.Last, g.Type, g.Confidence})
	}
	fields, err := tx.Fields(ctx, id)
	if err != nil {
		return documentJSON{}, err
	}
	for _, f := range fields {
		out.Fields = append(out.Fields, fieldJSON{f.Name, f.Value, f.Raw, f.Page, f.Box, f.Confidence, f.By})
	}
	renditions, err := tx.Renditions(ctx, id)
	if err != nil {
		return documentJSON{}, err
	}
	for _, n := range renditions {
		if name := renditionName(n.Kind); name != "" {
			out.Renditions = append(out.Renditions, renditionJSON{
				name, n.MediaType, n.Format, n.Size, n.SHA256, "/v1/documents/" + out.ID + "/content?rendition=" + name,
				!n.Quarantined.IsZero(),
			})
		}
	}
	children, err := tx.Children(ctx, id)
	for _, c := range children {
		out.Parts = append(out.Parts, c.ID.Public(efile.PrefixDocument))
	}
	return out, err
}

// renditionName is the outside's name of a kind; empty for those that stay inside.
func renditionName(kind efile.RenditionKind) string {
	switch kind {
	case efile.Original:
		return "original"
	case efile.Archival:
		return "archive"
	}
	return ""
}

type classificationOrder struct {
	DocumentType string  `json:"documentType"`
	ValidUntil   *string `json:"validUntil"`
	By           string  `json:"by"`
}

// typeReviews are the reasons to look at a document that naming its type settles.
var typeReviews = []string{string(fault.UnknownType), string(fault.UnsureType)}

// putClassification is a caseworker's word on a document's type. A document that waited for just that is filed.
func (s *Server) putClassification(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return err
	}
	var body classificationOrder
	return s.order(w, r, &body, func(tx *records.Tx) (reply, error) {
		if body.ValidUntil != nil {
			return reply{}, wrong("/validUntil", "not supported")
		}
		if err := s.classify(r.Context(), tx, id, body.DocumentType); err != nil {
			return reply{}, err
		}
		return outcome(r.Context(), tx, id)
	})
}

// outcome is the short answer to an order about a document: it is kept with the idempotency key, so it holds nothing
// personal.
func outcome(ctx context.Context, tx *records.Tx, id efile.ID) (reply, error) {
	d, err := tx.Document(ctx, id)
	return reply{http.StatusOK, outcomeJSON{id.Public(efile.PrefixDocument), d.Status, d.Type, d.Version}}, err
}

type outcomeJSON struct {
	ID      string               `json:"id"`
	Status  efile.DocumentStatus `json:"status"`
	Type    string               `json:"type,omitempty"`
	Version int                  `json:"version"`
}

// classify sets a document's type by hand, in tx. Withdrawn and rejected documents, and those still on their way, are
// fault.Conflict: there is nothing to correct yet, or any more.
func (s *Server) classify(ctx context.Context, tx *records.Tx, id efile.ID, documentType string) error {
	if _, known := s.cfg.Catalogue.Type(documentType); !known {
		return fault.New(fault.Reject, fault.UnknownDocumentType, invalid{{"/documentType", "not in the catalogue"}})
	}
	d, err := tx.LockDocument(ctx, id)
	if err != nil {
		return err
	}
	if d.Status != efile.Filed && d.Status != efile.Review {
		return fault.New(fault.Reject, fault.Conflict, fmt.Errorf("document %s is %s", id, d.Status))
	}
	files := d.Status == efile.Review && slices.Contains(typeReviews, d.Code)
	d.Type, d.TypeConfidence, d.TypeBy = documentType, 1, "caseworker"
	if files {
		d.Status, d.Station, d.Code = efile.Filed, efile.File, ""
		if s.cfg.Filed != nil {
			if err := s.cfg.Filed(ctx, tx, d); err != nil {
				return err
			}
		}
	}
	if err := tx.SaveDocument(ctx, d); err != nil {
		return err
	}
	d.Version++ // SaveDocument counts
	if err := notify.AppendDocument(ctx, tx, efile.DocumentClassified, d, nil); err != nil || !files {
		return err
	}
	return notify.AppendDocument(ctx, tx, efile.DocumentAttached, d, nil)
}

// withdrawDocument takes a document back. It stays recorded, out of the case's view; jobs for it do nothing any more.
func (s *Server) withdrawDocument(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return err
	}
	return s.order(w, r, nil, func(tx *records.Tx) (reply, error) {
		d, err := tx.LockDocument(r.Context(), id)
		if err != nil {
			return reply{}, err
		}
		if d.Status != efile.Withdrawn {
			if r.Actor.Kind == efile.Applicant && d.Status == efile.Filed {
				return reply{}, fault.New(fault.Reject, fault.Conflict, fmt.Errorf("document %s is filed", id))
			}
			d.Status, d.Code = efile.Withdrawn, string(fault.WithdrawnBySender)
			d.Generation++ // older jobs do nothing
			if err := tx.SaveDocument(r.Context(), d); err != nil {
				return reply{}, err
			}
			d.Version++ // SaveDocument counts
			if err := notify.AppendDocument(r.Context(), tx, efile.DocumentWithdrawn, d, nil); err != nil {
				return reply{}, err
			}
		}
		return outcome(r.Context(), tx, id)
	})
}

// getPageImage shows one page. It is our own JPEG, never a sender's bytes.
func (s *Server) getPageImage(w http.ResponseWriter, r *Request) error {
	id, err := idIn(r, "document", efile.PrefixDocument)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("page"))
	if err != nil || n < 1 {
		return missing("page is not a number")
	}
	rendition, err := s.noteRead(r, id, efile.PageImage, n)
	if err != nil {
		return err
	}
	return s.sendObject(w, r, rendition, "")
}
