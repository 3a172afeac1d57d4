package storage

import (
	"path"
	"strings"

	"github.com/eakte/eakte/efile"
)

// The first segments of keys.
const (
	quarantinePrefix = "quarantine/"
	originalsPrefix  = "originals/"
	renditionsPrefix = "renditions/"
	transfersPrefix  = "transfers/"
)

// OriginalKey is where an original lies: in quarantine until it is inspected, afterwards under its digest for good.
func OriginalKey(quarantine bool, office, doc efile.ID, sha256 string) string {
	if quarantine {
		return quarantinePrefix + folder(office, doc) + "/original"
	}
	return originalsPrefix + folder(office, doc) + "/" + sha256
}

// RenditionKey is where a rendition lies. The same bytes for the same document have the same key, so that a repeated
// step writes nothing new.
func RenditionKey(office, doc efile.ID, sha256 string) string {
	return renditionsPrefix + folder(office, doc) + "/" + sha256
}

// TransferKey is where a container lies that people carry to an archive, until its disposal is over.
func TransferKey(office, disposal efile.ID, sha256 string) string {
	return transfersPrefix + folder(office, disposal) + "/" + sha256
}

// AnswerKey is where a message from an archive lies. An answer is kept for good: it is the authority for what was destroyed.
func AnswerKey(office, answer efile.ID) string {
	return transfersPrefix + folder(office, answer) + "/answer"
}

// folder spreads the documents of an office over 256 folders. It takes the last two digits: the first ones of an ID are
// its time.
func folder(office, doc efile.ID) string {
	s := doc.String()
	return office.String() + "/" + s[max(0, len(s)-2):] + "/" + s
}

// digestIn returns the digest that an immutable key ends in; the empty string for a key whose object may change.
func digestIn(key string) string {
	if !strings.HasPrefix(key, originalsPrefix) && !strings.HasPrefix(key, renditionsPrefix) && !strings.HasPrefix(key, transfersPrefix) {
		return ""
	}
	if digest := path.Base(key); len(digest) == 64 {
		return digest
	}
	return ""
}

// Area is one of the parts that keys are divided into.
type Area string

// Transfers is where messages to and from archives lie.
const Transfers Area = transfersPrefix

// Areas returns all of them.
func Areas() []Area {
	return []Area{quarantinePrefix, originalsPrefix, renditionsPrefix, transfersPrefix}
}

// Prefix is what the keys of an office's objects in an area begin with.
func Prefix(area Area, office efile.ID) string { return string(area) + office.String() + "/" }
