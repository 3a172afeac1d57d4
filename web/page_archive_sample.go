package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
	"github.com/eakte/eakte/records"
)

// One in sampleShare documents is looked at, but at least sampleLeast and at most sampleMost; of a list of due case files the
// first sampleFiles count.
const (
	sampleShare = 20
	sampleLeast = 10
	sampleMost  = 60
	sampleFiles = 200
)

// doubtfulNotes are remarks on a document that say that its scan, or what was read of it, may be wrong.
var doubtfulNotes = []string{string(pipeline.NoteLowConfidence), string(pipeline.NotePartial), string(pipeline.NotePageUnread),
	string(pipeline.NoteTextContradicts), string(pipeline.NotePageImages)}

// samplePage is the Data of archive_sample.html.
type samplePage struct {
	About  string
	Facts  []pair
	Rows   []sampleRow
	Crumbs []crumb
}

// sampleRow is a document of the sample with what is known of the quality of its scan.
type sampleRow struct {
	Path, Type, FileName, Reference, Pages, Confidence, Quality string
	Badge                                                       badge
	Notes                                                       []string
}

// sampled is a document of the sample with its pages and the case file it is of.
type sampled struct {
	d         efile.Document
	reference string
	pages     []efile.Page
}

// showSample shows a part of the documents of a disposal, or of the due case files, with the quality of their scans. The same
// documents give the same sample, so that two people look at the same.
func (s *Server) showSample(w http.ResponseWriter, r *Request) error {
	if err := ownOffice(r); err != nil {
		return err
	}
	t := r.Text
	data := samplePage{About: t.T("archive.sample_due"), Crumbs: []crumb{{t.T("archive.title"), archivePath(r, "")}, {t.T("archive.sample"), ""}}}
	var disposal efile.ID
	if v := r.URL.Query().Get("disposal"); v != "" {
		var err error
		if disposal, err = efile.ParsePublic(efile.PrefixDisposal, v); err != nil {
			return missing("disposal is not an id")
		}
		title := t.T("archive.disposal") + " " + shortNumber(disposal)
		data.About = title
		data.Crumbs = slices.Insert(data.Crumbs, 1, crumb{title, disposalPath(r, disposal)})
	}
	var sample []sampled
	var total int
	err := s.cfg.Records.View(r.Context(), r.Actor, func(tx *records.Tx) (err error) {
		sample, total, err = sampleOf(r, tx, disposal)
		return err
	})
	if err != nil {
		return fmt.Errorf("show sample: %w", err)
	}
	s.fillSample(r, &data, sample, total)
	return s.render(w, r, http.StatusOK, "archive_sample.html", data)
}

// sampleOf draws the sample and reads the pages of what was drawn.
func sampleOf(r *Request, tx *records.Tx, disposal efile.ID) (sample []sampled, total int, err error) {
	files, err := sampleFrame(r, tx, disposal)
	if err != nil {
		return nil, 0, err
	}
	for id, reference := range files {
		docs, err := tx.Documents(r.Context(), id)
		if err != nil {
			return nil, 0, err
		}
		for _, d := range docs {
			if d.Status == efile.Filed {
				sample = append(sample, sampled{d: d, reference: reference})
			}
		}
	}
	total = len(sample)
	slices.SortFunc(sample, func(a, b sampled) int { return cmp.Compare(lot(a.d.ID), lot(b.d.ID)) })
	sample = sample[:min(total, sampleMost, max(sampleLeast, (total+sampleShare-1)/sampleShare))]
	for i := range sample {
		if sample[i].pages, err = tx.Pages(r.Context(), sample[i].d.ID); err != nil {
			return nil, 0, err
		}
	}
	return sample, total, nil
}

// sampleFrame are the case files that the sample is drawn from, with their references.
func sampleFrame(r *Request, tx *records.Tx, disposal efile.ID) (map[efile.ID]string, error) {
	files := map[efile.ID]string{}
	if disposal.IsZero() {
		lines, err := tx.Retentions(r.Context(), records.RetentionFilter{Stage: efile.StageDue, Limit: sampleFiles})
		for _, l := range lines {
			files[l.Retention.CaseID] = l.Reference
		}
		return files, err
	}
	if _, err := tx.Disposal(r.Context(), disposal); err != nil {
		return nil, err
	}
	all, err := tx.DisposalRecords(r.Context(), disposal)
	for _, k := range all {
		if live(k) && k.Level == efile.LevelCase {
			files[k.CaseID] = k.Reference
		}
	}
	return files, err
}

// lot is a document's place in the draw: the same each time, and nothing that anybody can choose.
func lot(id efile.ID) string {
	sum := sha256.Sum256([]byte(id.String()))
	return hex.EncodeToString(sum[:])
}

func (s *Server) fillSample(r *Request, data *samplePage, sample []sampled, total int) {
	t := r.Text
	pages, doubtful := 0, 0
	for _, one := range sample {
		row := s.sampleRow(r, one)
		pages += len(one.pages)
		doubtful += boolToInt(row.Badge.Kind == "warning")
		data.Rows = append(data.Rows, row)
	}
	data.Facts = pairs(pair{t.T("staff.documents"), t.T("archive.of", "n", len(sample), "total", total)},
		pair{t.T("staff.page_count"), fmt.Sprint(pages)}, pair{t.T("archive.sample_doubtful"), fmt.Sprint(doubtful)})
}

func (s *Server) sampleRow(r *Request, one sampled) sampleRow {
	t, d := r.Text, one.d
	row := sampleRow{Path: documentPath(r, d.CaseID, d.ID), Type: cmp.Or(s.typeName(r, d.Type), t.T("staff.type_unknown")), FileName: d.FileName,
		Reference: one.reference, Pages: t.Plural("upload.pages", len(one.pages)), Notes: notesOf(r, d),
		Badge: badge{t.T("archive.sample_good"), "success", "success"}}
	counts, sum, read, unread := map[string]int{}, 0.0, 0, 0
	for _, p := range one.pages {
		counts[p.Quality]++
		unread += boolToInt(p.Code != "")
		if p.Recognised && !p.Blank && !p.Digital {
			sum, read = sum+p.Confidence, read+1
		}
	}
	var quality []string
	for _, grade := range []string{"good", "readable", "retake", "unreadable"} {
		if n := counts[grade]; n > 0 {
			quality = append(quality, fmt.Sprintf("%d × %s", n, t.T("quality."+grade)))
		}
	}
	row.Quality = strings.Join(quality, ", ")
	if read > 0 {
		row.Confidence = t.Percent(sum / float64(read))
	}
	noted := slices.ContainsFunc(d.Notes, func(note string) bool { return slices.Contains(doubtfulNotes, note) })
	if len(one.pages) == 0 || noted || counts["retake"]+counts["unreadable"]+unread > 0 || read > 0 && sum/float64(read) < 0.6 {
		row.Badge = badge{t.T("archive.sample_look"), "warning", "warning"}
	}
	return row
}
