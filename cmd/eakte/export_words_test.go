package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/eakte/eakte/internal/corpus"
)

// TestEveryFindingHasItsSentence reads the codes from the source, so that a new one without a sentence fails here.
func TestEveryFindingHasItsSentence(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, where := range []string{"archive", "archive/container", "archive/xdomea", "archive/bagit", "archive/eark", "cmd/eakte"} {
		files, err := filepath.Glob(filepath.Join(corpus.Root(t), where, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", where, err)
		}
		for _, name := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for code, constant := range codesIn(parsed) {
				if seen++; meanings[code] == "" {
					t.Errorf("%s (%s) has no sentence", code, constant)
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("found only %d codes in the source", seen)
	}
}

// codesIn are the constants that name findings.
func codesIn(file *ast.File) map[string]string {
	codes := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
			return true
		}
		name := spec.Names[0].Name
		literal, ok := spec.Values[0].(*ast.BasicLit)
		for _, prefix := range []string{"Found", "found", "Flaw", "Code"} {
			if ok && literal.Kind == token.STRING && strings.HasPrefix(name, prefix) {
				code, _ := strconv.Unquote(literal.Value)
				codes[code] = name
			}
		}
		return true
	})
	return codes
}
