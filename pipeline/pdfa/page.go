package pdfa

import "errors"

// maxPages is how many pages are looked at.
const maxPages = 100_000

// page is a page with what it inherits from the tree above.
type page struct {
	dict      dict
	num       int
	resources dict
	inherited bool // the resources are the tree's, not its own
	boxes     map[name]object
}

// inheritable are the boxes that a page may have from above.
func inheritable() []name { return []name{"MediaBox", "CropBox"} }

// pages returns the pages in order.
func (v *validator) pages(root dict) []page {
	var out []page
	seen := map[int]bool{}
	var walk func(o object, above page, depth int)
	walk = func(o object, above page, depth int) {
		num := numberOf(o)
		d := v.file.dict(o)
		if d == nil || depth > maxDepth || len(out) >= maxPages || num != 0 && seen[num] {
			return
		}
		seen[num] = true
		p := page{dict: d, num: num, resources: above.resources, inherited: true, boxes: map[name]object{}}
		for _, key := range inheritable() {
			p.boxes[key] = above.boxes[key]
			if v.file.has(d, key) {
				p.boxes[key] = d[key]
			}
		}
		if own := v.file.dict(d["Resources"]); own != nil {
			p.resources, p.inherited = own, false
		}
		kids := v.file.array(d["Kids"])
		if kids == nil || v.file.name(d["Type"]) == "Page" {
			out = append(out, p)
			return
		}
		for _, kid := range kids {
			walk(kid, p, depth+1)
		}
	}
	walk(root["Pages"], page{}, 0)
	if len(out) >= maxPages {
		v.exhausted = true
	}
	return out
}

// pageRules checks everything on one page.
func (v *validator) pageRules(p page) {
	f := v.file
	v.boxes(p)
	if f.has(p.dict, "PresSteps") {
		v.breaks("6.10-2", p.num)
	}
	if f.has(p.dict, "AA") {
		v.breaks("6.5.2-2", p.num)
	}
	v.resourceNames(p.resources, p.num)
	group := f.dict(p.dict["Group"])
	v.group(group, p.resources, p.num)
	transparent := v.pageContent(p)
	for _, o := range f.array(p.dict["Annots"]) {
		if v.annotation(o, p) {
			transparent = true
		}
	}
	if transparent && v.output == "" && !f.has(group, "CS") {
		v.breaks("6.2.10-2", p.num)
	}
}

// boxes checks 6.1.13-11.
func (v *validator) boxes(p page) {
	for _, key := range []name{"MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox"} {
		box := p.boxes[key]
		if box == nil {
			box = p.dict[key]
		}
		r, ok := v.rectangle(box)
		if !ok {
			continue
		}
		for _, size := range []float64{r[2] - r[0], r[3] - r[1]} {
			if size = max(size, -size); size < 3 || size > 14400 {
				v.breaks("6.1.13-11", p.num)
			}
		}
	}
}

func (v *validator) rectangle(o object) (r [4]float64, ok bool) {
	a := v.file.array(o)
	if len(a) != 4 {
		return r, false
	}
	for i := range r {
		if r[i], ok = v.file.number(a[i]); !ok {
			return r, false
		}
	}
	return r, true
}

// pageContent looks at the content streams of a page as one and reports whether they hold transparency.
func (v *validator) pageContent(p page) bool {
	f := v.file
	var data []byte
	num := numberOf(p.dict["Contents"])
	parts := array{p.dict["Contents"]}
	if list := f.array(p.dict["Contents"]); list != nil {
		parts = list
	}
	for _, part := range parts {
		s := f.stream(part)
		if s == nil {
			continue
		}
		num = s.num
		decoded, err := f.decode(s)
		if err != nil {
			v.undecodable(err)
			continue
		}
		data = append(append(data, decoded...), '\n')
	}
	scope := &resources{own: p.resources, ownInherited: p.inherited, num: p.num}
	return v.content(data, scope, v.initialState(scope), num, 0)
}

// undecodable notes a stream that would have been too much to decode, and reports whether it was.
func (v *validator) undecodable(err error) bool {
	if errors.Is(err, errTooMuch) {
		v.exhausted = true
	}
	return errors.Is(err, errTooMuch)
}
