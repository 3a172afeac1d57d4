package tool

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// profile switches off in LibreOffice what a document could ask for: macros, links to the network, updates. The fence
// around the reader forbids the network a second time.
const profile = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseLocking" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop></item>
</oor:items>
`

// ErrNoResult says that LibreOffice did not take a document.
var ErrNoResult = errors.New("libreoffice does not take the document")

const officeName = "libreoffice"

// Office converts in to the PDF out with LibreOffice, which goes by in's ending: give it the one that belongs to its bytes.
// Every run has its own profile, removed afterwards. A missing LibreOffice is a *Failure for which Missing is true.
//
// On a busy machine about one run in fifty fails before or while the document is opened, each time in another way, and the
// next one succeeds. So a failure is believed only when it comes again; running out of time or memory is believed at once.
func Office(ctx context.Context, dir, in, out string, limits Limits) error {
	program, err := officeProgram()
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		err := officeOnce(ctx, dir, program, in, out, limits)
		if err == nil || attempt == officeRuns || Missing(err) || Exhausted(err) && !aborted(err) || ctx.Err() != nil {
			return err
		}
	}
}

// aborted reports whether a program ended itself, which LibreOffice does for many reasons.
func aborted(err error) bool {
	f, ok := errors.AsType[*Failure](err)
	return ok && f.Signal == syscall.SIGABRT
}

// officeRuns is how often LibreOffice is tried with one document.
const officeRuns = 3

func officeOnce(ctx context.Context, dir, program, in, out string, limits Limits) error {
	home, err := officeProfile(dir)
	if err != nil {
		return fmt.Errorf("make profile: %w", err)
	}
	defer os.RemoveAll(home)
	args := []string{childOffice, program}
	for _, path := range []string{home, filepath.Join(dir, in), filepath.Join(dir, out)} {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return fmt.Errorf("find document: %w", err)
		}
		args = append(args, (&url.URL{Scheme: "file", Path: absolute}).String())
	}
	_, err = self(ctx, dir, officeName, args, limits)
	switch Exit(err) {
	case exitRefused:
		return ErrNoResult
	case exitNoOffice:
		return &Failure{Tool: officeName, Exit: -1, Missing: true}
	}
	if err != nil {
		return err
	}
	if info, err := os.Stat(filepath.Join(dir, out)); err != nil || info.Size() == 0 {
		return ErrNoResult
	}
	return nil
}

// officeProgram is the folder that LibreOffice's libraries are in.
func officeProgram() (string, error) {
	path, err := exec.LookPath("soffice")
	if err != nil {
		return "", &Failure{Tool: officeName, Exit: -1, Missing: true}
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", fmt.Errorf("find libreoffice: %w", err)
	}
	return filepath.Dir(path), nil
}

// officeProfile makes a profile below dir.
func officeProfile(dir string) (string, error) {
	home, err := os.MkdirTemp(dir, "office-")
	if err != nil {
		return "", err
	}
	user := filepath.Join(home, "user")
	if err := os.Mkdir(user, 0o700); err != nil {
		return "", err
	}
	return home, os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(profile), 0o600)
}
