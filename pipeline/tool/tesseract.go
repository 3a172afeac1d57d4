package tool

/*
#cgo LDFLAGS: -lleptonica -ltesseract
#include <stdlib.h>
#include <string.h>
#include <leptonica/allheaders.h>
#include <tesseract/capi.h>

typedef struct {
	char *text;
	float conf;
	int box[4];
	int base[4];
	int line;
} eakte_word;

// eakte_read recognises pix and returns the number of words, -1 when the deadline passed, -2 on any other failure.
// *out is to be freed with eakte_free.
static int eakte_read(TessBaseAPI *api, PIX *pix, int psm, int dpi, int milliseconds, eakte_word **out) {
	*out = NULL;
	TessBaseAPISetPageSegMode(api, (TessPageSegMode)psm);
	TessBaseAPISetImage2(api, pix);
	TessBaseAPISetSourceResolution(api, dpi);
	ETEXT_DESC *monitor = TessMonitorCreate();
	TessMonitorSetDeadlineMSecs(monitor, milliseconds);
	int failed = TessBaseAPIRecognize(api, monitor);
	TessMonitorDelete(monitor);
	if (failed) return -1;
	TessResultIterator *it = TessBaseAPIGetIterator(api);
	if (!it) return 0;
	const TessPageIterator *at = TessResultIteratorGetPageIteratorConst(it);
	int n = 0, room = 0, line = -1;
	do {
		if (TessPageIteratorIsAtBeginningOf(at, RIL_TEXTLINE)) line++;
		char *text = TessResultIteratorGetUTF8Text(it, RIL_WORD);
		if (!text) continue;
		if (n == room) {
			room = room ? 2 * room : 512;
			eakte_word *more = realloc(*out, room * sizeof(eakte_word));
			if (!more) { TessDeleteText(text); n = -2; break; }
			*out = more;
		}
		eakte_word *w = *out + n++;
		memset(w, 0, sizeof *w);
		w->text = text;
		w->line = line;
		w->conf = TessResultIteratorConfidence(it, RIL_WORD);
		TessPageIteratorBoundingBox(at, RIL_WORD, &w->box[0], &w->box[1], &w->box[2], &w->box[3]);
		TessPageIteratorBaseline(at, RIL_TEXTLINE, &w->base[0], &w->base[1], &w->base[2], &w->base[3]);
	} while (TessResultIteratorNext(it, RIL_WORD));
	TessResultIteratorDelete(it);
	return n;
}

static void eakte_free(eakte_word *words, int n) {
	for (int i = 0; i < n; i++) TessDeleteText(words[i].text);
	free(words);
}
*/
import "C"

import (
	"context"
	_ "embed" // the model
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/otiai10/gosseract/v2"
)

// ErrDeadline says that a page took longer than its budget.
var ErrDeadline = errors.New("recognition took longer than its budget")

// Tesseract is a warm recognition engine for one set of languages. gosseract owns it (models, variables, memory); each
// page is then read through the C interface on the same handle, because gosseract offers no deadline, no resolution, no
// baseline and no raw pixels. Not safe for concurrent use.
//
// OMP_THREAD_LIMIT=1 must be in the environment before the process starts: without it a page costs up to four times the
// processor time, and setting it later has no effect.
type Tesseract struct {
	client *gosseract.Client // nil for the built-in model, which gosseract cannot load
	api    *C.TessBaseAPI
}

// OpenTesseract loads the models of languages (names of .traineddata files) from the folder data. Every file is looked
// for first: gosseract overruns a buffer when one is missing.
func OpenTesseract(data string, languages ...string) (*Tesseract, error) {
	for _, l := range languages {
		if !HasModel(data, l) {
			return nil, fmt.Errorf("no model %q for tesseract", l)
		}
	}
	client := gosseract.NewClient()
	if err := warm(client, data, languages); err != nil {
		client.Close()
		return nil, fmt.Errorf("start tesseract for %s: %w", strings.Join(languages, "+"), err)
	}
	// The one field of gosseract's client that we need is not exported. Reading it is checked here, so a release of
	// gosseract that renames it fails at once and plainly.
	field := reflect.ValueOf(client).Elem().FieldByName("api")
	if !field.IsValid() || field.Kind() != reflect.UnsafePointer || field.IsNil() {
		client.Close()
		return nil, errors.New("this release of gosseract keeps its handle elsewhere")
	}
	return &Tesseract{client: client, api: (*C.TessBaseAPI)(field.UnsafePointer())}, nil
}

