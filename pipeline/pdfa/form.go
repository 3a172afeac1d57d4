package pdfa

const maxFields = 100_000

// forms checks 6.4: the interactive form, its fields and their signatures.
func (v *validator) forms(root dict) {
	f := v.file
	form, num := f.dict(root["AcroForm"]), numberOf(root["AcroForm"])
	if form == nil {
		return
	}
	if f.has(form, "NeedAppearances") && f.resolve(form["NeedAppearances"]) != false {
		v.breaks("6.4.1-3", num)
	}
	if f.has(form, "XFA") {
		v.breaks("6.4.2-1", num)
	}
	for _, field := range v.fields(root) {
		widget := f.name(field.dict["Subtype"]) == "Widget"
		if f.has(field.dict, "AA") || f.has(field.dict, "A") && !widget {
			v.breaks("6.4.1-2", field.num)
		}
		v.additionalActions(field.dict["AA"])
		if v.fieldType(field.dict) == "Sig" {
			v.signature(field.dict["V"])
		}
	}
}

// field is a form field.
type field struct {
	dict dict
	num  int
}

// fields returns all fields of the interactive form, with those between root and leaf.
func (v *validator) fields(root dict) []field {
	f := v.file
	var out []field
	seen := map[int]bool{}
	open := append(array{}, f.array(f.dict(root["AcroForm"])["Fields"])...)
	for len(open) > 0 && len(out) < maxFields {
		o := open[len(open)-1]
		open = open[:len(open)-1]
		d, num := f.dict(o), numberOf(o)
		if d == nil || seen[num] && num != 0 {
			continue
		}
		seen[num] = true
		out = append(out, field{d, num})
		open = append(open, f.array(d["Kids"])...)
	}
	return out
}

// fieldType returns the type of a field, which it may inherit.
func (v *validator) fieldType(d dict) name {
	for range maxHops {
		if v.file.has(d, "FT") {
			return v.file.name(d["FT"])
		}
		if d = v.file.dict(d["Parent"]); d == nil {
			break
		}
	}
	return ""
}
