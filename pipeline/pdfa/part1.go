package pdfa

import (
	"bytes"
	"slices"

	"github.com/eakte/eakte/pipeline"
)

// conformsToPart1 reports whether a file is PDF/A-1b. It starts from what part 2 found: part 1 asks for nearly all of
// that and forbids more: transparency, compressed objects and cross-references, JPEG 2000, optional content, embedded
// files. What only part 2 asks for is forgiven.
func conformsToPart1(data []byte, report pipeline.Conformity, spent *budget) bool {
	if report.Claim != "1a" && report.Claim != "1b" {
		return false
	}
	for _, b := range report.Broken {
		if !slices.Contains(onlyInPart2(), b.Clause) {
			return false
		}
	}
	v := newValidator(data, Level2B, 0, spent)
	f, err := openFile(data, spent, func(string, int) {})
	if err != nil {
		return false
	}
	v.file = f
	root := f.catalog()
	if f.has(root, "OCProperties") || f.has(f.dict(root["Names"]), "EmbeddedFiles") || bytes.Contains(data, []byte("/JPXDecode")) {
		return false
	}
	for num, e := range f.xref {
		if e.inside > 0 || forbiddenInPart1(f, f.object(num)) {
			return false
		}
	}
	return true
}

// onlyInPart2 are the rules that part 1 does not have, or has in another form.
func onlyInPart2() []string {
	return []string{
		"6.6.4-2", "6.6.4-3", // it says part 1, as it must
		"6.6.2.3.1-1", "6.6.2.3.1-2", // the tables of schemas are others
		"6.1.8-1", "6.1.12-1", "6.1.12-2", "6.1.13-11", "6.2.2-2", "6.2.4.4-1", "6.2.4.4-2", "6.2.10-2", "6.2.11.8-1", "6.3.3-1",
		"6.4.3-1", "6.4.3-2", "6.4.3-3",
		"6.2.11.4.2-1", "6.2.11.4.2-2", // lists need name what is used only
	}
}

// forbiddenInPart1 reports whether an object is compressed cross-reference, transparency or an embedded file.
func forbiddenInPart1(f *file, o object) bool {
	d := dictOf(o)
	if d == nil {
		return false
	}
	if kind := f.name(d["Type"]); kind == "XRef" || kind == "ObjStm" {
		return true
	}
	if f.dict(d["SMask"]) != nil || f.has(d, "EF") || f.name(f.dict(d["Group"])["S"]) == "Transparency" {
		return true
	}
	for _, key := range []name{"CA", "ca"} {
		if alpha, is := f.number(d[key]); is && alpha < 1 {
			return true
		}
	}
	if mode, is := f.resolve(d["BM"]).(name); is && mode != "Normal" && mode != "Compatible" {
		return true
	}
	return false
}
