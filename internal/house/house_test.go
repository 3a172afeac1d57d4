package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/eakte/eakte"

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath string
	Dir        string
	Standard   bool
	Module     *struct{ Path string }
	Imports    []string
	Deps       []string
	GoFiles    []string
	CgoFiles   []string
	Error      *struct{ Err string }
}

// list asks the go command, the only one that knows what is really linked.
func list(t *testing.T, env []string, args ...string) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-e", "-json=ImportPath,Dir,Standard,Module,Imports,Deps,GoFiles,CgoFiles,Error"}, args...)...)
	cmd.Dir = root(t)
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		all = append(all, p)
	}
}

// root is the folder that go.mod lies in.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatalf("internal/house must lie two folders below go.mod: %v", err)
	}
	return dir
}

// within reports whether pattern ("efile", "web/...", "...") covers name.
func within(pattern, name string) bool {
	base, all := strings.CutSuffix(pattern, "...")
	if !all {
		return pattern == name
	}
	return name+"/" == base || strings.HasPrefix(name, base)
}

func inside(importPath string) (string, bool) { return strings.CutPrefix(importPath, module+"/") }

func TestImportsGoDownOnly(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, nil, "./...") {
		name, ok := inside(p.ImportPath)
		if !ok {
			continue
		}
		i := slices.IndexFunc(rooms, func(r room) bool { return within(r.name, name) })
		if i < 0 {
			t.Errorf("package %s belongs to no room: add it to rooms_test.go, .golangci.yml and docs/architecture.md, or move it", name)
			continue
		}
		for _, imported := range p.Imports {
			target, ok := inside(imported)
			if !ok || within(name+"/...", target) || slices.ContainsFunc(rooms[i].allow, func(a string) bool { return within(a, target) }) {
				continue
			}
			t.Errorf("%s imports %s; room %s may import only %v", name, target, rooms[i].name, rooms[i].allow)
		}
	}
}

func TestOnlyTheReaderLinksC(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"eakte", "eakte-web", "eakte-worker"} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			all := list(t, []string{"CGO_ENABLED=1"}, "-deps", "./cmd/"+program)
			for _, p := range all {
				// The standard library uses C for names and users, and has a way without.
				if !p.Standard && len(p.CgoFiles) > 0 {
					t.Errorf("%s links C through %s", program, p.ImportPath)
				}
			}
			for _, p := range list(t, []string{"CGO_ENABLED=0"}, "-deps", "./cmd/"+program) {
				if p.Error != nil {
					t.Errorf("without C %s does not build: %s: %s", program, p.ImportPath, p.Error.Err)
				}
			}
		})
	}
}

func TestOnlyTheReaderOpensDocuments(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, nil, "./cmd/...") {
		name, _ := inside(p.ImportPath)
		if name == "cmd/eakte-reader" {
			continue
		}
		for _, dep := range p.Deps {
			target, ok := inside(dep)
			if ok && strings.HasPrefix(target, "pipeline/") && target != "pipeline/classify" {
				t.Errorf("%s links %s, which opens untrusted documents", name, target)
			}
		}
	}
	for _, p := range list(t, nil, "-deps", "./cmd/eakte-reader") {
		target, _ := inside(p.ImportPath)
		if slices.Contains([]string{"records", "storage", "notify", "web", "workers"}, target) {
			t.Errorf("the reader links %s: whoever opens documents holds no secrets", target)
		}
	}
}

func TestCodeKeepsTheHouseRules(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, nil, "./...") {
		name, ok := inside(p.ImportPath)
		if !ok {
			continue
		}
		commented := false
		for _, file := range slices.Concat(p.GoFiles, p.CgoFiles) {
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, filepath.Join(p.Dir, file), nil, parser.ParseComments)
			if err != nil {
				t.Errorf("parse %s/%s: %v", name, file, err)
				continue
			}
			commented = commented || f.Doc != nil && len(f.Doc.Text()) > 80
			for _, decl := range f.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s/%s has an init function: it runs before anybody can look", name, file)
				}
			}
		}
		if !commented && len(p.GoFiles)+len(p.CgoFiles) > 0 {
			t.Errorf("package %s has no comment that says what it is for", name)
		}
	}
}

