package web

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract checks answers against openapi.json.
type contract struct {
	paths    map[string]map[string]operation
	compiler *jsonschema.Compiler
	mu       sync.Mutex
}

type operation struct {
	Parameters []struct {
		Name string `json:"name"`
		In   string `json:"in"`
	} `json:"parameters"`
	Responses map[string]struct {
		Content map[string]struct {
			Schema json.RawMessage `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

const contractURL = "urn:eakte:openapi"

func newContract(t testing.TB) *contract {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]operation `json:"paths"`
	}
	if err := json.Unmarshal(openAPIDocument, &doc); err != nil {
		t.Fatal(err)
	}
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPIDocument))
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{paths: doc.Paths, compiler: jsonschema.NewCompiler()}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(contractURL, whole); err != nil {
		t.Fatal(err)
	}
	return c
}

// find returns the operation of a request, the more literal path first.
func (c *contract) find(method, path string) (template string, op operation, found bool) {
	path, _, _ = strings.Cut(path, "?")
	for candidate, methods := range c.paths {
		if !regexp.MustCompile("^" + parameter.ReplaceAllString(candidate, "[^/]+") + "$").MatchString(path) {
			continue
		}
		if o, ok := methods[strings.ToLower(method)]; ok && (!found || strings.Count(candidate, "{") < strings.Count(template, "{")) {
			template, op, found = candidate, o, true
		}
	}
	return template, op, found
}

var parameter = regexp.MustCompile(`\{[a-z]+\}`)

// answer fails the test if an API answer is not as the contract says.
func (c *contract) answer(t testing.TB, method, path string, a answer) {
	t.Helper()
	media, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if !strings.HasPrefix(path, "/v1/") || !strings.HasSuffix(media, "json") || media == "application/openapi+json" || len(a.body) == 0 {
		return
	}
	if media == "application/problem+json" {
		c.validate(t, method+" "+path, "#/components/schemas/Problem", a.body)
		return
	}
	template, op, found := c.find(method, path)
	if !found {
		t.Errorf("%s %s: not in the contract", method, path)
		return
	}
	for _, status := range []string{http.StatusText(a.StatusCode), statusKey(a.StatusCode), statusKey(a.StatusCode)[:1] + "XX"} {
		response, ok := op.Responses[status]
		if !ok {
			continue
		}
		if _, ok := response.Content[media]; !ok {
			t.Errorf("%s %s: answer %d of %s is not in the contract", method, template, a.StatusCode, media)
			return
		}
		at := "#/paths/" + strings.ReplaceAll(strings.ReplaceAll(template, "~", "~0"), "/", "~1") + "/" + strings.ToLower(method) +
			"/responses/" + status + "/content/" + strings.ReplaceAll(media, "/", "~1") + "/schema"
		c.validate(t, method+" "+template, at, a.body)
		return
	}
	t.Errorf("%s %s: status %d is not in the contract", method, template, a.StatusCode)
}

func statusKey(status int) string {
	return strings.TrimSpace(string(rune('0'+status/100)) + string(rune('0'+status/10%10)) + string(rune('0'+status%10)))
}

func (c *contract) validate(t testing.TB, what, at string, body []byte) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	schema, err := c.compiler.Compile(contractURL + at)
	if err != nil {
		t.Fatalf("%s: schema %s: %v", what, at, err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: answer is not as the contract says: %v\n%s", what, err, body)
	}
}

func TestContractAndRoutesAreTheSame(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	var declared, documented []string
	for _, r := range apiRoutes() {
		declared = append(declared, r.method+" "+r.pattern)
	}
	for path, methods := range c.paths {
		for method, op := range methods {
			documented = append(documented, strings.ToUpper(method)+" "+path)
			for _, name := range parameter.FindAllString(path, -1) {
				if !slices.ContainsFunc(op.Parameters, func(p struct {
					Name string `json:"name"`
					In   string `json:"in"`
				}) bool {
					return p.In == "path" && "{"+p.Name+"}" == name
				}) {
					t.Errorf("%s %s: parameter %s is not described", method, path, name)
				}
			}
		}
	}
	for _, d := range declared {
		if !slices.Contains(documented, d) {
			t.Errorf("%s is a route but not in openapi.json", d)
		}
	}
	for _, d := range documented {
		if !slices.Contains(declared, d) {
			t.Errorf("%s is in openapi.json but no route", d)
		}
	}
	if n := len(declared); n != len(slices.Compact(slices.Sorted(slices.Values(declared)))) {
		t.Errorf("a route is declared twice among %d", n)
	}
}

func TestEverySchemaOfTheContractCompiles(t *testing.T) {
	t.Parallel()
	c := newContract(t)
	for path, methods := range c.paths {
		for method, op := range methods {
			for status, response := range op.Responses {
				for media, content := range response.Content {
					if len(content.Schema) == 0 {
						continue
					}
					at := contractURL + "#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + method + "/responses/" + status + "/content/" + strings.ReplaceAll(media, "/", "~1") + "/schema"
					if _, err := c.compiler.Compile(at); err != nil {
						t.Errorf("%s %s %s: %v", method, path, status, err)
					}
				}
			}
		}
	}
}
