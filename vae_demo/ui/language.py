"""The language toggle: a script before Gradio starts, and a cookie for the words that handlers make."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# ?lang= or what was chosen last time overrides the browser's language; Gradio reads navigator.language.
SCRIPT = """<script>(() => {
  const asked = new URLSearchParams(location.search).get('lang');
  let chosen = null;
  try {
    if (asked === 'ko' || asked === 'en') localStorage.setItem('lang', asked);
    chosen = localStorage.getItem('lang');
  } catch { chosen = asked; }
  const fallback = FALLBACK;
  const lang = chosen === 'ko' || chosen === 'en' ? chosen
    : fallback || (navigator.language.startsWith('ko') ? 'ko' : 'en');
  Object.defineProperty(navigator, 'language', {get: () => lang, configurable: true});
  Object.defineProperty(navigator, 'languages', {get: () => [lang], configurable: true});
  document.documentElement.lang = lang;
  // Hugging Face shows a Space in a frame of another site, from which no other cookie comes back.
  const site = location.protocol === 'https:' ? 'None; Secure; Partitioned' : 'Lax';
  // The server's words follow the cookie, which a page in the other language may have set since: late.js calls this.
  window.sayLanguage = () => { document.cookie = `lang=${lang}; path=/; max-age=31536000; SameSite=${site}`; };
  window.sayLanguage();
})();</script>"""


class LanguageMiddleware:
    """Inserts the script right after <head> of the page.

    Args:
        app: the ASGI app below.
        language: "en" or "ko" for everyone who has not chosen; None follows the browser.
    """

    def __init__(self, app: ASGIApp, language: str | None = None) -> None:
        self.app = app
        fallback = f"'{language}'" if language in ("en", "ko") else "null"
        self.script = SCRIPT.replace("FALLBACK", fallback).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].rstrip("/") != "":
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def insert(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body" or start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = body.replace(b"<head>", b"<head>" + self.script, 1)
            headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
            await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
            await send({"type": "http.response.body", "body": page})

        # The page must come as text: no compression that would hide <head>.
        headers = [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]
        await self.app({**scope, "headers": headers}, receive, insert)
