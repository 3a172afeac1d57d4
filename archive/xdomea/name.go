package xdomea

import (
	"strconv"

	"github.com/eakte/eakte/archive"
	"github.com/eakte/eakte/efile"
)

// ContainerName returns the name of the ZIP that holds a message: in 3.x the long form with the message's name, which can
// be there once per process, in 4.0.0 the short one with the number of the message. A number below 1 counts as 1.
func ContainerName(v Version, process efile.ID, t efile.MessageType, number int) string {
	return stem(v, process, t, number) + ".zip"
}

// XMLName returns the name of the message in its container. It differs from that of the container in nothing but the
// ending: receivers insist on that.
func XMLName(v Version, process efile.ID, t efile.MessageType, number int) string {
	return stem(v, process, t, number) + ".xml"
}

func stem(v Version, process efile.ID, t efile.MessageType, number int) string {
	if v.four() {
		return process.String() + "_" + string(t) + "_" + strconv.Itoa(max(number, 1))
	}
	return process.String() + "_" + MessageName(t)
}

// FileName returns the name of a file in its container and in the message: the rendition's UUID and an ending that belongs
// to the media type. It is ASCII, so that no receiver trips over a Unicode form; the name that people know is
// DateinameOriginal.
func FileName(f archive.Format) string { return f.ID.String() + "." + formatOf(f).ending }
