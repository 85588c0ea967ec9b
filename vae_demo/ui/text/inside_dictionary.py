"""The words of the section Sparse, English and Korean."""

TEXTS = {
    "dictionary.title": ("Sparse atoms", "희소 사전"),
    "dictionary.intro": (
        "A sparse autoencoder owns a dictionary of features, pictures that we call atoms, and draws yours by laying "
        "them over each other, each as strongly as its activation says. An atom for digits fills the whole picture; "
        "one for faces is small, can stand at many places at once, and has an activation at each. The L1 penalty "
        "leaves most activations at 0, KL leaves most of them faint. Mute an atom or double it, and see what it was "
        "for.",
        "희소 오토인코더는 ‘원자’라고 부르는 그림을 모은 사전(특징 사전)을 갖고 있고, 원자들을 저마다의 세기(활성값)로 겹쳐서 내 그림을 "
        "그려요. 손글씨 숫자의 원자는 그림 전체를 채우고, 얼굴의 원자는 작아서 여러 자리에 한꺼번에 놓이며 자리마다 활성값이 "
        "따로 있어요. L1 벌점은 활성값 대부분을 0으로 만들고, KL은 대부분을 약하게 남겨요. 원자를 끄거나 두 배로 키우면 "
        "무슨 일을 하던 원자인지 알 수 있어요.",
    ),
    "dictionary.none": (
        "No trained sparse autoencoder of this data set ({dataset}) is here yet. Choose the other one.",
        "이 데이터({dataset})로 학습한 희소 오토인코더가 아직 없어요. 다른 데이터를 골라 주세요.",
    ),
    "dictionary.yours": ("Yours", "내가 바꾼 그림"),
    "dictionary.press": ("Press an atom below to mute it.", "아래에서 원자를 눌러 꺼 보세요."),
    "dictionary.told": ("Muted: {muted}, doubled: {boosted}", "끈 원자 {muted}개, 두 배로 키운 원자 {boosted}개"),
    "dictionary.film": ("The picture, activation by activation", "활성값을 센 것부터 하나씩 더해 그리기"),
    "dictionary.sum": ("The sum so far", "여기까지 더한 그림"),
    "dictionary.sum_alt": ("Sum of the {n} strongest activations", "가장 센 활성값 {n}개로 그린 그림"),
    "dictionary.last": ("The atom that came last", "마지막에 더한 원자"),
    "dictionary.last_alt": ("The atom of activation number {n}", "{n}번째로 더한 활성값의 원자"),
    "dictionary.scrub": ("How many activations", "더한 활성값의 수"),
    "dictionary.strongest": ("The strongest atoms in this picture", "이 그림에서 가장 센 원자들"),
    "dictionary.strongest_words": (
        "The number is the activation z. Press once to mute, again to double, once more to set it back. Grey is "
        "nothing, bright adds ink, dark takes it away.",
        "적힌 값은 활성값 z예요. 한 번 누르면 꺼지고, 또 누르면 두 배, 한 번 더 누르면 원래대로 돌아와요. 회색은 0이고, 밝은 "
        "곳은 더하고 어두운 곳은 빼요.",
    ),
    "dictionary.reset": ("Reset all", "모두 원래대로"),
    "dictionary.atom": (
        "Atom {j}, activation {a:.2f}, mean ρ̂ = {rho:.3f}",
        "원자 {j}번, 활성값 {a:.2f}, 평균 ρ̂ = {rho:.3f}",
    ),
    "dictionary.on": ("on", "켜짐"),
    "dictionary.muted": ("muted", "꺼짐"),
    "dictionary.doubled": ("× 2", "× 2"),
    "dictionary.whole": ("The whole dictionary: {n:,} atoms", "사전 전체: 원자 {n:,}개"),
    "dictionary.whole_words": (
        "Sorted for your picture: the {on:,} atoms that are on come first, from the strongest; the faint ones are off.",
        "지금 그림에 맞춰 늘어놓았어요. 켜진 원자 {on:,}개가 센 순서로 먼저 오고, 흐린 것들은 꺼진 원자예요.",
    ),
    "dictionary.canvas_alt": (
        "The dictionary of {n} atoms, {on} of them on in this picture, strongest first",
        "원자 {n}개짜리 사전, 이 그림에서는 {on}개가 켜져 있고 센 것부터 나와요",
    ),
    "dictionary.compare": ("How sparse is the code?", "코드가 얼마나 희소할까요?"),
    "dictionary.no_penalty": ("no penalty", "벌점 없음"),
    "dictionary.penalty": ("penalty: {name}", "벌점: {name}"),
    "dictionary.rho": ("mean ρ̂ = {rho:.3f}", "평균 ρ̂ = {rho:.3f}"),
    "dictionary.silent": ("{n} units never on", "한 번도 안 켜진 유닛 {n}개"),
    "dictionary.activations": ("How active is each unit on average?", "유닛은 평균적으로 얼마나 켜질까요?"),
    "dictionary.activations_words": (
        "Each bar counts the units whose mean activation ρ̂ over the training pictures lies there; the last one counts "
        "all above too. KL gathers the units at ρ = {rho:g}. L1 leaves most of them at 0 and the rest as active as they "
        "are needed. Without a penalty all are strongly on, but for ReLUs that fell silent in training.",
        "막대는 학습 그림에서 잰 평균 활성값 ρ̂이 그 칸에 드는 유닛의 수예요. 마지막 막대에는 그보다 큰 것도 모두 들어가요. "
        "KL은 유닛들을 ρ = {rho:g} 근처로 모아요. L1은 대부분을 0에 두고, 나머지는 쓰이는 만큼 켜지게 둬요. 벌점이 없으면 학습 "
        "중에 꺼져 버린 ReLU를 빼고는 모두 세게 켜져요.",
    ),
    "dictionary.near": (
        "{near} of {n} units within {bin:g} of ρ = {rho:g}, {low} below {bin:g}",
        "유닛 {n}개 중 {near}개가 ρ = {rho:g}에서 {bin:g} 안쪽, {low}개가 {bin:g} 미만",
    ),
    "dictionary.histogram_alt": (
        "{name}, how many units have which mean activation: {words}",
        "{name}, 평균 활성값에 따른 유닛 수: {words}",
    ),
    "dictionary.sixteen": ("{name}: its {n} strongest atoms", "{name}: 가장 센 원자 {n}개"),
    "dictionary.not_here": (
        "The one with the {name} penalty has not been trained yet; it appears here as soon as it is.",
        "{name} 벌점을 쓴 모델은 아직 학습하지 않았어요. 학습이 끝나면 여기에 나란히 나와요.",
    ),
    "dictionary.faces": (
        "There is no face model with the {name} penalty. Choose the digits to see both penalties side by side.",
        "얼굴에는 {name} 벌점을 쓴 모델이 없어요. 두 벌점을 나란히 보려면 손글씨 숫자를 골라 주세요.",
    ),
    "dictionary.explain_words": (
        r"""
**In one sentence.** It has more building blocks than the picture has pixels, but each block costs, so it learns blocks
that are useful on their own, such as a piece of a stroke, and spends them sparingly.

$$z = \text{act}(W x + b), \qquad \hat{x} = \sum_j z_j\, d_j + c$$

The atoms $d_j$ are the columns of the decoder. Two penalties make the code sparse:

$${\mathcal{L}_{1}:\ \|x - \hat{x}\|^2 + \lambda \sum_j |z_j|} \qquad\qquad\allowbreak
{\mathrm{KL}:\ \|x - \hat{x}\|^2} + {\lambda \sum_j \Big(\rho \log\frac{\rho}{\hat\rho_j} +
(1-\rho) \log\frac{1-\rho}{1-\hat\rho_j}\Big)}$$

L1 wants every picture's activations small and makes most of them exactly 0 (ReLU units). KL wants the mean activation
$\hat\rho_j$ of every unit over many pictures near $\rho = 0.05$ (sigmoid units, which are never exactly 0).

**What are L0, L1 and rho?** L0 counts the units that are on, here above 0.01; for faces a unit is one atom at one
place, so one atom can count many times. L1 is the sum of the activations.
$\hat\rho_j$ is the mean activation of unit $j$, measured over the training pictures.

**Why does L1 hold the atoms to length 1?** Else the network would cheat: make every $z_j$ tiny and every atom huge, and
pay next to nothing for the same picture. (The KL penalty does not need it: there a mean activation far below $\rho$
costs as well.)

**Can more units than pixels learn anything?** Such a code is called overcomplete. Without a penalty it need not: each
pixel could be copied into a unit of its own, which is the identity function. The price on activity is what makes it
find parts that pictures share. For digits the overcomplete AE shows it: 1,024 ReLU units, trained as the SAE was but
without a price. It reconstructs nearly every pixel, its atoms mean nothing to us, and in the tab Denoise it hands the
noise on. The other way out of the identity is the DAE's: what comes in is not what has to come out.

**Why is it not a bottleneck of numbers?** There are more numbers than pixels, but most are zero or, with KL, close to it. What
is narrow is how much all of them may say together.
""",
        r"""
**한 문장으로.** 부품 수는 픽셀보다 많지만 쓸 때마다 값을 치러야 해서, 획 한 토막처럼 혼자서도 쓸모 있는 부품을 배우고
되도록 아껴 써요.

$$z = \text{act}(W x + b), \qquad \hat{x} = \sum_j z_j\, d_j + c$$

원자 $d_j$는 디코더 가중치의 열이에요. 코드를 희소하게 만드는 벌점은 두 가지예요.

$${\mathcal{L}_{1}:\ \|x - \hat{x}\|^2 + \lambda \sum_j |z_j|} \qquad\qquad\allowbreak
{\mathrm{KL}:\ \|x - \hat{x}\|^2} + {\lambda \sum_j \Big(\rho \log\frac{\rho}{\hat\rho_j} +
(1-\rho) \log\frac{1-\rho}{1-\hat\rho_j}\Big)}$$

L1은 그림마다 활성값이 작기를 바라고, 대부분을 정확히 0으로 만들어요(ReLU 유닛). KL은 여러 그림에서 잰 유닛의 평균 활성값
$\hat\rho_j$가 $\rho = 0.05$에 가깝기를 바라요(시그모이드 유닛이라 정확히 0이 되지는 않아요).

**L0, L1, ρ는 뭔가요?** L0은 켜진 유닛의 수예요. 여기서는 0.01보다 크면 켜졌다고 봐요. 얼굴에서는 한 자리에 놓인 원자
하나가 유닛 하나라서, 같은 원자가 여러 번 세어져요. L1은 활성값의 합이에요.
$\hat\rho_j$는 학습 그림에서 잰 유닛 $j$의 평균 활성값이에요.

**L1에서는 왜 원자의 길이를 1로 묶나요?** 그러지 않으면 꾀를 부려요. $z_j$는 아주 작게, 원자는 아주 크게 만들면 벌점은
거의 안 내면서 똑같은 그림을 그릴 수 있거든요. (KL 벌점은 평균 활성값이 $\rho$보다 훨씬 작아도 값을 물리니 묶지 않아도
돼요.)

**유닛이 픽셀보다 많은데 배우는 게 있나요?** 이런 코드를 과완비(overcomplete)라고 해요. 벌점이 없으면 배우지 않아도 돼요. 픽셀을 유닛에
하나씩 옮겨 적기만 하면 그만이죠. 입력을 그대로 내놓는 항등 함수예요.
켜는 데 값이 들기 때문에 여러 그림이 함께 쓰는 부품을 찾게 돼요. 숫자에서는 overcomplete AE가 그 모습을 보여 줘요. SAE와 똑같이 ReLU 유닛 1,024개로
배웠지만 벌점이 없었어요. 픽셀을 거의 그대로 되살리지만 원자에서는 뜻을 읽을 수 없고, 잡음 제거 탭에서는 잡음까지 그대로 내놓아요. 항등 함수를 피하는 다른 길은
DAE예요. 들어간 그림과 나와야 할 그림이 다르니까요.

**그럼 병목은 어디 있나요?** 코드에 든 수는 픽셀보다 많지만 대부분 0이에요(KL이면 0에 가까워요). 유닛이 다 함께 말할 수 있는 양이 좁은 거예요.
""",
    ),
}
