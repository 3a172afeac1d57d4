package workers

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/workers/job"
)

// Outbox turns each event into one ring per endpoint that wants it, in the event's own transaction. Every process that
// writes events sets it.
func Outbox(client *river.Client[pgx.Tx]) records.Outbox {
	return func(ctx context.Context, tx pgx.Tx, office efile.ID, endpoints []efile.Endpoint, events []efile.Event) error {
		var rings []river.InsertManyParams
		for _, endpoint := range endpoints {
			for _, event := range events {
				if endpoint.State == "active" && (len(endpoint.Types) == 0 || slices.Contains(endpoint.Types, event.Type)) {
					rings = append(rings, river.InsertManyParams{Args: job.Ring{Office: office, Endpoint: endpoint.ID, Event: event.ID}})
				}
			}
		}
		if len(rings) == 0 {
			return nil
		}
		if _, err := client.InsertManyTx(ctx, tx, rings); err != nil {
			return fmt.Errorf("insert rings: %w", err)
		}
		return nil
	}
}
