package pdf417

import "slices"

// Reed–Solomon over the integers modulo 929 (ISO/IEC 15438, 5.10 and Annex F): with k check words at the end of a symbol,
// its words are the coefficients, highest first, of a polynomial with the roots 3, 3², … 3^k. Polynomials here have the
// lowest coefficient first.

const primitive = 3

// spare check words are never used up, so that garbage is not corrected into a symbol (5.10.2: e + 2t ≤ k − 2).
const spare = 2

func power(base, exponent int) int {
	result := 1
	for ; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = result * base % prime
		}
		base = base * base % prime
	}
	return result
}

func inverse(a int) int { return power(a, prime-2) }

// syndromes are the values at the k roots; all are zero if nothing is wrong.
func syndromes(words []int, k int) (s []int, clean bool) {
	s, clean = make([]int, k), true
	root := 1
	for i := range s {
		root = root * primitive % prime
		for _, w := range words {
			s[i] = (s[i]*root + w) % prime
		}
		clean = clean && s[i] == 0
	}
	return s, clean
}

// correct mends words, the last k of which are check words, in place. Words at erased places are known to be unknown: they
// cost half of what an error costs. Returns how many words it changed, false if there is more wrong than can be mended;
// words are then as they were.
func correct(words []int, k int, erased []int) (changed int, ok bool) {
	s, clean := syndromes(words, k)
	if clean {
		return 0, true
	}
	n := len(words)
	if len(erased) > k-spare || n >= prime {
		return 0, false
	}
	locator, degree := locate(s, n, erased)
	if degree < 0 || 2*degree-len(erased) > k-spare {
		return 0, false
	}
	mended, roots := slices.Clone(words), 0
	errors, slopes := evaluator(s, locator), derivative(locator)
	for i := range words {
		x := inverse(power(primitive, n-1-i))
		if evaluate(locator, x) != 0 {
			continue
		}
		slope := evaluate(slopes, x)
		if slope == 0 {
			return 0, false
		}
		roots++
		mended[i] = (mended[i] + evaluate(errors, x)*inverse(slope)) % prime
	}
	if _, clean = syndromes(mended, k); roots != degree || !clean {
		return 0, false
	}
	for i := range words {
		if words[i] != mended[i] {
			words[i] = mended[i]
			changed++
		}
	}
	return changed, true
}

// locate returns the polynomial whose roots are the inverses of the powers at which words are wrong, by Berlekamp and
// Massey, starting from the erased ones; a negative degree if it found none.
func locate(s []int, n int, erased []int) (locator []int, degree int) {
	k, e := len(s), len(erased)
	locator = make([]int, k+2)
	locator[0] = 1
	for i, at := range erased {
		x := power(primitive, n-1-at)
		for j := i + 1; j > 0; j-- {
			locator[j] = (locator[j] + (prime-x)*locator[j-1]) % prime
		}
	}
	before := slices.Clone(locator)
	degree = e
	for r := e + 1; r <= k; r++ {
		gap := 0
		for j := range r {
			gap = (gap + locator[j]*s[r-1-j]) % prime
		}
		copy(before[1:], before[:k+1])
		before[0] = 0
		if gap == 0 {
			continue
		}
		next := make([]int, k+2)
		for j := range next {
			next[j] = (locator[j] + (prime-gap)*before[j]) % prime
		}
		if 2*degree <= r+e-1 {
			degree = r - degree + e
			scale := inverse(gap)
			for j := range before {
				before[j] = locator[j] * scale % prime
			}
		}
		locator = next
	}
	if degree > k {
		return nil, -1
	}
	return locator[:degree+1], degree
}

// evaluator is the product of syndromes and locator, as far as there are syndromes.
func evaluator(s, locator []int) []int {
	out := make([]int, len(s))
	for i := range out {
		for j := range min(i+1, len(locator)) {
			out[i] = (out[i] + locator[j]*s[i-j]) % prime
		}
	}
	return out
}

func derivative(p []int) []int {
	out := make([]int, max(1, len(p)-1))
	for i := 1; i < len(p); i++ {
		out[i-1] = i * p[i] % prime
	}
	return out
}

func evaluate(p []int, x int) int {
	sum := 0
	for i := len(p) - 1; i >= 0; i-- {
		sum = (sum*x + p[i]) % prime
	}
	return sum
}
