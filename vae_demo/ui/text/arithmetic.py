"""The words of the tab Latent arithmetic, English and Korean; attributes and groups too."""

ATTRIBUTES = {
    "Eyeglasses": ("Glasses", "안경"),
    "Sunglasses": ("Sunglasses", "선글라스"),
    "Smiling": ("Smile", "미소"),
    "Male": ("Male", "남성"),
    "Young": ("Young", "젊음"),
    "Beard": ("Beard", "수염"),
    "Bangs": ("Bangs", "앞머리"),
    "Blond_Hair": ("Blond hair", "금발"),
    "Black_Hair": ("Black hair", "검은 머리"),
    "Wearing_Hat": ("Hat", "모자"),
    "Pale_Skin": ("Pale skin", "흰 피부"),
    "Mouth_Slightly_Open": ("Mouth open", "벌린 입"),
    "Thick": ("Thick", "굵기"),
    "Slanted": ("Slanted", "기울어진 정도"),
    "Wide": ("Wide", "너비"),
}

GROUPS = {
    "man": ("man", "남자"),
    "woman": ("woman", "여자"),
    "man_glasses": ("man with glasses", "안경 쓴 남자"),
    "woman_glasses": ("woman with glasses", "안경 쓴 여자"),
    "man_sunglasses": ("man with sunglasses", "선글라스 쓴 남자"),
    "woman_sunglasses": ("woman with sunglasses", "선글라스 쓴 여자"),
    "man_smiling": ("smiling man", "웃는 남자"),
    "woman_smiling": ("smiling woman", "웃는 여자"),
    "man_serious": ("serious man", "웃지 않는 남자"),
    "woman_serious": ("serious woman", "웃지 않는 여자"),
    **{f"digit_{d}": (f"{d}", f"숫자 {d}") for d in range(10)},
    **{f"thick_{d}": (f"thick {d}", f"굵은 {d}") for d in range(10)},
    **{f"thin_{d}": (f"thin {d}", f"가는 {d}") for d in range(10)},
    **{f"slanted_{d}": (f"slanted {d}", f"기울어진 {d}") for d in range(10)},
    **{f"upright_{d}": (f"upright {d}", f"똑바른 {d}") for d in range(10)},
}

