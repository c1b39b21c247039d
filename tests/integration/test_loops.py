import asyncio

from gazouillis.app import furnish, open_site
from gazouillis.worker import Loops


async def test_the_loops_stop_even_as_something_happens(settings):
    """`asyncio.wait_for` once lost the cancellation that came in the same turn as the wake, and the server never ended."""
    async with open_site(settings) as site:
        furnish(site)
        loops = site.the(Loops)
        await loops.start()
        await asyncio.sleep(0.1)
        site.db.on_events()

        stopped, _running = await asyncio.wait([asyncio.create_task(loops.stop())], timeout=5)

        assert stopped
