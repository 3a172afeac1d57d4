package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/efile"
	"github.com/eakte/eakte/notify"
	"github.com/eakte/eakte/records"
	"github.com/eakte/eakte/web"
)

// minPassword is the least length of a password: NIST SP 800-63B asks for 15 where it is the only factor.
const minPassword = 15

// addOffice opens an office.
func addOffice(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("office")
	if err := parse(flags, args, 2, 2); err != nil {
		return err
	}
	office := efile.Office{ID: efile.NewID(), Key: flags.Arg(0), Name: flags.Arg(1), Language: "de", Created: time.Now()}
	return withRooms(ctx, config, func(rooms *setup.Rooms) error {
		if err := rooms.Records.CreateOffice(ctx, office); err != nil {
			return fmt.Errorf("open office %s: %w", office.Key, err)
		}
		_, err := fmt.Fprintf(out, "office %s is open: %s/o/%s/\n", office.Key, config.PublicURL, office.Key)
		return err
	})
}

// addUser adds a user of an office.
func addUser(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("user")
	key := flags.String("office", "", "key of the office")
	roles := flags.String("roles", string(efile.Caseworker), "comma-separated: caseworker, archivist, admin, security")
	if err := parse(flags, args, 2, 2); err != nil {
		return err
	}
	user := efile.User{
		ID: efile.NewID(), Login: flags.Arg(0), Name: flags.Arg(1), Language: "de", Created: time.Now(),
	}
	for _, r := range strings.Split(*roles, ",") {
		role := efile.Role(strings.TrimSpace(r))
		if !slices.Contains([]efile.Role{efile.Caseworker, efile.Archivist, efile.Admin, efile.Security}, role) {
			return fmt.Errorf("%w: no role %q", errUsage, role)
		}
		user.Roles = append(user.Roles, role)
	}
	password, err := readPassword(out)
	if err != nil {
		return err
	}
	user.PasswordHash = web.HashPassword(password)
	return inOffice(ctx, config, *key, func(tx *records.Tx) error {
		if err := tx.AddUser(ctx, user); err != nil {
			return fmt.Errorf("add user: %w", err)
		}
		_, err := fmt.Fprintf(out, "user %s added to %s\n", user.Login, *key)
		return err
	})
}

// readPassword asks on a terminal without echo, or reads one line of standard input.
func readPassword(out io.Writer) (string, error) {
	password, err := readSecret(out, fmt.Sprintf("Password (at least %d characters): ", minPassword))
	if err != nil {
		return "", err
	}
	if len([]rune(password)) < minPassword {
		return "", fmt.Errorf("the password is shorter than %d characters", minPassword)
	}
	return password, nil
}

