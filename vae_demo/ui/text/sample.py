"""The words of the tab Sample, English and Korean."""

TEXTS = {
    "sample.title": ("Sample", "샘플링"),
    "sample.intro": (
        "Every picture here is **new**: a random code goes into the decoder, no picture goes in. Variants with codes "
        "of the same length D get the same roll of the dice.",
        "여기 나오는 그림은 모두 **새로 만든 것**이에요. 그림은 넣지 않고, 무작위로 뽑은 코드만 디코더에 넣었어요. "
        "코드 길이 D가 같은 모델은 똑같은 난수를 받아요.",
    ),
    "sample.prior": ("Where the random code comes from", "무작위 코드를 어디서 뽑을까요?"),
    "sample.prior_info": (
        "From top to bottom it knows more about the codes of real pictures.",
        "아래로 갈수록 진짜 그림의 코드를 더 잘 알아요.",
    ),
    "sample.priors_words": (
        "**N(0, I)**, the standard normal distribution, plain dice: VAEs draw digits and faces, the others mostly "
        "scraps or noise.\n\n"
        "**Gaussian** (multivariate normal), dice that fall as the training codes lie (their mean and covariance): "
        "plain AEs draw far better, sparse and VQ models still a blur.\n\n"
        "**Mixture**, several small clouds in place of a large one (fitted by EM): faces a little better again.\n\n"
        "**Code prior**, a second network that lays one code of a VQ model after the other: sharp digits and faces, but "
        "only VQ models have it.",
        "**N(0, I)**(다변량 표준정규분포), 그냥 주사위: VAE는 숫자와 얼굴을 그리지만, 다른 모델에서는 대개 조각이나 잡음(노이즈)만 나와요.\n\n"
        "**가우시안**(다변량 정규분포), 학습 코드가 퍼진 모양대로(평균과 공분산) 구르는 주사위: 평범한 AE의 그림이 훨씬 나아지고, 희소 모델과 VQ 모델은 "
        "여전히 뭉개져요.\n\n"
        "**가우시안 혼합**, 큰 구름 하나 대신 작은 구름 여럿(EM으로 맞춤): 얼굴이 조금 더 나아져요.\n\n"
        "**코드 사전분포**, VQ 모델의 코드를 하나씩 이어 놓는 두 번째 신경망: 또렷한 숫자와 얼굴이 나오지만 VQ 모델에만 있어요.",
    ),
    "sample.normal": ("N(0, I)", "N(0, I)"),
    "sample.gaussian": ("Gaussian fitted to the codes", "코드에 맞춘 가우시안"),
    "sample.mixture": ("Mixture of Gaussians", "가우시안 혼합"),
    "sample.codes": ("Learned code prior (VQ)", "학습한 코드 사전분포 (VQ)"),
    "sample.n": ("Pictures of each variant", "모델마다 몇 장?"),
    "sample.temperature": ("Temperature", "온도"),
    "sample.temperature_info": (
        "0: only the middle (of the hill, or of one of the mixture's hills), or the likeliest code. 1: as the prior says. More: bolder and stranger.",
        "0이면 분포의 한가운데(혼합은 그중 하나의 한가운데)나 가장 그럴듯한 코드만, 1이면 분포 그대로, 더 높이면 과감하고 낯설어져요.",
    ),
    "sample.top_k": ("Codes to choose from (top-k)", "후보로 남길 코드 (top-k)"),
    "sample.top_k_info": (
        "At each place only the k likeliest codes stay in the draw. Fewer: safer and plainer.",
        "자리마다 가장 그럴듯한 코드 k개만 후보로 남겨요. 적을수록 안전하고 밋밋해져요.",
    ),
    "sample.all_codes": ("all", "전부"),
    "sample.none": (
        "No {dataset} model here has this prior yet. Choose another one.",
        "이 방식으로 뽑을 수 있는 {dataset} 모델이 아직 없어요. 다른 것을 골라 주세요.",
    ),
    "sample.new": ("Are they really new?", "정말 새로 만든 그림일까요?"),
    "sample.new_words": (
        "For 500 samples we looked for the nearest of all training pictures; this is its mean squared error, on average. "
        "Had a model learned pictures by heart, its samples would lie as near as its reconstructions of what it was "
        "trained on. A reconstruction draws again what was there; generation makes what was not.",
        "뽑은 그림 500장마다 학습 그림 전부를 뒤져 가장 가까운 것을 찾고, 그 평균 제곱 오차(MSE)를 평균했어요. 그림을 외운 모델이라면, 뽑은 "
        "그림도 학습한 그림을 복원한 것만큼 가까이 있겠죠. 복원은 있던 그림을 다시 그리는 일이고, 생성은 없던 그림을 만드는 일이에요.",
    ),
    "sample.drawn": ("samples", "뽑은 그림"),
    "sample.unseen": ("real, never seen in training", "학습에 없던 진짜 그림"),
    "sample.rebuilt": ("reconstructions of training pictures", "학습 그림을 복원한 것"),
    "sample.new_caution": (
        "Measured once, with the prior each was made for: N(0, I), or a VQ model's code prior. A blurred picture is near "
        "to many, so a short bar alone proves nothing: hold the three against each other.",
        "모델마다 본래의 사전분포(N(0, I), VQ 모델은 코드 사전분포)로 뽑아 한 번 잰 값이에요. 흐릿한 그림은 어느 그림과도 가까운 편이니, "
        "막대 하나만 보지 말고 셋을 견줘 보세요.",
    ),
    "sample.cold": (
        "At temperature 0 every draw is the same, whatever the dice say.",
        "온도가 0이면 주사위를 굴려도 늘 같은 그림이에요.",
    ),
    "sample.left_out": (
        "Not shown, since they do not have this prior: {names}.",
        "이 방식으로 뽑을 수 없는 모델은 뺐어요: {names}.",
    ),
    "sample.alt": (
        "{n} samples of {name}, seed {seed}; the arrow keys choose one",
        "{name} 샘플 {n}장, 시드 {seed}. 방향키로 하나를 골라요",
    ),
    "sample.why": (
        "## Why is one picture a face or a digit, and the next one noise?",
        "## 어떤 건 그럴듯한데 왜 어떤 건 엉망일까요?",
    ),
    "sample.why_words": (
        "The **grey hill** is N(0, 1), which is what the dice roll. The **coloured hill** is where the codes of real "
        "training pictures lie (for a VAE, their means μ). A decoder has only seen the coloured hill, a VAE's also the "
        "cloud of width σ around each code; anywhere else it guesses. Hills that match are not quite enough, since the "
        "numbers of a code also depend on one another; the bars show that, as the spread of the codes along each of their "
        "own axes (the dice: 1 everywhere, dashed).",
        "**회색 언덕**은 주사위를 굴려 나오는 N(0, 1)이고, **색칠한 언덕**은 실제 학습 그림의 코드(VAE라면 평균 μ)가 놓인 "
        "자리예요. 디코더는 색칠한 언덕만, VAE의 디코더는 코드마다 σ만큼 퍼진 구름까지 보고 배웠어요. 그 밖에서는 아무렇게나 "
        "찍을 수밖에 없죠. 언덕이 겹친다고 다 되는 것도 아니에요. 코드의 수들은 서로 얽혀 있거든요. 막대는 코드가 자기 "
        "축을 따라 얼마나 퍼져 있는지를 보여 줘요. 주사위라면 어느 축에서나 1이에요(점선).",
    ),
    "sample.spread": (
        "A real code lies {radius:.1f} from 0 (N(0,\u00a0I): {expected:.1f}); spread {low:.2f} to {high:.2f}.",
        "실제 코드는 0에서 {radius:.1f}만큼 떨어져 있어요(N(0,\u00a0I)라면 {expected:.1f}). 퍼진 정도는 "
        "{low:.2f}~{high:.2f}.",
    ),
    "sample.spread_alt": (
        "{name}: density of the numbers in its codes over that of N(0, 1). {words}",
        "{name}: 코드 값의 분포를 N(0, 1) 위에 겹친 그림. {words}",
    ),
    "sample.axes_alt": (
        "{name}: spread of the codes along {n} axes, from {high:.2f} down to {low:.2f}",
        "{name}: 축 {n}개를 따라 코드가 퍼진 정도, {high:.2f}에서 {low:.2f}까지",
    ),
    "sample.inside": ("Open one sample: its code and its neighbours", "샘플 하나 들여다보기: 코드와 이웃"),
    "sample.variant": ("Variant", "모델"),
    "sample.which": ("Which sample", "몇 번째 샘플?"),
    "sample.code": (
        "z of sample {k}: {d} numbers, distance {norm:.1f} from 0",
        "{k}번 샘플의 z: 수 {d}개, 0에서의 거리 {norm:.1f}",
    ),
    "sample.code_part": (
        "z of sample {k}: the first {shown} of {d} numbers, distance {norm:.1f} from 0",
        "{k}번 샘플의 z: 수 {d}개 중 앞의 {shown}개, 0에서의 거리 {norm:.1f}",
    ),
    "sample.neighbours": (
        "In the middle the sample; around it eight neighbours: half a standard deviation of noise added to each number",
        "가운데가 이 샘플이고 둘레는 이웃 여덟이에요. 코드의 값마다 표준편차의 절반만큼 잡음을 더했어요",
    ),
    "sample.picture": ("Sample {k} of {name}", "{name}의 {k}번 샘플"),
    "sample.film": ("Watch a picture being drawn, code by code", "코드 하나하나로 그림이 그려지는 과정 보기"),
    "sample.film_words": (
        "The code prior is a small transformer: it reads the codes so far and rolls the dice for the next one, row by "
        "row. Places without a code yet show the average code. In VQ-VAE-2 the coarse level comes first.",
        "코드 사전분포는 작은 트랜스포머예요. 지금까지 나온 코드를 읽고 다음 코드를 한 칸씩 뽑아요. 아직 뽑지 않은 "
        "칸에는 "
        "평균 코드를 넣었어요. VQ-VAE-2는 거친 층부터 그려요.",
    ),
    "sample.film_button": ("Draw it", "그려 보기"),
    "sample.film_none": (
        "No VQ model with a trained code prior is here for this data set.",
        "이 데이터에는 코드 사전분포를 학습한 VQ 모델이 없어요.",
    ),
    "sample.film_frame": ("{name}: {share:.0%} of the codes drawn", "{name}: 코드의 {share:.0%}를 뽑은 모습"),
    "sample.explain_words": (
        r"""
**In one sentence.** A plain autoencoder only knows the addresses of the pictures it has seen; roll dice for an
address and you land in a field where nobody lives. A VAE was trained so that the whole town around 0 is inhabited.

$$z \sim p(z) = \mathcal{N}(0, I), \qquad x \sim p_\theta(x \mid z)$$

That makes it a generative model. A VAE (variational autoencoder) is trained to raise the evidence lower bound (ELBO;
arXiv 1312.6114; with $\beta \neq 1$ a beta-VAE):

$$\mathcal{L} = \mathbb{E}_{q_\phi(z \mid x)}\big[\log p_\theta(x \mid z)\big]
 - \beta\, D_{KL}\big(q_\phi(z \mid x)\,\|\,p(z)\big)$$

The first term is the reconstruction: for digits minus the binary cross-entropy (BCE), for faces minus the squared error
divided by $2 \sigma_x^2$. The second is the KL divergence.

**My reconstructions are good and my samples are noise. Is that normal?** For an autoencoder without a KL term, yes.
Nothing told its codes to look like $\mathcal{N}(0, I)$, so a draw from it is no code of anything. Draw from where the
codes really are (the fitted Gaussian, the mixture) and the same decoder does much better.

**What does the KL term do?** It charges the encoder for every bit by which its $q_\phi(z \mid x)$ differs from
$\mathcal{N}(0, I)$. So the codes gather around 0, overlap, and leave no large holes. Dimensions that are not worth
their price go back to $\mathcal{N}(0, 1)$ altogether. Their mean code is then 0 for every picture: the short bars.

**Why are the bars of a VAE not all at 1?** The chart shows the means $\mu$. The spread that the KL term speaks of is
that of $z = \mu + \sigma \epsilon$: the variance of $\mu$ plus $\sigma^2$, which together come close to 1.

**Why is it blurry?** Where several pictures fit one code, the one with the least expected squared error is their
average, and averages have soft edges. A VAE's codes overlap, so it averages more.

**Where is this used today?** In latent diffusion, such as Stable Diffusion: an autoencoder is trained first, and then a
diffusion model learns to draw its codes, in the latent space in place of pixels (Rombach et al. 2022, arXiv
2112.10752). The decoder makes the picture of them, as here.

**What is temperature?** It multiplies the spread of the draw; for $\mathcal{N}(0, I)$, $z = T \epsilon$. For the code
prior it divides the logits (the scores before the softmax), so that low temperatures take the likeliest code.
""",
        r"""
**한 문장으로.** 평범한 오토인코더는 자기가 본 그림의 주소만 알아요. 주사위로 아무 주소나 찍으면 아무도 살지 않는
벌판에 떨어지죠. VAE는 0 주변 동네 전체에 누군가 살도록 훈련받았어요.

$$z \sim p(z) = \mathcal{N}(0, I), \qquad x \sim p_\theta(x \mid z)$$

그래서 VAE(변이형 오토인코더)를 생성 모델(generative model)이라고 해요. VAE는 증거 하한(ELBO)을 키우도록 학습해요(arXiv 1312.6114,
$\beta \neq 1$이면 beta-VAE).

$$\mathcal{L} = \mathbb{E}_{q_\phi(z \mid x)}\big[\log p_\theta(x \mid z)\big]
 - \beta\, D_{KL}\big(q_\phi(z \mid x)\,\|\,p(z)\big)$$

첫째 항은 복원(재구성)이에요. 숫자에서는 이진 교차 엔트로피(BCE)에, 얼굴에서는 제곱 오차를 $2 \sigma_x^2$으로 나눈 값에 음의 부호를
붙인 것이죠. 둘째 항은 KL 발산(KL divergence)이에요.

**복원은 잘되는데 샘플은 엉망이에요. 원래 그런가요?** KL 항이 없는 오토인코더라면 그래요. 코드가 $\mathcal{N}(0, I)$를
닮아야 한다고 아무도 가르치지 않았으니, 거기서 뽑은 값은 어떤 그림의 코드도 아니에요. 코드가 실제로 있는 곳(맞춘
가우시안, 가우시안 혼합)에서 뽑으면 같은 디코더라도 훨씬 나은 그림을 내놓아요.

**KL 항은 무슨 일을 하나요?** $q_\phi(z \mid x)$가 $\mathcal{N}(0, I)$에서 벗어나는 만큼 인코더에게 값을 물려요. 그래서
코드들이 0 주변에 모여 서로 겹치고, 큰 빈자리가 남지 않아요. 값어치를 못 하는 차원은 아예 $\mathcal{N}(0, 1)$로
돌아가요. 그러면 어떤 그림을 넣어도 평균 코드가 0이 되죠. 그게 짧은 막대예요.

**VAE인데 왜 막대가 모두 1이 아닌가요?** 이 그래프는 평균 $\mu$만 그렸어요. KL 항이 말하는 퍼짐은 $z = \mu + \sigma
\epsilon$의 퍼짐, 곧 $\mu$의 분산에 $\sigma^2$을 더한 값이에요. 둘을 더하면 1에 가까워져요.

**왜 흐릿한가요?** 코드 하나에 어울리는 그림이 여럿이면, 제곱 오차의 기댓값이 가장 작은 답은 그 그림들의 평균이에요.
평균을 내면 윤곽이 부드러워지죠. VAE는 코드끼리 겹쳐 있어서 평균을 더 많이 내요.

**요즘은 어디에 쓰이나요?** Stable Diffusion 같은 잠재 확산 모델(latent diffusion)에 쓰여요. 먼저 오토인코더를 학습하고, 그다음 확산(디퓨전)
모델이 픽셀 대신 잠재 공간에서 그 코드를 뽑는 법을 배워요(Rombach 외 2022, arXiv 2112.10752). 그림은 여기서처럼 디코더가 그려요.

**온도는 뭔가요?** 뽑는 폭에 곱하는 수예요. $\mathcal{N}(0, I)$라면 $z = T \epsilon$이죠. 코드 사전분포에서는
로짓(소프트맥스에 넣기 전 점수)을 온도로 나눠요. 온도가 낮으면 가장 그럴듯한 코드만 골라요.
""",
    ),
}
