"""The words of the tab Reconstruct, English and Korean."""

TEXTS = {
    "reconstruct.title": ("Reconstruct", "복원"),
    "reconstruct.intro": (
        "The same picture goes through every network. Each squeezes it into **D numbers** (its code, or latent vector) "
        "and draws it again from those alone. The small map below shows where it went wrong: "
        "<span class='too-bright'>red: too bright</span>, <span class='too-dark'>blue: too dark</span>.",
        "같은 그림을 모든 신경망에 넣어요. 신경망은 그림을 **수 D개**(코드, 곧 잠재 벡터)로 눌러 담고, 그 수만 보고 "
        "다시 그려요. 아래 작은 지도는 틀린 곳이에요. <span class='too-bright'>빨강은 너무 밝은 곳</span>, "
        "<span class='too-dark'>파랑은 너무 어두운 곳</span>이죠.",
    ),
    "reconstruct.figures_words": (
        "<b>PSNR</b> and <b>SSIM</b>: higher is closer to the input; <b>MSE</b>: lower is closer. <b>ms</b>: the time it "
        "took on the computer that runs this page. <b>KL</b> (KL divergence): how much a VAE's code says about this "
        "picture, in nats (1 nat is about 1.44 bits). <b>bits</b>: how large the code of a VQ model is. Where <b>D</b> is as "
        "large as the picture, or larger, something else is narrow: an SAE pays for every unit that is on, a VQ model "
        "has only its codebook to choose from. The <b>overcomplete AE</b> has nothing narrow: it copies.",
        "<b>PSNR</b>과 <b>SSIM</b>은 높을수록, <b>MSE</b>는 낮을수록 입력과 가까워요. <b>ms</b>는 이 페이지를 돌리는 "
        "컴퓨터에서 걸린 시간이에요. <b>KL</b>(KL 발산)은 VAE의 코드가 이 그림에 대해 얼마나 말해 주는지를 nat로 나타낸 "
        "값이고(1nat는 약 1.44비트), <b>비트</b>는 VQ 모델의 코드 크기예요. <b>D</b>가 그림만큼 크거나 더 큰 모델은 다른 데가 좁아요. "
        "SAE는 유닛을 켤 때마다 값을 치르고, VQ 모델은 코드북에 있는 것만 고를 수 있어요. <b>overcomplete AE</b>(과완비)는 좁은 "
        "데가 없어서 그대로 베껴요.",
    ),
    "reconstruct.numbers": ("{n} numbers", "값 {n}개"),
    "reconstruct.centred": ("sized and centred as in MNIST", "MNIST처럼 크기와 자리를 맞춤"),
    "reconstruct.input_alt": ("The input picture", "입력 그림"),
    "reconstruct.alt": ("Reconstruction by {name}, {psnr}", "{name}의 복원, {psnr}"),
    "reconstruct.difference_alt": (
        "{name}: reconstruction minus input, red too bright, blue too dark",
        "{name}: 복원에서 입력을 뺀 차이. 빨강은 밝게, 파랑은 어둡게 틀린 곳",
    ),
    "reconstruct.larger": ("The same face in {side} × {side} pixels", "같은 얼굴을 {side} × {side} 픽셀로"),
    "reconstruct.compare": ("Before and after", "전후 비교"),
    "reconstruct.compare_with": ("Through", "신경망:"),
    "reconstruct.before": ("Input", "입력"),
    "reconstruct.after": ("Output", "복원"),
    "reconstruct.closeup": (
        "## Inside a VAE: a cloud instead of a point",
        "## VAE 들여다보기: 점이 아니라 구름",
    ),
    "reconstruct.closeup_words": (
        "The encoder of a VAE (variational autoencoder) gives no single code, but a mean **μ** and a spread **σ** for "
        "each of the D numbers. A draw is **z = μ + σ ε**, where ε is noise. Turn σ up and see how far the decoder "
        "still draws the same picture.",
        "VAE(변이형 오토인코더)의 인코더는 코드 하나를 콕 집지 않고, 수 D개마다 평균 **μ**와 폭 **σ**를 내놓아요. 여기서 뽑은 코드가 "
        "**z = μ + σ ε**이에요(ε은 노이즈). σ를 키워 보면서 디코더가 어디까지를 같은 그림으로 여기는지 살펴보세요.",
    ),
    "reconstruct.variant": ("Which VAE", "어떤 VAE?"),
    "reconstruct.scale": ("σ times", "σ의 배수"),
    "reconstruct.scale_info": (
        "0: the mean. 1: as trained.",
        "0은 평균, 1은 학습한 그대로",
    ),
    "reconstruct.noise": ("ε, while σ is moved", "σ를 움직이는 동안 ε은"),
    "reconstruct.noise_info": (
        "Frozen: the same eight rolls of the dice, so that only σ changes.",
        "고정하면 똑같은 주사위 여덟 개를 그대로 두고 σ만 바꿔요.",
    ),
    "reconstruct.frozen": ("frozen", "고정"),
    "reconstruct.redrawn": ("re-drawn at each move", "움직일 때마다 새로 뽑기"),
    "reconstruct.facts": (
        "{name}: KL {kl:.1f} nats in all; {active} of {d} dimensions say something (more than 0.1 nats); "
        "σ from {low:.2f} to {high:.2f}.",
        "{name}: KL은 모두 {kl:.1f}nat예요. {d}개 차원 가운데 {active}개가 이 그림에 대해 무언가를 말해요(0.1nat 초과). "
        "σ는 {low:.2f}~{high:.2f}.",
    ),
    "reconstruct.chart_words": (
        "Each dot is a μ, each bar reaches from μ − σ to μ + σ (times the slider). Grey: the prior, −1 to 1. "
        "{n} of the {d} dimensions, from the one that says most to the one that says least: far to the left they are "
        "sharp; to the right they say less, down to those that fall back to the prior, where there are any.",
        "점은 μ, 막대는 μ − σ에서 μ + σ까지(슬라이더 배수 적용), 회색 띠는 사전분포의 −1~1이에요. {d}개 차원 가운데 "
        "{n}개를, 말을 가장 많이 하는 것부터 가장 적게 하는 것까지 늘어놓았어요. 왼쪽은 또렷하고, 오른쪽으로 갈수록 "
        "할 말이 줄어요. 할 말이 아예 없는 차원은 사전분포로 돌아가요.",
    ),
    "reconstruct.chart_alt": (
        "mu and sigma of {n} dimensions; sigma from {narrowest:.2f} to {widest:.2f}",
        "{n}개 차원의 μ와 σ. σ는 {narrowest:.2f}에서 {widest:.2f}까지",
    ),
    "reconstruct.mean_alt": ("The picture of the mean code", "평균 코드의 그림"),
    "reconstruct.draw_alt": ("Draw {k} from the cloud", "구름에서 뽑은 그림 {k}"),
    "reconstruct.explain": (
        r"""
**In one sentence.** Describe a picture to a friend with twenty numbers, and let the friend draw it: what comes back is
what the twenty numbers could carry.

$${z = \text{encode}(x)}, \qquad\allowbreak {\hat{x} = \text{decode}(z)}, \qquad\allowbreak
{\mathcal{L} = \sum_{\text{pixels}} (x - \hat{x})^2}$$

This squared error is the reconstruction loss of the autoencoders here. The goal is the picture itself, so nobody has to
label anything: unsupervised, or more exactly self-supervised learning. (Labelled photos helped with only two kinds: the
perceptual VAE and the VQ models of faces.)

A VAE (variational autoencoder, arXiv 1312.6114) draws its code from a cloud, the approximate posterior $q(z \mid x)$,
and pays for every cloud that differs from the prior $\mathcal{N}(0, I)$, the standard normal distribution of D
dimensions. The price is the KL divergence:

$${z = \mu + \sigma \odot \epsilon}, \quad {\epsilon \sim \mathcal{N}(0, I)}, \qquad\allowbreak
{D_{KL} = \tfrac{1}{2} \sum_{j=1}^{D} \left(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\right)}$$

Its loss is the reconstruction loss plus this KL. For faces the first is $\sum (x - \hat{x})^2 / (2 \sigma_x^2)$ with a
fixed $\sigma_x$ (here four times the squared error). For digits it is the binary cross-entropy (BCE), in which every
pixel is a coin that comes up white with probability $\hat{x}$:

$$-\sum_{\text{pixels}} \big(x \log \hat{x} + (1 - x) \log (1 - \hat{x})\big)$$

**Why the detour with ε?** Dice have no slope. With $z = \mu + \sigma \odot \epsilon$ the dice are rolled outside, and
the error can flow back through $\mu$ and $\sigma$: the reparameterisation trick.

**Why are they blurry?** Where the code does not say where exactly an edge lies, the answer with the least squared error
is the average of all possible edges, and so is the one with the least cross-entropy. An average of edges is soft: try
it below. The perceptual VAE is also asked to look right to a second network, and so keeps more of small things like glasses.

**What does the KL do?** It makes every number of the code cost something. Numbers that are not worth their price are
left at $\mathcal{N}(0, 1)$ and say nothing: the right end of the chart. More weight on it (a beta-VAE) means fewer
active numbers and softer pictures in the same network: over the test digits conv VAE uses 20 of its 20 numbers and
beta-VAE 16; over the test faces VAE uses 243 of 256 and beta-VAE 198. (The VAE of digits is fully connected, another
network than beta-VAE.)

**Which one is best?** There is no single answer. Over all test pictures a VQ model has the least squared error, but its
code is a whole map of symbols, a discrete one: count the bits. Compare networks of the same D: it stands under each
picture. The example faces flatter every model, since they are smoother than photos, and most of all the perceptual VAE,
which made them up.

**What do PSNR, SSIM and MSE say?** MSE is the mean squared error of a pixel (0 to 1). PSNR is the same on a log scale:
$-10 \log_{10} \text{MSE}$ in dB, so 10 dB more is a tenth of the error. SSIM compares local structure; 1 is identical.

**How is a picture found to be "far from what the networks know"?** By two numbers: how badly it is drawn again, and how
far its code lies from those of the training pictures, $\sqrt{(z - \bar{z})^T \Sigma^{-1} (z - \bar{z})}$ (Mahalanobis
1936). The limits are set so that about one ordinary picture in a hundred gets the notice too; how many did is in the
model's card. Many strange pictures pass unnoticed.
""",
        r"""
**한 문장으로.** 친구에게 그림을 수 스무 개로 설명하고 그대로 그려 달라고 해 보세요. 돌아온 그림, 곧
복원(재구성, reconstruction)에는 그 스무 개에 담긴 것만 남아 있어요.

$${z = \text{encode}(x)}, \qquad\allowbreak {\hat{x} = \text{decode}(z)}, \qquad\allowbreak
{\mathcal{L} = \sum_{\text{pixels}} (x - \hat{x})^2}$$

이 제곱 오차가 여기 있는 오토인코더들의 복원 손실(재구성 손실)이에요. 맞혀야 할 답이 바로 그 그림이라 이름표를 붙일 필요가 없어요.
그래서 비지도 학습, 더 정확히는 자기지도 학습이라고 해요. (이름표가 붙은 사진의 도움을 받은 것은 perceptual VAE와 얼굴의 VQ 모델뿐이에요.)

VAE(변이형 오토인코더, variational autoencoder, arXiv 1312.6114)는 코드를 구름, 곧 근사 사후분포 $q(z \mid x)$에서 뽑고, 구름이
사전분포 $\mathcal{N}(0, I)$(D차원의 표준정규분포)와 다른 만큼 값을 치러요. 그 값이 KL 발산(KL divergence)이에요.

$${z = \mu + \sigma \odot \epsilon}, \quad {\epsilon \sim \mathcal{N}(0, I)}, \qquad\allowbreak
{D_{KL} = \tfrac{1}{2} \sum_{j=1}^{D} \left(\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2\right)}$$

손실은 복원 손실에 이 KL 발산을 더한 것이에요. 얼굴의 복원 손실은 $\sigma_x$를 고정한 $\sum (x - \hat{x})^2 / (2 \sigma_x^2)$이고(여기서는
제곱 오차의 네 배), 숫자의 복원 손실은 이진 교차 엔트로피(BCE)예요. 픽셀 하나하나를, 확률 $\hat{x}$로 하양이 나오는 동전으로 보는 거죠.

$$-\sum_{\text{pixels}} \big(x \log \hat{x} + (1 - x) \log (1 - \hat{x})\big)$$

**왜 굳이 ε을 거치나요?** 주사위는 미분할 수 없어요. $z = \mu + \sigma \odot \epsilon$로 쓰면 주사위는 바깥에서 굴리고, 오차는
$\mu$와 $\sigma$를 따라 거꾸로 흘러갈 수 있어요. 이것이 재매개변수화 트릭(reparameterization trick)이에요.

**왜 흐릿한가요?** 윤곽이 정확히 어디인지 코드가 말해 주지 않으면, 제곱 오차가 가장 작은 답은 가능한 윤곽들의 평균이에요. 교차 엔트로피가
가장 작은 답도 그 평균이고요. 윤곽을 평균 내면 부드러워지죠. 아래에서 직접 확인해 보세요.
perceptual VAE는 또 다른 신경망이 보기에도 그럴듯해야 해서, 안경처럼 작은 것을 더 많이 남겨요.

**KL은 무슨 일을 하나요?** 코드의 수 하나하나에 값을 매겨요. 값어치를 못 하는 수는 $\mathcal{N}(0, 1)$에 머물며 아무 말도 하지 않아요.
그래프의 오른쪽 끝이 그렇죠. 같은 신경망에서 이 값을 더 비싸게 매기면(beta-VAE) 쓰는 수가 줄고 그림은 더 부드러워져요. 테스트 숫자에서
conv VAE는 20개 중 20개를, beta-VAE는 16개를 쓰고, 테스트 얼굴에서 VAE는 256개 중 243개를, beta-VAE는 198개를 써요. (숫자의 VAE는
완전 연결로 만들어서 beta-VAE와는 다른 신경망이에요.)

**그래서 무엇이 가장 좋은가요?** 정답은 없어요. 테스트 그림 전체로 보면 VQ 모델의 제곱 오차가 가장 작지만, 코드가 기호로 된 지도 한 장(이산적인 코드)이에요.
비트 수를 세어 보세요. 비교는 D가 같은 것끼리 해야 공평해요. D는 그림마다 아래에 적혀 있어요. 예시 얼굴에는 점수가 후하게
나와요. 사진보다 매끈해서 어느 모델이나 쉽게 그리고, 그 얼굴을 지어낸 perceptual VAE에는 특히 유리해요.

**PSNR, SSIM, MSE는 뭔가요?** MSE는 픽셀(0~1)의 평균 제곱 오차예요. PSNR은 그걸 로그로 바꾼 $-10 \log_{10} \text{MSE}$ 데시벨이라서,
10 dB 높으면 오차가 10분의 1이에요. SSIM은 주변 구조를 견주는 값이고, 1이면 똑같다는 뜻이에요.

**‘신경망이 아는 것과 많이 다른’ 그림은 어떻게 알아내나요?** 두 가지를 재요. 다시 그린 그림이 얼마나 틀렸는지, 그리고 코드가 학습 그림의
코드들에서 얼마나 떨어져 있는지, 곧 $\sqrt{(z - \bar{z})^T \Sigma^{-1} (z - \bar{z})}$예요(Mahalanobis 1936). 평범한 그림도 백 장에 한
장쯤은 안내를 받도록 한계를 정했고, 실제 비율은 모델 카드에 적어 두었어요. 낯설어도 그냥 지나치는 그림이 많아요.
""",
    ),
}
