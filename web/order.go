package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/fault"
	"github.com/eakte/eakte/records"
)

// reply is the answer to an order: kept with its idempotency key and given again for the same order.
type reply struct {
	status int
	body   any // nil: none
}

var idempotencyKey = regexp.MustCompile(`^[!-~]{1,128}$`)

// order runs a change that a machine may send twice. Change and kept answer commit together. A service must name an
// Idempotency-Key; a person's browser need not. The same key with another order is fault.IdempotencyConflict.
//
// into receives the body; fn may run more than once and must do everything in tx.
func (s *Server) order(w http.ResponseWriter, r *Request, into any, fn func(tx *records.Tx) (reply, error)) error {
	key := r.Header.Get("Idempotency-Key")
	if (key == "" && r.Actor.Kind == efile.Service) || (key != "" && !idempotencyKey.MatchString(key)) {
		return wrong("", "header Idempotency-Key: 1 to 128 visible characters")
	}
	raw, err := io.ReadAll(r.Body)
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.Reject, fault.TooLarge, tooBig)
	} else if err != nil {
		return err
	}
	if into != nil {
		r.Body = io.NopCloser(bytes.NewReader(raw))
		if err := readJSON(r, into); err != nil {
			return err
		}
	}
	hash := sha256.Sum256(append([]byte(r.Method+" "+r.URL.Path+"\n"), raw...))
	var status int
	var answer []byte
	err = s.cfg.Records.In(r.Context(), r.Actor, func(tx *records.Tx) error {
		var found bool
		var err error
		if key != "" {
			if answer, status, found, err = tx.Answered(r.Context(), key, hash[:]); err != nil || found {
				return err
			}
		}
		done, err := fn(tx)
		if err != nil {
			return err
		}
		status, answer = done.status, []byte{}
		if done.body != nil {
			if answer, err = json.Marshal(done.body); err != nil {
				return fmt.Errorf("encode answer: %w", err)
			}
		}
		if key == "" {
			return nil
		}
		return tx.SaveAnswer(r.Context(), key, hash[:], status, answer)
	})
	if err != nil {
		return err
	}
	if len(answer) == 0 {
		w.WriteHeader(status)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(answer)
	return ignoreGone(err)
}
