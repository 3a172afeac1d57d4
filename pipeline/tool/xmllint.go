package tool

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
)

const xmllintName = "xmllint"

// Mistake is one place where an XML file is not well formed or not valid.
type Mistake struct {
	Line int
	Text string // may quote the file
}

// xmllint's exit codes that are about the file (xmllint(1), Diagnostics). While streaming, code 1 is also what a schema
// that cannot be used ends with, and a file that is not well formed "validates" before it "failed to parse".
const (
	xmllintMalformed = 1
	xmllintInvalid   = 3
	xmllintUnloaded  = 4
)

// mistakeLine is how xmllint complains; mistakes in the middle of a line are followed by the line and a caret.
var mistakeLine = regexp.MustCompile(`^(.+?):(\d+): (.*(?:error|warning).*)$`)

// Validate holds an XML file against a schema with xmllint, streaming, so that memory stays flat; no mistakes: it is valid.
// Nothing is ever fetched. A schema that cannot be read is an error.
func Validate(ctx context.Context, dir, file, schema string, limits Limits) ([]Mistake, error) {
	out, err := Complaints(ctx, dir, xmllintName, []string{"--nonet", "--noout", "--stream", "--schema", schema, file}, limits)
	said := string(out)
	if f, ok := errors.AsType[*Failure](err); ok && f.TooMuch {
		return []Mistake{{Text: "more mistakes than anybody reads"}}, nil
	}
	switch Exit(err) {
	case 0:
		return nil, nil
	case xmllintMalformed: // mistakes quote the file, so only a line of its own counts
		if uncompiled(said, schema) {
			return nil, errors.New("xmllint cannot use the schema")
		}
	case xmllintInvalid, xmllintUnloaded:
	default:
		return nil, err
	}
	var mistakes []Mistake
	for line := range strings.Lines(said) {
		if m := mistakeLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil && m[1] == file {
			number, _ := strconv.Atoi(m[2]) // digits; too many of them are as good as none
			mistakes = append(mistakes, Mistake{Line: number, Text: strings.ToValidUTF8(m[3], "\ufffd")})
		}
	}
	if len(mistakes) == 0 && strings.Contains(said, file+" : failed to parse") {
		mistakes = []Mistake{{Text: "not well-formed XML"}}
	}
	if len(mistakes) == 0 {
		return nil, errors.New("xmllint refused without a reason that concerns the file")
	}
	return mistakes, nil
}

// uncompiled reports whether xmllint says that it could not use the schema.
func uncompiled(said, schema string) bool {
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		if line == "XSD schema "+schema+" failed to compile" || line == "WXS schema "+schema+" failed to compile" {
			return true
		}
	}
	return false
}
