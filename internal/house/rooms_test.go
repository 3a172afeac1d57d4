package house

// room says which packages of this module the packages of one room may import. Names are paths below the module; one
// that ends in "/..." means the package and all below it. A package may always import what lies below itself.
type room struct {
	name  string
	allow []string
}

var (
	words  = []string{"efile", "fault"}
	steps  = append([]string{"pipeline", "pipeline/tool", "pipeline/picture", "pipeline/pdfa", "catalogue"}, words...)
	ground = append([]string{"workers/job", "records", "storage", "archive/...", "notify", "catalogue", "locale", "pipeline"}, words...)
)

// rooms is read from top to bottom; the first room that a package belongs to counts. What is left of internal/ is
// tests of everything together, so it may import everything.
var rooms = []room{
	{"efile", nil},
	{"fault", nil},
	{"workers/job", []string{"efile"}},
	{"pipeline/tool", append([]string{"pipeline"}, words...)},
	{"pipeline/picture", append([]string{"pipeline"}, words...)},
	{"pipeline/pdfa", []string{"pipeline"}},
	{"pipeline", words},
	{"pipeline/internal/...", append([]string{"internal/corpus"}, steps...)},
	{"pipeline/answer", append([]string{"archive/...", "pipeline/schema"}, steps...)},
	{"pipeline/...", steps},
	{"catalogue", words},
	{"locale", words},
	{"malware", words},
	{"storage", words},
	{"storage/storagetest", append([]string{"storage"}, words...)},
	{"records", words},
	{"reader", append([]string{"pipeline"}, words...)},
	{"notify", words},
	{"notify/notifytest", append([]string{"notify"}, words...)},
	{"archive/xdomea", append([]string{"archive"}, words...)},
	{"archive/chain", words},
	{"archive/...", append([]string{"pipeline", "catalogue", "archive/..."}, words...)},
	{"embedded", []string{"fault"}},
	{"migrations", []string{"fault"}},
	{"intake", append([]string{"reader", "malware"}, ground...)},
	{"web/...", append([]string{"web/...", "intake"}, ground...)},
	{"workers", append([]string{"intake", "reader", "malware"}, ground...)},
	{"cmd/eakte-reader", append([]string{"pipeline/...", "reader"}, steps...)}, // reader: the framing
	{"cmd/...", append([]string{"cmd/...", "web/...", "workers", "intake", "reader", "malware", "embedded", "migrations",
		"pipeline/classify", "internal/client"}, ground...)},
	{"internal/client", nil},
	{"internal/corpus", nil},
	{"internal/testenv", []string{"efile", "records", "storage", "embedded", "migrations", "internal/corpus"}},
	{"internal/...", []string{"..."}},
	{"catalogue/...", words},
	{"testdata/...", []string{"..."}},
}
