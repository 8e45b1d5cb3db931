"""
moto's server with what it lacks to take this service's stack in. Every addition writes through moto's own backends, so
that the SDK reads what was really stored, and refuses a property that it does not understand instead of dropping it.

usage: server.py PORT
"""

import sys

import bucket_policy  # noqa: F401
import clusters  # noqa: F401
import http_api  # noqa: F401
import mappings  # noqa: F401
import registries  # noqa: F401
import roles  # noqa: F401
import stacks  # noqa: F401
import tables  # noqa: F401
import versions  # noqa: F401
from moto.server import main

main(["-H", "127.0.0.1", "-p", sys.argv[1]])
