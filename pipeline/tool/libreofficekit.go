package tool

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

// The part of LibreOfficeKit's C interface that is used here, as in LibreOffice's own LibreOfficeKit.h since 5.0. New
// functions are only ever added behind these.
typedef struct eakte_kit eakte_kit;
typedef struct eakte_doc eakte_doc;
typedef struct {
	size_t size;
	void (*destroy)(eakte_kit *);
	eakte_doc *(*load)(eakte_kit *, const char *url);
	char *(*error)(eakte_kit *);
} eakte_kit_class;
struct eakte_kit { eakte_kit_class *class; };
typedef struct {
	size_t size;
	void (*destroy)(eakte_doc *);
	int (*save)(eakte_doc *, const char *url, const char *format, const char *options);
} eakte_doc_class;
struct eakte_doc { eakte_doc_class *class; };

// Forms are written as they look: as fields they would count on fonts of the reader. Since LibreOffice 7.4; older ones do not
// look at it.
static const char *eakte_office_options = "{\"ExportFormFields\":{\"type\":\"boolean\",\"value\":\"false\"}}";

// eakte_office converts a document to PDF: 0 done, 1 no LibreOffice, 2 not loaded, 3 not saved.
static int eakte_office(const char *library, const char *program, const char *profile, const char *in, const char *out) {
	void *so = dlopen(library, RTLD_LAZY | RTLD_GLOBAL);
	if (!so) return 1;
	eakte_kit *(*hook)(const char *, const char *) = (eakte_kit *(*)(const char *, const char *))dlsym(so, "libreofficekit_hook_2");
	if (!hook) return 1;
	eakte_kit *kit = hook(program, profile);
	if (!kit) return 1;
	eakte_doc *doc = kit->class->load(kit, in);
	if (!doc) return 2;
	return doc->class->save(doc, out, "pdf", eakte_office_options) ? 0 : 3;
}
*/
import "C"

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"
)

// officeChild converts a document inside a child process; args are LibreOffice's program folder, the profile's address, the
// document's and the result's. The library is used instead of the program soffice because that insists on a socket below
// /tmp, which the reader's fence forbids. The process ends at once afterwards: LibreOffice's own ending is known to crash.
func officeChild(args []string) int {
	runtime.LockOSThread()
	// LibreOffice takes such settings from the environment. The packages' cache lies outside the fence, and temporary files
	// shall go with the profile.
	for key, value := range map[string]string{"UNO_SHARED_PACKAGES_CACHE": args[1] + "/shared", "TMPDIR": strings.TrimPrefix(args[1], "file://")} {
		if err := os.Setenv(key, value); err != nil {
			return exitNoOffice
		}
	}
	library := filepath.Join(args[0], "libsofficeapp.so")
	if _, err := os.Stat(library); err != nil {
		library = filepath.Join(args[0], "libmergedlo.so")
	}
	var c [5]*C.char
	for i, s := range []string{library, args[0], args[1], args[2], args[3]} {
		c[i] = C.CString(s)
		defer C.free(unsafe.Pointer(c[i]))
	}
	switch C.eakte_office(c[0], c[1], c[2], c[3], c[4]) {
	case 0:
		return 0
	case 1:
		return exitNoOffice
	}
	return exitRefused
}
