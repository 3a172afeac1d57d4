package tool

import "testing"

func TestALineIsCutByItsOwnHeight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		box          [4]int
		above, below float64
		top, bottom  int
	}{
		{"letters with heads and feet", [4]int{0, 70, 300, 108}, 30, 8, 70, 108},
		{"small letters get the room of capitals", [4]int{0, 80, 300, 100}, 30, 8, 70, 108},
		{"small print beside large print keeps out the line above", [4]int{0, 80, 300, 104}, 60, 16, 68, 114},
		{"a dash stands where it does in its row", [4]int{0, 88, 20, 92}, 30, 8, 70, 108},
	} {
		l := TextLine{Box: c.box}
		if l.stretch(100, c.above, c.below); l.Box[1] != c.top || l.Box[3] != c.bottom {
			t.Errorf("%s: got %d to %d, want %d to %d", c.name, l.Box[1], l.Box[3], c.top, c.bottom)
		}
	}
}

func TestAStripIsTurnedUprightAndScaled(t *testing.T) {
	t.Parallel()
	pixels := make([]byte, 100*200) // a column 20 wide and 120 high, dark at its lower end
	for i := range pixels {
		pixels[i] = 255
	}
	for y := 140; y < 160; y++ {
		for x := 30; x < 50; x++ {
			pixels[y*100+x] = 0
		}
	}
	page, err := NewPicture(pixels, 100, 200, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	strip, width, err := page.Strip([4]int{30, 40, 50, 160}, 90, 40)
	if err != nil {
		t.Fatal(err)
	}
	if width != 240 || len(strip) != 240*40 {
		t.Fatalf("got %d pixels, %d wide, want 240 × 40", len(strip), width)
	}
	if strip[20*240+10] > 60 || strip[20*240+200] < 200 {
		t.Errorf("what was below is not at the left: got %d and %d", strip[20*240+10], strip[20*240+200])
	}
	if strip, width, err := page.Strip([4]int{30, 0, 31, 200}, 0, 40); err != nil || strip != nil || width != 0 {
		t.Errorf("a rule: got %d pixels, %d wide, %v", len(strip), width, err)
	}
}
