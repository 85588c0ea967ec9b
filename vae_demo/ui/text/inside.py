"""The words of the tab Inside that its sections share, English and Korean."""

TEXTS = {
    "inside.title": ("Inside", "들여다보기"),
    "inside.intro": (
        "One picture, and a look inside: what each kind of network keeps of it, and what happens when you change that "
        "by hand.",
        "그림 한 장을 두고 신경망 속을 들여다봐요. 종류마다 그림을 무엇으로 기억하는지 보고, 그 기억을 손으로 직접 "
        "바꿔 보세요.",
    ),
    "inside.model": ("Model", "모델"),
    "inside.bad_changes": (
        "This does not name a change: {value}",
        "바꿀 내용을 가리키는 값이 아니에요: {value}",
    ),
    "inside.section": ("What to look into", "무엇을 들여다볼까요?"),
}
