"""The words of the section Attention, English and Korean; the browser fills in some of the braces."""

TEXTS = {
    "attention.title": ("Attention", "어텐션"),
    "attention.intro": (
        "This autoencoder cuts the picture into patches. A few slots read the patches they care about, and that is the "
        "code; then every patch of the output reads the slots. Press a place of the output: where in the input did it "
        "come from?",
        "이 오토인코더는 그림을 조각으로 나눠요. 슬롯 몇 개가 저마다 눈여겨보는 조각을 읽어서 코드를 만들고, 출력의 조각들이 다시 "
        "슬롯을 읽어요. 출력의 한 자리를 눌러 보세요. 입력의 어디에서 온 걸까요?",
    ),
    "attention.model": ("Model", "모델"),
    "attention.none": (
        "No trained attention autoencoder of this data set is here yet. Choose the other data set.",
        "이 데이터로 학습한 어텐션 오토인코더가 아직 없어요. 다른 데이터를 골라 주세요.",
    ),
    "attention.role": ("grid", "격자"),
    "attention.output": ("Output: press a place", "출력: 한 자리를 눌러 보세요"),
    "attention.output_keys": (
        "Output. Arrow keys choose a place; the text below says what it read.",
        "출력. 방향키로 자리를 고르면 어디를 읽었는지 아래에 글로 나와요.",
    ),
    "attention.input": ("Input: brighter orange was read more", "입력: 주황이 진할수록 많이 읽은 곳"),
    "attention.way": ("What to show", "무엇을 볼까요?"),
    "attention.way.attention": ("attention", "어텐션"),
    "attention.way.rollout": ("rollout", "롤아웃"),
    "attention.way.gradient": ("gradient", "그래디언트"),
    "attention.about.attention": (
        "Attention through the slots alone: output place → slots → input places.",
        "슬롯만 거쳐서 본 어텐션이에요: 출력 자리 → 슬롯 → 입력 자리.",
    ),
    "attention.about.rollout": (
        "Rollout: the same with the self-attention before and after, where patches read each other; half of every step "
        "is taken to stay where it is.",
        "롤아웃: 앞뒤에서 조각끼리 서로 읽는 셀프 어텐션까지 곱했어요. 단계마다 절반은 제자리에 남는다고 봐요.",
    ),
    "attention.about.gradient": (
        "Gradient: how much this place would change if that one did. It is measured, not read off the attention, and "
        "often gives another answer.",
        "그래디언트: 저 자리가 변하면 이 자리가 얼마나 변할까요? 실제로 잰 영향이라, 어텐션과 답이 다를 때도 많아요.",
    ),
    "attention.told": (
        "Row {row}, column {column} of the output read most of: {most}.",
        "출력의 {row}행 {column}열은 이곳을 가장 많이 읽었어요: {most}.",
    ),
    "attention.place": ("row {row}, column {column} ({share}%)", "{row}행 {column}열({share}%)"),
    "attention.whole": (
        "The output as a picture: press it to use it elsewhere",
        "출력 그림: 누르면 다른 곳에 쓸 수 있어요",
    ),
    "attention.slots": ("The slots", "슬롯"),
    "attention.slots_hint": (
        "What each slot reads of the input, and how much of it the pressed place takes. Together they are the code.",
        "슬롯마다 입력의 어디를 읽는지, 그리고 누른 자리가 그 슬롯을 얼마나 가져가는지예요. 슬롯을 모두 모은 것이 코드예요.",
    ),
    "attention.slot": ("slot {i}: {share}%", "슬롯 {i}: {share}%"),
    "attention.slot_alt": ("Slot {i} reads most of: {most}", "{i}번 슬롯이 가장 많이 읽는 곳: {most}"),
    "attention.explain_words": (
        r"""
**In one sentence.** A slot is a reader with one question; it looks at all patches at once, gives each a share of its
attention, and remembers the mixture.

$$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V$$

(Vaswani et al., arXiv 1706.03762; learned queries that read an input: Perceiver IO, arXiv 2107.14795.) Each row of the
softmax sums to 1. With $R$ (slots $\times$ places) for what the slots read and $W$ (places $\times$ slots) for what the
output reads of the slots, the output reads the input by

$$A = W R, \qquad \sum_j A_{ij} = 1$$

The weights are averages over the heads. **Rollout** (arXiv 2005.00928) multiplies the self-attention in as well, each
layer as $\tfrac{1}{2}(A_l + I)$: the $I$ is the residual connection, which carries the signal past the attention, and
the half is an assumption.

**Is that what the network really used?** Not quite. Attention says where it looked, not what it took from there, and
each patch has already read its neighbours. The gradient $\partial \hat{x}_i / \partial x_j$ says what moves what.

**Why do many places read the same slots?** There are 49 or 64 places and only 8 or 16 slots: the bottleneck is here.
""",
        r"""
**한 문장으로.** 슬롯은 질문 하나를 품은 독자예요. 모든 조각을 한꺼번에 보면서 관심을 나눠 주고, 그렇게 섞은 것을 기억해요.

$$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V$$

(Vaswani 외, arXiv 1706.03762. 학습한 질의가 입력을 읽는 방식은 Perceiver IO, arXiv 2107.14795.) 소프트맥스는 행마다 합이
1이에요. 슬롯이 읽은 몫을 $R$(슬롯 $\times$ 자리), 출력이 슬롯을 읽은 몫을 $W$(자리 $\times$ 슬롯)라고 하면, 출력이 입력을
읽은 몫은 이렇게 돼요.

$$A = W R, \qquad \sum_j A_{ij} = 1$$

가중치는 헤드들의 평균이에요. **롤아웃**(arXiv 2005.00928)은 셀프 어텐션까지 곱하고, 층마다
$\tfrac{1}{2}(A_l + I)$로 봐요. $I$는 어텐션을 거치지 않고 신호를 넘기는 잔차 연결이고, 절반이라는 몫은 가정이에요.

**신경망이 정말 그곳을 썼나요?** 꼭 그렇지는 않아요. 어텐션은 어디를 보았는지만 말해 주고 무엇을 가져왔는지는 말해 주지
않아요. 조각들은 이미 이웃을 읽은 뒤이기도 하고요. 무엇이 무엇을 움직이는지는 그래디언트 $\partial \hat{x}_i / \partial x_j$가
알려 줘요.

**왜 여러 자리가 같은 슬롯을 읽나요?** 자리는 49개나 64개인데 슬롯은 8개나 16개뿐이에요. 병목이 바로 여기예요.
""",
    ),
}
