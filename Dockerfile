# The page on any computer or free CPU host: docker build -t vae_demo . && docker run --rm --shm-size 2g -p 7860:7860 vae_demo
FROM python:3.12-slim

# The CPU build of torch is a tenth of the usual one. Empty: the usual one, for a GPU (docker run --gpus all).
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

RUN useradd --create-home --uid 1000 visitor
WORKDIR /home/visitor/vae_demo
COPY requirements.txt .
RUN pip install --no-cache-dir ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} -r requirements.txt
# Freshly trained weights are readable by their owner alone.
COPY --chown=visitor app.py .
COPY --chown=visitor vae_demo vae_demo
COPY --chown=visitor checkpoints checkpoints

USER visitor
ENV GRADIO_SERVER_NAME=0.0.0.0 HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1
EXPOSE 7860
CMD ["python", "app.py", "--no-browser"]
