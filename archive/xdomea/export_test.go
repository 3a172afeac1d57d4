package xdomea

// Simplify is simplify, for the comparison with the norm's pattern.
var Simplify = simplify
