package tool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// ErrNoResult says that LibreOffice ended well without writing anything, its way of refusing a document.
var ErrNoResult = errors.New("libreoffice wrote nothing")

// Office converts in to PDF with LibreOffice and returns the file's name: in with the ending .pdf, in the folder out. filter names
// the import filter ("" lets it choose by ending and bytes: give in the ending that belongs to its bytes). Every run has
// its own profile, removed afterwards. A missing LibreOffice is a *Failure for which Missing is true.
func Office(ctx context.Context, dir, in, out, filter string, limits Limits) (string, error) {
	home, err := os.MkdirTemp(dir, "office-")
	if err != nil {
		return "", fmt.Errorf("make profile: %w", err)
	}
	defer os.RemoveAll(home)
	user := filepath.Join(home, "user")
	if err := os.Mkdir(user, 0o700); err != nil {
		return "", fmt.Errorf("make profile: %w", err)
	}
	if err := os.WriteFile(filepath.Join(user, "registrymodifications.xcu"), []byte(profile), 0o600); err != nil {
		return "", fmt.Errorf("make profile: %w", err)
	}
	absolute, err := filepath.Abs(home)
	if err != nil {
		return "", fmt.Errorf("make profile: %w", err)
	}
	args := []string{
		"-env:UserInstallation=file://" + absolute, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
		"--convert-to", "pdf:writer_pdf_Export", "--outdir", out,
	}
	if filter != "" {
		args = append(args, "--infilter="+filter)
	}
	if _, err := Run(ctx, dir, "soffice", append(args, in), limits); err != nil {
		return "", err
	}
	made := filepath.Join(out, strings.TrimSuffix(filepath.Base(in), filepath.Ext(in))+".pdf")
	if info, err := os.Stat(filepath.Join(dir, made)); err != nil || info.Size() == 0 {
		return "", ErrNoResult
	}
	return made, nil
}
