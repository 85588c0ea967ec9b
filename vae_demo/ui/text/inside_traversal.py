"""The words of the section VAE sliders, English and Korean."""

TEXTS = {
    "traversal.title": ("VAE sliders", "VAE 슬라이더"),
    "traversal.intro": (
        "A VAE (variational autoencoder) describes the picture with a few numbers, and here each of them is a slider. "
        "They stand where the encoder put them for your picture. Move one, and the decoder draws what the new numbers "
        "say.",
        "VAE(변이형 오토인코더)는 그림을 수 몇 개로 설명해요. 여기서는 그 수 하나하나가 슬라이더예요. 지금 위치는 인코더가 이 그림을 보고 "
        "정한 값이고, 하나를 움직이면 디코더가 바뀐 값대로 다시 그려요.",
    ),
    "traversal.none": (
        "No trained VAE of this data set is here yet. Choose the other data set.",
        "이 데이터로 학습한 VAE가 아직 없어요. 다른 데이터를 골라 주세요.",
    ),
    "traversal.n": ("Dimensions shown", "보여 줄 차원 수"),
    "traversal.n_info": (
        "Those with the largest KL first, and the very last one.",
        "KL이 큰 차원부터 보여 주고, 맨 끝 차원도 하나 보여 줘요.",
    ),
    "traversal.kl": ("KL {kl:.2f} nats", "KL {kl:.2f}nat"),
    "traversal.std": ("std of μ {std:.2f}", "μ의 표준편차 {std:.2f}"),
    "traversal.dead": ("dead: the decoder ignores it", "죽은 차원: 디코더가 무시해요"),
    "traversal.left_out": (
        "… {n} more dimensions, {dead} of them dead …",
        "… 차원 {n}개 생략, 그중 죽은 차원 {dead}개 …",
    ),
    "traversal.strip_alt": (
        "Seven pictures: {name} from −{reach:g} to +{reach:g} sigma, all else as it is",
        "그림 일곱 장: 다른 값은 그대로 두고 {name}만 −{reach:g}에서 +{reach:g}시그마까지 바꾼 모습",
    ),
    "traversal.back": ("Set {name} back", "{name} 되돌리기"),
    "traversal.reset": ("Back to the picture's own numbers", "모두 원래 값으로"),
    "traversal.mu": ("as the encoder has it", "인코더가 정한 그대로"),
    "traversal.mu_alt": ("The picture decoded from its mu by {name}", "{name}: μ를 그대로 디코딩한 그림"),
    "traversal.moved": ("Yours", "내가 바꾼 그림"),
    "traversal.nothing_moved": (
        "Nothing moved yet: μ and yours are the same.",
        "아직 움직인 슬라이더가 없어서 두 그림이 같아요.",
    ),
    "traversal.beside": ("Beside it: the strips of another model", "나란히 보기: 다른 모델의 띠"),
    "traversal.beside_info": (
        "conv VAE (faces: VAE) and beta-VAE are one network, trained with another β. Whose sliders change one thing at a "
        "time?",
        "conv VAE(얼굴은 VAE)와 beta-VAE는 같은 신경망을 다른 β로 학습했어요. 어느 쪽 슬라이더가 하나씩만 바꿀까요?",
    ),
    "traversal.nobody": ("none", "없음"),
    "traversal.compare": (
        "The KL of every dimension, largest first, all on one scale",
        "차원마다 쓰는 KL (큰 순서, 모델끼리 같은 눈금)",
    ),
    "traversal.facts": (
        "{total:.1f} nats in all, {active} of {d} dimensions alive",
        "모두 {total:.1f}nat, 차원 {d}개 중 {active}개 사용",
    ),
    "traversal.error": ("MSE {mse:.4f}", "MSE {mse:.4f}"),
    "traversal.explain_words": (
        r"""
**In one sentence.** The network has to describe every picture with a few sliders, and pays for each bit of precision,
so it keeps the sliders that are worth their price and leaves the others alone.

$$\mathcal{L} = -\,\mathbb{E}_{q(z|x)}\big[\log p(x \mid z)\big] + \beta \sum_{j=1}^{D}
\mathrm{KL}\big(q(z_j \mid x) \,\|\, \mathcal{N}(0, 1)\big)$$

$$\mathrm{KL}_j = \tfrac{1}{2}\big(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\big)$$

With $\beta = 1$ it is a VAE (Kingma & Welling 2014), with $\beta > 1$ a beta-VAE (Higgins et al. 2017). The loss is a
sum over pixels and a mean over the pictures. $-\log p(x \mid z)$ is the binary cross-entropy (BCE) for digits, and for
faces the squared error divided by $2 \sigma_x^2$; the rest is the KL divergence.

**What is a dead dimension?** One for which the encoder says the same to every picture, $\mu_j \approx 0$ and
$\sigma_j \approx 1$. It costs no KL and tells nothing, and the decoder has learned to ignore it. We call it dead where
the variance of $\mu_j$ over the training pictures is 0.01 or less (Burda et al. 2016).

**What are the units?** The prior is $\mathcal{N}(0, 1)$ in every dimension, so the value of $z_j$ counts its sigmas. A
slider goes to 3 sigma, or farther where the codes of the training pictures are spread wider than that.

**Does one slider mean one thing?** Seldom. Nothing in a VAE's loss asks for it. A larger $\beta$ makes every nat
dearer, which often turns the dimensions toward separate properties, and costs sharpness: compare the errors of the
same network, conv VAE and beta-VAE for digits, VAE and beta-VAE for faces. One property a dimension is called
disentanglement; Locatello et al. (2019) show that without labels, or assumptions about model and data, no method can
promise it.

**Why does it look odd far out?** Because few training pictures had codes there: of $\mathcal{N}(0, 1)$ only three draws
in a thousand lie beyond 3 sigma, in each dimension.
""",
        r"""
**한 문장으로.** 신경망은 모든 그림을 슬라이더 몇 개로 설명해야 하고 자세히 말할수록 값을 치러야 해서, 값어치를 하는
슬라이더만 쓰고 나머지는 내버려 둬요.

$$\mathcal{L} = -\,\mathbb{E}_{q(z|x)}\big[\log p(x \mid z)\big] + \beta \sum_{j=1}^{D}
\mathrm{KL}\big(q(z_j \mid x) \,\|\, \mathcal{N}(0, 1)\big)$$

$$\mathrm{KL}_j = \tfrac{1}{2}\big(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\big)$$

$\beta = 1$이면 VAE(Kingma & Welling 2014), $\beta > 1$이면 beta-VAE(Higgins 외 2017)예요. 손실은 픽셀끼리는 더하고
그림끼리는 평균을 내요. $-\log p(x \mid z)$는 숫자에서는 이진 교차 엔트로피(BCE), 얼굴에서는 제곱 오차를 $2 \sigma_x^2$으로 나눈 값이고,
나머지는 KL 발산(KL divergence)이에요.

**죽은 차원이 뭔가요?** 어떤 그림이 들어와도 인코더가 똑같이 $\mu_j \approx 0$, $\sigma_j \approx 1$이라고 답하는 차원이에요.
KL을 한 푼도 쓰지 않는 대신 아무것도 알려 주지 않고, 디코더도 그 값을 무시하도록 학습됐어요. 여기서는 학습 그림에서 잰
$\mu_j$의 분산이 0.01 이하이면 죽었다고 해요(Burda 외 2016).

**눈금의 단위는요?** 사전분포가 차원마다 $\mathcal{N}(0, 1)$이라서 $z_j$의 값이 곧 시그마 수예요. 슬라이더는 3시그마까지
가고, 학습 그림의 코드가 그보다 넓게 퍼져 있으면 더 멀리 가요.

**슬라이더 하나가 뜻 하나인가요?** 그런 경우는 드물어요. VAE의 손실에는 그러라는 말이 없거든요. $\beta$를 키우면 1nat의
값이 비싸져서 차원마다 다른 성질을 맡는 일이 잦아지지만, 그 대신 그림이 흐려져요. 같은 신경망끼리, 곧
숫자는 conv VAE와 beta-VAE, 얼굴은 VAE와 beta-VAE의 오차를 비교해 보세요. 차원 하나가 성질 하나를 맡는 것을 분리(disentanglement)라고
하는데, 이름표도, 모델과 데이터에 대한 가정도 없이는 어떤 방법도 분리를 보장할 수 없다는 것을 Locatello 외(2019)가 증명했어요.

**멀리 가면 왜 이상해지나요?** 그런 코드를 가진 학습 그림이 거의 없었기 때문이에요. $\mathcal{N}(0, 1)$에서 1000번
뽑으면 차원마다 3번만 3시그마 밖으로 나가요.
""",
    ),
}
