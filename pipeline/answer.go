package pipeline

// AnswerRequest asks what a message from an archive says.
type AnswerRequest struct {
	File string `json:"file"` // a ZIP or the bare XML
	// Schemas is a folder below the step's directory with the schemas of xdomea, one folder for each version; empty: the
	// message is not held against any.
	Schemas string `json:"schemas,omitempty"`
}

// ArchiveAnswer is what a message from an archive says. Nothing in it can be trusted before it was held against the disposal that it
// names (archive.Accept). Faults: none; what is wrong with the message is Code.
type ArchiveAnswer struct {
	Code    string `json:"code,omitempty"`    // why it cannot be read, of package container or xdomea, or "schema_violated"
	Version string `json:"version,omitempty"` // of xdomea
	Type    string `json:"type,omitempty"`    // "0502"; set as far as it could be read, also beside a Code
	Process string `json:"process,omitempty"`
	Message string `json:"message,omitempty"` // its own UUID; 4.0.0 only

	AsksReceipt bool             `json:"asksReceipt,omitempty"`
	Decisions   []AnswerDecision `json:"decisions,omitempty"`
	Results     []AnswerResult   `json:"results,omitempty"`
	Failed      bool             `json:"failed,omitempty"` // the import as a whole did not succeed
}

// AnswerDecision is a decision of a 0502 on a record.
type AnswerDecision struct {
	Record   string `json:"record"`
	Decision string `json:"decision"` // A, V or B
}

// AnswerResult is what a 0506 says of a record.
type AnswerResult struct {
	Record    string `json:"record"`
	Success   bool   `json:"success"`
	Reference string `json:"reference,omitempty"` // Archivkennung
}
