package tool

// #include "scale.h"
import "C"

// sameScaling reports whether the picture is scaled to the same by our function and by leptonica's; for tests, which cannot call
// C.
func (p *Picture) sameScaling(factor float64) (bool, error) {
	ours, err := picture(C.eakte_scale(p.pix, C.float(factor)))
	if err != nil {
		return false, err
	}
	defer ours.Close()
	theirs, err := picture(C.pixScale(p.pix, C.l_float32(factor), C.l_float32(factor)))
	if err != nil {
		return false, err
	}
	defer theirs.Close()
	var same C.l_int32
	if C.pixEqual(ours.pix, theirs.pix, &same) != 0 {
		return false, errPicture
	}
	return same == 1, nil
}