// readSecret asks on a terminal without echo, or reads one line of standard input.
func readSecret(out io.Writer, prompt string) (string, error) {
	if fd := int(os.Stdin.Fd()); term.IsTerminal(fd) { //nolint:gosec // a descriptor is small
		fmt.Fprint(out, prompt)
		typed, err := term.ReadPassword(fd)
		fmt.Fprintln(out)
		if err != nil {
			return "", fmt.Errorf("read password: %w", err)
		}
		return string(typed), nil
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// addToken makes a token for a machine.
func addToken(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("token")
	key := flags.String("office", "", "key of the office")
	scopes := flags.String("scopes", "", "comma-separated: events:read documents:read cases:write requests:write submissions:write admin")
	if err := parse(flags, args, 1, 1); err != nil {
		return err
	}
	token := efile.ServiceToken{ID: efile.NewID(), Name: flags.Arg(0), Created: time.Now()}
	for _, s := range strings.Split(*scopes, ",") {
		scope := efile.Scope(strings.TrimSpace(s))
		if !slices.Contains([]efile.Scope{
			efile.ScopeEventsRead, efile.ScopeDocumentsRead, efile.ScopeCasesWrite, efile.ScopeRequestsWrite, efile.ScopeSubmit, efile.ScopeAdmin,
		}, scope) {
			return fmt.Errorf("%w: no scope %q", errUsage, scope)
		}
		token.Scopes = append(token.Scopes, scope)
	}
	var secret string
	secret, token.Hash = web.NewServiceToken()
	return inOffice(ctx, config, *key, func(tx *records.Tx) error {
		if err := tx.AddServiceToken(ctx, token); err != nil {
			return fmt.Errorf("add token: %w", err)
		}
		_, err := fmt.Fprintf(out, "send it as \"Authorization: Bearer %s.%s\"; it is not shown again\n", *key, secret)
		return err
	})
}

// addCode makes an access code for an applicant.
func addCode(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("code")
	key := flags.String("office", "", "key of the office")
	reference := flags.String("case", "", "reference of the case")
	days := flags.Int("days", 30, "how long it is good for")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	return inOffice(ctx, config, *key, func(tx *records.Tx) error {
		c, err := tx.CaseByReference(ctx, *reference)
		if err != nil {
			return fmt.Errorf("find case: %w", err)
		}
		code, hash := web.NewAccessCode()
		now := time.Now()
		err = tx.AddAccessCode(ctx, efile.AccessCode{
			ID: efile.NewID(), CaseID: c.ID, Hash: hash, Created: now, Expires: now.AddDate(0, 0, *days),
		})
		if err != nil {
			return fmt.Errorf("add access code: %w", err)
		}
		_, err = fmt.Fprintf(out, "%s   good for %d days at %s/o/%s/; it is not shown again\n", code, *days, config.PublicURL, *key)
		return err
	})
}

// addEndpoint registers a webhook of a case system and shows what the consumer needs to verify it.
func addEndpoint(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("endpoint")
	key := flags.String("office", "", "key of the office")
	algorithm := flags.String("algorithm", "v1a", "signature: v1a (Ed25519) or v1 (HMAC)")
	if err := parse(flags, args, 1, 1); err != nil {
		return err
	}
	target, err := url.Parse(flags.Arg(0))
	if err != nil || target.Host == "" {
		return fmt.Errorf("%w: the address is no URL", errUsage)
	}
	if err := notify.CheckDestination(config.WebhookNetworks)(ctx, target); err != nil {
		return fmt.Errorf("this address may not be rung: %w", err)
	}
	signer, err := notify.NewSigner(config.MasterKey)
	if err != nil {
		return fmt.Errorf("derive signing keys: %w", err)
	}
	endpoint := efile.Endpoint{
		ID: efile.NewID(), URL: target.String(), Algorithm: *algorithm, Generation: 1, State: "active", Created: time.Now(),
	}
	return inOffice(ctx, config, *key, func(tx *records.Tx) error {
		if err := tx.AddEndpoint(ctx, endpoint); err != nil {
			return fmt.Errorf("add endpoint: %w", err)
		}
		if endpoint.Algorithm == "v1" {
			_, err := fmt.Fprintf(out, "secret of the endpoint: %s\n", signer.SecretOf(endpoint))
			return err
		}
		_, err := fmt.Fprintf(out, "public key of this installation: %s\n", signer.PublicKey())
		return err
	})
}

// withRooms opens the running installation: the one of the environment, or the one below EAKTE_DATA.
func withRooms(ctx context.Context, config setup.Config, fn func(*setup.Rooms) error) error {
	config, err := running(config)
	if err != nil {
		return err
	}
	rooms, err := setup.Open(ctx, config)
	if err != nil {
		return err
	}
	defer rooms.Close()
	return fn(rooms)
}

// inOffice runs fn as the system in an office.
func inOffice(ctx context.Context, config setup.Config, key string, fn func(*records.Tx) error) error {
	return withOffice(ctx, config, key, func(rooms *setup.Rooms, office efile.Office) error {
		return rooms.Records.In(ctx, efile.SystemIn(office.ID), fn)
	})
}

// withOffice opens the running installation and finds an office in it.
func withOffice(ctx context.Context, config setup.Config, key string, fn func(*setup.Rooms, efile.Office) error) error {
	if key == "" {
		return fmt.Errorf("%w: -office is needed", errUsage)
	}
	return withRooms(ctx, config, func(rooms *setup.Rooms) error {
		office, err := rooms.Records.OfficeByKey(ctx, key)
		if err != nil {
			return fmt.Errorf("find office %s: %w", key, err)
		}
		return fn(rooms, office)
	})
}
