# Two stages: the build tools stay in the first. The second has Python and the bot, but no compiler.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/crossroads
COPY requirements-build.txt requirements.txt ./
# Only wheels are installed, each checked against its hash: nothing is compiled or run.
RUN python -m pip --python /opt/crossroads/bin/python install \
        --require-hashes --only-binary :all: -r requirements.txt \
    && python -m pip install --require-hashes --only-binary :all: -r requirements-build.txt
COPY pyproject.toml README.md LICENSE ./
COPY adapters adapters
COPY bot bot
COPY content content
COPY storage storage
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m pip --python /opt/crossroads/bin/python install --no-deps --no-index /wheels/*.whl
# The first start validates and caches the content. The bot's own user couldn't write that cache.
RUN /opt/crossroads/bin/crossroads ask help > /dev/null

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Crossroads" \
      org.opencontainers.image.description="A Discord and Slack bot that compares AI Engineers and ML Engineers" \
      org.opencontainers.image.licenses="MIT"
# The id is fixed so that a volume's files stay readable when the image is rebuilt.
RUN groupadd --gid 10001 crossroads \
    && useradd --uid 10001 --gid crossroads --no-create-home --home-dir /data crossroads \
    && install -d -o crossroads -g crossroads -m 700 /data
COPY --from=build /opt/crossroads /opt/crossroads
ENV PATH=/opt/crossroads/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CROSSROADS_DATA_DIR=/data \
    CROSSROADS_HTTP_PORT=3000 \
    CROSSROADS_LOG_FORMAT=json
USER 10001:10001
WORKDIR /
ENTRYPOINT ["crossroads"]
CMD ["run"]
