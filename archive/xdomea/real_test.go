package xdomea_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eakte/eakte/archive/xdomea"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/internal/corpus"
)

func TestRealMessagesAreRead(t *testing.T) {
	t.Parallel()
	root := corpus.Extern(t, "standards/xdomea/examples")
	got := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".xml" && filepath.Ext(name) != ".zip" {
			return err
		}
		folder, _ := filepath.Rel(root, filepath.Dir(name))
		for _, message := range messages(t, name) {
			got[folder] = append(got[folder], summary(t, message))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"3.0.0-nrw": {"3.0.0 0503 [Abgebende Stelle]->Landesarchiv NRW: 0 files, 1 matters, 1+0 documents, 1 primary"},
		// Two of the patterns bear the code of another message.
		"3.0.0-thueringen-patterns": {
			"3.0.0 0501 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName: 1 files, 1 matters, 1+0 documents, 0 primary",
			"3.0.0 0504 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName: message_type_differs",
			"3.0.0 0503 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName: 0 files, 0 matters, 1+0 documents, 1 primary",
			"3.0.0 0502 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName: message_type_differs 1/1 good",
		},
		"3.0.0-thueringen-xman": {
			"3.0.0 0501 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName: 3 files, 5 matters, 5+0 documents, 0 primary",
			"3.0.0 0503 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName: 2 files, 3 matters, 3+0 documents, 3 primary",
			"3.0.0 0505 AbsXdomeaInstitutionName->EmpXdomeaInstitutionName:",
		},
		"4.0.0-nrw": {"4.0.0 0503 [Abgebende Stelle]->Landesarchiv NRW: 1 files, 1 matters, 1+0 documents, 1 primary"},
		"replies-from-xman/3.0.0": {
			"3.0.0 0504 Testarchiv->AbsXdomeaInstitutionName:",
			"3.0.0 0507 Testarchiv->AbsXdomeaInstitutionName:",
			"3.0.0 0506 Testarchiv->AbsXdomeaInstitutionName: 8/8 good",
			"3.0.0 0502 Testarchiv->AbsXdomeaInstitutionName: 5/8 good",
		},
		"replies-from-xman/3.1.0": {
			"3.1.0 0501 ABH Musterstadt->Landesarchiv: 2 files, 2 matters, 2+0 documents, 0 primary",
			"3.1.0 0504 Testarchiv->ABH Musterstadt:",
			"3.1.0 0507 Testarchiv->ABH Musterstadt:",
			"3.1.0 0502 Testarchiv->ABH Musterstadt: 2/4 good",
			"3.1.0 0506 Testarchiv->ABH Musterstadt: 3/3 good",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// summary says what was read of a message.
func summary(t *testing.T, message []byte) string {
	t.Helper()
	var count struct{ files, matters, documents, attachments, primary int }
	var add func(xdomea.Record)
	add = func(r xdomea.Record) {
		switch r.Kind {
		case xdomea.KindFile:
			count.files++
		case xdomea.KindMatter:
			count.matters++
		case xdomea.KindDocument:
			count.documents++
		case xdomea.KindAttachment:
			count.attachments++
		}
		count.primary += len(r.Files)
		for _, below := range r.Records {
			add(below)
		}
	}
	m, err := xdomea.Read(bytes.NewReader(message), xdomea.Limits{}, func(r xdomea.Record) error {
		add(r)
		return nil
	})
	s := fmt.Sprintf("%s %s %s->%s:", m.Version, m.Type, m.Sender.Name, m.Receiver.Name)
	if got, ok := errors.AsType[*xdomea.Error](err); ok {
		s += " " + string(got.Code)
	} else if err != nil || m.Process.IsZero() || m.Created.IsZero() {
		t.Errorf("%s %v", s, err)
	}
	if len(m.Decisions)+len(m.Results) > 0 {
		kept := 0
		for _, d := range m.Decisions {
			if d.Decision == efile.Keep {
				kept++
			}
		}
		for _, r := range m.Results {
			if r.Success {
				kept++
			}
		}
		s += fmt.Sprintf(" %d/%d good", kept, len(m.Decisions)+len(m.Results))
	}
	if count.files+count.matters+count.documents > 0 {
		s += fmt.Sprintf(" %d files, %d matters, %d+%d documents, %d primary", count.files, count.matters, count.documents, count.attachments, count.primary)
	}
	return s
}

func size(r xdomea.Record) int {
	n := 1
	for _, below := range r.Records {
		n += size(below)
	}
	return n
}

// messages returns the message in a file, or those in a container.
func messages(t *testing.T, name string) [][]byte {
	t.Helper()
	if filepath.Ext(name) == ".xml" {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return [][]byte{b}
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all [][]byte
	for _, f := range z.File {
		if filepath.Ext(f.Name) != ".xml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	if len(all) == 0 {
		t.Errorf("%s holds no message", name)
	}
	return all
}
