package pdfa_test

import (
	"fmt"

	"github.com/eakte/eakte/pipeline/pdfa"
)

func ExampleValidate() {
	report := pdfa.Validate([]byte("Hello"), pdfa.Level2B)
	fmt.Println(report.Conforms)
	for _, b := range report.Broken {
		fmt.Printf("%s: %s\n", b.Clause, b.What)
	}
	// Output:
	// false
	// read-1: the file is no PDF that can be read, or its cross-reference leads nowhere
	// 6.1.2-1: the header is not %PDF-1.n, n from 0 to 7, on a line of its own at the start of the file
	// 6.1.2-2: no comment that begins with four bytes above 127 follows the header
	// 6.1.3-3: data follow the last end-of-file marker
}
