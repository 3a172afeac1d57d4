package compose

import (
	"encoding/binary"
	"math"
)

// sRGBProfile makes an ICC profile of version 2.1 for sRGB (IEC 61966-2-1): three primaries adapted to D50, and one curve.
func sRGBProfile() []byte {
	be := binary.BigEndian
	xyz := func(x, y, z float64) []byte {
		b := append([]byte("XYZ "), 0, 0, 0, 0)
		for _, v := range []float64{x, y, z} {
			b = be.AppendUint32(b, uint32(math.Round(v*65536)))
		}
		return b
	}
	const name = "sRGB IEC61966-2-1\x00"
	desc := append([]byte("desc"), 0, 0, 0, 0)
	desc = be.AppendUint32(desc, uint32(len(name)))
	desc = append(append(desc, name...), make([]byte, 4+4+2+1+67)...) // no Unicode, no ScriptCode description
	curve := append([]byte("curv"), 0, 0, 0, 0)
	const points = 1024
	curve = be.AppendUint32(curve, points)
	for i := range points {
		v := float64(i) / (points - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = be.AppendUint16(curve, uint16(math.Round(v*65535)))
	}
	parts := []struct {
		tags string // four letters each
		data []byte
	}{
		{"desc", desc},
		{"cprt", append([]byte("text\x00\x00\x00\x00"), "no copyright\x00"...)},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"rXYZ", xyz(0.43607, 0.22249, 0.01392)},
		{"gXYZ", xyz(0.38515, 0.71687, 0.09708)},
		{"bXYZ", xyz(0.14307, 0.06061, 0.71410)},
		{"rTRCgTRCbTRC", curve},
	}
	const tags = 9
	table := be.AppendUint32(nil, tags)
	var body []byte
	for _, p := range parts {
		at := 128 + 4 + 12*tags + len(body)
		for tag := p.tags; tag != ""; tag = tag[4:] {
			table = append(table, tag[:4]...)
			table = be.AppendUint32(table, uint32(at))
			table = be.AppendUint32(table, uint32(len(p.data)))
		}
		body = append(body, p.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	header := make([]byte, 128)
	be.PutUint32(header, uint32(128+len(table)+len(body)))
	be.PutUint32(header[8:], 0x02100000)
	copy(header[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2026, 1, 1, 0, 0, 0} {
		be.PutUint16(header[24+2*i:], v)
	}
	copy(header[36:], "acsp")
	copy(header[68:], xyz(0.9642, 1, 0.8249)[8:])
	return append(append(header, table...), body...)
}

// fits reports whether an ICC profile may go into a PDF/A-2 for a picture of n components: version 2 or 4, an input,
// display, output or colour space profile of that many components, whole.
func fits(profile []byte, n int) bool {
	if len(profile) < 132 || binary.BigEndian.Uint32(profile) != uint32(len(profile)) || string(profile[36:40]) != "acsp" {
		return false
	}
	class, space := string(profile[12:16]), string(profile[16:20])
	if profile[8] != 2 && profile[8] != 4 || class != "scnr" && class != "mntr" && class != "prtr" && class != "spac" {
		return false
	}
	return n == 3 && space == "RGB " || n == 1 && space == "GRAY"
}