// forbidden are words that tie the project to one machine. Each is written so that this file does not hold it.
var forbidden = []struct {
	why     string
	pattern *regexp.Regexp
	except  []string
}{
	{"a path of one machine", regexp.MustCompile(`/(work|home|root)/[a-z]+/`), []string{"Dockerfile"}},
	{"the outside corpora are found through EAKTE_TEST_DATA", regexp.MustCompile(`\.\./` + `shared`), []string{"Makefile", ".ci/run"}},
	{"a package registry's host", regexp.MustCompile(`registry\.` + `npmjs|proxy\.` + `golang\.org|pypi\.` + `org|deb\.` + `debian\.org`), nil},
	{"an unfinished part", regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`), nil},
}

// text says which files are read for forbidden words: what people write, not corpora and other people's assets.
func text(name string) bool {
	if strings.Contains("/"+name, "/testdata/") || strings.HasPrefix(name, "web/assets/") || name == "go.sum" || name == "LICENSE" {
		return false
	}
	switch path.Ext(name) {
	case ".go", ".md", ".sql", ".yml", ".yaml", ".html", ".css", ".js", ".sh", ".h", ".cpp", "":
		return true
	}
	return false
}

func TestTheProjectStandsOnItsOwn(t *testing.T) {
	t.Parallel()
	const most = 40 << 20
	var total int64
	walk(t, func(name string, info fs.FileInfo) {
		total += info.Size()
		if !text(name) {
			return
		}
		content, err := os.ReadFile(filepath.Join(root(t), name))
		if err != nil {
			t.Error(err)
			return
		}
		for _, rule := range forbidden {
			if slices.Contains(rule.except, name) {
				continue
			}
			if found := rule.pattern.Find(content); found != nil {
				t.Errorf("%s holds %q: %s", name, found, rule.why)
			}
		}
	})
	if total > most {
		t.Errorf("the repository holds %d MB, at most %d are wanted", total>>20, most>>20)
	}
}

// walk visits every file that belongs to the repository: what git tracks, or everything but what is built where there
// is no git.
func walk(t *testing.T, visit func(name string, info fs.FileInfo)) {
	t.Helper()
	dir := root(t)
	cmd := exec.CommandContext(t.Context(), "git", "-c", "safe.directory=*", "ls-files", "-z")
	cmd.Dir = dir
	if out, err := cmd.Output(); err == nil && len(out) > 0 {
		for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
			// A file that is tracked but deleted in the work tree is no longer there to be read.
			if info, err := os.Lstat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
				visit(name, info)
			}
		}
		return
	}
	err := filepath.WalkDir(dir, func(full string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, full)
		if d.IsDir() && slices.Contains([]string{".git", ".eakte", "bin"}, name) {
			return filepath.SkipDir
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			visit(filepath.ToSlash(name), info)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTheLinterHoldsTheSameRooms keeps the two lists of import rules together: each room has a rule in .golangci.yml.
func TestTheLinterHoldsTheSameRooms(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile(filepath.Join(root(t), ".golangci.yml"))
	if err != nil {
		t.Fatal(err)
	}
	globs := guarded(string(config))
	for _, p := range list(t, nil, "./...") {
		name, ok := inside(p.ImportPath)
		if !ok || slices.ContainsFunc(rooms, func(r room) bool { return within(r.name, name) && slices.Contains(r.allow, "...") }) {
			continue
		}
		if !slices.ContainsFunc(globs, func(g string) bool { return within(g, name) }) {
			t.Errorf("depguard in .golangci.yml has no rule for %s", name)
		}
	}
}

// guarded returns the folders that depguard's rules name, braces expanded and in the form within understands.
func guarded(config string) []string {
	var folders []string
	for _, m := range regexp.MustCompile(`base-path\}/([^']+)/(\*\*?)\.go'`).FindAllStringSubmatch(config, -1) {
		suffix := strings.Repeat("/...", len(m[2])-1) // "**" reaches below
		before, rest, braces := strings.Cut(m[1], "{")
		if !braces {
			folders = append(folders, m[1]+suffix)
			continue
		}
		choices, after, _ := strings.Cut(rest, "}")
		for choice := range strings.SplitSeq(choices, ",") {
			folders = append(folders, before+choice+after+suffix)
		}
	}
	return folders
}
