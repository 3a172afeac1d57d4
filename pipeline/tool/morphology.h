#ifndef EAKTE_TOOL_MORPHOLOGY_H
#define EAKTE_TOOL_MORPHOLOGY_H

#include <leptonica/allheaders.h>

// eakte_open keeps of a binary picture what a brick of so many pixels fits into: pixOpenBrick in 2·log n steps instead of 2·n.
PIX *eakte_open(PIX *pixs, int across, int down);

#endif
