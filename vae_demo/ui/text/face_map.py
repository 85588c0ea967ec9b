"""The words of the face map, English and Korean; the browser fills in some of the braces."""

TEXTS = {
    "face_map.none": (
        "The map of faces needs a face model whose codes' covariance is known, and none is here yet.",
        "얼굴 지도를 그리려면 코드의 공분산을 잰 얼굴 모델이 있어야 하는데 아직 하나도 없어요.",
    ),
    "face_map.intro": (
        "A face does not fit into two numbers: these models use 128 or 256. But the codes of all training faces spread more "
        "in some directions than in others. This is the plane of the two widest ones, and the average face is in its "
        "middle. Move over it: the server decodes the place under the cursor.",
        "얼굴은 수 두 개에 다 담기지 않아서 이 모델들은 128개나 256개를 써요. 그래도 학습 얼굴들의 코드는 어떤 방향으로는 넓게, 어떤 "
        "방향으로는 좁게 퍼져 있어요. 가장 넓은 두 방향으로 펼친 평면이 이 지도이고, 한가운데가 평균 얼굴이에요. 지도 위에서 "
        "움직이면 커서가 놓인 자리를 서버가 그림으로 바꿔 줘요.",
    ),
    "face_map.loading": ("Decoding the plane …", "평면을 그림으로 바꾸고 있어요 …"),
    "face_map.failed": (
        "The plane could not be loaded. Reload the page to try again.",
        "평면을 불러오지 못했어요. 페이지를 새로 고쳐 다시 시도해 주세요.",
    ),
    "face_map.role": ("map", "지도"),
    "face_map.canvas": (
        "Map of faces, three sigma to each side. Arrow keys move the cursor, with Shift faster; Home goes to the "
        "average face.",
        "얼굴 지도, 양쪽으로 3시그마. 방향키로 커서를 움직이고 Shift와 함께 누르면 빨라져요. Home은 평균 얼굴이에요.",
    ),
    "face_map.model": ("Model", "모델"),
    "face_map.show.ellipses": ("1 σ and 2 σ", "1σ와 2σ"),
    "face_map.show.groups": ("averages of groups", "집단 평균"),
    "face_map.show.cloud": ("draws of the fitted prior", "맞춘 사전분포에서 뽑은 코드"),
    "face_map.draw": ("Draw a place", "아무 데나 뽑기"),
    "face_map.average": ("Average face", "평균 얼굴"),
    "face_map.facts": (
        "σ₁ = {sigma1}, σ₂ = {sigma2}: the picture is to scale. The plane holds {share}% of all the spread of the "
        "codes; the rest is cut away, which is why these faces look smooth and alike. No dot is a person: dots are "
        "averages of large groups, or codes that nobody has.",
        "σ₁ = {sigma1}, σ₂ = {sigma2}이고 두 축의 비율을 그대로 그렸어요. 코드가 퍼진 전체 가운데 {share}%만 이 평면에 "
        "담겨요. 나머지를 잘라 냈기 때문에 얼굴들이 매끈하고 서로 닮았어요. 점은 실제 사람이 아니라 큰 집단의 평균이거나 "
        "누구의 것도 아닌 코드예요.",
    ),
    "face_map.place": ("{a} σ₁, {b} σ₂.", "{a} σ₁, {b} σ₂."),
    "face_map.near": ("The nearest group: {group}.", "가장 가까운 집단: {group}."),
    "face_map.where": ("{a:+.2f} σ₁, {b:+.2f} σ₂", "{a:+.2f} σ₁, {b:+.2f} σ₂"),
    "face_map.distance": ("{d:.2f} σ from the average face", "평균 얼굴에서 {d:.2f} σ"),
    "face_map.judged": (
        "The percentages come from a network that took no part in training these models.",
        "퍼센트는 이 모델들의 학습에 참여하지 않은 다른 신경망이 판단한 값이에요.",
    ),
    "face_map.bad_place": (
        "This is no place on the map: {value}. Expected a model and two numbers from -3 to 3, as in celeba-vae:0.5,-1.",
        "지도 위의 자리가 아니에요: {value}. celeba-vae:0.5,-1처럼 모델 이름과 -3에서 3 사이의 수 두 개가 필요해요.",
    ),
    "face_map.explain_words": (
        r"""
**In one sentence.** Imagine all faces as a cloud of points in a room with 256 directions: this is a photo of the
cloud's shadow, taken from the side where it looks largest.

The codes $z$ of the training faces have a mean $\mu$ and a covariance $\Sigma$. Its eigenvectors
$\Sigma e_i = \lambda_i e_i$ are the axes of the cloud, and $\sigma_i = \sqrt{\lambda_i}$ is how far it reaches along
each (principal component analysis, Hotelling 1933). A place $(a, b)$ on the map is the code

$${z = \mu + a\,\sigma_1 e_1 + b\,\sigma_2 e_2}, \qquad\allowbreak {x = \text{decode}(z)}$$

**Why are there no pictures of people on it?** The map is made of $\mu$ and $\Sigma$ alone. The dots are averages over
at least 30 faces, often thousands, or draws from a mixture of Gaussians fitted to all codes.

**Do the axes mean anything?** Nobody told the model what to put there. Look along one: often it is light, background or
the turn of the head, since these change more pixels than a smile. That is why the tab Arithmetic uses labelled
directions instead.

**Why ellipses, and not circles?** The solid one is one standard deviation of the codes, the dashed one two, in the units
of $z$; the second axis is the shorter one. Where both are nearly equal they look like circles.
""",
        r"""
**한 문장으로.** 모든 얼굴을 방향이 256개인 방 안에 떠 있는 점 구름이라고 해 봐요. 이 지도는 구름이 가장 커 보이는 쪽에서
찍은 그림자 사진이에요.

학습 얼굴들의 코드 $z$에는 평균 $\mu$와 공분산 $\Sigma$가 있어요. 고유벡터 $\Sigma e_i = \lambda_i e_i$가 구름의 축이고,
$\sigma_i = \sqrt{\lambda_i}$는 그 축을 따라 얼마나 멀리 퍼졌는지를 말해 줘요(주성분 분석, Hotelling 1933). 지도 위의 자리
$(a, b)$는 이런 코드예요.

$${z = \mu + a\,\sigma_1 e_1 + b\,\sigma_2 e_2}, \qquad\allowbreak {x = \text{decode}(z)}$$

**왜 실제 사람 사진은 없나요?** 이 지도는 $\mu$와 $\Sigma$만으로 만들었어요. 점은 적어도 30명, 많게는 수천 명의 평균이거나,
모든 코드에 맞춘 가우시안 혼합에서 뽑은 값이에요.

**축에는 뜻이 있나요?** 거기에 무엇을 놓으라고 아무도 알려 주지 않았어요. 축을 따라가 보면 빛이나 배경, 고개의 방향이 바뀔 때가
많은데, 웃음보다 픽셀을 더 많이 바꾸기 때문이에요. 그래서 연산 탭에서는 이름표로 찾은 방향을 써요.

**타원은 왜 원이 아닌가요?** 실선과 점선은 $z$의 단위로 잰 코드의 표준편차 1배와 2배예요. 둘째 축이 더 짧아서 타원이 돼요. 두 축이
거의 같은 모델에서는 원처럼 보여요.
""",
    ),
}
