package eval

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Named is a corpus' score under its name.
type Named struct {
	Name string
	*Score
}

// report writes Markdown and remembers the first error.
type report struct {
	w      io.Writer
	scores []Named
	err    error
}

// Report writes the tables, in Markdown, one column or group of columns for each score.
func Report(w io.Writer, scores []Named) error {
	r := &report{w: w, scores: scores}
	r.summary()
	r.coverage()
	r.text("pages like this", "By kind of picture", func(s Sheet) string { return s.Profile })
	r.text("language", "By language", func(s Sheet) string { return s.Language })
	r.types()
	r.confusions()
	r.fields()
	return r.err
}

func (r *report) line(format string, args ...any) {
	if r.err == nil {
		_, r.err = fmt.Fprintf(r.w, format+"\n", args...)
	}
}

// table writes a heading and the first two lines of a table with a group of columns for each score.
func (r *report) table(title, first string, columns ...string) {
	r.line("\n### %s\n", title)
	head := "| " + first + " |"
	for _, s := range r.scores {
		for _, column := range columns {
			head += " " + strings.TrimSpace(s.Name+" "+column) + " |"
		}
	}
	r.line("%s", head)
	r.line("|%s", strings.Repeat(" --- |", 1+len(columns)*len(r.scores)))
}

// row writes one line; cells gives the columns of one score.
func (r *report) row(first string, cells func(*Score) []string) {
	line := "| " + first + " |"
	for _, s := range r.scores {
		for _, cell := range cells(s.Score) {
			line += " " + cell + " |"
		}
	}
	r.line("%s", line)
}

func (r *report) figure(name string, cell func(*Score) string) {
	r.row(name, func(s *Score) []string { return []string{cell(s)} })
}

func (r *report) summary() {
	r.table("All in all", "", "")
	r.figure("files, finished / all", func(s *Score) string { return fmt.Sprintf("%d / %d", s.Finished, s.Files) })
	r.figure("pages", func(s *Score) string { return fmt.Sprint(s.Time.Pages) })
	r.figure("seconds per page", func(s *Score) string { return fmt.Sprintf("%.2f", s.Time.PerPage()) })
	r.figure("type right, best candidate counted", func(s *Score) string { return percent(s.At(1)) })
	r.figure("type right, asking a person counted as wrong", func(s *Score) string {
		answered, right := s.Answered()
		return percent(Share{right.Part, answered.Of})
	})
	r.figure("filed without asking / right of these", func(s *Score) string {
		answered, right := s.Answered()
		return percent(answered) + " / " + percent(right)
	})
	r.figure("types, macro-F1", func(s *Score) string { return fmt.Sprintf("%.3f", s.MacroF1()) })
	all := func(Sheet) bool { return true }
	r.figure("CER, mean / median / 90th percentile of the pages", func(s *Score) string { return rates(s.Text(all)) })
	r.figure("CER of the renditions' text layer, mean", func(s *Score) string { return copied(s.Text(all)) })
	r.figure("pages turned right", func(s *Score) string { return percent(s.Turned) })
	r.figure("empty pages, P / R", func(s *Score) string { return found(s.Blank) })
	r.figure("unreadable files, P / R", func(s *Score) string { return found(s.Unread) })
	r.figure("splits, P / R / F1", func(s *Score) string { return foundF1(s.Splits) })
	r.figure("documents of combined scans, place and type right", func(s *Score) string { return percent(s.Parts) })
	for _, kind := range []string{"scans", "photos", "TD1", "TD2", "TD3", "MRV-A", "MRV-B"} {
		r.figure("zones exact: "+kind, func(s *Score) string {
			if s.Zones[kind] == nil {
				return "–"
			}
			return percent(*s.Zones[kind])
		})
	}
	r.figure("zones found", func(s *Score) string { return percent(s.ZonesFound) })
	r.figure("values in zones right", func(s *Score) string { return percent(s.ZoneValues) })
	r.figure("zones accepted falsely, of those said to be valid", func(s *Score) string {
		return fmt.Sprintf("%d of %d", s.ZoneAccepts.Part, s.ZoneAccepts.Of)
	})
	r.figure("of these with a wrong line that has check digits", func(s *Score) string { return fmt.Sprint(s.ZoneChecked) })
	r.figure("fields, P / R / F1", func(s *Score) string { return foundF1(s.AllFields()) })
	r.figure("fields, F1 if each one the truth lacks were wrong", func(s *Score) string {
		strict := s.AllFields()
		strict.Wrong += s.More
		return fmt.Sprintf("%.3f", strict.F1())
	})
}

