package intake

import "mime"

// unknownMedia stands for a claim that is none.
const unknownMedia = "application/octet-stream"

// cleanMedia keeps a sender's claim if it looks like a media type at all, without parameters. What the bytes are is found
// out by inspecting them.
func cleanMedia(claimed string) string {
	media, _, err := mime.ParseMediaType(claimed)
	if err != nil || len(media) > 100 {
		return unknownMedia
	}
	return media
}
