"""A Redis cache that the site can do without: an error counts as a miss, not as a failure.

Only what can be lost may be kept here; seats and capacity never come from a cache.
"""

import logging
import time
from collections import defaultdict

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Connection, ConnectionPool
from redis.exceptions import RedisError

from core.deadlines import Deadline

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 0.5  # for a whole answer, however small the pieces in which it comes
BREAK_SECONDS = 5  # Redis is not tried for this long after an error, so that nobody waits for it


class TolerantRedisCache(RedisCache):
    """Redis with short timeouts and a circuit breaker; every method returns its miss on an error.

    `add` then answers True and `incr` its delta: a limit that cannot be counted lets people pass.
    """

    def __init__(self, server, params):
        params = params | {
            "OPTIONS": {
                "socket_connect_timeout": 0.3,
                "socket_timeout": 0.3,
                "retry": None,
                "pool_class": PromptPool,
                **params.get("OPTIONS", {}),
            }
        }
        super().__init__(server, params)
        self._class = KeptClient
        self._breaker = _breakers[server]

    def add(self, *args, **kwargs):
        return self._try(super().add, args, kwargs, missed=True)

    def get(self, key, default=None, version=None):
        return self._try(super().get, (key,), {"default": default, "version": version}, default)

    def set(self, *args, **kwargs):
        return self._try(super().set, args, kwargs)

    def touch(self, *args, **kwargs):
        return self._try(super().touch, args, kwargs, missed=False)

    def delete(self, *args, **kwargs):
        return self._try(super().delete, args, kwargs, missed=False)

    def get_many(self, *args, **kwargs):
        return self._try(super().get_many, args, kwargs, missed={})

    def has_key(self, *args, **kwargs):
        return self._try(super().has_key, args, kwargs, missed=False)

    def incr(self, key, delta=1, version=None):
        return self._try(super().incr, (key, delta, version), {}, missed=delta)

    def set_many(self, *args, **kwargs):
        return self._try(super().set_many, args, kwargs, missed=[])

    def delete_many(self, *args, **kwargs):
        return self._try(super().delete_many, args, kwargs)

    def clear(self):
        return self._try(super().clear, (), {}, missed=False)

    def _try(self, method, args, kwargs, missed=None):
        if time.monotonic() < self._breaker.closed_until:
            return missed
        try:
            result = method(*args, **kwargs)
        except (RedisError, OSError) as error:
            self._breaker.trip(error)
            return missed
        self._breaker.mend()
        return result


class KeptClient(RedisCacheClient):
    """Asks with one client: Django makes one per question, which takes longer than the question."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._clients = {}

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)
        if pool not in self._clients:
            self._clients[pool] = self._client(connection_pool=pool)
        return self._clients[pool]


class PromptPool(ConnectionPool):
    """Connections that are cut off when an answer takes too long."""

    def __init__(self, connection_class=Connection, **options):
        prompt = type(f"Prompt{connection_class.__name__}", (_Prompt, connection_class), {})
        super().__init__(prompt, **options)


class _Prompt:
    def __init__(self, *args, **options):
        self._limit = Deadline(ANSWER_SECONDS)
        super().__init__(*args, **options)

    def _connect(self):
        with self._limit:
            return super()._connect()

    def read_response(self, *args, **options):
        with self._limit:
            return super().read_response(*args, **options)

    def disconnect(self, *args):
        super().disconnect(*args)
        self._limit.close()


class _Breaker:
    """A circuit breaker per server and process: Django makes a cache object per thread."""

    closed_until = 0.0
    broken = False

    def trip(self, error):
        self.closed_until = time.monotonic() + BREAK_SECONDS
        if not self.broken:
            logger.error("The cache cannot be reached (%s): going on without", type(error).__name__)
        self.broken = True

    def mend(self):
        if self.broken:
            logger.warning("The cache can be reached again")
        self.broken = False


_breakers = defaultdict(_Breaker)
