package xdomea

import "github.com/eakte/eakte/efile"

// answers reads what an archive says of single records.
type answers struct {
	*reader
	*Message
	seen map[efile.ID]int // place in Decisions or Results
}

// decision reads a RueckgabeparameterAnbietungType of a 0502.
func (a answers) decision() error {
	var d Decision
	err := a.children(func(name string) error {
		switch name {
		case "ID", "xdomeaUUID":
			return a.uuid(&d.Record)
		case "Aussonderungsart":
			return a.children(func(name string) error { return a.decided(name, &d) })
		}
		return a.skip()
	})
	if err != nil {
		return err
	}
	if d.Record.IsZero() || d.Decision == "" {
		return a.error(CodeMissing, "Aussonderungsart")
	}
	if err := a.counted(); err != nil {
		return err
	}
	if at, twice := a.seen[d.Record]; twice {
		if a.Decisions[at] != d {
			return a.error(CodeContradiction, "Aussonderungsart")
		}
		return nil
	}
	a.seen[d.Record] = len(a.Decisions)
	a.Decisions = append(a.Decisions, d)
	return nil
}

func (a answers) decided(name string, d *Decision) error {
	var code string
	switch name {
	case "AussonderungsartKonfigurierbar":
		d.Decision = efile.Undecided
		return a.into(&d.Word)
	case "Aussonderungsart":
		if err := a.reader.code(&code); err != nil {
			return err
		}
	default:
		return a.skip()
	}
	switch d.Decision = efile.Decision(code); d.Decision {
	case efile.Keep, efile.Destroy, efile.Undecided:
		return nil
	}
	return a.error(CodeValue, "Aussonderungsart")
}

// result reads an ErfolgOderMisserfolgAussonderungType of a 0506. In 4.0.0 success and reasons stand one level deeper.
func (a answers) result() error {
	var res Result
	told := false
	var read func(name string) error
	read = func(name string) error {
		switch name {
		case "IDSGO", "xdomeaUUID":
			return a.uuid(&res.Record)
		case "ErfolgOderMisserfolg":
			return a.children(read)
		case "Erfolgreich":
			told = true
			return a.flag(&res.Success)
		case "Fehlermeldung":
			return a.lines(&res.Failure)
		case "Archivkennung":
			return a.into(&res.Reference)
		}
		return a.skip()
	}
	if err := a.children(read); err != nil {
		return err
	}
	if res.Record.IsZero() || !told {
		return a.error(CodeMissing, "Erfolgreich")
	}
	if err := a.counted(); err != nil {
		return err
	}
	if at, twice := a.seen[res.Record]; twice {
		if was := a.Results[at]; was.Success != res.Success || was.Reference != res.Reference {
			return a.error(CodeContradiction, "Erfolgreich")
		}
		return nil
	}
	a.seen[res.Record] = len(a.Results)
	a.Results = append(a.Results, res)
	return nil
}

// outcome reads the ErfolgOderMisserfolgImportType of a 0506 of 4.0.0, which speaks of the message as a whole.
func (a answers) outcome() error {
	success := false
	err := a.children(func(name string) error {
		switch name {
		case "Erfolgreich":
			return a.flag(&success)
		case "Fehlermeldung":
			return a.lines(&a.Failure)
		}
		return a.skip()
	})
	a.Failed = !success
	return err
}
