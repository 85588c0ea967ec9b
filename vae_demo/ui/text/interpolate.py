"""The words of the tab Interpolate, English and Korean."""

TEXTS = {
    "interpolate.title": ("Interpolate", "보간"),
    "interpolate.intro": (
        "Walk from **A** to **B** through the codes (latent vectors), and compare it with simply fading one picture "
        "into the other.",
        "코드(잠재 벡터)를 따라 **A**에서 **B**로 걸어가 보세요. 두 그림을 그냥 서서히 겹쳐 바꾸는 것과는 어떻게 다를까요?",
    ),
    "interpolate.a": ("A: where it starts", "A: 출발"),
    "interpolate.b": ("B: where it ends", "B: 도착"),
    "interpolate.path": ("Way through the codes", "코드를 지나는 길"),
    "interpolate.path_info": (
        "Linear is the straight line. Spherical (slerp) goes around 0 instead of cutting past it.",
        "직선은 가장 짧은 길이고, 구면(slerp)은 0 가까이를 가로지르지 않고 둘러서 가요.",
    ),
    "interpolate.linear": ("Linear", "직선"),
    "interpolate.spherical": ("Spherical", "구면"),
    "interpolate.steps": ("Frames from one picture to the next", "그림 사이의 장면 수"),
    "interpolate.variants": ("Variants", "모델"),
    "interpolate.variants_info": ("At least one; a row each.", "하나 이상 고르세요. 모델마다 한 줄씩 나와요."),
    "interpolate.more": ("More pictures on the way, and a loop", "들를 그림 더하기, 반복"),
    "interpolate.between": ("Invented pictures on the way", "중간에 들를 지어낸 그림"),
    "interpolate.between_info": (
        "Up to four, so that the way leads through six pictures.",
        "최대 네 장, A와 B까지 여섯 그림을 지나요.",
    ),
    "interpolate.loop": ("Back to A at the end (a loop)", "끝나면 A로 돌아오기 (반복)"),
    "interpolate.cross_fade": ("Cross-fade of pixels", "픽셀 겹침"),
    "interpolate.cross_fade_words": (
        "no network: two pictures laid over each other, ghosts in the middle",
        "신경망 없이 두 그림을 겹치기만 했어요. 중간에 유령처럼 겹쳐 보이죠",
    ),
    "interpolate.frame": ("{name}, {share:.0%} of the way", "{name}, {share:.0%} 지점"),
    "interpolate.curve": (
        "What a linear probe reads from the code along the way ({name})",
        "가는 동안 선형 탐침이 코드에서 읽어 낸 속성 ({name})",
    ),
    "interpolate.curve_alt": (
        "Probability of each attribute along the way. {words}",
        "가는 동안 각 속성의 확률. {words}",
    ),
    "interpolate.from_to": ("{name}: {first:.0%} to {last:.0%}", "{name}: {first:.0%}에서 {last:.0%}로"),
    "interpolate.film_alt": ("The film, playing: {names}", "재생 중인 영상: {names}"),
    "interpolate.choose_variant": ("Choose at least one variant.", "모델을 하나 이상 골라 주세요."),
    "interpolate.explain_words": (
        r"""
**In one sentence.** Fading mixes two photos like two transparent slides; interpolating mixes their *descriptions*,
and the decoder draws what each description in between would look like.

$${z_t = (1 - t)\, z_A + t\, z_B}, \qquad\allowbreak {x_t = \text{decode}(z_t)}, \qquad {0 \le t \le 1}$$

Spherical interpolation (Shoemake 1985) turns the direction at a steady speed, $\Omega$ being the angle between the two:

$$z_t = \frac{\sin((1 - t)\,\Omega)}{\sin \Omega}\, z_A + \frac{\sin(t\,\Omega)}{\sin \Omega}\, z_B$$

(our $z_A$ and $z_B$ need not be equally long: their directions are turned like this, their lengths change linearly).

**Why is the cross-fade worse?** Pictures that look like a digit or a face fill only a thin, curved sheet among all
possible pictures, so at least the manifold hypothesis has it. The straight line through the pixels leaves that sheet.
A decoder draws from a sheet of its own, of D dimensions at most, which training has laid near the first.

**Why does the middle of an AE's film fall apart at times?** Between two codes of an autoencoder there may be a place that no
training picture ever had. A VAE's codes overlap, so there is always somebody at home.

**Why do the films not begin with exactly my picture?** They begin with its reconstruction, `decode(encode(x))`: all
frames are made by the decoder. Only the cross-fade holds the pictures themselves.

**Why does the VQ-VAE look like a cross-fade, or jump?** Its code is a map of places, not a list of properties: each
place walks on its own, and jumps when another entry of the codebook is nearer. Good for sharp pictures, poor for walks.

**When is spherical better?** Draws from $\mathcal{N}(0, I)$ in many dimensions lie near a sphere of radius
$\sqrt{D}$; the straight line between two of them cuts through the inside, where few codes are.

**What is a linear probe?** A weighted sum of the numbers in z, fitted on labelled training pictures, read as
log-odds. It shows when an attribute comes or goes, such as glasses or a digit's slant, without looking at the
picture.
""",
        r"""
**한 문장으로.** 픽셀 겹침은 투명 필름 두 장을 포개는 것이고, 보간은 두 그림의 *설명*을 섞는 거예요. 그러면 디코더가 그
중간 설명에 어울리는 그림을 새로 그려 줘요.

$${z_t = (1 - t)\, z_A + t\, z_B}, \qquad\allowbreak {x_t = \text{decode}(z_t)}, \qquad {0 \le t \le 1}$$

구면 보간(Shoemake 1985)은 방향을 일정한 빠르기로 돌려요. $\Omega$는 두 코드 사이의 각이에요.

$$z_t = \frac{\sin((1 - t)\,\Omega)}{\sin \Omega}\, z_A + \frac{\sin(t\,\Omega)}{\sin \Omega}\, z_B$$

(여기서는 $z_A$와 $z_B$의 길이가 다를 수 있어서, 방향만 이렇게 돌리고 길이는 선형으로 바꿔 가요.)

**픽셀 겹침은 왜 어색한가요?** 숫자나 얼굴처럼 보이는 그림은 가능한 모든 그림 가운데 얇고 휘어진 면, 곧 매니폴드(manifold, 다양체)에만 모여
있다고 봐요(매니폴드 가설). 픽셀을 직선으로 섞으면 이 면을 벗어나요. 디코더는 기껏해야 D차원인 자기 면 위에서만 그림을 그리고, 학습은 그
면을 매니폴드 가까이에 가져다 놓아요.

**AE 영상은 왜 가끔 중간에서 무너지나요?** 오토인코더의 두 코드 사이에는 학습 그림이 한 번도 놓인 적 없는 자리가 있을 수
있어요. VAE는 코드끼리 겹쳐 있어서 중간에도 늘 누군가 살고 있죠.

**첫 장면이 왜 제 그림과 똑같지 않나요?** 첫 장면은 `decode(encode(x))`, 곧 복원한 그림이에요. 모든 장면을 디코더가
그리거든요. 픽셀 겹침 줄에만 원래 그림이 그대로 나와요.

**VQ-VAE는 왜 겹쳐 보이거나 툭툭 바뀌나요?** VQ-VAE의 코드는 성질의 목록이 아니라 자리마다 놓인 지도예요. 자리마다 따로
움직이다가 코드북의 다른 항목이 더 가까워지는 순간 훌쩍 넘어가요. 그림은 또렷하지만 길을 걷기에는 좋지 않아요.

**구면은 언제 더 좋나요?** 차원이 높으면 $\mathcal{N}(0, I)$에서 뽑은 값은 대부분 반지름 $\sqrt{D}$인 구면 근처에
있어요. 두 점을 직선으로 이으면 코드가 드문 안쪽을 지나게 돼요.

**선형 탐침이 뭔가요?** z의 수들을 가중합해서 로그 오즈로 읽는 거예요. 가중치는 이름표가 붙은 학습 그림으로 구했어요.
안경이나 숫자의 기울어진 정도 같은 속성이 언제 나타나고 사라지는지 그림을 보지 않고도 알려 줘요.
""",
    ),
}
