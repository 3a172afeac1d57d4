package pdf417

import (
	"bytes"
	"image"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/boombuler/barcode/pdf417"
	"github.com/google/go-cmp/cmp"
)

// digitsOf writes digits in numeric mode.
func digitsOf(s string) []int {
	words := []int{latchNumbers}
	for len(s) > 0 {
		group := s[:min(len(s), 44)]
		s = s[len(group):]
		value, _ := new(big.Int).SetString("1"+group, 10)
		var some []int
		for base, rest := big.NewInt(leastFunction), new(big.Int); value.Sign() > 0; {
			value.DivMod(value, base, rest)
			some = append(some, int(rest.Int64()))
		}
		slices.Reverse(some)
		words = append(words, some...)
	}
	return words
}

// bytesOf writes bytes in byte mode.
func bytesOf(s string) []int {
	words := []int{latchBytes}
	if len(s)%6 == 0 {
		words[0] = latchSixes
	}
	for ; len(s) >= 6; s = s[6:] {
		value := 0
		for i := range 6 {
			value = value<<8 | int(s[i])
		}
		five := make([]int, 5)
		for i := range five {
			five[4-i], value = value%leastFunction, value/leastFunction
		}
		words = append(words, five...)
	}
	for i := range len(s) {
		words = append(words, int(s[i]))
	}
	return words
}

func TestDecode(t *testing.T) {
	t.Parallel()
	every := strings.Repeat("Az 09&\r\n\t{}'~ mIxEd; (a)", 3)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	cases := []struct {
		name  string
		words []int
		want  string
	}{
		{"nothing", nil, ""},
		{"the standard's example", []int{453, 178, 121, 239}, "PDF417"},
		{"text in all sub-modes", latin(every), every},
		{"a shift to a mark and to one capital", []int{0*30 + 29, 10*30 + 27, 0*30 + 27, 25*30 + 1}, "A!aZb"},
		{"a shift as filling", append([]int{0*30 + 29}, latin("")...), "A"},
		{"pads behind text", append(latin("Ende"), latchText, latchText), "Ende"},
		{"digits", digitsOf("00012345678901234567890123456789012345678901234567890"), "00012345678901234567890123456789012345678901234567890"},
		{"digits, text, digits", slices.Concat(digitsOf("0123"), []int{latchText}, latin("und"), digitsOf("77")), "0123und77"},
		{"bytes, a multiple of six", bytesOf("sechs!Sechs!"), "sechs!Sechs!"},
		{"bytes, no multiple of six", bytesOf("elf Zeichen"), "elf Zeichen"},
		{"five bytes", bytesOf("Fuenf"), "Fuenf"},
		{"all bytes of Latin 1", append([]int{eciSet, 3}, bytesOf(string(all))...), latin1(all)},
		{"a byte shifted in keeps the sub-mode", []int{27*30 + 0, shiftByte, 0xe4, 1*30 + 2}, "aäbc"},
		{"ISO 8859-15", []int{eciSet, 17, shiftByte, 0xa4}, "€"},
		{"Windows-1252", []int{eciSet, 23, shiftByte, 0x80, shiftByte, 0x9e}, "€ž"},
		{"UTF-8", append([]int{eciSet, 26}, bytesOf("Ağaoğlu, Київ")...), "Ağaoğlu, Київ"},
		{"UTF-8 that nobody named", bytesOf("Ağaoğlu, Київ"), "Ağaoğlu, Київ"},
		{"a set in the middle", slices.Concat(bytesOf("\xfc"), []int{eciSet, 22}, bytesOf("\xca\xe8\xbf\xe2")), "üКиїв"},
		{"a set in the middle of text keeps the sub-mode", []int{27*30 + 0, eciSet, 26, 1*30 + 2}, "abc"},
		{"no UTF-8 though it says so", []int{eciSet, 26, shiftByte, 0xff}, "\uFFFD"},
		{"a set that is not known", []int{eciSet, 899, shiftByte, 'x'}, "x"},
		{"sets of private use", []int{eciUser, 4, eciGeneral, 1, 2, 453, 178}, "PDF"},
		{"what is reserved", []int{910, 453, 178, 920, 121, 239}, "PDF417"},
		{"an end in the middle", []int{453, eciSet}, "PD"},
	}
	for _, c := range cases {
		if got, segment := decode(c.words); got != c.want || segment != nil {
			t.Errorf("%s: got %q %+v, want %q", c.name, got, segment, c.want)
		}
	}
}

func latin1(b []byte) string {
	var out []rune
	for _, c := range b {
		out = append(out, rune(c))
	}
	return string(out)
}

func TestDecodeSegment(t *testing.T) {
	t.Parallel()
	index := digitsOf("00001")[1:]
	words := slices.Concat(latin("Teil"), []int{macroBegin}, index, []int{17, 53}, []int{macroField, 0}, latin("Akte"),
		[]int{macroField, 1}, digitsOf("00003"), []int{macroField, 5, 1, 2, macroEnd})
	text, segment := decode(words)
	if diff := cmp.Diff(&Segment{File: "017053", Index: 1, Count: 3, Name: "Akte", Last: true}, segment); text != "Teil" || diff != "" {
		t.Errorf("got %q (-want +got)\n%s", text, diff)
	}
	for n := range words { // cut off anywhere
		decode(words[:n])
	}
}

// TestOthersSymbols reads what another program writes: it chooses modes, shape and check words by itself.
func TestOthersSymbols(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"eakte:separator", "Ülkü Ağaoğlu, Київ: 2026-11-22", "0123456789012345678901234567890123456789012345678901234567890",
		"M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 226F001A0025 100", strings.Repeat("@\n\x1eANSI 636000080002DL00410278ZV", 6),
	} {
		for level := range byte(6) {
			code, err := pdf417.Encode(text, level)
			if err != nil {
				t.Fatal(err)
			}
			bounds := code.Bounds()
			img := image.NewGray(image.Rect(0, 0, bounds.Dx()*3+60, bounds.Dy()*6+60))
			for i := range img.Pix {
				x, y := i%img.Stride-30, i/img.Stride-30
				img.Pix[i] = 255
				if x >= 0 && y >= 0 && x/3 < bounds.Dx() && y/6 < bounds.Dy() {
					r, _, _, _ := code.At(x/3, y/6).RGBA()
					img.Pix[i] = byte(r >> 8)
				}
			}
			canvas{img.Pix, img.Rect.Dx(), img.Rect.Dy()}.want(t, text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, words := range [][]int{latin("Az 0!"), bytesOf("123456789"), digitsOf("0123456789"), {macroBegin, 111, 100, 1, macroField, 0, 1, macroEnd}} {
		f.Add(packed(words))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, _ := decode(unpacked(b))
		if text != strings.ToValidUTF8(text, "") {
			t.Errorf("%q is no UTF-8", text)
		}
	})
}

// packed holds codewords as two bytes each, for the fuzzer.
func packed(words []int) []byte {
	var b bytes.Buffer
	for _, w := range words {
		b.Write([]byte{byte(w >> 8), byte(w)})
	}
	return b.Bytes()
}

func unpacked(b []byte) []int {
	words := make([]int, min(len(b)/2, prime-1))
	for i := range words {
		words[i] = (int(b[2*i])<<8 | int(b[2*i+1])) % prime
	}
	return words
}
