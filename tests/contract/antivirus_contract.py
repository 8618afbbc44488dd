"""What every antivirus must do, fake or real (trust §2.4): the cases; each implementation has a class that inherits them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.attachment.domain.verdict import Infectee, Saine
from services.attachment.ports.antivirus import Antivirus
from shared.kernel.errors import DependencyError
from tests.corpus.genuine import GENUINE
from tests.corpus.hostile import EICAR, EICAR_INSIDE

_MEGAOCTET = 1 << 20
_NUS = ("csv", "doc", "xls")  # formats where the mark stands in clear


class AntivirusContract:
    """`antivirus` answers; `out_of_order` is one that cannot."""

    @pytest.fixture
    def antivirus(self) -> Antivirus:
        raise NotImplementedError

    @pytest.fixture
    def out_of_order(self) -> Antivirus:
        raise NotImplementedError

    async def test_an_ordinary_file_is_saine(self, antivirus: Antivirus) -> None:
        _, build = GENUINE["pdf by hand"]

        assert await antivirus.scan(build()) == Saine()

    async def test_an_empty_file_is_saine(self, antivirus: Antivirus) -> None:
        assert await antivirus.scan(b"") == Saine()

    async def test_eicar_is_infectee_with_its_signature(self, antivirus: Antivirus) -> None:
        verdict = await antivirus.scan(EICAR)

        assert isinstance(verdict, Infectee)
        assert verdict.signature.startswith("Eicar-Test-Signature")

    @pytest.mark.parametrize("format_", _NUS)
    async def test_eicar_inside_a_document_is_infectee(self, antivirus: Antivirus, format_: str) -> None:
        _, build = EICAR_INSIDE[format_]

        assert isinstance(await antivirus.scan(build()), Infectee)

    async def test_eicar_behind_a_large_file_is_infectee(self, antivirus: Antivirus) -> None:
        assert isinstance(await antivirus.scan(b"\0" * 4 * _MEGAOCTET + EICAR), Infectee)

    async def test_scans_at_once_do_not_mix_their_verdicts(self, antivirus: Antivirus) -> None:
        contenus = [EICAR if rang % 2 else b"rien a signaler" for rang in range(20)]

        verdicts = await asyncio.gather(*(antivirus.scan(contenu) for contenu in contenus))

        assert [isinstance(verdict, Infectee) for verdict in verdicts] == [rang % 2 == 1 for rang in range(20)]

    async def test_it_tells_which_engine_judged(self, antivirus: Antivirus) -> None:
        assert (await antivirus.read_version()).moteur

    @pytest.mark.parametrize("appel", [lambda antivirus: antivirus.scan(EICAR), lambda antivirus: antivirus.read_version()])
    async def test_out_of_order_it_raises_and_never_answers(
        self, out_of_order: Antivirus, appel: Callable[[Antivirus], Awaitable[object]]
    ) -> None:
        with pytest.raises(DependencyError):
            await appel(out_of_order)