TEXTS = {
    **{f"arithmetic.attribute.{name}": words for name, words in ATTRIBUTES.items()},
    **{f"arithmetic.group.{name}": words for name, words in GROUPS.items()},
    "arithmetic.title": ("Arithmetic", "연산"),
    "arithmetic.intro_mnist": (
        "*Slanted 7 − upright 7 + upright 1* = ? Codes can be added and subtracted like numbers. Change any term.",
        "*기울어진 7 − 똑바른 7 + 똑바른 1* = ? 코드는 수처럼 더하고 뺄 수 있어요. 항을 바꿔 보세요.",
    ),
    "arithmetic.intro_celeba": (
        "*Man with glasses − man + woman* = ? Codes can be added and subtracted like numbers. Change any term.",
        "*안경 쓴 남자 − 남자 + 여자* = ? 코드는 수처럼 더하고 뺄 수 있어요. 항을 바꿔 보세요.",
    ),
    "arithmetic.variant": ("Model", "모델"),
    "arithmetic.variant_info": (
        "Only models with directions and group means.",
        "방향과 집단 평균이 있는 모델만 나와요.",
    ),
    "arithmetic.term_a": ("A: take", "A: 이것에서"),
    "arithmetic.term_b": ("− B: without", "− B: 이것을 빼고"),
    "arithmetic.term_c": ("+ C: put on", "+ C: 여기에 더하면"),
    "arithmetic.own": ("one picture of my choice …", "직접 고르는 그림 한 장 …"),
    "arithmetic.picture_a": ("Picture A", "그림 A"),
    "arithmetic.picture_b": ("Picture B", "그림 B"),
    "arithmetic.picture_c": ("Picture C", "그림 C"),
    "arithmetic.group_n": ("mean of {n:,}", "{n:,}장 평균"),
    "arithmetic.own_title": ("your picture", "내 그림"),
    "arithmetic.own_caption": ("as the model draws it", "모델이 복원한 모습"),
    "arithmetic.strength": ("Strength", "세기"),
    "arithmetic.strength_info": (
        "times the difference A − B; below 0 the other way round",
        "A − B에 곱하는 수. 0보다 작으면 반대로 가요",
    ),
    "arithmetic.mode": ("What is carried over", "무엇을 옮길까요?"),
    "arithmetic.mode_info": (
        "The plain difference of two single pictures carries whatever else they differ in as well: light and pose in "
        "faces, thickness and width in digits.",
        "그림 한 장끼리 통째로 빼면 다른 차이까지 딸려 와요. 얼굴이라면 조명과 자세, 손글씨 숫자라면 획의 굵기나 너비 같은 "
        "거예요.",
    ),
    "arithmetic.attributes": ("only the named attributes", "이름 붙은 속성만"),
    "arithmetic.plain": ("everything (plain a − b + c)", "통째로 (a − b + c 그대로)"),
    "arithmetic.moved": (
        "Only named attributes were carried over: {names}.",
        "이름 붙은 속성만 옮겼어요: {names}.",
    ),
    "arithmetic.moved_nothing": (
        "The probes see no named attribute in which A and B differ and that C still lacks, so nothing was carried over. "
        "Try the plain equation.",
        "탐침이 보기에 A와 B가 다르면서 C에 아직 없는 속성이 없어서 아무것도 옮기지 않았어요. 통째로 계산해 보세요.",
    ),
    "arithmetic.moved_plain": (
        "Everything in which A and B differ was carried over: z = c + {strength:g} × (a − b).",
        "A와 B의 차이를 통째로 옮겼어요: z = c + {strength:g} × (a − b).",
    ),
    "arithmetic.result_caption": ("result", "결과"),
    "arithmetic.verdict": (
        "The percentages are the verdict of a classifier that took no part in training.",
        "퍼센트는 학습에 참여하지 않은 별도 분류기의 판정이에요.",
    ),
    "arithmetic.verdict_glasses": ("glasses {p:.0%}", "안경 {p:.0%}"),
    "arithmetic.verdict_woman": ("woman {p:.0%}", "여자 {p:.0%}"),
    "arithmetic.verdict_man": ("man {p:.0%}", "남자 {p:.0%}"),
    "arithmetic.verdict_smile": ("smile {p:.0%}", "미소 {p:.0%}"),
    "arithmetic.verdict_accuracy": (
        "Its accuracy on real photos: {words}.",
        "실제 사진에서 이 분류기의 정확도: {words}.",
    ),
    "arithmetic.others": ("The same equation in the other models", "같은 식을 다른 모델로 계산하면"),
    "arithmetic.grow": (
        "## Watch it happen: the strength from 0 to its value",
        "## 바뀌는 과정 보기: 세기를 0에서 올려 가며",
    ),
    "arithmetic.frame": ("strength {strength:.2f}", "세기 {strength:.2f}"),
    "arithmetic.scrub": ("Strength, from 0 to the chosen one", "세기, 0에서 고른 값까지"),
    "arithmetic.none": (
        "No {dataset} model with directions is here yet.",
        "방향을 갖춘 {dataset} 모델이 아직 없어요.",
    ),
    "arithmetic.record": (
        "With real photos of people that {name} never saw, one for each term, it gets the equation right {rate:.0%} of "
        "the time (95% interval {low:.0%} to {high:.0%}, at strength 1). The fold-out at the bottom has every model.",
        "{name} 모델이 본 적 없는 사람들의 실제 사진을 항마다 한 장씩 써서 세기 1로 계산하면, 성공률은 {rate:.0%}예요(95% 구간 "
        "{low:.0%}~{high:.0%}). 모델별 성공률은 맨 아래 접힌 칸에 있어요.",
    ),
    "arithmetic.rates": (
        "How often does it work? Measured on {pictures:,} photos of people in no training set, with 95% intervals; the "
        "rest are failures. The classifier decides, and it sees the glasses in {seen:.0%} of the real photos of their "
        "wearers.",
        "얼마나 자주 성공할까요? 어떤 학습에도 쓰지 않은 사람들의 사진 {pictures:,}장으로 쟀고, 아래 작은 글씨는 95% "
        "구간이에요. 나머지는 실패예요. 판정은 분류기가 하는데, 이 분류기는 안경 쓴 사람의 실제 사진에서도 {seen:.0%}만 "
        "안경을 알아봐요.",
    ),
    "arithmetic.rate.equation_right_attributes_x1": (
        "man with glasses − man + woman, single faces",
        "안경 쓴 남자 − 남자 + 여자, 한 장씩",
    ),
    "arithmetic.rate.equation_right_attributes_x1_groups": ("the same, means of eight", "같은 식, 여덟 장 평균"),
    "arithmetic.rate.equation_right_plain_x1": (
        "the plain equation, single faces",
        "통째로 계산, 한 장씩",
    ),
    "arithmetic.rate.glasses_add_x1_men": ("glasses put on men", "남자에게 안경 씌우기"),
    "arithmetic.rate.glasses_add_x1_women": ("glasses put on women", "여자에게 안경 씌우기"),
    "arithmetic.rate.glasses_remove_x1": ("glasses taken off", "안경 벗기기"),
    "arithmetic.rate.smile_add_x1": ("made to smile", "웃게 하기"),
    "arithmetic.rate.smile_remove_x1": ("smile taken away", "웃음 없애기"),
    "arithmetic.single": (
        "## Single faces: where it works and where it fails",
        "## 얼굴 한 장씩으로: 잘될 때와 안될 때",
    ),
    "arithmetic.single_words": (
        "Here every term is a single face that a model of ours made up, and not the mean of many. It came out right "
        "where the classifier sees glasses and a woman; sunglasses count as glasses. Roll the dice for other faces.",
        "여기서는 많은 사진의 평균 대신 저희 모델이 지어낸 얼굴을 항마다 한 장씩 써요. 결과에서 분류기가 안경과 여자를 둘 다 "
        "알아보면 성공이고, 선글라스도 안경으로 쳐요. 주사위를 굴리면 다른 얼굴로 해 볼 수 있어요.",
    ),
    "arithmetic.only_faces": ("Only for faces: name a model of faces.", "얼굴에만 해당해요. 얼굴 모델을 골라 주세요."),
    "arithmetic.single_count": (
        "With these invented faces {right} of {n} came out right.",
        "여기 지어낸 얼굴들로는 {n}번 가운데 {right}번 성공했어요.",
    ),
    "arithmetic.single_right": ("right", "성공"),
    "arithmetic.single_failed": ("failed", "실패"),
    "arithmetic.single_a": ("a man with glasses", "안경 쓴 남자"),
    "arithmetic.single_b": ("a man", "남자"),
    "arithmetic.single_c": ("a woman", "여자"),
    "arithmetic.board": ("## Attribute sliders", "## 속성 슬라이더"),
    "arithmetic.board_words": (
        "Move several at once. 1 is the step from the average picture without the attribute to the average one with it.",
        "여러 개를 한꺼번에 움직여 보세요. 1이면 그 속성이 없는 평균에서 있는 평균까지 가는 거리예요.",
    ),
    "arithmetic.board_input": ("The picture to change", "바꿀 그림"),
    "arithmetic.naive": ("Directions", "방향"),
    "arithmetic.balanced_choice": ("balanced", "균형 잡은 방향"),
    "arithmetic.naive_choice": ("naive difference of means", "단순 평균 차이"),
    "arithmetic.naive_info": (
        "Naive ones drag along what goes together in the data: with faces glasses bring age and men, with digits thick "
        "strokes bring width.",
        "단순한 방향은 데이터에서 함께 다니던 것까지 끌고 와요. 얼굴에 안경을 씌우면 나이 든 남자에 가까워지고, 손글씨 숫자의 획을 "
        "굵게 하면 폭도 넓어지는 식이죠.",
    ),
    "arithmetic.reset": ("Back to zero", "모두 0으로"),
    "arithmetic.before": ("before", "전"),
    "arithmetic.after": ("after", "후"),
    "arithmetic.nothing_moved": ("all sliders at 0", "모든 슬라이더가 0"),
    "arithmetic.attribute": ("Attribute", "속성"),
    "arithmetic.probe": ("Linear probe in z", "z의 선형 탐침"),
    "arithmetic.slider_rate": (
        "“Succeeds” is not about this picture: it is how often one step (±1) works on photos of other people, who are in "
        "no training set, with its 95% interval. It works where the classifier then sees the attribute as asked and, for "
        "all but Male, the sex as it was.",
        "성공률은 이 그림이 아니라 학습에 쓰지 않은 다른 사람들의 사진에서 쟀고, 괄호 안은 95% 구간이에요. 한 걸음(±1) 움직인 "
        "뒤에 분류기가 그 속성이 바뀌었다고 보고 성별은 그대로라고 보면 성공이에요(‘남성’은 그 속성만 봐요).",
    ),
    "arithmetic.slider_success": (
        "{step} succeeds: {rate:.0%} ({low:.0f}–{high:.0f}%)",
        "{step} 성공률 {rate:.0%} ({low:.0f}–{high:.0f}%)",
    ),
    "arithmetic.judge": ("Independent classifier", "독립 분류기"),
    "arithmetic.probe_or_judge": (
        "The probe reads the code, which is what a slider moves; the classifier sees only the picture. Where the probe says "
        "yes and the classifier no, the code has changed but the decoder did not draw it plainly enough, or the classifier "
        "is wrong.",
        "탐침은 슬라이더가 옮긴 코드를 읽고, 분류기는 그림만 봐요. 탐침은 그렇다는데 분류기가 아니라고 하면, 코드는 바뀌었지만 "
        "디코더가 알아볼 만큼 그려 내지 못했거나 분류기가 틀린 거예요.",
    ),
    "arithmetic.explain_words": (
        r"""
**In one sentence.** If "has glasses" is a direction in the space of codes, you can walk along it from any face: take
the arrow from *man* to *man with glasses* and put it on *woman*.

$$z = z_C + s\,(z_A - z_B), \qquad x = \text{decode}(z)$$

**Groups or single pictures?** A group's term is the mean code of all its training pictures, so light, pose and
background average out. The plain difference of two single photos carries all of that over. *Only the named attributes*
therefore asks the linear probes what A has and B lacks, and adds just those attributes' directions $d_k$:

$$z = z_C + s \sum_k \alpha_k\, d_k$$

How far? Until the probe reads of C what it reads of A, and at least half as much again as of the average picture with
that attribute. What C has already is not added twice. Probabilities of A and B that differ by less than 0.5 count as
equal, so that nothing is carried over that two pictures happen to differ in (glasses count from 0.05 on and the sex from
0.1: in the best models their probes are hardly ever wrong). A beard goes only to whom the probe takes for a man: the
decoder has seen no other.

**What is a balanced direction?** In photos of celebrities, people with glasses are more often men and older. The naive
direction, mean with minus mean without, carries that along. Balanced: the difference is taken within cells of equal
sex, age and smile (for digits: the same digit), then averaged, and made to leave the other attributes' probes alone. A
decoder shows less of a step than its code says, so the direction is then lengthened, twofold at most, until the picture,
encoded again, shows all of the difference.

**Who says that it worked?** Not our eyes only: a separate classifier, trained on other people and never used in any
loss of an autoencoder. It can be wrong too, above all on pictures unlike photos.

**Why does it fail at times?** Glasses are few pixels. A model trained on squared error alone can leave them out and
hardly pay for it; then no direction brings them back. A large strength leaves the region that the decoder knows.

**What are Male, Young, Pale?** Labels that annotators gave to photos, not who somebody is. Data and model have their
biases: move one slider and see what else moves.
""",
        r"""
**한 문장으로.** ‘안경을 썼다’가 코드 공간의 한 방향이라면 어떤 얼굴에서든 그 방향으로 걸어갈 수 있어요. *남자*에서
*안경 쓴 남자*로 가는 화살표를 떼어다 *여자*에 붙이는 거죠.

$$z = z_C + s\,(z_A - z_B), \qquad x = \text{decode}(z)$$

**집단 평균과 사진 한 장은 뭐가 다른가요?** 집단은 학습 그림 전체의 평균 코드라서 조명, 자세, 배경이 서로 지워져요.
사진 두 장을 통째로 빼면 그런 것까지 모두 딸려 오죠. 그래서 *이름 붙은 속성만*은 A에는 있고 B에는 없는 속성을 선형
탐침에게 물어, 그 속성의 방향 $d_k$만 더해요.

$$z = z_C + s \sum_k \alpha_k\, d_k$$

얼마나 더할까요? C를 읽은 탐침 값이 A를 읽은 값에 이를 때까지, 그리고 적어도 그 속성이 있는 평균 그림의 1.5배가 될
때까지 더해요. C에 이미 있는 속성은 또 더하지 않아요. 두 그림이 우연히 다른 점까지 옮기지 않도록, A와 B의 확률 차이가
0.5보다 작으면 같은 것으로 쳐요(좋은 모델에서는 탐침이 거의 틀리지 않는 안경은 0.05, 성별은 0.1부터 다르다고 봐요). 수염은 탐침이 남자로
읽은 얼굴에만 옮겨요. 디코더가 다른 수염을 본 적이 없거든요.

**균형 잡은 방향이 뭔가요?** 유명인 사진에서는 안경 쓴 사람 중에 남자와 나이 든 사람이 더 많아요. ‘있는 쪽 평균 − 없는
쪽 평균’이라는 단순한 방향에는 그 치우침이 그대로 실려요. 균형 잡은 방향은 성별, 나이, 미소가 같은 칸 안에서(손글씨 숫자라면
같은 숫자끼리) 차이를 구해 평균을 내고, 다른 속성의 탐침 값은 건드리지 않게 다듬은 거예요.
코드를 옮긴 만큼 그림에 다 드러나지는 않아서, 그림을 다시 인코딩해 읽은 값이 그 차이만큼 움직일 때까지 방향을 최대 두 배로
늘렸어요.

**성공했는지는 누가 판단하나요?** 눈으로만 보지 않아요. 다른 사람들의 사진으로 따로 학습했고 오토인코더의 손실에는 한
번도 쓰이지 않은 분류기가 판정해요. 물론 이 분류기도 틀릴 수 있어요. 사진 같지 않은 그림에서는 더 그래요.

**왜 가끔 실패하나요?** 안경은 픽셀 몇 개뿐이에요. 제곱 오차만으로 배운 모델은 안경을 빼먹어도 손해가 거의 없어요.
그러면 어떤 방향으로 가도 안경이 돌아오지 않아요. 세기를 너무 키우면 디코더가 모르는 곳으로 나가 버려요.

**남성, 젊음, 흰 피부는 뭔가요?** 사람들이 사진을 보고 붙인 이름표일 뿐, 그 사람이 누구인지를 말해 주지는 않아요.
데이터에도 모델에도 치우침이 있어요. 슬라이더 하나를 움직일 때 또 무엇이 따라 움직이는지 살펴보세요.
""",
    ),
}
