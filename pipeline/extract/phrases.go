package extract

import (
	"strings"
)

// afterJob begins what a sentence says behind a job.
var afterJob = expression(`(?i)\s(?:eingesetzt|in einem|in unserem|in unserer|in den|in die|in das|in vollzeit|in teilzeit|bei|at|with|beschäftigt|tätig|angestellt|eingestellt|ein|since|from|mit|und ist|auf|ab|seit|zu|within|beschäftigt\.?|(?:ab)?geschlossen|ausgebildet|commencing|starting|beginning|effective|reporting|gemäß|nach|unter|wird|erfolgt|is|was|has|und wird|und bezieht|aufgenommen|begonnen|angetreten|ausübt|arbeitet|on a|für die|während|vom|bis|am \d\S*)(?:\s.*)?$`)

// ofSchool is what a sentence says before a school: "Fakultät für Physik der".
var ofSchool = expression(`(?i)^.*\s(?:an der|bei der|durch die|von der|vom|der|des|dem|році|году|у|в|at the|at|from the|from|by the|by)\s`)

// afterStudy begins what a sentence says behind a programme or a degree.
var afterStudy = expression(`(?i)\s(?:erworbene\p{L}*|de[nrs] akademischen?|(?:and|und) (?:was|wurde|is|ist|thereby|hat|has)|ist|sind|wird|wurde|hat|is|are|was|has|starting|beginning|commencing|leading to|with|for|eingeschrieben|immatrikuliert|zugelassen|an der|an dem|seit|ab|im (?:fach|studiengang|wintersemester|sommersemester|studienfach)|mit dem|mit der|der fakultät|vom|from|since|at|in the|during|erfolgreich|bestanden|abgeschlossen|abgelegt|conferred|awarded|completed|having|und hat|and has|upon|by|on)(?:\s.*)?$`)

var party = expression(`(?i)^(?:the |der |die )?(?:arbeitnehmer|arbeitgeber|mitarbeiter|beschäftigte|employee|employer|arbeitskraft|person|nachweis|bestätigung|teilzeit|vollzeit|minijob|ersatz|anlage|zeichen)(?:in|s|r|n)?\b`)

// prose are words that no name of a job, a school or a programme has: those of sentences.
var prose = expression(`(?i)(?:^|\s)(?:wird|werden|wurde|ist|sind|hat|haben|sie|ihnen|wir|will|shall|is|are|be|been|was|has|have|you|we|hereby|hiermit)(?:\s|$)`)

// articles stand before names of companies and schools in sentences.
var articles = expression(`^(?:(?i:der|die|das|dem|den|the|firma|fa\.|institution|einrichtung)\s+)+`)

// afterSchool begins what a sentence says behind a school.
var afterSchool = expression(`(?i)\s(?:erfolgreich|angemeldet|teilgenommen|ausgestellt|ausgerichtet|angeboten|stattgefunden|besucht|teilgenommen|absolviert|abgelegt|bestanden|durchgeführt|eingeschrieben|immatrikuliert|studiert|erworben\p{L}*|im \d|im (?:jahr|fach|studiengang|rahmen|wintersemester|sommersemester)|am \d|vom \d|on \d|in \d|with|has|have|is|was|hat|haben|ist|wird|wurde|the (?:test|exam))(?:\s.*)?$`)

// settle takes from a value what a sentence says before and behind it. It reports false if nothing of a name is left.
func (v *value) settle(slot string) bool {
	if slot == "institution" {
		if n := len(ofSchool.FindString(v.text)); n > 0 && schools.MatchString(fold(v.text[n:])) {
			v.cut(v.text[n:], n)
		}
	}
	if after := ending[slot]; after != nil {
		v.cut(strings.TrimSpace(after.Split(v.text, 2)[0]), 0)
	}
	return v.text != "" && (slot != "job_title" || !party.MatchString(v.text))
}

// cut leaves a piece of a value, n bytes behind its beginning.
func (v *value) cut(text string, n int) {
	if v.end-v.start == len(v.text) {
		v.start += n
		v.end = v.start + len(text)
	}
	v.text = text
}

var article = expression(`^(?:(?i:dem|der|die|den|das|herrn?|frau|the)|einem|einer|eines|einen|eine|ein|des|im|in|an|am|auf|von|vom|zu|zum|zur|mit|bei|für|und|oder|of|for|and|having|which|is|ist|wird|wurde)\b`)
