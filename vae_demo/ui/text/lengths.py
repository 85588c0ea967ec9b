"""The words of the chart "How long should a code be?" of the tab Reconstruct, English and Korean."""

TEXTS = {
    "lengths.title": ("How long should a code be?", "코드는 얼마나 길어야 할까요?"),
    "lengths.words": (
        "More numbers always carry more. Measured on pictures that no network was trained on: the ordered AE cut to its "
        "first k numbers, and PCA (principal component analysis, the best that flat maps can do) with as many.",
        "수가 많을수록 더 많이 담겨요. 어떤 신경망도 학습에 쓰지 않은 그림으로 잰 값이에요. 순서 있는 AE를 앞의 수 k개로 "
        "줄였을 때와, 수가 같은 PCA(주성분 분석, 선형 변환으로 할 수 있는 최선)를 견줘 보세요.",
    ),
    "lengths.overtaken": (
        "From k = {k} on PCA does better: this network has to serve every length at once, and was trained for minutes.",
        "k = {k}부터는 PCA가 더 나아요. 이 신경망은 모든 길이를 한꺼번에 맡아야 하고, 학습한 시간도 몇 분뿐이거든요.",
    ),
    "lengths.apart": (
        "Is a code that is too long overfitted? Dense AEs were trained apart for each D, on {many:,} digits and on {few:,} "
        "alone. With {few:,} they learn them by heart at every length: already at D = {middle} digits that they have seen "
        "come back with {few_middle_seen:.1f} dB and unseen ones with {few_middle:.1f}, at D = {most} with "
        "{few_most_seen:.1f} and {few_most:.1f}. With {many:,} it is {many_most_seen:.1f} and {many_most:.1f} dB at "
        "D = {most}. What overfits here is too few pictures, more than too long a code; but beyond D = {few_enough} (with "
        "{many:,} digits: {many_enough}) more numbers hardly help with unseen digits.",
        "코드가 너무 길면 과적합이 될까요? D마다 dense AE를 따로, 한 번은 숫자 그림 {many:,}장으로, 한 번은 {few:,}장만으로 "
        "학습했어요. {few:,}장뿐이면 코드 길이와 상관없이 외워 버려요. D = {middle}에서 벌써 본 숫자는 {few_middle_seen:.1f} dB, "
        "처음 보는 숫자는 {few_middle:.1f} dB로 돌아오고, D = {most}에서는 {few_most_seen:.1f} dB와 {few_most:.1f} dB예요. "
        "{many:,}장이면 D = {most}에서도 {many_most_seen:.1f} dB와 {many_most:.1f} dB로 거의 같아요. 여기서 과적합을 부르는 건 긴 "
        "코드보다 모자란 그림이에요. 다만 D = {few_enough}({many:,}장이면 {many_enough})보다 길어져도 처음 보는 숫자에는 거의 보탬이 "
        "되지 않아요.",
    ),
    "lengths.first": ("ordered AE, first k", "순서 있는 AE, 앞의 k개"),
    "lengths.pca": ("PCA", "PCA"),
    "lengths.unseen": ("trained apart on {n:,}: unseen digits", "{n:,}장으로 따로 학습: 처음 보는 숫자"),
    "lengths.seen": ("trained apart on {n:,}: digits it has seen", "{n:,}장으로 따로 학습: 본 숫자"),
    "lengths.axes": (
        "Across: how many numbers the code has, each mark twice the one before. Up: PSNR in dB, higher is better.",
        "가로는 코드에 든 수의 개수이고 눈금 하나마다 두 배예요. 세로는 PSNR(dB)이고 높을수록 좋아요.",
    ),
    "lengths.alt": (
        "PSNR over the number of numbers in the code, a line for each kind of network",
        "코드에 든 수의 개수에 따른 PSNR. 선 하나가 신경망 한 종류예요",
    ),
}
