"""Words that several tabs share, English and Korean."""

# What Gradio says in English alone -> the words that stand there instead; see assets/gradio.js.
GRADIO = {
    "Upload file": ("Upload a file", "파일 올리기"),
    "Capture from camera": ("Use the camera", "카메라로 찍기"),
    "Paste from clipboard": ("Paste from the clipboard", "클립보드에서 붙여 넣기"),
    "Click to Access Webcam": ("Press to turn the camera on", "눌러서 카메라 켜기"),
    "grant webcam access": ("Turn the camera on", "카메라 켜기"),
    "capture photo": ("Take the photo", "사진 찍기"),
    "select input source": ("Choose a camera", "카메라 고르기"),
    "Remove Image": ("Remove the picture", "사진 지우기"),
    "range slider": ("range slider for {label}", "{label} 슬라이더"),
    "number input": ("number input for {label}", "{label} 값 입력"),
    "Connection Lost": ("Connection lost", "연결이 끊겼어요"),
    "Connection to the server was lost. Attempting reconnection...": (
        "The page has lost its server, and tries to find it again …",
        "서버와 연결이 끊겨서 다시 잇고 있어요 …",
    ),
    "Error": ("That did not work", "안 됐어요"),
    "Warning": ("Please check", "확인해 주세요"),
    "Close": ("Close", "닫기"),
}

