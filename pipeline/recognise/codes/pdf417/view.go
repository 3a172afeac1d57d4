package pdf417

import "math"

// point is a place in a picture or a view of it; pixels have their middle at whole numbers.
type point struct{ x, y float64 }

func (p point) plus(d point, times float64) point { return point{p.x + d.x*times, p.y + d.y*times} }
func (p point) minus(q point) point               { return point{p.x - q.x, p.y - q.y} }
func (p point) dot(q point) float64               { return p.x*q.x + p.y*q.y }
func (p point) length() float64                   { return math.Hypot(p.x, p.y) }
func (p point) middle(q point) point              { return point{(p.x + q.x) / 2, (p.y + q.y) / 2} }

// ray is a straight line, given by a point and a direction.
type ray struct{ from, way point }

func (p point) to(q point) ray { return ray{p, q.minus(p)} }

// meets returns where two lines cross; the point of the first if they are parallel.
func (r ray) meets(o ray) point {
	cross := r.way.x*o.way.y - r.way.y*o.way.x
	if math.Abs(cross) < 1e-9 {
		return r.from
	}
	d := o.from.minus(r.from)
	return r.from.plus(r.way, (d.x*o.way.y-d.y*o.way.x)/cross)
}

// view is a picture seen from one of four sides, so that symbols need to be read from left to right only.
type view struct {
	pix            []byte
	w, h           int // as seen
	origin, dx, dy int // where the first pixel lies, and how far its neighbours to the right and below are
}

// views returns the picture as it lies, on its head, and turned either way: what runs down or up in it runs to the right
// in the latter two.
func views(pix []byte, w, h int) [4]view {
	return [4]view{
		{pix, w, h, 0, 1, w},
		{pix, w, h, w*h - 1, -1, -w},
		{pix, h, w, w - 1, w, -1},
		{pix, h, w, (h - 1) * w, -w, 1},
	}
}

// at is the grey value of a pixel; beyond the edges the nearest one counts.
func (v view) at(x, y int) byte {
	return v.pix[v.origin+min(max(x, 0), v.w-1)*v.dx+min(max(y, 0), v.h-1)*v.dy]
}

// grey is the value between four pixels.
func (v view) grey(p point) float32 {
	left, top := math.Floor(p.x), math.Floor(p.y)
	x, y, dx, dy := int(left), int(top), float32(p.x-left), float32(p.y-top)
	var a, b, c, d byte
	if x >= 0 && y >= 0 && x+1 < v.w && y+1 < v.h {
		i := v.origin + x*v.dx + y*v.dy
		a, b, c, d = v.pix[i], v.pix[i+v.dx], v.pix[i+v.dy], v.pix[i+v.dx+v.dy]
	} else {
		a, b, c, d = v.at(x, y), v.at(x+1, y), v.at(x, y+1), v.at(x+1, y+1)
	}
	upper, lower := float32(a)+(float32(b)-float32(a))*dx, float32(c)+(float32(d)-float32(c))*dx
	return upper + (lower-upper)*dy
}

// share returns where a point of the view lies in the picture, in shares of its width and height.
func (v view) share(p point) (x, y float64) {
	x, y = (p.x+0.5)/float64(v.w), (p.y+0.5)/float64(v.h)
	switch {
	case v.dx == 1:
		return x, y
	case v.dx == -1:
		return 1 - x, 1 - y
	case v.dy == -1:
		return 1 - y, x
	}
	return y, 1 - x
}
