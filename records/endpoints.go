package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/eakte/eakte/efile"
)

const endpointColumns = "id, url, algorithm, types, generation, rotated, state, created"

func scanEndpoint(row pgx.Row) (e efile.Endpoint, err error) {
	err = row.Scan(&e.ID, &e.URL, &e.Algorithm, &e.Types, &e.Generation, at(&e.Rotated), &e.State, at(&e.Created))
	return e, err
}

// activeEndpoints is for the outbox and asks nobody.
func (tx *Tx) activeEndpoints(ctx context.Context) ([]efile.Endpoint, error) {
	return many(ctx, tx, "list active endpoints", scanEndpoint,
		"select "+endpointColumns+" from endpoints where state = 'active' order by id")
}

// AddEndpoint adds a consumer to be rung. An empty State means active.
func (tx *Tx) AddEndpoint(ctx context.Context, e efile.Endpoint) error {
	doing := fmt.Sprintf("add endpoint %s", e.ID)
	if err := tx.may(doing, efile.ManageEndpoints); err != nil {
		return err
	}
	if e.State == "" {
		e.State = "active"
	}
	return tx.exec(ctx, doing, `
		insert into endpoints (office_id, id, url, algorithm, types, generation, rotated, state, created)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.actor.Office, e.ID, e.URL, e.Algorithm, list(e.Types), max(e.Generation, 1), at(&e.Rotated), e.State,
		orNow(e.Created))
}

// SaveEndpoint changes everything of an endpoint but ID and Created.
func (tx *Tx) SaveEndpoint(ctx context.Context, e efile.Endpoint) error {
	doing := fmt.Sprintf("save endpoint %s", e.ID)
	if err := tx.may(doing, efile.ManageEndpoints); err != nil {
		return err
	}
	return tx.change(ctx, doing, `
		update endpoints set url = $2, algorithm = $3, types = $4, generation = $5, rotated = $6, state = $7 where id = $1`,
		e.ID, e.URL, e.Algorithm, list(e.Types), e.Generation, at(&e.Rotated), e.State)
}

// Endpoint returns an endpoint.
func (tx *Tx) Endpoint(ctx context.Context, id efile.ID) (efile.Endpoint, error) {
	doing := fmt.Sprintf("get endpoint %s", id)
	if err := tx.may(doing, efile.ManageEndpoints); err != nil {
		return efile.Endpoint{}, err
	}
	return one(ctx, tx, doing, scanEndpoint, "select "+endpointColumns+" from endpoints where id = $1", id)
}

// Endpoints returns the endpoints of the office, the oldest first.
func (tx *Tx) Endpoints(ctx context.Context) ([]efile.Endpoint, error) {
	if err := tx.may("list endpoints", efile.ManageEndpoints); err != nil {
		return nil, err
	}
	return many(ctx, tx, "list endpoints", scanEndpoint, "select "+endpointColumns+" from endpoints order by id")
}

const deliveryColumns = "endpoint_id, event_id, attempt, status, answer, latency, at"

func scanDelivery(row pgx.Row) (d efile.Delivery, err error) {
	err = row.Scan(&d.EndpointID, &d.EventID, &d.Attempt, &d.Status, &d.Answer, (*int64)(&d.Latency), at(&d.At))
	return d, err
}

// AddDelivery notes one attempt to ring an endpoint.
func (tx *Tx) AddDelivery(ctx context.Context, d efile.Delivery) error {
	doing := fmt.Sprintf("note delivery to endpoint %s", d.EndpointID)
	if err := tx.may(doing, efile.Process); err != nil {
		return err
	}
	return tx.exec(ctx, doing, `
		insert into deliveries (office_id, id, endpoint_id, event_id, attempt, status, answer, latency, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.actor.Office, efile.NewID(), d.EndpointID, d.EventID, d.Attempt, d.Status, clean(d.Answer), int64(d.Latency),
		orNow(d.At))
}

// Deliveries returns the attempts to ring an endpoint, the newest first.
func (tx *Tx) Deliveries(ctx context.Context, endpointID efile.ID, limit int) ([]efile.Delivery, error) {
	doing := fmt.Sprintf("list deliveries to endpoint %s", endpointID)
	if err := tx.may(doing, efile.ManageEndpoints); err != nil {
		return nil, err
	}
	return many(ctx, tx, doing, scanDelivery,
		"select "+deliveryColumns+" from deliveries where endpoint_id = $1 order by at desc, id desc limit $2",
		endpointID, page(limit, 50, 500))
}

// LastSuccess returns when an endpoint last answered with 2xx; the zero time if it never did.
func (tx *Tx) LastSuccess(ctx context.Context, endpointID efile.ID) (time.Time, error) {
	doing := fmt.Sprintf("get last success of endpoint %s", endpointID)
	if err := tx.may(doing, efile.ManageEndpoints); err != nil {
		return time.Time{}, err
	}
	var last time.Time
	err := tx.pgx.QueryRow(ctx,
		"select max(at) from deliveries where endpoint_id = $1 and status between 200 and 299", endpointID).Scan(at(&last))
	return last, explain(ctx, doing, err)
}
