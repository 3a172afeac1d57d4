package tool

// #include "morphology.h"
import "C"

// sameOpening reports whether what remains of a picture's black when a brick of across × down pixels is moved about in it is the
// same by our function and by leptonica's; for tests, which cannot call C.
func (p *Picture) sameOpening(across, down int) (bool, error) {
	black, err := picture(C.pixThresholdToBinary(p.pix, 128))
	if err != nil {
		return false, err
	}
	defer black.Close()
	ours, err := picture(C.eakte_open(black.pix, C.int(across), C.int(down)))
	if err != nil {
		return false, err
	}
	defer ours.Close()
	brick := C.selCreateBrick(C.l_int32(down), C.l_int32(across), C.l_int32(down/2), C.l_int32(across/2), C.SEL_HIT)
	defer C.selDestroy(&brick)
	theirs, err := picture(C.pixOpen(nil, black.pix, brick))
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