// warming guards the first recognition of a client, while which gosseract swaps the standard error of the process.
var warming sync.Mutex

func warm(client *gosseract.Client, data string, languages []string) error {
	warming.Lock()
	defer warming.Unlock()
	if err := client.SetTessdataPrefix(data); err != nil {
		return err
	}
	if err := client.SetLanguage(languages...); err != nil {
		return err
	}
	if err := client.DisableOutput(); err != nil {
		return err
	}
	white := append([]byte("P5 64 64 255\n"), make([]byte, 64*64)...)
	for i := len(white) - 64*64; i < len(white); i++ {
		white[i] = 255
	}
	if err := client.SetImageFromBytes(white); err != nil {
		return err
	}
	_, err := client.Text()
	return err
}

// ReadWord is a word on a picture. Boxes and baselines are in pixels from the top left.
type ReadWord struct {
	Text       string
	Confidence float64    // 0…1
	Box        [4]int     // left, top, right, bottom
	Baseline   [4]int     // of its line: x0, y0, x1, y1
	Line       int        // counts lines from 0
	Parts      []ReadWord // stretches up to each stroke in it, if known: "Прізвище/" and "Surname"
}

// latin is the model of the Latin script of Debian's tesseract-ocr-script-latn (tessdata_fast, Apache-2.0) without its list
// of words: scripts/latin-model makes it. It knows the letters of all languages written in that script, among them those
// of names, and § and –, which the German model lacks; it reads German as well as that, and as fast as the two models for
// German and English together. The list of words would take 90 MB of memory and reads no better.
//
//go:embed models/latin.traineddata
var latin []byte

// LatinModel returns the built-in model for all languages of the Latin script; not to be changed.
func LatinModel() []byte { return latin }

// OpenLatin loads the built-in model for all languages of the Latin script.
func OpenLatin() (*Tesseract, error) {
	api := C.TessBaseAPICreate()
	name := C.CString("Latin")
	defer C.free(unsafe.Pointer(name))
	data := C.CBytes(latin)
	defer C.free(data)
	if C.TessBaseAPIInit5(api, (*C.char)(data), C.int(len(latin)), name, C.OEM_LSTM_ONLY, nil, 0, nil, nil, 0, 0) != 0 {
		C.TessBaseAPIDelete(api)
		return nil, errors.New("start tesseract with the built-in model")
	}
	t := &Tesseract{api: api}
	return t, t.set("debug_file", os.DevNull)
}

// set sets one of tesseract's variables.
func (t *Tesseract) set(name, value string) error {
	n, v := C.CString(name), C.CString(value)
	defer C.free(unsafe.Pointer(n))
	defer C.free(unsafe.Pointer(v))
	if C.TessBaseAPISetVariable(t.api, n, v) == 0 {
		return fmt.Errorf("tesseract knows no variable %s", name)
	}
	return nil
}

// Segmentation is how tesseract looks for text on a page.
type Segmentation int

// The segmentations we use.
const (
	SegmentPage   Segmentation = 3 // columns, blocks: scans
	SegmentColumn Segmentation = 4 // one column of text of various sizes: photos, forms, certificates
	SegmentBlock  Segmentation = 6 // one even block: a machine-readable zone
	SegmentLine   Segmentation = 7 // one line
)

// Read recognises a picture, grey and upright, of dpi dots per inch. It is ErrDeadline when that took longer than limit.
func (t *Tesseract) Read(ctx context.Context, p *Picture, s Segmentation, dpi int, limit time.Duration) ([]ReadWord, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(end))
	}
	if limit <= 0 {
		return nil, ErrDeadline
	}
	began := time.Now()
	var words *C.eakte_word
	n := C.eakte_read(t.api, p.pix, C.int(s), C.int(dpi), C.int(limit.Milliseconds()+1), &words)
	defer C.TessBaseAPIClear(t.api)
	switch {
	case n == -1 && time.Since(began) >= limit:
		return nil, ErrDeadline
	case n < 0:
		return nil, errors.New("tesseract could not read the picture")
	}
	defer C.eakte_free(words, n)
	out := make([]ReadWord, 0, n)
	for _, w := range unsafe.Slice(words, n) {
		text := C.GoString(w.text)
		if !utf8.ValidString(text) || strings.TrimSpace(text) == "" {
			continue
		}
		out = append(out, ReadWord{Text: text, Confidence: float64(w.conf) / 100, Box: ints(w.box), Baseline: ints(w.base), Line: int(w.line)})
	}
	return out, nil
}

