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
)

// OriginalKey is where an original lies: in quarantine until it is inspected, afterwards under its digest for good.
func OriginalKey(quarantine bool, doc efile.ID, sha256 string) string {
	if quarantine {
		return quarantinePrefix + shard(doc) + "/original"
	}
	return originalsPrefix + shard(doc) + "/" + sha256
}

// RenditionKey is where a rendition lies. The same bytes for the same document have the same key, so that a repeated
// step writes nothing new.
func RenditionKey(doc efile.ID, sha256 string) string {
	return renditionsPrefix + shard(doc) + "/" + sha256
}

// shard spreads documents over 256 folders. It takes the last two digits: the first ones of an ID are its time.
func shard(doc efile.ID) string {
	s := doc.String()
	return s[len(s)-2:] + "/" + s
}

// digestIn returns the digest that an immutable key ends in; the empty string for a key whose object may change.
func digestIn(key string) string {
	if !strings.HasPrefix(key, originalsPrefix) && !strings.HasPrefix(key, renditionsPrefix) {
		return ""
	}
	if digest := path.Base(key); len(digest) == 64 {
		return digest
	}
	return ""
}
