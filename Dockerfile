# Postern on one machine: `docker build -t postern .`, or compose.yaml. docs/containers.md says how it
# is run, and `npm run image` builds and tries it.
ARG NODE=24
ARG DEBIAN=trixie

FROM node:${NODE}-${DEBIAN}-slim AS build
WORKDIR /build
COPY . .
# What npm packs is what the image holds, with the packages that it needs when it runs.
RUN npm ci --no-audit --no-fund \
  && npm pack --ignore-scripts --pack-destination /tmp \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && mkdir /image \
  && tar -xzf /tmp/postern-*.tgz -C /image --strip-components=1 \
  && mv node_modules /image/

# Of Node's image only Node itself comes along: no npm and no compiler.
FROM debian:${DEBIAN}-slim
# The folder has its owner before it becomes a volume, and a new volume takes it over.
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data postern \
  && install -d -o postern -g postern -m 0700 /data \
  && ln -s /opt/postern/dist/bin/postern.js /usr/local/bin/postern
COPY --from=build /usr/local/bin/node /usr/local/bin/
COPY --from=build /image /opt/postern
# As a number: Kubernetes sees that this is not root (runAsNonRoot).
USER 10001:10001
WORKDIR /data
# The last: a quarter less memory under load, for 3 % of the processor time (docs/measurements.md).
ENV NODE_ENV=production POSTERN_HOST=0.0.0.0 POSTERN_DATA=/data \
  NODE_OPTIONS=--max-semi-space-size=8
VOLUME ["/data"]
EXPOSE 8025 1025 1465
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.POSTERN_PORT || 8025}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["postern"]
CMD ["start"]
