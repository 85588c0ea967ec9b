"""The words of the section Training replayed, English and Korean; the browser fills in some of the braces."""

TEXTS = {
    "replay.title": ("Training", "학습 과정"),
    "replay.intro": (
        "Watch four networks learn. Each dot is a test digit, its colour says which of the ten, and all of them were kept at thirty moments from the "
        "first step to the last. Below each map: what the decoder draws at the middle of every digit's dots, and the "
        "terms of the loss.",
        "신경망 네 개가 배우는 모습을 지켜보세요. 점 하나가 테스트 숫자 한 장이고 색은 0~9 가운데 어느 숫자인지를 나타내요. 첫 스텝부터 마지막 스텝까지 서른 순간을 남겨 "
        "두었어요. 지도 아래에는 숫자마다 점들의 한가운데를 디코더가 그린 그림과 손실의 항들이 있어요.",
    ),
    "replay.none": (
        "No recorded training run is here yet. Train one with --record.",
        "아직 기록해 둔 학습 과정이 없어요. --record를 붙여 학습하면 생겨요.",
    ),
    "replay.digits_only": (
        "The runs are of digits: a map of two dimensions holds no face.",
        "2차원 지도에는 얼굴을 다 담을 수 없어서 손글씨 숫자 모델의 학습 과정만 있어요.",
    ),
    "replay.loading": ("Fetching the runs …", "학습 기록을 가져오고 있어요 …"),
    "replay.failed": (
        "The runs could not be loaded. Reload the page to try again.",
        "학습 기록을 불러오지 못했어요. 페이지를 새로 고쳐 다시 시도해 주세요.",
    ),
    "replay.play": ("▶ Play", "▶ 재생"),
    "replay.pause": ("❚❚ Stop", "❚❚ 멈춤"),
    "replay.scrub": ("Moment of the training", "학습의 순간"),
    "replay.moment": ("moment {moment} of {of}", "{of}개 중 {moment}번째 순간"),
    "replay.step": ("step {step} of {of}", "{of}스텝 중 {step}스텝"),
    "replay.ten": (
        "What {name} decodes at the middle of the codes of 0 to 9",
        "0부터 9까지 코드 한가운데를 디코딩한 그림 ({name})",
    ),
    "replay.curve": ("{name} over the moments", "순간마다의 {name}"),
    "replay.term.sse": ("‖x − x̂‖²", "‖x − x̂‖²"),
    "replay.term.nll": ("−log p(x | z)", "−log p(x | z)"),
    "replay.term.kl": ("β KL", "β KL"),
    "replay.term.agreement": ("same digit next door", "이웃이 같은 숫자"),
    "replay.scale": (
        "Moments are evenly spaced in the logarithm of the step: most happens early. The circles are 1, 2 and 3 σ of "
        "N(0, I). Between two moments the dots go straight. The loss is measured on the digits that are shown, a sum "
        "over pixels and a mean over digits.",
        "순간은 스텝 수의 로그로 고르게 나눴어요. 변화는 대부분 초반에 일어나거든요. 원은 N(0, I)의 1, 2, 3σ예요. 두 순간 "
        "사이에서는 점들을 직선으로 옮겼어요. 손실은 지도에 보이는 손글씨로 쟀고, 픽셀끼리는 더하고 그림끼리는 평균했어요.",
    ),
    "replay.another": (
        "{names}: a second run of the same recipe, recorded later. Its end differs a little from the model in the "
        "other tabs.",
        "{names}: 같은 설정으로 나중에 다시 학습하며 기록했어요. 그래서 끝 모습이 다른 탭의 모델과 조금 달라요.",
    ),
    "replay.explain_words": (
        r"""
**In one sentence.** Training is a long series of tiny corrections; at first they pull the crowd apart roughly, later
they only tidy up.

Every step takes a few pictures, computes the loss and moves each parameter a little downhill (Adam,
arXiv 1412.6980):

$${\mathcal{L} = -\,\mathbb{E}_{q(z|x)}\big[\log p(x \mid z)\big]} + {\beta\, \mathrm{KL}\big(q(z \mid x)\,\|\,
\mathcal{N}(0, I)\big)}, \qquad\allowbreak {\theta \leftarrow \theta - \eta\, \nabla_\theta \mathcal{L}}$$

The plain autoencoder has only $\|x - \hat{x}\|^2$; "KL only" has only the second term.

**Why does KL rise while the loss falls?** At the start all codes say the same, which costs no KL and explains nothing.
To draw better the encoder has to tell digits apart, and pays for it in nats.

**What is the peak in the VAEs' KL?** By step 40 they throw all codes far out along a single ray, to one side of 0; over
the next hundred steps the codes gather around 0 again, and the KL falls. The second dimension opens only after some 200
steps, and the KL grows with what the codes say.

**Why does the plain autoencoder's map grow?** Nothing holds it back. More room makes it easier to tell neighbours
apart. The KL term is what keeps the VAE's map within a few $\sigma$.

**Where does "KL only" go?** To a single dot: $\mu = 0$ for every picture is its best answer.

**What is "same digit next door"?** Of all dots the share whose nearest neighbour is the same digit. Nobody told the
networks the digits' names.
""",
        r"""
**한 문장으로.** 학습은 조금씩 고치는 일을 오래 되풀이하는 거예요. 처음에는 뭉친 점들을 크게 떼어 놓고, 나중에는 조금씩
다듬기만 해요.

스텝마다 그림 몇 장을 보고 손실을 계산해서 모든 파라미터를 아주 조금 내리막으로 옮겨요(Adam, arXiv 1412.6980).

$${\mathcal{L} = -\,\mathbb{E}_{q(z|x)}\big[\log p(x \mid z)\big]} + {\beta\, \mathrm{KL}\big(q(z \mid x)\,\|\,
\mathcal{N}(0, I)\big)}, \qquad\allowbreak {\theta \leftarrow \theta - \eta\, \nabla_\theta \mathcal{L}}$$

평범한 오토인코더에는 $\|x - \hat{x}\|^2$만, ‘KL only’에는 둘째 항만 있어요.

**손실은 줄어드는데 KL은 왜 늘어나나요?** 처음에는 모든 코드가 똑같아서 KL은 들지 않지만 설명하는 것도 없어요. 더 잘 그리려면
인코더가 숫자를 구별해야 하고, 그 값을 nat로 치러요.

**VAE의 KL이 뾰족하게 솟는 건 왜인가요?** 40스텝쯤까지 모든 코드를 0의 한쪽으로, 한 줄로 멀리 던져 놓아요. 그 뒤 백 스텝 남짓
동안 0 둘레로 다시 모여들면서 KL이 줄어요. 둘째 차원은 200스텝쯤 지나서야 열리고, 코드가 말하는 것이 많아지면서 KL도 다시
커져요.

**평범한 오토인코더는 왜 지도가 계속 커지나요?** 붙잡아 두는 것이 없으니까요. 자리가 넓을수록 이웃과 구별하기 쉬워요. VAE의
지도가 몇 $\sigma$ 안에 머무는 것은 KL 항 덕분이에요.

**‘KL only’는 어디로 가나요?** 한 점으로요. 어떤 그림이든 $\mu = 0$이 가장 좋은 답이거든요.

**‘이웃이 같은 숫자’는 뭔가요?** 가장 가까운 이웃이 자기와 같은 숫자인 점의 비율이에요. 신경망에게 숫자의 이름을 알려 준 적은
없어요.
""",
    ),
}
