package pdfa

import (
	"maps"
	"reflect"
	"slices"
)

// The kinds of values a PDF is made of. null is nil; booleans are bool, integers int64, real numbers float64.
type (
	object any
	// name is a name with its #-escapes resolved, without the solidus.
	name string
	// text is the bytes of a string, whichever way it was written.
	text    string
	array   []object
	dict    map[name]object
	keyword string // an operator, or a word that is none
	ref     struct{ num, gen int }
)

// stream is a dictionary with bytes behind it, still encoded.
type stream struct {
	dict dict
	raw  []byte
	num  int // object number
}

// limits of ISO 19005-2, 6.1.13, and of our own.
const (
	maxInteger   = 1<<31 - 1
	minInteger   = -(1 << 31)
	maxReal      = 3.403e38
	minReal      = 1.175e-38
	maxString    = 32767
	maxName      = 127
	maxIndirects = 8_388_607
	maxNesting   = 28 // of q and Q

	maxDepth = 200 // of arrays and dictionaries in one another
)

// values returns the values of a dictionary in the order of their keys.
func (d dict) values() []object {
	out := make([]object, 0, len(d))
	for _, key := range slices.Sorted(maps.Keys(d)) {
		out = append(out, d[key])
	}
	return out
}

// identity tells dictionaries apart that are not the same one.
func (d dict) identity() uintptr { return reflect.ValueOf(d).Pointer() }

func toFloat(o object) (float64, bool) {
	switch n := o.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// dictOf returns the dictionary of a dictionary or stream, nil of anything else.
func dictOf(o object) dict {
	switch d := o.(type) {
	case dict:
		return d
	case *stream:
		return d.dict
	}
	return nil
}
