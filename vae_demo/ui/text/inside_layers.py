"""The words of the section Layers, English and Korean."""

TEXTS = {
    "layers.title": ("Layers", "층"),
    "layers.intro": (
        "Follow the picture through a network. Every layer turns the numbers of the one before into new ones, up to the "
        "code z and back to a picture. In a dense network they become fewer and fewer, then more again; a convolution may "
        "first make more, and a sparse code is wide but mostly zero, or close to it. Red is above zero, blue below, white is "
        "zero.",
        "그림이 신경망을 지나는 길을 따라가 봐요. 층마다 앞 층의 수들을 새로운 수들로 바꾸며 코드 z까지 갔다가 다시 그림으로 "
        "돌아와요. 밀집 신경망에서는 수가 점점 줄었다가 다시 늘어요. 합성곱은 처음에 오히려 늘리기도 하고, 희소 코드는 넓지만 "
        "대부분 0이거나 0에 가까워요. 빨강은 0보다 큰 값, 파랑은 작은 값, 흰색은 0이에요.",
    ),
    "layers.model": ("Model", "모델"),
    "layers.facts": (
        "{name}: the picture's {pixels} numbers become {d} in the middle ({ratio:.1f} to 1). The network has {parameters} "
        "trained parameters.",
        "{name}: 픽셀 값 {pixels}개가 가운데에서 수 {d}개로 바뀌어 지나가요({ratio:.1f} 대 1). 학습한 파라미터는 모두 "
        "{parameters}개예요.",
    ),
    "layers.other": (
        "{n} of them belong to no layer: learned queries and position embeddings.",
        "그중 {n}개는 어느 층에도 들지 않는 학습된 질의와 위치 임베딩이에요.",
    ),
    "layers.parameters": ("{n} parameters", "파라미터 {n}개"),
    "layers.on": ("{share:.0%} of the units are on", "켜진 유닛 {share:.0%}"),
    "layers.first_maps": ("the first {n} of {of} maps", "특징 맵 {of}장 중 처음 {n}장"),
    "layers.alt": (
        "Activations of {name}, {kind}, {shape}: red above zero, blue below",
        "{name}({kind}, {shape})의 활성값. 빨강은 0보다 큰 값, 파랑은 작은 값",
    ),
    "layers.drawing_alt": ("The network as a drawing: {shapes}", "신경망 그림: {shapes}"),
    "layers.slide": ("Slide it sideways: the decoder comes next →", "옆으로 밀면 디코더가 이어져요 →"),
    "layers.drawing_words": (
        "A circle stands for a group of neighbouring units, a square for a feature map; the fuller a circle, the "
        "stronger its units for this picture. The upper line counts the numbers, the lower one the parameters of each step.",
        "원은 이웃한 유닛 한 무리, 네모는 특징 맵이에요. 원이 진할수록 이 그림에서 세게 켜진 유닛이에요. 윗줄은 값의 개수, "
        "아랫줄은 그 단계의 파라미터 개수예요.",
    ),
    "layers.explain_words": (
        r"""
**In one sentence.** An autoencoder is an hourglass for numbers: everything that the picture needs has to get through
the narrow part in the middle.

$${\mathbf{z} = f_\theta(\mathbf{x}) \in \mathbb{R}^m}, \qquad\allowbreak {\hat{\mathbf{x}} = g_\phi(\mathbf{z}) \in \mathbb{R}^n},
\qquad {m < n}$$

A dense layer multiplies by a matrix, adds a bias and cuts off what is below zero; from $a$ to $b$ units it has
$a\,b + b$ parameters:

$$\mathbf{h} = \max(0,\, W \mathbf{x} + \mathbf{b}), \qquad W \in \mathbb{R}^{b \times a}$$

A convolution slides the same small window over the picture, so a $3 \times 3$ one from $c$ to $d$ maps has only
$9\,c\,d + d$, however large the picture is.

**Why is the textbook's picture 6-4-2-4-6?** Because 784 circles do not fit on paper. The shape is the same.

**Why are some units off?** The ReLU sets everything below zero to zero. Each unit answers to its own kind of stroke or
edge, and is off where your picture has none of that kind.

**What does a feature map show?** Where in the picture one filter found what it looks for. Early maps still look like
the picture, late ones do not.
""",
        r"""
**한 문장으로.** 오토인코더는 수가 흐르는 모래시계예요. 그림에 필요한 것은 모두 가운데 좁은 목을 지나가야 해요.

$${\mathbf{z} = f_\theta(\mathbf{x}) \in \mathbb{R}^m}, \qquad\allowbreak {\hat{\mathbf{x}} = g_\phi(\mathbf{z}) \in \mathbb{R}^n},
\qquad {m < n}$$

밀집층은 행렬을 곱하고 편향을 더한 다음 0보다 작은 값을 잘라 내요. 유닛 $a$개에서 $b$개로 가는 층의 파라미터는
$a\,b + b$개예요.

$$\mathbf{h} = \max(0,\, W \mathbf{x} + \mathbf{b}), \qquad W \in \mathbb{R}^{b \times a}$$

합성곱은 똑같은 작은 창을 그림 위에서 밀고 다녀요. 그래서 맵 $c$장에서 $d$장으로 가는 $3 \times 3$ 합성곱은 그림이 아무리
커도 파라미터가 $9\,c\,d + d$개뿐이에요.

**교과서 그림은 왜 6-4-2-4-6인가요?** 원 784개는 종이에 다 들어가지 않으니까요. 모양은 똑같아요.

**왜 꺼진 유닛이 있나요?** ReLU가 0보다 작은 값을 모두 0으로 만들어요. 유닛마다 자기가 찾는 획이나 모서리가 따로 있어서,
지금 그림에 그것이 없으면 꺼져요.

**특징 맵은 무엇을 보여 주나요?** 필터 하나가 찾는 무늬가 그림의 어디에 있는지 보여 줘요. 앞쪽 맵은 아직 그림을 닮았고 뒤쪽
맵은 그렇지 않아요.
""",
    ),
}
