# syntax=docker/dockerfile:1
# One image for the worker, the API and the one-shot `prepare`: the command says which.
#   docker build --tag tierline .
#   docker run tierline worker
# Not built where this was written, which has no container engine: tests/unit/test_compose.py says what is checked.

FROM python:3.11.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never
RUN pip install --disable-pip-version-check uv==0.13.9
WORKDIR /app
# The dependencies first, and alone: they change less often than the code.
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --extra otel --no-install-project
COPY worker.py ./
COPY escalation ./escalation
COPY workflows ./workflows
COPY activities ./activities
COPY stores ./stores
COPY channels ./channels
COPY api ./api
COPY policies ./policies
COPY tierline ./tierline
RUN uv sync --frozen --no-dev --extra otel --no-editable

FROM python:3.11.13-slim-bookworm
RUN groupadd --system --gid 10001 tierline \
    && useradd --system --uid 10001 --gid tierline --no-create-home --shell /usr/sbin/nologin tierline \
    && install --directory --owner tierline --group tierline --mode 0700 /var/lib/tierline
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TIERLINE_STATE=/var/lib/tierline \
    TIERLINE_LOG_FORMAT=json
WORKDIR /var/lib/tierline
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["tierline"]
CMD ["api", "--host", "0.0.0.0"]
