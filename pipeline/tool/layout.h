#ifndef EAKTE_TOOL_LAYOUT_H
#define EAKTE_TOOL_LAYOUT_H

#ifdef __cplusplus
extern "C" {
#endif

struct Pix;

// A part of a line of text that is read in one go. Coordinates from the top left.
typedef struct {
	int box[4];  // left, top, right, bottom
	int own[4];  // its baseline: x0, y0, x1, y1; rows need not be straight
	int base[4]; // of its row from end to end
	int line;    // counts rows
	int turn;    // where its top points: up, right, down, left
	float height, descent, ascent; // of its row: from the lowest to the highest; below the baseline, negative; above small letters
} eakte_line;

// eakte_layout finds the lines of pix with a TessBaseAPI, and returns their number, or -1. *out is to be freed.
int eakte_layout(void *handle, struct Pix *pix, int segmentation, int dpi, eakte_line **out);

#ifdef __cplusplus
}
#endif
#endif
