package web

import (
	"github.com/eakte/eakte/efile"
)

// badge is a state as it is shown: a word, a colour and an icon, so that colour never stands alone.
type badge struct {
	Text string
	Kind string // info, success, warning or danger: KERN's kinds
	Icon string
}

// badgeOf shows where a document stands.
func badgeOf(r *Request, status efile.DocumentStatus) badge {
	b := badge{Text: r.Text.T("status." + string(status)), Kind: "info", Icon: "autorenew"}
	switch status {
	case efile.Filed:
		b.Kind, b.Icon = "success", "success"
	case efile.Review:
		b.Kind, b.Icon = "warning", "visibility"
	case efile.Rejected:
		b.Kind, b.Icon = "danger", "danger"
	case efile.Withdrawn:
		b.Icon = "close"
	}
	return b
}

// staffBadge is badgeOf in the words of the office.
func staffBadge(r *Request, status efile.DocumentStatus) badge {
	b := badgeOf(r, status)
	b.Text = r.Text.T("desk_status." + string(status))
	return b
}

// typeName is the name of a document type in the caller's language; empty for the empty key.
func (s *Server) typeName(r *Request, key string) string {
	if key == "" {
		return ""
	}
	if t, ok := s.cfg.Catalogue.Type(key); ok {
		return t.Names.In(r.Text.Lang())
	}
	return key
}

// sureness puts a confidence into a word. Numbers alone say little to people.
func sureness(r *Request, confidence float64) string {
	switch {
	case confidence >= 0.9:
		return r.Text.T("confidence.sure")
	case confidence >= 0.6:
		return r.Text.T("confidence.likely")
	}
	return r.Text.T("confidence.unsure")
}

// crumb is a step of the path to a page. The last has no address.
type crumb struct{ Name, Path string }

// pair is a line of a description list.
type pair struct{ Key, Value string }

// pairs leaves out what has no value.
func pairs(all ...pair) []pair {
	var kept []pair
	for _, p := range all {
		if p.Value != "" {
			kept = append(kept, p)
		}
	}
	return kept
}
