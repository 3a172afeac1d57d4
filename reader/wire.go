package reader

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxMessage is the size in bytes that a message of the protocol may have. Ten dense pages with all their words need
// about 2 MB.
const MaxMessage = 64 << 20

// ErrMessage says that what came over the wire is no message: too long, cut off or no JSON. A reader that sends one is
// replaced.
var ErrMessage = errors.New("malformed message")

// WriteMessage writes v as JSON behind its length (four bytes, big endian).
func WriteMessage(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	if len(body) > MaxMessage {
		return fmt.Errorf("encode message: %d bytes are more than %d: %w", len(body), MaxMessage, ErrMessage)
	}
	frame := make([]byte, 4+len(body))
	binary.BigEndian.PutUint32(frame, uint32(len(body))) //nolint:gosec // at most MaxMessage
	copy(frame[4:], body)
	_, err = w.Write(frame)
	return err
}

// ReadMessage reads one message into v. It returns io.EOF when the other side has closed between messages. Memory grows
// with the bytes that really arrive, not with the length that is claimed.
func ReadMessage(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: cut off", ErrMessage)
		}
		return err
	}
	size := int64(binary.BigEndian.Uint32(head[:]))
	if size > MaxMessage {
		return fmt.Errorf("%w: %d bytes", ErrMessage, size)
	}
	body, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return err
	}
	if int64(len(body)) < size {
		return fmt.Errorf("%w: cut off", ErrMessage)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%w: no JSON of the right shape", ErrMessage) // the JSON error would quote the contents
	}
	return nil
}
