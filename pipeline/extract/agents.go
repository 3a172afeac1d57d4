package extract

// agent is a person who acts for a company or an office: named on many documents, meant on none.
var agent = expression(`(?:(?i:vertreten durch|vertr\. ?durch|vertr\. ?d\.|represented by|représentée? par|geschäftsführ(?:er(?:in)?|ung)|geschäftsleitung|inhaber(?:in)?|ausbilder(?:in)?|ausbilder/in|ausbildungsleit(?:er(?:in)?|ung)|personalleit(?:er(?:in)?|ung)|ansprechpartner(?:in)?|ansprechperson|sachbearbeit(?:er(?:in)?|ung)|bearbeiter(?:in)?|auskunft(?: erteilt)?|es berät sie|ihr(?:e)? (?:berater(?:in)?|betreuer(?:in)?|kontakt|ansprechpartner(?:in)?)|berater(?:in)?|kundenbetreuer(?:in)?|schulleit(?:er(?:in)?|ung)|kursleit(?:er(?:in)?|ung)|prüfer(?:in)?|managing director|contact(?: person)?|your (?:adviser|advisor|contact)|standesbeamt(?:er|in)|registrar|officer in charge)(?:/-?in)?[\s:,]+(?:(?i:den|die|ihren?|dessen|deren|the|ihr|its)\s+)?(?:(?i:geschäftsführer(?:in)?|inhaber(?:in)?|personalleiter(?:in)?|vorstand|prokurist(?:in)?|managing director|owner|director)[\s,:]+)?)([^\n\t:;]{4,60})`)

// sureName is the score of a name that a label for the document's subject has: of an agent's name it says more.
const sureName = 0.72

// agents are the names of such persons, comparable.
func (r *reader) agents() map[string]bool {
	names := map[string]bool{}
	for _, s := range r.sheets {
		for _, m := range agent.FindAllStringSubmatchIndex(s.flow, mostAgents) {
			if v, _ := person(s.flow[m[2]:m[3]]); v.fit >= 0.8 && v.start < 12 {
				names[comparable(v.text)] = true
			}
		}
	}
	return names
}

// mostAgents is how many of them a page names at most.
const mostAgents = 12
