"""The words of "one answer for six" in the explanations of the tab Reconstruct, English and Korean."""

TEXTS = {
    "blur.words": (
        "**Try it: why the average wins.** Say a code tells only that the picture is one of these six. You may draw a single "
        "picture: which one? Its errors against all six are averaged.",
        "**직접 해 보기: 왜 평균이 이길까요?** 코드가 알려 주는 것이 ‘이 여섯 장 가운데 하나’뿐이라고 해 봐요. 딱 한 장만 그릴 수 있다면 "
        "무엇을 그릴까요? 고른 답을 여섯 장과 하나씩 견줘서 오차를 평균 내요.",
    ),
    "blur.number": ("Digit", "숫자"),
    "blur.answer": ("Your answer", "내 답"),
    "blur.mean": ("mean of the six", "여섯 장의 평균"),
    "blur.hand": ("picture {k}", "{k}번 그림"),
    "blur.average": (
        "Your answer, averaged over the six: squared error {mse:.4f}, cross-entropy {bce:.4f} nats a pixel value.",
        "내 답의 평균 오차: 제곱 오차 {mse:.4f}, 교차 엔트로피는 픽셀 값마다 {bce:.4f}nat.",
    ),
    "blur.least": (
        "The mean of the six: {mse:.4f} and {bce:.4f}.",
        "여섯 장의 평균을 그렸다면 {mse:.4f}와 {bce:.4f}.",
    ),
    "blur.after": (
        "The mean looks like none of the six, and yet no picture at all does better, by squared error (MSE) or by "
        "cross-entropy (BCE). So a network that is trained with either draws softly whatever its code leaves open. (For "
        "BCE the values of an answer stay 1/255 away from 0 and 1: who is quite sure and wrong would pay without end. "
        "A grey pixel costs something even beside itself, as a coin has two sides.)",
        "평균은 여섯 장 가운데 어느 것과도 닮지 않았지만, 제곱 오차(MSE)로 재든 교차 엔트로피(BCE)로 재든 이보다 나은 그림은 없어요. 그래서 둘 중 "
        "무엇으로 학습하든, 신경망은 코드가 정해 주지 않은 데를 흐릿하게 그려요. (BCE를 잴 때 답의 픽셀 값은 0과 1에서 1/255만큼 떼어 "
        "놓았어요. 완전히 확신했다가 틀리면 오차가 끝없이 커지거든요. 회색 픽셀은 동전 같아서 자기 자신과 견줘도 오차가 0이 아니에요.)",
    ),
}
