"""The words of the part "One training step" of the section Layers, English and Korean."""

TEXTS = {
    "step.title": ("## One training step", "## 한 스텝 학습해 보기"),
    "step.intro": (
        "Training is this step, over and over: encode, decode, measure the loss, and move every weight a little so that "
        "the loss falls. Here a copy of the network takes one step on your picture alone; the network itself stays as it is.",
        "학습은 이 한 스텝을 되풀이하는 일이에요. 인코딩하고, 디코딩하고, 손실을 재고, 손실이 줄어들도록 가중치를 모두 "
        "조금씩 움직여요. 여기서는 신경망의 복사본이 지금 그림 한 장만으로 한 스텝을 밟아요. 원래 신경망은 그대로예요.",
    ),
    "step.route": ("The gradient through z", "z를 지나는 기울기"),
    "step.trick": ("with the reparameterisation trick", "재매개변수화 트릭 쓰기"),
    "step.cut": ("z simply drawn (cut)", "z를 그냥 뽑기(끊김)"),
    "step.rate": ("Size of the step", "스텝의 크기"),
    "step.rate_info": (
        "The learning rate of Adam. A step that is too large can make the loss rise.",
        "Adam의 학습률이에요. 스텝이 너무 크면 손실이 오히려 커질 수 있어요.",
    ),
    "step.encode": ("1 Encode", "1 인코딩"),
    "step.decode": ("2 Decode", "2 디코딩"),
    "step.loss": ("3 Loss", "3 손실"),
    "step.update": ("4 Update", "4 갱신"),
    "step.z_alt": ("The code z, {d} numbers", "코드 z, 수 {d}개"),
    "step.before_alt": ("The picture before the step", "스텝을 밟기 전의 그림"),
    "step.after_alt": ("The picture after the step", "스텝을 밟은 뒤의 그림"),
    "step.difference_alt": (
        "Picture before the step minus input: red too bright, blue too dark",
        "스텝 전의 그림에서 입력을 뺀 차이. 빨강은 밝게, 파랑은 어둡게 틀린 곳",
    ),
    "step.sum": (
        "reconstruction {reconstruction:.1f} + KL {kl:.1f} = {loss:.1f}",
        "복원 {reconstruction:.1f} + KL {kl:.1f} = {loss:.1f}",
    ),
    "step.sse": ("squared error {loss:.2f}", "제곱 오차 {loss:.2f}"),
    "step.change": ("loss {before:.2f} → {after:.2f}", "손실 {before:.2f} → {after:.2f}"),
    "step.gradients": ("How hard the loss pulls at each layer", "손실이 층마다 얼마나 세게 당기나요?"),
    "step.layer": ("Layer", "층"),
    "step.reconstruction": ("recon\N{SOFT HYPHEN}struction", "복원"),
    "step.nothing": ("none", "없음"),
    "step.flows": (
        "z = μ + σ ε: the gradient flows on, through μ and σ into the encoder.",
        "z = μ + σ ε: 기울기가 μ와 σ를 따라 인코더까지 이어져요.",
    ),
    "step.ends": (
        "z is a roll of the dice: the gradient of the reconstruction ends here, and the encoder learns nothing from it.",
        "z는 주사위 눈일 뿐이에요. 복원 항의 기울기는 여기서 끊기고, 인코더는 그림에서 아무것도 배우지 못해요.",
    ),
    "step.bars": (
        "Bars: the length of each layer's gradient, weights and biases together.",
        "막대는 층마다 가중치와 편향을 모두 합친 기울기의 크기예요.",
    ),
    "step.bars_sampled": (
        "Bars: the length of each layer's gradient, weights and biases together. Coloured: from the reconstruction term, "
        "dashed where the cut takes it away. Grey: from the KL term. KL is worked out from μ and σ themselves and needs "
        "no sample: it reaches the encoder either way, and never the decoder.",
        "막대는 층마다 가중치와 편향을 모두 합친 기울기의 크기예요. 색깔 막대는 복원 항에서 온 것이고, 점선은 끊겨서 사라진 "
        "것이에요. 회색은 KL 항에서 온 것이에요. KL은 표본 없이 μ와 σ로 바로 계산해요. 그래서 끊어도 인코더에 닿고, "
        "디코더에는 어느 쪽이든 닿지 않아요.",
    ),
    "step.perceptual": (
        "This model was trained with further terms, for which other networks look at the picture too. Here are the two of "
        "every VAE.",
        "이 모델은 다른 신경망도 그림을 함께 보는 항을 더해서 학습했어요. 여기에는 모든 VAE에 있는 두 항만 있어요.",
    ),
    "step.kl_only": (
        "{name} was trained with the KL term alone: nothing asks for the picture, so no gradient ever reached its decoder. "
        "Choose a plain AE or a VAE.",
        "{name}은 KL 항만으로 학습했어요. 그림을 복원하라는 항이 없어서 디코더에는 기울기가 한 번도 닿지 않았어요. 평범한 AE나 "
        "VAE를 골라 보세요.",
    ),
    "step.not_this": (
        "{name} was trained with a loss that this part does not have: for instance with corrupted pictures, a penalty on "
        "the code, or a codebook. Choose a plain AE or a VAE.",
        "{name}에는 여기에 없는 손실이 쓰였어요. 망가뜨린 그림, 코드에 매기는 벌점, 코드북 같은 것들이에요. 평범한 AE나 "
        "VAE를 골라 보세요.",
    ),
}
