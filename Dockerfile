# One static binary, run as nobody, on an empty file system.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && go mod verify
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -tags timetzdata \
      -ldflags "-s -w -X main.version=$VERSION" \
      -o /out/visnyk ./cmd/visnyk
RUN mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/visnyk /visnyk
# The SQLite file lives here; with VISNYK_DATABASE_URL=postgres://… nothing does.
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV VISNYK_DATABASE_URL=sqlite:/data/visnyk.db
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["/visnyk"]
CMD ["serve"]
