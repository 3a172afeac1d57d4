package tool

// exitMemory is how a child of our own says that it ran out of memory (the Go runtime's exit code for fatal errors).
const exitMemory = 2

// Child runs the part of this program that opens documents with pdfcpu, if args (os.Args[1:]) ask for it, and reports
// whether it did; the caller then exits at once. pdfcpu can hang, overflow the stack and exhaust memory, which no recover
// catches, so it runs as a program: os.Executable() is started again with such arguments. cmd/eakte-reader calls Child
// first in main, tests in TestMain; inside a fence the executable itself must stay readable and executable.
func Child(args []string) (handled bool) { return false }
