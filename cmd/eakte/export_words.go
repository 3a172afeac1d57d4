package main

import (
	"cmp"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/archive/bagit"
	"github.com/eakte/eakte/archive/container"
	"github.com/eakte/eakte/archive/eark"
	"github.com/eakte/eakte/archive/xdomea"
)

// meaning says what a finding means, for operators and archivists on a terminal.
func meaning(code string) string { return cmp.Or(meanings[code], "finding") }

var meanings = map[string]string{
	foundNothing: "neither a container nor a BagIt bag nor an E-ARK package",
	foundSidecar: "the file of digests beside it holds no digest",

	container.FlawFormat:   "neither a whole ZIP nor XML",
	container.FlawLimit:    "too large, too many entries, or it grows too much when unpacked",
	container.FlawMessage:  "no message, or several and none called as the container",
	container.FlawName:     "an entry with a path, or a name that not every system can take",
	container.FlawTwice:    "two entries of one name, if only with other letters",
	container.FlawKind:     "an entry that is a link, encrypted or packed in an uncommon way",
	container.FlawOverlap:  "entries that lie in each other",
	container.FlawEntry:    "an entry that cannot be unpacked, or whose checksum is wrong",
	container.FlawDiffers:  "the two descriptions of an entry differ",
	container.FlawForeign:  "bytes that belong to no entry",
	container.FlawStreamed: "sizes that stand behind the entry",

	archive.FoundName:           "the container is not called as this version demands",
	archive.FoundNameDiffers:    "the container is not called as it should be",
	archive.FoundXMLName:        "the message is not called as the container",
	archive.FoundSum:            "the digest of the container is another one",
	archive.FoundUnnamed:        "in the container, but not named in the message",
	archive.FoundAbsent:         "named in the message, but not there",
	archive.FoundSurplus:        "in the container, but not to be delivered",
	archive.FoundMissing:        "to be delivered, but not in the container",
	archive.FoundHash:           "not the bytes whose digest was noted",
	archive.FoundHashNamed:      "the message tells another digest or size",
	archive.FoundProcess:        "the process is not the one of the name",
	archive.FoundRecordTwice:    "two records with one UUID",
	archive.FoundRecordMissing:  "a record that should be in the message is not",
	archive.FoundRecordSurplus:  "a record that should not be in the message",
	archive.FoundFileTwice:      "a file is named twice",
	archive.FoundFormat:         "a code that is not in the list Dateiformat",
	archive.FoundFilesWithout:   "files with a message that holds none",
	archive.FoundMessageBroken:  "the message could not be read to its end",
	archive.FoundSchema:         "the schema is violated",
	archive.FoundMoreThanListed: "there is more",

	xdomea.FoundVersion:       "another version of xdomea",
	xdomea.FoundType:          "another message",
	xdomea.FoundCode:          "Nachrichtentyp is not that of the message's name",
	xdomea.FoundMessage:       "another UUID of the message",
	xdomea.FoundNumber:        "another number of the message",
	xdomea.FoundSender:        "the sender is not the one that the archive knows",
	xdomea.FoundUpper:         "a UUID in capital letters",
	xdomea.FoundNoRecords:     "there is nothing in it",
	xdomea.FoundLoose:         "a document in no case file or matter",
	xdomea.FoundDeep:          "more than five levels",
	xdomea.FoundMixedNumbers:  "some siblings have a number, others none",
	xdomea.FoundNumberTwice:   "two siblings have the same number",
	xdomea.FoundNoSubject:     "no Betreff",
	xdomea.FoundNoPeriod:      "a case file or matter without Laufzeit",
	xdomea.FoundNoDisposal:    "a case file or matter without the metadata of its disposal",
	xdomea.FoundNoFile:        "a document of a delivery without a file",
	xdomea.FoundFileInOffer:   "an offer that names files",
	xdomea.FoundFileName:      "a file name that does not begin with a UUID, or that no container can hold",
	xdomea.FoundFileIsRecord:  "a file that bears the UUID of a record",
	xdomea.FoundFormatUnnamed: "another format, without saying which",
	xdomea.FoundNoHash:        "a file without a digest",

	string(xdomea.CodeMalformed):     "no well-formed XML, cut off, or not the structure of the message",
	string(xdomea.CodeEncoding):      "another encoding than UTF-8",
	string(xdomea.CodeDoctype):       "a document type, with which entities could be declared",
	string(xdomea.CodeTooLarge):      "the message, a record or a text is too large",
	string(xdomea.CodeTooDeep):       "too many elements within elements",
	string(xdomea.CodeTooMany):       "too many records or files",
	string(xdomea.CodeForeign):       "no message of xdomea",
	string(xdomea.CodeVersion):       "a version of xdomea that is not known",
	string(xdomea.CodeNotOurs):       "a message in which an office has no part",
	string(xdomea.CodeMissing):       "an element that cannot be done without is missing",
	string(xdomea.CodeValue):         "a value that is none of its kind",
	string(xdomea.CodeTypeDiffers):   "the code of the message is not that of its name",
	string(xdomea.CodeContradiction): "two different answers about one record",

	bagit.FoundDeclaration: "bagit.txt is missing, or of a version or encoding that is not known",
	bagit.FoundNoData:      "the folder data is missing",
	bagit.FoundNoManifest:  "there is no list of digests",
	bagit.FoundManifest:    "a list of digests that is none, or names a file twice",
	bagit.FoundPath:        "a list that names a path outside of the bag",
	bagit.FoundAlgorithm:   "a list of digests of a kind that is not known",
	bagit.FoundFetch:       "parts are elsewhere (fetch.txt); nothing is fetched",
	bagit.FoundMissing:     "listed, but not there",
	bagit.FoundUnlisted:    "there, but not listed",
	bagit.FoundDigest:      "other bytes than the list promises",
	bagit.FoundOxum:        "not as many bytes and files as bag-info.txt says",
	bagit.FoundLink:        "a link or device",
	bagit.FoundMany:        "there is more",
	bagit.FoundFolder:      "not one folder that is called as the file",
	bagit.FoundPayload:     "something else in the bag than one container",

	eark.FoundMETS:      "METS.xml is missing, or no METS",
	eark.FoundPath:      "a METS that names a place outside of the package",
	eark.FoundAlgorithm: "a file without a SHA-256 in the METS",
	eark.FoundMissing:   "named in a METS, but not there",
	eark.FoundUnnamed:   "there, but named in no METS",
	eark.FoundDigest:    "other bytes than the METS promises",
	eark.FoundKind:      "a link or device",
	eark.FoundMany:      "there is more",
}
