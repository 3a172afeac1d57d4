package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/eakte/eakte/catalogue"
	"github.com/eakte/eakte/efile"
)

// line is a line of a retention table as an office writes it.
type line struct {
	Unit          string   `yaml:"unit"`
	Title         string   `yaml:"title"`
	Procedures    []string `yaml:"procedures"`
	DocumentTypes []string `yaml:"document_types"`
	Years         int      `yaml:"years"`
	Months        int      `yaml:"months"`
	Unlimited     bool     `yaml:"unlimited"`
	EndOfYear     bool     `yaml:"end_of_year"`
	Basis         string   `yaml:"basis"`
	Proposal      string   `yaml:"proposal"` // A, V or B
}

// longestPeriod in years is what nobody means by mistake.
const longestPeriod = 200

// ReadTable reads an office's retention table from YAML, a list of lines with the fields of efile.RetentionRule. Unknown
// fields, procedures and document types are errors, and so is a line that says nothing of how long; all mistakes are named
// at once. docs/user/retention.yaml is an example.
func ReadTable(data []byte, names *catalogue.Catalogue) ([]efile.RetentionRule, error) {
	var lines []line
	if err := strict(data, &lines); err != nil {
		return nil, fmt.Errorf("read retention table: %w", err)
	}
	var rules []efile.RetentionRule
	var wrong []error
	for i, l := range lines {
		for _, err := range l.check(names) {
			wrong = append(wrong, fmt.Errorf("line %d (%s): %w", i+1, l.Unit, err))
		}
		proposal := efile.Decision(l.Proposal)
		if proposal == "" {
			proposal = efile.Undecided
		}
		rules = append(rules, efile.RetentionRule{
			Number: i + 1, Unit: l.Unit, Title: l.Title, Procedures: l.Procedures, DocumentTypes: l.DocumentTypes, Years: l.Years,
			Months: l.Months, Unlimited: l.Unlimited, EndOfYear: l.EndOfYear, Basis: l.Basis, Proposal: proposal,
		})
	}
	if len(rules) == 0 && len(wrong) == 0 {
		return nil, errors.New("read retention table: it has no lines")
	}
	return rules, errors.Join(wrong...)
}

func (l line) check(names *catalogue.Catalogue) (wrong []error) {
	if l.Unit == "" || l.Title == "" {
		wrong = append(wrong, errors.New("unit and title are needed"))
	}
	if l.Basis == "" {
		wrong = append(wrong, errors.New("the basis is needed: why so long"))
	}
	if l.Years < 0 || l.Months < 0 || l.Years > longestPeriod || l.Months > 11 {
		wrong = append(wrong, fmt.Errorf("years from 0 to %d and months from 0 to 11", longestPeriod))
	}
	if l.Unlimited && (l.Years > 0 || l.Months > 0) {
		wrong = append(wrong, errors.New("unlimited and a period"))
	}
	if !slices.Contains([]string{"", "A", "V", "B"}, l.Proposal) {
		wrong = append(wrong, errors.New("the proposal is A, V or B"))
	}
	for _, key := range l.Procedures {
		if _, ok := names.Procedure(key); !ok {
			wrong = append(wrong, fmt.Errorf("no procedure %q", key))
		}
	}
	for _, key := range l.DocumentTypes {
		if _, ok := names.Type(key); !ok {
			wrong = append(wrong, fmt.Errorf("no document type %q", key))
		}
	}
	return wrong
}

// profile is a receiving archive as an operator writes it.
type profile struct {
	Name      string    `yaml:"name"`
	Short     string    `yaml:"short"`
	Prefix    string    `yaml:"prefix"`
	Key       string    `yaml:"key"`
	Version   string    `yaml:"xdomea"` // "none": without messages
	TwoStep   bool      `yaml:"two_step"`
	Originals bool      `yaml:"originals"`
	SizeLimit int64     `yaml:"size_limit_mb"`
	Wrapping  string    `yaml:"wrapping"` // of deliveries: "none" or "bagit"
	Transport transport `yaml:"transport"`
	Sender    struct {
		Name   string `yaml:"name"`
		Short  string `yaml:"short"`
		Prefix string `yaml:"prefix"`
		Key    string `yaml:"key"`
	} `yaml:"sender"`
}

type transport struct {
	Directory string   `yaml:"directory"`
	URL       string   `yaml:"url"`
	User      string   `yaml:"user"`
	Answers   []string `yaml:"answers"`
}

// Versions are the versions of xdomea that an archive may be sent; "none" is an archive without messages.
func Versions() []string { return []string{"3.1.0", "3.0.0", "4.0.0", "none"} }

// ReadArchive reads how an archive wants to receive, from YAML. A WebDAV password is not in it. docs/user/archive.yaml is
// an example, docs/operation.md explains each field.
func ReadArchive(data []byte) (efile.ReceivingArchive, error) {
	var p profile
	if err := strict(data, &p); err != nil {
		return efile.ReceivingArchive{}, fmt.Errorf("read archive: %w", err)
	}
	if p.Version == "" {
		p.Version = Versions()[0]
	}
	var wrong []error
	if p.Name == "" || p.Short == "" || p.Sender.Name == "" || p.Sender.Short == "" {
		wrong = append(wrong, errors.New("name and short are needed, of the archive and of the sender"))
	}
	if !slices.Contains(Versions(), p.Version) {
		wrong = append(wrong, fmt.Errorf("xdomea is one of %v", Versions()))
	}
	if p.Transport.Directory != "" && p.Transport.URL != "" {
		wrong = append(wrong, errors.New("transport is a directory or a url, not both"))
	}
	if p.SizeLimit < 0 {
		wrong = append(wrong, errors.New("size_limit_mb is below zero"))
	}
	if !slices.Contains([]string{"", "none", "bagit"}, p.Wrapping) {
		wrong = append(wrong, errors.New("wrapping is none or bagit"))
	}
	if p.Wrapping == "bagit" && p.Version == "none" {
		wrong = append(wrong, errors.New("wrapping is for deliveries, and an archive without messages gets none"))
	}
	return efile.ReceivingArchive{
		Name: p.Name, Short: p.Short, Prefix: p.Prefix, Key: p.Key, Version: p.Version, TwoStep: p.TwoStep, Originals: p.Originals,
		SizeLimit: p.SizeLimit * 1_000_000, Bag: p.Wrapping == "bagit", Sender: efile.Agency(p.Sender),
		Transport: efile.Transport{Directory: p.Transport.Directory, URL: p.Transport.URL, User: p.Transport.User, Answers: p.Transport.Answers},
	}, errors.Join(wrong...)
}

// strict reads one YAML document without unknown fields.
func strict(data []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}
