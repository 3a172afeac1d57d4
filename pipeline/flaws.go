package pipeline

// Flaw is what is wrong with a picture, in words that tell its sender what to do better. Each has a text in package locale
// ("upload.flaw_"+Flaw).
type Flaw string

// The flaws.
const (
	FlawBlurred Flaw = "blurred" // out of focus, or moved
	FlawDark    Flaw = "dark"    // print and paper hardly differ: too little light, or a faint copy
	FlawGlare   Flaw = "glare"   // a lamp or the flash is reflected
	FlawCut     Flaw = "cut"     // the sheet is not whole on the picture
	FlawSmall   Flaw = "small"   // taken from too far away, or reduced
	FlawUnclear Flaw = "unclear" // hard to read, for no reason that shows
)

// Flaws returns all of them.
func Flaws() []Flaw {
	return []Flaw{FlawBlurred, FlawDark, FlawGlare, FlawCut, FlawSmall, FlawUnclear}
}

// From where on a measured figure is worth an advice.
const (
	blurredBelow = 0.2  // Quality.Blur; print is above 0.4
	darkBelow    = 0.16 // Quality.Contrast
	glareAbove   = 0.1  // Quality.Glare
	smallBelow   = 90   // Quality.DPI; print of 10 points is 12 pixels high
)

// Flaws names what is wrong with a picture that should be taken again, the plainest first; nil if it need not be.
func (q Quality) Flaws() []Flaw {
	if q.Verdict != Retake && q.Verdict != Unreadable {
		return nil
	}
	var all []Flaw
	for _, f := range []struct {
		flaw Flaw
		is   bool
	}{
		{FlawCut, q.Cut}, {FlawGlare, q.Glare > glareAbove}, {FlawDark, q.Contrast > 0 && q.Contrast < darkBelow},
		{FlawBlurred, q.Blur > 0 && q.Blur < blurredBelow}, {FlawSmall, q.DPI > 0 && q.DPI < smallBelow},
	} {
		if f.is {
			all = append(all, f.flaw)
		}
	}
	if len(all) == 0 {
		return []Flaw{FlawUnclear}
	}
	return all
}
