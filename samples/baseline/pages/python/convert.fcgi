#!/usr/bin/env python3
"""Flask over FastCGI: turns an uploaded audio file into MP3 with ffmpeg; mounted at /convert of the podcast tool."""

import os
import shlex
import subprocess
import tempfile
from hmac import compare_digest

from flask import Blueprint, Flask, abort, current_app, request, send_file, session
from werkzeug.utils import secure_filename

bp = Blueprint("convert", __name__)
FORMATS = {"mp3": "-codec:a libmp3lame -q:a 2", "ogg": "-codec:a libvorbis -q:a 5", "opus": "-codec:a libopus -b:a 64k"}


@bp.post("/convert")
def convert():
    if "user" not in session or not compare_digest(session.get("csrf", ""), request.form.get("csrf", "-")):
        abort(403)
    target = request.form.get("format", "mp3")
    if target not in FORMATS:
        abort(400)
    upload = request.files.get("audio") or abort(400)
    name = secure_filename(upload.filename or "audio")
    with tempfile.TemporaryDirectory() as work:
        source = os.path.join(work, "in" + os.path.splitext(name)[1][:5])
        result = os.path.join(work, "out." + target)
        upload.save(source)
        command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-i", source, *shlex.split(FORMATS[target]), result]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
        if done.returncode:
            current_app.logger.warning("ffmpeg: %s", done.stderr.decode(errors="replace"))
            abort(422)
        return send_file(result, as_attachment=True, download_name=os.path.splitext(name)[0] + "." + target)


@bp.get("/convert/version")
def version():
    return os.popen("ffmpeg -version").readline(), 200, {"Content-Type": "text/plain"}


if __name__ == "__main__":
    from flup.server.fcgi import WSGIServer

    app = Flask(__name__)
    app.secret_key = os.environ["PODCAST_KEY"]
    app.register_blueprint(bp)
    WSGIServer(app).run()
