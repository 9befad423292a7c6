"""Run by a bare Python with the unzipped package alone: calls a handler for each line that comes in.

`python -I -S bare.py FOLDER`: a line names a handler of ``app`` and has its event; a line out has its answer.
"""

import importlib
import json
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True


class Context:
    aws_request_id = "request"
    function_name = "actrail"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:actrail"

    @staticmethod
    def get_remaining_time_in_millis():
        return 300_000


def main():
    app = importlib.import_module("app")
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, event = json.loads(line)
        answer = getattr(app, name)(event, Context())
        strangers = [
            module.__file__
            for module in list(sys.modules.values())
            if "site-packages" in (getattr(module, "__file__", None) or "")
        ]
        print(json.dumps({"answer": answer, "strangers": strangers}), file=out, flush=True)


main()
