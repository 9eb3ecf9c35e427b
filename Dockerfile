# The newest Node LTS that the Temporal SDK lists as supported. Debian, because the SDK's native code needs glibc.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Dependencies change less often than sources; this layer is kept.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev

FROM ${NODE_IMAGE}
RUN apt-get update \
  && apt-get install --yes --no-install-recommends bubblewrap ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json /app/README.md /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/dist/ghw.cjs /usr/local/bin/ghw \
  && mkdir /data \
  && chown node:node /data
ENV NODE_ENV=production \
  GHW_CONFIG=/etc/gh-worker/config.yaml \
  GHW_CACHE_DIR=/data/cache \
  XDG_DATA_HOME=/data
VOLUME /data
USER node
ENTRYPOINT ["ghw"]
CMD ["worker", "start"]
