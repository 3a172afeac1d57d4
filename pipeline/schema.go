package pipeline

// SchemaRequest asks whether an XML file is valid against a schema. Both are names below the step's directory; what the
// schema includes lies where it says, relative to it.
type SchemaRequest struct {
	File   string `json:"file"`
	Schema string `json:"schema"`
}

// SchemaVerdict says whether a file is valid. Faults: none about the file; a schema that cannot be used is an error.
type SchemaVerdict struct {
	Valid  bool            `json:"valid"`
	Errors []SchemaMistake `json:"errors,omitempty"` // at most 100
	Count  int             `json:"count"`            // of all
}

// SchemaMistake is one place where a file does not fit.
type SchemaMistake struct {
	Line int    `json:"line"` // 0: unknown
	Text string `json:"text"` // in the validator's words; may quote the file
}
