package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/eakte/eakte/internal/client"
)

// Material is one file to be uploaded.
type Material struct {
	Name string
	Data []byte
}

// SHA256 of the data, hex.
func (m Material) SHA256() string {
	sum := sha256.Sum256(m.Data)
	return hex.EncodeToString(sum[:])
}

// Sender uploads to a case through all sites in turn, and never gives up while ctx lives: what a client does that a
// person is waiting behind.
type Sender struct {
	Sites      []string
	Bearer     string
	Case       string
	Submission string
	turn       atomic.Int64
}

// NewSender opens a case and a submission.
func (p *Plant) NewSender(ctx context.Context, ref string) (*Sender, error) {
	s := &Sender{Sites: p.Sites, Bearer: p.Token}
	err := s.again(ctx, func(c *client.Client) error {
		opened, err := c.PutCase(ctx, "e2e", ref, map[string]any{"procedure": "residence_employment", "language": "de"})
		s.Case = opened.ID
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open case: %w", err)
	}
	err = s.again(ctx, func(c *client.Client) error {
		submission, err := c.Open(ctx, map[string]any{"case": s.Case, "channel": "scan"})
		s.Submission = submission.ID
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open submission: %w", err)
	}
	return s, nil
}

// next is a client of the next site.
func (s *Sender) next() *client.Client {
	return &client.Client{Site: s.Sites[int(s.turn.Add(1))%len(s.Sites)], Bearer: s.Bearer}
}

// Upload sends a file until a receipt comes, by tus or by form.
func (s *Sender) Upload(ctx context.Context, m Material, resumable bool) (client.Receipt, error) {
	var receipt client.Receipt
	err := s.again(ctx, func(c *client.Client) error {
		attempt, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		var err error
		if resumable {
			receipt, err = c.Resumable(attempt, s.Submission, m.Name, bytes.NewReader(m.Data), int64(len(m.Data)))
		} else {
			receipt, err = c.Form(attempt, s.Submission, m.Name, bytes.NewReader(m.Data))
		}
		return err
	})
	return receipt, err
}

// again repeats what a server's end or its neighbours' may have spoilt.
func (s *Sender) again(ctx context.Context, try func(*client.Client) error) error {
	for {
		err := try(s.next())
		if err == nil || ctx.Err() != nil || !client.Again(err) && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		timer := time.NewTimer(200 * time.Millisecond)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(err, ctx.Err())
		}
	}
}
