package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
)

// requestReasons are those of the order contract; each is a key of a translated text.
var requestReasons = []string{"missing", "unreadable", "expired", "incomplete", "translation_missing", "newer_needed", "other"}

type requestOrder struct {
	Items []struct {
		DocumentType string `json:"documentType"`
		Reason       string `json:"reason"`
	} `json:"items"`
	Due    string `json:"due"`
	Notify string `json:"notify"`
}

type requestJSON struct {
	ID      string             `json:"id"`
	State   efile.RequestState `json:"state"`
	Items   []requestItemJSON  `json:"items"`
	Due     string             `json:"due,omitempty"`
	Created string             `json:"created"`
}

type requestItemJSON struct {
	DocumentType string `json:"documentType"`
	Reason       string `json:"reason"`
	State        string `json:"state"`
	Document     string `json:"document,omitempty"`
}

func requestOut(q efile.Request) requestJSON {
	out := requestJSON{ID: q.ID.Public(efile.PrefixRequest), State: q.State, Items: []requestItemJSON{}, Created: timeText(q.Created)}
	if !q.Due.IsZero() {
		out.Due = q.Due.Format(time.DateOnly)
	}
	for _, i := range q.Items {
		out.Items = append(out.Items, requestItemJSON{i.DocumentType, i.Reason, i.State, publicOr(i.DocumentID, efile.PrefixDocument)})
	}
	return out
}

// postRequest asks the applicant for documents.
func (s *Server) postRequest(w http.ResponseWriter, r *Request) error {
	caseID, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	var body requestOrder
	return s.order(w, r, &body, func(tx *records.Tx) (reply, error) {
		request, err := s.checkRequest(body)
		if err != nil {
			return reply{}, err
		}
		c, err := tx.Case(r.Context(), caseID)
		if err != nil {
			return reply{}, err
		}
		if !c.Closed.IsZero() {
			return reply{}, fault.New(fault.Reject, fault.CaseClosed, fmt.Errorf("case %s", c.ID))
		}
		matters, err := tx.Matters(r.Context(), caseID)
		if err != nil {
			return reply{}, err
		}
		newest, _ := efile.NewestOpen(matters)
		request.CaseID, request.MatterID = caseID, newest.ID
		if err := tx.AddRequest(r.Context(), request); err != nil {
			return reply{}, err
		}
		if err := notify.AppendRequest(r.Context(), tx, efile.RequestWasCreated, request); err != nil {
			return reply{}, err
		}
		return reply{http.StatusCreated, requestOut(request)}, nil
	})
}

func (s *Server) checkRequest(body requestOrder) (efile.Request, error) {
	request := efile.Request{ID: efile.NewID(), State: efile.RequestCreated, Created: s.now()}
	if len(body.Items) < 1 || len(body.Items) > 30 {
		return request, wrong("/items", "1 to 30 items")
	}
	if body.Notify != "" && body.Notify != "auto" && body.Notify != "portal" {
		return request, wrong("/notify", "auto or portal")
	}
	if body.Due != "" {
		due, err := time.Parse(time.DateOnly, body.Due)
		if err != nil {
			return request, wrong("/due", "not a date")
		}
		request.Due = due
	}
	for i, item := range body.Items {
		at := "/items/" + strconv.Itoa(i)
		if _, known := s.cfg.Catalogue.Type(item.DocumentType); !known {
			return request, fault.New(fault.Reject, fault.UnknownDocumentType, invalid{{at + "/documentType", "not in the catalogue"}})
		}
		if item.Reason == "" {
			item.Reason = "missing"
		}
		if !slices.Contains(requestReasons, item.Reason) {
			return request, wrong(at+"/reason", "not a reason")
		}
		request.Items = append(request.Items, efile.RequestItem{Number: i + 1, DocumentType: item.DocumentType, Reason: item.Reason, State: "open"})
	}
	return request, nil
}

// deleteRequest takes a request back. Doing it again changes nothing.
func (s *Server) deleteRequest(w http.ResponseWriter, r *Request) error {
	caseID, err := idIn(r, "case", efile.PrefixCase)
	if err != nil {
		return err
	}
	id, err := idIn(r, "request", efile.PrefixRequest)
	if err != nil {
		return err
	}
	return s.order(w, r, nil, func(tx *records.Tx) (reply, error) {
		request, err := tx.Request(r.Context(), id)
		if err != nil {
			return reply{}, err
		}
		if request.CaseID != caseID {
			return reply{}, missing("request of this case")
		}
		switch request.State {
		case efile.RequestCancelled:
			return reply{status: http.StatusNoContent}, nil
		case efile.RequestFulfilled:
			return reply{}, fault.New(fault.Reject, fault.Conflict, fmt.Errorf("request %s is fulfilled", id))
		}
		request.State = efile.RequestCancelled
		if err := tx.SaveRequest(r.Context(), request); err != nil {
			return reply{}, err
		}
		if err := notify.AppendRequest(r.Context(), tx, efile.RequestWasCancelled, request); err != nil {
			return reply{}, err
		}
		return reply{status: http.StatusNoContent}, nil
	})
}
