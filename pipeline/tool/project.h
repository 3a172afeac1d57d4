#ifndef EAKTE_TOOL_PROJECT_H
#define EAKTE_TOOL_PROJECT_H

#include <leptonica/allheaders.h>

// eakte_pix_project returns a grey picture of w × h pixels whose pixel x, y shows the grey picture src at m·(x, y, 1),
// between pixels by bilinear interpolation, and white outside. Light, lw × lh over the whole of src, is what comes out as
// paper; NULL changes no brightness. Where a pixel lies is computed for every sixteenth and is on a line between: of
// photographs of a sheet that is right to a hundredth of a pixel. The result is the same whether or not
// pixels are computed several at a time (wide), where the processor can.
PIX *eakte_pix_project(PIX *src, const double *m, int w, int h, const unsigned char *light, int lw, int lh, int wide);

#endif
