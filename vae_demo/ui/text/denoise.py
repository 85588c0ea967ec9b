"""The words of the tab Denoise, English and Korean."""

TEXTS = {
    "denoise.title": ("Denoise", "잡음 제거"),
    "denoise.intro": (
        "Spoil a picture with noise or holes, and see who mends it. The **DAE** was trained on spoiled pictures; the "
        "plain **AEs** and the **VAE** were not; the **filters** never learned anything.",
        "그림에 잡음(노이즈)을 섞거나 구멍을 낸 다음, 누가 잘 고치는지 보세요. **DAE**는 망가진 그림을 보며 배웠고, 평범한 **AE**와 **VAE**는 그런 적이 "
        "없고, **필터**는 아무것도 배우지 않았어요.",
    ),
    "denoise.kind": ("Damage", "어떻게 망가뜨릴까요?"),
    "denoise.gaussian": ("Gaussian noise", "가우시안 잡음(노이즈)"),
    "denoise.masking": ("Missing pixels", "픽셀 지우기"),
    "denoise.salt_pepper": ("Salt and pepper", "소금·후추 잡음"),
    "denoise.painted": ("Painted by hand", "직접 칠하기"),
    "denoise.strength": ("Strength", "세기"),
    "denoise.paint_keys": (
        "Paint over what shall be lost. With the keyboard: the arrow keys move the brush, the space bar puts it down and "
        "lifts it.",
        "없앨 곳을 칠해 보세요. 키보드로는 방향키로 붓을 움직이고 스페이스 바로 붓을 대거나 떼요.",
    ),
    "denoise.paint": ("Paint over what shall be lost", "없앨 곳을 칠해 보세요"),
    "denoise.clean": ("Clean", "원본"),
    "denoise.clean_line": ("what they should find", "되찾아야 할 그림"),
    "denoise.damaged": ("Damaged", "망가진 그림"),
    "denoise.clean_alt": ("The clean picture", "깨끗한 원본"),
    "denoise.damaged_alt": ("The damaged picture", "망가진 그림"),
    "denoise.alt": ("Mended by: {name}", "고친 그림: {name}"),
    "denoise.median": ("Median 3×3", "중앙값 필터 3×3"),
    "denoise.tv": ("Total variation", "전변동 (TV)"),
    "denoise.best": ("closest to the clean one", "원본에 가장 가까워요"),
    "denoise.again": ("Again and again", "되풀이하기"),
    "denoise.again_words": (
        "The result is fed back in. A DAE learned to step from spoiled pictures towards real ones, so each round walks "
        "on in that direction; in the end it may arrive at another digit or another person. The dB under each picture say "
        "how close it is to this very original, so they can fall while the picture looks ever more real.",
        "나온 그림을 다시 넣어요. DAE는 망가진 그림에서 진짜 그림 쪽으로 한 걸음 옮기는 법을 배웠기 때문에, 넣을 때마다 그쪽으로 더 "
        "걸어가요. 그러다 다른 숫자나 다른 사람에게 도착하기도 하죠. 그림 아래 dB는 바로 이 원본과 얼마나 가까운지를 재요. 그래서 그림은 "
        "점점 그럴듯해지는데 dB는 내려갈 수도 있어요.",
    ),
    "denoise.round_alt": ("{name}, round {k}", "{name}, {k}번째"),
    "denoise.curve": (
        "How far does each one get? PSNR over strength, for this picture",
        "누가 어디까지 버틸까요? 이 그림의 세기별 PSNR",
    ),
    "denoise.curve_alt": (
        "PSNR in dB over the strength of the damage; the mark is at {strength:.2f}",
        "망가뜨린 세기에 따른 PSNR(dB). 표시는 {strength:.2f}",
    ),
    "denoise.curve_axes": (
        "Across: strength. Up: PSNR in dB, higher is better. The line marks where the slider stands.",
        "가로는 세기, 세로는 PSNR(dB)이고 높을수록 좋아요. 세로줄은 지금 슬라이더의 자리예요.",
    ),
    "denoise.strayed": (
        "How far does the damage push the code?",
        "망가지면 코드는 얼마나 밀려날까요?",
    ),
    "denoise.strayed_words": (
        "Only the encoder is at work here: how far is the code of the damaged picture from that of the clean one? 0 means "
        "that it stays where it was, 1 that it is as far away as another picture's code. A code that hardly moves is "
        "robust. A DAE has to find the clean picture, so its encoder learns to look past the damage: as a rule its code "
        "moves less than the plain AE's, and on faces with missing pixels or with salt and pepper far less. With Gaussian "
        "noise on faces the difference is small, and yet the DAE's picture is much better: there it is the decoder that "
        "has learned to pass over what noise does to the code.",
        "여기서는 인코더만 봐요. 망가진 그림의 코드는 원본의 코드에서 얼마나 떨어져 있을까요? 0이면 제자리, 1이면 아예 다른 그림의 코드만큼 멀어진 "
        "거예요. 잘 밀려나지 않는 코드를 강건하다(robust)고 해요. DAE는 망가진 그림에서 원본을 맞혀야 하니, 인코더가 망가진 데에 휘둘리지 않는 법을 "
        "배워요. 그래서 DAE의 코드는 대개 평범한 AE의 코드보다 덜 밀려나고, 얼굴에서 픽셀을 지우거나 소금·후추 잡음을 뿌리면 훨씬 덜 밀려나요. 얼굴에 "
        "가우시안 잡음을 섞으면 둘의 차이가 작은데, 그래도 고친 그림은 DAE가 훨씬 좋아요. 이때는 디코더가 잡음이 코드에 남긴 흔적을 흘려 "
        "넘기는 법을 배운 거예요.",
    ),
    "denoise.strayed_alt": (
        "Distance of the code from that of the clean picture over the strength of the damage; the mark is at "
        "{strength:.2f}",
        "망가뜨린 세기에 따라 코드가 원본의 코드에서 떨어진 거리. 표시는 {strength:.2f}",
    ),
    "denoise.strayed_axes": (
        "Across: strength. Up: distance of the code, lower is more robust; 1 is the root mean square distance between "
        "the codes of two training pictures.",
        "가로는 세기, 세로는 코드가 밀려난 거리이고 낮을수록 강건해요. 1은 학습 그림 두 장의 코드 사이 거리를 제곱평균제곱근으로 잰 값이에요.",
    ),
    "denoise.strayed_card": (
        "On average over 500 unseen pictures, Gaussian noise of 0.5: {told}.",
        "학습에 쓰지 않은 그림 500장에 세기 0.5의 가우시안 잡음을 섞었을 때의 평균: {told}.",
    ),
    "denoise.no_curve": (
        "A painted spot has no strength, so there are no curves for it.",
        "직접 칠한 자국에는 세기가 없어서 곡선을 그리지 않아요.",
    ),
    "denoise.explain": (
        r"""
**In one sentence.** If you have seen thousands of sevens, you recognise one behind a dirty window, and you could paint
it clean from memory.

$${\tilde{x} = x + \sigma \epsilon}, \quad {\epsilon \sim \mathcal{N}(0, I)}, \qquad\allowbreak
{\mathcal{L} = \sum_{\text{pixels}} \big(x - \text{decode}(\text{encode}(\tilde{x}))\big)^2}$$

That is the denoising autoencoder (Vincent et al. 2008; doi 10.1145/1390156.1390294): the input is damaged, the goal is
the clean picture. Simply copying its input, the identity function, no longer helps it. With Gaussian noise of small
$\sigma$, the best possible step $\text{decode}(\text{encode}(\tilde{x})) - \tilde{x}$ points to where data is denser:
about $\sigma^2 \nabla \log p(\tilde{x})$ (Alain and Bengio, arXiv 1211.4246). Diffusion models walk the same way in
many small steps.

**What has this DAE met?** All kinds of damage that are offered here, at many strengths: three kinds of noise (Vincent et
al. 2010, JMLR 11:3371), and lines painted in black. What lies below a wide stroke no pixel tells: it draws what usually is
there.

**Why does the plain AE do anything at all?** Its bottleneck has no room for noise: what cannot be said in D numbers is
lost. But the encoder has never met noise and is easily led astray. To be fair, for digits the plain AE beside the DAE
has the same D, 64. The overcomplete AE, which has no bottleneck, has learned to copy, and hands nearly all noise on.

**Why does the DAE change clean pictures?** Every network with a bottleneck does: what D numbers cannot say is lost. The
DAE has also learned to look for damage. At strength 0 doing nothing is best: look at the left end of the curve.

**Why is it blurry?** The clean picture is not certain any more. The answer with the least expected squared error is the
average of all clean pictures that fit.

**And what are the filters?** The median replaces a pixel by the middle value of itself and its eight neighbours: made
for salt and pepper. Total variation (Rudin, Osher and Fatemi 1992) looks for the flattest picture near the input; here it is even
told how strong the damage is.
""",
        r"""
**한 문장으로.** 숫자 7을 수천 번 본 사람은 더러운 유리창 너머의 7도 알아보고, 기억만으로 깨끗하게 다시 그릴 수 있어요.

$${\tilde{x} = x + \sigma \epsilon}, \quad {\epsilon \sim \mathcal{N}(0, I)}, \qquad\allowbreak
{\mathcal{L} = \sum_{\text{pixels}} \big(x - \text{decode}(\text{encode}(\tilde{x}))\big)^2}$$

이것이 잡음 제거(노이즈 제거) 오토인코더(denoising autoencoder)예요(Vincent 외 2008, doi 10.1145/1390156.1390294). 넣는 것은 망가진 그림, 맞혀야 할 것은
깨끗한 그림이죠. 입력을 그대로 베끼는 항등 함수로는 이제 답을 맞힐 수 없어요. 가우시안 잡음의 $\sigma$가 작을 때, 가장 잘 배운 DAE의 한 걸음
$\text{decode}(\text{encode}(\tilde{x})) - \tilde{x}$는 데이터가 더 빽빽한 쪽, 대략 $\sigma^2 \nabla \log p(\tilde{x})$를 가리켜요(Alain과
Bengio, arXiv 1211.4246). 디퓨전 모델도 같은 길을 잘게 나누어 걸어요.

**이 DAE는 무엇을 보며 배웠나요?** 여기서 고를 수 있는 네 가지를 여러 세기로 보며 배웠어요. 잡음 세 가지(Vincent 외 2010, JMLR 11:3371)에 까맣게 칠한
선까지예요. 굵은 선 밑에 무엇이 있었는지는 어느 픽셀도 말해 주지 않으니, 거기에는 대개 있을 법한 것을 그려 넣어요.

**평범한 AE도 조금은 고치던데요?** 병목이 좁아서 잡음까지 담을 자리가 없어요. 수 D개로 말할 수 없는 것은 사라지죠. 하지만 인코더는 잡음을
만난 적이 없어서 쉽게 엉뚱한 곳으로 끌려가요. 공평하게 견주려고 숫자에서는 DAE와 D가 같은(64) 평범한 AE를 세웠어요. 병목이 없는 overcomplete AE는 베끼는
법만 배워서 잡음도 거의 그대로 내놓아요.

**DAE는 왜 멀쩡한 그림도 바꾸나요?** 병목이 있는 신경망은 모두 그래요. 수 D개에 담기지 않는 것은 사라지니까요. DAE는 망가진 데를 찾아
고치는 버릇까지 들었어요. 세기가 0이면 그냥 두는 편이 가장 나아요. 곡선의 왼쪽 끝을 보세요.

**왜 흐릿한가요?** 깨끗한 그림이 무엇이었는지 이제 확실하지 않아요. 제곱 오차의 기댓값이 가장 작은 답은, 들어맞는 깨끗한 그림 모두의 평균이에요.

**필터는 뭘 하나요?** 중앙값 필터는 픽셀을 자신과 이웃 여덟, 모두 아홉 개의 가운데 값으로 바꿔요. 소금·후추 잡음에 딱 맞죠. 전변동(Rudin, Osher, Fatemi 1992)은
입력과 가까우면서 가장 평평한 그림을 찾아요. 여기서는 얼마나 망가졌는지까지 미리 알려 줬어요.
""",
    ),
}
