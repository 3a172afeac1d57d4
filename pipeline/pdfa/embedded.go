package pdfa

// fileSpecification checks 6.8 for a dictionary that embeds files. The files are held against this standard themselves.
func (v *validator) fileSpecification(d dict, num int) {
	f := v.file
	files := f.dict(d["EF"])
	if files == nil {
		return
	}
	_, hasF := f.text(d["F"])
	_, hasUF := f.text(d["UF"])
	if !hasF || !hasUF {
		v.breaks("6.8-2", num)
	}
	for _, o := range files.values() {
		s := f.stream(o)
		if s == nil || !v.once("embedded", s.num) {
			continue
		}
		if !v.embeddedConforms(s) {
			v.breaks("6.8-5", s.num)
		}
	}
}

// embeddedConforms reports whether an embedded file is PDF/A-1b or PDF/A-2b at least.
func (v *validator) embeddedConforms(s *stream) bool {
	data, err := v.file.decode(s)
	if err != nil {
		v.undecodable(err)
		return false
	}
	if v.depth >= maxEmbedded {
		v.exhausted = true
		return false
	}
	report := validate(data, Level2B, v.depth+1, v.spent)
	if report.Conforms {
		return true
	}
	return conformsToPart1(data, report, v.spent)
}
