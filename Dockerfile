# Two stages: what builds stays behind; the second holds Python, the bot, and no compiler.
FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/crossroads
COPY requirements-build.txt requirements.txt ./
# Wheels alone, each held against its hash: nothing is compiled, nothing runs at installation.
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
# The first start validates the content and caches it, which the bot's own user couldn't.
RUN /opt/crossroads/bin/crossroads ask help > /dev/null

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Crossroads" \
      org.opencontainers.image.description="Answers: AI Engineer or ML Engineer?" \
      org.opencontainers.image.licenses="MIT"
# The number is fixed, so that a volume's files stay readable when the image is built anew.
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
