package pipeline

// ConformRequest asks whether a file is PDF/A-2.
type ConformRequest struct {
	File string `json:"file"`
	// Level is "2b" or "2u"; empty: what the file claims of the two, "2b" if it claims neither.
	Level string `json:"level,omitempty"`
}

// Conformity is whether a file conforms to PDF/A-2, and if not, why. Faults: none; a file that cannot be read does not
// conform.
type Conformity struct {
	Conforms bool   `json:"conforms"`
	Level    string `json:"level"`           // what it was held against: "2b", "2u"
	Claim    string `json:"claim,omitempty"` // the part and level that the file says itself, such as "2b" or "3a"
	// Broken are the rules that the file breaks, in the order of the standard.
	Broken []BrokenRule `json:"broken,omitempty"`
}

// BrokenRule is a rule of ISO 19005-2 that a file breaks.
type BrokenRule struct {
	// Clause is the clause with the number of the rule within it, such as "6.2.11.4.1-2"; "read-1" is a file that cannot be
	// read, "read-2" one that would take too much work.
	Clause string `json:"clause"`
	What   string `json:"what"` // one sentence, never quotes the file
	Count  int    `json:"count"`
	// Places are the first few places where it is broken.
	Places []Place `json:"places,omitempty"`
}

// Place is where in a file something is. Zero means that it concerns no object or page, or none that is known.
type Place struct {
	Object int `json:"object,omitempty"` // its number
	Page   int `json:"page,omitempty"`   // from 1
}
