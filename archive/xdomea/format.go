package xdomea

import (
	"strings"

	"github.com/eakte/eakte/archive"
)

// format is a line of our table of file formats: the code of the list Dateiformat and the ending of file names.
type format struct {
	code   string
	ending string
}

// other is the code of formats that are not in the list; their name stands in SonstigerName.
const other = "100"

// formats maps media types to the list Dateiformat 1.0, the one that the examples of archives name or understand.
var formats = map[string]format{
	"application/pdf":               {"018", "pdf"},
	"image/jpeg":                    {"011", "jpg"},
	"image/png":                     {"019", "png"},
	"image/tiff":                    {"024", "tiff"},
	"image/bmp":                     {"001", "bmp"},
	"image/heic":                    {other, "heic"},
	"image/heif":                    {other, "heif"},
	"image/webp":                    {other, "webp"},
	"image/gif":                     {other, "gif"},
	"text/plain":                    {"045", "txt"},
	"text/csv":                      {"002", "csv"},
	"text/html":                     {"008", "html"},
	"text/rtf":                      {"022", "rtf"},
	"application/rtf":               {"022", "rtf"},
	"text/xml":                      {"030", "xml"},
	"application/xml":               {"030", "xml"},
	"message/rfc822":                {"006", "eml"},
	"application/zip":               {other, "zip"},
	"application/msword":            {"003", "doc"},
	"application/vnd.ms-outlook":    {"012", "msg"},
	"application/vnd.ms-excel":      {"028", "xls"},
	"application/vnd.ms-powerpoint": {"020", "ppt"},
	"application/vnd.oasis.opendocument.text":                                   {"015", "odt"},
	"application/vnd.oasis.opendocument.spreadsheet":                            {"014", "ods"},
	"application/vnd.oasis.opendocument.presentation":                           {"013", "odp"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {"035", "docx"},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {"036", "xlsx"},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {"037", "pptx"},
}

// formatOf finds the line for f. A PDF that claims PDF/A has a code of its own. Parameters of the media type do not count.
func formatOf(f archive.Format) format {
	media, _, _ := strings.Cut(f.MediaType, ";")
	found, ok := formats[strings.ToLower(strings.TrimSpace(media))]
	switch {
	case !ok:
		return format{other, "bin"}
	case found.code == "018" && strings.HasPrefix(f.Standard, "PDF/A"):
		return format{"044", found.ending}
	}
	return found
}

// knownFormat reports whether code is in the list Dateiformat 1.0: 001 to 045 and 100.
func knownFormat(code string) bool {
	return len(code) == 3 && (code >= "001" && code <= "045" && digits(code) || code == other)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }
