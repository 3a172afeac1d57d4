// Package extract reads fields. Start reading at Fields.
package extract

import "github.com/eakte/eakte/pipeline"

// Fields reads the fields that a document of this type has.
func Fields(typ string, pages []pipeline.Page) map[string]pipeline.Field { return nil }
