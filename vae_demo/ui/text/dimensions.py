"""The words of the section "How many numbers does it need?" of the tab Reconstruct, English and Korean."""

TEXTS = {
    "dimensions.title": ("## How many numbers does it need?", "## 수가 몇 개나 필요할까요?"),
    "dimensions.words": (
        "When you describe a face to a friend, you begin with what is most telling. Here the code's **D numbers** are "
        "turned into D new ones in that order (its principal axes): the first differs most from picture to picture. Keep "
        "the first **k**, set the rest to their average, and find the k at which you recognise the picture. A network "
        "trained with only k numbers would make more of them: this one never had to be thrifty. The **ordered AE** had to: "
        "in training its codes were cut off anywhere (nested dropout), so that it says the most telling first.",
        "친구에게 얼굴을 설명할 때는 가장 눈에 띄는 특징부터 말하죠. 여기서도 코드의 **수 D개**를 새로운 수 D개(주축의 값)로 "
        "바꿔서, 그림마다 가장 많이 달라지는 것이 맨 앞에 오게 했어요. 앞의 **k개**만 남기고 나머지는 평균으로 바꾸면, 몇 개부터 "
        "어떤 그림인지 알아볼 수 있을까요? 처음부터 수 k개로만 학습한 신경망이라면 더 알뜰하게 썼을 거예요. 이 신경망은 아낄 "
        "필요가 없었으니까요. **순서 있는 AE**(ordered AE)는 달라요. 학습할 때 코드를 아무 데서나 잘라 냈더니(중첩 드롭아웃, nested "
        "dropout), 가장 중요한 것부터 말하게 됐어요.",
    ),
    "dimensions.kept": ("Numbers kept, k", "남길 수의 개수 k"),
    "dimensions.share": (
        "{name}: the first {k} of {d} axes hold {share:.1%} of the variance of the training pictures' codes.",
        "{name}: 축 {d}개 가운데 앞의 {k}개에 학습 그림 코드의 분산 {share:.1%}가 담겨 있어요.",
    ),
    "dimensions.alt": ("The picture from k = {k} numbers, {psnr}", "수 {k}개로 그린 그림(k = {k}), {psnr}"),
    "dimensions.strip": ("From one number to all of them", "수 한 개에서 전부까지"),
    "dimensions.ordered": (
        "The ordered AE, which was trained to be cut short",
        "짧게 잘려도 되도록 학습한 순서 있는 AE",
    ),
    "dimensions.none": (
        "The section needs a model whose codes' covariance is known, and none of this data set is here.",
        "코드의 공분산을 아는 모델이 있어야 하는데, 이 데이터로 학습한 것 가운데에는 아직 없어요.",
    ),
}
