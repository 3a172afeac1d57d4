package pdfa

// optionalContent checks 6.9.
func (v *validator) optionalContent(root dict) {
	f := v.file
	properties := f.dict(root["OCProperties"])
	if properties == nil {
		return
	}
	configs := append(array{}, properties["D"])
	for _, o := range f.array(properties["Configs"]) {
		if numberOf(o) == 0 || numberOf(o) != numberOf(properties["D"]) {
			configs = append(configs, o)
		}
	}
	groups := map[int]bool{}
	for _, o := range f.array(properties["OCGs"]) {
		groups[numberOf(o)] = true
	}
	names := map[text]bool{}
	for _, o := range configs {
		config, num := f.dict(o), numberOf(o)
		if config == nil {
			continue
		}
		title, _ := f.text(config["Name"])
		switch {
		case title == "":
			v.breaks("6.9-1", num)
		case names[title]:
			v.breaks("6.9-2", num)
		}
		names[title] = true
		if order := f.array(config["Order"]); order != nil && !v.lists(order, groups) {
			v.breaks("6.9-3", num)
		}
		if f.has(config, "AS") {
			v.breaks("6.9-4", num)
		}
	}
}

// lists reports whether an order names every group.
func (v *validator) lists(order array, groups map[int]bool) bool {
	listed := map[int]bool{}
	var walk func(a array, depth int)
	walk = func(a array, depth int) {
		for _, o := range a {
			num := numberOf(o)
			if num != 0 && listed[num] || depth > maxHops {
				continue
			}
			listed[num] = true
			walk(v.file.array(o), depth+1)
		}
	}
	walk(order, 0)
	for num := range groups {
		if !listed[num] {
			return false
		}
	}
	return true
}
