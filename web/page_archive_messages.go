package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// messageView is a message that we send.
type messageView struct {
	Name, Number, File, Size, SHA256, Created, Checked, Sent, Files string
	Findings                                                        []string
	Download                                                        string // empty: it was handed over, or is not ready
	ByHand                                                          bool
}

// shownFindings of a check are told on the page; whoever sees them needs no more.
const shownFindings = 20

func messageViewOf(r *Request, f disposalFound, m efile.Message) messageView {
	t := r.Text
	v := messageView{Name: t.T("archive.message." + string(m.Type)), File: m.File, SHA256: m.SHA256, Created: t.Time(local(m.Created)),
		Checked: t.Time(local(m.Checked)), Sent: t.Time(local(m.Sent)), ByHand: !sends(f.a)}
	if m.Of > 1 {
		v.Number = t.T("archive.of", "n", m.Number, "total", m.Of)
	}
	if m.Size > 0 {
		v.Size = t.Bytes(m.Size)
	}
	if n := len(m.Entries); n > 0 {
		v.Files = t.Plural("archive.entries", n)
	}
	if m.Key != "" && !m.Checked.IsZero() && len(m.Findings) == 0 && !over(f.d.State) {
		v.Download = disposalPath(r, f.d.ID) + "/messages/" + m.ID.Public(efile.PrefixMessage)
	}
	for i, found := range m.Findings {
		if i == shownFindings {
			v.Findings = append(v.Findings, t.Plural("archive.more_findings", len(m.Findings)-i))
			break
		}
		v.Findings = append(v.Findings, findingText(r, f, found))
	}
	return v
}

// findingText is a finding as a sentence, with what it is about.
func findingText(r *Request, f disposalFound, found efile.CheckFinding) string {
	key := "archive_check." + found.Code
	text := r.Text.T(key)
	if text == key { // a validator's own code
		text = r.Text.T("archive_check." + archive.FoundSchema)
	}
	if i := slices.IndexFunc(f.records, func(k efile.DisposalRecord) bool { return k.ID == found.Record }); i >= 0 && !found.Record.IsZero() {
		text += " (" + f.records[i].Reference + ")"
	}
	if found.Subject != "" {
		text += " " + found.Subject
	}
	return text
}

// sendMessage streams a finished container to whoever carries it to the archive. That it was fetched is in the log before
// its first byte leaves. Of a disposal that is over nothing leaves: its case files are the office's again, or are gone.
func (s *Server) sendMessage(w http.ResponseWriter, r *Request) error {
	id, err := disposalIn(r)
	if err != nil {
		return err
	}
	messageID, err := idIn(r, "message", efile.PrefixMessage)
	if err != nil {
		return err
	}
	var m efile.Message
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		d, err := tx.Disposal(r.Context(), id)
		if err != nil {
			return err
		}
		if over(d.State) {
			return fault.New(fault.Reject, fault.WrongStage, fmt.Errorf("it is %s", d.State))
		}
		all, err := tx.Messages(r.Context(), id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(m efile.Message) bool { return m.ID == messageID })
		if i < 0 || all[i].Key == "" || all[i].Checked.IsZero() || len(all[i].Findings) > 0 {
			return missing("container of this disposal")
		}
		m = all[i]
		stored, err := tx.ObjectsUnder(r.Context(), m.Key)
		if err != nil {
			return err
		}
		for _, o := range stored {
			if err := records.Sound(o); err != nil {
				return err
			}
		}
		data, err := json.Marshal(map[string]string{"message": m.ID.String(), "type": string(m.Type), "sha256": m.SHA256})
		tx.Append(efile.Event{Type: efile.AuditContainerFetched, Subject: "disposals/" + id.Public(efile.PrefixDisposal), Data: data})
		return err
	})
	if err != nil {
		return fmt.Errorf("fetch container of disposal %s: %w", id, err)
	}
	container := efile.Rendition{ID: m.ID, Key: m.Key, Size: m.Size, SHA256: m.SHA256, MediaType: "application/zip"}
	return s.sendObject(w, r, container, cmp.Or(m.File, string(m.Type)+".zip"))
}
