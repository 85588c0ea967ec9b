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
        "Activations of {name}, {shape}: red above zero, blue below",
        "{name}({shape})의 활성값. 빨강은 0보다 큰 값, 파랑은 작은 값",
    ),
    "layers.drawing_alt": ("The network as a drawing: {shapes}", "신경망 그림: {shapes}"),
    "layers.slide": ("Slide it sideways: the decoder comes next →", "옆으로 밀면 디코더가 이어져요 →"),
    "layers.drawing_words": (
        "A circle stands for a group of neighbouring units, a square for a feature map; the fuller a circle, the "
        "stronger its units for this picture. The upper line counts the numbers, the lower one the parameters of each step.",
        "원은 이웃한 유닛 한 무리, 네모는 특징 맵이에요. 원이 진할수록 이 그림에서 세게 켜진 유닛이에요. 윗줄은 값의 개수, "
        "아랫줄은 그 단계의 파라미터 개수예요.",
    ),
    "layers.fork_words": (
        "A VAE forks before the code: from one layer come μ and log σ². The dice ε are rolled outside, and z = μ + σ ε. "
        "Why the logarithm? A layer may give any number, and whatever it gives, σ is above 0.",
        "VAE는 코드 앞에서 길이 갈라져요. 한 층에서 μ와 log σ²가 나오고, 주사위 ε은 바깥에서 굴려서 z = μ + σ ε이 돼요. "
        "왜 로그일까요? 층은 어떤 수든 내놓을 수 있는데, 로그로 여기면 무엇이 나와도 σ는 0보다 커요.",
    ),
    "layers.sigma": ("σ from {low:.2f} to {high:.2f}", "σ는 {low:.2f}~{high:.2f}"),
    "layers.eps": ("rolled with N(0, I), not learned", "N(0, I)에서 뽑아요. 학습하지 않아요"),
    "layers.scale": ("σ times", "σ의 배수"),
    "layers.scale_info": (
        "0: the decoder goes on from μ. 1: as trained.",
        "0이면 디코더가 μ에서 이어 그려요. 1은 학습한 그대로",
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

**What is the fork of a VAE?** Two layers read the same numbers: one gives $\mu$, the other $\log \sigma^2$. The code is
$z = \mu + \sigma \odot \epsilon$ with $\sigma = e^{\frac{1}{2} \log \sigma^2}$, and $\epsilon$ comes from dice that
belong to no layer. An exponential is above zero for every number, so nothing has to keep $\sigma$ from turning negative.

**What does the reparameterisation trick change in training?** Training has to know how the loss changes when a weight
does. A sample that is simply drawn gives no answer: it has no slope. Written as $\mu + \sigma \odot \epsilon$ it has one,
$\partial z / \partial \mu = 1$ and $\partial z / \partial \sigma = \epsilon$, and the error reaches the encoder. The decoder comes
after the sample and learns either way. With the cut, the KL term alone is left to teach the encoder, and it never looks
at the picture that comes out.

**Is the step as in training?** The loss and Adam are. Training takes many pictures at once and changes the step size as
it goes; here it is one picture, a fresh Adam, and batch norms keep their averages. Some digit VAEs saw part of their
training pictures in pure black and white; here your picture keeps its greys.

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

**VAE는 왜 갈라지나요?** 두 층이 같은 수들을 읽고, 하나는 $\mu$를, 다른 하나는 $\log \sigma^2$을 내놓아요. 코드는
$z = \mu + \sigma \odot \epsilon$이고 $\sigma = e^{\frac{1}{2} \log \sigma^2}$이에요. $\epsilon$은 어느 층에도 들지 않는
주사위에서 나와요. 지수 함수는 어떤 수를 넣어도 0보다 크니까, $\sigma$가 음수가 될 걱정이 없어요.

**재매개변수화 트릭을 쓰면 학습에서 무엇이 달라지나요?** 학습하려면 가중치를 움직일 때 손실이 얼마나 달라지는지 알아야 해요. 그냥
뽑은 표본은 기울기가 없어서 답을 주지 못해요. $\mu + \sigma \odot \epsilon$으로 쓰면 $\partial z / \partial \mu = 1$,
$\partial z / \partial \sigma = \epsilon$처럼 기울기가 생기고, 오차가 인코더까지 닿아요. 디코더는 표본 뒤에 있으니 어느 쪽이든 배워요.
끊으면 인코더를 가르치는 것은 KL 항뿐인데, KL 항은 완성된 그림을 보지 않아요.

**실제 학습과 똑같은 스텝인가요?** 손실과 Adam은 같아요. 실제로는 그림 여러 장을 한꺼번에 쓰고 스텝의 크기도 바꿔 가요. 여기서는
그림이 한 장뿐이고, Adam도 처음 상태이고, 배치 정규화는 학습 때의 평균을 그대로 써요. 숫자 VAE 가운데에는 학습 그림 일부를
완전한 흑백으로 본 것도 있지만, 여기서는 지금 그림의 회색을 그대로 둬요.

**왜 꺼진 유닛이 있나요?** ReLU가 0보다 작은 값을 모두 0으로 만들어요. 유닛마다 자기가 찾는 획이나 모서리가 따로 있어서,
지금 그림에 그것이 없으면 꺼져요.

**특징 맵은 무엇을 보여 주나요?** 필터 하나가 찾는 무늬가 그림의 어디에 있는지 보여 줘요. 앞쪽 맵은 아직 그림을 닮았고 뒤쪽
맵은 그렇지 않아요.
""",
    ),
}
