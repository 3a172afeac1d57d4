package lines

import (
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
	"github.com/eakte/eakte/pipeline/tool"
)

func TestMain(m *testing.M) {
	tool.QuietLeptonica()
	os.Exit(m.Run())
}

func latin(t testing.TB) *Model {
	t.Helper()
	m, err := Load(tool.LatinModel())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// scan returns a scanned page of the corpus and its lines.
func scan(t testing.TB, m *Model, engine *tool.Tesseract) (*tool.Picture, []Line) {
	t.Helper()
	pdf, err := tool.OpenPDF(corpus.Own(t, "synthetic/files/c0003-01.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	direct, ok := pdf.Direct(1)
	if !ok {
		t.Fatal("the page is no scan")
	}
	page, err := tool.DecodePicture(direct.File(), 1e8)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	grey, err := page.Grey()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(grey.Close)
	found, err := engine.Lines(t.Context(), grey, tool.SegmentPage, 300)
	if err != nil {
		t.Fatal(err)
	}
	var strips []Line
	for _, l := range found {
		pixels, width, err := grey.Strip(l.Box, l.Turn, m.Height())
		if err != nil {
			t.Fatal(err)
		}
		strips = append(strips, Line{Pixels: pixels, Width: width})
	}
	return grey, strips
}

func engine(t testing.TB) *tool.Tesseract {
	t.Helper()
	e, err := tool.OpenLatin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// certainWord is the confidence from which on a word counts: what ornaments are taken for may differ.
const certainWord = 0.6

func joined(words [][]Word) string {
	var all []string
	for _, line := range words {
		for _, w := range line {
			if w.Confidence >= certainWord {
				all = append(all, w.Text)
			}
		}
	}
	return strings.Join(all, " ")
}

func TestLinesAreReadAsTesseractReadsThem(t *testing.T) {
	t.Parallel()
	m, e := latin(t), engine(t)
	page, strips := scan(t, m, e)
	read, err := m.Read(t.Context(), strips)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := e.Read(t.Context(), page, tool.SegmentPage, 300, 60e9)
	if err != nil {
		t.Fatal(err)
	}
	known, want, sure := map[string]int{}, 0, 0.0
	for _, w := range theirs {
		if w.Confidence >= certainWord {
			known[w.Text]++
			want, sure = want+1, sure+w.Confidence
		}
	}
	got, same, own := 0, 0, 0.0
	for _, line := range read {
		for _, w := range line {
			if w.Confidence < certainWord || w.Text == "|" { // a rule
				continue
			}
			got, own = got+1, own+w.Confidence
			if known[w.Text] > 0 {
				known[w.Text]--
				same++
			}
		}
	}
	if want < 50 || float64(same) < 0.95*float64(max(want, got)) {
		t.Errorf("%d of %d words are those that tesseract reads (it reads %d)", same, got, want)
	}
	if own, sure := own/float64(got), sure/float64(want); math.Abs(own-sure) > 0.02 {
		t.Errorf("the mean confidence is %.3f, tesseract's %.3f", own, sure)
	}
}

func TestEveryProcessorReadsTheSame(t *testing.T) {
	t.Parallel()
	m := latin(t)
	_, strips := scan(t, m, engine(t))
	strips = strips[len(strips)/2:] // the slow ones are slow
	fast, err := m.Read(t.Context(), strips)
	if err != nil {
		t.Fatal(err)
	}
	want := sureWords(fast)
	for kernel := range m.net.kernel { // from the slowest on
		slower, err := load(tool.LatinModel(), kernel)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(slower.Close)
		read, err := slower.Read(t.Context(), strips)
		if err != nil {
			t.Fatal(err)
		}
		got, same := sureWords(read), 0
		for text, n := range want {
			same += min(n, got[text])
		}
		if all := max(count(want), count(got)); all < 25 || float64(same) < 0.98*float64(all) {
			t.Errorf("by kernel %d %d of %d words are those of the fastest", kernel, same, all)
		}
	}
}

// sureWords counts the words that are no matter of rounding.
func sureWords(read [][]Word) map[string]int {
	const sure = 0.8
	words := map[string]int{}
	for _, w := range slices.Concat(read...) {
		if w.Confidence >= sure {
			words[w.Text]++
		}
	}
	return words
}

func count(words map[string]int) int {
	n := 0
	for _, k := range words {
		n += k
	}
	return n
}

func TestALineIsReadTheSameWhateverStandsBesideIt(t *testing.T) {
	t.Parallel()
	m := latin(t)
	_, strips := scan(t, m, engine(t))
	together, err := m.Read(t.Context(), strips)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range strips {
		alone, err := m.Read(t.Context(), []Line{s})
		if err != nil {
			t.Fatal(err)
		}
		if joined(alone) != joined(together[i:i+1]) {
			t.Errorf("line %d: got %q alone, %q among others", i, joined(alone), joined(together[i:i+1]))
		}
	}
}

func TestWhiteOnBlackIsReadAsBlackOnWhite(t *testing.T) {
	t.Parallel()
	m := latin(t)
	_, strips := scan(t, m, engine(t))
	read, err := m.Read(t.Context(), strips)
	if err != nil {
		t.Fatal(err)
	}
	for i := range strips {
		for k, p := range strips[i].Pixels {
			strips[i].Pixels[k] = 255 - p
		}
	}
	inverted, err := m.Read(t.Context(), strips)
	if err != nil {
		t.Fatal(err)
	}
	got, want := strings.Fields(joined(inverted)), strings.Fields(joined(read))
	same := 0
	for i := range min(len(got), len(want)) {
		if got[i] == want[i] {
			same++
		}
	}
	if float64(same) < 0.9*float64(len(want)) {
		t.Errorf("%d of %d words are the same", same, len(want))
	}
}

func TestABoxHoldsTheWordsInk(t *testing.T) {
	t.Parallel()
	const height = 48
	l := Line{Width: 90, Pixels: make([]byte, 90*height)}
	for i := range l.Pixels {
		l.Pixels[i] = 255
	}
	ink := func(left, top, right, bottom int) {
		for y := top; y < bottom; y++ {
			for x := left; x < right; x++ {
				l.Pixels[y*l.Width+x] = 0
			}
		}
	}
	ink(20, 14, 50, 34) // the word
	ink(25, 8, 28, 11)  // a dot above it
	ink(0, 0, 90, 2)    // feet of the line above
	w := Word{Left: 10, Right: 60}
	w.fit(l, height, 0, 255)
	if got := [4]int{w.Left, w.Top, w.Right, w.Bottom}; got != [4]int{20, 8, 50, 34} {
		t.Errorf("got %v", got)
	}
}

func TestWhatIsNoLineHasNoWords(t *testing.T) {
	t.Parallel()
	m := latin(t)
	blank := make([]byte, 60*m.Height())
	read, err := m.Read(t.Context(), []Line{{}, {Width: 1, Pixels: blank[:m.Height()]}, {Width: 60, Pixels: blank[:5]}, {Width: 60, Pixels: blank}})
	if err != nil {
		t.Fatal(err)
	}
	for i, words := range read[:3] {
		if len(words) > 0 {
			t.Errorf("line %d: got %v", i, words)
		}
	}
}

func TestWhatIsNoModelIsRefused(t *testing.T) {
	t.Parallel()
	whole := tool.LatinModel()
	for name, data := range map[string][]byte{"nothing": nil, "a start": whole[:1000], "a middle": whole[:len(whole)/2], "a text": []byte(strings.Repeat("no model ", 1000))} {
		if _, err := Load(data); !errors.Is(err, ErrModel) {
			t.Errorf("%s: got %v, want ErrModel", name, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	whole := tool.LatinModel()
	f.Add(whole[:2000])
	f.Add(whole)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Load(data)
		if err == nil {
			m.Close()
		} else if !errors.Is(err, ErrModel) {
			t.Errorf("got %v, want ErrModel", err)
		}
	})
}

// One run of the network on eight lines of 1,500 pixels, without anything around it.
func BenchmarkNetwork(b *testing.B) {
	m := latin(b)
	_, strips := scan(b, m, engine(b))
	inputs := make([]input, atOnce)
	for i := range inputs {
		strip := strips[len(strips)/2]
		l := Line{Width: 1500, Pixels: make([]byte, 1500*m.Height())}
		for k := range l.Pixels {
			l.Pixels[k] = strip.Pixels[k%len(strip.Pixels)]
		}
		inputs[i] = m.input(l)
	}
	for b.Loop() {
		m.run(inputs)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*atOnce*500), "ns/step")
}

// said is what a network says that knows three codes, the last of which is the gap.
func said(steps ...[3]float32) (*Model, output) {
	m := &Model{null: 2, texts: map[string]string{key([]int{0}): "a", key([]int{1}): "b"}}
	o := output{steps: len(steps), apart: 3, classes: 3}
	for _, s := range steps {
		o.probabilities = append(o.probabilities, s[:]...)
	}
	return m, o
}

func TestProbabilitiesBecomeWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		steps [][3]float32
		want  string
	}{
		{"one letter", [][3]float32{{0, 0, 1}, {1, 0, 0}, {0, 0, 1}}, "a"},
		{"a letter that stays is one", [][3]float32{{1, 0, 0}, {1, 0, 0}}, "a"},
		{"a gap parts two of a kind", [][3]float32{{1, 0, 0}, {0, 0, 1}, {1, 0, 0}}, "aa"},
		{"a border is nobody's doubt", [][3]float32{{1, 0, 0}, {0.45, 0, 0.55}, {0, 0.5, 0.5}, {0, 1, 0}}, "ab"},
		{"what is not certain at all is no word", [][3]float32{{0.3, 0.25, 0.3}, {0.1, 0.1, 0.1}}, ""},
		{"nothing", [][3]float32{{0, 0, 1}}, ""},
	} {
		m, o := said(c.steps...)
		got := ""
		for _, w := range m.words(o) {
			if w.Confidence == 0 {
				continue
			}
			got += w.Text
			if w.Confidence < 0.9 {
				t.Errorf("%s: got confidence %.2f", c.name, w.Confidence)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
