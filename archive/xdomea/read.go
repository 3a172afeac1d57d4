package xdomea

import "io"

// Read reads a message of any of the three versions. Each Akte, Vorgang or Dokument at the top of an offer or a delivery,
// and each Anschreiben, is handed to each, which may be nil; an error of each ends reading and is returned as it is. Every
// other error is an *Error, and the Message is what was read until then.
//
// Reading is bounded by limits, takes UTF-8 only, and knows no document types. Records and files are told as they stand:
// Examine finds fault, Read does not.
func Read(r io.Reader, limits Limits, each func(Record) error) (Message, error) {
	return Message{}, nil
}
