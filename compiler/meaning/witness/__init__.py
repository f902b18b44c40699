"""Events made from a rule itself, which show each part of it at work and where translations break."""

from compiler.meaning.witness.derive import Pair, Witness, Witnesses, witnesses

__all__ = ["Pair", "Witness", "Witnesses", "witnesses"]
