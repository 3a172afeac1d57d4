#include <leptonica/allheaders.h>
#include <tesseract/baseapi.h>
#include <tesseract/pageiterator.h>

#include <cstdlib>

#include "layout.h"

// The C interface has neither the merging of a line's words, on which recognition of whole lines rests, nor the heights of a row.
extern "C" int eakte_layout(void *handle, PIX *pix, int segmentation, int dpi, eakte_line **out) {
	using namespace tesseract;
	auto *api = static_cast<TessBaseAPI *>(handle);
	*out = nullptr;
	api->SetPageSegMode(static_cast<PageSegMode>(segmentation));
	api->SetImage(pix);
	api->SetSourceResolution(dpi);
	PageIterator *it = api->AnalyseLayout(true);
	if (!it) return 0;
	int n = 0, room = 0, line = -1;
	do {
		if (it->IsAtBeginningOf(RIL_TEXTLINE)) line++;
		if (n == room) {
			room = room ? 2 * room : 128;
			auto *more = static_cast<eakte_line *>(realloc(*out, room * sizeof(eakte_line)));
			if (!more) {
				n = -1;
				break;
			}
			*out = more;
		}
		eakte_line w = {};
		w.line = line;
		int *b = w.box, *own = w.own, *base = w.base;
		if (!it->BoundingBox(RIL_WORD, b, b + 1, b + 2, b + 3) || !it->Baseline(RIL_WORD, own, own + 1, own + 2, own + 3) ||
			!it->Baseline(RIL_TEXTLINE, base, base + 1, base + 2, base + 3))
			continue;
		it->RowAttributes(&w.height, &w.descent, &w.ascent);
		Orientation orientation;
		WritingDirection direction;
		TextlineOrder order;
		float deskew;
		it->Orientation(&orientation, &direction, &order, &deskew);
		w.turn = orientation;
		(*out)[n++] = w;
	} while (it->Next(RIL_WORD));
	delete it;
	return n;
}
