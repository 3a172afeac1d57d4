#ifndef EAKTE_TOOL_SCALE_H
#define EAKTE_TOOL_SCALE_H

#include <leptonica/allheaders.h>

// eakte_scale is pixScale, to the bit, in a fraction of its time where most of it goes: a grey picture that is made somewhat
// smaller or larger and sharpened.
PIX *eakte_scale(PIX *pix, float factor);

#endif
