package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// ErrDestination means that an address may not be rung.
var ErrDestination = errors.New("this destination is not allowed")

// guard decides about addresses. Whoever may set an endpoint's URL must not be able to make us knock at doors that only
// we can reach.
type guard struct {
	networks   []netip.Prefix // the operator's exceptions
	onlyListed bool           // nothing but the exceptions
}

// inner are the networks that are not the public internet.
var inner = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("224.0.0.0/3"), // multicast, reserved, broadcast
	netip.MustParsePrefix("::/96"),       // unspecified, loopback, IPv4 in disguise
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("fc00::/7"), netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("ff00::/8"),
}

func (g guard) check(address netip.Addr) error {
	address = address.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(address) }
	if slices.ContainsFunc(g.networks, holds) {
		return nil
	}
	if g.onlyListed || slices.ContainsFunc(inner, holds) {
		return fmt.Errorf("%s: %w", address, ErrDestination)
	}
	return nil
}

// dialer checks the very address of each connection, after the name was resolved: a name that resolves to something else
// a moment later gains nothing.
func (g guard) dialer() *net.Dialer {
	return &net.Dialer{Timeout: ringLimit, KeepAlive: -time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		target, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%s: %w", address, ErrDestination)
		}
		return g.check(target.Addr())
	}}
}

// checkAddress looks at the form of an endpoint's URL.
func checkAddress(target *url.URL) error {
	switch {
	case target.Scheme != "https" && target.Scheme != "http":
		return fmt.Errorf("scheme %q: %w", target.Scheme, ErrDestination)
	case target.Hostname() == "":
		return fmt.Errorf("no host: %w", ErrDestination)
	case target.User != nil:
		return fmt.Errorf("user name in the address: %w", ErrDestination)
	}
	return nil
}

// CheckDestination returns the check of an endpoint's URL when it is set: its form, and every address its name has now.
// HTTP without TLS is for the listed networks only. Private, loopback and link-local addresses are ErrDestination unless
// networks lists them; a name that cannot be resolved is another error. Ringer checks again at every attempt.
func CheckDestination(networks []netip.Prefix) func(context.Context, *url.URL) error {
	return func(ctx context.Context, target *url.URL) error {
		if err := checkAddress(target); err != nil {
			return err
		}
		addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", target.Hostname())
		if err != nil {
			return fmt.Errorf("resolve destination: %w", err)
		}
		g := guard{networks: networks, onlyListed: target.Scheme == "http"}
		for _, address := range addresses {
			if err := g.check(address); err != nil {
				return err
			}
		}
		return nil
	}
}
