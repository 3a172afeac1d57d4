package records_test

import (
	"context"

	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/records"
)

const (
	clerkMay = `CloseMatter ReopenMatter CloseCase ReopenCase AddHold LiftHold Holds SaveRetention Retention RetentionRules
		ClosedFile ClosedFiles`
	archivistMay = `ReopenCase AddHold LiftHold Holds SaveRetention Retention RetentionRules ClosedFile ClosedFiles
		SaveRetentionRules Retentions StageCounts SaveArchive Archive Archives AddDisposal Disposal Disposals DisposalsOf LockDisposal
		SaveDisposal DisposalRecords SaveDecisions SaveConfirmations ConfirmByHand AddMessage SaveMessage Messages AddArchiveAnswer
		HasArchiveAnswer SaveArchiveAnswer ArchiveAnswers DueAlone CountAlone ProposeDestruction ConfirmDestruction WithdrawDestruction Destructions Remains
		CaseEvents CaseRenditions CaseParties`
)

// archiveMethods are the lines of the archivists' methods in TestTheActorIsAskedBeforeTheDatabase.
func archiveMethods(ctx context.Context, w *world, id efile.ID) map[string]func(*records.Tx) error {
	drop := func(_ any, err error) error { return err }
	both := func(_, _ any, err error) error { return err }
	return map[string]func(*records.Tx) error{
		"CloseMatter":         func(tx *records.Tx) error { return tx.CloseMatter(ctx, id, clock()) },
		"ReopenMatter":        func(tx *records.Tx) error { return tx.ReopenMatter(ctx, id) },
		"CloseCase":           func(tx *records.Tx) error { return both(tx.CloseCase(ctx, id, clock())) },
		"ReopenCase":          func(tx *records.Tx) error { return both(tx.ReopenCase(ctx, id)) },
		"AddHold":             func(tx *records.Tx) error { return tx.AddHold(ctx, &efile.Hold{CaseID: id}) },
		"LiftHold":            func(tx *records.Tx) error { return tx.LiftHold(ctx, id) },
		"Holds":               func(tx *records.Tx) error { return drop(tx.Holds(ctx, id)) },
		"SaveRetentionRules":  func(tx *records.Tx) error { return tx.SaveRetentionRules(ctx, nil) },
		"RetentionRules":      func(tx *records.Tx) error { return drop(tx.RetentionRules(ctx)) },
		"SaveRetention":       func(tx *records.Tx) error { return tx.SaveRetention(ctx, past(id)) },
		"Retention":           func(tx *records.Tx) error { return drop(tx.Retention(ctx, id)) },
		"Retentions":          func(tx *records.Tx) error { return drop(tx.Retentions(ctx, records.RetentionFilter{})) },
		"StageCounts":         func(tx *records.Tx) error { return drop(tx.StageCounts(ctx)) },
		"ClosedFiles":         func(tx *records.Tx) error { return drop(tx.ClosedFiles(ctx, id, 1)) },
		"ClosedFile":          func(tx *records.Tx) error { return drop(tx.ClosedFile(ctx, id)) },
		"SaveArchive":         func(tx *records.Tx) error { return tx.SaveArchive(ctx, &efile.ReceivingArchive{}) },
		"Archive":             func(tx *records.Tx) error { return drop(tx.Archive(ctx, id)) },
		"Archives":            func(tx *records.Tx) error { return drop(tx.Archives(ctx)) },
		"AddDisposal":         func(tx *records.Tx) error { return tx.AddDisposal(ctx, &efile.Disposal{}, []efile.ID{id}) },
		"Disposal":            func(tx *records.Tx) error { return drop(tx.Disposal(ctx, id)) },
		"Disposals":           func(tx *records.Tx) error { return drop(tx.Disposals(ctx, records.DisposalFilter{})) },
		"LockDisposal":        func(tx *records.Tx) error { return drop(tx.LockDisposal(ctx, id)) },
		"SaveDisposal":        func(tx *records.Tx) error { return tx.SaveDisposal(ctx, efile.Disposal{ID: id}) },
		"DisposalRecords":     func(tx *records.Tx) error { return drop(tx.DisposalRecords(ctx, id)) },
		"SaveDecisions":       func(tx *records.Tx) error { return tx.SaveDecisions(ctx, id, nil) },
		"SaveConfirmations":   func(tx *records.Tx) error { return tx.SaveConfirmations(ctx, id, nil) },
		"ConfirmByHand":       func(tx *records.Tx) error { return tx.ConfirmByHand(ctx, id, nil, "") },
		"AddMessage":          func(tx *records.Tx) error { return tx.AddMessage(ctx, &efile.Message{Disposal: id}) },
		"SaveMessage":         func(tx *records.Tx) error { return tx.SaveMessage(ctx, efile.Message{ID: id}) },
		"Messages":            func(tx *records.Tx) error { return drop(tx.Messages(ctx, id)) },
		"DisposalsOf":         func(tx *records.Tx) error { return drop(tx.DisposalsOf(ctx, id)) },
		"HasArchiveAnswer":    func(tx *records.Tx) error { return drop(tx.HasArchiveAnswer(ctx, id, "")) },
		"AddArchiveAnswer":    func(tx *records.Tx) error { return drop(tx.AddArchiveAnswer(ctx, &efile.Answer{Archive: id})) },
		"SaveArchiveAnswer":   func(tx *records.Tx) error { return tx.SaveArchiveAnswer(ctx, efile.Answer{ID: id}) },
		"ArchiveAnswers":      func(tx *records.Tx) error { return drop(tx.ArchiveAnswers(ctx, records.AnswerFilter{})) },
		"DueAlone":            func(tx *records.Tx) error { return drop(tx.DueAlone(ctx, records.AloneFilter{})) },
		"CountAlone":          func(tx *records.Tx) error { return both(tx.CountAlone(ctx)) },
		"ProposeDestruction":  func(tx *records.Tx) error { return tx.ProposeDestruction(ctx, &efile.Destruction{CaseID: id}) },
		"ConfirmDestruction":  func(tx *records.Tx) error { return drop(tx.ConfirmDestruction(ctx, id, 0)) },
		"WithdrawDestruction": func(tx *records.Tx) error { return tx.WithdrawDestruction(ctx, id) },
		"Destructions":        func(tx *records.Tx) error { return drop(tx.Destructions(ctx, records.DestructionFilter{})) },
		"DueDestructions":     func(tx *records.Tx) error { return drop(tx.DueDestructions(ctx, clock(), 1)) },
		"BeginDestruction":    func(tx *records.Tx) error { return drop(tx.BeginDestruction(ctx, id)) },
		"CaseObjects":         func(tx *records.Tx) error { return drop(tx.CaseObjects(ctx, id)) },
		"Destroy":             func(tx *records.Tx) error { return tx.Destroy(ctx, id) },
		"Remains":             func(tx *records.Tx) error { return drop(tx.Remains(ctx, id)) },
		"CaseEvents":          func(tx *records.Tx) error { return drop(tx.CaseEvents(ctx, id, 0)) },
		"CaseRenditions":      func(tx *records.Tx) error { return drop(tx.CaseRenditions(ctx, id)) },
		"CaseParties":         func(tx *records.Tx) error { return drop(tx.CaseParties(ctx, id)) },
	}
}
