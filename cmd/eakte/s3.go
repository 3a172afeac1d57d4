package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/eakte/eakte/cmd/internal/setup"
	"github.com/eakte/eakte/embedded"
)

// serveS3 runs the S3 server alone, as the compose file does. Keys come from EAKTE_S3_ACCESS_KEY and EAKTE_S3_SECRET_KEY.
func serveS3(ctx context.Context, config setup.Config, args []string, out io.Writer) error {
	flags := newFlags("s3")
	listen := flags.String("listen", "127.0.0.1:7070", "address")
	if err := parse(flags, args, 0, 0); err != nil {
		return err
	}
	if config.Store.AccessKey == "" || config.Store.SecretKey == "" {
		return fmt.Errorf("%w: EAKTE_S3_ACCESS_KEY and EAKTE_S3_SECRET_KEY are needed", errUsage)
	}
	server, err := embedded.StartS3(ctx, embedded.S3Config{
		Dir: filepath.Join(config.Data, "s3"), Addr: *listen,
		AccessKey: config.Store.AccessKey, SecretKey: string(config.Store.SecretKey),
	}, config.Log)
	if err != nil {
		return hint(err, config.Data)
	}
	fmt.Fprintf(out, "S3 server on %s\n", *listen)
	select {
	case <-ctx.Done():
	case <-server.Ended():
		err = errors.New("the S3 server has ended")
	}
	return errors.Join(err, server.Stop(context.WithoutCancel(ctx)))
}
