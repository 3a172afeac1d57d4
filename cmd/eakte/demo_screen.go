package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/eakte/eakte/efile"
)

// screen shows the way of each file: on a terminal a picture that moves, elsewhere a line for each change.
type screen struct {
	out    io.Writer
	files  []*demoFile
	live   bool
	drawn  bool
	shown  map[*demoFile]string
	began  time.Time
	frames int
}

func newScreen(out io.Writer, files []*demoFile) *screen {
	f, isFile := out.(*os.File)
	live := isFile && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" //nolint:gosec // a descriptor is small
	return &screen{out: out, files: files, live: live, shown: map[*demoFile]string{}, began: time.Now()}
}

// follow draws until stop is closed.
func (s *screen) follow(stop <-chan struct{}) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		s.draw()
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}

// end draws the last state.
func (s *screen) end() {
	s.draw()
	fmt.Fprintln(s.out)
}

func (s *screen) draw() {
	if s.live {
		s.drawPicture()
		return
	}
	for _, f := range s.files {
		doc, _, _, _ := f.state()
		if doc.ID == "" {
			continue
		}
		where := doc.Station
		if !passing(doc.Status) {
			where = strings.TrimSpace(doc.Status + " " + doc.Code)
		}
		if s.shown[f] != where {
			s.shown[f] = where
			fmt.Fprintf(s.out, "%6.1f s  %s  %s\n", time.Since(s.began).Seconds(), shorten(f.name, 36), where)
		}
	}
}

// drawPicture draws one line per file over the lines drawn before.
func (s *screen) drawPicture() {
	var b strings.Builder
	if s.drawn {
		fmt.Fprintf(&b, "\x1b[%dA", len(s.files))
	}
	s.drawn = true
	s.frames++
	for _, f := range s.files {
		doc, seconds, _, _ := f.state()
		fmt.Fprintf(&b, "\x1b[2K  %s %s  %s\n", shorten(f.name, 36), s.bar(doc.Status, doc.Station), s.verdict(doc.Status, doc.Code, seconds))
	}
	_, _ = io.WriteString(s.out, b.String()) // a picture lost is no harm
}

// bar is a dot for each station: full behind, moving at, empty before.
func (s *screen) bar(status, station string) string {
	if status == "" {
		return "\x1b[2m· · · · ·\x1b[0m"
	}
	marks := make([]string, len(efile.Stations()))
	at := slices.Index(efile.Stations(), efile.Station(station))
	if at < 0 {
		at = len(marks)
	}
	for i := range marks {
		switch {
		case status == "filed" || i < at:
			marks[i] = "\x1b[32m●\x1b[0m"
		case i == at && passing(status):
			marks[i] = "\x1b[36m" + string([]rune("◐◓◑◒")[s.frames/2%4]) + "\x1b[0m"
		case i == at:
			marks[i] = "\x1b[33m●\x1b[0m"
		default:
			marks[i] = "\x1b[2m·\x1b[0m"
		}
	}
	return strings.Join(marks, " ")
}

func (s *screen) verdict(status, code string, seconds float64) string {
	switch status {
	case "":
		return ""
	case "filed":
		return fmt.Sprintf("\x1b[32mfiled\x1b[0m %.1f s", seconds)
	case "review":
		return fmt.Sprintf("\x1b[33mreview\x1b[0m %s %.1f s", code, seconds)
	case "rejected":
		return fmt.Sprintf("\x1b[31mrejected\x1b[0m %s %.1f s", code, seconds)
	}
	return ""
}

// table shows the end of each file.
func table(out io.Writer, files []*demoFile) {
	fmt.Fprintf(out, "%s  %s  %s  %s\n", shorten("file", 36), shorten("type (confidence)", 32), shorten("where, or why not", 40), "seconds")
	fmt.Fprintln(out, strings.Repeat("─", 36+2+32+2+40+2+7))
	for _, f := range files {
		doc, seconds, confidence, _ := f.state()
		kind := "–"
		if doc.Type != "" {
			kind = fmt.Sprintf("%s (%.2f)", doc.Type, confidence)
		}
		where := map[string]string{"filed": "case " + f.caseNumber + ", filed", "": "not uploaded"}[doc.Status]
		if where == "" {
			where = doc.Status + ": " + doc.Code
		}
		fmt.Fprintf(out, "%s  %s  %s  %7.1f\n", shorten(f.name, 36), shorten(kind, 32), shorten(where, 40), seconds)
	}
}
