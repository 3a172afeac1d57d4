package pipeline

import "github.com/eakte/eakte/fault"

// Doubt is why a person must look at what was read; empty when nobody needs to. readable says whether any page can be
// read; typ is empty where the reading abstained; sure is the confidence from which on a type is taken as it is.
func Doubt(readable, combined bool, typ string, confidence, sure float64) fault.Code {
	switch {
	case !readable:
		return fault.PoorImage
	case typ == "" && combined:
		return fault.Combined
	case typ == "":
		return fault.UnknownType
	case confidence < sure:
		return fault.UnsureType
	}
	return ""
}
