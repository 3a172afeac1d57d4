package fault

// Codes returns every code there is, in the order of declaration. Tests use it to prove that each has its texts.
func Codes() []Code {
	return []Code{
		Empty, TooLarge, TooManyFiles, SubmissionTooBig, TypeNotAccepted, TypeMismatch, Encrypted, Unreadable, DynamicXFA,
		TooComplex, Malware, NotScanned, NoPages, PoorImage, UnknownType, UnsureType, Combined, NotFaithful, NotConformant,
		DigestMismatch, GaveUp, PageTimeout, Duplicate, MailParts, ConverterMissing, WithdrawnBySender,
		ScannerUnavailable, StorageUnavailable, DatabaseUnavailable, EndpointUnavailable, ReaderUnavailable, ArchiveUnavailable,
		Internal, Unauthenticated, Forbidden, NotFound, Validation, Conflict, Locked, OffsetMismatch, Gone, LengthRequired,
		UnsupportedMedia, PreconditionFailed, RateLimited, CursorExpired, IdempotencyConflict, CaseClosed, UnknownProcedure,
		UnknownDocumentType, BadCredentials, CSRF, SubmissionClosed,
		NotClosed, DocumentsPending, Held, NotDue, InDisposal, WrongStage, Blocked, Recalled, ContainerInvalid, ContainerChanged, TransferTaken, ImportFailed, AnswerUnexpected, NotArchived,
		FourEyes, NotConfirmed, BeingDestroyed,
	}
}
