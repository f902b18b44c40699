# -*- coding: utf-8 -*-
# Панель дежурного: состояние служб. WSGI-приложение, запускается под mod_wsgi.
import base64
import json
import os
import subprocess
import zlib

SERVICES = ("nginx", "postgresql", "redis", "example-worker")
ACTIONS = {"restart": ["sudo", "-n", "/usr/bin/systemctl", "restart"], "status": ["/usr/bin/systemctl", "status", "--no-pager", "-n", "20"]}
PAGE = zlib.decompress(base64.b64decode(open(os.path.join(os.path.dirname(__file__), "dashboard.page")).read()))


def state(name):
    code = subprocess.call(["/usr/bin/systemctl", "is-active", "--quiet", name])
    return {"name": name, "active": code == 0}


def application(environ, start_response):
    path = environ.get("PATH_INFO", "/").strip("/").split("/")
    if environ.get("REMOTE_USER") is None:
        start_response("403 Forbidden", [("Content-Type", "text/plain")])
        return [b"403"]
    if path == [""]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [PAGE]
    if path == ["state.json"]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps([state(name) for name in SERVICES]).encode()]
    # /restart/nginx: оба слова должны быть в списках
    if len(path) == 2 and path[0] in ACTIONS and path[1] in SERVICES and environ["REQUEST_METHOD"] == "POST":
        process = subprocess.Popen(ACTIONS[path[0]] + [path[1]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        text, _ = process.communicate(timeout=60)
        start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
        return [text]
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"404"]
