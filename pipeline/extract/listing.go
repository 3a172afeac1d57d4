package extract

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// entry is one item of labels.yaml or sentences.yaml: scalars and lists of them by their keys. A scalar is a list of one.
type entry map[string][]string

// one returns the scalar of a key; empty if there is none.
func (e entry) one(key string) string {
	if len(e[key]) == 0 {
		return ""
	}
	return e[key][0]
}

// readListing reads a list of entries. What it reads quickly is the plain part of YAML that our files are written in: the
// parser of all of it takes as long as a short document, in every reader that starts. Anything else is left to that parser.
func readListing(source []byte) ([]entry, error) {
	p := listing{rest: string(source), named: map[string][]string{}}
	if p.read() {
		return p.entries, nil
	}
	var raw []map[string]yaml.Node
	if err := yaml.Unmarshal(source, &raw); err != nil {
		return nil, err
	}
	var all []entry
	for _, item := range raw {
		e := entry{}
		for key, node := range item {
			if node.Kind == yaml.AliasNode {
				node = *node.Alias
			}
			switch node.Kind {
			case yaml.ScalarNode:
				e[key] = []string{node.Value}
			case yaml.SequenceNode:
				var list []string
				if err := node.Decode(&list); err != nil {
					return nil, fmt.Errorf("%s: %w", key, err)
				}
				e[key] = list
			default:
				return nil, fmt.Errorf("%s is neither a scalar nor a list", key)
			}
		}
		all = append(all, e)
	}
	return all, nil
}

// listing is what is left to be read, and what was read. Its methods report false where they meet something that is not
// plain.
type listing struct {
	rest    string
	entries []entry
	named   map[string][]string // lists with an anchor
}

func (p *listing) read() bool {
	for {
		line, _, _ := strings.Cut(p.rest, "\n")
		switch {
		case p.rest == "":
			return true
		case strings.TrimSpace(line) == "" || line[0] == '#':
			p.rest = p.rest[min(len(p.rest), len(line)+1):]
			continue
		case strings.HasPrefix(line, "- {"):
			p.rest = p.rest[len("- {"):]
			p.entries = append(p.entries, entry{})
			if !p.mapping() {
				return false
			}
		case strings.HasPrefix(line, "- "):
			p.rest = p.rest[len("- "):]
			p.entries = append(p.entries, entry{})
			if !p.pair("\n") {
				return false
			}
		case strings.HasPrefix(line, "  ") && len(p.entries) > 0:
			p.rest = p.rest[len("  "):]
			if !p.pair("\n") {
				return false
			}
		default:
			return false
		}
		if !p.lineEnd() {
			return false
		}
	}
}

// lineEnd skips the end of a line on which nothing more may stand.
func (p *listing) lineEnd() bool {
	line, _, _ := strings.Cut(p.rest, "\n")
	p.rest = p.rest[min(len(p.rest), len(line)+1):]
	return strings.TrimSpace(line) == ""
}

// mapping reads pairs up to a closing brace.
func (p *listing) mapping() bool {
	for {
		if !p.pair(",}\n") {
			return false
		}
		if p.rest = strings.TrimLeft(p.rest, " "); p.rest == "" {
			return false
		}
		end := p.rest[0]
		if p.rest = strings.TrimLeft(p.rest[1:], " "); end != ',' {
			return end == '}'
		}
	}
}

// pair reads a key and its value, a scalar of which ends before one of the characters ends.
func (p *listing) pair(ends string) bool {
	key, rest, found := strings.Cut(p.rest, ": ")
	if !found || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return false
	}
	e := p.entries[len(p.entries)-1]
	if _, twice := e[key]; twice {
		return false
	}
	p.rest = rest
	list, ok := p.value(ends)
	e[key] = list
	return ok
}

// value reads a list, the name of a list, or a scalar.
func (p *listing) value(ends string) ([]string, bool) {
	switch p.rest[:min(1, len(p.rest))] {
	case "[":
		p.rest = p.rest[1:]
		return p.list()
	case "&":
		name, rest, found := strings.Cut(p.rest[1:], " [")
		if !found {
			return nil, false
		}
		p.rest = rest
		list, ok := p.list()
		p.named[name] = list
		return list, ok
	case "*":
		i := max(1, strings.IndexAny(p.rest, ends))
		list, known := p.named[strings.TrimRight(p.rest[1:i], " ")]
		p.rest = p.rest[i:]
		return list, known
	}
	value, ok := p.scalar(ends)
	return []string{value}, ok
}

// list reads scalars up to a closing bracket, over as many lines as they take.
func (p *listing) list() ([]string, bool) {
	list := []string{}
	for {
		if p.rest = strings.TrimLeft(p.rest, " \n"); strings.HasPrefix(p.rest, "]") && len(list) == 0 {
			p.rest = p.rest[1:]
			return list, true
		}
		value, ok := p.scalar(",]\n")
		if !ok {
			return nil, false
		}
		list = append(list, value)
		if p.rest = strings.TrimLeft(p.rest, " \n"); p.rest == "" {
			return nil, false
		}
		end := p.rest[0]
		if p.rest = p.rest[1:]; end != ',' {
			return list, end == ']'
		}
	}
}

// scalar reads one, in quotes or up to one of the characters ends.
func (p *listing) scalar(ends string) (string, bool) {
	if p.rest == "" {
		return "", false
	}
	if quote := p.rest[0]; quote == '\'' || quote == '"' {
		i := strings.IndexByte(p.rest[1:], quote)
		for quote == '\'' && i >= 0 && strings.HasPrefix(p.rest[i+2:], "'") { // '' is a quote within
			next := strings.IndexByte(p.rest[i+3:], quote)
			if next < 0 {
				return "", false
			}
			i += 2 + next
		}
		if i < 0 {
			return "", false
		}
		value := p.rest[1 : i+1]
		if p.rest = p.rest[i+2:]; strings.Contains(value, "\n") || quote == '"' && strings.Contains(value, `\`) {
			return "", false
		}
		return strings.ReplaceAll(value, "''", "'"), true
	}
	i := strings.IndexAny(p.rest, ends)
	if i < 0 {
		return "", false
	}
	value := strings.TrimRight(p.rest[:i], " ")
	p.rest = p.rest[i:]
	special := value == "" || value == "~" || value == "null" || strings.ContainsAny(value[:1], "!&*?|>%@`-[]{},#\t") ||
		strings.Contains(value, ": ") || strings.HasSuffix(value, ":") || strings.Contains(value, " #")
	return value, !special
}
