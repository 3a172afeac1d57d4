package workers

import (
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/pipeline"
)

// advise notes what a picture's quality, measured before it is read, is worth telling its sender: there is still time to
// take another one.
func advise(doc *efile.Document, q *pipeline.Quality) {
	doc.Quality, doc.Flaws = "", nil
	if q == nil {
		return
	}
	for _, f := range q.Flaws() {
		doc.Quality = string(q.Verdict)
		doc.Flaws = append(doc.Flaws, string(f))
	}
}

// settleAdvice withdraws or confirms the advice once the pages are read: what can be read well needs no better picture,
// however it looked. Only pictures are judged; a page of a scan is looked at by the office.
func settleAdvice(doc *efile.Document, pages []efile.Page) {
	worst := ""
	for _, p := range pages {
		if p.Quality == string(pipeline.Unreadable) || p.Quality == string(pipeline.Retake) && worst == "" {
			worst = p.Quality
		}
	}
	if doc.Source != string(pipeline.SourceImage) || worst == "" {
		doc.Quality, doc.Flaws = "", nil
		return
	}
	doc.Quality = worst
	if len(doc.Flaws) == 0 {
		doc.Flaws = []string{string(pipeline.FlawUnclear)}
	}
}
