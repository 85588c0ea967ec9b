"""The words of the tab Latent map, English and Korean; the browser fills in the braces."""

TEXTS = {
    "map.title": ("Latent map", "잠재 지도"),
    "map.loading": ("Unfolding the maps …", "지도를 펼치고 있어요 …"),
    "map.none": (
        "The maps need the two-dimensional digit models (mnist-ae-2d and its kin), and none of them is here yet.",
        "지도를 그리려면 2차원 손글씨 숫자 모델(mnist-ae-2d 등)이 있어야 하는데 아직 하나도 없어요.",
    ),
    "map.failed": (
        "The maps could not be loaded. Reload the page to try again.",
        "지도를 불러오지 못했어요. 페이지를 새로 고쳐 다시 시도해 주세요.",
    ),
    "map.intro": (
        "The same network, trained four times, each time with a different objective, squeezed every digit into just two numbers. "
        "Each dot is a test digit that the network never trained on. Move over a map: all four decode the place under "
        "the cursor, right here in your browser. The thin line is a path that ▶ Play follows, at first from the VAE's 1s to "
        "its 0s: drag across a map to draw another one.",
        "똑같은 신경망을 목적 함수만 바꿔 네 번 학습했어요. 숫자 그림 한 장이 단 두 개의 수로 줄어들었죠. 점 하나가 "
        "학습에 쓰지 않은 테스트 숫자 한 장이에요. 지도 위에서 움직여 보세요. 커서가 놓인 자리를 네 모델이 브라우저 "
        "안에서 바로 그림으로 바꿔 보여 줘요. 가는 선은 ▶ 재생을 누르면 커서가 따라가는 경로예요. 처음에는 VAE 지도의 "
        "1에서 0까지 이어져 있고, 지도 위를 끌면 새 경로를 그릴 수 있어요.",
    ),
    "map.about.mnist-ae-2d": ("reconstruction only", "복원 손실만"),
    "map.about.mnist-kl-2d": ("all digits on one dot", "모든 숫자가 한 점에"),
    "map.about.mnist-vae-2d": ("reconstruction + KL", "복원 + KL"),
    "map.about.mnist-beta-vae-2d": ("reconstruction + 4 KL", "복원 + 4 KL"),
    "map.role": ("map", "지도"),
    "map.canvas": (
        "Map of {name}. Arrow keys move the cursor, with Shift faster; Home goes to the origin; Enter adds a stop to "
        "the path; Space plays it; Escape clears it.",
        "{name} 지도. 방향키로 커서를 움직이고 Shift와 함께 누르면 빨라져요. Home은 원점, Enter는 경로에 지점 "
        "추가, Space는 재생, Esc는 경로 지우기예요.",
    ),
    "map.picture": ("What {name} decodes at the cursor", "커서 자리를 {name}의 디코더로 바꾼 그림"),
    "map.nearest": ("nearest test digit: {digit}", "가장 가까운 테스트 숫자: {digit}"),
    "map.drift_here": ("there and back: {drift} off", "왕복하면 {drift}만큼 어긋남"),
    "map.seen": ("known territory", "아는 곳"),
    "map.odd": ("trained here, yet unlike any digit", "배운 곳이지만 숫자답지 않음"),
    "map.lucky": ("never trained here, yet like a digit", "배운 적 없지만 숫자다움"),
    "map.unseen": ("never seen a place like this", "본 적 없는 곳"),
    "map.collapsed": ("z says nothing here", "z에 담긴 것이 없음"),
    "map.distance": (
        "nearest code {distance} away, usual here: up to {reach}",
        "가장 가까운 코드까지 {distance}, 이 근처의 보통 간격은 {reach} 이하",
    ),
    "map.oddness": (
        "unlike any test digit by {odd}; 95% of the codes: up to {bound}",
        "숫자답지 않은 정도 {odd}, 코드의 95%는 {bound} 이하",
    ),
    "map.background": ("Background", "배경"),
    "map.background.none": ("none", "없음"),
    "map.background.density": ("density", "밀도"),
    "map.background.drift": ("drift", "어긋남"),
    "map.background.odd": ("unlike any digit", "숫자답지 않음"),
    "map.scale.density": (
        "The blue behind the dots stands for no digit: the darker, the more codes lie there. (Untick the test digits to "
        "see it alone.) Each map has its own scale. For the three variational models this is (1/N) Σ q(z | x).",
        "점 뒤에 깔린 파랑은 숫자의 색이 아니라, 진할수록 코드가 많이 모인 곳이라는 뜻이에요(‘테스트 숫자’를 끄면 파랑만 보여요). "
        "지도마다 눈금이 달라요. 변분 모델 셋은 (1/N) Σ q(z | x)를 그렸어요.",
    ),
    "map.scale.drift": (
        "Darker orange: decoding and encoding again leads farther from where you were, |encode(decode(z)) − z|. The "
        "arrow at the cursor shows where to. Each map has its own scale.",
        "주황이 진할수록 디코딩했다가 다시 인코딩했을 때 제자리에서 더 멀어지는 곳이에요(|encode(decode(z)) − z|). "
        "커서의 화살표는 어디로 옮겨 가는지 보여 줘요. 지도마다 눈금이 달라요.",
    ),
    "map.scale.odd": (
        "Purple: these places decode to a picture less like any test digit than 95% of the pictures that the map's own "
        "codes decode to; the darker, the less. Measured as 1 − cos of the angle to the test digit most like it, on a grid "
        "of {side} × {side} places.",
        "보라색은 디코딩한 그림이 어느 테스트 숫자와도 닮지 않은 곳이에요. 그 지도의 코드를 디코딩한 그림의 95%보다 덜 "
        "닮았으면 칠했고, 진할수록 숫자답지 않아요. 가장 닮은 테스트 숫자와의 각으로 1 − cos을 구했고, {side} × {side}개 자리에서 쟀어요.",
    ),
    "map.scale.clouds": (
        "Each ellipse is 1 σ of one digit's q(z | x), to scale; a plain autoencoder's codes are points and have none. The "
        "more the KL counts, the larger they are. Median σ of (z₁, z₂): {spreads}.",
        "타원 하나가 숫자 한 장의 q(z | x)에서 1σ까지를 실제 눈금대로 나타내요. 평범한 오토인코더의 코드는 점이라 타원이 없어요. "
        "KL의 비중이 클수록 타원도 커져요. (z₁, z₂)의 σ 중앙값: {spreads}.",
    ),
    "map.options": ("Show", "표시"),
    "map.option.points": ("test digits", "테스트 숫자"),
    "map.option.clouds": ("clouds: 1 σ", "구름: 1σ"),
    "map.option.prior": ("N(0, I): 1, 2, 3 σ", "N(0, I): 1, 2, 3 σ"),
    "map.option.sameAxes": ("same axes for all", "축 눈금 통일"),
    "map.legend": ("{count} test digits:", "테스트 숫자 {count}장:"),
    "map.only": ("Highlight the {digit}s", "숫자 {digit}만 강조"),
    # The pad
    "map.draw": ("Draw a digit", "숫자를 그려 보세요"),
    "map.pad": ("Pad to draw a digit on", "숫자를 그리는 칸"),
    "map.pad_hint": (
        "It lands on all four maps while you draw. The rings are one and two σ of q(z | x), to scale.",
        "그리는 동안 네 지도에 동시에 나타나요. 고리는 q(z | x)의 1σ와 2σ를 실제 눈금대로 그린 것이에요.",
    ),
    "map.centred": ("what the encoder gets", "인코더가 받는 그림"),
    "map.examples": ("or let the page draw:", "대신 그려 줄게요:"),
    "map.example": ("Draw a {digit}", "숫자 {digit} 그리기"),
    "map.clear": ("Clear", "지우기"),
    # The drawn digit's clouds, enlarged
    "map.closer": ("Closer: what “variational” means", "가까이 보기: ‘변분’이란"),
    "map.closer.text": (
        "Which z could have made this picture? The true answer is the posterior p(z | x) ∝ p(x | z) N(z; 0, I). With two "
        "numbers your browser can work it out on a grid, in blue; with many no grid can. So the encoder answers with a "
        "simple cloud instead, q(z | x), the rings of 1 and 2 σ, whose axes cannot tilt. Putting the best simple "
        "distribution in place of an intractable one is what “variational” means. KL(q ‖ p) says how badly it fits, "
        "0 is perfect; a beta-VAE, whose KL counts four times, is asked for a wider cloud than the posterior.",
        "이 그림은 어떤 z에서 나왔을까요? 참된 답은 사후분포 p(z | x) ∝ p(x | z) N(z; 0, I)예요. 수가 둘뿐이라 브라우저가 격자 위에서 "
        "직접 구해 파랗게 칠하지만, 차원이 많아지면 격자로는 구할 수 없어요. 그래서 인코더는 단순한 구름 q(z | x)로 대신 답해요. 1σ와 2σ "
        "고리인데, 축을 기울이지는 못해요. 다룰 수 없는 분포를 가장 잘 맞는 단순한 분포로 바꿔 쓰는 것이 ‘변분’이에요. KL(q ‖ p)는 얼마나 "
        "어긋나는지를 나타내고 0이면 꼭 맞아요. KL을 네 배로 세는 beta-VAE는 사후분포보다 넓은 구름을 내도록 학습돼요.",
    ),
    "map.closer.alt": (
        "The drawn digit on {name}, enlarged: the rings of q over the true posterior",
        "{name} 지도에 놓인 그린 숫자를 확대한 그림: 참된 사후분포 위에 q의 고리",
    ),
    "map.closer.q": ("rings: q(z | x), μ = ({mu}), σ = ({sigma})", "고리: q(z | x), μ = ({mu}), σ = ({sigma})"),
    "map.closer.p": (
        "blue: p(z | x), mean ({u}, {v}), ρ = {rho}\nKL(q ‖ p) = {kl} nats",
        "파랑: p(z | x), 평균 ({u}, {v}), ρ = {rho}\nKL(q ‖ p) = {kl} nat",
    ),
    "map.closer.wait": ("blue: coming once the pen rests …", "파랑: 펜을 떼면 계산해요 …"),
    # The path
    "map.path": ("Path", "경로"),
    "map.path_hint": (
        "Drag across a map to draw a path, or add stops one by one.",
        "지도 위를 끌어서 경로를 그리거나 지점을 하나씩 더해 보세요.",
    ),
    "map.play": ("▶ Play", "▶ 재생"),
    "map.pause": ("❚❚ Stop", "❚❚ 멈춤"),
    "map.add_stop": ("+ Add this place", "+ 지금 자리 추가"),
    "map.clear_path": ("Clear", "지우기"),
    "map.stops": ("{count} stops", "지점 {count}개"),
    "map.strip": ("Twelve pictures along the path, {name}", "경로를 따라간 그림 열두 장, {name}"),
    "map.film": ("Make a film to keep", "영상 파일로 만들기"),
    "map.film_download": ("Download {kind}", "{kind} 내려받기"),
    "map.film_alt": (
        "The film of the path, playing: the four maps side by side",
        "재생 중인 경로 영상. 네 지도의 그림이 나란히 있어요",
    ),
    "map.save_strips": ("Save as one picture", "한 장으로 저장"),
    "map.bad_path": (
        "This is no path on the maps. Draw one with two stops or more, and try again.",
        "지도 위의 경로가 아니에요. 지점이 둘 이상인 경로를 그리고 다시 해 보세요.",
    ),
    # Fold-outs
    "map.explain": ("What am I looking at?", "이 지도는 무엇인가요?"),
    "map.explain.1": (
        "An encoder turns 784 pixels into z, two numbers; a decoder turns z back into a picture. With two numbers, z "
        "is a place on a map, and you can see everything a latent space does.",
        "인코더는 픽셀 784개를 두 수 z로 바꾸고, 디코더는 z를 다시 그림으로 바꿔요. 수가 둘뿐이니 z는 지도 위의 한 "
        "자리이고, 잠재 공간에서 벌어지는 일을 눈으로 볼 수 있어요.",
    ),
    "map.explain.2": (
        "Reconstruction only, ‖x − x̂‖²: the plain autoencoder puts a digit wherever it can be told from the others. "
        "The map has arms, empty wedges and no agreed size.",
        "복원 손실 ‖x − x̂‖²만 쓰는 평범한 오토인코더는 서로 구별만 되면 어디든 숫자를 놓아요. 그래서 길게 뻗은 "
        "팔과 빈 틈이 생기고 지도의 크기도 정해지지 않아요.",
    ),
    "map.explain.3": (
        "KL only, KL(q(z | x) ‖ N(0, I)): every digit gets the same cloud, mean 0 and σ 1. A perfectly tidy map that "
        "knows nothing. No term of the loss trains the decoder either, so it shows grey noise.",
        "KL(q(z | x) ‖ N(0, I))만 쓰면 어떤 숫자든 평균 0, σ 1인 똑같은 구름이 돼요. 더없이 가지런하지만 아는 것이 없는 "
        "지도예요. 손실에 디코더를 가르치는 항도 없어서 디코더는 회색 잡음만 보여 줘요.",
    ),
    "map.explain.4": (
        "Both, −log p(x | z) + KL, is a VAE: digits keep apart as far as they need to, and the clouds overlap until "
        "no hole is left near the origin. That is why you can draw z from N(0, I) and get a digit.",
        "둘을 더한 −log p(x | z) + KL이 VAE예요. 숫자들은 필요한 만큼만 떨어지고 구름들은 서로 겹쳐서 원점 둘레에 빈 "
        "곳이 남지 않아요. 그래서 N(0, I)에서 z를 뽑아도 숫자가 나와요.",
    ),
    "map.explain.5": (
        "With 4 KL instead of KL (beta-VAE) the clouds grow: tick “clouds” above and compare. The map is tidier, the "
        "pictures are blurrier.",
        "KL을 네 배로 키우면(beta-VAE) 구름이 더 커져요. 위의 ‘구름’을 켜고 견줘 보세요. 지도는 더 가지런하고 그림은 "
        "더 흐려요.",
    ),
    "map.defects": (
        "Four reasons not to draw from a plain autoencoder",
        "평범한 오토인코더에서 z를 마음대로 뽑을 수 없는 네 가지 이유",
    ),
    "map.defects.intro": (
        "All figures are measured on the first map. Press a button and the cursor flies there; watch what the VAE does "
        "at the same spot of its own map. It is not flawless either, at its rim above all.",
        "여기 나오는 수치는 모두 첫 번째 지도에서 쟀어요. 단추를 누르면 커서가 그리로 날아가요. VAE는 자기 지도의 "
        "같은 자리에서 어떤 그림을 내는지 함께 보세요. VAE도 완벽하지는 않아서, 특히 지도 가장자리에서는 그림이 깨져요.",
    ),
    "map.defects.shares": (
        "But count the places, in the box that holds the middle 99% of the codes: of the plain autoencoder's, {plain} "
        "decode to something unlike any test digit, of the VAE's {vae}. (The background “unlike any digit” shows which.)",
        "그래도 자리를 세어 보면 차이가 뚜렷해요. 코드의 가운데 99%가 들어가는 상자 안에서 어느 테스트 숫자와도 닮지 않은 "
        "그림이 나오는 자리가 평범한 오토인코더는 {plain}, VAE는 {vae}예요. 어디인지는 배경 ‘숫자답지 않음’에서 볼 수 있어요.",
    ),
    "map.defect.uneven": ("Some digits are crammed, others sprawl", "어떤 숫자는 빽빽하고 어떤 숫자는 널찍해요"),
    "map.defect.uneven.text": (
        "Neighbouring codes of the {large}s lie {times} times as far apart as those of the {small}s. Pick a place "
        "blindly and the sprawling digits turn up far too often.",
        "숫자 {large}의 이웃한 코드끼리는 숫자 {small}의 경우보다 {times}배 멀리 떨어져 있어요. 눈 감고 한 자리를 고르면 "
        "널찍한 쪽 숫자가 너무 자주 나와요.",
    ),
    "map.defect.centre": ("No centre, no border", "중심도 경계도 없어요"),
    "map.defect.centre.text": (
        "The middle of the codes is ({mean}), not (0, 0). The farthest code lies {radius} away from it and is still a "
        "good {digit}; go about as far another way, and you get scraps (unlike any test digit by {odd}, where 95% of "
        "the codes stay within {bound}). Nothing in the objective says where the map ends.",
        "코드의 한가운데는 (0, 0)이 아니라 ({mean})이에요. 거기서 가장 먼 코드는 {radius}만큼 떨어져 있는데도 멀쩡한 "
        "{digit} 그림이에요. 그런데 다른 쪽으로 비슷하게 멀리 가면 조각난 그림이 나와요(숫자답지 않은 정도 {odd}, "
        "코드의 95%는 {bound} 이하). 목적 함수 어디에도 지도가 어디서 끝나는지는 적혀 있지 않아요.",
    ),
    "map.defect.gap": ("Gaps between the digits", "숫자들 사이가 비어 있어요"),
    "map.defect.gap.text": (
        "A place between the arms, with codes all round it: the nearest one is {distance} away, and the decoder has to "
        "make something up. It is no digit: unlike any test digit by {odd}, where 95% of the codes stay within {bound}.",
        "팔과 팔 사이, 코드들에 둘러싸인 자리예요. 가장 가까운 코드도 {distance}만큼 떨어져 있어서 디코더는 그림을 지어낼 "
        "수밖에 없어요. 나온 그림은 숫자가 아니에요. 숫자답지 않은 정도가 {odd}인데, 코드의 95%는 {bound} 이하거든요.",
    ),
    "map.defect.draws": ("Nobody says how to draw z", "z를 어떻게 뽑을지 알 수 없어요"),
    "map.defect.draws.text": (
        "Draw z from N(0, I) as for a VAE, and 9 draws of 10 land among the codes of only {digits} of the {of} digits.",
        "VAE처럼 N(0, I)에서 z를 뽑으면, 열에 아홉은 숫자 {of}가지 가운데 {digits}가지의 코드 근처에만 떨어져요.",
    ),
    "map.fly.digit": ("Fly to the {digit}s", "숫자 {digit} 쪽으로 날아가기"),
    "map.fly.farthest": ("Fly to the farthest code", "가장 먼 코드로 날아가기"),
    "map.fly.beyond": ("Fly as far another way", "다른 쪽으로 멀리 날아가기"),
    "map.fly.hole": ("Fly into the hole", "구멍으로 날아가기"),
    "map.fly.draw": ("Draw from N(0, I) and fly there", "N(0, I)에서 뽑아 날아가기"),
    "map.gauss": ("A Gaussian in two dimensions", "2차원 가우시안"),
    "map.gauss.intro": (
        "A covariance Σ says how a cloud spreads. The rings are one and two standard deviations, as on the maps. The "
        "bells along the edges are z₁ and z₂ each by itself, N(0, σ₁²) and N(0, σ₂²): ρ does not change them.",
        "공분산 Σ는 구름이 어떻게 퍼지는지 알려 줘요. 고리는 지도에서처럼 표준편차 1배와 2배예요. 가장자리의 종 모양 "
        "곡선은 z₁과 z₂를 하나씩 따로 본 분포 N(0, σ₁²), N(0, σ₂²)이고, ρ를 바꿔도 그대로예요.",
    ),
    "map.gauss.sigma1": ("σ₁", "σ₁"),
    "map.gauss.sigma2": ("σ₂", "σ₂"),
    "map.gauss.rho": ("correlation ρ", "상관계수 ρ"),
    "map.gauss.isotropic": ("isotropic", "등방성"),
    "map.gauss.diagonal": ("diagonal", "대각"),
    "map.gauss.correlated": ("correlated", "상관 있음"),
    "map.gauss.isotropic.text": (
        "Isotropic: Σ = σ² I, the same spread in every direction, a circle. With σ = 1 it is the prior N(0, I).",
        "등방성: Σ = σ² I. 어느 쪽으로나 똑같이 퍼진 원이에요. σ = 1이면 사전분포 N(0, I)예요.",
    ),
    "map.gauss.diagonal.text": (
        "Diagonal: independent, but each dimension has its own σ; the axes of the ellipse lie along the map's. This "
        "is what a VAE's encoder gives, and not yet isotropic.",
        "대각: 차원끼리 독립이지만 σ가 저마다 달라서 타원의 축이 지도의 축과 나란해요. VAE의 인코더가 내놓는 꼴이고, "
        "아직 등방성은 아니에요.",
    ),
    "map.gauss.correlated.text": (
        "Correlated: off the diagonal Σ is not 0, so knowing z₁ tells something about z₂, as height does about "
        "weight. A tilted ellipse: a VAE's encoder cannot say this about one picture.",
        "상관 있음: Σ의 대각선 밖이 0이 아니라서 z₁을 알면 z₂도 짐작돼요. 키를 알면 몸무게를 짐작하는 것처럼요. "
        "기울어진 타원인데, VAE의 인코더는 그림 한 장을 이런 모양으로 나타내지 못해요.",
    ),
    "map.example4": ("By hand: μ and σ² of four dimensions", "손으로 해 보기: 4차원의 μ와 σ²"),
    "map.example4.intro": (
        "Suppose an encoder gave these for one picture. Change a number and follow it: z = μ + σ ε with ε from N(0, "
        "1), and KL = ½ (μ² + σ² − 1 − log σ²) in nats, summed over the dimensions.",
        "인코더가 그림 한 장을 보고 이런 값을 냈다고 해 봐요. 값을 바꾸며 따라가 보세요. 차원마다 N(0, 1)에서 ε을 "
        "뽑아 z = μ + σ ε을 구하고, KL = ½ (μ² + σ² − 1 − log σ²) nat는 모두 더해요.",
    ),
    "map.example4.mu": ("μ of dimension {i}", "{i}번째 차원의 μ"),
    "map.example4.variance": ("σ² of dimension {i}", "{i}번째 차원의 σ²"),
    "map.example4.bell": (
        "N(μ, σ²) of dimension {i} over N(0, 1), with the draw z",
        "{i}번째 차원의 N(μ, σ²)와 N(0, 1), 그리고 뽑은 z",
    ),
    "map.example4.dimension": ("dim.", "차원"),
    "map.example4.mu_head": ("μ", "μ"),
    "map.example4.variance_head": ("σ²", "σ²"),
    "map.example4.eps_head": ("ε", "ε"),
    "map.example4.z_head": ("z", "z"),
    "map.example4.kl_head": ("KL", "KL"),
    "map.example4.bell_head": ("N(μ, σ²), N(0, 1)", "N(μ, σ²), N(0, 1)"),
    "map.example4.total": ("z = [{z}],  KL = {kl} nats", "z = [{z}],  KL = {kl} nat"),
    "map.example4.wrong": (
        "μ has to lie from −10 to 10 and σ² from 0.001 to 10. The last good result stays.",
        "μ는 −10에서 10까지, σ²는 0.001에서 10까지 넣을 수 있어요. 올바른 값으로 구한 마지막 결과를 그대로 둘게요.",
    ),
    "map.example4.why": (
        "Why keep ε apart? The mean of z₁² over {n} draws, for every μ₁: with the same ε everywhere (thick) it is a smooth "
        "curve whose slope can be followed, {slope} at μ₁ = {mu}; with new ε at every μ₁ (thin) it jumps, and no slope "
        "can be read.",
        "ε을 왜 따로 떼어 둘까요? μ₁마다 z₁²을 {n}번 뽑아 평균한 그래프예요. 어디서나 같은 ε을 쓰면(굵은 선) 매끄러워서 "
        "곡선의 기울기를 따라갈 수 있어요(μ₁ = {mu}에서 {slope}). μ₁마다 ε을 새로 뽑으면(가는 선) 들쭉날쭉해서 기울기를 읽을 수 "
        "없어요.",
    ),
    "map.example4.why_alt": (
        "The mean of z₁² over μ₁: a smooth curve with the same ε, a ragged one with new ε",
        "μ₁에 따른 z₁²의 평균: 같은 ε이면 매끄러운 곡선, 새 ε이면 들쭉날쭉한 선",
    ),
    "map.python": ("The same in Python", "파이썬 코드로 보기"),
    "map.copy": ("Copy", "복사"),
    "map.copied": ("✓ Copied", "✓ 복사했어요"),
    "map.not_copied": ("Select the lines and copy them by hand", "줄을 직접 선택해서 복사해 주세요"),
    "map.example4.again": ("Draw ε again", "ε 다시 뽑기"),
    "map.example4.reset": ("Back to the start", "처음 값으로"),
}
