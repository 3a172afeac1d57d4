package pdfa

import "github.com/eakte/eakte/pipeline"

// maxEmbedded is how deep files within files are followed.
const maxEmbedded = 3

// validator holds one file against the standard.
type validator struct {
	data  []byte
	level Level
	depth int // of files within files
	file  *file

	broken map[string]*pipeline.BrokenRule
	rules  map[string]string
	claim  string
	page   int // the page that is being looked at

	output      string              // colour space of the output intent's profile, empty without one
	extensions  map[string]*schema  // of the document's own metadata
	separations map[name]separation // Separation colour spaces by colourant
	fonts       map[any]*font       // by object number, or dictionary
	spaces      map[int]*space      // colour spaces by object number
	named       map[namedSpace]*space
	contents    map[contentKey]bool // content streams looked at, and whether they hold transparency
	checked     map[checkedKey]bool // objects that a rule has looked at
	later       []*stream           // metadata of parts of the document
	spent       *budget
	exhausted   bool
}

// checkedKey remembers that one chapter has looked at an object.
type checkedKey struct {
	chapter string
	num     int
}

func newValidator(data []byte, level Level, depth int, spent *budget) *validator {
	return &validator{
		data: data, level: level, depth: depth, spent: spent, broken: map[string]*pipeline.BrokenRule{}, rules: rules(),
		separations: map[name]separation{}, fonts: map[any]*font{}, spaces: map[int]*space{},
		named:    map[namedSpace]*space{},
		contents: map[contentKey]bool{}, checked: map[checkedKey]bool{},
	}
}

// breaks records a broken rule. An object's number is 0 if the rule is about none.
func (v *validator) breaks(clause string, num int) {
	b, known := v.broken[clause]
	if !known {
		b = &pipeline.BrokenRule{Clause: clause, What: v.rules[clause]}
		v.broken[clause] = b
	}
	b.Count++
	place := pipeline.Place{Object: num, Page: v.page}
	if place == (pipeline.Place{}) || len(b.Places) == maxPlaces {
		return
	}
	for _, p := range b.Places {
		if p == place {
			return
		}
	}
	b.Places = append(b.Places, place)
}

// once reports whether a chapter has not yet looked at an object. Direct objects are always new.
func (v *validator) once(chapter string, num int) bool {
	key := checkedKey{chapter, num}
	if num == 0 {
		return true
	}
	if v.checked[key] {
		return false
	}
	v.checked[key] = true
	return true
}

// run looks at the file chapter by chapter.
func (v *validator) run() {
	v.header()
	v.ending()
	f, err := openFile(v.data, v.spent, v.breaks)
	if err != nil {
		v.breaks("read-1", 0)
		if v.spent.exhausted() {
			v.breaks("read-2", 0)
		}
		return
	}
	v.file = f
	root := f.catalog()
	for _, chapter := range []func(root dict){
		v.structure, v.outputIntents, v.catalogMetadata, v.catalogEntries, v.optionalContent, v.forms, v.actions, v.allPages,
	} {
		if chapter(root); v.exhausted || v.spent.exhausted() {
			v.breaks("read-2", 0)
			return // what would be found now may come of what was not read
		}
	}
}

// allPages looks at the pages, one after the other.
func (v *validator) allPages(root dict) {
	defer func() { v.page = 0 }()
	for i, p := range v.pages(root) {
		v.page = i + 1
		v.pageRules(p)
		if v.exhausted {
			return
		}
	}
}
