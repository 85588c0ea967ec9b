"""The words of the chart "What does a bit buy?" of the tab Reconstruct, English and Korean."""

TEXTS = {
    "rate.title": ("What does a bit buy?", "비트를 더 쓰면 얼마나 좋아질까요?"),
    "rate.words": (
        "If you had to send this picture's code to a friend, how many bits would it take? For a VAE it is the KL, "
        "divided by ln 2 to turn nats into bits; for a VQ-VAE it is log₂ K for each index into a codebook of K, since "
        "its code is discrete. The picture as it is takes {whole:,}. Every network makes other use of its bits, and "
        "does best with pictures of the kind it knows. A plain AE is not here: nobody has said how precise its D "
        "numbers have to be.",
        "이 그림의 코드를 친구에게 보내려면 몇 비트가 필요할까요? VAE라면 KL을 ln 2로 나눠 nat를 비트로 바꾼 만큼, 코드가 이산적인 VQ-VAE라면 "
        "크기가 K인 코드북에서 고른 번호 하나마다 log₂ K비트예요. 그림을 그대로 보내면 {whole:,}비트고요. 같은 비트라도 신경망마다 "
        "다르게 쓰고, 저마다 잘 아는 그림에서 더 좋은 값이 나와요. 평범한 AE는 여기에 없어요. 수 D개를 얼마나 정밀하게 적어야 "
        "하는지 정해진 적이 없거든요.",
    ),
    "rate.pair": (
        "The thin line joins {one} and {other}: the same network, trained with another beta. The two terms of the loss "
        "weigh fewer bits against a better picture, and beta is the price of a bit.",
        "가는 선으로 이은 {one}와 {other}는 같은 신경망을 서로 다른 β로 학습한 짝이에요. 손실의 두 항이 비트를 아끼는 일과 그림을 잘 "
        "그리는 일을 저울질하고, β가 비트 하나의 값을 정해요.",
    ),
    "rate.axes": (
        "Across: bits of the code, each mark ten times the one before. Up: PSNR in dB of this picture, higher is better.",
        "가로는 코드의 비트 수이고 눈금 하나마다 열 배예요. 세로는 이 그림의 PSNR(dB)이고 높을수록 좋아요.",
    ),
    "rate.whole": ("the picture itself", "그림 그대로"),
    "rate.alt": (
        "PSNR over the bits of the code, a dot for each variant; the numbers are in the legend",
        "코드의 비트 수에 따른 PSNR. 점 하나가 모델 하나이고, 값은 범례에 있어요",
    ),
}
