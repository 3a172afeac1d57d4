package tool

// readPages lists the pages. Every node must know its own parent and count.
func (x *Exact) readPages() error {
	root, ok := x.catalog()["Pages"].(pdfRef)
	if !ok || x.catalog().name("Type") != "Catalog" {
		return ErrInexact
	}
	_, err := x.node(root, nil, 0)
	if err == nil && len(x.pages) == 0 {
		err = ErrInexact
	}
	return err
}

// node adds the pages below a node of the tree and returns how many there are.
func (x *Exact) node(r pdfRef, parent *pdfRef, depth int) (int, error) {
	d := x.dict(r)
	_, again := x.above[r]
	if d == nil || again || depth > exactDepth || len(x.pages) > exactPages {
		return 0, ErrInexact
	}
	if parent != nil {
		if said, ok := d["Parent"].(pdfRef); !ok || said != *parent {
			return 0, ErrInexact
		}
		x.above[r] = *parent
	} else if d["Parent"] != nil {
		return 0, ErrInexact
	}
	switch d.name("Type") {
	case "Page":
		if parent == nil || d["Kids"] != nil {
			return 0, ErrInexact
		}
		x.pages = append(x.pages, r)
		delete(x.known, r.number) // a thousand of them need not be held
		return 1, nil
	case "Pages":
	default:
		return 0, ErrInexact
	}
	inherited := pdfDict{}
	if parent != nil {
		inherited = x.parents[*parent]
	}
	x.parents[r] = d.over(inherited)
	list, err := x.resolve(d["Kids"])
	kids, ok := list.([]pdfObject)
	if err != nil || !ok {
		return 0, ErrInexact
	}
	sum := 0
	for _, kid := range kids {
		child, ok := kid.(pdfRef)
		if !ok {
			return 0, ErrInexact
		}
		n, err := x.node(child, &r, depth+1)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	if count, ok := d.whole("Count"); !ok || count != sum {
		return 0, ErrInexact
	}
	return sum, nil
}

// inheritable are the entries that pages have from the nodes above them, shown those that decide what a page shows.
var (
	inheritable = []pdfName{"Resources", "MediaBox", "CropBox", "Rotate"}
	shown       = append([]pdfName{"Contents", "UserUnit", "Group", "Annots"}, inheritable...)
)

// over returns what pages below a node inherit that itself inherits so much.
func (d pdfDict) over(inherited pdfDict) pdfDict {
	out := pdfDict{}
	for _, key := range inheritable {
		if d[key] != nil {
			out[key] = d[key]
		} else if inherited[key] != nil {
			out[key] = inherited[key]
		}
	}
	return out
}

// page returns those entries of a page (from 1) that decide what it shows, inherited ones included.
func (x *Exact) page(number int) (pdfDict, error) {
	r, inherited, err := x.find(number)
	if err != nil {
		return nil, err
	}
	d := x.dict(r)
	if d == nil {
		return nil, ErrInexact
	}
	out := d.over(inherited)
	for _, key := range shown {
		if d[key] != nil {
			out[key] = d[key]
		}
	}
	return out, nil
}

// find returns a page and what it inherits.
func (x *Exact) find(number int) (pdfRef, pdfDict, error) {
	if number < 1 || number > x.Pages() {
		return pdfRef{}, nil, ErrInexact
	}
	if x.pages != nil {
		r := x.pages[number-1]
		return r, x.parents[x.above[r]], nil
	}
	root, _ := x.catalog()["Pages"].(pdfRef)
	return x.below(root, number-1, pdfDict{}, 0)
}

// below finds the page with an index among those below a node.
func (x *Exact) below(r pdfRef, index int, inherited pdfDict, depth int) (pdfRef, pdfDict, error) {
	node := x.dict(r)
	inherited = node.over(inherited)
	list, err := x.resolve(node["Kids"])
	kids, _ := list.([]pdfObject)
	count, _ := node.whole("Count")
	if err != nil || depth > exactDepth || index >= count {
		return pdfRef{}, nil, ErrInexact
	}
	if count == len(kids) { // no need to ask each of a thousand
		kids, index = kids[index:index+1], 0
	}
	for _, kid := range kids {
		child, _ := kid.(pdfRef)
		d := x.dict(child)
		n := 1
		switch d.name("Type") {
		case "Page":
			if index == 0 {
				return child, inherited, nil
			}
		case "Pages":
			if n, _ = d.whole("Count"); index < n {
				return x.below(child, index, inherited, depth+1)
			}
		default:
			return pdfRef{}, nil, ErrInexact
		}
		index -= n
	}
	return pdfRef{}, nil, ErrInexact
}