TEXTS = {
    **{f"common.gradio.{said}": words for said, words in GRADIO.items()},
    # Gradio's own keys: its Korean here is a translation word by word.
    "upload_text.drop_image": ("Drop a picture here", "여기에 사진을 끌어 놓으세요"),
    "image.no_webcam_support": (
        "A browser gives a page its camera only over https. Please upload a photo instead.",
        "브라우저는 https 페이지에서만 카메라를 켜 줘요. 대신 사진을 올려 주세요.",
    ),
    "upload_text.click_to_upload": ("Click to upload", "눌러서 올리세요"),
    "common.page_title": ("# Autoencoders to touch", "# 만져 보는 오토인코더"),
    "common.subtitle": (
        "Small networks that squeeze a picture into a few numbers and draw it again. Draw a digit, try your face, "
        "and see what survives. Press any picture to use it elsewhere or to save it.",
        "그림을 수 몇 개로 눌러 담았다가 다시 그려 내는 작은 신경망들이에요. 손으로 숫자를 써 보고, 얼굴도 넣어 보고, "
        "무엇이 살아남는지 직접 확인해 보세요. 그림을 누르면 다른 탭으로 보내거나 저장할 수 있어요.",
    ),
    "common.dataset": ("What to look at", "무엇을 볼까요?"),
    "common.mnist": ("Digits", "손글씨 숫자"),
    "common.celeba": ("Faces", "얼굴"),
    "common.language": ("한국어", "English"),
    "common.privacy_memory": (
        "Your pictures stay in the memory of the computer that runs this page: nothing is written to its disk or sent "
        "elsewhere. They are deleted when you close the page.",
        "올린 그림은 이 페이지를 돌리는 컴퓨터의 메모리에만 머물러요. 디스크에 쓰거나 다른 데로 보내지 않고, 페이지를 "
        "닫으면 지워져요.",
    ),
    "common.privacy": (
        "Your pictures go to the computer that runs this page and nowhere else. They are deleted when you close it.",
        "올린 그림은 이 페이지를 돌리는 컴퓨터에만 잠시 머물러요. 페이지를 닫으면 지워져요.",
    ),
    "common.input": ("Input", "입력"),
    "common.bits": ("{n:,.0f}\N{NO-BREAK SPACE}bits", "{n:,.0f}비트"),
    "common.kl": ("KL\N{NO-BREAK SPACE}{kl:.1f}\N{NO-BREAK SPACE}nats", "KL\N{NO-BREAK SPACE}{kl:.1f}nat"),
    "common.a": ("Picture A", "그림 A"),
    "common.b": ("Picture B", "그림 B"),
    "common.c": ("Picture C", "그림 C"),
    "common.draw": ("Draw a digit here", "여기에 숫자를 그려 보세요"),
    "common.draw_keys": (
        "Draw a digit here. With the keyboard: the arrow keys move the pen, the space bar puts it down and lifts it.",
        "여기에 숫자를 그려 보세요. 키보드로는 방향키로 펜을 움직이고 스페이스 바로 펜을 대거나 떼요.",
    ),
    "common.clear": ("Clear", "지우기"),
    "common.undo": ("Undo", "되돌리기"),
    "common.random": ("Another", "다른 걸로"),
    "common.sent": ("The picture that you sent here", "여기로 보낸 그림"),
    "common.faces": (
        "Faces that never existed (a model of ours made them up)",
        "세상에 없는 얼굴 (저희 모델이 지어냈어요)",
    ),
    "common.face_0": ("invented face: older woman", "지어낸 얼굴: 안경 없는 나이 든 여자"),
    "common.face_1": ("invented face: young woman", "지어낸 얼굴: 안경 없는 젊은 여자"),
    "common.face_2": ("invented face: older man", "지어낸 얼굴: 안경 없는 나이 든 남자"),
    "common.face_3": ("invented face: young man", "지어낸 얼굴: 안경 없는 젊은 남자"),
    "common.face_4": ("invented face: older woman with glasses", "지어낸 얼굴: 안경 쓴 나이 든 여자"),
    "common.face_5": ("invented face: young woman with glasses", "지어낸 얼굴: 안경 쓴 젊은 여자"),
    "common.face_6": ("invented face: older man with glasses", "지어낸 얼굴: 안경 쓴 나이 든 남자"),
    "common.face_7": ("invented face: young man with glasses", "지어낸 얼굴: 안경 쓴 젊은 남자"),
    "common.astronaut": (
        "Eileen Collins, astronaut (NASA, public domain)",
        "우주비행사 아일린 콜린스 (NASA, 퍼블릭 도메인)",
    ),
    "common.upload": ("Your own picture", "내 사진"),
    "common.upload_info": ("Drop, paste, or take a photo", "끌어 놓기, 붙여 넣기, 카메라"),
    "common.seed": ("Seed", "시드"),
    "common.dice": ("Roll the dice", "주사위 굴리기"),
    "common.sheet": ("The result as one picture, to download", "결과를 한 장으로 보고 내려받기"),
    "common.sheet_download": ("Download this picture", "이 그림 내려받기"),
    "common.play": ("Play", "재생"),
    "common.pause": ("Pause", "멈춤"),
    "common.scrub": ("Moment of the film", "영상 위치"),
    "common.film_button": ("Make a film to keep", "영상 파일로 만들기"),
    "common.making": ("Making it …", "만들고 있어요 …"),
    "common.download": ("Download {kind}", "{kind} 내려받기"),
    "common.link": ("Copy link", "링크 복사"),
    "common.link_done": ("✓ Copied", "✓ 복사했어요"),
    "common.link_done_part": ("✓ Copied, without your own picture", "✓ 직접 넣은 그림은 빼고 복사했어요"),
    "common.left_behind": (
        "The page is read anew, and your own picture stays behind. Go on?",
        "페이지를 새로 열기 때문에 직접 넣은 그림은 사라져요. 계속할까요?",
    ),
    "common.link_shown": ("The link is in the address bar", "링크가 주소창에 있어요"),
    "common.link_shown_part": (
        "The link, without your own picture, is in the address bar",
        "직접 넣은 그림을 뺀 링크가 주소창에 있어요",
    ),
    "common.python": ("The same in Python", "파이썬 코드로 보기"),
    "common.explain": ("The idea, the formula, and questions people ask", "원리와 수식, 자주 묻는 질문"),
    "common.use_as": ("Use as", "보내기"),
    "common.as_input": ("as input", "입력으로"),
    "common.as_a": ("as A", "A로"),
    "common.as_b": ("as B", "B로"),
    "common.as_c": ("as C", "C로"),
    "common.as_board": ("on the sliders", "슬라이더로"),
    "common.picture": ("Picture {k}", "{k}번 그림"),
    "common.open": ("Show its code and its neighbours", "코드와 이웃 보기"),
    "common.save": ("Save the picture", "그림 저장"),
    "common.no_models": (
        "No trained {dataset} model is here yet. Choose the other data set.",
        "아직 학습한 {dataset} 모델이 없어요. 다른 데이터를 골라 주세요.",
    ),
    "common.not_received": (
        "Only pictures that were uploaded here can be used.",
        "여기에 올린 사진만 쓸 수 있어요.",
    ),
    "common.too_slow": (
        "This came so slowly that the page has stopped waiting. Please try again.",
        "너무 천천히 도착해서 더 기다리지 않았어요. 다시 해 주세요.",
    ),
    "common.too_much": (
        "This is more data than the page takes.",
        "한 번에 보낼 수 있는 크기를 넘었어요.",
    ),
    "common.unknown": (
        "There is no event or parameter of this name here. “Use via API” at the foot of the page lists them all.",
        "그런 이름의 이벤트나 매개변수가 없어요. 페이지 맨 아래 ‘API를 통해 사용’에 모두 나와 있어요.",
    ),
    "common.full": (
        "Many people are using this page right now. Your last result stays; please try again in a moment.",
        "지금 많은 분이 함께 쓰고 있어요. 마지막 결과는 그대로 있으니 잠시 뒤에 다시 해 보세요.",
    ),
    "common.skipped": ("Left out, because the folder is damaged: {names}", "폴더가 손상되어 뺐어요: {names}"),
    "common.no_face": (
        "We could not find a face in this photo, so we took the middle of it. You can set the frame yourself, below the "
        "photo.",
        "사진에서 얼굴을 찾지 못해서 한가운데를 잘라 썼어요. 사진 아래에서 틀을 직접 맞출 수 있어요.",
    ),
    "common.far": (
        "This picture is far from what our networks know ({found}), so expect odd results. Measured with the {name}; "
        "{alarms:.1%} of ordinary pictures get this note as well.",
        "이 그림은 신경망이 아는 것과 많이 달라서({found}) 결과가 이상할 수 있어요. {name}로 잰 값이고, 평범한 그림도 "
        "{alarms:.1%}는 이 안내를 받아요.",
    ),
    "common.far_error": (
        "reconstruction error {value:.3f}, usually below {limit:.3f}",
        "복원 오차 {value:.3f}, 보통은 {limit:.3f} 아래",
    ),
    "common.far_distance": (
        "distance in z {value:.1f}, usually below {limit:.1f}",
        "z에서의 거리 {value:.1f}, 보통은 {limit:.1f} 아래",
    ),
    "common.crop_photo": ("Your photo", "올린 사진"),
    "common.crop_face": ("Face", "얼굴"),
    "common.crop_none": (
        "No face found. Move the blue frame so that eyes and mouth lie on the rings.",
        "얼굴을 찾지 못했어요. 눈과 입이 동그라미에 오도록 파란 틀을 옮겨 주세요.",
    ),
    "common.crop_one": (
        "We found this face. Drag the frame, or its corner, if it does not fit.",
        "이 얼굴을 찾았어요. 잘 맞지 않으면 틀이나 모서리를 끌어 옮겨 보세요.",
    ),
    "common.crop_many": (
        "We found {n} faces. Choose one, or drag the frame.",
        "얼굴 {n}개를 찾았어요. 하나를 고르거나 틀을 끌어 옮겨 보세요.",
    ),
    "common.crop_x": ("Left, right", "좌우"),
    "common.crop_y": ("Up, down", "위아래"),
    "common.crop_side": ("Size", "크기"),
    "common.crop_tilt": ("Tilt", "기울기"),
    "common.no_invented": (
        "No model that invents faces is here yet. Upload a photo instead.",
        "아직 얼굴을 지어내는 모델이 없어요. 사진을 올려 주세요.",
    ),
    "common.empty_drawing": (
        "The drawing is empty. Draw a digit first.",
        "아직 아무것도 그리지 않았어요. 숫자를 그려 주세요.",
    ),
    "common.no_upload": ("There is no uploaded picture yet.", "아직 올린 사진이 없어요."),
    "common.bad_reference": ("This does not name a picture: {value}", "그림을 가리키는 값이 아니에요: {value}"),
    "common.bad_file": ("Please upload the picture again, as a file.", "사진 파일을 다시 올려 주세요."),
    "common.bad_picture": (
        "This file could not be read as a picture. Try a PNG or a JPEG.",
        "그림 파일로 읽을 수 없어요. PNG나 JPEG로 다시 해 보세요.",
    ),
    "common.too_large": (
        "This picture has more than {megapixels} million pixels. Please make it smaller.",
        "그림이 {megapixels}메가픽셀을 넘어요. 크기를 줄여서 올려 주세요.",
    ),
    "common.too_long": (
        "This picture is too long and narrow. Please crop it.",
        "그림이 너무 길쭉해요. 잘라서 올려 주세요.",
    ),
    "common.bad_number": (
        "{name}: expected a number from {low:g} to {high:g}.",
        "{name}: {low:g}에서 {high:g} 사이의 수여야 해요.",
    ),
    "common.bad_whole": (
        "{name}: expected a whole number from {low} to {high}.",
        "{name}: {low}에서 {high} 사이의 정수여야 해요.",
    ),
    "common.bad_choice": ("{name}: expected one of {choices}.", "{name}: {choices} 중 하나여야 해요."),
}
