"""Stands for the command line: makes a new account at each call, or fails when it is told to."""

import json
import os
import sys
import uuid

assert sys.argv[1:3] == ["account", "create"], sys.argv
if "SMALL_REFUSAL" in os.environ:
    sys.exit(os.environ["SMALL_REFUSAL"])
number = uuid.uuid4().hex
print(json.dumps({"account_id": number, "secret_key": f"sk_{number}", "write_key": f"wk_{number}"}))
