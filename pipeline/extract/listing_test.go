package extract

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// What is read quickly must be what a parser of all of YAML reads.
func TestOurListsAreReadQuicklyAndRight(t *testing.T) {
	t.Parallel()
	for name, source := range map[string][]byte{"labels.yaml": labelsYAML, "sentences.yaml": sentencesYAML} {
		p := listing{rest: string(source), named: map[string][]string{}}
		if !p.read() {
			t.Errorf("%s: cannot be read quickly from here: %.80q", name, p.rest)
			continue
		}
		var raw []map[string]yaml.Node
		if err := yaml.Unmarshal(source, &raw); err != nil || len(p.entries) != len(raw) {
			t.Fatalf("%s: got %d entries, want %d, %v", name, len(p.entries), len(raw), err)
		}
		known := []string{"slot", "role", "types", "labels", "pattern", "score"}
		for i, got := range p.entries {
			if len(got) != len(raw[i]) {
				t.Errorf("%s: entry %d: got %d keys, want %d", name, i+1, len(got), len(raw[i]))
			}
			for key, node := range raw[i] {
				if node.Kind == yaml.AliasNode {
					node = *node.Alias
				}
				list := []string{node.Value}
				if node.Kind == yaml.SequenceNode {
					if err := node.Decode(&list); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(list, got[key]); diff != "" || !slices.Contains(known, key) {
					t.Errorf("%s: entry %d: %s: %s", name, i+1, key, diff)
				}
			}
		}
	}
}

func TestAListThatIsNotPlainIsReadAllTheSame(t *testing.T) {
	t.Parallel()
	want := []entry{{"slot": {"a"}, "labels": {"b: c", "d\te"}}}
	for _, source := range []string{
		"- slot: a # whose\n  labels: ['b: c', \"d\\te\"]\n",
		"- slot: a\n  labels:\n  - 'b: c'\n  - \"d\\te\"\n",
		"- {slot: a, labels: ['b: c', \"d\\te\"]}\n",
	} {
		got, err := readListing([]byte(source))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v: %s", source, err, diff)
		}
	}
	for _, source := range []string{"- slot: [", "slot: a", "- slot: {a: b}", "- {slot: a", "- slot: 'a", "- ["} {
		if got, err := readListing([]byte(source)); err == nil {
			t.Errorf("%q: got %v, want an error", source, got)
		}
	}
}
