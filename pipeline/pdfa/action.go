package pdfa

import "slices"

const maxActions = 100_000

// actions checks 6.5: those of the catalogue, the outline and the document's scripts.
func (v *validator) actions(root dict) {
	f := v.file
	if f.has(root, "AA") {
		v.breaks("6.5.2-1", numberOf(f.trailer["Root"]))
		v.additionalActions(root["AA"])
	}
	if _, list := f.resolve(root["OpenAction"]).(array); !list {
		v.action(root["OpenAction"])
	}
	v.outline(root)
	v.nameTree(f.dict(root["Names"])["JavaScript"], func(o object) { v.action(o) })
}

// outline follows the items of the outline.
func (v *validator) outline(root dict) {
	f := v.file
	seen := map[int]bool{}
	open := []object{f.dict(root["Outlines"])["First"]}
	for len(open) > 0 && len(seen) < maxActions {
		o := open[len(open)-1]
		open = open[:len(open)-1]
		item := f.dict(o)
		if num := numberOf(o); item == nil || num == 0 || seen[num] {
			continue
		}
		seen[numberOf(o)] = true
		v.action(item["A"])
		open = append(open, item["Next"], item["First"])
	}
}

// additionalActions checks every action of an additional-actions dictionary.
func (v *validator) additionalActions(o object) {
	for _, a := range v.file.dict(o).values() {
		v.action(a)
	}
}

// action checks 6.5.1 for an action and those that follow it.
func (v *validator) action(o object) {
	f := v.file
	open := []object{o}
	for n := 0; len(open) > 0 && n < maxActions; n++ {
		o := open[0]
		open = open[1:]
		a, num := f.dict(o), numberOf(o)
		if a == nil || !v.once("action", num) {
			continue
		}
		switch kind := f.name(a["S"]); {
		case !slices.Contains([]name{"GoTo", "GoToR", "GoToE", "Thread", "URI", "Named", "SubmitForm"}, kind):
			v.breaks("6.5.1-1", num)
		case kind == "Named" && !slices.Contains([]name{"NextPage", "PrevPage", "FirstPage", "LastPage"}, f.name(a["N"])):
			v.breaks("6.5.1-2", num)
		}
		if list := f.array(a["Next"]); list != nil {
			open = append(open, list...)
		} else {
			open = append(open, a["Next"])
		}
	}
}

// nameTree visits the values of a name tree.
func (v *validator) nameTree(o object, visit func(object)) {
	f := v.file
	seen := map[int]bool{}
	open := []object{o}
	for n := 0; len(open) > 0 && n < maxActions; n++ {
		o := open[0]
		open = open[1:]
		node, num := f.dict(o), numberOf(o)
		if node == nil || seen[num] && num != 0 {
			continue
		}
		seen[num] = true
		names := f.array(node["Names"])
		for i := 1; i < len(names); i += 2 {
			visit(names[i])
		}
		open = append(open, f.array(node["Kids"])...)
	}
}
