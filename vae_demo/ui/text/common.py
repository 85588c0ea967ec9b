"""Words that several tabs share, English and Korean."""

TEXTS = {
    "common.page_title": ("# Autoencoders to touch", "# 만져 보는 오토인코더"),
    "common.subtitle": (
        "Small networks that squeeze a picture into a few numbers and draw it again. Draw a digit, try your face, "
        "and see what survives.",
        "그림을 숫자 몇 개로 눌러 담았다가 다시 그려 내는 작은 신경망들이에요. 숫자를 그려 보고, 얼굴도 넣어 보고, "
        "무엇이 살아남는지 직접 확인해 보세요.",
    ),
    "common.dataset": ("What to look at", "무엇을 볼까요?"),
    "common.mnist": ("Digits", "숫자"),
    "common.celeba": ("Faces", "얼굴"),
    "common.language": ("한국어", "English"),
    "common.privacy": (
        "Your pictures stay in this computer's memory and are not kept.",
        "올린 그림은 이 컴퓨터의 메모리에서만 처리하고 남기지 않아요.",
    ),
    "common.input": ("Input", "입력"),
    "common.a": ("Picture A", "그림 A"),
    "common.b": ("Picture B", "그림 B"),
    "common.c": ("Picture C", "그림 C"),
    "common.draw": ("Draw here, or take one of ours", "여기에 그리거나 예시를 골라 보세요"),
    "common.clear": ("Clear", "지우기"),
    "common.random": ("Another one", "다른 걸로"),
    "common.faces": (
        "Faces that never existed (a model of ours made them up)",
        "세상에 없는 얼굴 (저희 모델이 지어냈어요)",
    ),
    "common.astronaut": (
        "Eileen Collins, astronaut (NASA, public domain)",
        "우주비행사 아일린 콜린스 (NASA, 퍼블릭 도메인)",
    ),
    "common.upload": ("Your own picture", "내 사진"),
    "common.upload_info": (
        "Drop a file, paste, or use the camera",
        "파일을 끌어 놓거나, 붙여 넣거나, 카메라로 찍어 보세요",
    ),
    "common.seed": ("Seed", "시드"),
    "common.seed_info": (
        "The same seed gives everyone the same picture.",
        "시드가 같으면 누구에게나 같은 그림이 나와요.",
    ),
    "common.dice": ("Roll the dice", "주사위 굴리기"),
    "common.sheet": ("The result as one picture, to download", "결과를 한 장으로 보고 내려받기"),
    "common.link": ("Copy link", "링크 복사"),
    "common.link_done": ("✓ Copied", "✓ 복사했어요"),
    "common.python": ("Copy as Python", "파이썬 코드로 보기"),
    "common.explain": ("The idea, the formula, and questions people ask", "원리와 수식, 자주 묻는 질문"),
    "common.use_as": ("Use as", "보내기"),
    "common.send_reconstruct": ("input of Reconstruct", "복원 입력으로"),
    "common.send_denoise": ("input of Denoise", "잡음 제거 입력으로"),
    "common.send_a": ("picture A", "그림 A로"),
    "common.send_b": ("picture B", "그림 B로"),
    "common.save": ("Save the picture", "그림 저장"),
    "common.no_models": (
        "No trained {dataset} model is here yet. Choose the other data set.",
        "아직 학습한 {dataset} 모델이 없어요. 다른 데이터를 골라 주세요.",
    ),
    "common.skipped": ("Left out, because the folder is damaged: {names}", "폴더가 손상되어 뺐어요: {names}"),
    "common.no_face": (
        "We could not find a face in this picture, so we took the middle of it. A photo from the front works best.",
        "사진에서 얼굴을 찾지 못해서 한가운데를 잘라 썼어요. 정면 사진이면 가장 잘 돼요.",
    ),
    "common.not_aligned": (
        "We used the middle square of the photo. Put the face in the middle, with the eyes a little above.",
        "사진 가운데를 정사각형으로 잘라 썼어요. 얼굴을 가운데에 두고 눈이 그보다 조금 위에 오게 하면 가장 좋아요.",
    ),
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
        "그림이 {megapixels}백만 화소를 넘어요. 크기를 줄여서 올려 주세요.",
    ),
    "common.too_long": (
        "This picture is too long and narrow. Please crop it.",
        "그림이 너무 길쭉해요. 잘라서 올려 주세요.",
    ),
    "common.bad_number": (
        "{name}: expected a number from {low} to {high}.",
        "{name}: {low}에서 {high} 사이의 수여야 해요.",
    ),
    "common.bad_whole": (
        "{name}: expected a whole number from {low} to {high}.",
        "{name}: {low}에서 {high} 사이의 정수여야 해요.",
    ),
    "common.bad_choice": ("{name}: expected one of {choices}.", "{name}: {choices} 중 하나여야 해요."),
}
