package pdfa

import "slices"

// profile is the header of an ICC profile.
type profile struct {
	version int    // major
	class   string // such as "mntr"
	space   string // such as "RGB "
}

// readProfile reads the header of a profile; false if it is none.
func readProfile(data []byte) (profile, bool) {
	if len(data) < 128 || string(data[36:40]) != "acsp" {
		return profile{}, false
	}
	return profile{version: int(data[8]), class: string(data[12:16]), space: string(data[16:20])}, true
}

// outputIntents checks 6.2.3 and learns the output intent's colour space.
func (v *validator) outputIntents(root dict) {
	f := v.file
	profiles := map[int]bool{}
	for _, o := range f.array(root["OutputIntents"]) {
		intent, num := f.dict(o), numberOf(o)
		kind := f.name(intent["S"])
		if kind == "GTS_PDFX" && f.has(intent, "DestOutputProfileRef") {
			v.breaks("6.2.3-3", num)
		}
		s := f.stream(intent["DestOutputProfile"])
		if s == nil {
			continue
		}
		profiles[s.num] = true
		data, err := f.decode(s)
		if v.undecodable(err) {
			return
		}
		p, ok := readProfile(data)
		if !ok || p.class != "prtr" && p.class != "mntr" || !slices.Contains([]string{"RGB ", "CMYK", "GRAY"}, p.space) || p.version >= 5 {
			v.breaks("6.2.3-1", s.num)
		}
		if kind == "GTS_PDFA1" && ok {
			v.output = p.space
		}
	}
	if len(profiles) > 1 {
		v.breaks("6.2.3-2", numberOf(root["OutputIntents"]))
	}
}

// inputProfile checks 6.2.4.2-1.
func (v *validator) inputProfile(s *space) {
	var profileStream *stream
	if len(s.items) > 1 {
		profileStream = v.file.stream(s.items[1])
	}
	if profileStream == nil {
		v.breaks("6.2.4.2-1", s.num)
		return
	}
	data, err := v.file.decode(profileStream)
	if v.undecodable(err) {
		return
	}
	p, ok := readProfile(data)
	if !ok || !slices.Contains([]string{"prtr", "mntr", "scnr", "spac"}, p.class) || p.version >= 5 || components(p.space) != s.n {
		v.breaks("6.2.4.2-1", profileStream.num)
	}
}

// components returns how many colour components a profile's colour space has, 0 for one that PDF does not allow.
func components(space string) int {
	switch space {
	case "GRAY":
		return 1
	case "RGB ", "Lab ":
		return 3
	case "CMYK":
		return 4
	}
	return 0
}
