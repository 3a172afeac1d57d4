package testenv

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// eicarSignature finds EICAR, the harmless test virus, anywhere in a file: its first 31 bytes, as a clamd database line.
const eicarSignature = "Eicar-Test:0:*:58354f2150254041505b345c505a58353428505e29374343\n"

// Clamd starts a real virus scanner that knows one signature and takes streams of up to 1 MiB, and returns the path of
// its socket.
func Clamd(t testing.TB) string {
	t.Helper()
	program, err := exec.LookPath("clamd")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/clamd"); err != nil {
			t.Fatal("clamd is missing; install the Debian package clamav-daemon")
		}
	}
	dir, err := os.MkdirTemp("", "clamd") // short: a socket's path is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	lines := []string{"Foreground yes", "LocalSocket " + socket, "DatabaseDirectory " + dir, "StreamMaxLength 1M"}
	if os.Getuid() == 0 {
		lines = append(lines, "User root")
	}
	for name, text := range map[string]string{"test.ndb": eicarSignature, "clamd.conf": strings.Join(lines, "\n") + "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, "--config-file="+filepath.Join(dir, "clamd.conf"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for {
		if conn, err := net.Dial("unix", socket); err == nil {
			_ = conn.Close()
			return socket
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("clamd did not answer: %s", out.String())
		}
	}
}