func ints(in [4]C.int) [4]int { return [4]int{int(in[0]), int(in[1]), int(in[2]), int(in[3])} }

// Allow restricts what is read to these characters, until it is called with "".
func (t *Tesseract) Allow(characters string) error {
	return t.set("tessedit_char_whitelist", characters)
}

// Close frees the engine.
func (t *Tesseract) Close() error {
	if t.client == nil {
		C.TessBaseAPIDelete(t.api)
		t.api = nil
		return nil
	}
	t.api = nil
	return t.client.Close()
}

// OSD finds orientation and script of a page with tesseract's own model for that. Costs about 0.4 s a page.
type OSD struct{ api *C.TessBaseAPI }

// OpenOSD loads the model "osd" from the folder data.
func OpenOSD(data string) (*OSD, error) {
	if !HasModel(data, "osd") {
		return nil, errors.New("no model \"osd\" for tesseract")
	}
	api := C.TessBaseAPICreate()
	folder, name := C.CString(data), C.CString("osd")
	defer C.free(unsafe.Pointer(folder))
	defer C.free(unsafe.Pointer(name))
	if C.TessBaseAPIInit2(api, folder, name, C.OEM_TESSERACT_ONLY) != 0 {
		C.TessBaseAPIDelete(api)
		return nil, errors.New("start tesseract for orientation and script")
	}
	null, file := C.CString("debug_file"), C.CString(os.DevNull)
	defer C.free(unsafe.Pointer(null))
	defer C.free(unsafe.Pointer(file))
	C.TessBaseAPISetVariable(api, null, file)
	C.TessBaseAPISetPageSegMode(api, C.PSM_AUTO_OSD)
	return &OSD{api}, nil
}

// Orientation is what OSD found.
type Orientation struct {
	Turn             int     // clockwise degrees that make the page upright
	Confidence       float64 // of Turn; below about 2 a guess
	Script           string  // Latin, Arabic, Cyrillic, …
	ScriptConfidence float64
}

// Detect looks at a picture; false if there is too little text to say anything.
func (o *OSD) Detect(p *Picture, dpi int) (Orientation, bool) {
	var degrees C.int
	var turned, scripted C.float
	var script *C.char
	C.TessBaseAPISetImage2(o.api, p.pix)
	C.TessBaseAPISetSourceResolution(o.api, C.int(dpi))
	defer C.TessBaseAPIClear(o.api)
	if C.TessBaseAPIDetectOrientationScript(o.api, &degrees, &turned, &script, &scripted) == 0 {
		return Orientation{}, false
	}
	out := Orientation{Turn: (360 - int(degrees)) % 360, Confidence: float64(turned), ScriptConfidence: float64(scripted)}
	if script != nil {
		out.Script = C.GoString(script) // belongs to tesseract's table of scripts
	}
	return out, true
}

// Close frees the model.
func (o *OSD) Close() { C.TessBaseAPIDelete(o.api) }

// ModelFolder returns the folder that holds tesseract's models: TESSDATA_PREFIX or where Debian puts them; empty if there
// is none.
func ModelFolder() string {
	if dir := os.Getenv("TESSDATA_PREFIX"); dir != "" {
		return dir
	}
	found, err := filepath.Glob("/usr/share/tesseract-ocr/*/tessdata")
	if err != nil || len(found) == 0 {
		return ""
	}
	slices.Sort(found)
	return found[len(found)-1]
}

// HasModel reports whether the folder data holds the model name.
func HasModel(data, name string) bool {
	if name == "" || strings.ContainsAny(name, "/\\+~") {
		return false
	}
	info, err := os.Stat(filepath.Join(data, name+".traineddata"))
	return err == nil && info.Mode().IsRegular()
}
