package xdomea

import (
	"strconv"
	"strings"
	"time"

	"github.com/eakte/eakte/efile"
)

// The methods of this file read the open element as a value of one kind, and go to its end. A value of another kind is an
// Error with CodeValue.

// into reads a text.
func (r *reader) into(to *string) (err error) {
	*to, err = r.text()
	return err
}

// lines reads one more of the reasons that an archive gives. Of many, or of long ones, the first will do for people.
func (r *reader) lines(to *[]string) error {
	const most, long = 10, 2000
	s, err := r.text()
	if err != nil || s == "" || len(*to) == most {
		return err
	}
	if len(s) > long {
		s = strings.ToValidUTF8(s[:long], "") + "…"
	}
	*to = append(*to, s)
	return nil
}

// id reads a UUID and returns it as it was written, too.
func (r *reader) id(to *efile.ID) (raw string, err error) {
	line, name := r.place()
	if raw, err = r.text(); err != nil {
		return "", err
	}
	if *to, err = efile.ParseID(raw); err != nil || to.IsZero() {
		return "", &Error{Code: CodeValue, Element: name, Line: line}
	}
	return raw, nil
}

func (r *reader) uuid(to *efile.ID) error {
	_, err := r.id(to)
	return err
}

// flag reads an xs:boolean.
func (r *reader) flag(to *bool) error {
	return r.parsed(func(s string) (ok bool) {
		*to = s == "1" || s == "true"
		return *to || s == "0" || s == "false"
	})
}

func (r *reader) integer(to *int) error {
	return r.parsed(func(s string) bool {
		n, err := strconv.Atoi(s)
		*to = n
		return err == nil && n >= 0
	})
}

// moment reads an xs:dateTime. x-man leaves the offset out.
func (r *reader) moment(to *time.Time) error {
	return r.parsed(func(s string) bool {
		return parse(to, s, time.RFC3339Nano, "2006-01-02T15:04:05.999999999")
	})
}

// date reads an xs:date, which may have an offset.
func (r *reader) date(to *time.Time) error {
	return r.parsed(func(s string) bool { return parse(to, s, time.DateOnly, "2006-01-02Z07:00") })
}

func parse(to *time.Time, s string, layouts ...string) bool {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			*to = t
			return true
		}
	}
	return false
}

// parsed reads a text and hands it to what understands it.
func (r *reader) parsed(understand func(string) bool) error {
	line, name := r.place()
	s, err := r.text()
	if err == nil && !understand(s) {
		err = &Error{Code: CodeValue, Element: name, Line: line}
	}
	return err
}

// place is where the open element stands, for an error that is only known after it.
func (r *reader) place() (line int, name string) {
	line, _ = r.dec.InputPos()
	return line, shorten(r.path[len(r.path)-1])
}

// code reads the child code of an element of xoev-code's type Code.
func (r *reader) code(to *string) error {
	return r.children(func(name string) error {
		if name == "code" {
			return r.into(to)
		}
		return r.skip()
	})
}
