"""Events made from a rule itself, which show each part of it at work and where translations break."""

from compiler.meaning.witness.derive import NONE, Pair, Witness, Witnesses, witnesses
from compiler.meaning.witness.streams import Stream, Streams, correlation_witnesses

__all__ = ["NONE", "Pair", "Stream", "Streams", "Witness", "Witnesses", "correlation_witnesses", "witnesses"]
