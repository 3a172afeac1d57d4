package extract

import (
	"strings"
)

// A lease has two addresses: the flat and where the landlord lives. In sentences the second stands behind the landlord's
// name or before the word for what he is:
//
//	Zwischen Anna Müller, wohnhaft Am Hang 3, 12345 Neudorf, als Vermieter und …
//	Wohnungsgeber Anna Müller (Am Hang 3, 12345 Neudorf) bestätigt …

var (
	// home is a street and a town.
	home = expression(`((?:\p{Lu}|\d{1,2}\. ?\p{Lu})[\p{L}'’.-]*(?:[ -]\p{L}[\p{L}'’.-]*){0,4} \d{1,4}(?: ?[a-hA-H])?(?:\s?[-–/+]\s?\d{1,4})?),?\s+\d{5}\s+\p{Lu}[\p{L}.-]+`)
	// landlordNamed is what stands before it: the word for a landlord, or "I", and a name.
	landlordNamed = expression(`(?:(?i:vermieter(?:in)?|wohnungsgeber(?:in)?|eigentümer(?:in)?|landlord|lessor|owner)(?:/-?in|\(in\))?|\b(?:Ich|ich|I|wir|Wir))[\s:,–-]+(?:(?i:herrn?|frau|mr\.?|ms\.?|firma)[\s/]+)*\p{Lu}[\p{L}'’.-]+(?:[ -]+\p{Lu}?[\p{L}'’.&-]+){0,5}[\s,(–-]+(?i:wohnhaft(?: in)?|whft\.|residing (?:at|in)|of|anschrift|geschäftsansässig|mit sitz)?[\s:]*(?:in\s+)?$`)
	// landlordSaid is what stands behind it.
	landlordSaid = expression(`^(?:\s+\p{L}[\p{L}.-]*){0,3}[\s,()–—-]*(?i:(?:nachfolgend|nachstehend|im folgenden|hereinafter)\s*)?[\s,()–—„“”"'-]*(?i:als\s|as\s|the\s|der\s|die\s)?[\s„“”"'-]*(?i:vermieter|wohnungsgeber|landlord|lessor)`)
)

// landlordsHome keeps where a landlord lives from being taken for the flat.
func (r *reader) landlordsHome(s *sheet) {
	if r.typ != "rental_contract" {
		return
	}
	flow := strings.NewReplacer("\t", " ", "\n", " ").Replace(s.flow)
	for _, m := range home.FindAllStringSubmatchIndex(flow, mostHomes) {
		start := m[2]
		if n := len(located.FindString(flow[start:m[3]])); start+n < m[3] { // "wohnhaft Am Hang 3"
			start += n
		}
		if landlordNamed.MatchString(flow[max(0, start-120):start]) || landlordSaid.MatchString(flow[m[1]:min(len(flow), m[1]+80)]) {
			r.foreign = append(r.foreign, claim{s, span{start, m[1]}})
		}
	}
}

// mostHomes is how many addresses of a page are looked at.
const mostHomes = 12
