"""What is wrong with a decision model before it is used."""
from engine.errors import Finding

def check(source: bytes) -> list[Finding]:
    return []
