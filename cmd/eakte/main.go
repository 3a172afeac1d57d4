// Command eakte is the operator's program: it starts everything on one machine, runs the S3 server alone, processes files
// without a server, migrates, checks and verifies an installation, and knows its users.
//
// Each command is one file, named after it. The table below is the story.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/eakte/eakte/cmd/internal/setup"
)

// command is one thing the operator can ask for. It reports mistakes of the command line as errUsage.
type command struct {
	name    string
	args    string
	summary string
	run     func(ctx context.Context, c setup.Config, args []string, out io.Writer) error
}

func commands() []command {
	return []command{
		{"up", "", "start everything on this machine and keep running", up},
		{"demo", "[-exit] [-files DIR]", "start everything, upload real files as a client would, show where they end up", demo},
		{"process", "FILE… [--jsonl] [--out DIR] [--languages de,…]", "run the pipeline on files, without server or database; one line each", process},
		{"s3", "[-listen ADDR]", "run the S3 server alone", serveS3},
		{"migrate", "", "bring the database to this version", migrate},
		{"check", "", "prove that the installation works, one line each", check},
		{"verify", "[-events] [-objects] [-deleted] [-report] [-recheck] [-office KEY] | --chain FILE [--anchor SEQ:HEX]… | --pdfa FILE… [--level 2b|2u] [--json]", "prove that event log and stored objects are as they were written, that nothing is left of what was destroyed, or that files are PDF/A-2", verify},
		{"office", "KEY NAME", "open an office", addOffice},
		{"user", "-office KEY -roles ROLES LOGIN NAME", "add a user of an office; reads the password from the terminal or standard input", addUser},
		{"token", "-office KEY -scopes SCOPES NAME", "make a token for a machine; shown once", addToken},
		{"code", "-office KEY -case REFERENCE [-days N]", "make an access code for an applicant; shown once", addCode},
		{"endpoint", "-office KEY URL", "ring a case system by webhook; shows its key once", addEndpoint},
		{"lessons", "-office KEY [use N | off]", "what corrections taught the classifier, version by version; choose one", lessons},
		{"retention", "-office KEY [FILE]", "the retention table of an office; with a file, replace it", retention},
		{"archive", "-office KEY [FILE [-password-file F]]", "the archives that receive from an office; with a file, add or change one", archives},
		{"close", "-office KEY [-date DAY] REFERENCE…", "put case files to the files (zdA): their retention period begins", closeFiles},
		{"hold", "-office KEY [-reason TEXT | -lift] [REFERENCE]", "keep a case file from leaving the office, or let it go on; list holds", hold},
		{"export", exportUsage, "offer, appraise, deliver and check what is due; export single case files", export},
		{"version", "", "say which version this is", version},
	}
}

var errUsage = errors.New("wrong arguments")

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "eakte:", err)
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func run(args []string, out, errOut io.Writer) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(errOut)
		return nil
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		config, err := setup.Read(os.Getenv)
		if err != nil {
			return fmt.Errorf("configuration: %w", err)
		}
		ctx, stop := setup.UntilStopped()
		defer stop()
		err = c.run(ctx, config, args[1:], out)
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		if errors.Is(err, errUsage) {
			return fmt.Errorf("%w; usage: eakte %s %s", err, c.name, c.args)
		}
		return err
	}
	usage(errOut)
	return fmt.Errorf("%w: no command %q", errUsage, args[0])
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "eakte: document uploads and e-files for immigration offices")
	fmt.Fprintln(w)
	for _, c := range commands() {
		fmt.Fprintf(w, "  eakte %-9s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(w, "\nThe configuration comes from the environment; README.md has the table.")
}

// parse reads a command's flags and wants between least and most arguments behind them.
func parse(flags *flag.FlagSet, args []string, least, most int) error {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if n := flags.NArg(); n < least || n > most {
		return errUsage
	}
	return nil
}

func newFlags(name string) *flag.FlagSet { return flag.NewFlagSet("eakte "+name, flag.ContinueOnError) }
