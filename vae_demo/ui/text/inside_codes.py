"""The words of the section VQ codes, English and Korean."""

TEXTS = {
    "codes.title": ("VQ codes", "VQ 코드북"),
    "codes.intro": (
        "A VQ-VAE writes the picture as a small map of symbols, each one an entry of its codebook. Choose a place on the "
        "picture and give it another code, or paint with one.",
        "VQ-VAE는 그림을 기호로 채운 작은 지도로 적어요. 기호는 모두 코드북에 실린 항목이에요. 그림에서 자리를 골라 다른 코드로 "
        "바꾸거나, 코드 하나를 붓 삼아 칠해 보세요.",
    ),
    "codes.level": ("Level", "층"),
    "codes.codes": ("The map", "지도"),
    "codes.top": ("Top level (coarse)", "위층 (큼직하게)"),
    "codes.bottom": ("Bottom level (fine)", "아래층 (자세하게)"),
    "codes.none": (
        "No trained VQ model of this data set ({dataset}) is here yet. Choose the other one.",
        "이 데이터({dataset})로 학습한 VQ 모델이 아직 없어요. 다른 데이터를 골라 주세요.",
    ),
    "codes.yours": ("Yours", "내가 바꾼 그림"),
    "codes.changed": ("{n} codes changed", "바꾼 코드 {n}개"),
    "codes.map": ("The picture and its codes", "그림과 코드 지도"),
    "codes.map_alt": (
        "The codes of the picture in {rows} rows and {columns} columns. Arrow keys choose a place.",
        "그림의 코드 {rows}행 {columns}열. 방향키로 자리를 골라요.",
    ),
    "codes.place": ("row {row}, column {column}: code {code}", "{row}행 {column}열: 코드 {code}"),
    "codes.was": ("was {own}", "원래는 {own}"),
    "codes.start": ("Choose a code to put here.", "여기에 넣을 코드를 골라 보세요."),
    "codes.loaded": ("Choose a code for the brush.", "붓에 묻힐 코드를 골라 주세요."),
    "codes.painting": (
        "Painting with code {code}: draw over the picture, or press Enter on a place.",
        "{code}번 코드로 칠하는 중이에요. 그림 위를 문지르거나, 자리에서 Enter를 누르세요.",
    ),
    "codes.paint": ("Paint", "칠하기"),
    "codes.back": ("Reset this place", "이 자리만 원래대로"),
    "codes.reset": ("Reset all", "모두 원래대로"),
    "codes.book": ("The codebook: {k:,} entries", "코드북: 항목 {k:,}개"),
    "codes.order_uses": (
        "What each code draws at a place among others of its kind, the most used first; the bar is its use over the "
        "training pictures, and a dashed frame marks dead codes, which none of them used.",
        "이웃도 모두 같은 코드일 때 한 자리에 그려지는 무늬예요. 많이 쓰인 것부터 놓았고, 막대는 학습 그림에서 쓰인 횟수예요. "
        "점선 테두리는 한 번도 쓰이지 않은 죽은 코드예요.",
    ),
    "codes.order_here": (
        "What each code draws at a place among others of its kind; those in your picture come first.",
        "이웃도 모두 같은 코드일 때 한 자리에 그려지는 무늬예요. 지금 그림에 쓰인 코드가 먼저 나와요.",
    ),
    "codes.entry": ("Code {k}, {use}", "코드 {k}, {use}"),
    "codes.use": ("used {n:,} times in training pictures", "학습 그림에서 {n:,}번 쓰임"),
    "codes.dead": ("A dead code: no training picture uses it", "죽은 코드예요. 어떤 학습 그림에도 쓰이지 않아요"),
    "codes.use_here": ("{n} times in this picture", "이 그림에 {n}번"),
    "codes.facts": ("Measured on test pictures", "테스트 그림에서 잰 값"),
    "codes.places": (
        "{level}: {places:,} places, each one of {entries:,} codes",
        "{level}: 자리 {places:,}곳, 자리마다 코드 {entries:,}개 중 하나",
    ),
    "codes.measured": (
        "Perplexity {perplexity:,.0f} of {entries:,}: as if so many codes were used equally often. Never used: {dead}",
        "퍼플렉시티 {perplexity:,.0f} (최대 {entries:,}): 코드 이만큼을 똑같이 자주 쓴 셈이에요. 한 번도 안 쓴 코드: {dead}개",
    ),
    "codes.bits": (
        "{bits:,.0f} bits a picture, instead of {raw:,} for its pixels: {times:.0f} times fewer",
        "그림 한 장에 {bits:,.0f}비트. 픽셀 그대로라면 {raw:,}비트니까 {times:.0f}분의 1이에요",
    ),
    "codes.bits_prior": (
        "{bits:,.0f} bits when its code prior is used to compress the map",
        "코드 사전분포로 지도를 압축하면 {bits:,.0f}비트",
    ),
    "codes.swap": ("## Swap the levels of two pictures", "## 두 그림의 층 바꿔 끼우기"),
    "codes.swap_words": (
        "The top level of one picture on the bottom level of the other: which of the two carries the face?",
        "한 그림의 위층에 다른 그림의 아래층을 끼워요. 얼굴은 어느 층에 담겨 있을까요?",
    ),
    "codes.other": ("The other picture (B)", "다른 그림 (B)"),
    "codes.swap_a": ("A", "A"),
    "codes.swap_b": ("B", "B"),
    "codes.swap_a_top": ("Top of A, bottom of B", "A의 위층 + B의 아래층"),
    "codes.swap_b_top": ("Top of B, bottom of A", "B의 위층 + A의 아래층"),
    "codes.explain_words": (
        r"""
**In one sentence.** It is like building with bricks from a box of known bricks: instead of measuring everything, one
writes down which brick goes where.

$${z_q(x) = e_k}, \qquad\allowbreak {k = \arg\min_j \|z_e(x) - e_j\|_2}$$

The encoder gives a vector $z_e$ at each place; the nearest entry $e_k$ of the codebook takes its place, and the decoder
sees only entries.

$$\mathcal{L} = -\log p(x \mid z_q) + \beta\, \|z_e - \mathrm{sg}[e]\|_2^2$$

The rounding has no gradient, so the decoder's gradient is handed straight through to the encoder. The second term, the
commitment loss, keeps the encoder's vectors near the entries they chose; $\mathrm{sg}$ (stop gradient) lets it move only
the encoder. The entries themselves follow, as moving averages of the vectors that chose them.

**Does a code always look the same?** Nearly: the decoder sees a place together with its neighbours, so a stroke goes on
smoothly. That is why one new code changes a little around it as well.

**What is perplexity?** $\exp(H)$, with $H$ the entropy of how often the codes are used: 1 if only one is ever used, $K$
if all are used equally often. A dead code is one that is never used.

**How many bits is a picture?** The number of places times $\log_2 K$. A prior that knows which codes go together needs
fewer.

**Why two levels in VQ-VAE-2?** The coarse level has one symbol for a large patch and can say what is there; the fine
level adds the texture and the edges.
""",
        r"""
**한 문장으로.** 블록 상자로 만들기와 같아요. 길이를 일일이 재서 적는 대신, 어느 자리에 몇 번 블록을 놓는지만 적는 거예요.

$${z_q(x) = e_k}, \qquad\allowbreak {k = \arg\min_j \|z_e(x) - e_j\|_2}$$

인코더는 자리마다 벡터 $z_e$를 내놓고, 코드북에서 가장 가까운 항목 $e_k$가 그 자리를 대신해요. 디코더는 코드북의 항목만
보게 되죠.

$$\mathcal{L} = -\log p(x \mid z_q) + \beta\, \|z_e - \mathrm{sg}[e]\|_2^2$$

가까운 항목으로 바꾸는 일은 미분이 안 돼요. 그래서 디코더의 그래디언트를 인코더에 그대로 건네줘요. 둘째 항은 커밋먼트
손실이에요. 인코더의 벡터가 자기가 고른 항목 곁에 머물게 하고, $\mathrm{sg}$(stop gradient, 그래디언트 멈춤) 덕분에 인코더만 움직여요. 코드북
항목은 자기를 고른 벡터들의 이동 평균을 따라가요.

**코드 하나는 늘 같은 모양인가요?** 거의 그래요. 다만 디코더는 이웃 자리도 함께 보고 획을 매끄럽게 이어요. 그래서 코드 하나만
바꿔도 주변이 조금 달라져요.

**퍼플렉시티가 뭔가요?** 코드가 얼마나 고루 쓰이는지 나타내는 엔트로피 $H$로 계산한 $\exp(H)$예요. 하나만 쓰면 1, 모두 똑같이
쓰면 $K$가 돼요. 한 번도 안 쓰이는 코드는 죽은 코드라고 해요.

**그림 한 장은 몇 비트인가요?** 자리 수에 $\log_2 K$를 곱하면 돼요. 어떤 코드끼리 어울리는지 아는 사전분포를 쓰면 더 줄어요.

**VQ-VAE-2는 왜 두 층인가요?** 위층은 넓은 자리에 기호 하나를 두어 무엇이 있는지 말하고, 아래층은 질감과 윤곽을 채워요.
""",
    ),
}
