package picture

// Projection takes points of one plane to another as a camera does: x, y to
// (p0·x + p1·y + p2, p3·x + p4·y + p5) / (p6·x + p7·y + p8).
type Projection [9]float64

// Identity is the projection that changes nothing.
func Identity() Projection { return Projection{1, 0, 0, 0, 1, 0, 0, 0, 1} }

// Onto returns the projection of the unit square onto a convex quadrilateral: 0,0 comes to lie on its first corner, 1,0 on
// the second, 1,1 on the third and 0,1 on the fourth. (Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989,
// section 2.2.3.)
func Onto(c [4][2]float64) Projection {
	ax, ay := c[1][0]-c[2][0], c[1][1]-c[2][1]
	bx, by := c[3][0]-c[2][0], c[3][1]-c[2][1]
	sx, sy := c[0][0]-c[1][0]+c[2][0]-c[3][0], c[0][1]-c[1][1]+c[2][1]-c[3][1]
	det := ax*by - bx*ay
	if det == 0 { // no quadrilateral
		return Identity()
	}
	g, h := (sx*by-bx*sy)/det, (ax*sy-sx*ay)/det
	return Projection{
		c[1][0] - c[0][0] + g*c[1][0], c[3][0] - c[0][0] + h*c[3][0], c[0][0],
		c[1][1] - c[0][1] + g*c[1][1], c[3][1] - c[0][1] + h*c[3][1], c[0][1],
		g, h, 1,
	}
}

// Scaled returns the projection of points that are x and y times as large to points u and v times as large.
func (p Projection) Scaled(x, y, u, v float64) Projection {
	return Projection{p[0] * u / x, p[1] * u / y, p[2] * u, p[3] * v / x, p[4] * v / y, p[5] * v, p[6] / x, p[7] / y, p[8]}
}

// Point projects one point.
func (p Projection) Point(x, y float64) (u, v float64) {
	z := p[6]*x + p[7]*y + p[8]
	return (p[0]*x + p[1]*y + p[2]) / z, (p[3]*x + p[4]*y + p[5]) / z
}

// Inverse returns the projection back, where there is one.
func (p Projection) Inverse() Projection {
	return Projection{
		p[4]*p[8] - p[5]*p[7], p[2]*p[7] - p[1]*p[8], p[1]*p[5] - p[2]*p[4],
		p[5]*p[6] - p[3]*p[8], p[0]*p[8] - p[2]*p[6], p[2]*p[3] - p[0]*p[5],
		p[3]*p[7] - p[4]*p[6], p[1]*p[6] - p[0]*p[7], p[0]*p[4] - p[1]*p[3],
	}
}
