"""Charges 0.25 ORC for /work with the published middleware of FastAPI, or of Flask where PEER_FRAMEWORK says so, and our
plugin. PEER_FACILITATOR settles on PEER_NETWORK, and PEER_PAY_TO is paid.
"""

import json
import os
import socket
import sys
import threading

from earnest_documents.x402 import ExactOrcServer
from x402 import x402ResourceServer, x402ResourceServerSync
from x402.http import FacilitatorConfig, HTTPFacilitatorClient, HTTPFacilitatorClientSync

PRICE = {"scheme": "exact", "network": os.environ["PEER_NETWORK"], "payTo": os.environ["PEER_PAY_TO"], "price": "0.25 ORC"}
ROUTES = {"/work": {"accepts": PRICE}}
FACILITATOR = FacilitatorConfig(url=os.environ["PEER_FACILITATOR"])


def serve_fastapi(listener: socket.socket) -> None:
    import uvicorn
    from fastapi import FastAPI, Request
    from x402.http.middleware.fastapi import payment_middleware

    server = x402ResourceServer(HTTPFacilitatorClient(FACILITATOR)).register("orc:*", ExactOrcServer())
    app = FastAPI()
    app.middleware("http")(payment_middleware(ROUTES, server))

    @app.api_route("/work", methods=["GET", "POST"])
    async def work(request: Request) -> dict[str, object]:
        return {"worked": (await request.body()).decode()}

    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])


def serve_flask(listener: socket.socket) -> None:
    from flask import Flask, request
    from werkzeug.serving import WSGIRequestHandler, make_server
    from x402.http.middleware.flask import payment_middleware

    server = x402ResourceServerSync(HTTPFacilitatorClientSync(FACILITATOR)).register("orc:*", ExactOrcServer())
    app = Flask(__name__)
    payment_middleware(app, ROUTES, server)

    @app.route("/work", methods=["GET", "POST"])
    def work() -> dict[str, object]:
        return {"worked": request.get_data(as_text=True)}

    class Quiet(WSGIRequestHandler):
        def log_request(self, *_: object) -> None:
            pass

    make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet, fd=listener.fileno()).serve_forever()


def end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=end_with_stdin, daemon=True).start()
print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
{"flask": serve_flask}.get(os.environ.get("PEER_FRAMEWORK", ""), serve_fastapi)(listener)
