package lines

// A word's box is that of its ink. The picture of a line shows feet of the line above and heads of the one below: what is
// parted from the word's own letters by an empty row does not count, except marks above letters, which are near.
const nearMark = 0.1 // of the picture's height

// fit makes the word's box that of its ink; one without ink keeps the height of the picture.
func (w *Word) fit(l Line, height int, darkest, brightest float64) {
	between := byte(max(0, min(255, (darkest+brightest)/2)))
	left, right := max(0, min(w.Left, l.Width)), max(0, min(w.Right, l.Width))
	dark := func(x, y int) bool { return l.Pixels[y*l.Width+x] < between }
	if darkest > brightest { // white on black
		dark = func(x, y int) bool { return l.Pixels[y*l.Width+x] > between }
	}
	rows := make([]int, height)
	for y := range height {
		for x := left; x < right; x++ {
			if dark(x, y) {
				rows[y]++
			}
		}
	}
	w.Top, w.Bottom = reach(rows, height)
	column := func(x int) bool {
		for y := w.Top; y < w.Bottom; y++ {
			if dark(x, y) {
				return true
			}
		}
		return false
	}
	for left+1 < right && !column(left) {
		left++
	}
	for left+1 < right && !column(right-1) {
		right--
	}
	w.Left, w.Right = left, right
	for i := range w.Parts {
		w.Parts[i].fit(l, height, darkest, brightest)
	}
}

// reach returns the rows from which to before which the word reaches: from the middle half's fullest row up and down.
func reach(rows []int, height int) (top, bottom int) {
	full := height / 2
	for y := height / 4; y < 3*height/4; y++ {
		if rows[y] > rows[full] {
			full = y
		}
	}
	if rows[full] == 0 {
		return 0, height
	}
	near := int(nearMark*float64(height)) + 1
	top, bottom = full, full+1
	for y, gap := full, 0; y >= 0 && gap <= near; y-- {
		if gap++; rows[y] > 0 {
			top, gap = y, 0
		}
	}
	for y, gap := full, 0; y < height && gap <= near/2; y++ {
		if gap++; rows[y] > 0 {
			bottom, gap = y+1, 0
		}
	}
	return top, bottom
}
