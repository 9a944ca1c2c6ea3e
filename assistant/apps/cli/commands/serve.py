"""Serve Indonesian speech recognition and the guide to Home Assistant (Wyoming)."""

import argparse

from assistant.apps.bootstrap.plan import Needs
from assistant.apps.cli.commands import common
from assistant.core.errors import InputError
from assistant.core.translation import _

EXPOSED = _(
    "everybody on that network may have their speech recognised and "
    "talk with the guide, without a password and without encryption"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--uri",
        default="tcp://127.0.0.1:10300",
        metavar="tcp://HOST:PORT",
        help=_("where to listen; tcp://127.0.0.1:10300, which only this computer can reach"),
    )
    parser.add_argument(
        "--expose",
        action="store_true",
        help=_(
            "allow an address that others can reach: {exposed}; the profile is not used then"
        ).format(exposed=EXPOSED),
    )
    parser.add_argument(
        "--announce",
        action="store_true",
        help=_("with --expose: let Home Assistant find it (zeroconf)"),
    )
    common.phrases_argument(parser)


def needs(args: argparse.Namespace) -> Needs:
    """The model."""
    return Needs(model=True)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    import asyncio

    from assistant.apps.wyoming.decoder_pool import DecoderPool
    from assistant.apps.wyoming.info import info
    from assistant.apps.wyoming.server import Server, parse_uri
    from assistant.apps.wyoming.services import Services
    from assistant.core.paths import config_file, version
    from assistant.runtime.config import load_config
    from assistant.runtime.session_options import SessionOptions

    address = parse_uri(args.uri)
    if not address.is_loopback and not args.expose:
        raise InputError(
            _("{uri} can be reached by others: {exposed}").format(uri=args.uri, exposed=EXPOSED),
            _("add --expose if that is wanted"),
        )
    if args.announce and not args.expose:
        raise InputError(
            _("--announce is only for an address that others can reach"), _("see --expose")
        )
    config = load_config(config_file())
    services = Services(SessionOptions(config, phrases=args.phrases), exposed=args.expose)
    decoders = DecoderPool()
    decoders.measure(services.decode_silence)
    name = args.phrases.resolve().name if args.phrases else "kram"
    about = info(version(), name, guide=args.phrases is None).event()

    def ready(port: int) -> None:
        if not address.is_loopback:
            common.write_stderr(
                _("kram: others can reach this server: {exposed}\n").format(exposed=EXPOSED)
            )
        host = f"[{address.host}]" if ":" in address.host else address.host
        common.write(f"ready: tcp://{host}:{port}")

    async def serve() -> None:
        server = Server(address, services, config.serve, about, decoders)
        await server.run(ready, args.announce)

    asyncio.run(serve())
    return 0
