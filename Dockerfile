# The image of the step in action.yml: one static program, the certificate
# authorities and an empty folder for temporary files. Nothing else is in it,
# no shell and no package manager.
FROM docker.io/library/golang:1.26.8-bookworm@sha256:a688600ca24f8a4d3ca77f95b0dd40704a9fc787c826660eb7ba0b641b8b175d AS build
# Where the module needs a later patch release than this image holds, the go
# command fetches it, verified by the checksum database as every module is.
ENV GOTOOLCHAIN=auto
WORKDIR /src
COPY go.mod go.sum ./
COPY cmd cmd
COPY internal internal
# The build fetches what it needs itself; go mod download would also fetch
# modules that no package of ours needs.
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/tidewaiter ./cmd/tidewaiter \
 && mkdir -m 1777 /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/tmp /tmp
COPY --from=build /out/tidewaiter /tidewaiter
# GitHub mounts a workspace that belongs to another user (uid 1001) and the files
# for outputs and summary beside it, and gives a step no way to choose its user:
# only root can write them. The program hands what it writes to the workspace's
# owner, and runs nothing of the repository.
# tidewaiter:ignore root-user until=2027-11-01 reason="a GitHub step can write its workspace and outputs only as root"
USER 0:0
ENTRYPOINT ["/tidewaiter"]
CMD ["action"]
