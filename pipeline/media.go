package pipeline

// Media types that inspect lets pass. What is not here is refused.
const (
	MediaPDF  = "application/pdf"
	MediaJPEG = "image/jpeg"
	MediaPNG  = "image/png"
	MediaTIFF = "image/tiff"
	MediaWebP = "image/webp"
	MediaHEIC = "image/heic" // HEIF in general
	MediaAVIF = "image/avif"
	MediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	MediaODT  = "application/vnd.oasis.opendocument.text"
	MediaRTF  = "application/rtf"
	MediaDOC  = "application/msword"
	MediaMail = "message/rfc822"
	// MediaPhotos is several photos handed in as one document: a ZIP container without compression that intake makes. Its
	// first member, "mimetype", holds this very type, as in OpenDocument (part 3, section 3.3); the others are the photos as
	// they came, in the order of the pages.
	MediaPhotos = "application/vnd.eakte.photos+zip"
)

// MediaTypes returns all of them.
func MediaTypes() []string {
	return []string{
		MediaPDF, MediaJPEG, MediaPNG, MediaTIFF, MediaWebP, MediaHEIC, MediaAVIF, MediaDOCX, MediaODT, MediaRTF, MediaDOC, MediaMail,
		MediaPhotos,
	}
}
