package workers

import (
	"slices"

	"github.com/riverqueue/river"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/workers/job"
)

// rangePages is how many pages one recognise job reads: the unit of fairness and of resumption.
const rangePages = 10

// route is the way of a document, station by station:
//
//	inspect → normalise → recognise (one job per page range) → compose → file
//
// It returns the jobs of the station; none for a station that is the end.
func route(station efile.Station, ref job.Document, pages int) []river.JobArgs {
	switch station {
	case efile.Inspect:
		return []river.JobArgs{job.Inspect{Document: ref}}
	case efile.Normalise:
		return []river.JobArgs{job.Normalise{Document: ref}}
	case efile.Recognise:
		var jobs []river.JobArgs
		for first := 1; first <= pages; first += rangePages {
			last := min(first+rangePages-1, pages)
			jobs = append(jobs, job.Recognise{Document: ref, First: first, Last: last, Pages: pages})
		}
		return jobs
	case efile.Compose:
		return []river.JobArgs{job.Compose{Document: ref}}
	case efile.File:
		return []river.JobArgs{job.File{Document: ref}}
	}
	return nil
}

// after names the station that follows; empty after the last.
func after(station efile.Station) efile.Station {
	all := efile.Stations()
	if at := slices.Index(all, station); at >= 0 && at+1 < len(all) {
		return all[at+1]
	}
	return ""
}
