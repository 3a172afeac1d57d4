# Five images from one file, built by `make image`: web, worker, operator, s3 and clamd.
# Only what podman's and docker's oldest builders in use understand: no heredocs, no COPY --link.

FROM golang:1.26-bookworm AS build
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends gcc g++ libc6-dev libtesseract-dev libleptonica-dev \
	&& rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -o /out/ ./cmd/eakte ./cmd/eakte-web ./cmd/eakte-worker \
	&& CGO_ENABLED=1 go build -trimpath -buildvcs=false -o /out/ ./cmd/eakte-reader

# What every image has: certificates, and a user who is nobody else.
FROM debian:bookworm-slim AS base
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends ca-certificates \
	&& rm -rf /var/lib/apt/lists/* \
	&& useradd --uid 10001 --home-dir /var/lib/eakte --create-home --shell /usr/sbin/nologin eakte
ENV EAKTE_DATA=/var/lib/eakte EAKTE_LOG=json
WORKDIR /var/lib/eakte

FROM base AS web
COPY --from=build /out/eakte-web /usr/local/bin/
ENV EAKTE_LISTEN=0.0.0.0:8080 EAKTE_METRICS_LISTEN=0.0.0.0:9090
USER 10001:10001
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s CMD ["eakte-web", "-healthcheck"]
ENTRYPOINT ["eakte-web"]

# The tools come from the same list as on a machine without containers.
FROM base AS worker
COPY scripts/debian-packages /usr/local/share/eakte/
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends $(sh /usr/local/share/eakte/debian-packages --list run | awk '{ print $2 }') \
	&& rm -rf /var/lib/apt/lists/*
COPY --from=build /out/eakte-worker /out/eakte-reader /usr/local/bin/
ENV OMP_THREAD_LIMIT=1 EAKTE_METRICS_LISTEN=0.0.0.0:9090
USER 10001:10001
EXPOSE 9090
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s CMD ["eakte-worker", "-healthcheck"]
ENTRYPOINT ["eakte-worker"]

# The operator's program, with all that the worker has: what it checks here is what the worker finds.
FROM worker AS operator
COPY --from=build /out/eakte /usr/local/bin/
HEALTHCHECK NONE
ENTRYPOINT ["eakte"]
CMD ["check"]

FROM base AS s3
COPY --from=build /out/eakte /usr/local/bin/
USER 10001:10001
EXPOSE 7070
VOLUME /var/lib/eakte
# bash speaks TCP by itself, so the check needs no further program.
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/7070"]
ENTRYPOINT ["eakte"]
CMD ["s3", "-listen", "0.0.0.0:7070"]

# The virus scanner. The same image runs freshclam, which brings the signatures into a volume both share.
FROM debian:bookworm-slim AS clamd
RUN apt-get update \
	&& apt-get install --yes --no-install-recommends ca-certificates clamav-daemon clamav-freshclam clamdscan \
	&& rm -rf /var/lib/apt/lists/*
COPY scripts/compose/clamd.conf scripts/compose/freshclam.conf /etc/clamav/
USER clamav
EXPOSE 3310
VOLUME /var/lib/clamav
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s CMD ["clamdscan", "--config-file=/etc/clamav/clamd.conf", "--ping=1"]
CMD ["clamd", "--foreground", "--config-file=/etc/clamav/clamd.conf"]
