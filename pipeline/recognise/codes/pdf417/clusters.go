package pdf417

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
)

const (
	modules  = 17  // in a codeword: four bars and four spaces
	prime    = 929 // codewords in a cluster, and the size of the field they are numbers of
	clusters = 3   // rows use them in turn; the standard calls them 0, 3 and 6

	startPattern = 0b11111111010101000 // 8 1 1 1 1 1 1 3
)

//go:embed clusters.txt
var clustersText string

// table holds the patterns of all codewords: 17 bits, the leftmost module highest, dark ones set.
type table struct {
	patterns [clusters * prime]int
	index    map[int]int // the way back
}

var patterns = sync.OnceValue(func() *table {
	t := &table{index: make(map[int]int, clusters*prime)}
	var digits strings.Builder
	for line := range strings.Lines(clustersText) {
		if !strings.HasPrefix(line, "#") {
			digits.WriteString(strings.TrimSpace(line))
		}
	}
	for i := range t.patterns {
		inner, err := strconv.ParseUint(digits.String()[3*i:3*i+3], 32, 16)
		if err != nil {
			panic(err) // the file is part of the program
		}
		t.patterns[i] = 1<<(modules-1) | int(inner)<<1
		t.index[t.patterns[i]] = i
	}
	return t
})

// vector is how dark each module of a codeword is, of mean zero and length one.
type vector [modules]float32

// normalise brings darkness to mean zero and length one; false where all modules are alike.
func (v *vector) normalise() bool {
	var sum, squares float32
	for _, x := range v {
		sum += x
	}
	for i := range v {
		v[i] -= sum / modules
		squares += v[i] * v[i]
	}
	if squares < 1 {
		return false
	}
	length := float32(math.Sqrt(float64(squares)))
	for i := range v {
		v[i] /= length
	}
	return true
}

func (v *vector) times(o *vector) float32 {
	var sum float32
	for i := range v {
		sum += v[i] * o[i]
	}
	return sum
}

// blurred is what is seen of a pattern when each module gives a share to either neighbour. Before a codeword there is
// always a space, and after it a bar.
func blurred(pattern int, share float32) vector {
	var v vector
	bits := pattern<<1 | 1
	for i := range v {
		at := func(j int) float32 { return float32(bits >> (modules - j) & 1) }
		v[i] = 100 * (at(i)*(1-2*share) + share*(at(i-1)+at(i+1)))
	}
	v.normalise()
	return v
}

// matcher tells codewords by how much what is seen is like their patterns, for one blur.
type matcher struct {
	share float32
	like  [clusters * prime]vector
}

func newMatcher(share float32) *matcher {
	m := &matcher{share: share}
	for i, p := range patterns().patterns {
		m.like[i] = blurred(p, share)
	}
	return m
}

// startBlur returns the blur under which a start pattern looks most as this one does, and how alike they are.
func startBlur(seen vector) (share, alike float32) {
	for s := float32(0); s < 0.35; s += 0.05 {
		like := blurred(startPattern, s)
		if c := like.times(&seen); c > alike {
			share, alike = s, c
		}
	}
	return share, alike
}

// leastStart is how like a start pattern the left end of a symbol must be, on the mean of its lines.
const leastStart = 0.75

// reading is a codeword with its cluster, as seen once.
type reading struct {
	cluster, word int     // cluster is negative if nothing was read
	alike         float32 // at most 1
}

var unread = reading{cluster: -1}

// exact reads a codeword whose modules can be told apart one by one.
func (m *matcher) exact(v *vector) reading {
	least, most := v[0], v[0]
	for _, x := range v {
		least, most = min(least, x), max(most, x)
	}
	sharpen := m.share / (1 - 2*m.share)
	pattern := 0
	for i, x := range v {
		before, after := least, most
		if i > 0 {
			before = v[i-1]
		}
		if i < modules-1 {
			after = v[i+1]
		}
		pattern <<= 1
		if x+sharpen*(2*x-before-after) > (least+most)/2 {
			pattern |= 1
		}
	}
	i, ok := patterns().index[pattern]
	if !ok {
		return unread
	}
	return reading{i / prime, i % prime, m.like[i].times(v)}
}

// nearest reads the codeword of the clusters from first to last whose pattern is most like what is seen, and says by how
// much it is more alike than the next.
func (m *matcher) nearest(v *vector, first, last int) (best reading, lead float32) {
	best = unread
	var second float32
	for i := first * prime; i < (last+1)*prime; i++ {
		switch c := m.like[i].times(v); {
		case c > best.alike:
			second, best = best.alike, reading{i / prime, i % prime, c}
		case c > second:
			second = c
		}
	}
	return best, best.alike - second
}
