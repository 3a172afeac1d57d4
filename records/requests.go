package records

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

// requestColumns brings a request and its items in one row, so that a list of requests is one question.
const requestColumns = `r.id, r.case_id, r.matter_id, r.state, r.due, r.created, coalesce((
	select jsonb_agg(jsonb_build_object('Number', i.number, 'DocumentType', i.document_type, 'Reason', i.reason,
		'State', i.state, 'DocumentID', coalesce(i.document_id::text, '')) order by i.number)
	from request_items i where i.request_id = r.id), '[]')`

func scanRequest(row pgx.Row) (r efile.Request, err error) {
	err = row.Scan(&r.ID, &r.CaseID, &r.MatterID, &r.State, at(&r.Due), at(&r.Created), &r.Items)
	return r, err
}

// AddRequest asks for documents. An empty State means created; items without a Number are counted from 1.
func (tx *Tx) AddRequest(ctx context.Context, r efile.Request) error {
	doing := fmt.Sprintf("add request %s", r.ID)
	if err := tx.may(doing, efile.RequestDocuments); err != nil {
		return err
	}
	if r.State == "" {
		r.State = efile.RequestCreated
	}
	tx.cases[r.CaseID] = true
	err := tx.exec(ctx, doing, `
		insert into requests (office_id, id, case_id, matter_id, state, due, created)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.actor.Office, r.ID, r.CaseID, r.MatterID, r.State, at(&r.Due), orNow(r.Created))
	if err != nil {
		return err
	}
	return tx.saveItems(ctx, doing, r)
}

// SaveRequest changes State, Due and the items of a request.
func (tx *Tx) SaveRequest(ctx context.Context, r efile.Request) error {
	doing := fmt.Sprintf("save request %s", r.ID)
	if err := tx.may(doing, efile.RequestDocuments); err != nil {
		return err
	}
	tx.cases[r.CaseID] = true
	err := tx.change(ctx, doing, "update requests set state = $3, due = $4 where id = $1 and case_id = $2",
		r.ID, r.CaseID, r.State, at(&r.Due))
	if err != nil {
		return err
	}
	return tx.saveItems(ctx, doing, r)
}

func (tx *Tx) saveItems(ctx context.Context, doing string, r efile.Request) error {
	batch := &pgx.Batch{}
	batch.Queue("delete from request_items where request_id = $1", r.ID)
	for i, item := range r.Items {
		if item.Number == 0 {
			item.Number = i + 1
		}
		if item.State == "" {
			item.State = "open"
		}
		batch.Queue(`
			insert into request_items (office_id, case_id, request_id, number, document_type, reason, state, document_id)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			tx.actor.Office, r.CaseID, r.ID, item.Number, item.DocumentType, item.Reason, item.State, item.DocumentID)
	}
	return tx.send(ctx, doing, batch)
}

// Request returns a request with its items.
func (tx *Tx) Request(ctx context.Context, id efile.ID) (efile.Request, error) {
	doing := fmt.Sprintf("get request %s", id)
	if err := tx.may(doing, efile.ReadCases, efile.RequestDocuments); err != nil {
		return efile.Request{}, err
	}
	return one(ctx, tx, doing, scanRequest, "select "+requestColumns+" from requests r where r.id = $1", id)
}

// Requests returns the requests of a case with their items, the newest first.
func (tx *Tx) Requests(ctx context.Context, caseID efile.ID) ([]efile.Request, error) {
	doing := fmt.Sprintf("list requests of case %s", caseID)
	if err := tx.may(doing, efile.ReadCases, efile.RequestDocuments); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanRequest,
		"select "+requestColumns+" from requests r where r.case_id = $1 order by r.created desc, r.id desc", caseID)
}
