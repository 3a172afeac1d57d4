package records

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// Broken names the first entry of the event log that is not as it was written.
type Broken struct {
	Sequence int64
	Why      string // for operators: "missing", "changed", …
}

// Anchor is a point of the event log kept outside the database, on paper or in another system. Whoever can write the
// whole database can cut the log's tail and its head row without a trace inside; an anchor still finds it.
type Anchor struct {
	Sequence int64
	Digest   []byte
}

// EventAnchor returns the newest entry of the log as an anchor; sequence 0 for an empty log.
func (tx *Tx) EventAnchor(ctx context.Context) (Anchor, error) {
	if err := tx.may("get event anchor", efile.ReadEvents); err != nil {
		return Anchor{}, err
	}
	scan := func(row pgx.Row) (a Anchor, err error) {
		err = row.Scan(&a.Sequence, &a.Digest)
		return a, err
	}
	heads, err := many(ctx, tx, "get event anchor", scan, "select seq, hash from event_heads")
	if err != nil || len(heads) == 0 {
		return Anchor{}, err
	}
	return heads[0], nil
}

// VerifyEvents recomputes the whole log of the actor's office, entry by entry, and compares it with its heads and with
// anchors kept outside. broken is nil when every entry is as it was written; entries is how many were looked at.
// Memory grows with the number of cases, not of events. Run it in View: writers are not held up.
func (tx *Tx) VerifyEvents(ctx context.Context, anchors ...Anchor) (entries int64, broken *Broken, err error) {
	if err := tx.may("verify events", efile.ReadEvents); err != nil {
		return 0, nil, err
	}
	// The heads first: entries that come later are no fault, entries that went missing are.
	head, err := tx.EventAnchor(ctx)
	if err != nil {
		return 0, nil, err
	}
	caseHeads, err := tx.caseHeads(ctx)
	if err != nil {
		return 0, nil, err
	}
	if head.Sequence > 0 {
		anchors = append(anchors[:len(anchors):len(anchors)], head)
	}
	c := newChain(anchors)
	if err := tx.walk(ctx, c); err != nil {
		return c.last, nil, err
	}
	if c.broken == nil {
		c.finish(caseHeads)
	}
	return c.entries, c.broken, nil
}

func (tx *Tx) caseHeads(ctx context.Context) (map[efile.ID]int64, error) {
	rows, err := tx.pgx.Query(ctx, "select case_id, seq from event_case_heads")
	if err != nil {
		return nil, explain(ctx, "list heads of cases", err)
	}
	heads := map[efile.ID]int64{}
	var id efile.ID
	var seq int64
	_, err = pgx.ForEachRow(rows, []any{&id, &seq}, func() error {
		heads[id] = seq
		return nil
	})
	return heads, explain(ctx, "list heads of cases", err)
}

// walk streams the log through the chain until its end or the first broken entry.
func (tx *Tx) walk(ctx context.Context, c *chain) error {
	const doing = "verify events"
	// The statement lasts as long as the log is long.
	if _, err := tx.pgx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
		return explain(ctx, doing, err)
	}
	rows, err := tx.pgx.Query(ctx, "select "+eventColumns+" from events order by seq")
	if err != nil {
		return explain(ctx, doing, err)
	}
	defer rows.Close()
	for c.broken == nil && rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return explain(ctx, doing, err)
		}
		c.add(e)
	}
	rows.Close()
	return explain(ctx, doing, rows.Err())
}

// chain checks entries given to it in their order.
type chain struct {
	anchors map[int64][]byte
	cases   map[efile.ID]int64
	entries int64
	last    int64
	digest  []byte
	broken  *Broken
}

func newChain(anchors []Anchor) *chain {
	c := &chain{anchors: map[int64][]byte{}, cases: map[efile.ID]int64{}, digest: make([]byte, sha256.Size)}
	for _, a := range anchors {
		if kept, ok := c.anchors[a.Sequence]; ok && !bytes.Equal(kept, a.Digest) {
			c.broken = &Broken{a.Sequence, "differs from the anchor"}
		}
		c.anchors[a.Sequence] = a.Digest
	}
	return c
}

func (c *chain) add(e efile.Event) {
	c.entries++
	digest := e.Recompute()
	switch anchor := c.anchors[e.Sequence]; {
	case e.Sequence != c.last+1:
		c.broken = &Broken{c.last + 1, "missing"}
	case !bytes.Equal(e.Previous, c.digest):
		c.broken = &Broken{e.Sequence, "does not follow the entry before: inserted, reordered, or that one was changed"}
	case !bytes.Equal(e.Digest, digest):
		c.broken = &Broken{e.Sequence, "changed"}
	case e.CaseSequence != c.numberOf(e):
		c.broken = &Broken{e.Sequence, "wrong number in its case"}
	case anchor != nil && !bytes.Equal(anchor, digest):
		c.broken = &Broken{e.Sequence, "differs from the anchor"}
	}
	c.last, c.digest = e.Sequence, digest
	if e.CaseSequence > 0 {
		c.cases[e.CaseID] = e.CaseSequence
	}
}

// numberOf is the number that an entry must have in its case: 0 without a case and for what only the log knows.
func (c *chain) numberOf(e efile.Event) int64 {
	if e.CaseID.IsZero() || e.Type.LogOnly() {
		return 0
	}
	return c.cases[e.CaseID] + 1
}

// finish looks for what is missing after the last entry.
func (c *chain) finish(caseHeads map[efile.ID]int64) {
	for seq := range c.anchors {
		if seq > c.last {
			c.broken = &Broken{c.last + 1, "missing: the tail was cut"}
			return
		}
	}
	for id, seq := range caseHeads {
		if c.cases[id] < seq {
			c.broken = &Broken{c.last + 1, fmt.Sprintf("missing: case %s had %d events", id, seq)}
			return
		}
	}
}
