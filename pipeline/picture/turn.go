package picture

// TurnBox turns a box (left, top, right, bottom), in shares of a page, clockwise with its page by so many degrees: 0, 90,
// 180 or 270.
func TurnBox(b [4]float64, degrees int) [4]float64 {
	switch degrees {
	case 90:
		return [4]float64{1 - b[3], b[0], 1 - b[1], b[2]}
	case 180:
		return [4]float64{1 - b[2], 1 - b[3], 1 - b[0], 1 - b[1]}
	case 270:
		return [4]float64{b[1], 1 - b[2], b[3], 1 - b[0]}
	}
	return b
}
