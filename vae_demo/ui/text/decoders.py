"""The words of the section "Another network's decoder" of the tab Reconstruct, English and Korean."""

TEXTS = {
    "decoders.title": ("## Another network's decoder", "## 다른 디코더에 넣어 보기"),
    "decoders.words": (
        "A code is a note in a language that only two speak: an encoder and the decoder it was trained with. Here the code "
        "of each encoder (a row) goes into the decoder of each network (a column) that takes as many numbers.",
        "코드는 둘만 아는 말로 적은 쪽지 같아요. 함께 학습한 인코더와 디코더만 그 말을 알죠. 길이 D가 같은 신경망끼리 코드를 바꿔 넣어 "
        "봤어요. 가로줄마다 한 인코더의 코드를, 세로줄마다 한 디코더가 그린 거예요.",
    ),
    "decoders.corner": ("encoder ↓\ndecoder →", "인코더 ↓\n디코더 →"),
    "decoders.frames": (
        "Full frame: encoder and decoder were trained together. Below each picture: its MSE. Some decoders "
        "draw a clean picture of a stranger's code too, but of something else.",
        "실선 테두리는 함께 학습한 짝이에요. 그림 아래 수는 MSE예요. 남의 코드로도 멀쩡한 그림을 그리는 디코더가 "
        "있지만, 엉뚱한 것을 그려요.",
    ),
    "decoders.kin": (
        "Dashed frame: relatives, since one was trained on from the other, or both from a third. They can understand "
        "each other in part.",
        "점선 테두리는 친척이에요. 한쪽에서 이어서 다른 쪽을 학습했거나 같은 신경망에서 함께 출발해서, 서로의 말을 조금은 알아들을 수 있어요.",
    ),
    "decoders.scale": (
        "For scale: whoever looks at no code and always draws the average of this page's own {n} pictures has {mse:.4f} "
        "here.",
        "견줄 값: 코드를 보지 않고 늘 이 페이지의 그림 {n}장의 평균을 그린다면 MSE가 {mse:.4f}예요.",
    ),
    "decoders.alt": (
        "The code of {encoder}, drawn by the decoder of {decoder}: MSE {mse:.4f}",
        "{encoder}의 코드를 {decoder}의 디코더로 그린 그림, MSE {mse:.4f}",
    ),
    "decoders.none": (
        "The section needs two networks with codes of the same length, and they are not here.",
        "코드 길이가 같은 신경망이 둘은 있어야 하는데, 아직 없어요.",
    ),
}