func (r *report) coverage() {
	r.table("Right among the surest", "share of the files", "")
	for _, share := range []float64{0.8, 0.9, 0.95, 1} {
		r.figure(fmt.Sprintf("%.0f %%", 100*share), func(s *Score) string { return percent(s.At(share)) })
	}
}

func (r *report) text(first, title string, key func(Sheet) string) {
	r.table("Character error rate: "+strings.ToLower(title[:1])+title[1:], first, "pages", "mean / median / p90", "renditions")
	groups := map[string]bool{}
	for _, s := range r.scores {
		for _, sheet := range s.Sheets {
			groups[key(sheet)] = true
		}
	}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		r.row(group, func(s *Score) []string {
			e := s.Text(func(sheet Sheet) bool { return key(sheet) == group })
			return []string{fmt.Sprint(e.Pages), rates(e), copied(e)}
		})
	}
}

func (r *report) types() {
	r.table("Types", "type", "files", "P / R / F1")
	keys := map[string]bool{}
	for _, s := range r.scores {
		for key := range s.Types() {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		r.row("`"+key+"`", func(s *Score) []string {
			f := s.Types()[key]
			if f == nil {
				return []string{"0", "–"}
			}
			return []string{fmt.Sprint(f.Right + f.Missed), foundF1(*f)}
		})
	}
	r.table("Types and time by kind of picture", "pages like this", "files", "type right", "seconds per page")
	groups := map[string]bool{}
	for _, s := range r.scores {
		for group := range s.Times {
			groups[group] = true
		}
	}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		r.row(group, func(s *Score) []string {
			var share Share
			for _, g := range s.Guesses {
				if g.Profile == group {
					share.Add(g.Got == g.Want)
				}
			}
			time := "–"
			if s.Times[group] != nil {
				time = fmt.Sprintf("%.2f", s.Times[group].PerPage())
			}
			return []string{fmt.Sprint(share.Of), percent(share), time}
		})
	}
}

func (r *report) confusions() {
	for _, s := range r.scores {
		r.line("\n### Taken for another type: %s\n", s.Name)
		r.line("| is | taken for | times | of these filed |\n| --- | --- | --- | --- |")
		for _, c := range s.Confusions() {
			if c.Got == "" {
				c.Got = "nothing"
			}
			r.line("| `%s` | `%s` | %d | %d |", c.Want, c.Got, c.Times, c.Sure)
		}
	}
}

func (r *report) fields() {
	r.table("Fields", "field", "there", "P / R / F1")
	keys := map[string]bool{}
	for _, s := range r.scores {
		for key := range s.Fields {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		r.row("`"+key+"`", func(s *Score) []string {
			f := s.Fields[key]
			if f == nil {
				return []string{"0", "–"}
			}
			return []string{fmt.Sprint(f.Right + f.Missed), foundF1(*f)}
		})
	}
}

func percent(s Share) string {
	if s.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %% of %d", 100*s.Rate(), s.Of)
}

func rates(e Errors) string {
	if e.Pages == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f / %.2f / %.2f %%", 100*e.Mean, 100*e.Median, 100*e.P90)
}

func copied(e Errors) string {
	if e.Copied < 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f %%", 100*e.Copied)
}

func found(f Found) string {
	if f == (Found{}) {
		return "–"
	}
	return fmt.Sprintf("%.3f / %.3f", f.Precision(), f.Recall())
}

func foundF1(f Found) string {
	if f == (Found{}) {
		return "–"
	}
	return fmt.Sprintf("%.2f / %.2f / %.3f", f.Precision(), f.Recall(), f.F1())
}

// The markers around the tables in a document.
const (
	Begin = "<!-- eval:begin -->"
	End   = "<!-- eval:end -->"
)

// Replace puts the tables between the markers of a document. A document without them is an error.
func Replace(file string, tables []byte) error {
	content, err := os.ReadFile(file) //nolint:gosec // a document the caller names
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(content, []byte(Begin))
	_, after, ended := bytes.Cut(rest, []byte(End))
	if !found || !ended {
		return fmt.Errorf("%s: no lines %s and %s", file, Begin, End)
	}
	return os.WriteFile(file, slices.Concat(before, []byte(Begin+"\n"), tables, []byte("\n"+End), after), 0o644) //nolint:gosec // a document everyone may read
}
