package setup

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environment answers as os.Getenv would.
func environment(set map[string]string) func(string) string {
	return func(name string) string { return set[name] }
}

func TestReadTakesWhatIsSet(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(" from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Read(environment(map[string]string{
		"EAKTE_LIMIT_FILE": "20M", "EAKTE_READERS": "3", "EAKTE_S3_SECRET_KEY_FILE": secret, "EAKTE_S3_LOCK_DAYS": "0",
		"EAKTE_FIXITY_DAYS": "7", "EAKTE_SECOND_DIGEST": "sha512",
		"EAKTE_TRUSTED_PROXIES": "10.1.0.0/16, 192.0.2.1/32", "EAKTE_LISTEN": "127.0.0.1:9",
		"EAKTE_MASTER_KEY": base64.StdEncoding.EncodeToString(make([]byte, KeyBytes)),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Limits.FileBytes != 20<<20 || c.Cores != 3 || string(c.Store.SecretKey) != "from a file" || c.LockDays != 0 ||
		len(c.TrustedProxies) != 2 || len(c.MasterKey) != KeyBytes || c.PublicURL != "http://127.0.0.1:9" ||
		c.FixityRate != 20<<20 || c.FixityDays != 7 || !c.SecondDigest {
		t.Errorf("got limit %d, %d readers, %d lock days, %d proxies, a key of %d bytes, %s, fixity at %d every %d days, second digest %t",
			c.Limits.FileBytes, c.Cores, c.LockDays, len(c.TrustedProxies), len(c.MasterKey), c.PublicURL,
			c.FixityRate, c.FixityDays, c.SecondDigest)
	}
}

func TestReadNamesEveryMistake(t *testing.T) {
	t.Parallel()
	wrong := map[string]string{
		"EAKTE_LIMIT_FILE": "20 MB", "EAKTE_READERS": "-1", "EAKTE_S3_TLS": "perhaps", "EAKTE_MASTER_KEY": "c2hvcnQ=",
		"EAKTE_TRUSTED_PROXIES": "10.1.0.0", "EAKTE_LOG": "xml", "EAKTE_LOG_LEVEL": "loud", "EAKTE_FIXITY_DAYS": "0", "EAKTE_SECOND_DIGEST": "md5", "EAKTE_S3_SECRET_KEY_FILE": "/missing",
	}
	_, err := Read(environment(wrong))
	if err == nil {
		t.Fatal("got no error")
	}
	for name, value := range wrong {
		if !strings.Contains(err.Error(), name+": ") {
			t.Errorf("%s=%s is not named in: %v", name, value, err)
		}
	}
	if strings.Contains(err.Error(), "c2hvcnQ=") {
		t.Errorf("the key is quoted in: %v", err)
	}
}

func TestServingNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	c, err := Read(environment(nil))
	if err != nil {
		t.Fatalf("an empty environment: %v", err)
	}
	err = c.Serving()
	for _, name := range []string{"EAKTE_DATABASE_URL", "EAKTE_S3_ENDPOINT", "EAKTE_S3_ACCESS_KEY", "EAKTE_S3_SECRET_KEY", "EAKTE_MASTER_KEY"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in: %v", name, err)
		}
	}
}

func TestTheTransportKeyIsOfTheMasterKeyAndNotIt(t *testing.T) {
	t.Parallel()
	if _, err := (Config{}).TransportKey(); err == nil {
		t.Error("without a master key: got no error")
	}
	master := bytes.Repeat([]byte{7}, KeyBytes)
	one, err := Config{MasterKey: master}.TransportKey()
	again, _ := Config{MasterKey: master}.TransportKey()
	other, _ := Config{MasterKey: bytes.Repeat([]byte{8}, KeyBytes)}.TransportKey()
	if err != nil || len(one) != 32 || !bytes.Equal(one, again) || bytes.Equal(one, other) || bytes.Equal(one, master) {
		t.Errorf("got %x, %x and, of another master key, %x, %v", one, again, other, err)
	}
}

func TestFoldersOfArchivesAreAbsoluteOrUnset(t *testing.T) {
	t.Parallel()
	c, err := Read(environment(map[string]string{"EAKTE_TRANSFERS": "some/where"}))
	if err != nil || !filepath.IsAbs(c.Transfers) || c.Schemas != "" {
		t.Errorf("got %q and %q, %v", c.Transfers, c.Schemas, err)
	}
}
