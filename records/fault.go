package records

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/eakte/eakte/fault"
)

// explain wraps an error of the database with what was being done and says how it wants to be treated. nil stays nil.
func explain(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", doing, err)
	if _, known := errors.AsType[*fault.Error](err); known || ctx.Err() != nil {
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Reject, fault.NotFound, err)
	}
	if away(err) {
		return fault.New(fault.Wait, fault.DatabaseUnavailable, err)
	}
	return classified(err)
}

// classified turns what the server said into a fault. Errors that did not come from the server stay as they are.
func classified(err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	if _, known := errors.AsType[*fault.Error](err); known {
		return err
	}
	switch pg.Code {
	case "23505": // unique violation
		return fault.New(fault.Reject, fault.Conflict, err)
	case "23503": // foreign key violation: it points to what the office does not have
		return fault.New(fault.Reject, fault.NotFound, err)
	case "42501": // insufficient privilege; also a row outside the fence
		return fault.New(fault.Reject, fault.Forbidden, err)
	case "55P03": // lock not available
		return fault.New(fault.Retry, fault.Locked, err)
	case "23502", "23514", "22001", "22003", "22021", "22P02", "22P05": // not null, check, too long, range, encoding, syntax
		return fault.New(fault.Reject, fault.Validation, err)
	}
	if shutDown(pg) {
		return fault.New(fault.Wait, fault.DatabaseUnavailable, err)
	}
	return err
}

// shutDown reports whether the server is going, coming, full or out of connections.
func shutDown(pg *pgconn.PgError) bool {
	switch pg.Code {
	case "57P01", "57P02", "57P03": // admin shutdown, crash shutdown, cannot connect now
		return true
	}
	return pg.Code[:2] == "53" || pg.Code[:2] == "08" // insufficient resources, connection exceptions
}

// away reports whether the server could not be reached or the connection broke.
func away(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return shutDown(pg)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed)
}

// repeatable reports whether the same transaction may well succeed when it is run again.
func repeatable(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01") // serialization failure, deadlock
}
